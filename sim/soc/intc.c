/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupt controller. Pending state is one bit per INTID: raising a pending interrupt again is
 * counted as lost, which is exactly what a PE sees that was away for many ticks (golden.md G3).
 */
#include "soc/machine.h"
#include "soc/pe_internal.h"
#include <stdlib.h>
#include <string.h>

TRACE_KIND(trace_irq_pend, "irq.pend", "an interrupt became pending", "pe", "intid");
TRACE_KIND(trace_irq_secure, "irq.secure", "the Secure world acknowledged an interrupt", "intid");
TRACE_KIND(trace_irq_taken, "irq.taken", "Linux acknowledged an interrupt", "intid", "latency_ns");

static bool bit(const uint64_t *bits, unsigned i)
{
	return bits[i / 64] >> (i % 64) & 1;
}

static void bit_set(uint64_t *bits, unsigned i, bool on)
{
	uint64_t mask = 1ULL << (i % 64);

	bits[i / 64] = on ? bits[i / 64] | mask : bits[i / 64] & ~mask;
}

void intc_reset(struct intc *intc)
{
	memset(intc, 0, sizeof(*intc));
}

void intc_pe_reset(struct intc_pe *pe)
{
	memset(pe, 0, sizeof(*pe));
	pe->enabled = 0xffff; /* SGIs are always enabled */
}

/* What a scenario may name is checked where it is read; here a wrong number is a programming error.
 */
static void check(const struct machine *m, unsigned pe, unsigned intid)
{
	if (intid >= INTID_MAX || (intid < 32 && pe >= m->pe_count))
		abort();
}

/* An SPI counts for its target, in its group, while pending and enabled. */
static bool spi_counts(const struct intc *intc, unsigned intid)
{
	return bit(intc->spi_pending, intid) && bit(intc->spi_enabled, intid);
}

static uint32_t *spi_count(struct machine *m, unsigned intid)
{
	struct intc_pe *ip = &m->pe[m->intc.spi_target[intid]].intc;

	return bit(m->intc.secure, intid) ? &ip->spi_secure_count : &ip->spi_pending_count;
}

/* Applies a change to an SPI and moves the count of deliverable ones with it. */
#define SPI_CHANGE(m, intid, statement)                                                            \
	do {                                                                                       \
		struct intc *ic = &(m)->intc;                                                      \
		if (spi_counts(ic, intid))                                                         \
			--*spi_count((m), (intid));                                                \
		statement;                                                                         \
		if (spi_counts(ic, intid)) {                                                       \
			++*spi_count((m), (intid));                                                \
			pe_kick((m), &(m)->pe[ic->spi_target[intid]]);                             \
		}                                                                                  \
	} while (0)

void intc_raise(struct machine *m, unsigned pe, unsigned intid)
{
	check(m, pe, intid);
	if (!intc_fault_holds(m, pe, intid))
		intc_pend(m, pe, intid);
}

void intc_pend(struct machine *m, unsigned pe, unsigned intid)
{
	m->intc.raised++;
	if (intid >= 32) {
		if (bit(m->intc.spi_pending, intid)) {
			m->intc.lost++;
			return;
		}
		m->intc.spi_pend_ns[intid] = m->now_ns;
		TRACE(&m->trace, trace_irq_pend, m->intc.spi_target[intid], intid);
		SPI_CHANGE(m, intid, bit_set(ic->spi_pending, intid, true));
		return;
	}
	if (m->pe[pe].intc.pending >> intid & 1) {
		m->intc.lost++;
		return;
	}
	m->pe[pe].intc.pending |= 1u << intid;
	m->pe[pe].intc.pend_ns[intid] = m->now_ns;
	TRACE(&m->trace, trace_irq_pend, pe, intid);
	pe_kick(m, &m->pe[pe]);
}

void intc_clear(struct machine *m, unsigned pe, unsigned intid)
{
	if (intid >= 32)
		SPI_CHANGE(m, intid, bit_set(ic->spi_pending, intid, false));
	else
		m->pe[pe].intc.pending &= ~(1u << intid);
}

void intc_enable(struct machine *m, unsigned pe, unsigned intid, bool on)
{
	struct intc_pe *ip;

	check(m, pe, intid);
	ip = &m->pe[pe].intc;
	if (intid >= 32) {
		SPI_CHANGE(m, intid, bit_set(ic->spi_enabled, intid, on));
		return;
	}
	ip->enabled = on ? ip->enabled | 1u << intid : ip->enabled & ~(1u << intid);
	pe_kick(m, &m->pe[pe]);
}

void intc_set_target(struct machine *m, unsigned intid, unsigned pe)
{
	check(m, 0, intid);
	if (intid < 32 || pe >= m->pe_count)
		abort();
	SPI_CHANGE(m, intid, ic->spi_target[intid] = (uint16_t)pe);
}

void intc_set_secure(struct machine *m, unsigned intid, bool secure)
{
	check(m, 0, intid);
	SPI_CHANGE(m, intid, bit_set(ic->secure, intid, secure));
}

bool intc_is_pending(const struct machine *m, unsigned pe, unsigned intid)
{
	if (intid >= 32)
		return bit(m->intc.spi_pending, intid);
	return m->pe[pe].intc.pending >> intid & 1;
}

bool pe_irq_pending(const struct pe *pe)
{
	return (pe->intc.pending & pe->intc.enabled & ~(uint32_t)machine->intc.secure[0]) ||
	       pe->intc.spi_pending_count;
}

/* Lowest deliverable SPI, of one group, of a PE that has one. */
static unsigned spi_first(const struct intc *ic, unsigned pe, bool secure)
{
	for (unsigned word = 0; word < INTID_MAX / 64; word++) {
		uint64_t left = ic->spi_pending[word] & ic->spi_enabled[word] &
				(secure ? ic->secure[word] : ~ic->secure[word]);

		for (; left; left &= left - 1) {
			unsigned intid = word * 64 + (unsigned)__builtin_ctzll(left);

			if (ic->spi_target[intid] == pe)
				return intid;
		}
	}
	abort(); /* the count and the bits disagree */
}

unsigned intc_ack(struct machine *m, struct pe *pe, uint64_t *pend_ns)
{
	uint32_t local = pe->intc.pending & pe->intc.enabled & ~(uint32_t)m->intc.secure[0];
	unsigned intid = INTID_NONE;

	if (local) {
		intid = (unsigned)__builtin_ctz(local);
		if (intc_fault_hides(intid))
			goto none;
		pe->intc.pending &= ~(1u << intid);
		*pend_ns = pe->intc.pend_ns[intid];
	} else if (pe->intc.spi_pending_count) {
		intid = spi_first(&m->intc, pe->id, false);
		if (intc_fault_hides(intid))
			goto none;
		SPI_CHANGE(m, intid, bit_set(ic->spi_pending, intid, false));
		*pend_ns = m->intc.spi_pend_ns[intid];
	}
	if (intid == INTID_NONE)
		goto none;
	TRACE(&m->trace, trace_irq_taken, intid, m->now_ns - *pend_ns);
	return intid;
none:
	*pend_ns = m->now_ns;
	return INTID_NONE;
}

unsigned intc_first_secure(const struct machine *m, const struct pe *pe)
{
	return pe->intc.spi_secure_count ? spi_first(&m->intc, pe->id, true) : INTID_NONE;
}

unsigned intc_ack_secure(struct machine *m, struct pe *pe)
{
	const unsigned intid = intc_first_secure(m, pe);

	if (intid == INTID_NONE)
		return intid;
	SPI_CHANGE(m, intid, bit_set(ic->spi_pending, intid, false));
	TRACE(&m->trace, trace_irq_secure, intid);
	return intid;
}
