/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A refused call changes nothing: the tables of pages, transactions, buffers
 * and notifications are before and after it the same. The world of the
 * statements asks at every FFA_ERROR, whoever called, as long as nobody else
 * did something meanwhile. Left out: what a profile is known to lose (quirk
 * rx-lost-on-error), versions that a call locks, and a transaction whose
 * fragments are still coming, which a refused fragment ends.
 */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "host/conform.h"

/* A fuzzer has nothing to learn from what is looked at here. */
#ifdef __clang__
#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
#endif

static uint64_t mix(uint64_t h, const void *p, size_t bytes)
{
	return XXH3_64bits_withSeed(p, bytes, h);
}
#define MIX(h, x) mix(h, &(x), sizeof(x))

static uint64_t mix_buffers(uint64_t h, const struct rxtx *b)
{
	const uint64_t word[] = {
		b->tx != NULL,
		b->tx_pa.v,
		b->rx_pa.v,
		b->bytes,
		quirk(cw.s, Q_INFO_RX_LOST) ? 0 : b->rx_full,
		b->rx_taken,
		b->rest_sent,
	};

	return MIX(h, word);
}

static uint64_t mix_notifications(uint64_t h, const struct notify_box *box)
{
	const uint64_t word[] = {box->created, box->framework[NOTIFY_SPM],
				 box->framework[NOTIFY_HYP]};

	h = MIX(h, word);
	for (unsigned class = 0; class < NOTIFY_CLASSES; class ++) {
		const struct notify_bits *b = &box->from[class];

		if (b->bound | b->per_vcpu | b->pending)
			h = MIX(h, *b);
	}
	return h;
}

static uint64_t mix_share(uint64_t h, const struct share *share)
{
	const uint64_t word[] = {share->handle, share->owner.v, share->type, share->owner_dead,
				 share->registered};

	h = MIX(h, word);
	for (uint32_t i = 0; i < share->receiver_count; i++) {
		const struct share_receiver *r = &share->receiver[i];
		const uint64_t of[] = {r->id.v, r->retrieved, r->va, r->granted};

		h = MIX(h, of);
	}
	for (uint32_t i = 0; i < share->constituent_count; i++) {
		const uint64_t of[] = {share->constituent[i].address,
				       share->constituent[i].page_count};

		h = MIX(h, of);
	}
	return h;
}

static uint64_t mix_partition(uint64_t h, const struct sp *sp)
{
	h = mix_notifications(mix_buffers(h, &sp->rxtx), &sp->notify);
	for (uint32_t i = 0; sp->ec && i < sp->ec->map_count; i++) {
		const struct ec_map *m = &sp->ec->map[i];
		const uint64_t of[] = {m->va, m->pa.v, (uint64_t)m->pages << 32 | m->access};

		h = MIX(h, of);
	}
	return h;
}

uint64_t cw_tables(void)
{
	/* The lowest free slot is taken, and no call makes two: there is nothing
	 * above. */
	const unsigned slots = cw.traffic < SPMC_HANDLES_MAX ? cw.traffic : SPMC_HANDLES_MAX;
	uint64_t h = mix_buffers(0, &cw.s->nwd_rxtx);

	for (unsigned pool = 0; pool < 2; pool++)
		for (unsigned i = 0; i < slots; i++)
			if (cw.s->share[pool][i].complete)
				h = mix_share(h, &cw.s->share[pool][i]);
	for (uint32_t i = 0; i < cw.s->donation_count; i++) {
		const struct donation *d = &cw.s->donation[i];
		const uint64_t of[] = {d->pa, d->pages, d->owner.v};

		h = MIX(h, of);
	}
	for (unsigned i = 0; i < SPMC_VMS_MAX; i++) {
		if (!cw.s->vm[i].used)
			continue;
		h = MIX(h, cw.s->vm[i].id.v);
		h = mix_notifications(mix_buffers(h, &cw.s->vm[i].rxtx), &cw.s->vm[i].notify);
	}
	for (size_t i = 0; i < cw.s->sp_count; i++)
		h = mix_partition(h, cw.s->sp[i]);
	return h;
}

struct cw_before cw_before(void)
{
	return (struct cw_before){.tables = cw_tables(), .traffic = ++cw.traffic};
}

void cw_refused(const struct cw_before *before, const struct smc_regs *call,
		const struct smc_regs *got)
{
	const char *name;

	if (got->x[0] != FFA_ERROR || cw.traffic != before->traffic)
		return;
	cw.refusals++;
	if (cw_tables() == before->tables)
		return;
	name = ffa_fid_name((uint32_t)call->x[0]);
	cw_fail(__FILE__, __LINE__, "%s was refused with %s and changed a table",
		name ? name : "an unknown call", ffa_error_name(got->x[2]));
}

#ifdef __clang__
#pragma clang attribute pop
#endif
