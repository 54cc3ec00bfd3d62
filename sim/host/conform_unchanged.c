/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A refused call changes nothing: the tables of pages, transactions, buffers and notifications are
 * before and after it the same. The world of the statements asks at every FFA_ERROR, whoever
 * called, as long as nobody else did something meanwhile.
 * Left out: what a profile is known to lose (quirk rx-lost-on-error), versions that a call locks,
 * and a transaction whose fragments are still coming, which a refused fragment ends.
 */
#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

#include "host/conform.h"

#define MIX(h, x) XXH3_64bits_update(h, &(x), sizeof(x))

static void mix_buffers(XXH3_state_t *h, const struct rxtx *b)
{
	const bool mapped = b->tx != NULL;

	MIX(h, mapped);
	MIX(h, b->tx_pa.v);
	MIX(h, b->rx_pa.v);
	MIX(h, b->bytes);
	if (!quirk(cw.s, Q_INFO_RX_LOST))
		MIX(h, b->rx_full);
	MIX(h, b->rx_taken);
	MIX(h, b->rest_sent);
}

static void mix_notifications(XXH3_state_t *h, const struct notify_box *box)
{
	MIX(h, box->created);
	if (!box->created)
		return;
	for (unsigned class = 0; class < 2; class ++) {
		if (!box->from[class].bound && !box->from[class].pending &&
		    !box->from[class].per_vcpu)
			continue;
		MIX(h, box->from[class].bound);
		MIX(h, box->from[class].pending);
		MIX(h, box->from[class].vcpu_pending);
	}
	MIX(h, box->framework);
}

static void mix_share(XXH3_state_t *h, const struct share *share)
{
	MIX(h, share->handle);
	MIX(h, share->owner_dead);
	MIX(h, share->owner.v);
	MIX(h, share->type);
	for (uint32_t i = 0; i < share->receiver_count; i++) {
		MIX(h, share->receiver[i].id.v);
		MIX(h, share->receiver[i].retrieved);
		MIX(h, share->receiver[i].va);
	}
	XXH3_64bits_update(h, share->constituent,
			   share->constituent_count * sizeof(*share->constituent));
}

static void mix_partition(XXH3_state_t *h, const struct sp *sp)
{
	mix_buffers(h, &sp->rxtx);
	mix_notifications(h, &sp->notify);
	for (uint32_t i = 0; sp->ec && i < sp->ec->map_count; i++) {
		const struct ec_map *m = &sp->ec->map[i];

		MIX(h, m->va);
		MIX(h, m->pa.v);
		MIX(h, m->pages);
		MIX(h, m->access);
	}
}

uint64_t cw_tables(void)
{
	/* The lowest free slot is taken, and no call makes two: there is nothing above. */
	const unsigned slots = cw.traffic < SPMC_HANDLES_MAX ? cw.traffic : SPMC_HANDLES_MAX;
	XXH3_state_t h;

	XXH3_64bits_reset(&h);
	for (unsigned pool = 0; pool < 2; pool++)
		for (unsigned i = 0; i < slots; i++)
			if (cw.s->share[pool][i].complete)
				mix_share(&h, &cw.s->share[pool][i]);
	XXH3_64bits_update(&h, cw.s->donation, cw.s->donation_count * sizeof(*cw.s->donation));
	mix_buffers(&h, &cw.s->nwd_rxtx);
	for (unsigned i = 0; i < SPMC_VMS_MAX; i++) {
		if (!cw.s->vm[i].used)
			continue;
		MIX(&h, cw.s->vm[i].id.v);
		mix_buffers(&h, &cw.s->vm[i].rxtx);
		mix_notifications(&h, &cw.s->vm[i].notify);
	}
	for (size_t i = 0; i < cw.s->sp_count; i++)
		mix_partition(&h, cw.s->sp[i]);
	return XXH3_64bits_digest(&h);
}

struct cw_before cw_before(void)
{
	return (struct cw_before){.tables = cw_tables(), .traffic = ++cw.traffic};
}

void cw_refused(const struct cw_before *before, const struct smc_regs *call,
		const struct smc_regs *got)
{
	const char *name = ffa_fid_name((uint32_t)call->x[0]);

	if (got->x[0] != FFA_ERROR || cw.traffic != before->traffic)
		return;
	cw.refusals++;
	if (cw_tables() != before->tables)
		cw_fail(__FILE__, __LINE__, "%s was refused with %s and changed a table",
			name ? name : "an unknown call", ffa_error_name(got->x[2]));
}
