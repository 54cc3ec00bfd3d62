/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A synchronous exception of an SP (optee.md 3.9, golden.md G6): the session dies, its requester
 * gets ABORTED. Its buffers and memory transactions end with it (ffa.md 7.5), or stay as they are
 * for good (quirk dead-sp-keeps-memory). What real code does when the fault follows an answered SVC
 * (D5) or a callee's reply (D34) are quirks.
 * Registers and stack are shown where the back end has them. Not modelled: restart.
 */
#include <stdio.h>

#include "spmc/spmc_internal.h"

TRACE_KIND(trace_sp_crash, "sp.crash", "an SP took a synchronous exception", "sp$", "fault$",
	   "addr");

static const char *fault_name(enum ffasim_sp_fault fault)
{
	switch (fault) {
	case FFASIM_SP_UNDEF:
	case FFASIM_SP_SYSREG:
	case FFASIM_SP_BRK:
		return "undef-abort";
	case FFASIM_SP_DATA_ABORT:
		return "data-abort";
	case FFASIM_SP_INSN_ABORT:
		return "prefetch-abort";
	case FFASIM_SP_ALIGNMENT:
		return "alignment-abort";
	}
	return "abort";
}

struct dump {
	struct spmc *s;
	const struct sp *sp;
	bool told; /* the first line says what it was and where */
};

static void put_line(void *arg, const char *line)
{
	struct dump *d = arg;

	if (!d->told)
		snprintf(d->s->died_of, sizeof(d->s->died_of), "%s", line);
	d->told = true;
	spmc_console(d->s, d->sp, line);
}

static void report(struct spmc *s, struct sp_ec *ctx, const struct ec_exit *exit)
{
	char text[80];

	if (!s->m->trace.on)
		return;
	TRACE(&s->m->trace, trace_sp_crash, ctx->who, trace_intern(fault_name(exit->fault)),
	      exit->fault_addr);
	snprintf(text, sizeof(text), "User mode %s at address 0x%llx", fault_name(exit->fault),
		 (unsigned long long)exit->fault_addr);
	spmc_console(s, ctx->sp, text);
	snprintf(s->died_of, sizeof(s->died_of), "%s", text);
	if (ctx->ec->ops->describe)
		ctx->ec->ops->describe(ctx->ec, put_line, &(struct dump){s, ctx->sp, false});
}

/* D5: the result of the re-entry is ignored and the stale x0 is read as a new call. */
static bool reenter_dead(struct spmc *s, struct sp_ec *ctx, struct smc_regs *r)
{
	char text[64];

	if (!quirk(s, Q_D5) || ctx->entry_reason != ENTRY_SVC_RESULT)
		return false;
	spmc_quirk_acts(s, Q_D5);
	if ((uint32_t)ctx->entry_x0 == FFA_ERROR) {
		ctx->entry_reason = ENTRY_BOUNCE;
	} else {
		snprintf(text, sizeof(text), "Unhandled FFA function ID 0x%x",
			 (uint32_t)ctx->entry_x0);
		spmc_console(s, ctx->sp, text);
	}
	regs_error(r, FFA_INVALID_PARAMETERS);
	return true;
}

bool crash_handle(struct spmc *s, struct sp_ec **ctxp, struct smc_regs *r,
		  const struct ec_exit *exit, bool *resume)
{
	struct sp_ec *ctx = *ctxp;
	const bool was_dead = ctx->state == SP_DEAD;

	pe_charge(cost()->spmc_service_ns);
	if (!was_dead || !ctx->ec->el1)
		report(s, ctx, exit);
	for (unsigned i = 0; i < ctx->sp->ctx_count; i++)
		sp_set_state(&ctx->sp->ctx[i], SP_DEAD);
	if (!was_dead && !quirk(s, Q_DEAD_KEEPS))
		memory_endpoint_died(s, ctx->sp);
	if (reenter_dead(s, ctx, r))
		return true;
	if (ctx->interrupted) { /* it was a handler: what it had interrupted goes on (7.5) */
		*ctxp = ctx->interrupted;
		ctx->interrupted = NULL;
		sp_set_state(*ctxp, sp_working_state(*ctxp));
		*resume = true;
		return true;
	}
	regs_error(r, FFA_ABORTED);
	if (quirk(s, Q_D34) && ctx->entry_reason == ENTRY_REPLY && ctx->last_callee && !was_dead) {
		/* The error goes to who replied last instead of up the chain. */
		spmc_quirk_acts(s, Q_D34);
		*ctxp = ctx->last_callee;
		(*ctxp)->entry_reason = ENTRY_BOUNCE;
		return true;
	}
	ctx->request_open = false;
	if (!ctx->caller_ctx || !ctx->initialised)
		return false;
	if (!quirk(s, Q_THREAD_POOL) && !ctx->linked && ctx->caller_ctx->state != SP_BLOCKED)
		return false;
	ctx->linked = false;
	*ctxp = ctx->caller_ctx;
	sp_set_state(*ctxp, sp_working_state(*ctxp));
	(*ctxp)->entry_reason = ENTRY_SVC_RESULT;
	return true;
}
