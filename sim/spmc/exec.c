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

static void load_context(struct sp *sp, struct pe *pe)
{
	if (sp->preempted_regs) {
		pe->regs = sp->saved;
		sp->preempted_regs = false;
		return;
	}
	pe->regs.x[18] = X18_LOST;
	memcpy(&pe->regs.x[19], sp->x19_x30, sizeof(sp->x19_x30));
	pe->regs.nzcv = 0;
}

static void save_preempted(struct sp *sp, const struct pe *pe)
{
	sp->saved = pe->regs;
	sp->preempted_regs = true;
}

static void note_migration(struct spmc *s, struct sp *sp, const struct pe *pe, bool resume)
{
	if (resume && sp->last_pe != pe->id)
		TRACE(&s->m->trace, trace_sp_migrated, sp->who, sp->last_pe, pe->id);
	sp->last_pe = pe->id;
}

/* Enters @sp once. A pending interrupt that its action lets through is taken before the first
 * instruction (optee.md 1.8 L, S12). */
static void enter_once(struct spmc *s, struct sp *sp, const struct smc_regs *r, bool resume,
		       struct ec_exit *exit)
{
	struct pe *pe = pe_self();
	uint64_t el0_ns = sp->ec->el0_ns;
	static const char *const why[] = {[EC_EXIT_SVC] = "svc",
					  [EC_EXIT_INTERRUPT] = "interrupt",
					  [EC_EXIT_FAULT] = "fault"};

	note_migration(s, sp, pe, resume);
	TRACE(&s->m->trace, trace_sp_enter, sp->who, sp->thread, resume, sp->action);
	load_context(sp, pe);
	pe->s_irq_masked = interrupts_masked_for(s, sp);
	if (!pe->s_irq_masked && pe_irq_pending(pe)) {
		if (!resume) {
			sp->entry_regs = *r;
			sp->entry_pending = true;
		}
		exit->kind = EC_EXIT_INTERRUPT;
	} else if (sp->entry_pending) {
		sp->entry_pending = false;
		ec_enter(sp->ec, &sp->entry_regs, exit);
	} else {
		ec_enter(sp->ec, resume ? NULL : r, exit);
	}
	pe = pe_self();
	pe->s_irq_masked = true;
	if (exit->kind == EC_EXIT_INTERRUPT)
		save_preempted(sp, pe);
	else
		memcpy(sp->x19_x30, &pe->regs.x[19], sizeof(sp->x19_x30));
	if (s->m->trace.on)
		TRACE(&s->m->trace, trace_sp_leave, sp->who, sp->thread,
		      trace_intern(why[exit->kind]), sp->ec->el0_ns - el0_ns);
}

/* One SVC. True when some SP goes on. */
static bool serve_svc(struct spmc *s, struct sp **sp, struct smc_regs *r, bool *resume)
{
	struct call c = {.s = s, .sp = *sp, .r = r};

	pe_charge(cost()->svc_ns + cost()->spmc_service_ns);
	c.pe = pe_self();
	c.sp->entry_reason = ENTRY_SVC_RESULT; /* a handler may know better */
	service_dispatch(&c, INSTANCE_SP);
	*resume = c.resume;
	switch (c.outcome) {
	case CALL_RETURN:
		return true;
	case CALL_SWITCH:
		*sp = c.next;
		return true;
	case CALL_LEAVE:
		return false;
	}
	return false;
}

void exec_run(struct spmc *s, struct sp *sp, struct smc_regs *r, bool resume)
{
	const uint16_t thread = sp->thread;
	struct ec_exit exit;
	bool more = false;

	do {
		struct sp *const was = sp;

		if (!resume)
			sp->entry_x0 = r->x[0];
		pe_charge(cost()->sp_enter_ns);
		enter_once(s, sp, r, resume, &exit);
		resume = false;
		switch (exit.kind) {
		case EC_EXIT_SVC:
			*r = exit.regs;
			more = serve_svc(s, &sp, r, &resume);
			break;
		case EC_EXIT_INTERRUPT:
			more = interrupts_preempt(s, &sp, r);
			break;
		case EC_EXIT_FAULT:
			more = crash_handle(s, &sp, r, &exit);
			break;
		}
		if (more && sp != was && thread != SPMC_NO_THREAD) {
			/* The thread goes with the innermost SP; its caller has none meanwhile. */
			was->thread = SPMC_NO_THREAD;
			sp->thread = thread;
			s->thread[thread].top = sp;
		}
	} while (more);
	if (thread == SPMC_NO_THREAD || s->thread[thread].state != THREAD_ACTIVE)
		return;
	/* optee.md 4.2, between steps 8 and 9: the SP is idle, the thread still taken. */
	pe_charge(cost()->lock_ns);
	if (sp->thread == thread)
		sp->thread = SPMC_NO_THREAD;
	thread_free(s, thread);
}
