/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Points inside guest code. A back end cannot emit an event for each instruction; it emits one
 * where a scenario asks for it. What is asked for is read off the scenario's own event patterns:
 * guest.insn(sp=spin, count=120) or guest.pc(symbol=guest_spin_loop).
 */
#include <errno.h>
#include <string.h>

#include "host/scenario.h"
#include "sp/guest.h"

static bool about(const struct epat *p, const struct trace_kind *kind)
{
	for (size_t i = 0; i < p->kind_count; i++)
		if (p->kind[i].id == kind->id)
			return true;
	return false;
}

static const struct epat_field *field(const struct epat *p, const char *name)
{
	for (size_t i = 0; i < p->field_count; i++)
		if (!strcmp(p->field[i].name, name))
			return &p->field[i];
	return NULL;
}

bool guest_point_check(const struct epat *p, struct diag *d)
{
	if (p->kind_count != 1)
		return true;
	if (about(p, &trace_guest_insn) && !field(p, "count")) {
		DIAG_NODE(d, p->node,
			  "guest.insn needs count=N: it happens only where it is named");
		return false;
	}
	if (about(p, &trace_guest_pc) && !field(p, "pc") && !field(p, "symbol")) {
		DIAG_NODE(d, p->node,
			  "guest.pc needs pc=ADDRESS or symbol=NAME: it happens only where it is "
			  "named");
		return false;
	}
	return true;
}

static void arm(const struct epat *p, enum guest_probe_kind kind, const struct epat_field *at)
{
	const struct epat_field *sp = field(p, "sp");

	if (at)
		guest_probe_add(&(struct guest_probe){.kind = kind,
						      .sp = sp ? sp->word : 0,
						      .symbol = at->word,
						      .lo = at->lo,
						      .hi = at->hi});
}

int guest_points_fit(const struct scn *s)
{
	size_t count = 0;

	for (const struct epat *p = s->patterns; p; p = p->next) {
		count += about(p, &trace_guest_insn) + about(p, &trace_guest_pc);
		if (count > GUEST_PROBES_MAX)
			return DIAG_NODE(s->d, p->node,
					 "more than %d events name points in guest code",
					 GUEST_PROBES_MAX);
	}
	return 0;
}

void guest_points_arm(const struct scn *s)
{
	guest_probes_clear();
	for (const struct epat *p = s->patterns; p; p = p->next) {
		if (about(p, &trace_guest_insn))
			arm(p, GUEST_PROBE_INSN, field(p, "count"));
		if (!about(p, &trace_guest_pc))
			continue;
		arm(p, GUEST_PROBE_PC, field(p, "pc"));
		if (!field(p, "pc"))
			arm(p, GUEST_PROBE_SYMBOL, field(p, "symbol"));
	}
}
