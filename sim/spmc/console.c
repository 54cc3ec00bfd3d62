/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * CONSOLE_LOG of an SP, and the SPMC's own lines on the secure console (ffa.md 8): characters are
 * kept for each context until its line ends, with a newline, a NUL or because the room is full; or
 * (quirk log-printed) each call is printed as it comes. It never blocks: a line takes no time.
 */
#include <string.h>

#include "spmc/spmc_internal.h"

TRACE_KIND(trace_sp_console, "sp.console", "a line on the secure console", "sp$", "text$");

void spmc_console(struct spmc *s, const struct sp *sp, const char *text)
{
	if (s->m->trace.on)
		TRACE(&s->m->trace, trace_sp_console, sp ? sp->who : 0, trace_intern(text));
}

/* What was kept of @ctx goes out as one line. */
static void flush(struct spmc *s, struct sp_ec *ctx)
{
	char text[LOG_BYTES + 1];

	while (ctx->log_bytes && ctx->log[ctx->log_bytes - 1] == '\r')
		ctx->log_bytes--;
	memcpy(text, ctx->log, ctx->log_bytes);
	text[ctx->log_bytes] = '\0';
	if (ctx->log_bytes)
		spmc_console(s, ctx->sp, text);
	ctx->log_bytes = 0;
}

static void put(struct spmc *s, struct sp_ec *ctx, char ch)
{
	if (ch && ch != '\n')
		ctx->log[ctx->log_bytes++] = ch;
	else
		flush(s, ctx);
	if (ctx->log_bytes == LOG_BYTES)
		flush(s, ctx);
}

static void handle_log(struct call *c)
{
	const struct smc_regs *r = c->r;
	const bool wide = r->x[0] & FFA_FID_64;
	const uint32_t count = (uint32_t)r->x[1];
	const unsigned per_reg = wide ? 8 : 4;
	const uint32_t limit = !wide ? 24 : c->sp->version >= FFA_VERSION_1_2 ? 128 : 48;

	if (!count || count > limit) {
		regs_error(c->r, FFA_INVALID_PARAMETERS);
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		put(c->s, c->ctx, (char)(r->x[2 + i / per_reg] >> 8 * (i % per_reg)));
	if (quirk(c->s, Q_LOG_PRINTED))
		flush(c->s, c->ctx);
	regs_success(c->r);
}

static const struct spmc_service services[] = {
	{FFA_CONSOLE_LOG, INSTANCE_SP, handle_log},
	{FFA_CONSOLE_LOG | FFA_FID_64, INSTANCE_SP, handle_log},
};
SPMC_FAMILY(console);
