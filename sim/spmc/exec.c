/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Running SPs: one loop that enters the innermost SP, looks at why it left and either re-enters it,
 * goes on with another one, or gives control to the Normal world. A chain of requests is this loop
 * changing its subject; nothing recurses.
 *
 * Registers over a boundary (golden.md G2, G9): preemption moves everything, to any PE. An SVC
 * keeps x19-x30, clears NZCV, loses x18; FP/SIMD and TPIDR_EL0 simply stay in the hardware, so a
 * callee's values are visible to its caller.
 * Not modelled: lazy FP enabling, PAC keys, D12.
 */
#include <string.h>

#include "spmc/spmc_internal.h"

TRACE_KIND(trace_sp_enter, "sp.enter", "an SP is about to run at S-EL0", "sp$", "thread", "resume",
	   "action");
TRACE_KIND(trace_sp_leave, "sp.leave", "an SP left S-EL0", "sp$", "thread", "why$", "el0_ns");
TRACE_KIND(trace_sp_migrated, "sp.migrated", "a preempted SP goes on on another PE", "sp$",
	   "from_pe", "to_pe");

/* What an SVC leaves in x18. */
#define X18_LOST 0x18181818u

static void load_context(struct sp_ec *ctx, struct pe *pe)
{
	if (ctx->ec->el1 || ctx->preempted_regs)
		ec_vectors_fetch(pe);
	if (ctx->ec->el1) { /* below S-EL1 every exit saves everything */
		pe->regs = ctx->saved;
		return;
	}
	if (ctx->preempted_regs) {
		pe->regs = ctx->saved;
		ctx->preempted_regs = false;
		return;
	}
	pe->regs.x[18] = X18_LOST;
	memcpy(&pe->regs.x[19], ctx->x19_x30, sizeof(ctx->x19_x30));
	pe->regs.nzcv = 0;
}

static void save_preempted(struct sp_ec *ctx, struct pe *pe)
{
	ec_vectors_fetch(pe);
	ctx->saved = pe->regs;
	ctx->preempted_regs = true;
}

static void note_migration(struct spmc *s, struct sp_ec *ctx, const struct pe *pe, bool resume)
{
	if (resume && ctx->last_pe != pe->id)
		TRACE(&s->m->trace, trace_sp_migrated, ctx->who, ctx->last_pe, pe->id);
	ctx->last_pe = pe->id;
}

/* The counter is enabled on the way into an SP and disabled on the way out. D11: a preemption and
 * its resume go neither way, so the enabled bit stays where the SP was. */
static void enable_counter(struct spmc *s, struct pe *pe, bool resume)
{
	if (!quirk(s, Q_SP_COUNTER))
		return;
	if (!resume || quirk(s, Q_SP_COUNTER_MENDED))
		pe->el0_counter = true;
	else if (!pe->el0_counter)
		spmc_quirk_acts(s, Q_SP_COUNTER);
}

static void disable_counter(struct spmc *s, struct pe *pe, enum ec_exit_kind kind)
{
	if (kind != EC_EXIT_INTERRUPT || quirk(s, Q_SP_COUNTER_MENDED))
		pe->el0_counter = false;
}

/* Enters @ctx once. A pending interrupt that its action lets through is taken before the first
 * instruction (optee.md 1.8 L, S12). */
static void enter_once(struct spmc *s, struct sp_ec *ctx, const struct smc_regs *r, bool resume,
		       struct ec_exit *exit)
{
	struct pe *pe = pe_self();
	uint64_t el0_ns = ctx->ec->el0_ns;
	static const char *const why[] = {[EC_EXIT_SVC] = "svc",
					  [EC_EXIT_INTERRUPT] = "interrupt",
					  [EC_EXIT_FAULT] = "fault"};

	note_migration(s, ctx, pe, resume);
	TRACE(&s->m->trace, trace_sp_enter, ctx->who, ctx->thread, resume, ctx->action);
	load_context(ctx, pe);
	enable_counter(s, pe, resume);
	pe->s_irq_masked = interrupts_masked_for(s, ctx);
	pe->s_secure_open = ctx->mask < MASK_ALL;
	if (interrupts_due(s, pe)) {
		if (!resume) {
			ctx->entry_regs = *r;
			ctx->entry_pending = true;
		}
		exit->kind = EC_EXIT_INTERRUPT;
	} else if (spmc_fault_crashes(ctx, exit)) {
		ctx->entry_pending = false;
	} else if (ctx->entry_pending) {
		ctx->entry_pending = false;
		ec_enter(ctx->ec, &ctx->entry_regs, exit);
	} else {
		ec_enter(ctx->ec, resume ? NULL : r, exit);
	}
	pe = pe_self();
	pe->s_irq_masked = true;
	disable_counter(s, pe, exit->kind);
	pe->s_secure_open = false;
	if (exit->kind == EC_EXIT_INTERRUPT || ctx->ec->el1)
		save_preempted(ctx, pe);
	else if (exit->kind == EC_EXIT_SVC)
		memcpy(ctx->x19_x30, &pe->regs.x[19], sizeof(ctx->x19_x30));
	if (s->m->trace.on)
		TRACE(&s->m->trace, trace_sp_leave, ctx->who, ctx->thread,
		      trace_intern(why[exit->kind]), ctx->ec->el0_ns - el0_ns);
}

/* One SVC. True when some SP goes on. */
static bool serve_svc(struct spmc *s, struct sp_ec **ctx, struct smc_regs *r, bool *resume)
{
	struct call c = {.s = s, .sp = (*ctx)->sp, .ctx = *ctx, .r = r};

	spmc_fault_falsifies(r);
	pe_charge(cost()->svc_ns + cost()->spmc_service_ns);
	c.pe = pe_self();
	c.ctx->entry_reason = ENTRY_SVC_RESULT; /* a handler may know better */
	service_dispatch(&c, INSTANCE_SP);
	*resume = c.resume;
	switch (c.outcome) {
	case CALL_RETURN:
		return true;
	case CALL_SWITCH:
		*ctx = c.next;
		return true;
	case CALL_LEAVE:
		return false;
	}
	return false;
}

/* Between "it waits" and "its registers are saved" a context is neither idle nor busy (3.1). */
static void save_late(struct spmc *s, struct sp_ec *ctx)
{
	ctx->saving = true;
	pe_charge(cost()->lock_ns);
	ctx->saving = false;
}

static void check_saved(struct spmc *s, const struct sp_ec *ctx)
{
	if (!ctx->saving)
		return;
	spmc_quirk_acts(s, Q_H13);
	spmc_panic(s, "assertion failed: the context's registers are not available");
}

/* The page-table cache is shared with the Trusted OS, and so is its mutex (D17). */
static inline void map_tables(struct spmc *s)
{
	if (__builtin_expect(s->tables_taken, 0) && quirk(s, Q_D17))
		trusted_os_sp_tables(s->tos);
}

void exec_run(struct spmc *s, struct sp_ec *ctx, struct smc_regs *r, bool resume)
{
	const uint16_t thread = ctx->thread;
	struct ec_exit exit;
	bool more = false;

	do {
		struct sp_ec *const was = ctx;

		if (!resume)
			ctx->entry_x0 = r->x[0];
		pe_charge(cost()->sp_enter_ns);
		map_tables(s);
		check_saved(s, ctx);
		enter_once(s, ctx, r, resume, &exit);
		map_tables(s);
		resume = false;
		if (ctx->state == SP_DEAD && ctx->ec->el1)
			exit.kind = EC_EXIT_FAULT; /* another context of it crashed meanwhile */
		switch (exit.kind) {
		case EC_EXIT_SVC:
			*r = exit.regs;
			more = serve_svc(s, &ctx, r, &resume);
			break;
		case EC_EXIT_INTERRUPT:
			more = interrupts_preempt(s, &ctx, r, &resume);
			break;
		case EC_EXIT_FAULT:
			more = crash_handle(s, &ctx, r, &exit, &resume);
			break;
		}
		if (quirk(s, Q_EL1_SPS) && exit.kind == EC_EXIT_SVC && !(more && ctx == was))
			save_late(s, was);
		if (more && ctx != was && thread != SPMC_NO_THREAD) {
			/* The thread goes with the innermost SP; its caller has none meanwhile. */
			was->thread = SPMC_NO_THREAD;
			ctx->thread = thread;
			s->thread[thread].top = ctx;
		}
	} while (more);
	if (thread == SPMC_NO_THREAD || s->thread[thread].state != THREAD_ACTIVE)
		return;
	/* optee.md 4.2, between steps 8 and 9: the SP is idle, the thread still taken. */
	pe_charge(cost()->lock_ns);
	if (ctx->thread == thread)
		ctx->thread = SPMC_NO_THREAD;
	thread_free(s, thread);
}
