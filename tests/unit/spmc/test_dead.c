/* SPDX-License-Identifier: BSD-3-Clause */
/* What becomes of the memory of an SP that dies: ffa.md 7.5, golden.md G6, optee.md 3.9. */
#include "harness.h"

static const struct hcfg spec = {
	.profile = "spec",
	.sp = {{"s1", 2}, {"s2", 2}, {"s3", 2}},
};
static const struct hcfg optee = {.sp = {{"s1", 2}, {"s2", 2}, {"s3", 2}}};

static struct tsp *tsp_of(uint16_t id)
{
	return (struct tsp *)sp_by_id(h.s, endpoint_of(id))->ec; /* its first member */
}

/* Where it was mapped, as long as it is. */
static void *retrieved(uint16_t sp, uint32_t access)
{
	const struct tsp *t = tsp_of(sp);

	CHECK(t->retrieved_va);
	return ec_va(&t->ec, t->retrieved_va, 4096, access);
}

/* @from: the owner. */
static struct smc_regs retrieve(uint16_t sp, uint64_t handle, uint16_t from)
{
	return req(sp, OP_RETRIEVE, (uint32_t)handle, handle >> 32, 0,
		   FFA_PERM_RW | (uint64_t)from << 8);
}

static struct smc_regs relinquish(uint16_t sp, uint64_t handle)
{
	return req(sp, OP_RELINQUISH, (uint32_t)handle, handle >> 32, 1, sp);
}

static struct smc_regs reclaim(uint64_t handle)
{
	return smc(FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32, 0, 0, 0, 0, 0);
}

static void kill(uint16_t sp)
{
	const struct smc_regs r = req(sp, OP_CRASH, 0, 0, 0, 0);

	CHECK(is_error(&r, FFA_ABORTED));
}

/* The Normal world shares a page with S1, which retrieves it and dies. */
static struct smc_regs reclaim_of_dead(void)
{
	const uint16_t s1 = S1;
	struct smc_regs r;
	uint64_t handle;
	pa_t page = {0};

	map_rxtx();
	r = share(&s1, 1, 1, 0, &page);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	handle = r.x[2] | r.x[3] << 32;
	CHECK_EQ(retrieve(S1, handle, 0).x[5], FFA_MEM_RETRIEVE_RESP);
	r = reclaim(handle);
	CHECK(is_error(&r, FFA_DENIED));
	kill(S1);
	return reclaim(handle);
}

static void body_borrower(void)
{
	CHECK_EQ(reclaim_of_dead().x[0], FFA_SUCCESS);
	CHECK(!retrieved(S1, EC_MAP_R));
	CHECK(!sp_by_id(h.s, endpoint_of(S1))->rxtx.tx);
}

static void ffa_7_5_borrower(void **state)
{
	(void)state;
	with_machine(&spec, body_borrower);
}

/* G6: DENIED for good. */
static void body_optee(void)
{
	const struct smc_regs r = reclaim_of_dead();

	CHECK(is_error(&r, FFA_DENIED));
	CHECK(retrieved(S1, EC_MAP_R) != NULL);
	CHECK(sp_by_id(h.s, endpoint_of(S1))->rxtx.tx != NULL);
}

static void g6_nothing_is_cleaned_up(void **state)
{
	(void)state;
	with_machine(&optee, body_optee);
}

/* S1 shares with S2 and S3 and dies: who has it keeps it, nobody else gets it. */
static void body_owner(void)
{
	struct smc_regs r = req(S1, OP_SHARE, 0, 0, S2, 0);
	const uint64_t unused = r.x[5] | r.x[6] << 32;

	CHECK_EQ(r.x[4], FFA_SUCCESS);
	CHECK_EQ(retrieve(S2, unused, S1).x[5], FFA_MEM_RETRIEVE_RESP);
	kill(S1);
	CHECK(retrieved(S2, EC_MAP_W) != NULL);
	r = req(S2, OP_WRITE, 0, 0, 0x1234, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(relinquish(S2, unused).x[5], FFA_SUCCESS);
	r = retrieve(S2, unused, S1); /* it was reclaimed with the last borrower */
	CHECK_EQ(r.x[5], FFA_ERROR);
	CHECK_EQ(r.x[6], (uint32_t)FFA_INVALID_PARAMETERS);
}

static void ffa_7_5_owner(void **state)
{
	(void)state;
	with_machine(&spec, body_owner);
}

static void body_not_retrieved(void)
{
	struct smc_regs r = req(S1, OP_SHARE, 0, 0, S2, 0);
	const uint64_t handle = r.x[5] | r.x[6] << 32;

	CHECK_EQ(r.x[4], FFA_SUCCESS);
	kill(S1);
	r = retrieve(S2, handle, S1);
	CHECK_EQ(r.x[5], FFA_ERROR);
	CHECK_EQ(r.x[6], (uint32_t)FFA_INVALID_PARAMETERS);
}

static void ffa_7_5_owner_of_what_nobody_retrieved(void **state)
{
	(void)state;
	with_machine(&spec, body_not_retrieved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ffa_7_5_borrower),
		cmocka_unit_test(g6_nothing_is_cleaned_up),
		cmocka_unit_test(ffa_7_5_owner),
		cmocka_unit_test(ffa_7_5_owner_of_what_nobody_retrieved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
