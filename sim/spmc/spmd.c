/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SPMD: the relay at EL3. It answers a few calls itself, refuses what must not cross from the
 * Normal world, and hands the rest on unchanged (ffa.md 1.5). A function id outside its range never
 * becomes an FFA_ERROR: EL3 returns -1 (golden.md G7).
 * What it does with calls of the SPMC: spmd_up.c. Not modelled: SPMD logical partitions.
 */
#include <string.h>

#include "spmc/spmc_internal.h"

enum spmd_action { FORWARD, REFUSE, DENY, ANSWER_ID, ANSWER_SPM_ID, VERSION, REQ, REQ2 };

#define SPMD_FID_LAST 0x8400008fu

/* Rows of ffa.md 1.5, column "From NWd"; ids without a row go to the SPMC. */
static const struct {
	uint32_t fid;
	enum spmd_action action;
} filter[] = {
	{FFA_ERROR, REFUSE},
	{FFA_MSG_WAIT, REFUSE},
	{FFA_INTERRUPT, REFUSE},
	{FFA_YIELD, REFUSE},
	{FFA_EL3_INTR_HANDLE, REFUSE},
	{FFA_SECONDARY_EP_REGISTER, REFUSE},
	{FFA_CONSOLE_LOG, REFUSE},
	{FFA_MSG_POLL, REFUSE},
	{FFA_MSG_SEND, REFUSE},
	{FFA_MEM_PERM_GET, REFUSE},
	{FFA_MEM_PERM_SET, REFUSE},
	{FFA_NORMAL_WORLD_RESUME, DENY},
	{FFA_VERSION, VERSION},
	{FFA_ID_GET, ANSWER_ID},
	{FFA_SPM_ID_GET, ANSWER_SPM_ID},
	{FFA_DIRECT_REQ, REQ},
	{FFA_DIRECT_REQ2, REQ2},
	{FFA_DIRECT_RESP, REFUSE},
	{FFA_DIRECT_RESP2, REFUSE},
};

/* One byte a function id, filled once from the rows above; constant afterwards. */
static uint8_t action_of[SPMC_FID_ROOM];
static bool action_ready;

static enum spmd_action action(uint32_t slot)
{
	if (!action_ready) {
		for (size_t i = 0; i < sizeof(filter) / sizeof(filter[0]); i++)
			action_of[filter[i].fid - SPMC_FID_FIRST] = (uint8_t)filter[i].action;
		action_ready = true;
	}
	return action_of[slot];
}

/* The SPMC is asked by a framework message; the Normal world gets a bare version. */
static void ask_version(struct spmc *s, struct smc_regs *r)
{
	struct smc_regs m = {.x = {FFA_DIRECT_REQ, ffa_pack(endpoint_of(FFA_ID_SPMD), FFA_ID_SPMC),
				   FFA_MSG_FRAMEWORK | FFA_MSG_VERSION_REQ, (uint32_t)r->x[1]}};

	pe_charge(cost()->spmc_service_ns);
	version_message(s, &m);
	regs_clear(r);
	r->x[0] = (uint32_t)m.x[3];
}

bool spmd_filter(struct spmc *s, struct smc_regs *r)
{
	const uint32_t fid = (uint32_t)r->x[0];
	const uint32_t fid32 = fid & ~FFA_FID_64;
	enum spmd_action what;

	if (fid32 < SPMC_FID_FIRST || fid32 > SPMD_FID_LAST) {
		regs_clear(r);
		r->x[0] = UINT64_MAX;
		return true;
	}
	/* An older source carries eight registers (1.1). */
	if (s->nwd_version < FFA_VERSION_1_2)
		memset(&r->x[8], 0, sizeof(r->x) - 8 * sizeof(r->x[0]));
	if (quirk(s, Q_NWD_NEEDS_VERSION) && !s->nwd_versioned && fid != FFA_VERSION) {
		regs_error(r, FFA_NOT_SUPPORTED);
		return true;
	}
	what = action(fid32 - SPMC_FID_FIRST);
	if (fid & FFA_FID_64 &&
	    (what == DENY || what == ANSWER_ID || what == ANSWER_SPM_ID || what == VERSION))
		what = REFUSE; /* there is no such form */
	switch (what) {
	case FORWARD:
		return false;
	case REFUSE:
		regs_error(r, FFA_NOT_SUPPORTED);
		return true;
	case DENY: /* spec 9.4 says NOT_SUPPORTED; TF-A answers DENIED (golden.md) */
		regs_error(r, quirk(s, Q_SPMD_DENIES) ? FFA_DENIED : FFA_NOT_SUPPORTED);
		return true;
	case VERSION:
		ask_version(s, r);
		return true;
	case ANSWER_ID:
		regs_success(r);
		r->x[2] = FFA_ID_NWD;
		return true;
	case ANSWER_SPM_ID:
		regs_success(r);
		r->x[2] = FFA_ID_SPMC;
		return true;
	case REQ2:
		if (s->nwd_version < FFA_VERSION_1_2 || !(fid & FFA_FID_64)) {
			regs_error(r, FFA_NOT_SUPPORTED);
			return true;
		}
		/* fall through */
	case REQ:
		if (endpoint_is_secure(ffa_src(r->x[1])) || /* also: an LSP at EL3 as source */
		    ffa_dst(r->x[1]).v >= FFA_ID_SPMD_LSP_FIRST) {
			regs_error(r, FFA_INVALID_PARAMETERS);
			return true;
		}
		return false;
	}
	return false;
}
