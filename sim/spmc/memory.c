/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory transactions of the owner: SHARE, LEND and DONATE with their fragments, RECLAIM (ffa.md 5;
 * optee.md 3.8, golden.md G11). Two pools of handles, lowest index first: the Trusted OS's (bit 44)
 * and the SPs' (bit 45). What a descriptor must look like is in mem_send.c and mem_send_optee.c.
 *
 * An SP loses the mapping of what it lends or donates and gets it back with RECLAIM. The Normal
 * world keeps the access; that it does not use it is the business of a detector (mem_watch.c). Not
 * modelled: protected memory; MEM_OP_PAUSE.
 */
#include <stdlib.h>
#include <string.h>

#include "spmc/spmc_internal.h"

TRACE_KIND(trace_ffa_mem_share, "ffa.mem_share", "memory was shared", "sp$", "handle", "pages",
	   "owner");
TRACE_KIND(trace_ffa_mem_lend, "ffa.mem_lend", "memory was lent", "sp$", "handle", "pages",
	   "owner");
TRACE_KIND(trace_ffa_mem_donate, "ffa.mem_donate", "memory was donated", "sp$", "handle", "pages",
	   "owner");
TRACE_KIND(trace_ffa_mem_reclaim, "ffa.mem_reclaim", "shared memory was reclaimed", "sp$", "handle",
	   "pages", "owner");

enum { POOL_OPTEE, POOL_SP };
static const uint64_t pool_bit[] = {[POOL_OPTEE] = 1ULL << 44, [POOL_SP] = 1ULL << 45};

#define TOTAL_MAX_BYTES (1u << 20)
#define FRAGMENT_ALIGN 16u
#define RECLAIM_FLAGS 3u

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

bool memory_is_optee(const struct spmc *s, const struct share *share)
{
	return share < &s->share[POOL_SP][0];
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

void memory_drop(struct share *share)
{
	free(share->constituent);
	free(share->owner_va);
	free(share->fragment);
	*share = (struct share){0};
}

void memory_reset(struct spmc *s)
{
	for (unsigned pool = 0; pool < 2; pool++)
		for (unsigned i = 0; i < SPMC_HANDLES_MAX; i++)
			memory_drop(&s->share[pool][i]);
	free(s->donation);
	s->donation = NULL;
	s->donation_count = 0;
	for (size_t i = 0; i < s->sp_count; i++)
		mem_frag_drop(&s->sp[i]->rxtx);
	mem_frag_drop(&s->nwd_rxtx);
	for (unsigned i = 0; i < SPMC_VMS_MAX; i++)
		mem_frag_drop(&s->vm[i].rxtx);
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

/* ---- who has which page ---- */
bool memory_overlaps(const struct share *a, uint64_t pa, uint64_t bytes)
{
	for (uint32_t i = 0; i < a->constituent_count; i++)
		if (a->constituent[i].address < pa + bytes &&
		    pa < a->constituent[i].address + a->constituent[i].page_count * PHYS_PAGE_BYTES)
			return true;
	return false;
}

static bool in_buffers(const struct rxtx *b, uint64_t pa, uint64_t bytes)
{
	return b->tx && ((pa < b->tx_pa.v + b->bytes && b->tx_pa.v < pa + bytes) ||
			 (pa < b->rx_pa.v + b->bytes && b->rx_pa.v < pa + bytes));
}

/* Some page of the range was donated, and not to @owner last. */
static bool given_away(const struct spmc *s, endpoint_id owner, uint64_t pa, uint64_t bytes)
{
	for (uint64_t at = pa; s->donation_count && at < pa + bytes; at += PHYS_PAGE_BYTES)
		for (uint32_t i = s->donation_count; i--;) {
			const struct donation *d = &s->donation[i];

			if (at < d->pa || at >= d->pa + d->pages * PHYS_PAGE_BYTES)
				continue;
			if (d->owner.v != owner.v)
				return true;
			break;
		}
	return false;
}

int memory_check_exclusive(const struct call *c, const struct share *self, uint64_t pa,
			   uint64_t bytes)
{
	const struct spmc *s = c->s;
	const int taken = quirk(s, Q_MEM_TFA) ? FFA_INVALID_PARAMETERS : FFA_DENIED;

	/* NWd pages are not looked at by the S-EL1 SPMC. */
	if (!c->sp && quirk(s, Q_NO_OVERLAP_CHECK))
		return FFA_OK;
	for (unsigned pool = 0; pool < 2; pool++)
		for (unsigned i = 0; i < SPMC_HANDLES_MAX; i++) {
			const struct share *other = &s->share[pool][i];

			if (other->used && other != self && memory_overlaps(other, pa, bytes))
				return taken;
		}
	if (given_away(s, self->owner, pa, bytes))
		return FFA_DENIED;
	if (in_buffers(c->sp ? &c->sp->rxtx : &s->nwd_rxtx, pa, bytes))
		return FFA_DENIED;
	for (unsigned i = 0; !c->sp && i < SPMC_VMS_MAX; i++)
		if (in_buffers(&s->vm[i].rxtx, pa, bytes))
			return FFA_DENIED;
	return FFA_OK;
}

int memory_give(struct spmc *s, const struct share *share, endpoint_id owner)
{
	const uint32_t n = s->donation_count, more = share->constituent_count;
	struct donation *d;

	if (more > DONATIONS_MAX - n)
		return FFA_NO_MEMORY;
	d = realloc(s->donation, (n + more) * sizeof(*d));
	if (!d)
		return FFA_NO_MEMORY;
	s->donation = d;
	for (uint32_t i = 0; i < more; i++)
		d[n + i] = (struct donation){share->constituent[i].address,
					     share->constituent[i].page_count, owner};
	s->donation_count = n + more;
	return FFA_OK;
}

void memory_zero(struct spmc *s, const struct share *share)
{
	for (uint32_t i = 0; i < share->constituent_count; i++)
		physmem_zero(&s->m->mem, pa_of(share->constituent[i].address),
			     share->constituent[i].page_count * PHYS_PAGE_BYTES);
}

/* LEND and DONATE: the owner's mappings go. */
static void owner_unmap(struct sp *sp, const struct share *share)
{
	for (uint32_t i = 0; i < share->constituent_count; i++) {
		ec_note_add(sp->ec, share->owner_va[i], share->constituent[i].page_count,
			    share->type == FFA_TYPE_LEND ? "lent" : "donated", share->handle);
		ec_map_remove(sp->ec, share->owner_va[i], share->constituent[i].page_count);
	}
}

static void owner_map(struct sp *sp, const struct share *share)
{
	for (uint32_t i = 0; i < share->constituent_count; i++)
		ec_map_add(sp->ec, share->owner_va[i], pa_of(share->constituent[i].address),
			   share->constituent[i].page_count, share->owner_access);
}

/* ---- sending ---- */
static void success_with_handle(struct call *c, const struct share *share)
{
	static const struct trace_kind *const kinds[] = {&trace_ffa_mem_share, &trace_ffa_mem_lend,
							 &trace_ffa_mem_donate};
	const uint32_t kind = (share->type - FFA_TYPE_SHARE) / FFA_TYPE_SHARE;

	mem_watch_sent(c->s, share);
	regs_success(c->r);
	c->r->x[2] = (uint32_t)share->handle;
	c->r->x[3] = share->handle >> 32;
	if (c->s->m->trace.on)
		TRACE(&c->s->m->trace, *kinds[kind], endpoint_who(c->s, share->receiver[0].id),
		      share->handle, share->page_count, share->owner.v);
	pe_charge(share->page_count * cost()->page_map_ns);
}

static void ask_for_more(struct call *c, const struct share *share)
{
	regs_clear(c->r);
	c->r->x[0] = FFA_MEM_FRAG_RX;
	c->r->x[1] = (uint32_t)share->handle;
	c->r->x[2] = share->handle >> 32;
	c->r->x[3] = share->received_bytes;
	c->r->x[4] = c->sp ? 0 : (uint64_t)share->owner.v << 16;
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

/* All of the descriptor is there. On failure the caller drops the share. */
static int complete(struct call *c, const void *buf, size_t len, struct share *share)
{
	int err;

	if (quirk(c->s, Q_MEM_OPTEE)) {
		err = mem_send_optee(c, buf, len, share);
	} else {
		err = mem_send_pages(c, buf, len, share);
		if (!err && share->type != FFA_TYPE_SHARE) {
			if (c->sp)
				owner_unmap(c->sp, share);
			if (share->flags & FFA_MEM_FLAG_ZERO)
				memory_zero(c->s, share);
		}
	}
	share->complete = !err;
	return err;
}

/* The first fragment: its own copy, because TX may change while it is looked at. */
static int first_fragment(struct call *c, const uint8_t *buf, uint32_t fragment, uint32_t total,
			  struct share *share)
{
	int err;

	share->fragment = malloc(total);
	if (!share->fragment)
		return FFA_NO_MEMORY;
	memcpy(share->fragment, buf, fragment);
	share->total_bytes = total;
	share->received_bytes = fragment;
	share->owner = c->sp ? c->sp->id : endpoint_of(FFA_ID_NWD);
	share->version = c->sp ? c->sp->version : c->s->nwd_version;
	if (!quirk(c->s, Q_MEM_OPTEE)) {
		err = mem_send_first(c, share->fragment, fragment, total, share);
		if (err)
			return err;
	}
	if (fragment < total)
		return FFA_OK;
	err = complete(c, share->fragment, total, share);
	free(share->fragment);
	share->fragment = NULL;
	return err;
}

static int send_memory(struct call *c, uint32_t type, struct share **out)
{
	const uint32_t total = (uint32_t)c->r->x[1], fragment = (uint32_t)c->r->x[2];
	const uint8_t *buf;
	struct share *share;
	unsigned pool;
	int err;

	if (quirk(c->s, Q_MEM_TFA) && c->sp)
		return FFA_INVALID_PARAMETERS;
	if (quirk(c->s, Q_MEM_TFA) && type == FFA_TYPE_DONATE)
		return FFA_NOT_SUPPORTED;
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
	share->type = type;
	err = first_fragment(c, buf, fragment, total, share);
	if (err) {
		memory_drop(share);
		return err;
	}
	*out = share;
	return FFA_OK;
}

static void send_and_answer(struct call *c, uint32_t type)
{
	struct share *share = NULL;
	const int err = send_memory(c, type, &share);

	if (err)
		regs_error(c->r, err);
	else if (share->complete)
		success_with_handle(c, share);
	else
		ask_for_more(c, share);
}

static void handle_share(struct call *c)
{
	send_and_answer(c, FFA_TYPE_SHARE);
}

/* The S-EL1 SPMC: LEND DENIED and DONATE NOT_SUPPORTED from the Normal world, both unknown to SPs.
 */
static bool refused_by_optee(struct call *c, int code)
{
	if (!quirk(c->s, Q_MEM_OPTEE))
		return false;
	regs_error(c->r, c->sp ? FFA_INVALID_PARAMETERS : code);
	return true;
}

static void handle_lend(struct call *c)
{
	if (!refused_by_optee(c, FFA_DENIED))
		send_and_answer(c, FFA_TYPE_LEND);
}

static void handle_donate(struct call *c)
{
	if (!refused_by_optee(c, FFA_NOT_SUPPORTED))
		send_and_answer(c, FFA_TYPE_DONATE);
}

static bool may_continue(const struct call *c, const struct share *share, uint32_t len)
{
	const struct rxtx *b = c->sp ? &c->sp->rxtx : &c->s->nwd_rxtx;
	const uint16_t sender = (uint16_t)(c->r->x[4] >> 16);

	return share && !share->complete && b->tx && len >= FRAGMENT_ALIGN &&
	       !(len % FRAGMENT_ALIGN) && len <= b->bytes &&
	       len <= share->total_bytes - share->received_bytes &&
	       (c->sp ? !sender && share->owner.v == c->sp->id.v : share->owner.v == sender);
}

static void handle_frag_tx(struct call *c)
{
	const uint64_t handle = (uint32_t)c->r->x[1] | c->r->x[2] << 32;
	const uint32_t len = (uint32_t)c->r->x[3];
	struct share *share = slot_of(c->s, handle);
	int err;

	/* Unknown to SPs of the S-EL1 SPMC. */
	if ((c->sp && quirk(c->s, Q_MEM_OPTEE)) || !may_continue(c, share, len)) {
		regs_error(c->r, FFA_INVALID_PARAMETERS);
		return;
	}
	memcpy(share->fragment + share->received_bytes, call_rxtx(c)->tx, len);
	share->received_bytes += len;
	if (share->received_bytes < share->total_bytes) {
		ask_for_more(c, share);
		return;
	}
	err = complete(c, share->fragment, share->total_bytes, share);
	free(share->fragment);
	share->fragment = NULL;
	if (err) {
		memory_drop(share);
		regs_error(c->r, err);
		return;
	}
	success_with_handle(c, share);
}

/* ---- taking back ---- */
static int reclaim(struct call *c, struct share **out)
{
	const uint64_t handle = (uint32_t)c->r->x[1] | c->r->x[2] << 32;
	const uint32_t flags = (uint32_t)c->r->x[3];
	const bool zero = flags & FFA_MEM_FLAG_ZERO;
	struct share *share = memory_lookup(c->s, handle);

	if (quirk(c->s, Q_MEM_TFA) && (c->sp || flags))
		return FFA_INVALID_PARAMETERS;
	if (!share || (c->sp ? share->owner.v != c->sp->id.v : endpoint_is_secure(share->owner)))
		return FFA_INVALID_PARAMETERS;
	if (memory_is_optee(c->s, share)) {
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
	if (zero && c->sp && !quirk(c->s, Q_MEM_OPTEE) && !(share->owner_access & EC_MAP_W))
		return FFA_DENIED;
	if (zero)
		memory_zero(c->s, share);
	if (c->sp && share->type != FFA_TYPE_SHARE)
		owner_map(c->sp, share);
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
	mem_watch_over(share, false);
	memory_drop(share);
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

static bool still_held(const struct share *share)
{
	for (uint32_t i = 0; i < share->receiver_count; i++)
		if (share->receiver[i].retrieved)
			return true;
	return false;
}

void memory_endpoint_died(struct spmc *s, struct sp *sp)
{
	for (unsigned i = 0; i < SPMC_HANDLES_MAX; i++) {
		struct share *share = &s->share[POOL_SP][i];
		struct share_receiver *rcv = share->used ? memory_receiver(share, sp->id) : NULL;

		if (rcv && rcv->retrieved) {
			rcv->retrieved = 0;
			retrieve_unmap(sp, share, rcv);
		}
		if (share->used && share->owner.v == sp->id.v)
			share->owner_dead = true;
		if (share->used && share->owner_dead && !still_held(share))
			memory_drop(share);
	}
	mem_frag_drop(&sp->rxtx);
	sp->rxtx = (struct rxtx){0};
}

static const struct spmc_service services[] = {
	{FFA_MEM_SHARE, INSTANCE_NWD | INSTANCE_SP, handle_share},
	{FFA_MEM_SHARE | FFA_FID_64, INSTANCE_NWD | INSTANCE_SP, handle_share},
	{FFA_MEM_LEND, INSTANCE_NWD | INSTANCE_SP, handle_lend},
	{FFA_MEM_LEND | FFA_FID_64, INSTANCE_NWD | INSTANCE_SP, handle_lend},
	{FFA_MEM_DONATE, INSTANCE_NWD | INSTANCE_SP, handle_donate},
	{FFA_MEM_DONATE | FFA_FID_64, INSTANCE_NWD | INSTANCE_SP, handle_donate},
	{FFA_MEM_FRAG_TX, INSTANCE_NWD | INSTANCE_SP, handle_frag_tx},
	{FFA_MEM_RECLAIM, INSTANCE_NWD | INSTANCE_SP, handle_reclaim},
};
SPMC_FAMILY(memory);
