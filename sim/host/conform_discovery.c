/* SPDX-License-Identifier: BSD-3-Clause */
/* Statements C1 to C22 of ffa.md section 10: version, features, identity, buffers, discovery. */
#include <string.h>

#include "host/conform.h"

static void c1(void)
{
	const uint32_t own = cw.s->profile->version;

	WANT_EQ(NW(FFA_VERSION, FFA_VERSION_1_0).x[0], own);
	WANT_EQ(NW(FFA_VERSION, FFA_VERSION_1_1).x[0], own);
	WANT_EQ(NW(FFA_VERSION, FFA_VERSION_1_2).x[0], own);
	WANT_EQ(SP(S0, FFA_VERSION, FFA_VERSION_1_2).x[0], own);
}

static void c2(void)
{
	const uint32_t refused = (uint32_t)FFA_NOT_SUPPORTED;

	WANT_EQ(NW(FFA_VERSION, 0x80010002).x[0], refused);
	WANT_OK(NW(FFA_SPM_ID_GET));
	WANT_OK(NW(FFA_FEATURES, FFA_VERSION));
	WANT_EQ(NW(FFA_VERSION, FFA_VERSION_1_2).x[0], cw.s->profile->version);
}

static void c3(void)
{
	const uint32_t own = cw.s->profile->version;
	uint32_t second;

	WANT_OK(NW(FFA_FEATURES, FFA_VERSION));
	second = (uint32_t)NW(FFA_VERSION, FFA_VERSION_1_1).x[0];
	if (cw_deviates(Q_VERSION_UNLOCKED)) {
		WANT_EQ(second, own);
		WANT_EQ(cw.s->nwd_version, FFA_VERSION_1_1);
		return;
	}
	WANT_EQ(second, cw_unless(Q_VERSION_STORED, (uint32_t)FFA_NOT_SUPPORTED, FFA_VERSION_1_2));
	WANT_EQ(cw.s->nwd_version, FFA_VERSION_1_2);
	WANT_OK(SP(S0, FFA_FEATURES, FFA_RXTX_MAP | FFA_FID_64));
	WANT_EQ((uint32_t)SP(S0, FFA_VERSION, FFA_VERSION_1_0).x[0],
		cw_unless(Q_VERSION_STORED, (uint32_t)FFA_NOT_SUPPORTED, FFA_VERSION_1_2));
}

static void c4(void)
{
	static const uint32_t asked[] = {0x00010000, 0x00010001, 0x00010003, 0x00020000,
					 0x00000001};

	WANT_OK(NW(FFA_FEATURES, FFA_VERSION));
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		WANT_EQ(NW(FFA_VERSION, asked[i]).x[0], FFA_VERSION_1_2);
}

static void c6(void)
{
	WANT_ERR(NW(FFA_FEATURES, 0x840000f0), FFA_NOT_SUPPORTED);
	WANT_ERR(NW(FFA_FEATURES, 0x84000000), FFA_NOT_SUPPORTED);
	WANT_ERR(SP(S0, FFA_FEATURES, 0x840000f0), FFA_NOT_SUPPORTED);
}

static void c5(void)
{
	static const uint32_t calls[] = {FFA_FEATURES,	 FFA_ID_GET,	FFA_PARTITION_INFO_GET,
					 FFA_RX_RELEASE, FFA_MEM_SHARE, FFA_SPM_ID_GET};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		WANT_ERR(NW(calls[i], FFA_VERSION), FFA_NOT_SUPPORTED);
	WANT_ERR(REQ(S0), FFA_NOT_SUPPORTED);
	WANT_EQ(NW(FFA_VERSION, FFA_VERSION_1_1).x[0], FFA_VERSION_1_2);
	WANT_OK(NW(FFA_FEATURES, FFA_VERSION));
}

/* Turned around where notifications exist: then the interrupt and the calls are there together. */
static void c7(void)
{
	static const uint32_t fids[] = {FFA_FEATURE_SRI,
					FFA_NOTIFICATION_BITMAP_CREATE,
					FFA_NOTIFICATION_BITMAP_DESTROY,
					FFA_NOTIFICATION_BIND,
					FFA_NOTIFICATION_UNBIND,
					FFA_NOTIFICATION_SET,
					FFA_NOTIFICATION_GET,
					FFA_NOTIFICATION_INFO_GET | FFA_FID_64};
	const int code = cw_unless(Q_NO_NOTIFICATIONS, FFA_OK, FFA_NOT_SUPPORTED);

	for (size_t i = 0; i < sizeof(fids) / sizeof(fids[0]); i++)
		WANT_ERR(NW(FFA_FEATURES, fids[i]), code);
	if (!code)
		return;
	WANT_ERR(NW(FFA_FEATURES, FFA_FEATURE_NPI), FFA_NOT_SUPPORTED);
	WANT_ERR(SP(S0, FFA_FEATURES, FFA_FEATURE_NPI), FFA_NOT_SUPPORTED);
	for (size_t i = 1; i < sizeof(fids) / sizeof(fids[0]); i++)
		WANT_ERR(NW(fids[i]), FFA_NOT_SUPPORTED);
}

static void c8(void)
{
	struct smc_regs r;

	WANT_ERR(SP(S0, FFA_FEATURES, FFA_FEATURE_MEI), FFA_NOT_SUPPORTED);
	r = SP(S1, FFA_FEATURES, FFA_FEATURE_MEI);
	WANT_OK(r);
	WANT_EQ(r.x[2], 4);
	WANT_EQ(SP(S1, FFA_FEATURES, FFA_FEATURE_NPI).x[2], 5);
	WANT_ERR(NW(FFA_FEATURES, FFA_FEATURE_MEI), FFA_NOT_SUPPORTED);
}
static const struct cw_config el1_cfg = {
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED},
	       {.name = "s1", .action = FFA_NS_SIGNALED, .el1 = true}},
};

static void c9(void)
{
	/* As built, SPs of the S-EL1 SPMC are not told of RETRIEVE_REQ at all. */
	WANT_ERR(SP(S0, FFA_FEATURES, FFA_MEM_RETRIEVE_REQ, 0), FFA_NOT_SUPPORTED);
	WANT_ERR(SP(S0, FFA_FEATURES, FFA_MEM_RETRIEVE_REQ, 2),
		 cw_unless(Q_MEM_OPTEE, FFA_OK, FFA_NOT_SUPPORTED));
	/* The Normal world is not told by OP-TEE, and must leave the bit clear for TF-A. */
	WANT_ERR(NW(FFA_FEATURES, FFA_MEM_RETRIEVE_REQ, 0),
		 cw_unless(Q_MEM_TFA, FFA_NOT_SUPPORTED, FFA_OK));
	WANT_ERR(NW(FFA_FEATURES, FFA_MEM_RETRIEVE_REQ, 2),
		 quirk(cw.s, Q_MEM_OPTEE) || quirk(cw.s, Q_MEM_TFA) ? FFA_NOT_SUPPORTED : FFA_OK);
}

static void c10(void)
{
	const struct smc_regs r = NW(FFA_ID_GET), own = SP(S0, FFA_ID_GET);

	WANT_OK(r);
	WANT_EQ(r.x[2], 0);
	WANT_OK(own);
	WANT_EQ(own.x[2], cw.id[S0]);
	WANT(own.x[2] & 0x8000);
}

static void c11(void)
{
	WANT_EQ(NW(FFA_SPM_ID_GET).x[2], FFA_ID_SPMC);
	WANT_EQ(SP(S0, FFA_SPM_ID_GET).x[2], FFA_ID_SPMC);
}

static const struct cw_config unmapped_cfg = {
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED, .no_rxtx = true}},
};

static void c12(void)
{
	WANT_ERR(NW(FFA_RX_RELEASE), FFA_DENIED);
	WANT_ERR(SP(S0, FFA_RX_RELEASE), FFA_DENIED);
}

static struct smc_regs map_at(uint64_t tx, uint64_t rx, uint64_t pages)
{
	return NW(FFA_RXTX_MAP | FFA_FID_64, tx, rx, pages);
}

static void c13(void)
{
	cw_map();
	WANT_ERR(map_at(cw_ns_pages(1), cw_ns_pages(1), 1), FFA_DENIED);
	WANT_OK(NW(FFA_RXTX_UNMAP));
	WANT_OK(map_at(cw_ns_pages(1), cw_ns_pages(1), 1));
	WANT_ERR(SP(S0, FFA_RXTX_MAP | FFA_FID_64, cw.sp_page_va[S0],
		    cw.sp_page_va[S0] + PHYS_PAGE_BYTES, 1),
		 FFA_DENIED);
}

static void c14(void)
{
	const uint64_t tx = cw_ns_pages(2), rx = cw_ns_pages(2);
	const uint64_t page = cw.sp_page_va[S0];

	WANT_ERR(map_at(tx, tx, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(map_at(tx, tx + PHYS_PAGE_BYTES, 2), FFA_INVALID_PARAMETERS);
	WANT_ERR(map_at(tx + 0x800, rx, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(map_at(tx, rx + 0x800, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(map_at(tx, rx, 0), FFA_INVALID_PARAMETERS);
	WANT_ERR(map_at(tx, rx, 64), FFA_INVALID_PARAMETERS);
	WANT_ERR(map_at(0, rx, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(map_at(tx, 0x40, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(map_at(0xfffffffffffff000, rx, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_RXTX_MAP | FFA_FID_64, page, page, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_RXTX_MAP | FFA_FID_64, page, 0xf0000000, 1), FFA_INVALID_PARAMETERS);
	WANT_OK(SP(S0, FFA_RXTX_MAP | FFA_FID_64, page, page + PHYS_PAGE_BYTES, 1));
}

static void c15(void)
{
	WANT_ERR(NW(FFA_RXTX_UNMAP), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_RXTX_UNMAP), FFA_INVALID_PARAMETERS);
	cw_map();
	WANT_ERR(NW(FFA_RXTX_UNMAP, 0x80010000), FFA_INVALID_PARAMETERS);
	WANT_OK(NW(FFA_RXTX_UNMAP));
	WANT_ERR(NW(FFA_RXTX_UNMAP), FFA_INVALID_PARAMETERS);
}

static struct smc_regs info(int who, const uint32_t u[4], uint32_t flags)
{
	return BY(who, FFA_PARTITION_INFO_GET, u[0], u[1], u[2], u[3], flags);
}
static const uint32_t nil[4];
static const uint32_t uuid_s1[4] = {0xbdcd76d7, 0x825e4751, 0x963b86d4, 2};

static void c16(void)
{
	WANT_ERR(info(NWD, nil, 0), FFA_BUSY); /* not mapped */
	cw_map();
	WANT_OK(info(NWD, nil, 0));
	WANT_ERR(info(NWD, nil, 0), FFA_BUSY);
	WANT_OK(info(NWD, nil, 1));
	WANT(cw.s->nwd_rxtx.rx_full);
	WANT_ERR(info(NWD, nil, 2), FFA_INVALID_PARAMETERS);
	WANT_OK(NW(FFA_RX_RELEASE));
	WANT_ERR(info(NWD, (const uint32_t[4]){1, 2, 3, 4}, 0),
		 cw_unless(Q_INFO_EMPTY_OK, FFA_INVALID_PARAMETERS, FFA_OK));
}

static void c17(void)
{
	struct ffa_partition_info p;

	cw_map();
	WANT_EQ(info(NWD, uuid_s1, 0).x[2], 1);
	ffa_partition_info_decode(cw.rx, FFA_VERSION_1_2, &p);
	WANT_EQ(p.id.v, cw.id[S1]);
	WANT_EQ(p.uuid[0], cw_unless(Q_MEM_OPTEE, 0, 0xbdcd76d7));
	WANT_OK(NW(FFA_RX_RELEASE));
	WANT_EQ(info(NWD, nil, 0).x[2], quirk(cw.s, Q_OPTEE_ENDPOINT) ? 5 : 4);
	for (unsigned i = 0; i < 5; i++) {
		ffa_partition_info_decode(cw.rx + 24 * i, FFA_VERSION_1_2, &p);
		if (p.id.v == cw.id[S1])
			break;
	}
	WANT_EQ(p.id.v, cw.id[S1]);
	WANT_EQ(p.uuid[0], 0xbdcd76d7);
	WANT_EQ(p.uuid[3], 2);
}

static void c18(void)
{
	struct smc_regs r;

	cw_map();
	WANT_EQ(info(NWD, nil, 0).x[3], 24);
	r = info(S0, nil, 0);
	WANT_OK(r);
	WANT_EQ(r.x[3], 24);
}

static const struct cw_config old_cfg = {
	.nwd_version = FFA_VERSION_1_0,
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED},
	       {.name = "s1", .action = FFA_NS_SIGNALED}},
};

static void c18_old(void)
{
	const unsigned first = quirk(cw.s, Q_OPTEE_ENDPOINT) ? 1 : 0;

	cw_map();
	WANT_EQ(info(NWD, nil, 0).x[2], 2 + first);
	WANT_EQ(ffa_get16(cw.rx + 8 * first), cw.id[S0]);
	WANT_EQ(ffa_get16(cw.rx + 8 * first + 8), cw.id[S1]);
	WANT_EQ(ffa_get32(cw.rx + 8 * first + 4) & ~7u, 0); /* v1.0 knows three bits */
}

#define REGS (FFA_PARTITION_INFO_GET_REGS | FFA_FID_64)
static const struct cw_config seven_cfg = {
	.sp = {{.name = "a", .action = FFA_NS_SIGNALED},
	       {.name = "b", .action = FFA_NS_SIGNALED},
	       {.name = "c", .action = FFA_NS_SIGNALED},
	       {.name = "d", .action = FFA_NS_SIGNALED},
	       {.name = "e", .action = FFA_NS_SIGNALED},
	       {.name = "f", .action = FFA_NS_SIGNALED},
	       {.name = "g", .action = FFA_NS_SIGNALED}},
};

static bool no_regs(void)
{
	if (!cw_deviates(Q_NO_INFO_REGS))
		return false;
	WANT_ERR(NW(REGS), FFA_NOT_SUPPORTED);
	WANT_ERR(NW(FFA_FEATURES, REGS), FFA_NOT_SUPPORTED);
	return true;
}

static void c19(void)
{
	struct smc_regs r;

	if (no_regs())
		return;
	r = NW(REGS);
	WANT_EQ(r.x[0], FFA_SUCCESS | FFA_FID_64);
	WANT_EQ(r.x[2], 6 | 4 << 16 | 24ull << 48);
	for (unsigned i = 0; i < 5; i++)
		WANT_EQ(r.x[3 + 3 * i] & 0xffff, cw.id[i]);
	r = NW(REGS, 0, 0, 5);
	WANT_EQ(r.x[2], 6 | 6 << 16 | 24ull << 48);
	WANT_EQ(r.x[3] & 0xffff, cw.id[5]);
	WANT_EQ(r.x[6] & 0xffff, cw.id[6]);
	WANT_EQ(r.x[9], 0);
	WANT_EQ(SP(0, REGS).x[2], 6 | 4 << 16 | 24ull << 48);
}

static void c20(void)
{
	if (no_regs())
		return;
	WANT_ERR(NW(REGS, 0, 0, 7), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(REGS, 1, 2, 0), FFA_INVALID_PARAMETERS); /* unknown UUID */
	WANT_ERR(NW(REGS, 0, 0, 1 | 1 << 16), FFA_RETRY);    /* tag of another answer */
}

static void c21(void)
{
	struct ffa_partition_info p;

	cw_map();
	WANT_OK(info(NWD, uuid_s1, 0));
	ffa_partition_info_decode(cw.rx, FFA_VERSION_1_2, &p);
	WANT_EQ(p.properties & (1u << 1 | 1u << 10), 0);
	WANT(p.properties & FFA_PROP_DIRECT_RECV);
	WANT_OK(info(S0, uuid_s1, 0));
	ffa_partition_info_decode(cw.sp_rx[S0], FFA_VERSION_1_2, &p);
	WANT(p.properties & FFA_PROP_DIRECT_SEND);
}

static const struct cw_config silent_cfg = {
	.nwd_no_version = true,
	.sp = {{.name = "s0", .action = FFA_NS_SIGNALED}},
};

static const struct statement rows[] = {
	{"C1", "VERSION with the own major and no newer minor: w0 is the callee's version", "S", c1,
	 NULL},
	{"C2", "VERSION with bit 31: -1; the same value after the lock: success", "H", c2, NULL},
	{"C3", "VERSION with another value after some other call: NOT_SUPPORTED, old one stays",
	 "S", c3, NULL},
	{"C4", "VERSION always answers 1.2, whatever was asked before or now", "O", c4, NULL},
	{"C5", "before the Normal world's VERSION every other call: NOT_SUPPORTED", "T", c5,
	 &silent_cfg},
	{"C6", "FEATURES of an unknown function id: NOT_SUPPORTED", "S", c6, NULL},
	{"C7", "notification calls and their interrupts are supported together or not at all", "S",
	 c7, NULL},
	{"C8", "FEATURES of the managed exit interrupt: S-EL1 only, id 4", "H", c8, &el1_cfg},
	{"C9", "FEATURES of RETRIEVE_REQ without NS-bit support, v1.1 caller: NOT_SUPPORTED", "S",
	 c9, NULL},
	{"C10", "ID_GET: 0 for the Normal world, the own id with bit 15 for an SP", "S", c10, NULL},
	{"C11", "SPM_ID_GET: the id of the SPMC", "S", c11, NULL},
	{"C12", "RX_RELEASE without buffers: DENIED", "S", c12, &unmapped_cfg},
	{"C13", "RXTX_MAP twice: DENIED", "S", c13, NULL},
	{"C14", "RXTX_MAP with TX = RX, unaligned, no pages or too many: INVALID_PARAMETERS", "S",
	 c14, &unmapped_cfg},
	{"C15", "RXTX_UNMAP of nothing: INVALID_PARAMETERS", "S", c15, &unmapped_cfg},
	{"C16", "PARTITION_INFO_GET with RX full: BUSY; count only: SUCCESS, RX stays full", "S",
	 c16, NULL},
	{"C17", "PARTITION_INFO_GET by UUID: the UUID field is zero; by the Nil UUID it is filled",
	 "S", c17, NULL},
	{"C18", "PARTITION_INFO_GET: w3 = 24 from v1.1", "S", c18, NULL},
	{"C18", "PARTITION_INFO_GET of a v1.0 caller: entries of 8 bytes, three properties", "S",
	 c18_old, &old_cfg},
	{"C19", "PARTITION_INFO_GET_REGS: five partitions a call, the rest from the next index",
	 "S", c19, &seven_cfg},
	{"C20", "PARTITION_INFO_GET_REGS from the count on: INVALID_PARAMETERS", "S", c20,
	 &seven_cfg},
	{"C21", "a VM never sees the send bits of an SP", "sHT", c21, NULL},
};
const struct statement_table conform_discovery = {rows, sizeof(rows) / sizeof(rows[0])};
