/* SPDX-License-Identifier: BSD-3-Clause */
/* golden: the command set of the recordings; expected registers are those of golden.md. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "mini_spmc.h"

static struct mini_sp *start(void)
{
	struct mini_sp *sp = mini_add("golden", NULL, 0);

	mini_boot(sp);
	return sp;
}

/* w3..w7 in, w3..w7 out. */
static void expect(struct mini_sp *sp, uint32_t w3, uint32_t w4, uint32_t w5, uint32_t w6,
		   uint32_t o4, uint32_t o5, uint32_t o6, uint32_t o7)
{
	struct smc_regs r;

	mini_request(sp, (uint32_t[5]){w3, w4, w5, w6, 0}, &r);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_32);
	CHECK_EQ(r.x[1], (uint32_t)sp->id << 16);
	CHECK_EQ(r.x[3], w3);
	CHECK_EQ(r.x[4], o4);
	CHECK_EQ(r.x[5], o5);
	CHECK_EQ(r.x[6], o6);
	CHECK_EQ(r.x[7], o7);
}

/* G10: version, session, shm, invoke, nested retrieve, release. */
static void body_tstee(void)
{
	struct mini_sp *sp = start();
	uint64_t handle;
	uint32_t *page;

	expect(sp, 0xff0000, 0, 0, 0, 1, 0, 0, 0);
	expect(sp, 0xff0003, 0, 0, 0, 0, 0, 0, 0);
	page = (uint32_t *)mini_share(sp, 1, &handle);
	CHECK_EQ(handle, 0x200000000000);
	expect(sp, 0xff0001, 0, 0x2000, 0, 0, 0, 0, 0);
	expect(sp, 0, 0, 0x2000, 0x40, 0, 0, 0x40, 0);
	expect(sp, 0xff0002, 0, 0x2000, 0, 0, 0, 0, 0);
	expect(sp, 5, 0, 0x2000, 0xa, 0, 0, 0x1000, 0x1000);
	CHECK_EQ(*page, sp->id);
	CHECK(!mini.share[0].mapped);
	expect(sp, 9, 0, 0x2000, 0, 0, FFA_MEM_RETRIEVE_RESP, 0x1000, 0x1000);
	expect(sp, 10, 0, 0x2000, 0, 0, FFA_SUCCESS, 0, 0);
	expect(sp, 10, 0, 0x2000, 0, 0, FFA_ERROR, FFA_DENIED, 0); /* once too often (G11) */
	expect(sp, 9, 7, 0x2000, 0, 0, FFA_ERROR, FFA_DENIED, 0);  /* stale handle */
}

/* G1, G2: spin and pattern; a million turns are 2.5 ms by default. */
static void body_spin(void)
{
	struct mini_sp *sp = start();
	uint64_t el0_ns;
	struct smc_regs r;
	unsigned runs;

	mini.tick_ns = 4000000;
	pe_timer_set(pe_self(), pe_self()->now_ns + mini.tick_ns);
	el0_ns = sp->ec->el0_ns;
	runs = mini_request(sp, (uint32_t[5]){1, ~0u, ~0u, 0xfa, 0}, &r);
	CHECK_EQ(sp->ec->el0_ns - el0_ns, 250 * 2500000ull);
	CHECK(runs >= 155 && runs <= 158); /* 625 ms at 4 ms; recorded 158 and 175 */
	CHECK_EQ(r.x[3], 1);
	CHECK_EQ(r.x[4] | r.x[5] | r.x[6] | r.x[7], 0);
	expect(sp, 6, ~0u, ~0u, 0xfa, 0, 0, 0, 0);
	expect(sp, 19, ~0u, ~0u, 10, 0, 0x101, 0, 0); /* one x, one q half */
}

static void body_turn_ns(void)
{
	static const struct ec_option options[] = {{"turn_ns", "0.25"}};
	struct mini_sp *sp = mini_add("golden", options, 1);

	mini_boot(sp);
	const uint64_t el0_ns = sp->ec->el0_ns;
	expect(sp, 1, ~0u, ~0u, 4, 0, 0, 0, 0);
	CHECK_EQ(sp->ec->el0_ns - el0_ns, 1000000);
}

/* G8 */
static void body_chain(void)
{
	struct mini_sp *a = start(), *b = start();

	expect(a, 7, ~0u, ~0u, 0x800300fa, 0, 0x84000070, 0, 0x80038002);
	expect(a, 7, ~0u, ~0u, 0x80020001, 0, FFA_ERROR, FFA_INVALID_PARAMETERS, 0);
	expect(a, 7, ~0u, ~0u, 0x90000001, 0, FFA_ERROR, FFA_NOT_SUPPORTED, 0);
	b->state = MINI_PREEMPTED;
	expect(a, 7, ~0u, ~0u, 0x80030001, 0, FFA_ERROR, FFA_BUSY, 0);
	b->state = MINI_IDLE;
	/* G9: across a call to another FP user q0 holds the callee's value. */
	struct smc_regs r;

	mini_request(a, (uint32_t[5]){21, ~0u, ~0u, 0x8003, 0}, &r);
	CHECK_EQ(r.x[6], 0x33000000);
	CHECK_EQ(r.x[7], 0x00007000);
	CHECK_EQ(r.x[5] & 0x70, 0x70); /* q0, q8, q31 changed */
	mini_request(a, (uint32_t[5]){13, ~0u, ~0u, 0, 0}, &r);
	CHECK_EQ(r.x[5] & 0x7c, 0); /* kept: x19, TPIDR_EL0, q0, q8, q31 */
}

/* G9: MSG_WAIT and FFA_ERROR, SVC codes */
static void body_svcs(void)
{
	struct mini_sp *sp = start();
	struct smc_regs r;
	unsigned before;

	mini_request(sp, (uint32_t[5]){4, ~0u, ~0u, 0, 0}, &r);
	CHECK_EQ(r.x[0], FFA_MSG_WAIT);
	for (unsigned i = 1; i < 8; i++)
		CHECK_EQ(r.x[i], 0);
	expect(sp, 3, ~0u, ~0u, 5, 0, FFA_ERROR, FFA_INVALID_PARAMETERS, 0);
	r = (struct smc_regs){
		.x = {FFA_DIRECT_REQ_32, sp->id, 0, 8, ~0u, ~0u, FFA_VERSION, 0x10001}};
	mini_smc(&r);
	CHECK_EQ(r.x[5], 0x10002);
	before = sp->svc_count;
	expect(sp, 14, ~0u, ~0u, 1000, 0, 0, 0x0, 0);
	CHECK_EQ(sp->svc_count - before, 1001);
	expect(sp, 12, ~0u, ~0u, 0, 0, 0xffffffff, 0, 0);
}

static void crash_of(uint32_t op, enum ffasim_sp_fault fault, unsigned reentries)
{
	struct mini_sp *sp = start();
	struct smc_regs r;

	sp->reentries = reentries;
	mini_request(sp, (uint32_t[5]){op, ~0u, ~0u, 0, 0}, &r);
	CHECK_EQ(r.x[0], FFA_ERROR);
	CHECK_EQ((int32_t)r.x[2], -8);
	CHECK_EQ(sp->last_fault, fault);
	CHECK_EQ(sp->faults, reentries + 1);
}

/* G6: the crash after an answered SVC is dumped three times. */
static void body_crashes(void)
{
	crash_of(2, FFASIM_SP_UNDEF, 0);
	crash_of(15, FFASIM_SP_SYSREG, 0);
	crash_of(20, FFASIM_SP_UNDEF, 2);
}

/* G8: the callee of a chain crashes; G6: a crash after a long spin. */
static void body_chain_crash(void)
{
	struct mini_sp *a = start(), *b = start();
	struct smc_regs r;
	unsigned runs;

	mini_request(a, (uint32_t[5]){7, ~0u, ~0u, 0x80030000, 2}, &r);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_32);
	CHECK_EQ(r.x[5], FFA_ERROR);
	CHECK_EQ((int32_t)r.x[6], -8);
	CHECK_EQ(b->state, MINI_DEAD);
	mini.tick_ns = 4000000;
	pe_timer_set(pe_self(), pe_self()->now_ns + mini.tick_ns);
	runs = mini_request(a, (uint32_t[5]){2, ~0u, ~0u, 100, 0}, &r);
	CHECK(runs >= 61 && runs <= 63); /* 250 ms at 4 ms; recorded 54 */
	CHECK_EQ((int32_t)r.x[2], -8);
}

static void test_tstee(void **state)
{
	mini_test(1, body_tstee);
}

static void test_spin(void **state)
{
	mini_test(1, body_spin);
	mini_test(1, body_turn_ns);
}

static void test_chain(void **state)
{
	mini_test(1, body_chain);
	mini_test(1, body_chain_crash);
}

static void test_svcs(void **state)
{
	mini_test(1, body_svcs);
}

static void test_crashes(void **state)
{
	mini_test(1, body_crashes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tstee),	cmocka_unit_test(test_spin),
		cmocka_unit_test(test_chain),	cmocka_unit_test(test_svcs),
		cmocka_unit_test(test_crashes),
	};

	return cmocka_run_group_tests_name("sps/golden", tests, NULL, NULL);
}
