/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Points inside guest code: what a scenario may ask of AArch64 partitions, by the instruction. The
 * host adds probes before the world is built; the back end looks at them and emits the event at the
 * exact instruction, before it runs. The kinds live here, not in the loadable back end, so that the
 * list of kinds does not depend on what is loaded.
 */
#ifndef FFASIM_SP_GUEST_H
#define FFASIM_SP_GUEST_H

#include "core/trace.h"

enum guest_probe_kind {
	GUEST_PROBE_INSN, /* lo..hi: instructions run since the message arrived */
	GUEST_PROBE_PC,	  /* lo..hi: addresses */
	GUEST_PROBE_SYMBOL,
};

struct guest_probe {
	enum guest_probe_kind kind;
	uint32_t sp; /* interned name of the partition, 0 = any */
	uint32_t symbol;
	uint64_t lo, hi;
};

#define GUEST_PROBES_MAX 64

int guest_probe_add(const struct guest_probe *probe); /* -ENOSPC */
void guest_probes_clear(void);
const struct guest_probe *guest_probes(size_t *count);
uint32_t guest_probes_gen(void); /* changes with the table */

extern struct trace_kind trace_guest_insn, trace_guest_pc, trace_guest_sysreg;

#endif
