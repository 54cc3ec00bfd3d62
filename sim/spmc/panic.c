/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Panic of the SPMC: the PE is lost, with panic-halts-all (multi-core halting) every PE is.
 * Whether that was expected is for the scenario to say; the run just stops.
 */
#include <stdio.h>

#include "spmc/spmc_internal.h"

TRACE_KIND(trace_spmc_panic, "spmc.panic", "the SPMC panicked", "text$", "pe");
TRACE_KIND(trace_spmc_quirk, "spmc.quirk", "a named deviation of the profile acted", "name$");

static const char *const quirk_names[] = {
#define QUIRK_NAME(id, name, doc) name,
	SPMC_QUIRKS(QUIRK_NAME)
#undef QUIRK_NAME
};

void spmc_quirk_acts(struct spmc *s, enum quirk_id id)
{
	s->last_quirk = quirk_names[id];
	if (s->m->trace.on)
		TRACE(&s->m->trace, trace_spmc_quirk, trace_intern(quirk_names[id]));
}

_Noreturn void spmc_panic(struct spmc *s, const char *text)
{
	s->panicked = true;
	if (s->m->trace.on)
		TRACE(&s->m->trace, trace_spmc_panic, trace_intern(text), pe_self()->id);
	if (quirk(s, Q_HALT_ALL))
		machine_stop(s->m, MACHINE_HALTED, text);
	for (;;)
		pe_off();
}

const char *spmc_panic_quirk(const struct spmc *spmc)
{
	return spmc->panicked ? spmc->last_quirk : NULL;
}

bool spmc_panicked(const struct spmc *spmc)
{
	return spmc->panicked;
}
