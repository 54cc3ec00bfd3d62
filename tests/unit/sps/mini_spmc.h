/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A minimal SPMC for the tests of SPs: enough of the S-EL0 instance to boot one to three SPs, pass
 * direct messages, share pages, preempt and resume. It records every SVC and checks descriptors, so
 * that a test sees what an SP really sent. Rules are those of optee.md 3.2-3.5.
 */
#ifndef TESTS_MINI_SPMC_H
#define TESTS_MINI_SPMC_H

#include "ffa_abi.h"
#include "sp/ec.h"

#define MINI_SPS 3
#define MINI_LOG 4096
#define MINI_SHARES 24
#define MINI_FIRST_ID 0x8002

enum mini_state { MINI_BOOTING, MINI_IDLE, MINI_BUSY, MINI_PREEMPTED, MINI_DEAD };

struct mini_sp {
	struct ec *ec;
	uint16_t id, caller;
	enum mini_state state;
	uint32_t request_fid;
	bool queued;
	uint64_t tx_va, rx_va, boot_info_va;
	struct pe_regs saved;
	enum ffasim_sp_fault last_fault;
	unsigned faults;
	unsigned reentries;	/* a dead SP is entered again so often (D5) */
	uint32_t svc[MINI_LOG]; /* function ids in order */
	unsigned svc_count;
};

struct mini_share {
	uint64_t handle, va;
	uint16_t owner;
	pa_t pa;
	uint32_t pages;
	bool live, mapped;
};

struct mini {
	struct machine *m;
	struct mini_sp sp[MINI_SPS];
	unsigned sp_count;
	struct mini_share share[MINI_SHARES];
	char console[2048];
	size_t console_len;
	uint32_t version;     /* what VERSION answers */
	uint64_t tick_ns;     /* 0 = no tick */
	bool refuse_retrieve; /* the next retrieve is DENIED */
	bool fragmented;      /* retrieve responses come in fragments */
	/* What happens to the registers of a parked SP: NULL = kept as they must be. */
	void (*damage)(struct mini_sp *sp);
	unsigned ticks_taken;
	char failure[200];
};

extern struct mini mini;

/* Runs @body on PE0 of a fresh machine (PE1 idle), then takes the machine down and fails the cmocka
 * test when a CHECK did. */
void mini_test(unsigned pes, void (*body)(void));

/* Called before the machine is taken down; a test that brings its own SPMC ends it here. */
extern void (*mini_end)(void);

/* Inside the body. */
struct mini_sp *mini_add(const char *image, const struct ec_option *options, size_t count);
/* The same for an image anywhere in the build directory. */
struct mini_sp *mini_add_image(const char *in_build, const char *name,
			       const struct ec_option *options, size_t count);
/* Before mini_boot(): the SP gets this manifest as its boot information. */
void mini_manifest(struct mini_sp *sp, const char *in_build);
/* Enters the SP for the first time, up to its MSG_WAIT. */
void mini_boot(struct mini_sp *sp);
/* SMC from the Non-secure world with w0..w7; the answer replaces r. */
void mini_smc(struct smc_regs *r);
/* Direct request w3..w7; FFA_INTERRUPT is answered by FFA_RUN. Returns the number of those. */
unsigned mini_request(struct mini_sp *sp, const uint32_t w3_w7[5], struct smc_regs *r);
/* A page range of NS memory shared with @sp; host pointer. */
uint8_t *mini_share(struct mini_sp *sp, uint32_t pages, uint64_t *handle);
/* RPC call of opcode @op on interface 0 over the buffer of @handle (UINT64_MAX = none). */
int32_t mini_invoke(struct mini_sp *sp, uint16_t op, uint64_t handle, uint32_t bytes,
		    int32_t *service_status, uint32_t *response_bytes);
/* Shares and retrieves by the RPC. */
uint8_t *mini_buffer(struct mini_sp *sp, uint64_t *handle);
/* Path of a file in the build directory. */
const char *mini_path(const char *in_build);

void mini_check(bool ok, const char *what, int line);
void mini_check_eq(uint64_t a, uint64_t b, const char *what, int line);
#define CHECK(cond) mini_check((cond), #cond, __LINE__)
#define CHECK_EQ(a, b) mini_check_eq((uint64_t)(a), (uint64_t)(b), #a " == " #b, __LINE__)

#endif
