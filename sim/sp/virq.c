/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Virtual interrupts of an S-EL1 context, as an SPMC below offers them (ffa.md 4.4, 4.5): pending
 * and enabled bits, a line (vIRQ or vFIQ) for each INTID, and the context's PSTATE.
 * Not modelled: priorities (lowest INTID first), active state, levels.
 */
#include <stdlib.h>

#include "sp/ec.h"

#define WORDS (EC_VIRQ_MAX / 64)

static void set(uint64_t *bits, unsigned intid, bool on)
{
	const uint64_t mask = 1ULL << (intid % 64);

	if (intid >= EC_VIRQ_MAX)
		abort(); /* checked by whoever read the number */
	bits[intid / 64] = on ? bits[intid / 64] | mask : bits[intid / 64] & ~mask;
}

void ec_virq_enable(struct ec *ec, unsigned intid, bool on)
{
	set(ec->virq.enabled, intid, on);
}

void ec_virq_line(struct ec *ec, unsigned intid, bool fiq)
{
	set(ec->virq.fiq, intid, fiq);
}

void ec_virq_pend(struct ec *ec, unsigned intid)
{
	set(ec->virq.pending, intid, true);
}

void ec_virq_clear(struct ec *ec, unsigned intid)
{
	set(ec->virq.pending, intid, false);
}

unsigned ec_virq_first(const struct ec *ec)
{
	for (unsigned w = 0; w < WORDS; w++) {
		const uint64_t left = ec->virq.pending[w] & ec->virq.enabled[w];

		if (left)
			return w * 64 + (unsigned)__builtin_ctzll(left);
	}
	return EC_VIRQ_MAX;
}

bool ec_virq_due(const struct ec *ec)
{
	const struct ec_virq *v = &ec->virq;

	for (unsigned w = 0; w < WORDS; w++) {
		const uint64_t left = v->pending[w] & v->enabled[w];

		if ((left & v->fiq[w] && !v->fiq_masked) || (left & ~v->fiq[w] && !v->irq_masked))
			return true;
	}
	return false;
}
