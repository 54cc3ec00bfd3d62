/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory transactions of a borrower: RETRIEVE_REQ maps the pages into the SP at an address the SPMC
 * chooses, RELINQUISH takes them away (optee.md 3.8, D15; golden.md G11; ffa.md 5.6, 5.7).
 * Not modelled: retrieves by the Normal world, FRAG_RX (a response always fits or is refused).
 */
#include <string.h>

#include "spmc/spmc_internal.h"

TRACE_KIND(trace_ffa_mem_retrieve, "ffa.mem_retrieve", "an SP retrieved shared memory", "sp$",
	   "handle", "pages", "va", "count");
TRACE_KIND(trace_ffa_mem_relinquish, "ffa.mem_relinquish", "an SP relinquished shared memory",
	   "sp$", "handle", "pages", "count");

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
	return quirk(s, Q_MEM_OPTEE) ? FFA_DENIED : FFA_INVALID_PARAMETERS;
}

static uint32_t map_access(uint8_t permissions)
{
	uint32_t access = EC_MAP_R;

	if ((permissions & FFA_PERM_DATA) == FFA_PERM_RW)
		access |= EC_MAP_W;
	if ((permissions & FFA_PERM_INSN) == FFA_PERM_X)
		access |= EC_MAP_X;
	return access;
}

static void unmap(struct sp *sp, const struct share *share, uint64_t va)
{
	ec_map_remove(sp->ec, va, share->page_count);
}

static int map(struct sp *sp, const struct share *share, struct share_receiver *rcv,
	       uint8_t permissions)
{
	const uint32_t access = map_access(permissions);
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
	return FFA_OK;
}

/* The response descriptor: the caller's entry only, addresses as the SP sees them. */
static size_t respond(const struct call *c, const struct share *share,
		      const struct share_receiver *rcv, uint8_t permissions)
{
	const bool optee = quirk(c->s, Q_MEM_OPTEE);
	const bool ns = !endpoint_is_secure(share->owner);
	struct ffa_mem_header h = {
		.sender = share->owner,
		.attributes =
			optee || !ns ? share->attributes : share->attributes | FFA_MEM_ATTR_NS,
		.flags = optee ? share->flags : share->flags | FFA_TYPE_SHARE,
		.handle = optee ? 0 : share->handle,
	};
	const struct ffa_emad e = {.receiver = rcv->id, .permissions = permissions};
	struct ffa_constituent k[64];
	uint64_t va = rcv->va;
	uint32_t n = share->constituent_count;

	if (n > sizeof(k) / sizeof(k[0]))
		return 0;
	for (uint32_t i = 0; i < n; i++) {
		k[i] = (struct ffa_constituent){va, share->constituent[i].page_count};
		va += k[i].page_count * PHYS_PAGE_BYTES;
	}
	return ffa_mem_encode(c->sp->rxtx.rx, c->sp->rxtx.bytes, c->sp->version, &h, &e, 1, k, n);
}

static int check_request(const struct call *c, const struct ffa_mem_header *h,
			 const struct share *share)
{
	const bool optee = quirk(c->s, Q_MEM_OPTEE);

	if (optee)
		return h->emad_count != 1 || h->tag != share->tag ||
				       h->flags & FFA_RETRIEVE_FLAG_ZERO_AFTER
			       ? FFA_INVALID_PARAMETERS
			       : FFA_OK;
	if (h->sender.v != share->owner.v)
		return FFA_DENIED;
	if (h->flags & FFA_RETRIEVE_FLAG_TYPE &&
	    (h->flags & FFA_RETRIEVE_FLAG_TYPE) != FFA_TYPE_SHARE)
		return FFA_INVALID_PARAMETERS;
	if (h->tag != share->tag || h->flags & ~FFA_RETRIEVE_FLAG_TYPE ||
	    h->attributes & FFA_MEM_ATTR_NS || h->emad_count != share->receiver_count)
		return FFA_INVALID_PARAMETERS;
	return FFA_OK;
}

static int find_own_emad(const struct call *c, const void *buf, size_t len,
			 const struct ffa_mem_header *h, struct ffa_emad *out)
{
	if (quirk(c->s, Q_MEM_OPTEE))
		return ffa_emad_decode(buf, len, h, 0, out);
	for (uint32_t i = 0; i < h->emad_count; i++)
		if (!ffa_emad_decode(buf, len, h, i, out) && out->receiver.v == c->sp->id.v)
			return FFA_OK;
	return FFA_INVALID_PARAMETERS;
}

/* Rights asked for against rights given; 0 = what the owner gave. */
static int check_rights(const struct call *c, const struct share_receiver *rcv, uint8_t asked)
{
	const bool optee = quirk(c->s, Q_MEM_OPTEE);
	const uint8_t data = asked & FFA_PERM_DATA, given = rcv->permissions & FFA_PERM_DATA;

	if (data > given)
		return optee ? FFA_INVALID_PARAMETERS : FFA_DENIED;
	if ((asked & FFA_PERM_INSN) == FFA_PERM_X &&
	    (!optee || (rcv->permissions & FFA_PERM_INSN) != FFA_PERM_X))
		return FFA_INVALID_PARAMETERS;
	return FFA_OK;
}

static int retrieve(struct call *c, struct share **out, size_t *response_bytes)
{
	const bool optee = quirk(c->s, Q_MEM_OPTEE);
	const uint32_t total = (uint32_t)c->r->x[1], fragment = (uint32_t)c->r->x[2];
	struct rxtx *b = &c->sp->rxtx;
	struct share_receiver *rcv;
	struct ffa_mem_header h;
	struct share *share;
	struct ffa_emad e;
	uint8_t permissions;
	int err;

	if (c->r->x[3] || c->r->x[4])
		return optee ? FFA_NOT_SUPPORTED : FFA_INVALID_PARAMETERS;
	if (!b->tx || b->rx_full)
		return optee ? FFA_DENIED : b->tx ? FFA_BUSY : FFA_INVALID_PARAMETERS;
	if (fragment != total || total > b->bytes ||
	    ffa_mem_header_decode(b->tx, total, c->sp->version, &h))
		return FFA_INVALID_PARAMETERS;
	share = memory_lookup(c->s, h.handle);
	if (!share || share < &c->s->share[1][0])
		return optee ? FFA_DENIED : FFA_INVALID_PARAMETERS;
	err = check_request(c, &h, share);
	if (!err)
		err = find_own_emad(c, b->tx, total, &h, &e);
	if (err)
		return err;
	rcv = memory_receiver(share, c->sp->id);
	if (!rcv || e.receiver.v != c->sp->id.v)
		return foreign_handle(c->s, "Core data-abort at address 0x2");
	if (e.composite_offset)
		return optee ? FFA_DENIED : FFA_INVALID_PARAMETERS;
	err = check_rights(c, rcv, e.permissions);
	if (err)
		return err;
	if (rcv->retrieved && (!optee || rcv->retrieved == RETRIEVES_MAX))
		return FFA_DENIED;
	permissions = e.permissions & FFA_PERM_DATA ? e.permissions : rcv->permissions;
	if (!rcv->retrieved) {
		err = map(c->sp, share, rcv, permissions);
		if (err)
			return err;
	}
	*response_bytes = respond(c, share, rcv, permissions);
	if (!*response_bytes) {
		if (!rcv->retrieved)
			unmap(c->sp, share, rcv->va);
		return FFA_NO_MEMORY;
	}
	rcv->retrieved++;
	b->rx_full = true;
	*out = share;
	return FFA_OK;
}

static void handle_retrieve(struct call *c)
{
	const struct share_receiver *rcv;
	struct share *share = NULL;
	size_t bytes = 0;
	const int err = retrieve(c, &share, &bytes);

	if (err) {
		regs_error(c->r, err);
		return;
	}
	rcv = memory_receiver(share, c->sp->id);
	/* As built, both lengths are those of the whole buffer. */
	if (quirk(c->s, Q_MEM_OPTEE))
		bytes = c->sp->rxtx.bytes;
	regs_clear(c->r);
	c->r->x[0] = FFA_MEM_RETRIEVE_RESP;
	c->r->x[1] = bytes;
	c->r->x[2] = bytes;
	TRACE(&c->s->m->trace, trace_ffa_mem_retrieve, c->sp->who, share->handle, share->page_count,
	      rcv->va, rcv->retrieved);
	if (rcv->retrieved == 1)
		pe_charge(share->page_count * cost()->page_map_ns);
}

static int relinquish(struct call *c, struct share **out, struct share_receiver **rcv_out)
{
	const bool optee = quirk(c->s, Q_MEM_OPTEE);
	const struct rxtx *b = &c->sp->rxtx;
	struct share_receiver *rcv;
	struct ffa_relinquish d;
	struct share *share;

	if (!b->tx)
		return optee ? FFA_DENIED : FFA_INVALID_PARAMETERS;
	if (ffa_relinquish_decode(b->tx, b->bytes, &d))
		return FFA_INVALID_PARAMETERS;
	share = memory_lookup(c->s, d.handle);
	if (!share || share < &c->s->share[1][0])
		return optee ? FFA_DENIED : FFA_INVALID_PARAMETERS;
	if (d.count != 1)
		return FFA_INVALID_PARAMETERS;
	if (d.first.v != c->sp->id.v)
		return optee ? FFA_DENIED : FFA_INVALID_PARAMETERS;
	if (!optee && d.flags)
		return FFA_INVALID_PARAMETERS;
	rcv = memory_receiver(share, c->sp->id);
	if (!rcv)
		return foreign_handle(c->s, "Core data-abort at address 0x4");
	if (!rcv->retrieved)
		return optee ? FFA_DENIED : FFA_INVALID_PARAMETERS;
	rcv->retrieved--;
	if (!rcv->retrieved)
		unmap(c->sp, share, rcv->va);
	*out = share;
	*rcv_out = rcv;
	return FFA_OK;
}

static void handle_relinquish(struct call *c)
{
	struct share_receiver *rcv = NULL;
	struct share *share = NULL;
	const int err = relinquish(c, &share, &rcv);

	regs_result(c->r, err);
	if (err)
		return;
	TRACE(&c->s->m->trace, trace_ffa_mem_relinquish, c->sp->who, share->handle,
	      share->page_count, rcv->retrieved);
	if (!rcv->retrieved)
		pe_charge(share->page_count * cost()->page_map_ns);
}

static const struct spmc_service services[] = {
	{FFA_MEM_RETRIEVE_REQ, INSTANCE_SP, handle_retrieve},
	{FFA_MEM_RETRIEVE_REQ | FFA_FID_64, INSTANCE_SP, handle_retrieve},
	{FFA_MEM_RELINQUISH, INSTANCE_SP, handle_relinquish},
};
SPMC_FAMILY(retrieve);
