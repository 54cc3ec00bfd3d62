/* SPDX-License-Identifier: BSD-3-Clause */
/* misbehave: each wrong answer reaches the SPMC as such, and the SP is usable after it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "mini_spmc.h"
#include "services.h"

static struct mini_sp *start(const char *key, const char *value)
{
	const struct ec_option option = {key, value};
	struct mini_sp *sp = mini_add("misbehave", &option, key ? 1 : 0);

	mini_boot(sp);
	return sp;
}

static int32_t status_of(struct mini_sp *sp, uint16_t op, uint64_t handle, uint32_t bytes)
{
	int32_t status;

	CHECK_EQ(mini_invoke(sp, op, handle, bytes, &status, NULL), 0);
	return status;
}

static void good(struct mini_sp *sp)
{
	CHECK_EQ(status_of(sp, MISBEHAVE_OK, UINT64_MAX, 0), 0);
}

/* Responses the SPMC sends back (optee.md 3.4). */
static void body_refused(void)
{
	struct mini_sp *sp = start(NULL, NULL);

	CHECK_EQ(status_of(sp, MISBEHAVE_WRONG_DESTINATION, UINT64_MAX, 0), FFA_INVALID_PARAMETERS);
	CHECK_EQ(status_of(sp, MISBEHAVE_WRONG_SOURCE, UINT64_MAX, 0), FFA_INVALID_PARAMETERS);
	CHECK_EQ(status_of(sp, MISBEHAVE_NONZERO_W2, UINT64_MAX, 0), FFA_INVALID_PARAMETERS);
	CHECK_EQ(status_of(sp, MISBEHAVE_RESP64, UINT64_MAX, 0), FFA_INVALID_PARAMETERS);
	CHECK_EQ(sp->svc[sp->svc_count - 2], FFA_DIRECT_RESP_64);
	good(sp);
}

/* D7: FFA_ERROR bounces. */
static void body_error(void)
{
	struct mini_sp *sp = start(NULL, NULL);
	uint64_t handle, *words = (uint64_t *)mini_buffer(sp, &handle);
	struct smc_regs r;
	unsigned before;

	words[0] = 3;
	before = sp->svc_count;
	CHECK_EQ(status_of(sp, MISBEHAVE_ERROR, handle, 8), 0);
	CHECK_EQ(sp->svc_count - before, 4);
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(sp->svc[before + i], FFA_ERROR);
	CHECK_EQ(words[0], 3);
	/* for ever: only an interrupt gets the PE back */
	pe_timer_set(pe_self(), pe_self()->now_ns + 1000000);
	r = (struct smc_regs){.x = {FFA_DIRECT_REQ_32, sp->id, 0, MISBEHAVE_ERROR, ~0u, ~0u, 0, 0}};
	mini_smc(&r);
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	CHECK_EQ(sp->svc[sp->svc_count - 1], FFA_ERROR);
}

static void body_answers(void)
{
	struct mini_sp *sp = start(NULL, NULL);
	uint64_t handle, *words = (uint64_t *)mini_buffer(sp, &handle);
	struct smc_regs r;
	uint32_t bytes;

	CHECK_EQ(mini_invoke(sp, MISBEHAVE_LONG_RESPONSE, handle, 0, NULL, &bytes), 0);
	CHECK_EQ(bytes, 4097);
	CHECK_EQ(mini_invoke(sp, MISBEHAVE_RPC_STATUS, UINT64_MAX, 0, NULL, NULL), -1);
	words[0] = -8;
	CHECK_EQ(mini_invoke(sp, MISBEHAVE_RPC_STATUS, handle, 8, NULL, NULL), -8);
	words[0] = -132;
	CHECK_EQ(status_of(sp, MISBEHAVE_SERVICE_STATUS, handle, 8), -132);
	words[0] = FFA_MSG_WAIT + 1; /* MSG_YIELD (optee.md 3.2) */
	CHECK_EQ(status_of(sp, MISBEHAVE_BAD_SVC, handle, 8), FFA_INVALID_PARAMETERS);
	CHECK_EQ(words[0], FFA_ERROR);
	/* MSG_WAIT instead of a response ends the call with it (golden.md G9). */
	mini_request(sp, (uint32_t[5]){MISBEHAVE_MSG_WAIT, ~0u, ~0u, 0, 0}, &r);
	CHECK_EQ(r.x[0], FFA_MSG_WAIT);
	CHECK_EQ(sp->state, MINI_IDLE);
	good(sp);
	/* never: preempted as often as one likes, never an answer */
	mini.tick_ns = 4000000;
	pe_timer_set(pe_self(), pe_self()->now_ns + mini.tick_ns);
	r = (struct smc_regs){.x = {FFA_DIRECT_REQ_32, sp->id, 0, MISBEHAVE_NEVER, ~0u, ~0u, 0, 0}};
	for (int i = 0; i < 50; i++) {
		mini_smc(&r);
		CHECK_EQ(r.x[0], FFA_INTERRUPT);
		r = (struct smc_regs){.x = {FFA_RUN, (uint32_t)r.x[1]}};
	}
	CHECK_EQ(mini.ticks_taken, 50);
}

static int32_t management(struct mini_sp *sp, uint16_t op, uint64_t handle)
{
	struct smc_regs r;

	mini_request(sp, (uint32_t[5]){0xff0000 | op, handle, handle >> 32, 0, 0}, &r);
	return r.x[4];
}

static void body_memory(void)
{
	struct mini_sp *sp = start(NULL, NULL);
	uint64_t handle;

	mini_share(sp, 1, &handle);
	CHECK_EQ(status_of(sp, MISBEHAVE_REFUSE_RETRIEVE, UINT64_MAX, 0), 0);
	CHECK_EQ(management(sp, 1, handle), -1);
	CHECK(!mini.share[0].mapped);
	CHECK_EQ(management(sp, 1, handle), 0);
	CHECK_EQ(status_of(sp, MISBEHAVE_REFUSE_RELINQUISH, UINT64_MAX, 0), 0);
	CHECK_EQ(management(sp, 2, handle), -1);
	CHECK(mini.share[0].mapped);
	CHECK_EQ(status_of(sp, MISBEHAVE_KEEP_MEMORY, UINT64_MAX, 0), 0);
	CHECK_EQ(management(sp, 2, handle), 0); /* a lie */
	CHECK(mini.share[0].mapped);
	CHECK_EQ(management(sp, 2, handle), -3);
}

static const struct {
	uint16_t op;
	enum ffasim_sp_fault fault;
} crashes[] = {
	{MISBEHAVE_CRASH_UNDEF, FFASIM_SP_UNDEF},
	{MISBEHAVE_CRASH_DATA_ABORT, FFASIM_SP_DATA_ABORT},
	{MISBEHAVE_CRASH_INSN_ABORT, FFASIM_SP_INSN_ABORT},
	{MISBEHAVE_CRASH_ALIGNMENT, FFASIM_SP_ALIGNMENT},
	{MISBEHAVE_CRASH_BRK, FFASIM_SP_BRK},
	{MISBEHAVE_CRASH_SYSREG, FFASIM_SP_SYSREG},
};
static unsigned row;

static void body_crash(void)
{
	struct mini_sp *sp = start(NULL, NULL);
	struct smc_regs r;

	mini_request(sp, (uint32_t[5]){crashes[row].op, ~0u, ~0u, 0, 0}, &r);
	CHECK_EQ(r.x[0], FFA_ERROR);
	CHECK_EQ((int32_t)r.x[2], -8);
	CHECK_EQ(sp->state, MINI_DEAD);
	CHECK_EQ(sp->last_fault, crashes[row].fault);
}

/* D5: the dead SP is entered again after the SVC that preceded the fault. */
static void body_after_svc(void)
{
	struct mini_sp *sp = start(NULL, NULL);
	struct smc_regs r;

	sp->reentries = 2;
	mini_request(sp, (uint32_t[5]){MISBEHAVE_CRASH_AFTER_SVC, ~0u, ~0u, 0, 0}, &r);
	CHECK_EQ((int32_t)r.x[2], -8);
	CHECK_EQ(sp->faults, 3);
	CHECK_EQ(sp->state, MINI_DEAD);
}

static void body_resurrect(void)
{
	struct mini_sp *sp = start(NULL, NULL);

	sp->reentries = 2;
	CHECK_EQ(status_of(sp, MISBEHAVE_CRASH_RESURRECT, UINT64_MAX, 0), FFA_BUSY);
	CHECK_EQ(sp->faults, 1);
	good(sp);
}

static void body_crash_later(void)
{
	struct mini_sp *sp = start(NULL, NULL);
	uint64_t handle, *words = (uint64_t *)mini_buffer(sp, &handle);
	struct smc_regs r;
	unsigned runs;

	words[0] = 100000000;
	mini.tick_ns = 4000000;
	pe_timer_set(pe_self(), pe_self()->now_ns + mini.tick_ns);
	runs = mini_request(sp, (uint32_t[5]){MISBEHAVE_CRASH_LATER, handle, handle >> 32, 8, 0},
			    &r);
	CHECK(runs >= 24 && runs <= 26);
	CHECK_EQ((int32_t)r.x[2], -8);
}

/* D34: the callee is idle again when the caller dies. */
static void body_crash_after_call(void)
{
	struct mini_sp *a = start(NULL, NULL), *b = start(NULL, NULL);
	uint64_t handle, *words = (uint64_t *)mini_buffer(a, &handle);
	struct smc_regs r;

	words[0] = b->id;
	mini_request(a, (uint32_t[5]){MISBEHAVE_CRASH_AFTER_CALL, handle, handle >> 32, 8, 0}, &r);
	CHECK_EQ((int32_t)r.x[2], -8);
	CHECK_EQ(a->state, MINI_DEAD);
	CHECK_EQ(a->svc[a->svc_count - 1], FFA_DIRECT_REQ_32);
	CHECK_EQ(b->state, MINI_IDLE);
	good(b);
}

/* Options. */
static void body_version(void)
{
	CHECK_EQ(management(start("version", "2"), 0, 0), 2);
}

static void body_interface(void)
{
	struct mini_sp *sp = start("interface", "0x1ff");
	struct smc_regs r;

	mini_request(sp, (uint32_t[5]){0xff0003, 0, 0, 0, 0}, &r);
	CHECK_EQ(r.x[4], 0);
	CHECK_EQ(r.x[5], 0x1ff);
}

static void body_refuse_always(void)
{
	struct mini_sp *sp = start("refuse_retrieve", "-8");
	uint64_t handle;

	mini_share(sp, 1, &handle);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(management(sp, 1, handle), -8);
}

static void body_boot_hang(void)
{
	struct mini_sp *sp;

	pe_timer_set(pe_self(), pe_self()->now_ns + 1000000000);
	sp = start("boot", "hang");
	CHECK_EQ(sp->state, MINI_PREEMPTED);
	CHECK_EQ(sp->svc_count, 0);
}

static void body_boot_crash(void)
{
	CHECK_EQ(start("boot", "crash")->state, MINI_DEAD);
}

static void body_boot_error(void)
{
	struct mini_sp *sp = start("boot", "error");

	CHECK_EQ(sp->svc[0], FFA_ERROR);
	good(sp);
}

static void body_no_rxtx(void)
{
	struct mini_sp *sp = start("boot", "no_rxtx");
	uint64_t handle;

	CHECK_EQ(sp->tx_va, 0);
	mini_share(sp, 1, &handle);
	CHECK_EQ(management(sp, 1, handle), -5);
	good(sp);
}

static void test_answers(void **state)
{
	mini_test(1, body_refused);
	mini_test(1, body_error);
	mini_test(1, body_answers);
	mini_test(1, body_memory);
}

static void test_crashes(void **state)
{
	for (row = 0; row < sizeof(crashes) / sizeof(crashes[0]); row++)
		mini_test(1, body_crash);
	mini_test(1, body_after_svc);
	mini_test(1, body_resurrect);
	mini_test(1, body_crash_later);
	mini_test(1, body_crash_after_call);
}

static void test_options(void **state)
{
	mini_test(1, body_version);
	mini_test(1, body_interface);
	mini_test(1, body_refuse_always);
	mini_test(1, body_boot_hang);
	mini_test(1, body_boot_crash);
	mini_test(1, body_boot_error);
	mini_test(1, body_no_rxtx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_crashes),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests_name("sps/misbehave", tests, NULL, NULL);
}
