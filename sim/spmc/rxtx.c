/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * RX/TX buffers: one pair an endpoint, physical addresses from the Normal world, virtual ones from
 * an SP (ffa.md 2.4, 2.5; optee.md 3.1, 3.2).
 * Not modelled: buffers registered by a hypervisor for a VM, RX_ACQUIRE.
 */
#include "spmc/spmc_internal.h"

#define PAGES_MAX 0x3fu

struct rxtx *call_rxtx(struct call *c)
{
	return c->sp ? &c->sp->rxtx : &c->s->nwd_rxtx;
}

static bool resolve(struct call *c, uint64_t addr, size_t bytes, uint32_t access, pa_t *pa)
{
	if (c->sp)
		return ec_va_to_pa(c->sp->ec, addr, bytes, access, pa) &&
		       !physmem_is_ns(&c->s->m->mem, *pa, bytes);
	*pa = pa_of(addr);
	return physmem_is_ns(&c->s->m->mem, *pa, bytes);
}

static int map(struct call *c)
{
	const bool wide = c->r->x[0] & FFA_FID_64;
	const uint64_t tx = wide ? c->r->x[1] : (uint32_t)c->r->x[1];
	const uint64_t rx = wide ? c->r->x[2] : (uint32_t)c->r->x[2];
	const uint64_t pages = wide ? c->r->x[3] : (uint32_t)c->r->x[3];
	struct rxtx *b = call_rxtx(c);
	size_t bytes;

	if (!pages || pages > PAGES_MAX)
		return FFA_INVALID_PARAMETERS;
	bytes = pages * PHYS_PAGE_BYTES;
	if (tx % PHYS_PAGE_BYTES || rx % PHYS_PAGE_BYTES || !tx || !rx ||
	    (tx < rx + bytes && rx < tx + bytes))
		return FFA_INVALID_PARAMETERS;
	if (b->tx)
		return FFA_DENIED;
	if (!resolve(c, tx, bytes, EC_MAP_R, &b->tx_pa) ||
	    !resolve(c, rx, bytes, EC_MAP_R | EC_MAP_W, &b->rx_pa))
		return FFA_INVALID_PARAMETERS;
	pe_charge(2 * pages * cost()->page_map_ns);
	b->tx = physmem_at(&c->s->m->mem, b->tx_pa, bytes);
	b->rx = physmem_at(&c->s->m->mem, b->rx_pa, bytes);
	b->bytes = bytes;
	b->rx_full = false;
	return FFA_OK;
}

static void handle_map(struct call *c)
{
	regs_result(c->r, map(c));
}

static void handle_unmap(struct call *c)
{
	struct rxtx *b = call_rxtx(c);

	if (!b->tx || (uint32_t)c->r->x[1] >> 16) {
		regs_error(c->r, FFA_INVALID_PARAMETERS);
		return;
	}
	pe_charge(2 * b->bytes / PHYS_PAGE_BYTES * cost()->page_map_ns);
	mem_frag_drop(b);
	*b = (struct rxtx){0};
	regs_success(c->r);
}

static void handle_release(struct call *c)
{
	struct rxtx *b = call_rxtx(c);

	if (!b->tx || !b->rx_full) {
		regs_error(c->r, FFA_DENIED);
		return;
	}
	b->rx_full = false;
	regs_success(c->r);
}

static const struct spmc_service services[] = {
	{FFA_RXTX_MAP, INSTANCE_NWD | INSTANCE_SP, handle_map},
	{FFA_RXTX_MAP | FFA_FID_64, INSTANCE_NWD | INSTANCE_SP, handle_map},
	{FFA_RXTX_UNMAP, INSTANCE_NWD | INSTANCE_SP, handle_unmap},
	{FFA_RX_RELEASE, INSTANCE_NWD | INSTANCE_SP, handle_release},
};
SPMC_FAMILY(rxtx);
