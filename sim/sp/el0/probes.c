/* SPDX-License-Identifier: BSD-3-Clause */
/* The probes of sp/guest.h against the instructions of a block. */
#include <errno.h>

#include "el0.h"

static bool about(const struct el0 *el0, const struct guest_probe *p)
{
	return !p->sp || p->sp == el0->ec.who;
}

int el0_probes_resolve(struct el0 *el0, const char **why)
{
	size_t count;
	const struct guest_probe *p = guest_probes(&count);

	el0->probe_gen = guest_probes_gen();
	el0->probing = el0_debugged(el0);
	for (size_t i = 0; i < count; i++) {
		uint64_t offset, bytes;

		if (!about(el0, &p[i]))
			continue;
		el0->probing = true;
		if (p[i].kind != GUEST_PROBE_SYMBOL)
			continue;
		if (!gimage_symbol(&el0->image, trace_name(p[i].symbol), &offset, &bytes)) {
			*why = "the image has no symbol that guest.pc names";
			return -ENOENT;
		}
		el0->probe_va[i] = el0->load_va + offset;
	}
	return 0;
}

/* Distance in instructions from @at to the first of lo..hi, or @none. */
static uint64_t distance(uint64_t at, uint64_t lo, uint64_t hi, uint64_t step, uint64_t none)
{
	if (at > hi)
		return none;
	return at >= lo ? 0 : (lo - at + step - 1) / step;
}

uint32_t el0_probe_next(const struct el0 *el0, uint64_t va, uint32_t insns, uint64_t n)
{
	size_t count;
	const struct guest_probe *p = guest_probes(&count);
	uint64_t best = insns;

	for (size_t i = 0; i < count; i++) {
		uint64_t d;

		if (!about(el0, &p[i]))
			continue;
		if (p[i].kind == GUEST_PROBE_INSN)
			d = distance(n, p[i].lo, p[i].hi, 1, best);
		else if (p[i].kind == GUEST_PROBE_PC)
			d = distance(va, p[i].lo, p[i].hi, 4, best);
		else
			d = distance(va, el0->probe_va[i], el0->probe_va[i], 4, best);
		if (d < best)
			best = d;
	}
	return (uint32_t)best;
}

uint32_t el0_symbol(const struct el0 *el0, uint64_t pc)
{
	uint64_t d;
	const char *name =
		pc >= el0->load_va ? gimage_symbol_at(&el0->image, pc - el0->load_va, &d) : NULL;

	return trace_intern(name ? name : "?");
}

void el0_probe_emit(struct el0 *el0, uint64_t pc, uint64_t n)
{
	size_t count;
	const struct guest_probe *p = guest_probes(&count);
	bool insn = false, at = false;

	for (size_t i = 0; i < count; i++) {
		if (!about(el0, &p[i]))
			continue;
		if (p[i].kind == GUEST_PROBE_INSN)
			insn |= n >= p[i].lo && n <= p[i].hi;
		else if (p[i].kind == GUEST_PROBE_PC)
			at |= pc >= p[i].lo && pc <= p[i].hi;
		else
			at |= pc == el0->probe_va[i];
	}
	if (insn)
		TRACE(&machine->trace, trace_guest_insn, el0->ec.who, n, pc, el0_symbol(el0, pc));
	if (at)
		TRACE(&machine->trace, trace_guest_pc, el0->ec.who, pc, el0_symbol(el0, pc));
}
