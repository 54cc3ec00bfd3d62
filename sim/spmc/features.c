/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FEATURES: a table of what each caller is told (ffa.md 1.4; optee.md 3.1, 3.2; golden.md G10).
 * What is served and what is listed differ in real code; both facts are data here.
 */
#include "spmc/spmc_internal.h"

/* Who is told SUCCESS: a caller of an SPMC. The strict one, Hafnium and TF-A mostly agree. */
enum {
	OPTEE_NWD = 1,
	OPTEE_SP = 2,
	STRICT_NWD = 4,
	STRICT_SP = 8,
	HAFNIUM_NWD = 16,
	HAFNIUM_SP = 32,
	TFA_NWD = 64,
	TFA_SP = 128,
	HAFNIUM_ALL = HAFNIUM_NWD | HAFNIUM_SP,
	SPEC_NWD = STRICT_NWD | HAFNIUM_NWD | TFA_NWD,
	SPEC_SP = STRICT_SP | HAFNIUM_SP | TFA_SP,
	SPEC_ALL = SPEC_NWD | SPEC_SP,
	BOTH_NWD = OPTEE_NWD | SPEC_NWD,
};

static const struct {
	uint32_t query; /* function id, or feature id below 256 */
	uint8_t who;
	bool both_widths;
	uint32_t min_version;
	uint32_t w2, w3;
} rows[] = {
	{FFA_ERROR, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_VERSION, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_SUCCESS, OPTEE_NWD | SPEC_ALL, true, 0, 0, 0},
	{FFA_INTERRUPT, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_FEATURES, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_ID_GET, SPEC_ALL, false, 0, 0, 0},
	{FFA_SPM_ID_GET, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_MEM_FRAG_TX, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_MEM_RECLAIM, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_DIRECT_REQ, OPTEE_NWD | SPEC_ALL, true, 0, 0, 0},
	{FFA_DIRECT_RESP, SPEC_SP | HAFNIUM_NWD, true, 0, 0, 0},
	{FFA_PARTITION_INFO_GET, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_RXTX_MAP, OPTEE_NWD | OPTEE_SP | (SPEC_ALL & ~HAFNIUM_ALL), true, 0, 0, 0},
	{FFA_RXTX_MAP | FFA_FID_64, HAFNIUM_ALL, false, 0, 0, 0},
	{FFA_RXTX_UNMAP, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_RX_RELEASE, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_MEM_SHARE, OPTEE_NWD, true, 0, 1, 0},
	{FFA_MEM_SHARE, SPEC_ALL, true, 0, 0, 0},
	{FFA_MEM_LEND, SPEC_ALL, true, 0, 0, 0},
	{FFA_MEM_DONATE, SPEC_ALL, true, 0, 0, 0},
	{FFA_MEM_FRAG_RX, SPEC_ALL, false, 0, 0, 0},
	{FFA_MEM_RETRIEVE_REQ, SPEC_ALL, true, 0, 6, 0}, /* NS bit, hypervisor */
	{FFA_RX_ACQUIRE, SPEC_NWD, false, 0, 0, 0},
	{FFA_MSG_SEND2, SPEC_ALL, false, FFA_VERSION_1_1, 0, 0},
	{FFA_PARTITION_INFO_GET_REGS | FFA_FID_64, SPEC_ALL, false, 0, 0, 0},
	{FFA_MEM_RELINQUISH, SPEC_SP | HAFNIUM_NWD, false, 0, 0, 0},
	{FFA_MSG_WAIT, SPEC_SP | HAFNIUM_NWD, false, 0, 0, 0},
	{FFA_YIELD, SPEC_SP, false, 0, 0, 0},
	{FFA_RUN, SPEC_ALL, false, 0, 0, 0},
	{FFA_MEM_PERM_GET, SPEC_SP, true, 0, 0, 0},
	{FFA_MEM_PERM_SET, SPEC_SP, true, 0, 0, 0},
	{FFA_CONSOLE_LOG, SPEC_SP | HAFNIUM_NWD, true, 0, 0, 0},
	{FFA_NOTIFICATION_BITMAP_CREATE, BOTH_NWD | HAFNIUM_SP, false, 0, 0, 0},
	{FFA_NOTIFICATION_BITMAP_DESTROY, BOTH_NWD | HAFNIUM_SP, false, 0, 0, 0},
	{FFA_NOTIFICATION_BIND, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_NOTIFICATION_UNBIND, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_NOTIFICATION_SET, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_NOTIFICATION_GET, OPTEE_NWD | SPEC_ALL, false, 0, 0, 0},
	{FFA_NOTIFICATION_INFO_GET, BOTH_NWD & ~HAFNIUM_NWD, true, 0, 0, 0},
	{FFA_NOTIFICATION_INFO_GET | FFA_FID_64, HAFNIUM_NWD, false, 0, 0, 0},
	{FFA_DIRECT_REQ2_64, BOTH_NWD & ~HAFNIUM_NWD, false, FFA_VERSION_1_2, 0, 0},
	{FFA_DIRECT_RESP2_64, OPTEE_NWD, false, FFA_VERSION_1_2, 0, 0},
	{FFA_DIRECT_REQ2_64, OPTEE_SP | SPEC_SP | HAFNIUM_NWD, false, 0, 0, 0},
	{FFA_DIRECT_RESP2_64, OPTEE_SP | SPEC_SP | HAFNIUM_NWD, false, 0, 0, 0},
	{FFA_SECONDARY_EP_REGISTER, TFA_SP, true, 0, 0, 0},
	{FFA_FEATURE_SRI, BOTH_NWD, false, 0, SPMC_SRI_INTID, 0},
	{FFA_FEATURE_MEI, OPTEE_NWD, false, 0, 0, 0},
};

/* What a profile does not have, and therefore does not list (1.4). */
static const struct {
	uint32_t query; /* 32-bit form; both widths */
	enum quirk_id quirk;
	bool nwd, sp;
} absent[] = {
	{FFA_YIELD, Q_NO_YIELD, true, true},
	{FFA_MSG_SEND2, Q_NO_INDIRECT, true, true},
	{FFA_PARTITION_INFO_GET_REGS, Q_NO_INFO_REGS, true, true},
	{FFA_MEM_DONATE, Q_MEM_TFA, true, true},
	{FFA_MEM_SHARE, Q_MEM_TFA, false, true},
	{FFA_MEM_LEND, Q_MEM_TFA, false, true},
	{FFA_MEM_RECLAIM, Q_MEM_TFA, false, true},
	{FFA_MEM_FRAG_RX, Q_MEM_TFA, false, true},
	{FFA_RX_ACQUIRE, Q_MEM_TFA, true, true},
};

static bool is_absent(const struct call *c, uint32_t query)
{
	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		if ((query & ~FFA_FID_64) == absent[i].query && quirk(c->s, absent[i].quirk) &&
		    (c->sp ? absent[i].sp : absent[i].nwd))
			return true;
	return false;
}

/* Smallest RX/TX buffer: 4, 64 or 16 KiB. */
static uint32_t rxtx_code(const struct spmc *s)
{
	return s->rxtx_page_bytes == 65536 ? 1 : s->rxtx_page_bytes == 16384 ? 2 : 0;
}

/* Without notifications none of their calls and interrupts is listed (C7). */
static bool is_notification(uint32_t row)
{
	const uint32_t query = row & ~FFA_FID_64;

	return query == FFA_FEATURE_NPI || query == FFA_FEATURE_SRI ||
	       (query >= FFA_NOTIFICATION_BITMAP_CREATE && query <= FFA_NOTIFICATION_INFO_GET);
}

static uint8_t who_asks(const struct call *c)
{
	if (quirk(c->s, Q_NO_RUNTIME_MODELS))
		return c->sp ? OPTEE_SP : OPTEE_NWD;
	if (quirk(c->s, Q_EL1_SPS))
		return c->sp ? HAFNIUM_SP : HAFNIUM_NWD;
	if (quirk(c->s, Q_MEM_TFA))
		return c->sp ? TFA_SP : TFA_NWD;
	return c->sp ? STRICT_SP : STRICT_NWD;
}

/* C9: from v1.1 a borrower must say that it understands the NS bit; a Normal-world caller of the
 * SPMC at EL3 must not. */
static bool right_input(const struct call *c, uint32_t query, uint32_t version)
{
	const bool ns_bit = c->r->x[2] & 2;

	if (query != FFA_MEM_RETRIEVE_REQ)
		return true;
	if (!c->sp && quirk(c->s, Q_MEM_TFA))
		return !ns_bit;
	return ns_bit || version < FFA_VERSION_1_1;
}

/* Permissions are for those whose tables the SPMC keeps. */
static bool is_mem_perm(uint32_t query)
{
	return query == FFA_MEM_PERM_GET || query == FFA_MEM_PERM_SET;
}

static void handle_features(struct call *c)
{
	const uint32_t query = (uint32_t)c->r->x[1];
	const uint8_t who = who_asks(c);
	const uint32_t version = c->sp ? c->sp->version : c->s->nwd_version;

	if (power_features(c))
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!(rows[i].who & who) || version < rows[i].min_version)
			continue;
		if (query != rows[i].query &&
		    !(rows[i].both_widths && query == (rows[i].query | FFA_FID_64)))
			continue;
		if (is_absent(c, rows[i].query) ||
		    (is_notification(rows[i].query) && quirk(c->s, Q_NO_NOTIFICATIONS)))
			break;
		if (!right_input(c, rows[i].query, version) ||
		    (c->sp && c->sp->mf.el1 && is_mem_perm(rows[i].query)))
			break;
		regs_success(c->r);
		c->r->x[2] = (rows[i].query & ~FFA_FID_64) == FFA_RXTX_MAP && !c->sp
				     ? rxtx_code(c->s)
				     : rows[i].w2;
		c->r->x[3] = rows[i].w3;
		return;
	}
	regs_error(c->r, FFA_NOT_SUPPORTED);
}

static const struct spmc_service services[] = {
	{FFA_FEATURES, INSTANCE_NWD | INSTANCE_SP, handle_features},
};
SPMC_FAMILY(features);
