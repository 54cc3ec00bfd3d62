/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * States of an execution context, as a table. `spec` uses all of them (ffa.md 3.1:
 * WAITING is "idle", RUNNING "busy"); the S-EL1 SPMC has no blocked state, a caller stays busy
 * (optee.md 3.3), and D5 lets a dead SP come back.
 */
#include "spmc/spmc_internal.h"

TRACE_KIND(trace_sp_state, "sp.state", "an SP's execution context changed state", "sp$", "from$",
	   "to$", "thread");

static const char *const names[SP_STATE_COUNT] = {
	[SP_BOOTING] = "booting", [SP_IDLE] = "idle",		[SP_BUSY] = "busy",
	[SP_BLOCKED] = "blocked", [SP_PREEMPTED] = "preempted", [SP_DEAD] = "dead",
	[SP_OFF] = "off",
};

const char *sp_state_name(enum sp_state state)
{
	return names[state];
}

void sp_set_state(struct sp_ec *ctx, enum sp_state to)
{
	const enum sp_state from = ctx->state;

	if (from == to)
		return;
	ctx->state = to;
	if (machine->trace.on)
		TRACE(&machine->trace, trace_sp_state, ctx->who, trace_intern(names[from]),
		      trace_intern(names[to]), ctx->thread);
}
