/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Notifications as the S-EL1 SPMC has them (optee.md 5): one bitmap for VM 0, global only, producer
 * is the Trusted OS. Enough for discovery and for a client's BIND and GET.
 * Not modelled: the producer (later: the Trusted OS endpoint), per-vCPU bits, other VMs.
 */
#include "spmc/spmc_internal.h"

static uint64_t bits(const struct smc_regs *r)
{
	return (uint32_t)r->x[3] | r->x[4] << 32;
}

static bool served(struct call *c)
{
	if (quirk(c->s, Q_OPTEE_ENDPOINT))
		return true;
	regs_error(c->r, FFA_NOT_SUPPORTED);
	return false;
}

static void handle_create(struct call *c)
{
	const struct smc_regs *r = c->r;

	if (!served(c))
		return;
	if ((uint32_t)r->x[1] || r->x[3] || r->x[4] || r->x[5] || r->x[6] || r->x[7]) {
		regs_error(c->r, FFA_INVALID_PARAMETERS);
		return;
	}
	regs_result(c->r, c->s->notification_state ? FFA_DENIED : FFA_OK);
	c->s->notification_state = 1;
}

static void handle_destroy(struct call *c)
{
	struct spmc *s = c->s;

	if (!served(c))
		return;
	if ((uint32_t)c->r->x[1]) {
		regs_error(c->r, FFA_INVALID_PARAMETERS);
		return;
	}
	if (s->notification_bound || s->notification_pending) {
		regs_error(c->r, FFA_DENIED);
		return;
	}
	s->notification_state = 0;
	regs_success(c->r);
}

static void handle_bind(struct call *c)
{
	const uint64_t set = bits(c->r);

	if (!served(c))
		return;
	if ((uint32_t)c->r->x[2] || c->s->notification_bound & set) {
		regs_error(c->r, FFA_DENIED);
		return;
	}
	c->s->notification_bound |= set;
	regs_success(c->r);
}

static void handle_unbind(struct call *c)
{
	const uint64_t set = bits(c->r);

	if (!served(c))
		return;
	if ((uint32_t)c->r->x[2]) {
		regs_error(c->r, FFA_INVALID_PARAMETERS);
		return;
	}
	if (c->s->notification_pending & set) {
		regs_error(c->r, FFA_DENIED);
		return;
	}
	c->s->notification_bound &= ~set;
	regs_success(c->r);
}

static void handle_get(struct call *c)
{
	struct spmc *s = c->s;
	const bool from_sp = c->r->x[2] & 1;

	if (!served(c))
		return;
	regs_success(c->r);
	if (!from_sp)
		return;
	c->r->x[2] = (uint32_t)s->notification_pending;
	c->r->x[3] = s->notification_pending >> 32;
	s->notification_pending = 0;
}

static void handle_info_get(struct call *c)
{
	const uint64_t fid64 = c->r->x[0] & FFA_FID_64;

	if (!served(c))
		return;
	for (unsigned i = 1; i < 8; i++)
		if (c->r->x[i]) {
			regs_error(c->r, FFA_INVALID_PARAMETERS);
			return;
		}
	if (!c->s->notification_pending) {
		regs_error(c->r, FFA_NO_DATA);
		return;
	}
	regs_success(c->r);
	c->r->x[0] |= fid64;
	c->r->x[2] = 0x80; /* one list of one id */
}

static const struct spmc_service services[] = {
	{FFA_NOTIFICATION_BITMAP_CREATE, INSTANCE_NWD, handle_create},
	{FFA_NOTIFICATION_BITMAP_DESTROY, INSTANCE_NWD, handle_destroy},
	{FFA_NOTIFICATION_BIND, INSTANCE_NWD, handle_bind},
	{FFA_NOTIFICATION_UNBIND, INSTANCE_NWD, handle_unbind},
	{FFA_NOTIFICATION_GET, INSTANCE_NWD, handle_get},
	{FFA_NOTIFICATION_INFO_GET, INSTANCE_NWD, handle_info_get},
	{FFA_NOTIFICATION_INFO_GET | FFA_FID_64, INSTANCE_NWD, handle_info_get},
};
SPMC_FAMILY(notifications);
