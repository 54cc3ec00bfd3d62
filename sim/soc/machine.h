/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The machine: PEs with clocks of their own, two worlds, an interrupt controller, per-PE timers,
 * memory, and the rule of execution: the PE with the smallest clock runs, ties by PE number.
 *
 * A PE runs one fiber. That fiber advances the PE's clock by pe_charge(); when the clock passes
 * another PE's or the next event, control moves there. At each charge and at each pe_point() a
 * pending, unmasked Non-secure interrupt is taken: in the Non-secure world by calling
 * ns_ops->interrupt() on the running fiber, in the Secure world by s_ops->interrupt().
 * After any charge or point the flow may run on a different PE: re-read pe_self().
 *
 * There is one current machine (`machine`); many may follow each other in one process.
 * Not modelled: memory ordering, caches, power states other than on/off/WFI.
 */
#ifndef FFASIM_SOC_MACHINE_H
#define FFASIM_SOC_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include "core/evq.h"
#include "core/fiber.h"
#include "core/oracle.h"
#include "core/report.h"
#include "core/trace.h"
#include "soc/cost.h"
#include "soc/intc.h"
#include "soc/physmem.h"
#include "soc/smc.h"

#define PE_MAX 64

enum pe_world { WORLD_NS, WORLD_S };

/* S-EL0 register state that lives in a PE while an SP runs and that an SPMC must move. */
struct pe_regs {
	uint64_t x[31];
	uint64_t v[32][2];
	uint64_t tpidr_el0, fpcr, fpsr, nzcv;
};

struct pe {
	unsigned id;
	uint64_t now_ns;     /* when it last had control */
	uint64_t key_ns;     /* when it next wants control: the end of a charge, or an interrupt */
	struct fiber *fiber; /* what runs on this PE */
	enum pe_world world;
	bool online;
	bool wfi;	    /* waiting for an interrupt; does not run, has no say in the order */
	bool ns_irq_masked; /* PSTATE.I of the Non-secure world */
	bool el0_counter;   /* control register: S-EL0 may read the physical counter */
	bool s_irq_masked;  /* Secure world: foreign interrupts held off */
	bool s_secure_open; /* Secure world: Secure interrupts may be taken (an SP runs) */
	bool came_on;	    /* machine_pe_on() happened, the Secure world was not told yet */
	uint32_t who;	    /* interned name of the flow, for the trace */
	struct pe_regs regs;
	struct intc_pe intc;
	struct ev timer;      /* one-shot, raises INTID_TIMER */
	uint64_t ns_last_ns;  /* clock when the Non-secure world last had this PE */
	uint64_t points;      /* points passed without a charge: livelock detection */
	uint64_t hold_end_ns; /* a held PE goes on then at the latest */
};

struct ns_world_ops {
	/* Takes pending interrupts; runs on the interrupted fiber with ns_irq_masked clear. May
	 * switch fibers; when it returns the fiber may be on another PE. */
	void (*interrupt)(struct pe *pe);
	/* What the oracle may do to the task on @pe at a point, and doing it. */
	bool (*may_preempt)(const struct pe *pe);
	uint64_t (*may_move)(const struct pe *pe);
	void (*preempt)(struct pe *pe);
	void (*move)(struct pe *pe, unsigned to);
};

struct s_world_ops {
	/* The SMC handler: runs on the caller's fiber, world already S, foreign interrupts masked.
	 */
	void (*smc)(struct pe *pe, struct smc_regs *regs);
	/* A Non-secure interrupt is pending and s_irq_masked is clear: an SP is running. Leaves the
	 * SP; returns when the SP is resumed, maybe on another PE. */
	void (*interrupt)(struct pe *pe);
	/* A Secure interrupt while the Non-secure world runs: EL3's business. On the interrupted
	 * fiber, which goes on, on the same PE, when this returns. May be NULL: nobody serves it.
	 */
	void (*secure)(struct pe *pe);
	/* The running PE came on, or is about to go off. May be NULL. */
	void (*pe_on)(struct pe *pe);
	void (*pe_off)(struct pe *pe);
};

enum machine_stop {
	MACHINE_RUNNING,
	MACHINE_DONE,	  /* somebody called machine_stop(): the scenario is over */
	MACHINE_DEADLOCK, /* every PE waits and no event is queued */
	MACHINE_LIVELOCK, /* a flow passed too many points without charging time */
	MACHINE_TIME_LIMIT,
	MACHINE_HALTED, /* the modelled platform panicked and stopped all PEs */
};

struct machine_config {
	unsigned pe_count; /* 1..PE_MAX */
	uint64_t seed;
	uint64_t time_limit_ns;		  /* 0 = none */
	size_t ns_mem_bytes, s_mem_bytes; /* 0 = default 64 MiB, 16 MiB */
	struct cost_table cost;
};

struct machine {
	struct machine_config cfg;
	unsigned pe_count;
	struct pe pe[PE_MAX];
	struct pe *running;
	struct evq evq;
	uint64_t now_ns; /* global time: of the event being handled, or of the running PE */
	struct trace trace;
	struct oracle oracle;
	struct report report;
	struct physmem mem;
	struct intc intc;
	const struct ns_world_ops *ns_ops;
	const struct s_world_ops *s_ops;
	void *linux; /* struct klinux, set by sim/linux */
	void *spmc;  /* struct spmc, set by sim/spmc */
	enum machine_stop stop;
	const char *stop_why; /* static text, NULL when none */
	char stop_where[96];  /* machine_where() at that moment; empty after MACHINE_DONE */
	/* While a stopped machine's flows are taken apart: called on the stack of each flow that is
	 * switched to, where it had been switched away; does not return. */
	void (*unwind)(void);
	uint64_t horizon_ns;   /* smallest key of the other PEs, or the time limit */
	uint64_t runnable;     /* bit per PE whose key is not EVQ_NEVER */
	uint64_t events_still; /* events run since time last moved: livelock detection */
	struct fiber *host;    /* who called machine_run() */
	bool in_event;	       /* an event's function runs; it belongs to no PE */
	bool asks;	       /* points are questions to the oracle */
	unsigned ask_intid;    /* SPI that an interrupt by the oracle raises; 0 = none */
	uint64_t held;	       /* PEs that wait because the oracle says so */
	struct pe *paused;     /* who called machine_pause() */
};

extern struct machine *machine;

void machine_config_init(struct machine_config *cfg);
struct machine *
machine_create(const struct machine_config *cfg); /* becomes `machine`; NULL: machine_why_not() */
const char *machine_why_not(void);
void machine_destroy(struct machine *m);
/* Back to power-on with a new configuration, keeping memory mappings and pools. */
int machine_reset(struct machine *m, const struct machine_config *cfg);

/* Starts @fiber on a PE that has none (power-on, CPU_ON), at the current time. */
void machine_pe_on(struct machine *m, unsigned pe, struct fiber *fiber, uint32_t who);
/* Runs until something stops it; call from the host fiber. */
enum machine_stop machine_run(struct machine *m);
/* From a flow or an event: ends machine_run(). On a flow this does not return. @why is static. */
void machine_stop(struct machine *m, enum machine_stop stop, const char *why);

/* From a flow: machine_run() returns MACHINE_RUNNING. machine_continue() goes on behind the call.
 */
void machine_pause(void);
enum machine_stop machine_continue(struct machine *m);

static inline struct pe *pe_self(void)
{
	return machine->running;
}
static inline const struct cost_table *cost(void)
{
	return &machine->cfg.cost;
}

/* Advances the running PE's clock, letting events, other PEs and interrupts in. From an event, or
 * when no PE runs (setting up, tearing down), no time passes: this and pe_point() do nothing. */
void pe_charge(uint64_t ns);
/* The same, but ends early when an interrupt handler sets *@stop; returns what was not charged. */
uint64_t pe_charge_until(uint64_t ns, const bool *stop);
/* A turn of a loop that waits for another PE: held PEs go on. */
void pe_relax(uint64_t ns);
/* A place where an interrupt may be taken; no time passes. */
void pe_point(void);
/* For code that is charged in pieces of several instructions: as pe_charge(), but what arrives at
 * its very end stays pending. Then pe_due() says so, and pe_take() takes it. */
void pe_charge_open(uint64_t ns);
bool pe_due(void);
void pe_take(void);
/* Sleeps until an interrupt is pending for this PE, masked or not; then takes it if it is not. */
void pe_wfi(void);
/* Takes this PE off: it runs nothing until machine_pe_on(). Does not return to this flow. */
void pe_off(void);
/* The PE goes on with another fiber; returns when somebody switches back to the caller. */
void pe_switch(struct fiber *to, uint32_t who);
/* The running flow is over; the PE goes on with @to. Does not return. */
_Noreturn void pe_finish(struct fiber *to, uint32_t who);
/* True when a Non-secure interrupt is pending and enabled for @pe. */
bool pe_irq_pending(const struct pe *pe);
/* Programs the per-PE one-shot timer (absolute; EVQ_NEVER stops it). */
void pe_timer_set(struct pe *pe, uint64_t deadline_ns);

/* Conduit: issues an SMC from the Non-secure world on the running PE. Charges both ways, and takes
 * pending interrupts before it returns, as hardware does on the instruction after the SMC. */
void conduit_smc(struct smc_regs *regs);
/* The running PE enters the Secure world for a Secure interrupt, and comes back (EL3's relay). */
void conduit_secure_interrupt(void (*serve)(struct pe *pe));
/* PSCI CPU_ON reached this PE, CPU_OFF is about to: the Secure world is told first. */
void conduit_pe_on(void);
void conduit_pe_off(void);

/* Text "task client on PE1 at 10.414 ms" of the running flow, in a static buffer. */
const char *machine_where(const struct machine *m);

#endif
