/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Discovery: PARTITION_INFO_GET through the RX buffer and, in `spec`, through registers (ffa.md 2;
 * optee.md 3.1). Order: the Trusted OS, the test LSP, then SPs by boot order; dead SPs are not
 * listed.
 */
#include <string.h>

#include "spmc/spmc_internal.h"

#define REGS_PER_CALL 5u
#define REGS_DESC_BYTES 24u

struct list {
	struct ffa_partition_info info[SPMC_SPS_MAX + 2];
	uint32_t count;
};

static bool wanted(const uint32_t query[4], const uint32_t uuid[4])
{
	static const uint32_t nil[4];

	return !memcmp(query, nil, sizeof(nil)) || !memcmp(query, uuid, sizeof(nil));
}

/* Property bits a caller of this version may know, ffa.md 2.1. */
static uint32_t visible(const struct call *c, uint32_t version, uint32_t properties)
{
	const uint32_t vm = FFA_PROP_VM_CREATED | FFA_PROP_VM_DESTROYED;

	if (version < FFA_VERSION_1_1)
		return properties & 7;
	if (c->sp && !quirk(c->s, Q_MEM_OPTEE))
		properties &= ~vm; /* the Normal world's business */
	if (!c->sp && !quirk(c->s, Q_MEM_OPTEE))
		properties &= ~(FFA_PROP_DIRECT_SEND | FFA_PROP_DIRECT2_SEND);
	return version < FFA_VERSION_1_2 ? properties & 0x1ff : properties;
}

static void collect(const struct call *c, const uint32_t query[4], uint32_t version,
		    struct list *out)
{
	const struct spmc *s = c->s;
	const struct lsp *const lsp[] = {&s->optee, &s->test_lsp};
	static const uint32_t nil[4];
	/* C17: a query by UUID gets the UUID field zero, except from the S-EL1 SPMC. */
	const bool with_uuid = quirk(s, Q_MEM_OPTEE) || !memcmp(query, nil, sizeof(nil));
	struct ffa_partition_info *p = out->info;

	for (unsigned i = 0; i < sizeof(lsp) / sizeof(lsp[0]); i++) {
		if (!lsp[i]->direct_req || !wanted(query, lsp[i]->uuid))
			continue;
		*p = (struct ffa_partition_info){
			.id = lsp[i]->id,
			.ec_count = (uint16_t)s->m->pe_count,
			.properties = visible(c, version, lsp[i]->properties),
		};
		if (with_uuid)
			memcpy(p->uuid, lsp[i]->uuid, sizeof(p->uuid));
		p++;
	}
	for (size_t i = 0; i < s->sp_count; i++) {
		const struct sp *sp = s->order[i];

		if ((sp_is_dead(sp) && !sp->refused) || !wanted(query, sp->mf.uuid))
			continue;
		*p = (struct ffa_partition_info){
			.id = sp->id,
			.ec_count =
				(uint16_t)(quirk(s, Q_MEM_TFA) ? s->m->pe_count : sp->ctx_count),
			.properties = visible(c, version, sp_properties(sp)),
		};
		if (with_uuid)
			memcpy(p->uuid, sp->mf.uuid, sizeof(p->uuid));
		p++;
	}
	out->count = (uint32_t)(p - out->info);
}

static void handle_info_get(struct call *c)
{
	struct smc_regs *r = c->r;
	struct rxtx *b = call_rxtx(c);
	const uint32_t version = c->sp ? c->sp->version : c->s->nwd_version;
	const uint32_t query[4] = {(uint32_t)r->x[1], (uint32_t)r->x[2], (uint32_t)r->x[3],
				   (uint32_t)r->x[4]};
	const uint32_t flags = (uint32_t)r->x[5];
	const uint32_t bytes = ffa_partition_info_bytes(version);
	const bool lose_rx = quirk(c->s, Q_INFO_RX_LOST);
	struct list list;

	if (flags & ~FFA_INFO_COUNT_ONLY) {
		regs_error(r, FFA_INVALID_PARAMETERS);
		return;
	}
	collect(c, query, version, &list);
	if (!list.count && !quirk(c->s, Q_INFO_EMPTY_OK)) {
		regs_error(r, FFA_INVALID_PARAMETERS);
		return;
	}
	if (flags & FFA_INFO_COUNT_ONLY) {
		regs_success(r);
		r->x[2] = list.count;
		return;
	}
	if (!b->rx || b->rx_full) {
		regs_error(r, FFA_BUSY);
		return;
	}
	if ((size_t)list.count * bytes > b->bytes) {
		b->rx_full = lose_rx;
		regs_error(r, lose_rx ? FFA_INVALID_PARAMETERS : FFA_NO_MEMORY);
		return;
	}
	for (uint32_t i = 0; i < list.count; i++)
		ffa_partition_info_encode(b->rx + (size_t)i * bytes, version, &list.info[i]);
	b->rx_full = true;
	regs_success(r);
	r->x[2] = list.count;
	r->x[3] = version < FFA_VERSION_1_1 ? 0 : bytes;
}

static void handle_info_get_regs(struct call *c)
{
	struct smc_regs *r = c->r;
	const uint32_t query[4] = {(uint32_t)r->x[1], (uint32_t)(r->x[1] >> 32), (uint32_t)r->x[2],
				   (uint32_t)(r->x[2] >> 32)};
	const uint32_t start = (uint16_t)r->x[3], tag = (uint16_t)(r->x[3] >> 16);
	struct list list;
	uint32_t last;

	if (quirk(c->s, Q_NO_INFO_REGS)) {
		regs_error(r, FFA_NOT_SUPPORTED);
		return;
	}
	if (tag) {
		regs_error(r, FFA_RETRY);
		return;
	}
	collect(c, query, FFA_VERSION_1_2, &list);
	if (start >= list.count) {
		regs_error(r, FFA_INVALID_PARAMETERS);
		return;
	}
	last = list.count - 1;
	if (last > start + REGS_PER_CALL - 1)
		last = start + REGS_PER_CALL - 1;
	regs_clear(r);
	r->x[0] = FFA_SUCCESS | FFA_FID_64;
	r->x[2] = (list.count - 1) | (uint64_t)last << 16 | (uint64_t)REGS_DESC_BYTES << 48;
	for (uint32_t i = start; i <= last; i++) {
		const struct ffa_partition_info *p = &list.info[i];
		uint64_t *word = &r->x[3 + 3 * (i - start)];

		word[0] = p->id.v | (uint64_t)p->ec_count << 16 | (uint64_t)p->properties << 32;
		word[1] = p->uuid[0] | (uint64_t)p->uuid[1] << 32;
		word[2] = p->uuid[2] | (uint64_t)p->uuid[3] << 32;
	}
}

static void handle_info_get_regs_sp(struct call *c)
{
	if (quirk(c->s, Q_SVC_UNKNOWN_INVALID))
		service_unknown(c, INSTANCE_SP);
	else
		handle_info_get_regs(c);
}

static const struct spmc_service services[] = {
	{FFA_PARTITION_INFO_GET, INSTANCE_NWD | INSTANCE_SP, handle_info_get},
	{FFA_PARTITION_INFO_GET_REGS | FFA_FID_64, INSTANCE_NWD, handle_info_get_regs},
	{FFA_PARTITION_INFO_GET_REGS | FFA_FID_64, INSTANCE_SP, handle_info_get_regs_sp},
};
SPMC_FAMILY(partition_info);
