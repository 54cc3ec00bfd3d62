/* SPDX-License-Identifier: BSD-3-Clause */
/* Direct messages, discovery, state across SVCs, crash: optee.md 3.1-3.4, 3.9; golden.md G6-G10. */
#include "harness.h"

#include <string.h>

static const struct hcfg golden = {
	.sp = {{"s1", 2}, {"s2", 2}, {"s3", 2}, {"q", 0}},
};

static void body_spmd(void)
{
	struct smc_regs r;

	r = smc(FFA_ID_GET, 0, 0, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	CHECK_EQ(r.x[2], 0);
	r = smc(FFA_SPM_ID_GET, 0, 0, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[2], 0x8000);
	r = smc(0x840000ff, 0, 0, 0, 0, 0, 0, 0); /* G7 */
	CHECK_EQ(r.x[0], UINT64_MAX);
	r = smc(FFA_MSG_WAIT, 0, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_NOT_SUPPORTED));
	r = smc(FFA_YIELD, 0, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_NOT_SUPPORTED));
	r = smc(FFA_INTERRUPT, 0, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_NOT_SUPPORTED));
	r = smc(FFA_NORMAL_WORLD_RESUME, 0, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_DENIED));
	r = smc(FFA_DIRECT_REQ, 0x80020000u | S1, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = smc(FFA_MSG_SEND2, 0, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_NOT_SUPPORTED));
	r = smc(FFA_MEM_DONATE, 0, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_NOT_SUPPORTED));
	r = smc(FFA_DIRECT_REQ2_64, S1, 0, 0, 0, 0, 0, 0); /* caller is at 1.1 */
	CHECK(is_error(&r, FFA_NOT_SUPPORTED));
}

static void optee_3_1_spmd_answers_and_refusals(void **state)
{
	(void)state;
	with_machine(&golden, body_spmd);
}

/* The 12 FEATURES and discovery lines of G10. */
static void body_g10(void)
{
	static const struct {
		uint32_t query;
		bool ok;
		uint32_t w2;
	} features[] = {
		{0xc4000066, true, 0},	{0xc4000072, false, 0}, {0xc4000073, true, 1},
		{0xc400008d, false, 0}, {0xc400008e, false, 0}, {0x8400007d, true, 0},
		{2, true, 8},		{1, false, 0},		{0xc400008b, false, 0},
		{FFA_RUN, false, 0},	{FFA_ID_GET, false, 0},
	};
	struct ffa_partition_info p;
	struct smc_regs r;
	uint8_t *rx;

	for (unsigned i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		r = smc(FFA_FEATURES, features[i].query, 0, 0, 0, 0, 0, 0);
		if (!features[i].ok) {
			CHECK(is_error(&r, FFA_NOT_SUPPORTED));
			continue;
		}
		CHECK_EQ(r.x[0], FFA_SUCCESS);
		CHECK_EQ(r.x[2], features[i].w2);
	}
	r = smc(FFA_PARTITION_INFO_GET, 0, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY)); /* no buffers yet */
	map_rxtx();
	r = smc(FFA_PARTITION_INFO_GET, 0, 0, 0, 0, 1, 0, 0);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	CHECK_EQ(r.x[2], 5);
	CHECK_EQ(r.x[3], 0);
	r = smc(FFA_RX_RELEASE, 0, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_DENIED)); /* after a count-only query */
	r = smc(FFA_PARTITION_INFO_GET, 0, 0, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[2], 5);
	CHECK_EQ(r.x[3], 0x18);
	rx = physmem_at(&h.m->mem, h.rx, 4096);
	ffa_partition_info_decode(rx, FFA_VERSION_1_1, &p);
	CHECK_EQ(p.id.v, 0x8001);
	CHECK_EQ(p.ec_count, 1);
	CHECK_EQ(p.uuid[0], 0xe0786148);
	ffa_partition_info_decode(rx + 24 * 4, FFA_VERSION_1_1, &p);
	CHECK_EQ(p.id.v, SQ);
	r = smc(FFA_PARTITION_INFO_GET, 0, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY)); /* RX still ours */
	r = smc(FFA_RX_RELEASE, 0, 0, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	/* Unknown UUID: SUCCESS with count 0 (3.1) */
	r = smc(FFA_PARTITION_INFO_GET, 1, 2, 3, 4, 1, 0, 0);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	CHECK_EQ(r.x[2], 0);
	r = smc(FFA_DIRECT_REQ, 0x8001, 0, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[1], 0x80010000);
	CHECK_EQ(r.x[3], 1);
	r = smc(FFA_DIRECT_REQ, 0x8001, 0, 1, 0, 0, 0, 0);
	CHECK_EQ(r.x[3], 4);
	CHECK_EQ(r.x[4], 0xa);
	r = smc(FFA_DIRECT_REQ, 0x8001, 0, 2, 0, 0, 0, 0);
	CHECK_EQ(r.x[4], 4);
	CHECK_EQ(r.x[5], 7);
	r = smc(FFA_DIRECT_REQ, 0x8001, 0, 9, 0, 0, 0, 0);
	CHECK_EQ(r.x[3], 0xffff0006);
	CHECK_EQ(spmc_threads_in_use(h.s), 0); /* 8.2 row 10 */
	r = smc(FFA_RXTX_MAP | FFA_FID_64, h.tx.v, h.rx.v, 1, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_DENIED));
	r = smc(FFA_RXTX_UNMAP, 0, 0, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	r = smc(FFA_RXTX_MAP | FFA_FID_64, h.tx.v, h.tx.v, 1, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = smc(FFA_RXTX_MAP | FFA_FID_64, PHYS_S_BASE, h.tx.v, 1, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
}

static void g10_discovery(void **state)
{
	(void)state;
	with_machine(&golden, body_g10);
}

static void body_direct(void)
{
	struct smc_regs r = req(S1, OP_ECHO, 1, 2, 3, 4);

	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[1], 0x80020000);
	CHECK_EQ(r.x[4], 1);
	CHECK_EQ(r.x[7], 4);
	CHECK_EQ(seen("ffa.direct_resp"), 1);
	r = smc(FFA_DIRECT_REQ | FFA_FID_64, S1, 0, OP_ECHO, 1ull << 40, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP | FFA_FID_64);
	CHECK_EQ(r.x[4], 1ull << 40);
	r = req(S1, OP_ECHO, 1ull << 40, 0, 0, 0); /* 32-bit: low halves only */
	CHECK_EQ(r.x[4], 0);
	r = smc(FFA_DIRECT_REQ, 0x12340000u | S1, 0, OP_ECHO, 0, 0, 0, 0); /* G7 */
	CHECK_EQ(r.x[1], 0x80021234);
	r = req(0, OP_ECHO, 0, 0, 0, 0); /* NWd to id 0 */
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = req(0x9000, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = req(0x8000, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = smc(FFA_DIRECT_REQ, S1, 1, 0, 0, 0, 0, 0); /* w2 */
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = smc(FFA_DIRECT_REQ, S1, FFA_MSG_FRAMEWORK | 9, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_NOT_SUPPORTED));
	r = smc(FFA_DIRECT_REQ, S1, FFA_MSG_FRAMEWORK | 4, 0, 0, 0, 0, 0); /* not subscribed */
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
}

static void optee_3_4_requests_from_nwd(void **state)
{
	(void)state;
	with_machine(&golden, body_direct);
}

static uint64_t sp_call(uint16_t sp, uint64_t fid, uint64_t w1, uint64_t w2)
{
	struct smc_regs r = req(sp, OP_FAR_CALL, fid, 0, w1, w2);

	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[5], FFA_ERROR);
	return r.x[6];
}

static void body_sp_to_sp(void)
{
	struct smc_regs r = req(S1, OP_CALL, 0, 0, (uint64_t)S2 << 16 | OP_ECHO, 0);

	CHECK_EQ(r.x[5], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[7], 0x80038002); /* G8 */
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
	/* G8, last rows of the table */
	CHECK_EQ(sp_call(S1, 0, 0x80020000u | S1, 0), (uint32_t)FFA_INVALID_PARAMETERS);
	CHECK_EQ(sp_call(S1, 0, 0x80020000u | 0x8001, 0), (uint32_t)FFA_INVALID_PARAMETERS);
	CHECK_EQ(sp_call(S1, 0, 0x80020000u | 0x9000, 0), (uint32_t)FFA_NOT_SUPPORTED);
	CHECK_EQ(sp_call(S1, 0, 0x80020000u, 0), (uint32_t)FFA_NOT_SUPPORTED);
	CHECK_EQ(sp_call(S1, 0, 0x80020000u | 0x8000, 0), (uint32_t)FFA_NOT_SUPPORTED);
	/* 3.4 row 1: wrong source; row 6: w2 */
	CHECK_EQ(sp_call(S1, 0, 0x80030000u | S2, 0), (uint32_t)FFA_INVALID_PARAMETERS);
	CHECK_EQ(sp_call(S1, 0, 0x80020000u | S2, 1), (uint32_t)FFA_INVALID_PARAMETERS);
}

static void g8_requests_between_sps(void **state)
{
	(void)state;
	with_machine(&golden, body_sp_to_sp);
}

static void body_busy_back(void)
{
	struct smc_regs r =
		req(S1, OP_CALL, 0, 0, (uint64_t)S2 << 16 | OP_FAR_CALL, 0x80030000u | S1);

	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[5], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[4], (uint32_t)FFA_BUSY);
}

static void optee_3_4_request_back_to_busy_caller(void **state)
{
	(void)state;
	with_machine(&golden, body_busy_back);
}

static uint64_t bad_resp(uint64_t fid, uint64_t w1, uint64_t w2)
{
	struct smc_regs r = req(S1, OP_BAD_RESP, fid, 0, w1, w2);

	CHECK_EQ(r.x[0], FFA_DIRECT_RESP); /* the right answer followed */
	CHECK_EQ(r.x[5], FFA_ERROR);
	return r.x[6];
}

static void body_responses(void)
{
	const uint32_t ip = (uint32_t)FFA_INVALID_PARAMETERS;

	CHECK_EQ(bad_resp(0, 0x80030000, 0), ip);	   /* source */
	CHECK_EQ(bad_resp(0, 0x80020000, 1), ip);	   /* w2 */
	CHECK_EQ(bad_resp(0, 0x80021000, 0), ip);	   /* not the stored caller */
	CHECK_EQ(bad_resp(0, 0x80028003, 0), ip);	   /* an SP that is not busy */
	CHECK_EQ(bad_resp(0xc4000070, 0x80020000, 0), ip); /* width */
	CHECK_EQ(bad_resp(0, 0x80020000, FFA_MSG_FRAMEWORK | 9), (uint32_t)FFA_NOT_SUPPORTED);
	CHECK_EQ(bad_resp(0xc400008e, 0x80020000, 0), (uint32_t)FFA_DENIED); /* no REQ2 property */
}

static void optee_3_4_response_checks(void **state)
{
	(void)state;
	with_machine(&golden, body_responses);
}

static void body_svc_codes(void)
{
	static const struct {
		uint32_t fid;
		int code;
	} rows[] = {
		{FFA_RUN, FFA_INVALID_PARAMETERS},
		{FFA_YIELD, FFA_INVALID_PARAMETERS},
		{FFA_NOTIFICATION_GET, FFA_INVALID_PARAMETERS},
		{FFA_MEM_LEND, FFA_INVALID_PARAMETERS},
		{FFA_MEM_DONATE, FFA_INVALID_PARAMETERS},
		{FFA_MSG_SEND2, FFA_INVALID_PARAMETERS},
		{FFA_INTERRUPT, FFA_INVALID_PARAMETERS},
		{FFA_SUCCESS, FFA_INVALID_PARAMETERS},
		{0x840000ff, FFA_INVALID_PARAMETERS},
		{0x12345678, FFA_INVALID_PARAMETERS},
		{FFA_MEM_PERM_GET, FFA_DENIED},
		{FFA_MEM_PERM_SET, FFA_DENIED},
	};
	struct smc_regs r;

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r = req(S1, OP_SVC, 0, 0, rows[i].fid, 0);
		CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
		CHECK_EQ(r.x[5], FFA_ERROR);
		CHECK_EQ(r.x[6], (uint32_t)rows[i].code);
	}
	/* G9: VERSION is 1.2 whatever is asked */
	r = req(S1, OP_SVC, 0, 0, FFA_VERSION, 0x10003);
	CHECK_EQ(r.x[5], FFA_VERSION_1_2);
	r = req(S1, OP_SVC, 0, 0, FFA_VERSION, 0x20000);
	CHECK_EQ(r.x[5], FFA_VERSION_1_2);
	r = req(S1, OP_SVC, 0, 0, FFA_SPM_ID_GET, 0);
	CHECK_EQ(r.x[6], 0x8000);
	r = req(S1, OP_LOG, 0, 0, 5, 0);
	CHECK_EQ(r.x[5], FFA_SUCCESS);
	CHECK_EQ(last_arg("sp.console", 1), trace_intern("hello"));
	r = req(S1, OP_LOG, 0, 0, 25, 0);
	CHECK_EQ(r.x[6], (uint32_t)FFA_INVALID_PARAMETERS);
}

static void optee_3_2_svc_codes(void **state)
{
	(void)state;
	with_machine(&golden, body_svc_codes);
}

static void body_g9(void)
{
	struct smc_regs r = req(S1, OP_STATE, 0, 0, 0, 0);

	CHECK_EQ(r.x[5], STATE_X19 | STATE_TPIDR | STATE_Q0);
	r = req(S1, OP_STATE_CALL, 0, 0, S2, 0);
	CHECK_EQ(r.x[5], STATE_X19); /* the callee's values are seen */
	/* MSG_WAIT inside a request */
	r = req(S1, OP_MSG_WAIT, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_MSG_WAIT);
	for (unsigned i = 1; i < 8; i++)
		CHECK_EQ(r.x[i], 0);
	r = smc(FFA_RUN, 0x80020000, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_DENIED));
	r = req(S1, OP_ECHO, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	/* FFA_ERROR comes back unchanged (D7) */
	r = req(S1, OP_ERROR, 0, 0, 3, 0);
	CHECK_EQ(r.x[5], FFA_ERROR);
	CHECK_EQ(r.x[6], (uint32_t)FFA_NO_MEMORY);
	CHECK_EQ(r.x[7], 0x1234);
	CHECK_EQ(seen("ffa.error"), 1);
}

static void g9_msg_wait_error_and_state(void **state)
{
	(void)state;
	with_machine(&golden, body_g9);
}

static void body_chain_msg_wait(void)
{
	struct spmc_partition_view v;
	struct smc_regs r = req(S1, OP_CALL, 0, 0, (uint64_t)S3 << 16 | OP_MSG_WAIT, 0);

	CHECK_EQ(r.x[0], FFA_MSG_WAIT);
	CHECK(spmc_partition_by_name(h.s, "s1", &v));
	CHECK_EQ(strcmp(v.state, "busy"), 0);
	r = req(S1, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	r = req(S3, OP_ECHO, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
}

static void g8_callee_msg_wait_loses_the_caller(void **state)
{
	(void)state;
	with_machine(&golden, body_chain_msg_wait);
}

static void body_crash(void)
{
	struct smc_regs r;

	map_rxtx();
	r = req(S1, OP_CRASH, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_ABORTED));
	r = req(S1, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	r = smc(FFA_RUN, 0x80020000, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_DENIED));
	r = smc(FFA_PARTITION_INFO_GET, 0, 0, 0, 0, 1, 0, 0);
	CHECK_EQ(r.x[2], 4);
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
	/* G8: the caller of a crashing callee gets ABORTED and lives */
	r = req(S3, OP_CALL, 0, 0, (uint64_t)S2 << 16 | OP_CRASH, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[5], FFA_ERROR);
	CHECK_EQ(r.x[6], (uint32_t)FFA_ABORTED);
	r = req(S3, OP_CALL, 0, 0, (uint64_t)S2 << 16 | OP_ECHO, 0);
	CHECK_EQ(r.x[6], (uint32_t)FFA_BUSY);
	CHECK_EQ(seen("sp.crash"), 2);
}

static void g6_crash(void **state)
{
	(void)state;
	with_machine(&golden, body_crash);
}

static void body_d5(void)
{
	struct smc_regs r = req(SQ, OP_SVC_CRASH, 0, 0, 0, 0);

	CHECK(is_error(&r, FFA_ABORTED));
	CHECK_EQ(seen("sp.crash"), 3); /* three times at the same PC */
	r = req(SQ, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	r = req(S1, OP_ECHO, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
}

static void d5_crash_after_svc_of_a_queued_sp(void **state)
{
	(void)state;
	with_machine(&golden, body_d5);
}

static void body_d5_off(void)
{
	struct smc_regs r = req(SQ, OP_SVC_CRASH, 0, 0, 0, 0);

	CHECK(is_error(&r, FFA_ABORTED));
	CHECK_EQ(seen("sp.crash"), 1);
}

static void d5_switched_off(void **state)
{
	static const char *const quirks[] = {"d5-dead-sp-reentered", "off", NULL};
	struct hcfg cfg = golden;

	(void)state;
	cfg.quirks = quirks;
	with_machine(&cfg, body_d5_off);
}

static void body_d34(void)
{
	struct smc_regs r = req(S1, OP_CALL_CRASH, 0, 0, (uint64_t)S2 << 16, 0);

	/* S2, idle, was woken with ABORTED and went back to MSG_WAIT: that is what NWd gets. */
	CHECK_EQ(r.x[0], FFA_MSG_WAIT);
	CHECK_EQ(seen("spmc.quirk"), 1);
	r = req(S1, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	r = req(S2, OP_ECHO, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
}

static void d34_crash_after_the_callees_reply(void **state)
{
	(void)state;
	with_machine(&golden, body_d34);
}

static void body_props(void)
{
	struct smc_regs r = req(S1, OP_ECHO, 0, 0, 0, 0);

	CHECK(is_error(&r, FFA_NOT_SUPPORTED)); /* cannot receive */
	r = req(S2, OP_CALL, 0, 0, (uint64_t)S3 << 16, 0);
	CHECK_EQ(r.x[6], (uint32_t)FFA_NOT_SUPPORTED); /* cannot send */
	CHECK_EQ(smc(FFA_VERSION, FFA_VERSION_1_2, 0, 0, 0, 0, 0, 0).x[0], FFA_VERSION_1_2);
	r = smc(FFA_DIRECT_REQ2_64, S3, 0, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP2_64);
	r = smc(FFA_DIRECT_REQ2_64, S3, 1, 2, 0, 0, 0, 0); /* another UUID */
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = smc(FFA_DIRECT_REQ2_64, S2, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_NOT_SUPPORTED));
}

static void optee_3_4_message_properties(void **state)
{
	static const struct hcfg cfg = {
		.sp = {{"a", 2, .messaging = 2},
		       {"b", 2, .messaging = 1},
		       {"c", 2, .messaging = 0x601, .version = FFA_VERSION_1_2}},
	};

	(void)state;
	with_machine(&cfg, body_props);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(optee_3_1_spmd_answers_and_refusals),
		cmocka_unit_test(g10_discovery),
		cmocka_unit_test(optee_3_4_requests_from_nwd),
		cmocka_unit_test(g8_requests_between_sps),
		cmocka_unit_test(optee_3_4_request_back_to_busy_caller),
		cmocka_unit_test(optee_3_4_response_checks),
		cmocka_unit_test(optee_3_2_svc_codes),
		cmocka_unit_test(g9_msg_wait_error_and_state),
		cmocka_unit_test(g8_callee_msg_wait_loses_the_caller),
		cmocka_unit_test(g6_crash),
		cmocka_unit_test(d5_crash_after_svc_of_a_queued_sp),
		cmocka_unit_test(d5_switched_off),
		cmocka_unit_test(d34_crash_after_the_callees_reply),
		cmocka_unit_test(optee_3_4_message_properties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
