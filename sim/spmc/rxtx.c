/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * RX/TX buffers: one pair an endpoint, physical addresses from the Normal world, virtual ones from
 * an SP; who owns RX (ffa.md 2.4, 2.5; optee.md 3.1, 3.2). A hypervisor registers, acquires and
 * releases the buffers of its VMs.
 */
#include "spmc/spmc_internal.h"

#define PAGES_MAX 0x3fu
/* Forwarding descriptor (2.4), in the hypervisor's TX. */
enum { FORWARD_VM = 0, FORWARD_RX = 4, FORWARD_TX = 8, FORWARD_BYTES = 16 };

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

/* A buffer is for its owner alone: no transaction may have the page. */
static bool exclusive(struct call *c, pa_t pa, size_t bytes)
{
	struct share none = {.owner = c->sp ? c->sp->id : endpoint_of(FFA_ID_NWD)};

	return quirk(c->s, Q_MEM_OPTEE) || memory_check_exclusive(c, &none, pa.v, bytes) == FFA_OK;
}

/* Smallest buffer and alignment of the Normal world (FEATURES of RXTX_MAP). */
static size_t granule(const struct spmc *s)
{
	return s->rxtx_page_bytes ? s->rxtx_page_bytes : PHYS_PAGE_BYTES;
}

static int check_addresses(struct call *c, uint64_t tx, uint64_t rx, uint64_t pages,
			   struct rxtx *out)
{
	const size_t unit = c->sp ? PHYS_PAGE_BYTES : granule(c->s),
		     bytes = pages * PHYS_PAGE_BYTES;

	if (!pages || pages > PAGES_MAX || bytes % unit)
		return FFA_INVALID_PARAMETERS;
	if (tx % unit || rx % unit || !tx || !rx || (tx < rx + bytes && rx < tx + bytes))
		return FFA_INVALID_PARAMETERS;
	if (!resolve(c, tx, bytes, EC_MAP_R | EC_MAP_W, &out->tx_pa) ||
	    !resolve(c, rx, bytes, EC_MAP_R, &out->rx_pa) || !exclusive(c, out->tx_pa, bytes) ||
	    !exclusive(c, out->rx_pa, bytes))
		return FFA_INVALID_PARAMETERS;
	out->bytes = bytes;
	return FFA_OK;
}

static int map(struct call *c, struct rxtx *b, uint64_t tx, uint64_t rx, uint64_t pages)
{
	struct rxtx wanted = {0};
	int err;

	if (b->tx && !quirk(c->s, Q_MEM_OPTEE))
		return FFA_DENIED;
	err = check_addresses(c, tx, rx, pages, &wanted);
	if (err)
		return err;
	if (b->tx)
		return FFA_DENIED;
	pe_charge(2 * pages * cost()->page_map_ns);
	wanted.tx = physmem_at(&c->s->m->mem, wanted.tx_pa, wanted.bytes);
	wanted.rx = physmem_at(&c->s->m->mem, wanted.rx_pa, wanted.bytes);
	*b = wanted;
	return FFA_OK;
}

/* One buffer of a VM: a composite with one range. */
static int forwarded(const struct rxtx *own, uint32_t offset, struct ffa_constituent *k)
{
	struct ffa_composite composite;

	if (ffa_composite_decode(own->tx, own->bytes, offset, &composite) ||
	    composite.constituent_count != 1 ||
	    offset + FFA_COMPOSITE_BYTES + FFA_CONSTITUENT_BYTES > own->bytes)
		return FFA_INVALID_PARAMETERS;
	*k = ffa_constituent_decode(own->tx + offset + FFA_COMPOSITE_BYTES);
	return k->page_count == composite.page_count ? FFA_OK : FFA_INVALID_PARAMETERS;
}

static int map_for_vm(struct call *c)
{
	const struct rxtx *own = &c->s->nwd_rxtx;
	struct ffa_constituent tx, rx;
	endpoint_id id;
	struct vm *vm;
	bool fresh;
	int err;

	if (quirk(c->s, Q_MEM_OPTEE) || quirk(c->s, Q_MEM_TFA) || !own->tx)
		return FFA_INVALID_PARAMETERS;
	id = endpoint_of(ffa_get16(own->tx + FORWARD_VM));
	if (!id.v || endpoint_is_secure(id))
		return FFA_INVALID_PARAMETERS;
	vm = vm_find(c->s, id);
	if (vm && vm->rxtx.tx)
		return FFA_DENIED;
	if (forwarded(own, ffa_get32(own->tx + FORWARD_TX), &tx) ||
	    forwarded(own, ffa_get32(own->tx + FORWARD_RX), &rx) || tx.page_count != rx.page_count)
		return FFA_INVALID_PARAMETERS;
	fresh = !vm;
	vm = vm_get(c->s, id);
	if (!vm)
		return FFA_DENIED;
	err = map(c, &vm->rxtx, tx.address, rx.address, tx.page_count);
	if (err && fresh)
		vm->used = false; /* nothing was done for it */
	return err;
}

static void handle_map(struct call *c)
{
	const bool wide = c->r->x[0] & FFA_FID_64;
	const uint64_t keep = wide ? UINT64_MAX : UINT32_MAX;
	const uint64_t tx = c->r->x[1] & keep, rx = c->r->x[2] & keep, pages = c->r->x[3] & keep;

	if (!c->sp && !tx && !rx && !pages)
		regs_result(c->r, map_for_vm(c));
	else
		regs_result(c->r, map(c, call_rxtx(c), tx, rx, pages));
}

/* The buffers a call is about: a hypervisor names its VM. NULL = unknown id. */
static struct rxtx *named(struct call *c, uint32_t id)
{
	if (c->sp)
		return id ? NULL : &c->sp->rxtx;
	return id & ~0x7fffu ? NULL : vm_rxtx(c->s, endpoint_of(id));
}

static void handle_unmap(struct call *c)
{
	struct rxtx *b = named(c, (uint32_t)c->r->x[1] >> 16);

	if (!b || !b->tx) {
		regs_error(c->r, FFA_INVALID_PARAMETERS);
		return;
	}
	pe_charge(2 * b->bytes / PHYS_PAGE_BYTES * cost()->page_map_ns);
	mem_frag_drop(b);
	*b = (struct rxtx){0};
	regs_success(c->r);
}

/* The RX-full notification must be fetched first (2.5). */
static bool unread(struct spmc *s, endpoint_id owner)
{
	const struct notify_box *box = notify_box_of(s, owner);

	return box && (box->framework[NOTIFY_SPM] | box->framework[NOTIFY_HYP]) & NOTIFY_RX_FULL;
}

void rxtx_waits(struct call *c)
{
	if (!unread(c->s, c->sp->id))
		c->sp->rxtx.rx_full = false;
}

static int release(struct call *c)
{
	const uint32_t id = (uint16_t)c->r->x[1];
	struct rxtx *b = named(c, id);

	if (!b)
		return FFA_INVALID_PARAMETERS;
	if (!b->tx)
		return FFA_DENIED;
	if (b->rx_taken && !c->sp) {
		b->rx_taken = false;
		return FFA_OK;
	}
	if (!b->rx_full || unread(c->s, c->sp ? c->sp->id : endpoint_of(id)))
		return FFA_DENIED;
	b->rx_full = false;
	return FFA_OK;
}

static void handle_release(struct call *c)
{
	regs_result(c->r, release(c));
}

/* The hypervisor takes a VM's RX to fill it itself. */
static void handle_acquire(struct call *c)
{
	const uint32_t id = (uint16_t)c->r->x[1];
	struct rxtx *b;

	if (quirk(c->s, Q_MEM_OPTEE) || quirk(c->s, Q_MEM_TFA)) {
		regs_error(c->r, FFA_NOT_SUPPORTED);
		return;
	}
	b = id ? named(c, id) : NULL;
	if (!b) {
		regs_error(c->r, FFA_INVALID_PARAMETERS);
		return;
	}
	if (!b->rx || b->rx_full || b->rx_taken) {
		regs_error(c->r, FFA_DENIED);
		return;
	}
	b->rx_taken = true;
	regs_success(c->r);
}

static const struct spmc_service services[] = {
	{FFA_RXTX_MAP, INSTANCE_NWD | INSTANCE_SP, handle_map},
	{FFA_RXTX_MAP | FFA_FID_64, INSTANCE_NWD | INSTANCE_SP, handle_map},
	{FFA_RXTX_UNMAP, INSTANCE_NWD | INSTANCE_SP, handle_unmap},
	{FFA_RX_RELEASE, INSTANCE_NWD | INSTANCE_SP, handle_release},
	{FFA_RX_ACQUIRE, INSTANCE_NWD, handle_acquire},
};
SPMC_FAMILY(rxtx);
