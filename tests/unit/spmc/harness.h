/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A machine with the SPMC and scripted SPs, and no Linux: the test body is the Normal world on
 * PE 0. SPs obey the command set of golden.md section 0 (w3), with w6 in microseconds for spins.
 */
#ifndef TESTS_SPMC_HARNESS_H
#define TESTS_SPMC_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ffa/desc.h"
#include "ffa/ffa.h"
#include "spmc/spmc_internal.h"

enum op {
	OP_ECHO = 0,
	OP_SPIN = 1, /* w6 us */
	OP_CRASH = 2,
	OP_ERROR = 3, /* FFA_ERROR w6 times, then reply */
	OP_MSG_WAIT = 4,
	OP_PATTERN = 6,	    /* spin w6 us with x19-x30, q and TPIDR checked; w5 = mismatches */
	OP_CALL = 7,	    /* request to SP w6 >> 16 with op w6 & 0xff, spin w7 */
	OP_SVC = 8,	    /* SVC with fid w6, x1 = w7; reply w5 = x0, w6 = x2, w7 = x1 */
	OP_RETRIEVE = 9,    /* handle w4, w5; tag w6; permissions w7 & 0xff, from w7 >> 8 */
	OP_RELINQUISH = 10, /* handle w4, w5; id w7, count w6 */
	OP_STATE = 13,	    /* state across SVC ID_GET: w5 = bits */
	OP_SVC_CRASH = 20,  /* SVC VERSION, then crash */
	OP_CALL_CRASH = 22, /* request to w6 >> 16, then crash */
	OP_STATE_CALL = 21, /* state across a request to w6 */
	OP_BAD_RESP = 23,   /* response with w1 = w6, w2 = w7 first; w5 = error of that */
	OP_WRITE = 24,	    /* writes w6 into the first word of the last retrieve */
	OP_SHARE = 25,	    /* shares own page with w6 (and w7); reply w5 = x0, w6 = handle */
	OP_RELEASE = 26,    /* RX_RELEASE */
	OP_FAR_CALL = 27,   /* raw request: w1 = w6, w2 = w7 */
	OP_RECLAIM = 28,    /* handle w4, w5; w5 = error */
	OP_YIELD = 29,
	OP_RUN_CALLEE = 30, /* call w6 with spin w7, FFA_RUN as long as FFA_INTERRUPT comes back */
	OP_LOG = 31,
};

enum { STATE_NZCV = 1, STATE_X18 = 2, STATE_X19 = 4, STATE_TPIDR = 8, STATE_Q0 = 16 };

struct tsp {
	struct ec ec;
	struct fiber *fiber, *caller;
	uint32_t caller_who;
	const struct smc_regs *in;
	struct ec_exit *out;
	uint64_t tx_va, rx_va, page_va, boot_info_va, retrieved_va;
	uint16_t id;
	bool boot_crash, boot_hang, no_rxtx;
	uint32_t boot_magic, boot_perm_w0; /* seen in init */
	uint64_t boot_call_w0, boot_call_w2;
	uint16_t boot_call; /* id to message from init, 0 = none */
	uint64_t instructions;
};

struct hsp {
	const char *name;
	uint32_t action;     /* 99 = leave the property out */
	uint32_t boot_order; /* 0 = absent */
	bool boot_crash, boot_hang, no_rxtx;
	uint32_t messaging, version; /* 0 = 3, 1.1 */
	uint16_t boot_call;
	void (*more)(void); /* writes further properties and nodes of its manifest */
};

struct hcfg {
	unsigned pes;
	const char *profile;
	unsigned threads;
	bool skip_failed;
	bool findings_expected;
	const char *const *quirks;
	struct hsp sp[6];
};

struct harness {
	const struct hcfg *cfg; /* of the machine that runs */
	struct machine *m;
	struct spmc *s;
	struct tsp *sp[8];
	size_t sp_count;
	struct spmc_error err;
	int boot_result;
	enum machine_stop stop;
	size_t finding_count;
	char first_finding[160];
	pa_t tx, rx;
	unsigned taken; /* interrupts taken in the Normal world */
};
extern struct harness h;

/* Boots and runs @body on PE 0. */
void with_machine(const struct hcfg *cfg, void (*body)(void));
/* Another flow on another PE. */
void start_pe(unsigned pe, void (*body)(void));
/* From any flow: end. */
_Noreturn void done(void);

/* cmocka's asserts must not longjmp between fibers: this one notes the failure and ends the run. */
#define CHECK(cond) check(!!(cond), #cond, __FILE__, __LINE__)
#define CHECK_EQ(a, b) check_eq((uint64_t)(a), (uint64_t)(b), #a " == " #b, __FILE__, __LINE__)
void check(bool ok, const char *text, const char *file, int line);
void check_eq(uint64_t a, uint64_t b, const char *text, const char *file, int line);

struct smc_regs smc(uint64_t fid, uint64_t w1, uint64_t w2, uint64_t w3, uint64_t w4, uint64_t w5,
		    uint64_t w6, uint64_t w7);
/* DIRECT_REQ_32 from 0. */
struct smc_regs req(uint16_t dst, uint32_t op, uint64_t w4, uint64_t w5, uint64_t w6, uint64_t w7);
/* FFA_RUN until it is not FFA_INTERRUPT any more; *runs counts. */
struct smc_regs run_to_end(struct smc_regs r, unsigned *runs);
/* Same, and the Normal world does not take what is pending (interrupts masked). */
void nwd_mask(bool on);
bool is_error(const struct smc_regs *r, int code);
/* One-shot or periodic timer of the running PE. */
void tick_every(uint64_t ns);
void tick_off(void);
void map_rxtx(void);
/* Shares @pages NS pages with SPs; returns the call's registers, the PA in *pa. */
struct smc_regs share(const uint16_t *ids, unsigned count, unsigned pages, uint64_t tag, pa_t *pa);
/* A manifest blob; value 99 of action leaves it out. Returns its size; a buffer has DTB_MAX_BYTES.
 * Between dtb_begin() and dtb_end() a test writes one of its own. */
#define DTB_MAX_BYTES 4096
size_t make_dtb(void *buf, const struct hsp *sp, unsigned uuid_tail);
void dtb_begin(void *buf);
void dtb_u32(const char *name, uint32_t value);
void dtb_bytes(const char *name, const void *value, uint32_t bytes);
void dtb_node(const char *name);
void dtb_end_node(void);
size_t dtb_end(void);
/* Trace: how many events of this kind so far. */
unsigned seen(const char *kind);
/* First argument of the last event of the kind with that index. */
uint64_t last_arg(const char *kind, unsigned index);

#define S1 0x8002
#define S2 0x8003
#define S3 0x8004
#define SQ 0x8005
#define NO_ACTION 99

#endif
