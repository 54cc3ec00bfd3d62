/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The other side of the SPMD: what EL3 does with a call of the SPMC (ffa.md 1.5, column "From
 * SPMC/SWd"; instance SPh of 1.2). Results for the Normal world pass; a few calls it answers or
 * acts upon; the rest it refuses. And EL3's own interrupts: in the Normal world EL3 takes them
 * itself, in the Secure one the SPMC hands them up with EL3_INTR_HANDLE. Not modelled: SPMD logical
 * partitions, so none is ever listed or in a request; an SPMC that gives up its own initialisation.
 */
#include "spmc/spmc_internal.h"

TRACE_KIND(trace_spmd_el3, "spmd.el3_interrupt", "EL3 served an interrupt of its own", "pe",
	   "from$");
TRACE_KIND(trace_spmd_resume, "spmd.resume", "NORMAL_WORLD_RESUME: the Normal world goes on", "pe");

enum up_action { UP_REFUSE, UP_PASS, UP_WAIT, UP_RESUME, UP_EL3, UP_REQ, UP_ID, UP_SPM_ID, UP_OK };

/* Function ids without a row are refused. */
static const struct {
	uint32_t fid;
	enum up_action action;
} rows[] = {
	{FFA_ERROR, UP_PASS},
	{FFA_SUCCESS, UP_PASS},
	{FFA_INTERRUPT, UP_PASS},
	{FFA_FEATURES, UP_OK}, /* as built: everything is there */
	{FFA_YIELD, UP_PASS},
	{FFA_MSG_WAIT, UP_WAIT},
	{FFA_DIRECT_REQ, UP_REQ},
	{FFA_DIRECT_RESP, UP_PASS},
	{FFA_DIRECT_RESP2, UP_PASS},
	{FFA_MEM_DONATE, UP_PASS},
	{FFA_MEM_LEND, UP_PASS},
	{FFA_MEM_SHARE, UP_PASS},
	{FFA_MEM_RETRIEVE_REQ, UP_PASS},
	{FFA_MEM_RETRIEVE_RESP, UP_PASS},
	{FFA_MEM_RELINQUISH, UP_PASS},
	{FFA_MEM_RECLAIM, UP_PASS},
	{FFA_MEM_FRAG_RX, UP_PASS},
	{FFA_MEM_FRAG_TX, UP_PASS},
	{FFA_NORMAL_WORLD_RESUME, UP_RESUME},
	{FFA_EL3_INTR_HANDLE, UP_EL3},
	{FFA_SECONDARY_EP_REGISTER, UP_OK},
	{FFA_ID_GET, UP_ID},
	{FFA_SPM_ID_GET, UP_SPM_ID},
};

static enum up_action action(uint32_t fid32)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].fid == fid32)
			return rows[i].action;
	return UP_REFUSE;
}

void spmd_serve_el3(struct spmc *s, struct pe *pe, const char *from)
{
	intc_ack_secure(s->m, pe);
	TRACE(&s->m->trace, trace_spmd_el3, pe->id, trace_intern(from));
	pe_charge(cost()->irq_entry_ns);
}

static void id(struct smc_regs *r, uint32_t value)
{
	regs_success(r);
	r->x[2] = value;
}

/* Only SPMD logical partitions may be called, and there are none. */
static int refuse_request(const struct smc_regs *r)
{
	return ffa_src(r->x[1]).v == FFA_ID_SPMC && ffa_dst(r->x[1]).v == FFA_ID_SPMD
		       ? FFA_DENIED
		       : FFA_INVALID_PARAMETERS;
}

bool spmd_call(struct spmc *s, struct smc_regs *r)
{
	struct pe *pe = pe_self();
	const uint64_t here = 1ULL << pe->id;
	const uint32_t fid = (uint32_t)r->x[0];

	switch (action(fid & ~FFA_FID_64)) {
	case UP_PASS:
		return false;
	case UP_WAIT:
		s->ready_pes |= here;
		return false;
	case UP_RESUME:
		if (!(s->excursions & here)) {
			regs_error(r, FFA_DENIED); /* from no secure interrupt (9.4) */
			return true;
		}
		s->excursions &= ~here;
		TRACE(&s->m->trace, trace_spmd_resume, pe->id);
		return false;
	case UP_EL3:
		if (intc_first_secure(s->m, pe) != SPMD_INTID) {
			regs_error(r, FFA_DENIED);
			return true;
		}
		spmd_serve_el3(s, pe, "secure");
		regs_success(r);
		return true;
	case UP_REQ:
		regs_error(r, refuse_request(r));
		return true;
	case UP_ID:
		id(r, FFA_ID_SPMC);
		return true;
	case UP_SPM_ID:
		id(r, FFA_ID_SPMD);
		return true;
	case UP_OK:
		regs_success(r);
		return true;
	case UP_REFUSE:
		break;
	}
	regs_error(r, FFA_NOT_SUPPORTED);
	return true;
}
