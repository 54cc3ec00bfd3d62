/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Engines and snapshots. A snapshot puts back a machine: contexts, their fibers, guest memory. It
 * does not put back an engine. So no engine may be inside a run when a snapshot is taken or put
 * back: before the first, waiting contexts step out of their engines and wait in front of them;
 * before a rewind, contexts are thrown out wherever they are.
 */
#include "el0.h"

static struct el0 *unwinding;

/* On the fiber of the context, where it had been switched away. */
static void back_to_hook(void)
{
	struct el0 *el0 = unwinding;
	struct engine *e = el0->step && el0->step->running ? el0->step : el0->fast;

	longjmp(e->hook, 1);
}

void el0_unwind(struct el0 *el0)
{
	if (!(el0->fast && el0->fast->running) && !(el0->step && el0->step->running))
		return;
	el0->want = EL0_QUIT;
	el0->caller = fiber_self();
	unwinding = el0;
	machine->unwind = back_to_hook;
	fiber_switch(el0->fiber);
	machine->unwind = NULL;
}

static bool step_out(struct el0 *el0, const struct engine *e)
{
	if (!el0->parked_in_svc || e != el0->fast || !el0->kept)
		return false;
	if (el0->ec.kept_on)
		ec_vectors_fetch(&machine->pe[el0->ec.kept_on - 1]);
	el0->want = EL0_PARK;
	el0->caller = fiber_self();
	fiber_switch(el0->fiber);
	return true;
}

/* The flow that crashed was this one: nobody can go on from where its fiber was left. */
static bool lost(const struct el0 *el0)
{
	return machine->pe[machine->trace.ctx.pe].fiber == el0->fiber;
}

bool el0_rest(enum ec_rest how)
{
	bool all = true;

	for (struct engine *e = engine_first(); e; e = e->next) {
		if (!e->owner || !e->running) {
			;
		} else if (how == EC_REST_KEEP) {
			all &= step_out(e->owner, e);
		} else if (how == EC_REST_CRASHED && lost(e->owner)) {
			all &= engine_renew(e);
		} else {
			el0_unwind(e->owner);
		}
		e->mapped = e->status_known = false;
	}
	return all;
}
