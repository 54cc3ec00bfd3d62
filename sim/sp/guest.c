/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of probes of guest.h, and the kinds of event of guest code. */
#include "sp/guest.h"

#include "sp/guest_debug.h"

#include <errno.h>

TRACE_KIND(trace_guest_insn, "guest.insn",
	   "a guest SP is about to run an instruction; count: how many since its message arrived "
	   "(only where a scenario names it)",
	   "sp$", "count", "pc", "symbol$");
TRACE_KIND(trace_guest_pc, "guest.pc",
	   "a guest SP reaches an address (only where a scenario names it)", "sp$", "pc",
	   "symbol$");
TRACE_KIND(trace_guest_sysreg, "guest.sysreg",
	   "a guest SP touched a system register that traps, and went on", "sp$", "name$", "value",
	   "pc");

static struct guest_probe probes[GUEST_PROBES_MAX];
static size_t probe_count;
static uint32_t probe_gen;

int guest_probe_add(const struct guest_probe *probe)
{
	if (probe_count == GUEST_PROBES_MAX)
		return -ENOSPC;
	probes[probe_count++] = *probe;
	probe_gen++;
	return 0;
}

void guest_probes_clear(void)
{
	probe_count = 0;
	probe_gen++;
}

const struct guest_probe *guest_probes(size_t *count)
{
	*count = probe_count;
	return probes;
}

uint32_t guest_probes_gen(void)
{
	return probe_gen;
}

struct guest_debugger *guest_debugger;

static struct guest guests[GUESTS_MAX];
static unsigned guest_count;

void guests_clear(void)
{
	guest_count = 0;
}

void guest_planned(uint32_t who)
{
	if (guest_count < GUESTS_MAX)
		guests[guest_count++] = (struct guest){.who = who};
}

void guest_born(struct ec *ec, const struct guest_target *target)
{
	for (unsigned i = 0; i < guest_count; i++)
		if (guests[i].who == ec->who)
			guests[i] = (struct guest){ec->who, ec, target};
}

void guest_gone(const struct ec *ec)
{
	for (unsigned i = 0; i < guest_count; i++)
		if (guests[i].ec == ec)
			guests[i] = (struct guest){.who = ec->who};
}

const struct guest *guest_at(unsigned index)
{
	return index < guest_count ? &guests[index] : NULL;
}
