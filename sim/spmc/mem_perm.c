/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * MEM_PERM_GET and SET: an S-EL0 SP arranges its own image before its first MSG_WAIT (ffa.md 5.2,
 * 5.7; optee.md 3.12). One at S-EL1 has page tables of its own.
 */
#include "spmc/spmc_internal.h"

/* Permission word. */
enum { PERM_NONE = 0, PERM_RW = 1, PERM_RO = 3, PERM_DATA = 3, PERM_XN = 4, PERM_ALL = 7 };

static bool closed(const struct call *c)
{
	return c->sp->mf.el1 || c->sp->ctx[0].initialised;
}

static void handle_get(struct call *c)
{
	const struct ec_map *m;
	uint32_t word;

	if (closed(c)) {
		regs_error(c->r, FFA_DENIED);
		return;
	}
	m = c->r->x[1] % PHYS_PAGE_BYTES ? NULL : ec_map_find(c->sp->ec, c->r->x[1]);
	if (!m) {
		regs_error(c->r, FFA_INVALID_PARAMETERS);
		return;
	}
	word = m->access & EC_MAP_W ? PERM_RW : m->access & EC_MAP_R ? PERM_RO : PERM_NONE;
	if (!(m->access & EC_MAP_X))
		word |= PERM_XN;
	regs_success(c->r);
	c->r->x[2] = word;
}

/* Piece by piece. */
int mem_perm_remap(struct ec *ec, uint64_t va, uint32_t pages, uint32_t access)
{
	const uint64_t end = va + pages * PHYS_PAGE_BYTES;

	for (uint32_t i = 0; i < pages; i++)
		if (!ec_map_find(ec, va + i * PHYS_PAGE_BYTES))
			return FFA_INVALID_PARAMETERS;
	while (va < end) {
		const struct ec_map *m = ec_map_find(ec, va);
		const uint64_t offset = va - m->va;
		uint64_t n = m->pages - offset / PHYS_PAGE_BYTES;
		const pa_t pa = pa_of(m->pa.v + offset);
		const uint32_t device = m->access & EC_MAP_DEVICE;
		const bool shown = m->shown;

		if (n > (end - va) / PHYS_PAGE_BYTES)
			n = (end - va) / PHYS_PAGE_BYTES;
		if (ec_map_remove(ec, va, (uint32_t)n) ||
		    ec_map_add(ec, va, pa, (uint32_t)n, access | device))
			return FFA_NO_MEMORY;
		if (shown)
			ec_view_show(ec, va);
		va += n * PHYS_PAGE_BYTES;
	}
	return FFA_OK;
}

static int set(struct call *c)
{
	const uint64_t va = c->r->x[1];
	const uint32_t pages = (uint32_t)c->r->x[2], word = (uint32_t)c->r->x[3];
	const uint32_t data = word & PERM_DATA;
	uint32_t access = EC_MAP_R;

	if (closed(c))
		return FFA_DENIED;
	if (va % PHYS_PAGE_BYTES || !pages || pages > EC_MAPS_MAX * 64u || word & ~PERM_ALL ||
	    (data != PERM_RW && data != PERM_RO) || (data == PERM_RW && !(word & PERM_XN)))
		return FFA_INVALID_PARAMETERS;
	if (data == PERM_RW)
		access |= EC_MAP_W;
	if (!(word & PERM_XN))
		access |= EC_MAP_X;
	pe_charge(pages * cost()->page_map_ns);
	ec_note_add(c->sp->ec, va, pages,
		    data == PERM_RW ? "made writable by MEM_PERM_SET"
				    : "made read-only by MEM_PERM_SET",
		    0);
	return mem_perm_remap(c->sp->ec, va, pages, access);
}

static void handle_set(struct call *c)
{
	regs_result(c->r, set(c));
}

static const struct spmc_service services[] = {
	{FFA_MEM_PERM_GET, INSTANCE_SP, handle_get},
	{FFA_MEM_PERM_GET | FFA_FID_64, INSTANCE_SP, handle_get},
	{FFA_MEM_PERM_SET, INSTANCE_SP, handle_set},
	{FFA_MEM_PERM_SET | FFA_FID_64, INSTANCE_SP, handle_set},
};
SPMC_FAMILY(mem_perm);
