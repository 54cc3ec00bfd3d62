/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * PEs that come and go, for partitions with a context on each (ffa.md 7.1, 7.4): CPU_ON enters the
 * pinned context where SECONDARY_EP_REGISTER said, in boot order; CPU_OFF tells those that asked
 * for it and whose context waits. Partitions with one context are not told.
 * Not modelled: CPU_SUSPEND, which Hafnium answers without telling anybody; warm boot messages.
 */
#include "spmc/spmc_internal.h"

#define PSCI_CPU_OFF 0x84000002u

static struct sp_ec *pinned(const struct sp *sp, const struct pe *pe)
{
	return sp->ctx_count > 1 && !sp_is_dead(sp) ? &sp->ctx[pe->id] : NULL;
}

static void come_on(struct spmc *s, struct sp_ec *ctx)
{
	struct smc_regs r = {0};

	if (ctx->state != SP_OFF) {
		spmc_quirk_acts(s, Q_H20);
		spmc_panic(s, "assertion failed: the context of a PE that comes on is not off");
	}
	ctx->initialised = false;
	ctx->request_open = ctx->linked = ctx->held = false;
	ctx->entry_pending = ctx->preempted_regs = false;
	ctx->caller_ctx = NULL;
	r.x[4] = pe_self()->id;
	sp_set_state(ctx, SP_BOOTING);
	if (boot_enter(s, ctx, &r) || !ctx->initialised) {
		sp_set_state(ctx, SP_DEAD);
		spmc_console(s, ctx->sp, "a secondary context failed to initialise");
	}
}

void power_pe_on(struct pe *pe)
{
	struct spmc *s = machine->spmc;
	struct smc_regs ready = {.x = {FFA_MSG_WAIT}};

	for (size_t i = 0; i < s->sp_count && quirk(s, Q_EL1_SPS); i++) {
		struct sp_ec *ctx = pinned(s->order[i], pe);

		if (ctx)
			come_on(s, ctx);
	}
	spmd_call(s, &ready);
}

static void tell_off(struct spmc *s, struct sp_ec *ctx)
{
	struct smc_regs r = {.x = {FFA_DIRECT_REQ, ctx->sp->id.v,
				   FFA_MSG_FRAMEWORK | FFA_MSG_POWER_REQ, PSCI_CPU_OFF}};

	ctx->caller = endpoint_of(FFA_ID_SPMC);
	ctx->caller_ctx = NULL;
	ctx->request_fid = FFA_DIRECT_REQ;
	ctx->request_flags = (uint32_t)r.x[2];
	ctx->request_open = ctx->off_message = true;
	ctx->rtm = RTM_DIRECT_REQ;
	ctx->mask = MASK_ALL;
	ctx->entry_reason = ENTRY_REQUEST;
	r.x[1] = ffa_pack(ctx->caller, ctx->sp->id.v);
	sp_set_state(ctx, SP_BUSY);
	exec_run(s, ctx, &r, false);
	ctx->off_message = false;
	if (ctx->state == SP_DEAD)
		return;
	if ((uint32_t)r.x[0] != FFA_DIRECT_RESP || r.x[3])
		spmc_panic(s, "a partition refused CPU_OFF");
}

void power_pe_off(struct pe *pe)
{
	struct spmc *s = machine->spmc;

	s->ready_pes &= ~(1ULL << pe->id);
	for (size_t i = 0; i < s->sp_count && quirk(s, Q_EL1_SPS); i++) {
		struct sp_ec *ctx = pinned(s->order[i], pe);

		if (!ctx)
			continue;
		if (ctx->state == SP_IDLE && ctx->sp->mf.pm_messages & 1)
			tell_off(s, ctx);
		if (ctx->state != SP_DEAD && !quirk(s, Q_H20))
			sp_set_state(ctx, SP_OFF);
	}
}

bool power_features(struct call *c)
{
	const uint32_t query = (uint32_t)c->r->x[1];
	const bool el1 = c->sp && c->sp->mf.el1;
	uint32_t w2 = 0;

	if (!quirk(c->s, Q_EL1_SPS))
		return false;
	if (query == FFA_FEATURE_MEI && el1)
		w2 = SPMC_MEI_INTID;
	else if (query == FFA_FEATURE_NPI && el1)
		w2 = SPMC_NPI_INTID;
	else if (query == FFA_FEATURE_SRI && !c->sp)
		w2 = SPMC_SRI_INTID;
	else if ((query & ~FFA_FID_64) != FFA_SECONDARY_EP_REGISTER || !c->sp ||
		 c->sp->ctx_count == 1)
		return false;
	regs_success(c->r);
	c->r->x[2] = w2;
	return true;
}

/* ffa.md 7.4, row SECONDARY_EP_REGISTER. */
static void handle_register(struct call *c)
{
	const uint64_t entry = c->r->x[1];

	if (quirk(c->s, Q_MEM_TFA))
		regs_error(c->r, FFA_DENIED); /* S-EL0 */
	else if (!quirk(c->s, Q_EL1_SPS))
		service_unknown(c, INSTANCE_SP);
	else if (c->sp->ctx_count == 1)
		regs_error(c->r, FFA_NOT_SUPPORTED);
	else if (c->ctx->initialised)
		regs_error(c->r, FFA_DENIED);
	else if (!ec_va(c->sp->ec, entry, 4, EC_MAP_X))
		regs_error(c->r, FFA_INVALID_PARAMETERS);
	else {
		c->sp->secondary_va = entry;
		regs_success(c->r);
	}
}

static const struct spmc_service services[] = {
	{FFA_SECONDARY_EP_REGISTER, INSTANCE_SP, handle_register},
	{FFA_SECONDARY_EP_REGISTER | FFA_FID_64, INSTANCE_SP, handle_register},
};
SPMC_FAMILY(power);
