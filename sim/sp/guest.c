/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of probes of guest.h, and the kinds of event of guest code. */
#include "sp/guest.h"

#include <errno.h>

TRACE_KIND(trace_guest_insn, "guest.insn",
	   "a guest SP is about to run an instruction; n: how many since its message arrived "
	   "(only where a scenario names it)",
	   "sp$", "n", "pc", "symbol$");
TRACE_KIND(trace_guest_pc, "guest.pc",
	   "a guest SP reaches an address (only where a scenario names it)", "sp$", "pc",
	   "symbol$");
TRACE_KIND(trace_guest_svc, "guest.svc", "a guest SP executed SVC; n: which since boot", "sp$", "n",
	   "fid", "pc");
TRACE_KIND(trace_guest_sysreg, "guest.sysreg",
	   "a guest SP touched a system register that traps, and went on", "sp$", "name$", "value",
	   "pc");

static struct guest_probe probes[GUEST_PROBES_MAX];
static size_t probe_count;

int guest_probe_add(const struct guest_probe *probe)
{
	if (probe_count == GUEST_PROBES_MAX)
		return -ENOSPC;
	probes[probe_count++] = *probe;
	return 0;
}

void guest_probes_clear(void)
{
	probe_count = 0;
}

const struct guest_probe *guest_probes(size_t *count)
{
	*count = probe_count;
	return probes;
}
