/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NOTIFICATION_INFO_GET: whom the scheduler should run (ffa.md 6.4). The answer is a row of lists,
 * each an endpoint id and up to three vCPU ids; what was listed is not listed again until something
 * new comes or the receiver fetches.
 */
#include "spmc/spmc_internal.h"

#define IDS_32 10u
#define IDS_64 20u
#define VCPUS_PER_LIST 3u
#define MORE 1u
#define LISTS_SHIFT 7u
#define SIZES_SHIFT 12u

struct answer {
	uint16_t id[IDS_64];
	uint8_t size[IDS_64]; /* vCPU ids of each list */
	unsigned ids, lists, room, lists_max;
	bool more;
};

static bool put_list(struct answer *a, endpoint_id id, const uint16_t *vcpu, unsigned count)
{
	if (a->more || a->lists == a->lists_max || a->ids + 1 + count > a->room) {
		a->more = true;
		return false;
	}
	a->size[a->lists++] = (uint8_t)count;
	a->id[a->ids++] = id.v;
	for (unsigned i = 0; i < count; i++)
		a->id[a->ids++] = vcpu[i];
	return true;
}

/* Per-vCPU ones name the vCPU; a list of the id alone stands for the global ones. */
static void put_box(struct answer *a, endpoint_id id, struct notify_box *box, bool again)
{
	uint64_t mask = 0;

	if (!box->created)
		return;
	for (unsigned i = 0; i < PE_MAX; i++)
		if ((box->from[NOTIFY_FROM_SP].vcpu_pending[i] |
		     box->from[NOTIFY_FROM_VM].vcpu_pending[i]) &&
		    !(box->vcpu_told >> i & 1))
			mask |= 1ULL << i;
	if (notify_pending(box) && !box->global_told && put_list(a, id, NULL, 0))
		box->global_told = !again;
	while (mask) {
		uint16_t vcpu[VCPUS_PER_LIST];
		uint64_t told = 0;
		unsigned n = 0;

		for (; mask && n < VCPUS_PER_LIST; mask &= mask - 1) {
			vcpu[n++] = (uint16_t)__builtin_ctzll(mask);
			told |= mask & -mask;
		}
		if (put_list(a, id, vcpu, n) && !again)
			box->vcpu_told |= told;
	}
}

static void encode(struct smc_regs *r, const struct answer *a, bool wide)
{
	const unsigned per_reg = wide ? 4 : 2;
	uint64_t word = (a->more ? MORE : 0) | (uint64_t)a->lists << LISTS_SHIFT;

	for (unsigned i = 0; i < a->lists; i++)
		word |= (uint64_t)a->size[i] << (SIZES_SHIFT + 2 * i);
	regs_success(r);
	if (wide)
		r->x[0] |= FFA_FID_64;
	r->x[2] = word;
	for (unsigned i = 0; i < a->ids; i++)
		r->x[3 + i / per_reg] |= (uint64_t)a->id[i] << 16 * (i % per_reg);
}

static int info_get(struct call *c, struct answer *a)
{
	const bool again = quirk(c->s, Q_NTF_OPTEE);

	if (quirk(c->s, Q_NO_NOTIFICATIONS))
		return FFA_NOT_SUPPORTED;
	for (unsigned i = 1; i < 8; i++)
		if (c->r->x[i])
			return FFA_INVALID_PARAMETERS;
	for (unsigned i = 0; i < SPMC_VMS_MAX; i++)
		if (c->s->vm[i].used)
			put_box(a, c->s->vm[i].id, &c->s->vm[i].notify, again);
	for (size_t i = 0; i < c->s->sp_count; i++)
		if (!sp_is_dead(c->s->sp[i]))
			put_box(a, c->s->sp[i]->id, &c->s->sp[i]->notify, again);
	return a->lists ? FFA_OK : FFA_NO_DATA;
}

static void handle_info_get(struct call *c)
{
	const bool wide = c->r->x[0] & FFA_FID_64;
	struct answer a = {.room = wide ? IDS_64 : IDS_32, .lists_max = wide ? IDS_64 : IDS_32};
	const int err = info_get(c, &a);

	if (err)
		regs_error(c->r, err);
	else
		encode(c->r, &a, wide);
}

static const struct spmc_service services[] = {
	{FFA_NOTIFICATION_INFO_GET, INSTANCE_NWD, handle_info_get},
	{FFA_NOTIFICATION_INFO_GET | FFA_FID_64, INSTANCE_NWD, handle_info_get},
};
SPMC_FAMILY(notify_info);
