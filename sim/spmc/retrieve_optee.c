/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * RETRIEVE_REQ and RELINQUISH as the S-EL1 SPMC checks them (optee.md 3.8, D15; golden.md G11).
 */
#include "spmc/spmc_internal.h"

#define RETRIEVES_MAX 255

/* D15: the receiver entry is looked up and never checked. */
static int foreign_handle(struct spmc *s, const char *abort_line)
{
	if (quirk(s, Q_D15)) {
		spmc_quirk_acts(s, Q_D15);
		spmc_console(s, NULL, abort_line);
		spmc_panic(s,
			   "Panic 'unhandled pageable abort' at core/arch/arm/kernel/abort.c:593");
	}
	return FFA_DENIED;
}

/* Rights asked for against rights given; 0 = what the owner gave. */
static int check_rights(const struct share_receiver *rcv, uint8_t asked)
{
	if ((asked & FFA_PERM_DATA) > (rcv->permissions & FFA_PERM_DATA))
		return FFA_INVALID_PARAMETERS;
	if ((asked & FFA_PERM_INSN) == FFA_PERM_X &&
	    (rcv->permissions & FFA_PERM_INSN) != FFA_PERM_X)
		return FFA_INVALID_PARAMETERS;
	return FFA_OK;
}

int retrieve_check_optee(struct call *c, struct retrieval *rt)
{
	const uint32_t total = (uint32_t)c->r->x[1], fragment = (uint32_t)c->r->x[2];
	const struct rxtx *b = &c->sp->rxtx;
	struct ffa_mem_header h;
	struct ffa_emad e;
	int err;

	if (c->r->x[3] || c->r->x[4])
		return FFA_NOT_SUPPORTED;
	if (!b->tx || b->rx_full)
		return FFA_DENIED;
	if (fragment != total || total > b->bytes ||
	    ffa_mem_header_decode(b->tx, total, c->sp->version, &h))
		return FFA_INVALID_PARAMETERS;
	rt->share = memory_lookup(c->s, h.handle);
	if (!rt->share || memory_is_optee(c->s, rt->share))
		return FFA_DENIED;
	if (h.emad_count != 1 || h.tag != rt->share->tag || h.flags & FFA_RETRIEVE_FLAG_ZERO_AFTER)
		return FFA_INVALID_PARAMETERS;
	if (ffa_emad_decode(b->tx, total, &h, 0, &e))
		return FFA_INVALID_PARAMETERS;
	rt->rcv = memory_receiver(rt->share, c->sp->id);
	if (!rt->rcv || e.receiver.v != c->sp->id.v)
		return foreign_handle(c->s, "Core data-abort at address 0x2");
	if (e.composite_offset)
		return FFA_DENIED;
	err = check_rights(rt->rcv, e.permissions);
	if (err)
		return err;
	if (rt->rcv->retrieved == RETRIEVES_MAX)
		return FFA_DENIED;
	rt->permissions = e.permissions & FFA_PERM_DATA ? e.permissions : rt->rcv->permissions;
	return FFA_OK;
}

int relinquish_check_optee(struct call *c, struct retrieval *rt)
{
	const struct rxtx *b = &c->sp->rxtx;
	struct ffa_relinquish d;

	if (!b->tx)
		return FFA_DENIED;
	if (ffa_relinquish_decode(b->tx, b->bytes, &d))
		return FFA_INVALID_PARAMETERS;
	rt->share = memory_lookup(c->s, d.handle);
	if (!rt->share || memory_is_optee(c->s, rt->share))
		return FFA_DENIED;
	if (d.count != 1)
		return FFA_INVALID_PARAMETERS;
	if (d.first.v != c->sp->id.v)
		return FFA_DENIED;
	rt->rcv = memory_receiver(rt->share, c->sp->id);
	if (!rt->rcv)
		return foreign_handle(c->s, "Core data-abort at address 0x4");
	return rt->rcv->retrieved ? FFA_OK : FFA_DENIED;
}
