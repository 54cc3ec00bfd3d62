/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the S-EL1 SPMC looks at in a MEM_SHARE descriptor (optee.md 3.8): to the Trusted OS one
 * exact attribute byte and RW, to SPs hardly anything beside the ranges.
 */
#include <stdlib.h>

#include "spmc/spmc_internal.h"

static int decode_receivers(const struct call *c, const void *buf, size_t len,
			    const struct ffa_mem_header *h, struct share *share,
			    uint32_t *composite)
{
	const bool to_optee = memory_is_optee(c->s, share);
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
				return FFA_DENIED;
			if (c->sp && e.receiver.v == c->sp->id.v)
				return FFA_INVALID_PARAMETERS;
			if (e.permissions & ~0xf)
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
		if (c->sp ? !ec_va_to_pa(c->sp->ec, k.address, bytes, EC_MAP_R, &pa)
			  : !physmem_is_ns(&c->s->m->mem, pa, bytes))
			return FFA_INVALID_PARAMETERS;
		if (c->sp && !ec_va_to_pa(c->sp->ec, k.address, bytes, owner_access(share), &pa))
			return FFA_DENIED; /* ffa.md 5.8, "perms beyond owner's" */
		err = memory_check_exclusive(c, share, pa.v, bytes);
		if (err)
			return err;
		k.address = pa.v;
		share->constituent[share->constituent_count++] = k;
		sum += k.page_count;
	}
	share->page_count = composite.page_count;
	return sum == composite.page_count ? FFA_OK : FFA_INVALID_PARAMETERS;
}

int mem_send_optee(const struct call *c, const void *buf, size_t len, struct share *share)
{
	const uint32_t version = c->sp ? c->sp->version : c->s->nwd_version;
	struct ffa_mem_header h;
	uint32_t composite = 0;
	int err;

	if (ffa_mem_header_decode(buf, len, version, &h))
		return FFA_INVALID_PARAMETERS;
	if (c->sp ? h.sender.v != c->sp->id.v : endpoint_is_secure(h.sender))
		return FFA_DENIED;
	share->attributes = h.attributes;
	share->flags = h.flags;
	share->tag = h.tag;
	err = decode_receivers(c, buf, len, &h, share, &composite);
	return err ? err : decode_constituents(c, buf, len, composite, share);
}
