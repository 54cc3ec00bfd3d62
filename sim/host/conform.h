/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Conformance statements as data, and the world they are tried in: an SPMC of some profile, a
 * Normal world without Linux (the test itself, on PE 0) and scripted SPs that issue whatever calls
 * the test queues for them.
 */
#ifndef FFASIM_HOST_CONFORM_H
#define FFASIM_HOST_CONFORM_H

#include "ffa/desc.h"
#include "ffa/ffa.h"
#include "spmc/spmc_internal.h"

#define CW_SPS_MAX 8
#define CW_JOBS_MAX 16
/* A script for each execution context: that of PE 1 has a number of its own. */
#define CW_SCRIPTS (2 * CW_SPS_MAX)
#define CW_ON_PE1(sp) ((sp) + CW_SPS_MAX)

/* One partition of a test; zero fields take the defaults of cw_default. */
struct cw_sp {
	const char *name;
	uint32_t action;	     /* ns-interrupts-action */
	uint32_t messaging;	     /* 0 = all kinds of direct message, and indirect ones */
	uint32_t version;	     /* 0 = 1.2 */
	const char *const *manifest; /* more properties: name, value, ..., NULL */
	bool el1;		     /* at S-EL1, where the profile has that */
	bool no_rxtx;		     /* does not map its buffers at boot */
	bool per_pe;		     /* S-EL1: a context on each of the two PEs */
	bool irq_masked, fiq_masked; /* S-EL1: PSTATE.I, PSTATE.F while it works */
	bool no_receive;	     /* messaging without the receive bits */
	unsigned boot_job_count;     /* jobs run in its init entry */
	struct smc_regs boot_job[2];
};

struct cw_config {
	unsigned pes;	      /* 0 = 2 */
	bool nwd_no_version;  /* the Normal world has not called FFA_VERSION */
	uint32_t nwd_version; /* 0 = 1.2 */
	size_t rxtx_page_bytes;
	uint64_t lock_ns; /* of the cost table; 0 = as it is */
	struct cw_sp sp[CW_SPS_MAX];
};

/* What a scripted SP does when it is entered: jobs in order, then its answer. */
enum job_kind { JOB_SVC, JOB_SPIN_US, JOB_CRASH };
struct cw_job {
	enum job_kind kind;
	struct smc_regs in, out;
	bool done;
	bool entered; /* the call ended its turn: `out` is what entered it next */
};

struct puppet;
struct cw {
	struct machine *m;
	struct spmc *s;
	const struct cw_config *cfg;
	uint16_t id[CW_SCRIPTS]; /* endpoint ids, in order of cfg */
	size_t sp_count;
	uint8_t *tx, *rx; /* of the Normal world, once cw_map() was called */
	pa_t tx_pa, rx_pa;
	struct cw_job job[CW_SCRIPTS][CW_JOBS_MAX];
	unsigned job_count[CW_SCRIPTS], job_next[CW_SCRIPTS];
	struct smc_regs entered[CW_SCRIPTS]; /* registers of the last entry */
	unsigned entries[CW_SCRIPTS];
	unsigned entered_on[CW_SCRIPTS]; /* PE of the last entry */
	/* S-EL1: virtual interrupts its handler took, and the last of them. */
	unsigned virqs[CW_SCRIPTS], virq[CW_SCRIPTS];
	uint8_t *sp_tx[CW_SPS_MAX], *sp_rx[CW_SPS_MAX], *sp_page[CW_SPS_MAX];
	uint64_t sp_page_va[CW_SPS_MAX], sp_tx_va[CW_SPS_MAX], sp_rx_va[CW_SPS_MAX];
	struct puppet *puppet[CW_SCRIPTS];
	/* For fuzzing: an SP whose answer is refused waits, or dies. */
	bool lenient;
	unsigned lenient_hits;
	unsigned nwd_interrupts; /* taken by the Normal world */
	uint64_t traffic;	 /* calls and entries so far, of everybody */
	unsigned refusals;	 /* refused calls that were checked to change nothing */
};
extern struct cw cw;
#define CW_SP_PAGES 8u

enum cw_result { CW_PASS, CW_DEVIATES, CW_FAIL };
struct cw_outcome {
	enum cw_result result;
	char text[200]; /* quirks that decided, or what went wrong */
};

struct statement {
	const char *id, *text;
	/* Profiles it is about: "S" all of them; else letters s(pec), H(afnium), O(P-TEE), T(F-A).
	 */
	const char *who;
	void (*test)(void);
	const struct cw_config *cfg; /* NULL = cw_default */
};

struct statement_table {
	const struct statement *row;
	size_t count;
};

/* Runs one statement against a profile. */
void cw_run(const struct statement *st, const char *profile, struct cw_outcome *out);
/* Frees what runs share. */
void cw_finish(void);
/* For fuzzing: the world of @cfg is booted once, and each cw_again() puts it back and runs @test in
 * it, in a few microseconds. NULL: this host cannot rewind (ASan, Valgrind); nothing is open. The
 * caller keeps the pointer, as what is in the library is put back too. */
struct snapshot *cw_open(const struct cw_config *cfg, const char *profile);
void cw_again(struct snapshot *booted, void (*test)(void), struct cw_outcome *out);
void cw_close(struct snapshot *booted);
const struct statement_table *conform_tables(size_t *n);
int conform_sweep(const char *profile); /* every version, granule and profile. Exit code. */
int conform_main(const char *profile, const char *only, bool json);

/* conform_puppet.c: makes the execution contexts of the SPs. */
int cw_puppet_create(const struct ec_config *cfg, struct ec **out, const char **why);

/* conform_unchanged.c: a refused call leaves the tables as they were. */
struct cw_before {
	uint64_t tables, traffic;
};
uint64_t cw_tables(void);
struct cw_before cw_before(void);
/* Fails the statement when @got refuses @call and something changed. */
void cw_refused(const struct cw_before *before, const struct smc_regs *call,
		const struct smc_regs *got);

/* ---- for tests ---- */
/* Two signalled SPs with everything, one queued, one that receives nothing. */
extern const struct cw_config cw_default;
enum { S0, S1, SQ, SMUTE };
#define NWD (-1)

/* A call of the Normal world. */
struct smc_regs cw_smc(const struct smc_regs *r);
#define NW(...) cw_smc(&(struct smc_regs){.x = {__VA_ARGS__}})
/* A call of SP @sp, made while it serves a direct request of the Normal world. */
struct smc_regs cw_svc(int sp, const struct smc_regs *r);
#define SP(sp, ...) cw_svc(sp, &(struct smc_regs){.x = {__VA_ARGS__}})
/* A call of either: NWD or an SP. */
struct smc_regs cw_call(int who, const struct smc_regs *r);
#define BY(who, ...) cw_call(who, &(struct smc_regs){.x = {__VA_ARGS__}})
/* Queues work for the next entry of @sp. */
struct cw_job *cw_job(int sp, enum job_kind kind, const struct smc_regs *r);
#define JOB(sp, ...) cw_job(sp, JOB_SVC, &(struct smc_regs){.x = {__VA_ARGS__}})
#define SPIN(sp, us) cw_job(sp, JOB_SPIN_US, &(struct smc_regs){.x = {us}})
#define CRASH(sp) cw_job(sp, JOB_CRASH, &(struct smc_regs){.x = {0}})
/* DIRECT_REQ_32 of the Normal world to SP @sp. */
#define REQ(sp) NW(FFA_DIRECT_REQ, cw.id[sp])
uint64_t cw_w1(int src, int dst); /* source and destination of a message */
void cw_map(void);		  /* RX and TX of the Normal world */
/* A Secure interrupt of @sp, from now on its own; and @us from now on PE @pe. */
void cw_own_interrupt(int sp, unsigned intid);
void cw_secure_interrupt_in(uint64_t us, unsigned intid, unsigned pe);
/* Why the SPMC refuses a partition; NULL = it takes it. */
const char *cw_refusal(const struct cw_sp *sp);
/* A Non-secure interrupt @us from now on the running PE. */
void cw_interrupt_in(uint64_t us);
void cw_start_pe(unsigned pe, void (*body)(void));
void cw_wait_us(uint64_t us);

_Noreturn void cw_fail(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void cw_want_eq(uint64_t got, uint64_t want, const char *text, const char *file, int line);
void cw_want_error(const struct smc_regs *r, int code, const char *text, const char *file,
		   int line);
#define WANT(cond) ((cond) ? (void)0 : cw_fail(__FILE__, __LINE__, "%s does not hold", #cond))
#define WANT_EQ(got, want) cw_want_eq((uint64_t)(got), (uint64_t)(want), #got, __FILE__, __LINE__)
/* The call's result: an FFA_ERROR with this code, or for FFA_OK FFA_SUCCESS. */
#define WANT_ERR(call, code)                                                                       \
	do {                                                                                       \
		const struct smc_regs got__ = (call);                                              \
		cw_want_error(&got__, code, #call, __FILE__, __LINE__);                            \
	} while (0)
#define WANT_OK(call) WANT_ERR(call, FFA_OK)
/* @strict, or @deviating when the profile has the quirk; the outcome then names the quirk. */
int64_t cw_unless(enum quirk_id quirk, int64_t strict, int64_t deviating);
/* Notes a deviation that is no value of one call. */
bool cw_deviates(enum quirk_id quirk);

/* Memory transactions. */
struct cw_mem {
	uint16_t attributes;
	uint32_t flags;
	uint64_t handle, tag;
	int sender; /* NWD or an SP; its id goes into the descriptor */
	unsigned receivers;
	struct {
		int sp;
		uint8_t permissions;
		uint64_t impdef;
	} rcv[4];
	unsigned constituents;
	struct ffa_constituent c[8];
	uint32_t version; /* 0 = 1.2 */
};
/* The usual share: one page of the sender, one receiver, RW. */
struct cw_mem cw_mem_of(int sender, int receiver);
/* Writes the descriptor into the TX buffer of @who; returns its length. */
size_t cw_mem_put(int who, const struct cw_mem *d);
/* Puts it there and calls @fid with both lengths. */
struct smc_regs cw_mem_send(int who, uint64_t fid, const struct cw_mem *d);
uint64_t cw_handle(const struct smc_regs *r);
/* Retrieve by an SP of what @d describes (handle filled in by the caller). */
struct smc_regs cw_retrieve(int sp, const struct cw_mem *d, uint64_t handle, uint32_t type);
struct smc_regs cw_relinquish(int sp, uint64_t handle, uint32_t flags);
struct smc_regs cw_reclaim(int who, uint64_t handle, uint32_t flags);
uint64_t cw_ns_pages(unsigned pages); /* address of fresh Non-secure memory */

#endif
