/* SPDX-License-Identifier: BSD-3-Clause */
/* Profile `spec`: statements of ffa.md section 10, by their number. SP ids start at 8001. */
#include "harness.h"

#include <string.h>

#define MS 1000000ull
#define A 0x8001
#define B 0x8002
#define Q 0x8003

static const struct hcfg spec = {
	.profile = "spec",
	.sp = {{"a", 2}, {"b", 2}, {"q", 0}},
};

static void body_discovery(void)
{
	struct ffa_partition_info p;
	struct smc_regs r;

	r = smc(FFA_FEATURES, FFA_RUN, 0, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	r = smc(FFA_FEATURES, 0x84000000, 0, 0, 0, 0, 0, 0); /* C6 */
	CHECK(is_error(&r, FFA_NOT_SUPPORTED));
	r = smc(FFA_NOTIFICATION_INFO_GET, 0, 0, 0, 0, 0, 0, 0); /* C88 */
	CHECK(is_error(&r, FFA_NO_DATA));
	r = smc(FFA_VERSION, FFA_VERSION_1_0, 0, 0, 0, 0, 0, 0); /* C3: locked */
	CHECK_EQ(r.x[0], (uint32_t)FFA_NOT_SUPPORTED);
	r = smc(FFA_VERSION, FFA_VERSION_1_1, 0, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_VERSION_1_2);
	r = smc(FFA_RXTX_UNMAP, 0, 0, 0, 0, 0, 0, 0); /* C15 */
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	map_rxtx();
	r = smc(FFA_PARTITION_INFO_GET, 1, 2, 3, 4, 0, 0, 0);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = smc(FFA_PARTITION_INFO_GET, 0, 0, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[2], 3);
	ffa_partition_info_decode(physmem_at(&h.m->mem, h.rx, 24), FFA_VERSION_1_1, &p);
	CHECK_EQ(p.id.v, A);
	CHECK_EQ(p.uuid[0], 0xbdcd76d7);
	CHECK_EQ(p.properties & FFA_PROP_DIRECT_SEND, 0);     /* C21 */
	r = smc(FFA_PARTITION_INFO_GET, 0, 0, 0, 0, 1, 0, 0); /* C16 */
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	r = smc(FFA_RX_RELEASE, 0, 0, 0, 0, 0, 0, 0);
	r = smc(FFA_PARTITION_INFO_GET, 0xbdcd76d7, 0, 0, 1, 0, 0, 0); /* C17 */
	CHECK_EQ(r.x[2], 1);
	ffa_partition_info_decode(physmem_at(&h.m->mem, h.rx, 24), FFA_VERSION_1_1, &p);
	CHECK_EQ(p.id.v, B);
	CHECK_EQ(p.uuid[0], 0);
	r = smc(0xc400008b, 0, 0, 0, 0, 0, 0, 0); /* C19 */
	CHECK_EQ(r.x[0], 0xc4000061);
	CHECK_EQ(r.x[2], 2 | 2 << 16 | 24ull << 48);
	CHECK_EQ(r.x[6] & 0xffff, B);
	r = smc(0xc400008b, 0, 0, 3, 0, 0, 0, 0); /* C20 */
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
}

static void discovery_c3_c6_c15_to_c21(void **state)
{
	(void)state;
	with_machine(&spec, body_discovery);
}

static void body_messages(void)
{
	struct smc_regs r = req(A, OP_BAD_RESP, 0, 0, 0x80018002, 0); /* C33 */

	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[6], (uint32_t)FFA_DENIED);
	r = req(A, OP_SVC, 0, 0, FFA_MSG_WAIT, 0); /* C32 */
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[6], (uint32_t)FFA_DENIED);
	r = req(A, OP_ERROR, 0, 0, 1, 0); /* row 38 */
	CHECK_EQ(r.x[6], (uint32_t)FFA_NOT_SUPPORTED);
	r = req(A, OP_CALL, 0, 0, (uint64_t)B << 16 | OP_FAR_CALL, 0x80020000u | A); /* C30 */
	CHECK_EQ(r.x[4], (uint32_t)FFA_BUSY);
	r = req(A, OP_CALL, 0, 0, (uint64_t)B << 16 | OP_CRASH, 0); /* C99 */
	CHECK_EQ(r.x[6], (uint32_t)FFA_ABORTED);
	r = req(B, OP_ECHO, 0, 0, 0, 0); /* C42 */
	CHECK(is_error(&r, FFA_ABORTED));
	r = smc(FFA_RUN, (uint64_t)B << 16, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_ABORTED));
	r = smc(FFA_RUN, (uint64_t)A << 16 | 1, 0, 0, 0, 0, 0, 0); /* C37 */
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = smc(FFA_RUN, (uint64_t)A << 16, 0, 0, 0, 0, 0, 0); /* C38 */
	CHECK_EQ(r.x[0], FFA_MSG_WAIT);
	r = req(A, OP_YIELD, 0, 0, 5, 6); /* C43 */
	CHECK_EQ(r.x[0], FFA_YIELD);
	CHECK_EQ(r.x[1], (uint64_t)A << 16);
	CHECK_EQ(r.x[2], 5);
	r = req(A, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	r = smc(FFA_RUN, (uint64_t)A << 16, 0, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[5], FFA_SUCCESS);
}

static void messages_c30_to_c43_c99(void **state)
{
	(void)state;
	with_machine(&spec, body_messages);
}

static void body_preempt(void)
{
	unsigned runs = 0;
	struct smc_regs r;

	tick_every(4 * MS);
	r = req(A, OP_PATTERN, 0, 0, 10000, 0); /* C45 */
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	CHECK_EQ(r.x[1], (uint64_t)A << 16);
	r = req(A, OP_ECHO, 0, 0, 0, 0); /* C29 */
	CHECK(is_error(&r, FFA_BUSY));
	r = run_to_end(smc(FFA_RUN, (uint64_t)A << 16, 0, 0, 0, 0, 0, 0), &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[5], 0);
	h.taken = 0;
	r = req(Q, OP_CALL, 0, 0, (uint64_t)B << 16 | OP_SPIN, 20000); /* C47, C48 */
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(h.taken, 1);
	CHECK_EQ(seen("thr.state"), 0);
}

static void preemption_c29_c45_c47_c48(void **state)
{
	(void)state;
	with_machine(&spec, body_preempt);
}

/* C49: one link at a time. C102: RUN does not make the link again. */
static void body_unwind(void)
{
	struct spmc_partition_view v;
	struct smc_regs r;
	unsigned runs = 0;

	tick_every(4 * MS);
	r = req(A, OP_RUN_CALLEE, 0, 0, B, 20000);
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	CHECK_EQ(r.x[1], (uint64_t)A << 16); /* named SP0, after SP0 got FFA_INTERRUPT for SP1 */
	CHECK(spmc_partition_by_name(h.s, "b", &v));
	CHECK_EQ(strcmp(v.state, "preempted"), 0);
	r = smc(FFA_RUN, r.x[1], 0, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	CHECK_EQ(r.x[1], (uint64_t)B << 16); /* straight to the NWd */
	CHECK(spmc_partition_by_name(h.s, "a", &v));
	CHECK_EQ(strcmp(v.state, "blocked"), 0);
	r = run_to_end(r, &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[1], (uint64_t)A << 16);
	CHECK_EQ(r.x[4], 1); /* SP0 saw one FFA_INTERRUPT */
	CHECK_EQ(r.x[5], FFA_DIRECT_RESP);
}

static void unwinding_c49_c102(void **state)
{
	(void)state;
	with_machine(&spec, body_unwind);
}

static void body_memory(void)
{
	const uint16_t a = A, both[2] = {A, A};
	struct smc_regs r;
	uint64_t handle;
	pa_t page = {0};

	map_rxtx();
	r = share(both, 2, 1, 0, &page); /* duplicate receiver */
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = share(&a, 1, 1, 7, &page);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	handle = r.x[2] | r.x[3] << 32;
	r = share(&a, 1, 1, 0, &page); /* C63 */
	CHECK(is_error(&r, FFA_DENIED));
	r = req(A, OP_RETRIEVE, 5, 0, 7, FFA_PERM_RW); /* C71 */
	CHECK_EQ(r.x[6], (uint32_t)FFA_INVALID_PARAMETERS);
	r = req(A, OP_RETRIEVE, (uint32_t)handle, handle >> 32, 0, FFA_PERM_RW); /* C70 */
	CHECK_EQ(r.x[6], (uint32_t)FFA_INVALID_PARAMETERS);
	r = req(A, OP_RETRIEVE, (uint32_t)handle, handle >> 32, 7, FFA_PERM_RW); /* C69 */
	CHECK_EQ(r.x[5], FFA_MEM_RETRIEVE_RESP);
	CHECK_EQ(r.x[7], 48 + 16 + 16 + 16); /* the descriptor's own length */
	r = req(A, OP_RETRIEVE, (uint32_t)handle, handle >> 32, 7, FFA_PERM_RW);
	CHECK_EQ(r.x[6], (uint32_t)FFA_DENIED);
	r = smc(FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32, 0, 0, 0, 0, 0); /* C75 */
	CHECK(is_error(&r, FFA_DENIED));
	r = req(A, OP_RELINQUISH, (uint32_t)handle, handle >> 32, 1, A);
	CHECK_EQ(r.x[5], FFA_SUCCESS);
	r = smc(FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	r = share(&a, 1, 1, 0, &page); /* exclusive again */
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	CHECK_EQ(req(A, OP_SVC, 0, 0, FFA_MEM_PERM_GET, 0).x[6], (uint32_t)FFA_DENIED); /* C82 */
}

static void memory_c63_to_c82(void **state)
{
	(void)state;
	with_machine(&spec, body_memory);
}

/* ffa.md 8, Hafnium log buffer: 256 bytes an EC, out at NUL, newline or when full. The text of the
 * command is "hello" and zeros. */
static void body_console(void)
{
	char full[257] = "";

	CHECK_EQ(req(A, OP_LOG, 0, 0, 5, 0).x[5], FFA_SUCCESS);
	CHECK_EQ(req(B, OP_LOG, 0, 0, 5, 0).x[5], FFA_SUCCESS);
	CHECK_EQ(seen("sp.console"), 0);
	req(A, OP_LOG, 0, 0, 6, 0); /* with a NUL; B's line is its own */
	CHECK_EQ(seen("sp.console"), 1);
	CHECK_EQ(last_arg("sp.console", 0), trace_intern("a"));
	CHECK_EQ(last_arg("sp.console", 1), trace_intern("hellohello"));
	req(A, OP_LOG, 0, 0, 9, 0); /* four NULs end one line */
	CHECK_EQ(seen("sp.console"), 2);
	for (unsigned i = 0; i < 51; i++)
		req(B, OP_LOG, 0, 0, 5, 0);
	CHECK_EQ(seen("sp.console"), 3); /* 260 characters */
	for (unsigned i = 0; i < 256; i++)
		full[i] = "hello"[i % 5];
	CHECK_EQ(last_arg("sp.console", 1), trace_intern(full));
	req(B, OP_LOG, 0, 0, 6, 0);
	CHECK_EQ(last_arg("sp.console", 1), trace_intern("ellohello"));
}

static void console_log_is_kept(void **state)
{
	(void)state;
	with_machine(&spec, body_console);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(discovery_c3_c6_c15_to_c21),
		cmocka_unit_test(messages_c30_to_c43_c99),
		cmocka_unit_test(preemption_c29_c45_c47_c48),
		cmocka_unit_test(unwinding_c49_c102),
		cmocka_unit_test(memory_c63_to_c82),
		cmocka_unit_test(console_log_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
