/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory transactions of a borrower: RETRIEVE_REQ maps the pages into the SP at an address the SPMC
 * chooses, RELINQUISH takes them away; the hypervisor's retrieve reads what the Normal world sent
 * (ffa.md 5.6, 5.7). Checks stand in the order of the reference.
 * Not modelled: alignment hints, addresses chosen by the borrower.
 */
#include <stdlib.h>
#include <string.h>

#include "spmc/spmc_internal.h"

TRACE_KIND(trace_ffa_mem_retrieve, "ffa.mem_retrieve", "an SP retrieved shared memory", "sp$",
	   "handle", "pages", "va", "count");
TRACE_KIND(trace_ffa_mem_relinquish, "ffa.mem_relinquish", "an SP relinquished shared memory",
	   "sp$", "handle", "pages", "count");

#define RETRIEVES_MAX 255
#define ZERO_FLAGS (FFA_RETRIEVE_FLAG_ZERO_BEFORE | FFA_RETRIEVE_FLAG_ZERO_AFTER)
#define KNOWN_FLAGS 0x7ffu

static uint32_t map_access(const struct share *share, uint8_t permissions)
{
	uint32_t access = EC_MAP_R | (share->owner_access & EC_MAP_DEVICE);

	if ((permissions & FFA_PERM_DATA) == FFA_PERM_RW)
		access |= EC_MAP_W;
	if ((permissions & FFA_PERM_INSN) == FFA_PERM_X)
		access |= EC_MAP_X;
	return access;
}

void retrieve_unmap(struct sp *sp, const struct share *share, struct share_receiver *rcv)
{
	ec_map_remove(sp->ec, rcv->va, share->page_count);
}

static int map(struct sp *sp, const struct share *share, struct share_receiver *rcv,
	       uint8_t permissions)
{
	const uint32_t access = map_access(share, permissions);
	uint64_t va = ec_va_find_free(sp->ec, share->page_count);
	uint32_t done = 0;

	if (!va)
		return FFA_NO_MEMORY;
	rcv->va = va;
	for (uint32_t i = 0; i < share->constituent_count; i++) {
		const struct ffa_constituent *k = &share->constituent[i];

		if (ec_map_add(sp->ec, va, pa_of(k->address), k->page_count, access)) {
			if (done)
				ec_map_remove(sp->ec, rcv->va, done);
			return FFA_NO_MEMORY;
		}
		done += k->page_count;
		va += k->page_count * PHYS_PAGE_BYTES;
	}
	ec_note_add(sp->ec, rcv->va, done, access & EC_MAP_W ? "retrieved" : "retrieved read-only",
		    share->handle);
	return FFA_OK;
}

/* ---- the response ---- */
static uint8_t *encode(uint32_t version, const struct share *share, const struct ffa_mem_header *h,
		       const struct ffa_emad *e, uint32_t count, const struct ffa_constituent *k,
		       size_t *bytes)
{
	const size_t room = FFA_EMAD_OFFSET_1_1 + count * ffa_emad_bytes(version) +
			    FFA_COMPOSITE_BYTES +
			    (size_t)share->constituent_count * FFA_CONSTITUENT_BYTES;
	uint8_t *full = malloc(room);

	*bytes =
		full ? ffa_mem_encode(full, room, version, h, e, count, k, share->constituent_count)
		     : 0;
	return full;
}

/* The caller's entry only, addresses as the SP sees them. */
static uint8_t *respond(const struct call *c, const struct retrieval *rt, size_t *bytes)
{
	const bool optee = quirk(c->s, Q_MEM_OPTEE);
	const struct share *share = rt->share;
	const bool ns = !endpoint_is_secure(share->owner);
	const struct ffa_mem_header h = {
		.sender = share->owner,
		.attributes =
			optee || !ns ? share->attributes : share->attributes | FFA_MEM_ATTR_NS,
		.flags = optee ? share->flags : share->flags | share->type,
		.handle = optee ? 0 : share->handle,
	};
	const struct ffa_emad e = {.receiver = rt->rcv->id,
				   .permissions = rt->permissions,
				   .impdef = {rt->rcv->impdef[0], rt->rcv->impdef[1]}};
	struct ffa_constituent *k = calloc(share->constituent_count, sizeof(*k));
	uint64_t va = rt->rcv->va;
	uint8_t *full = NULL;

	if (!k)
		return NULL;
	for (uint32_t i = 0; i < share->constituent_count; i++) {
		k[i] = (struct ffa_constituent){va, share->constituent[i].page_count};
		va += k[i].page_count * PHYS_PAGE_BYTES;
	}
	full = encode(c->sp->version, share, &h, &e, 1, k, bytes);
	free(k);
	return full;
}

/* ---- checks of 5.6 ---- */

/* Rows 1 to 4. */
static int check_call(const struct call *c, struct ffa_mem_header *h)
{
	const uint32_t total = (uint32_t)c->r->x[1], fragment = (uint32_t)c->r->x[2];
	const struct rxtx *b = c->sp ? &c->sp->rxtx : &c->s->nwd_rxtx;
	const uint32_t version = c->sp ? c->sp->version : c->s->nwd_version;
	struct ffa_emad e;

	if ((uint32_t)c->r->x[3] || (uint32_t)c->r->x[4] || !b->tx || fragment != total ||
	    total > b->bytes)
		return FFA_INVALID_PARAMETERS;
	if (b->rx_full)
		return quirk(c->s, Q_MEM_TFA) ? FFA_DENIED : FFA_BUSY;
	if (ffa_mem_header_decode(b->tx, total, version, h) ||
	    h->emad_bytes != ffa_emad_bytes(version) || h->emad_count > SHARE_RECEIVERS_MAX)
		return FFA_INVALID_PARAMETERS;
	for (uint32_t i = 0; i < h->emad_count; i++)
		if (ffa_emad_decode(b->tx, total, h, i, &e) || e.composite_offset)
			return FFA_INVALID_PARAMETERS;
	return FFA_OK;
}

/* Rows 4 to 11: handle, sender, kind, flags, attributes. */
static int check_header(const struct call *c, const struct ffa_mem_header *h, struct retrieval *rt)
{
	const uint32_t total = (uint32_t)c->r->x[1];
	const uint32_t type = h->flags & FFA_RETRIEVE_FLAG_TYPE;
	const struct share *share = rt->share;

	if (share->owner_dead)
		return FFA_DENIED;
	if (total != h->emad_offset + h->emad_count * h->emad_bytes)
		return FFA_INVALID_PARAMETERS;
	if (h->sender.v != share->owner.v)
		return quirk(c->s, Q_MEM_TFA) ? FFA_INVALID_PARAMETERS : FFA_DENIED;
	if ((type && type != share->type) || h->tag != share->tag || !rt->rcv)
		return FFA_INVALID_PARAMETERS;
	if (h->flags & ~KNOWN_FLAGS || h->flags & FFA_RETRIEVE_FLAG_HINT ||
	    (share->type == FFA_TYPE_SHARE && h->flags & ZERO_FLAGS))
		return FFA_INVALID_PARAMETERS;
	if (h->flags & FFA_RETRIEVE_FLAG_ZERO_BEFORE && !(share->flags & FFA_MEM_FLAG_ZERO))
		return FFA_DENIED;
	if (h->attributes & FFA_MEM_ATTR_NS)
		return FFA_INVALID_PARAMETERS;
	if (h->attributes & FFA_MEM_ATTR_TYPE && h->attributes != FFA_MEM_ATTR_SHARE &&
	    h->attributes != (FFA_MEM_ATTR_DEVICE | 3))
		return FFA_DENIED;
	return FFA_OK;
}

/* Row 12. */
static int check_count(const struct ffa_mem_header *h, const struct share *share)
{
	if (h->flags & FFA_RETRIEVE_FLAG_BYPASS)
		return share->receiver_count > 1 && h->emad_count == 1 ? FFA_OK
								       : FFA_INVALID_PARAMETERS;
	return h->emad_count == share->receiver_count ? FFA_OK : FFA_INVALID_PARAMETERS;
}

/* Rows 13 to 16, one entry of the request. */
static int check_entry(const struct call *c, const struct share *share, const struct ffa_emad *e)
{
	struct share_receiver *rcv = memory_receiver((struct share *)share, e->receiver);
	const bool exclusive = share->type != FFA_TYPE_SHARE && share->receiver_count == 1;
	const uint8_t data = e->permissions & FFA_PERM_DATA;
	const uint8_t insn = e->permissions & FFA_PERM_INSN;

	if (!rcv)
		return FFA_DENIED;
	if (data == FFA_PERM_DATA || insn == FFA_PERM_INSN || e->permissions & 0xf0)
		return FFA_INVALID_PARAMETERS;
	if (data == FFA_PERM_RW && (rcv->permissions & FFA_PERM_DATA) == FFA_PERM_RO)
		return FFA_DENIED;
	if (exclusive ? !insn : insn != 0)
		return FFA_INVALID_PARAMETERS;
	if (insn == FFA_PERM_X && !endpoint_is_secure(share->owner))
		return FFA_INVALID_PARAMETERS;
	if (c->sp->version >= FFA_VERSION_1_2 && share->version >= FFA_VERSION_1_2 &&
	    (e->impdef[0] != rcv->impdef[0] || e->impdef[1] != rcv->impdef[1]))
		return FFA_INVALID_PARAMETERS;
	return FFA_OK;
}

/* Rows 13 to 18; leaves the caller's rights in @rt. */
static int check_entries(const struct call *c, const struct ffa_mem_header *h, struct retrieval *rt)
{
	const struct share *share = rt->share;
	bool own = false;
	struct ffa_emad e;
	int err;

	for (uint32_t i = 0; i < h->emad_count; i++) {
		ffa_emad_decode(c->sp->rxtx.tx, (uint32_t)c->r->x[1], h, i, &e);
		err = check_entry(c, share, &e);
		if (err)
			return err;
		if (e.receiver.v != c->sp->id.v)
			continue;
		own = true;
		rt->permissions = e.permissions;
	}
	if (!own)
		return FFA_INVALID_PARAMETERS;
	if (!(rt->permissions & FFA_PERM_DATA))
		rt->permissions |= rt->rcv->permissions & FFA_PERM_DATA;
	if (!(rt->permissions & FFA_PERM_DATA)) /* DONATE: the owner said nothing */
		rt->permissions |= FFA_PERM_RW;
	if (share->type == FFA_TYPE_SHARE || share->receiver_count > 1)
		rt->permissions |= FFA_PERM_NX;
	if (h->flags & ZERO_FLAGS && (rt->permissions & FFA_PERM_DATA) != FFA_PERM_RW)
		return FFA_DENIED;
	if (h->attributes == FFA_MEM_ATTR_SHARE && share->owner_access & EC_MAP_DEVICE)
		return FFA_DENIED;
	if (rt->rcv->retrieved && (!quirk(c->s, Q_MEM_TFA) || rt->rcv->retrieved == RETRIEVES_MAX))
		return FFA_DENIED;
	return FFA_OK;
}

static int retrieve_check(struct call *c, struct retrieval *rt)
{
	struct ffa_mem_header h;
	int err = check_call(c, &h);

	if (err)
		return err;
	rt->share = memory_lookup(c->s, h.handle);
	if (!rt->share || memory_is_optee(c->s, rt->share))
		return FFA_INVALID_PARAMETERS;
	rt->rcv = memory_receiver(rt->share, c->sp->id);
	rt->flags = h.flags;
	err = check_header(c, &h, rt);
	if (!err)
		err = check_count(&h, rt->share);
	return err ? err : check_entries(c, &h, rt);
}

/* ---- retrieving ---- */
static int retrieve(struct call *c, struct retrieval *rt, uint8_t **full, size_t *bytes)
{
	const bool optee = quirk(c->s, Q_MEM_OPTEE);
	int err = optee ? retrieve_check_optee(c, rt) : retrieve_check(c, rt);
	bool fresh;

	if (err)
		return err;
	fresh = !rt->rcv->retrieved;
	if (fresh) {
		err = map(c->sp, rt->share, rt->rcv, rt->permissions);
		if (err)
			return err;
	}
	*full = respond(c, rt, bytes);
	/* The S-EL1 SPMC has no fragments. */
	if (!*full || (optee && *bytes > c->sp->rxtx.bytes)) {
		err = FFA_NO_MEMORY;
		goto out;
	}
	if (!optee && rt->share->type == FFA_TYPE_DONATE) {
		err = memory_give(c->s, rt->share, c->sp->id);
		if (err)
			goto out;
	}
	rt->rcv->retrieved++;
	rt->rcv->granted = rt->permissions;
	rt->rcv->zero_after |= !optee && rt->flags & FFA_RETRIEVE_FLAG_ZERO_AFTER;
	return FFA_OK;

out:
	free(*full);
	*full = NULL;
	if (fresh)
		retrieve_unmap(c->sp, rt->share, rt->rcv);
	return err;
}

static void handle_retrieve(struct call *c)
{
	struct retrieval rt = {0};
	uint8_t *full = NULL;
	size_t bytes = 0;
	const int err = retrieve(c, &rt, &full, &bytes);
	uint64_t pages;
	bool fresh;

	if (err) {
		regs_error(c->r, err);
		return;
	}
	pages = rt.share->page_count;
	fresh = rt.rcv->retrieved == 1;
	mem_frag_respond(c, rt.share->handle, full, bytes);
	/* As built, both lengths are those of the whole buffer. */
	if (quirk(c->s, Q_MEM_OPTEE))
		c->r->x[1] = c->r->x[2] = c->sp->rxtx.bytes;
	TRACE(&c->s->m->trace, trace_ffa_mem_retrieve, c->sp->who, rt.share->handle, pages,
	      rt.rcv->va, rt.rcv->retrieved);
	if (!quirk(c->s, Q_MEM_OPTEE) && rt.share->type == FFA_TYPE_DONATE) {
		mem_watch_over(rt.share, true);
		memory_drop(rt.share); /* its handle is free again */
	}
	if (fresh)
		pe_charge(pages * cost()->page_map_ns);
}

/* ---- the hypervisor's retrieve: the whole region, for its bookkeeping ---- */
static int check_hypervisor(const struct call *c, const struct ffa_mem_header *h,
			    struct share **out)
{
	struct share *share;

	if (quirk(c->s, Q_MEM_OPTEE))
		return FFA_NOT_SUPPORTED;
	if (h->emad_count || h->sender.v || h->attributes || h->flags || h->tag)
		return FFA_INVALID_PARAMETERS;
	share = memory_lookup(c->s, h->handle);
	if (!share || endpoint_is_secure(share->owner))
		return FFA_INVALID_PARAMETERS;
	if (share->hyp_retrieved)
		return FFA_DENIED;
	*out = share;
	return FFA_OK;
}

static int retrieve_hypervisor(struct call *c)
{
	struct ffa_emad e[SHARE_RECEIVERS_MAX];
	struct ffa_mem_header h;
	struct share *share;
	uint8_t *full;
	size_t bytes;
	int err = quirk(c->s, Q_MEM_OPTEE) ? FFA_NOT_SUPPORTED : check_call(c, &h);

	if (!err)
		err = check_hypervisor(c, &h, &share);
	if (err)
		return err;
	for (uint32_t i = 0; i < share->receiver_count; i++)
		e[i] = (struct ffa_emad){
			.receiver = share->receiver[i].id,
			.permissions = share->receiver[i].permissions,
			.flags = share->receiver[i].flags,
			.impdef = {share->receiver[i].impdef[0], share->receiver[i].impdef[1]}};
	h.sender = share->owner;
	h.attributes = share->attributes | FFA_MEM_ATTR_NS;
	h.flags = share->flags | share->type;
	full = encode(c->s->nwd_version, share, &h, e, share->receiver_count, share->constituent,
		      &bytes);
	if (!full)
		return FFA_NO_MEMORY;
	mem_frag_respond(c, share->handle, full, bytes);
	share->hyp_retrieved = c->s->nwd_rxtx.rest != NULL;
	return FFA_OK;
}

static void handle_retrieve_nwd(struct call *c)
{
	const int err = retrieve_hypervisor(c);

	if (err)
		regs_error(c->r, err);
}

/* ---- giving back ---- */
static int relinquish_check(struct call *c, struct retrieval *rt)
{
	const struct rxtx *b = &c->sp->rxtx;
	struct ffa_relinquish d;

	if (!b->tx || ffa_relinquish_decode(b->tx, b->bytes, &d) || d.count != 1 ||
	    d.first.v != c->sp->id.v || d.flags & ~3u || (quirk(c->s, Q_MEM_TFA) && d.flags))
		return FFA_INVALID_PARAMETERS;
	rt->share = memory_lookup(c->s, d.handle);
	if (!rt->share || memory_is_optee(c->s, rt->share) ||
	    (b->rest && b->rest_handle == d.handle))
		return FFA_INVALID_PARAMETERS;
	rt->rcv = memory_receiver(rt->share, c->sp->id);
	if (!rt->rcv || !rt->rcv->retrieved)
		return FFA_INVALID_PARAMETERS;
	if (!(d.flags & FFA_MEM_FLAG_ZERO))
		return FFA_OK;
	if (rt->share->type == FFA_TYPE_SHARE)
		return FFA_INVALID_PARAMETERS;
	if ((rt->rcv->granted & FFA_PERM_DATA) != FFA_PERM_RW)
		return FFA_DENIED;
	rt->rcv->zero_after = true;
	return FFA_OK;
}

/* Zeroed when nobody has it any more and one of them asked. */
static void zero_after_last(struct spmc *s, struct share *share)
{
	bool wanted = false;

	for (uint32_t i = 0; i < share->receiver_count; i++) {
		if (share->receiver[i].retrieved)
			return;
		wanted |= share->receiver[i].zero_after;
		share->receiver[i].zero_after = false;
	}
	if (wanted)
		memory_zero(s, share);
}

static void handle_relinquish(struct call *c)
{
	struct retrieval rt = {0};
	const int err = quirk(c->s, Q_MEM_OPTEE) ? relinquish_check_optee(c, &rt)
						 : relinquish_check(c, &rt);
	uint64_t pages;
	bool last;

	regs_result(c->r, err);
	if (err)
		return;
	rt.rcv->retrieved--;
	last = !rt.rcv->retrieved;
	pages = rt.share->page_count;
	TRACE(&c->s->m->trace, trace_ffa_mem_relinquish, c->sp->who, rt.share->handle, pages,
	      rt.rcv->retrieved);
	if (!last)
		return;
	ec_note_add(c->sp->ec, rt.rcv->va, (uint32_t)pages, "relinquished", rt.share->handle);
	retrieve_unmap(c->sp, rt.share, rt.rcv);
	if (!quirk(c->s, Q_MEM_OPTEE))
		zero_after_last(c->s, rt.share);
	if (rt.share->owner_dead)
		memory_endpoint_died(c->s, sp_by_id(c->s, rt.share->owner));
	pe_charge(pages * cost()->page_map_ns);
}

/* What a hypervisor relays for a VM: no endpoint of the Normal world ever borrows here (5.5 row 8),
 * so whatever it names, it does not hold it. */
static void handle_relinquish_nwd(struct call *c)
{
	if (quirk(c->s, Q_MEM_OPTEE) || quirk(c->s, Q_MEM_TFA))
		service_unknown(c, INSTANCE_NWD);
	else
		regs_error(c->r, FFA_INVALID_PARAMETERS);
}

static const struct spmc_service services[] = {
	{FFA_MEM_RETRIEVE_REQ, INSTANCE_SP, handle_retrieve},
	{FFA_MEM_RETRIEVE_REQ | FFA_FID_64, INSTANCE_SP, handle_retrieve},
	{FFA_MEM_RETRIEVE_REQ, INSTANCE_NWD, handle_retrieve_nwd},
	{FFA_MEM_RETRIEVE_REQ | FFA_FID_64, INSTANCE_NWD, handle_retrieve_nwd},
	{FFA_MEM_RELINQUISH, INSTANCE_SP, handle_relinquish},
	{FFA_MEM_RELINQUISH, INSTANCE_NWD, handle_relinquish_nwd},
};
SPMC_FAMILY(retrieve);
