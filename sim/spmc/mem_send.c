/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a SHARE, LEND or DONATE descriptor must look like, in the order of ffa.md 5.5. Rows 4 to 15
 * need the first fragment only, rows 16 to 19 all of it.
 */
#include <stdlib.h>

#include "spmc/spmc_internal.h"

#define PERMISSION_BITS 0xfu
#define EMAD_NO_RETRIEVE 1u
#define ALIGN 16u

/* Row 4: structure. */
static int check_header(const struct share *share, const void *buf, size_t len, size_t total,
			struct ffa_mem_header *h)
{
	struct ffa_emad e;
	uint64_t end;

	if (ffa_mem_header_decode(buf, len, share->version, h) || h->handle)
		return FFA_INVALID_PARAMETERS;
	if (h->emad_bytes != ffa_emad_bytes(share->version) || !h->emad_count ||
	    h->emad_count > SHARE_RECEIVERS_MAX)
		return FFA_INVALID_PARAMETERS;
	end = h->emad_offset + (uint64_t)h->emad_count * h->emad_bytes;
	for (uint32_t i = 0, first = 0; i < h->emad_count; i++) {
		if (ffa_emad_decode(buf, len, h, i, &e))
			return FFA_INVALID_PARAMETERS;
		if (!i)
			first = e.composite_offset;
		if (e.composite_offset != first || e.composite_offset < end ||
		    e.composite_offset % 8 ||
		    (uint64_t)e.composite_offset + FFA_COMPOSITE_BYTES > total)
			return FFA_INVALID_PARAMETERS;
	}
	return FFA_OK;
}

/* Rows 5 and 6. */
static int check_flags(const struct call *c, const struct share *share,
		       const struct ffa_mem_header *h)
{
	const uint32_t known = FFA_MEM_FLAG_ZERO | FFA_MEM_FLAG_TIME_SLICE;

	if (h->flags & ~known || (quirk(c->s, Q_MEM_TFA) && h->flags))
		return FFA_INVALID_PARAMETERS;
	if (share->type == FFA_TYPE_SHARE && h->flags & FFA_MEM_FLAG_ZERO)
		return FFA_INVALID_PARAMETERS;
	if (share->type == FFA_TYPE_DONATE && h->emad_count != 1)
		return FFA_INVALID_PARAMETERS;
	return FFA_OK;
}

/* Rows 7 and 8, receiver by receiver. */
static int check_receiver(const struct call *c, const struct share *share,
			  const struct ffa_mem_header *h, const struct ffa_emad *e)
{
	const bool secure = endpoint_is_secure(e->receiver);

	if (secure ? !sp_by_id(c->s, e->receiver) : !vm_find(c->s, e->receiver))
		return FFA_INVALID_PARAMETERS;
	if (e->receiver.v == (c->sp ? c->sp->id.v : h->sender.v))
		return FFA_INVALID_PARAMETERS;
	if (secure)
		return FFA_OK;
	if (share->type != FFA_TYPE_SHARE || c->sp || h->emad_count == 1)
		return FFA_DENIED;
	return FFA_OK;
}

/* Rows 10 (duplicates), 11 and 12. */
static int check_permissions(struct share *share, const struct ffa_emad *e)
{
	const uint8_t data = e->permissions & FFA_PERM_DATA;

	if (e->permissions & ~PERMISSION_BITS || e->flags & ~EMAD_NO_RETRIEVE ||
	    memory_receiver(share, e->receiver))
		return FFA_INVALID_PARAMETERS;
	if (data == FFA_PERM_DATA || e->permissions & FFA_PERM_INSN)
		return FFA_INVALID_PARAMETERS;
	return !data == (share->type == FFA_TYPE_DONATE) ? FFA_OK : FFA_INVALID_PARAMETERS;
}

/* Rows 13 to 15. */
static int check_attributes(const struct share *share, const struct ffa_mem_header *h)
{
	const bool typed = share->type == FFA_TYPE_SHARE || h->emad_count > 1;

	if (h->attributes & FFA_MEM_ATTR_NS || h->attributes & ~0x7f)
		return FFA_INVALID_PARAMETERS;
	if (!typed)
		return h->attributes & FFA_MEM_ATTR_TYPE ? FFA_INVALID_PARAMETERS : FFA_OK;
	return h->attributes == FFA_MEM_ATTR_SHARE ? FFA_OK : FFA_DENIED;
}

/* Row 10: the lengths agree with each other. */
static int check_lengths(const void *buf, size_t len, size_t total, uint32_t composite_offset)
{
	struct ffa_composite composite;

	if (composite_offset % ALIGN ||
	    ffa_composite_decode(buf, len, composite_offset, &composite))
		return FFA_INVALID_PARAMETERS;
	return composite_offset + FFA_COMPOSITE_BYTES +
				       (uint64_t)composite.constituent_count *
					       FFA_CONSTITUENT_BYTES ==
			       total
		       ? FFA_OK
		       : FFA_INVALID_PARAMETERS;
}

static int check_receivers(const struct call *c, const void *buf, size_t len,
			   const struct ffa_mem_header *h, struct share *share)
{
	struct ffa_emad e;
	int err = FFA_OK;

	for (uint32_t i = 0; !err && i < h->emad_count; i++) {
		ffa_emad_decode(buf, len, h, i, &e);
		err = check_receiver(c, share, h, &e);
	}
	return err;
}

static int take_receivers(const void *buf, size_t len, const struct ffa_mem_header *h,
			  struct share *share)
{
	struct ffa_emad e;
	int err;

	for (uint32_t i = 0; i < h->emad_count; i++) {
		ffa_emad_decode(buf, len, h, i, &e);
		err = check_permissions(share, &e);
		if (err)
			return err;
		share->receiver[share->receiver_count++] = (struct share_receiver){
			.id = e.receiver,
			.permissions = e.permissions,
			.flags = e.flags,
			.impdef = {e.impdef[0], e.impdef[1]},
		};
		share->composite_offset = e.composite_offset;
	}
	return FFA_OK;
}

int mem_send_first(const struct call *c, const void *buf, size_t len, size_t total,
		   struct share *share)
{
	struct ffa_mem_header h;
	struct ffa_emad e;
	int err = check_header(share, buf, len, total, &h);

	if (!err)
		err = check_flags(c, share, &h);
	if (!err)
		err = check_receivers(c, buf, len, &h, share);
	if (err)
		return err;
	if (total % ALIGN || len % ALIGN)
		return FFA_INVALID_PARAMETERS;
	if (c->sp ? h.sender.v != c->sp->id.v : endpoint_is_secure(h.sender))
		return FFA_DENIED;
	ffa_emad_decode(buf, len, &h, 0, &e);
	err = check_lengths(buf, len, total, e.composite_offset);
	if (!err && h.flags & FFA_MEM_FLAG_TIME_SLICE)
		err = FFA_INVALID_PARAMETERS;
	if (!err)
		err = take_receivers(buf, len, &h, share);
	if (!err)
		err = check_attributes(share, &h);
	share->owner = h.sender;
	share->attributes = h.attributes;
	share->flags = h.flags;
	share->tag = h.tag;
	return err;
}

/* Row 16, for one range. */
static int check_range(const struct share *share, const struct ffa_constituent *k)
{
	if (!k->page_count || k->address % PHYS_PAGE_BYTES ||
	    k->address + k->page_count * PHYS_PAGE_BYTES < k->address)
		return FFA_INVALID_PARAMETERS;
	/* Ranges of an SP are told apart by their addresses, as it sees them. */
	for (uint32_t i = 0; i < share->constituent_count; i++)
		if (share->owner_va[i] < k->address + k->page_count * PHYS_PAGE_BYTES &&
		    k->address <
			    share->owner_va[i] + share->constituent[i].page_count * PHYS_PAGE_BYTES)
			return FFA_INVALID_PARAMETERS;
	return FFA_OK;
}

/* Rows 17 to 19, for one range of an SP: mapped uniformly, of a kind that may be sent. */
static int check_mapping(const struct call *c, const struct share *share, uint64_t va,
			 uint64_t bytes, uint32_t *access, pa_t *pa)
{
	const struct ec_map *m = ec_map_find(c->sp->ec, va);
	bool write = share->flags & FFA_MEM_FLAG_ZERO;

	if (!m || !ec_va_to_pa(c->sp->ec, va, bytes, m->access, pa))
		return FFA_DENIED;
	for (uint64_t at = va; at < va + bytes; at += PHYS_PAGE_BYTES)
		if (ec_map_find(c->sp->ec, at)->access != m->access)
			return FFA_DENIED;
	if (*access && *access != m->access)
		return FFA_DENIED;
	if (m->access & EC_MAP_DEVICE &&
	    (share->type != FFA_TYPE_LEND || share->receiver_count != 1))
		return FFA_DENIED;
	for (uint32_t i = 0; i < share->receiver_count; i++)
		write |= (share->receiver[i].permissions & FFA_PERM_DATA) == FFA_PERM_RW;
	if (write && !(m->access & EC_MAP_W))
		return FFA_DENIED;
	*access = m->access;
	return FFA_OK;
}

/* Turns range @i, an address of the sender so far, into physical memory. */
static int take_range(const struct call *c, struct share *share, uint32_t i)
{
	struct ffa_constituent *k = &share->constituent[i];
	const uint64_t bytes = k->page_count * PHYS_PAGE_BYTES;
	pa_t pa = pa_of(k->address);
	int err;

	if (c->sp)
		err = check_mapping(c, share, k->address, bytes, &share->owner_access, &pa);
	else
		err = physmem_is_ns(&c->s->m->mem, pa, bytes) ? FFA_OK : FFA_DENIED;
	if (!err)
		err = memory_check_exclusive(c, share, pa.v, bytes);
	k->address = pa.v;
	return err;
}

int mem_send_pages(const struct call *c, const void *buf, size_t len, struct share *share)
{
	const uint8_t *at = (const uint8_t *)buf + share->composite_offset + FFA_COMPOSITE_BYTES;
	struct ffa_composite composite;
	uint64_t sum = 0;
	int err;

	if (ffa_composite_decode(buf, len, share->composite_offset, &composite) ||
	    !composite.constituent_count)
		return FFA_INVALID_PARAMETERS;
	share->constituent = calloc(composite.constituent_count, sizeof(*share->constituent));
	share->owner_va = calloc(composite.constituent_count, sizeof(*share->owner_va));
	if (!share->constituent || !share->owner_va)
		return FFA_NO_MEMORY;
	for (uint32_t i = 0; i < composite.constituent_count; i++)
		sum += ffa_constituent_decode(at + (size_t)i * FFA_CONSTITUENT_BYTES).page_count;
	if (sum != composite.page_count)
		return FFA_INVALID_PARAMETERS;
	share->page_count = composite.page_count;
	for (uint32_t i = 0; i < composite.constituent_count; i++) {
		const struct ffa_constituent k =
			ffa_constituent_decode(at + (size_t)i * FFA_CONSTITUENT_BYTES);

		err = check_range(share, &k);
		if (err)
			return err;
		share->owner_va[i] = k.address;
		share->constituent[share->constituent_count++] = k;
	}
	for (uint32_t i = 0; i < share->constituent_count; i++) {
		err = take_range(c, share, i);
		if (err)
			return err;
	}
	return FFA_OK;
}
