/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory transactions of the owner: MEM_SHARE with fragments, MEM_RECLAIM, and the refusals of LEND
 * and DONATE (optee.md 3.8, golden.md G11; ffa.md 5). Two pools of handles, lowest index first: the
 * Trusted OS's (bit 44) and the SPs' (bit 45).
 * Not modelled: LEND and DONATE, protected memory, device memory, hypervisor retrieve. A share
 * changes no access of the owner.
 */
#include <stdlib.h>
#include <string.h>

#include "spmc/spmc_internal.h"

TRACE_KIND(trace_ffa_mem_share, "ffa.mem_share", "memory was shared", "sp$", "handle", "pages",
	   "owner");
TRACE_KIND(trace_ffa_mem_reclaim, "ffa.mem_reclaim", "shared memory was reclaimed", "sp$", "handle",
	   "pages", "owner");

enum { POOL_OPTEE, POOL_SP };
static const uint64_t pool_bit[] = {[POOL_OPTEE] = 1ULL << 44, [POOL_SP] = 1ULL << 45};

#define TOTAL_MAX_BYTES (1u << 20)
#define FRAGMENT_ALIGN 16u

static struct share *slot_of(struct spmc *s, uint64_t handle)
{
	for (unsigned pool = 0; pool < 2; pool++) {
		const uint64_t index = handle - pool_bit[pool];

		if (handle >= pool_bit[pool] && index < SPMC_HANDLES_MAX &&
		    s->share[pool][index].used)
			return &s->share[pool][index];
	}
	return NULL;
}

static bool in_optee_pool(const struct spmc *s, const struct share *share)
{
	return share < &s->share[POOL_SP][0];
}

bool memory_is_optee(const struct spmc *s, const struct share *share)
{
	return in_optee_pool(s, share);
}

struct share *memory_lookup(struct spmc *s, uint64_t handle)
{
	struct share *share = slot_of(s, handle);

	return share && share->complete ? share : NULL;
}

struct share_receiver *memory_receiver(struct share *share, endpoint_id id)
{
	for (uint32_t i = 0; i < share->receiver_count; i++)
		if (share->receiver[i].id.v == id.v)
			return &share->receiver[i];
	return NULL;
}

static void drop(struct share *share)
{
	free(share->constituent);
	free(share->fragment);
	*share = (struct share){0};
}

void memory_reset(struct spmc *s)
{
	for (unsigned pool = 0; pool < 2; pool++)
		for (unsigned i = 0; i < SPMC_HANDLES_MAX; i++)
			drop(&s->share[pool][i]);
}

static struct share *claim(struct spmc *s, unsigned pool)
{
	for (unsigned i = 0; i < SPMC_HANDLES_MAX; i++)
		if (!s->share[pool][i].used) {
			s->share[pool][i].used = true;
			s->share[pool][i].handle = pool_bit[pool] + i;
			return &s->share[pool][i];
		}
	return NULL;
}

static bool overlaps(const struct share *a, uint64_t pa, uint64_t bytes)
{
	for (uint32_t i = 0; i < a->constituent_count; i++)
		if (a->constituent[i].address < pa + bytes &&
		    pa < a->constituent[i].address + a->constituent[i].page_count * PHYS_PAGE_BYTES)
			return true;
	return false;
}

/* Only pages in nobody else's hands may be sent (ffa.md 5.4); NWd pages are not looked at by the
 * S-EL1 SPMC. */
static int check_exclusive(const struct call *c, const struct share *self, uint64_t pa,
			   uint64_t bytes)
{
	const struct rxtx *b = c->sp ? &c->sp->rxtx : &c->s->nwd_rxtx;

	if (!c->sp && quirk(c->s, Q_NO_OVERLAP_CHECK))
		return FFA_OK;
	for (unsigned pool = 0; pool < 2; pool++)
		for (unsigned i = 0; i < SPMC_HANDLES_MAX; i++) {
			const struct share *other = &c->s->share[pool][i];

			if (other->used && other != self && overlaps(other, pa, bytes))
				return FFA_DENIED;
		}
	if (b->tx && ((pa < b->tx_pa.v + b->bytes && b->tx_pa.v < pa + bytes) ||
		      (pa < b->rx_pa.v + b->bytes && b->rx_pa.v < pa + bytes)))
		return FFA_DENIED;
	return FFA_OK;
}

static int decode_receivers(const struct call *c, const void *buf, size_t len,
			    const struct ffa_mem_header *h, struct share *share,
			    uint32_t *composite)
{
	const bool optee_rules = quirk(c->s, Q_MEM_OPTEE);
	const bool to_optee = in_optee_pool(c->s, share);
	struct ffa_emad e;

	if (!h->emad_count || h->emad_count > SHARE_RECEIVERS_MAX)
		return FFA_INVALID_PARAMETERS;
	for (uint32_t i = 0; i < h->emad_count; i++) {
		if (ffa_emad_decode(buf, len, h, i, &e))
			return FFA_INVALID_PARAMETERS;
		if (!i)
			*composite = e.composite_offset;
		else if (e.composite_offset != *composite)
			return FFA_INVALID_PARAMETERS;
		if (to_optee) {
			if (e.receiver.v != c->s->optee.id.v)
				continue;
			if (e.permissions != FFA_PERM_RW || h->attributes != FFA_MEM_ATTR_SHARE)
				return FFA_INVALID_PARAMETERS;
		} else {
			if (!sp_by_id(c->s, e.receiver) || memory_receiver(share, e.receiver))
				return optee_rules ? FFA_DENIED : FFA_INVALID_PARAMETERS;
			if (c->sp && e.receiver.v == c->sp->id.v)
				return FFA_INVALID_PARAMETERS;
			if (e.permissions & ~0xf)
				return FFA_INVALID_PARAMETERS;
			if (!optee_rules && (!(e.permissions & FFA_PERM_DATA) ||
					     (e.permissions & FFA_PERM_DATA) == FFA_PERM_DATA ||
					     e.permissions & FFA_PERM_INSN))
				return FFA_INVALID_PARAMETERS;
		}
		share->receiver[share->receiver_count++] =
			(struct share_receiver){.id = e.receiver, .permissions = e.permissions};
	}
	return share->receiver_count ? FFA_OK : FFA_INVALID_PARAMETERS;
}

/* Rights an SP must have on what it shares. */
static uint32_t owner_access(const struct share *share)
{
	uint32_t access = EC_MAP_R;

	for (uint32_t i = 0; i < share->receiver_count; i++) {
		if (share->receiver[i].permissions & FFA_PERM_RW)
			access |= EC_MAP_W;
		if ((share->receiver[i].permissions & FFA_PERM_INSN) == FFA_PERM_X)
			access |= EC_MAP_X;
	}
	return access;
}

static int decode_constituents(const struct call *c, const void *buf, size_t len, uint32_t offset,
			       struct share *share)
{
	struct ffa_composite composite;
	uint64_t sum = 0;
	int err;

	if (ffa_composite_decode(buf, len, offset, &composite) || !composite.constituent_count ||
	    !composite.page_count ||
	    offset + FFA_COMPOSITE_BYTES +
			    (uint64_t)composite.constituent_count * FFA_CONSTITUENT_BYTES >
		    len)
		return FFA_INVALID_PARAMETERS;
	share->constituent = calloc(composite.constituent_count, sizeof(*share->constituent));
	if (!share->constituent)
		return FFA_NO_MEMORY;
	for (uint32_t i = 0; i < composite.constituent_count; i++) {
		struct ffa_constituent k =
			ffa_constituent_decode((const uint8_t *)buf + offset + FFA_COMPOSITE_BYTES +
					       (size_t)i * FFA_CONSTITUENT_BYTES);
		const uint64_t bytes = (uint64_t)k.page_count * PHYS_PAGE_BYTES;
		pa_t pa = pa_of(k.address);

		if (!k.page_count || k.address % PHYS_PAGE_BYTES)
			return FFA_INVALID_PARAMETERS;
		if (c->sp ? !ec_va_to_pa(c->sp->ec, k.address, bytes, owner_access(share), &pa)
			  : !physmem_is_ns(&c->s->m->mem, pa, bytes))
			return FFA_INVALID_PARAMETERS;
		if (!quirk(c->s, Q_MEM_OPTEE) && overlaps(share, pa.v, bytes))
			return FFA_INVALID_PARAMETERS;
		err = check_exclusive(c, share, pa.v, bytes);
		if (err)
			return err;
		k.address = pa.v;
		share->constituent[share->constituent_count++] = k;
		sum += k.page_count;
	}
	share->page_count = composite.page_count;
	return sum == composite.page_count ? FFA_OK : FFA_INVALID_PARAMETERS;
}

/* A whole descriptor is there. On failure the caller drops the share. */
static int complete(const struct call *c, const void *buf, size_t len, struct share *share)
{
	const uint32_t version = c->sp ? c->sp->version : c->s->nwd_version;
	struct ffa_mem_header h;
	uint32_t composite = 0;
	int err;

	if (ffa_mem_header_decode(buf, len, version, &h))
		return FFA_INVALID_PARAMETERS;
	if (c->sp ? h.sender.v != c->sp->id.v : endpoint_is_secure(h.sender))
		return FFA_DENIED;
	if (!quirk(c->s, Q_MEM_OPTEE) &&
	    (h.flags || h.attributes & FFA_MEM_ATTR_NS || h.handle || len % FRAGMENT_ALIGN))
		return FFA_INVALID_PARAMETERS;
	share->owner = c->sp ? c->sp->id : endpoint_of(FFA_ID_NWD);
	share->attributes = h.attributes;
	share->flags = h.flags;
	share->tag = h.tag;
	err = decode_receivers(c, buf, len, &h, share, &composite);
	if (!err)
		err = decode_constituents(c, buf, len, composite, share);
	if (!err)
		share->complete = true;
	return err;
}

static void success_with_handle(struct call *c, const struct share *share)
{
	regs_success(c->r);
	c->r->x[2] = (uint32_t)share->handle;
	c->r->x[3] = share->handle >> 32;
	if (c->s->m->trace.on)
		TRACE(&c->s->m->trace, trace_ffa_mem_share,
		      endpoint_who(c->s, share->receiver[0].id), share->handle, share->page_count,
		      share->owner.v);
	pe_charge(share->page_count * cost()->page_map_ns);
}

static void ask_for_more(struct call *c, const struct share *share)
{
	regs_clear(c->r);
	c->r->x[0] = FFA_MEM_FRAG_RX;
	c->r->x[1] = (uint32_t)share->handle;
	c->r->x[2] = share->handle >> 32;
	c->r->x[3] = share->received_bytes;
}

static unsigned branch(const struct call *c, const void *buf, size_t len)
{
	const uint32_t version = c->sp ? c->sp->version : c->s->nwd_version;
	struct ffa_mem_header h;
	struct ffa_emad e;

	if (!c->sp && c->s->optee.direct_req && !ffa_mem_header_decode(buf, len, version, &h) &&
	    !ffa_emad_decode(buf, len, &h, 0, &e) && e.receiver.v == c->s->optee.id.v)
		return POOL_OPTEE;
	return POOL_SP;
}

/* Where the descriptor lies; TX unless a buffer is named. */
static int locate(const struct call *c, uint32_t fragment, const uint8_t **buf)
{
	const uint64_t own = c->r->x[3], pages = (uint32_t)c->r->x[4];
	const struct rxtx *b = c->sp ? &c->sp->rxtx : &c->s->nwd_rxtx;

	if (own || pages) {
		if (c->sp)
			return quirk(c->s, Q_MEM_OPTEE) ? FFA_NOT_SUPPORTED
							: FFA_INVALID_PARAMETERS;
		if (!quirk(c->s, Q_MEM_OPTEE) || fragment > pages * PHYS_PAGE_BYTES ||
		    own % PHYS_PAGE_BYTES ||
		    !physmem_is_ns(&c->s->m->mem, pa_of(own), pages * PHYS_PAGE_BYTES))
			return FFA_INVALID_PARAMETERS;
		*buf = physmem_at(&c->s->m->mem, pa_of(own), fragment);
		return branch(c, *buf, fragment) == POOL_OPTEE ? FFA_OK : FFA_INVALID_PARAMETERS;
	}
	if (!b->tx || fragment > b->bytes)
		return FFA_INVALID_PARAMETERS;
	*buf = b->tx;
	return FFA_OK;
}

static int share_memory(struct call *c, struct share **out)
{
	const uint32_t total = (uint32_t)c->r->x[1], fragment = (uint32_t)c->r->x[2];
	const uint8_t *buf;
	struct share *share;
	unsigned pool;
	int err;

	if (!fragment || fragment > total || total > TOTAL_MAX_BYTES)
		return FFA_INVALID_PARAMETERS;
	err = locate(c, fragment, &buf);
	if (err)
		return err;
	pool = branch(c, buf, fragment);
	if (fragment < total && pool == POOL_SP && quirk(c->s, Q_MEM_OPTEE))
		return FFA_NOT_SUPPORTED;
	share = claim(c->s, pool);
	if (!share)
		return FFA_NO_MEMORY;
	if (fragment < total) {
		share->fragment = malloc(total);
		if (!share->fragment) {
			drop(share);
			return FFA_NO_MEMORY;
		}
		memcpy(share->fragment, buf, fragment);
		share->total_bytes = total;
		share->received_bytes = fragment;
		share->owner = c->sp ? c->sp->id : endpoint_of(FFA_ID_NWD);
	} else {
		err = complete(c, buf, total, share);
		if (err) {
			drop(share);
			return err;
		}
	}
	*out = share;
	return FFA_OK;
}

static void handle_share(struct call *c)
{
	struct share *share = NULL;
	const int err = share_memory(c, &share);

	if (err)
		regs_error(c->r, err);
	else if (share->complete)
		success_with_handle(c, share);
	else
		ask_for_more(c, share);
}

static void handle_frag_tx(struct call *c)
{
	const uint64_t handle = (uint32_t)c->r->x[1] | c->r->x[2] << 32;
	const uint32_t len = (uint32_t)c->r->x[3];
	const struct rxtx *b = call_rxtx(c);
	struct share *share = slot_of(c->s, handle);
	int err;

	if (c->sp && quirk(c->s, Q_MEM_OPTEE)) {
		regs_error(c->r, FFA_INVALID_PARAMETERS); /* unknown to SPs */
		return;
	}
	if (!share || share->complete || !b->tx || len < FRAGMENT_ALIGN || len % FRAGMENT_ALIGN ||
	    len > b->bytes || len > share->total_bytes - share->received_bytes ||
	    share->owner.v != (c->sp ? c->sp->id.v : FFA_ID_NWD)) {
		regs_error(c->r, FFA_INVALID_PARAMETERS);
		return;
	}
	memcpy(share->fragment + share->received_bytes, b->tx, len);
	share->received_bytes += len;
	if (share->received_bytes < share->total_bytes) {
		ask_for_more(c, share);
		return;
	}
	err = complete(c, share->fragment, share->total_bytes, share);
	free(share->fragment);
	share->fragment = NULL;
	if (err) {
		drop(share);
		regs_error(c->r, err);
		return;
	}
	success_with_handle(c, share);
}

static void zero_pages(const struct call *c, const struct share *share)
{
	for (uint32_t i = 0; i < share->constituent_count; i++) {
		const size_t bytes = share->constituent[i].page_count * PHYS_PAGE_BYTES;

		memset(physmem_at(&c->s->m->mem, pa_of(share->constituent[i].address), bytes), 0,
		       bytes);
	}
}

static int reclaim(struct call *c, struct share **out)
{
	const uint64_t handle = (uint32_t)c->r->x[1] | c->r->x[2] << 32;
	const bool zero = c->r->x[3] & FFA_MEM_FLAG_ZERO;
	struct share *share = memory_lookup(c->s, handle);

	if (!share || share->owner.v != (c->sp ? c->sp->id.v : FFA_ID_NWD))
		return FFA_INVALID_PARAMETERS;
	if (in_optee_pool(c->s, share)) {
		for (unsigned i = 3; i < 8; i++)
			if (c->r->x[i])
				return FFA_INVALID_PARAMETERS;
		if (share->registered)
			return FFA_DENIED;
	}
	for (uint32_t i = 0; i < share->receiver_count; i++)
		if (share->receiver[i].retrieved)
			return FFA_DENIED;
	if (zero && !c->sp && quirk(c->s, Q_MEM_OPTEE))
		return FFA_DENIED;
	if (zero)
		zero_pages(c, share);
	*out = share;
	return FFA_OK;
}

static void handle_reclaim(struct call *c)
{
	struct share *share = NULL;
	const int err = reclaim(c, &share);
	uint64_t pages;

	regs_result(c->r, err);
	if (err)
		return;
	pages = share->page_count;
	if (c->s->m->trace.on)
		TRACE(&c->s->m->trace, trace_ffa_mem_reclaim,
		      endpoint_who(c->s, share->receiver[0].id), share->handle, pages,
		      share->owner.v);
	drop(share);
	pe_charge(pages * cost()->page_map_ns);
}

int memory_unregister(struct spmc *s, uint64_t handle)
{
	struct share *share = memory_lookup(s, handle);

	if (!share)
		return FFA_OK; /* unknown or never used (optee.md 2.2) */
	if (share->users)
		return FFA_BUSY;
	share->registered = false;
	return FFA_OK;
}

/* LEND and DONATE: to SPs DENIED and NOT_SUPPORTED from the Normal world, unknown to SPs. */
static void handle_lend(struct call *c)
{
	regs_error(c->r, c->sp ? (quirk(c->s, Q_SVC_UNKNOWN_INVALID) ? FFA_INVALID_PARAMETERS
								     : FFA_NOT_SUPPORTED)
			       : (quirk(c->s, Q_MEM_OPTEE) ? FFA_DENIED : FFA_NOT_SUPPORTED));
}

static const struct spmc_service services[] = {
	{FFA_MEM_SHARE, INSTANCE_NWD | INSTANCE_SP, handle_share},
	{FFA_MEM_SHARE | FFA_FID_64, INSTANCE_NWD | INSTANCE_SP, handle_share},
	{FFA_MEM_LEND, INSTANCE_NWD | INSTANCE_SP, handle_lend},
	{FFA_MEM_LEND | FFA_FID_64, INSTANCE_NWD | INSTANCE_SP, handle_lend},
	{FFA_MEM_FRAG_TX, INSTANCE_NWD | INSTANCE_SP, handle_frag_tx},
	{FFA_MEM_RECLAIM, INSTANCE_NWD | INSTANCE_SP, handle_reclaim},
};
SPMC_FAMILY(memory);
