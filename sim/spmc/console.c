/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * CONSOLE_LOG of an SP, and the SPMC's own lines on the secure console (ffa.md 8).
 * Not modelled: line buffering; each call is one line.
 */
#include "spmc/spmc_internal.h"

TRACE_KIND(trace_sp_console, "sp.console", "a line on the secure console", "sp$", "text$");

void spmc_console(struct spmc *s, const struct sp *sp, const char *text)
{
	if (s->m->trace.on)
		TRACE(&s->m->trace, trace_sp_console, sp ? sp->who : 0, trace_intern(text));
}

static void handle_log(struct call *c)
{
	const struct smc_regs *r = c->r;
	const bool wide = r->x[0] & FFA_FID_64;
	const uint32_t count = (uint32_t)r->x[1];
	const unsigned per_reg = wide ? 8 : 4;
	const uint32_t limit = !wide ? 24 : c->sp->version >= FFA_VERSION_1_2 ? 128 : 48;
	char text[129];
	uint32_t n = 0;

	if (!count || count > limit) {
		regs_error(c->r, FFA_INVALID_PARAMETERS);
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		const char ch = (char)(r->x[2 + i / per_reg] >> 8 * (i % per_reg));

		if (ch)
			text[n++] = ch;
	}
	while (n && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	text[n] = '\0';
	spmc_console(c->s, c->sp, text);
	regs_success(c->r);
}

static const struct spmc_service services[] = {
	{FFA_CONSOLE_LOG, INSTANCE_SP, handle_log},
	{FFA_CONSOLE_LOG | FFA_FID_64, INSTANCE_SP, handle_log},
};
SPMC_FAMILY(console);
