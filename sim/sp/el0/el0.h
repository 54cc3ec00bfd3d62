/* SPDX-License-Identifier: BSD-3-Clause */
/* An execution context of AArch64 code: what the files of this folder share. */
#ifndef FFASIM_SP_EL0_EL0_H
#define FFASIM_SP_EL0_EL0_H

#include "engine.h"
#include "sp/gimage.h"
#include "sp/guest.h"
#include "sp/guest_cov.h"
#include "sp/guest_debug.h"

/* Why a run of an engine was stopped from inside a hook. */
enum el0_want {
	EL0_RUN,    /* not stopped */
	EL0_RELOAD, /* the registers in the PE are newer than those in the engine */
	EL0_STEP,   /* run step_insns instructions exactly */
	EL0_TRAP,   /* synchronous exception, trap_number */
	EL0_ABORT,  /* access to memory that is not there, abort_* */
	EL0_PARK,   /* out of the engine, and wait there for the next entry */
	EL0_QUIT,   /* the context is being destroyed */
};

/* What an instruction wrote over, for a watchpoint. */
#define EL0_UNDO_MAX 8
struct el0_undo {
	uint64_t va;
	uint32_t bytes;
	uint8_t old[16];
};

struct el0 {
	struct ec ec;
	uint64_t owed;	  /* instructions whose time is not charged yet */
	uint64_t done;	  /* instructions run since boot, the current block included */
	uint32_t prepaid; /* of the next block: charged, not run */

	/* Instructions of the current block that are being charged: from `pay_ns` on, after the
	 * first `pay_base` of the block, `pay_count` of them. `ran`: how many of the block ran. */
	uint64_t pay_ns;
	uint32_t pay_base, pay_count, ran;

	struct engine *fast, *step; /* step: only for a few exact instructions at a time */
	struct engine *engine;	    /* has the registers while live */
	bool live;		    /* registers are in the engine, else in the PE and `place` */
	bool parked_in_svc;
	bool kept; /* x19-x30 are in the fast engine, whatever the PE shows */
	enum el0_want want;
	uint32_t step_insns, trap_number;
	uint64_t hook_pc; /* where an interrupt inside the block hook finds the code */
	uint64_t abort_addr;
	bool abort_fetch;
	struct engine_place place, svc_place;

	struct fiber *fiber, *caller;
	uint32_t caller_who;
	const struct smc_regs *in;
	struct ec_exit *out;

	uint64_t message_start; /* `done` when the current message arrived */
	uint64_t fired;		/* `done` + 1 at the last probe that fired: once a passage */
	bool probing;
	uint32_t probe_gen;
	uint64_t probe_va[GUEST_PROBES_MAX]; /* of symbol probes */

	struct pe_regs away_regs; /* for a debugger: as it left its PE */
	bool away;
	const char *elf;     /* path of the image */
	uint64_t debug_seen; /* `done` + 1 where the debugger was asked last */
	bool watch_hit;
	uint64_t watch_addr, watch_told; /* told: `done` behind the access that was */
	struct el0_undo undo[EL0_UNDO_MAX];
	uint32_t undo_count;

	struct gimage image;
	struct guest_coverage *coverage; /* NULL: nobody counts */
	uint64_t load_va, entry, stack_top, stack_low;
	struct pe_regs fault_regs; /* of the dump */
	const char *fault_text;
};

static inline struct el0 *el0_of(struct ec *ec)
{
	return (struct el0 *)ec; /* first member */
}

static inline uint64_t el0_insn_ns(void)
{
	return cost()->guest_insn_ns ? cost()->guest_insn_ns : 1;
}

/* pay.c: time. */
void el0_settle(struct el0 *el0); /* accounts for what the block hook counted */
void el0_set_room(struct el0 *el0);
/* Charges what is owed. Interrupts may be taken: look at `live` then. */
void el0_pay(struct el0 *el0);
/* Charges the block up to @limit instructions, @paid of which are. An interrupt meanwhile finds the
 * registers at the instruction that its time implies. */
void el0_pay_block(struct el0 *el0, uint32_t paid, uint32_t limit);
void el0_interrupted(struct ec *ec);

/* el0.c: leaves the context; back when it is entered again, or to be unwound. */
void el0_leave(struct el0 *el0, enum ec_exit_kind kind);
bool el0_going(const struct el0 *el0); /* to be unwound */
void el0_stop(struct el0 *el0, enum el0_want want);

/* hooks.c */
struct engine *el0_fast_engine(struct el0 *el0);
/* The rest of the registers after an SVC: from the engine to the PE. */
void el0_fetch(struct el0 *el0, struct pe_regs *regs);
/* What follows an SVC once the context is entered again. */
void el0_after_svc(struct el0 *el0);
/* Runs @insns instructions of straight code from registers in the PE to registers in the PE; how
 * many it were before one that traps. On the context's fiber, even inside a hook of `fast`. */
uint32_t el0_straight(struct el0 *el0, uint32_t insns);
struct engine *el0_step_engine(struct el0 *el0);

/* rest.c: what ec_backend.rest is for. */
bool el0_rest(enum ec_rest how);
void el0_unwind(struct el0 *el0); /* out of the engine, for good */

/* load.c: places the image, fills in entry, stack and what the code may ask to be told. */
int el0_load(struct el0 *el0, const struct ec_config *cfg, const char **why);

/* trap.c: what the instruction at place.pc does when it traps. True: carried out, place.pc moved
 * on; false: a fault, *fault and *text say which. The registers are in the PE. */
bool el0_emulate(struct el0 *el0, enum ffasim_sp_fault *fault, const char **text);
/* The lines of a crash report. */
void el0_describe(struct ec *ec, void (*put)(void *ctx, const char *line), void *ctx);

/* probes.c: index of the first instruction of a block, not before @from, that a probe wants. */
uint32_t el0_probe_next(const struct el0 *el0, uint64_t va, uint32_t insns, uint64_t n);
void el0_probe_emit(struct el0 *el0, uint64_t pc, uint64_t n);
/* Looks at the table again: sets `probing`, finds symbols; -ENOENT when the image lacks one. */
int el0_probes_resolve(struct el0 *el0, const char **why);
/* Name of what lies at an address, for events and reports; "" when unknown. */
uint32_t el0_symbol(const struct el0 *el0, uint64_t pc);

/* debug.c. Before the first instruction of a block: may stop, and then the registers may no longer
 * be in the engine. */
void el0_debug_here(struct el0 *el0, uint64_t va);
/* How many instructions of a block may run before the debugger must be asked again. */
uint32_t el0_debug_limit(const struct el0 *el0, uint64_t va, uint32_t insns);
static inline bool el0_debugged(const struct el0 *el0)
{
	return __builtin_expect(guest_debugger != NULL, 0);
}
void el0_debug_born(struct el0 *el0, const char *image_path);
/* The registers are those of the PE, or of the engine @e, and the context is about to leave. */
void el0_debug_leaves(struct el0 *el0, struct engine *e);
bool el0_debug_watching(const struct el0 *el0);
bool el0_debug_open(struct el0 *el0, struct engine *step);
/* Around one instruction in the step engine, while somebody watches. True: it touched a watched
 * word, was taken back, and the debugger was told. */
void el0_debug_watch(struct el0 *el0, struct engine *e);
bool el0_debug_watched(struct el0 *el0, const struct engine_place *before);
void el0_debug_fault(struct el0 *el0);

#endif
