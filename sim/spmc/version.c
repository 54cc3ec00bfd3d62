/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * VERSION, ID_GET, SPM_ID_GET (ffa.md 1.3; optee.md 3.1, 3.2). The Normal world's VERSION comes as
 * a framework message of the SPMD (8).
 */
#include "spmc/spmc_internal.h"

#define MAJOR(version) ((version) >> 16)

/* What w0 becomes; adopts the requested version where the rules say so. */
static uint32_t negotiate(const struct spmc *s, uint32_t wanted, uint32_t *stored, bool locked)
{
	const uint32_t own = s->profile->version;

	if (wanted >> 31)
		return (uint32_t)FFA_NOT_SUPPORTED;
	if (quirk(s, Q_VERSION_STORED) && locked)
		return *stored;
	if (!quirk(s, Q_VERSION_UNLOCKED) && locked)
		return wanted == *stored ? own : (uint32_t)FFA_NOT_SUPPORTED;
	if (quirk(s, Q_VERSION_EXACT) && (MAJOR(wanted) != MAJOR(own) || wanted > own))
		return (uint32_t)FFA_NOT_SUPPORTED;
	if (quirk(s, Q_VERSION_STORED) && wanted > own)
		return own; /* and nothing is agreed on */
	if (MAJOR(wanted) == MAJOR(own))
		*stored = wanted < own ? wanted : own;
	return own;
}

static void handle_version(struct call *c)
{
	const uint32_t wanted = (uint32_t)c->r->x[1];
	const uint32_t got = negotiate(c->s, wanted, &c->sp->version, c->sp->version_locked);

	regs_clear(c->r);
	c->r->x[0] = got;
}

void version_message(struct spmc *s, struct smc_regs *r)
{
	const uint32_t wanted = (uint32_t)r->x[3];
	uint32_t got;

	if ((uint32_t)r->x[0] != FFA_DIRECT_REQ || ffa_src(r->x[1]).v != FFA_ID_SPMD ||
	    ffa_dst(r->x[1]).v != FFA_ID_SPMC ||
	    r->x[2] != (FFA_MSG_FRAMEWORK | FFA_MSG_VERSION_REQ)) {
		regs_error(r, FFA_INVALID_PARAMETERS);
		return;
	}
	s->nwd_versioned = true;
	got = negotiate(s, wanted, &s->nwd_version, s->nwd_version_locked);
	regs_clear(r);
	r->x[0] = FFA_DIRECT_RESP;
	r->x[1] = ffa_pack(endpoint_of(FFA_ID_SPMC), FFA_ID_SPMD);
	r->x[2] = FFA_MSG_FRAMEWORK | FFA_MSG_VERSION_RESP;
	r->x[3] = got;
}

static void handle_id_get(struct call *c)
{
	const uint64_t id = c->sp->id.v;

	if (quirk(c->s, Q_MEM_OPTEE)) {
		/* As built only w0 and w2 are rewritten. */
		c->r->x[0] = FFA_SUCCESS;
		c->r->x[2] = id;
		return;
	}
	regs_success(c->r);
	c->r->x[2] = id;
}

static void handle_spm_id_get(struct call *c)
{
	regs_success(c->r);
	c->r->x[2] = FFA_ID_SPMC;
}

static const struct spmc_service services[] = {
	{FFA_VERSION, INSTANCE_SP, handle_version},
	{FFA_ID_GET, INSTANCE_SP, handle_id_get},
	{FFA_SPM_ID_GET, INSTANCE_SP, handle_spm_id_get},
};
SPMC_FAMILY(version);
