/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests to the Normal world: optee.md 2.3, 2.5; what a wrong, missing, stale or second answer
 * does. What the messages name by themselves is test_optee_message.c. */
#include "optee_client.h"

#include <string.h>

static const struct hcfg golden = {.pes = 2, .sp = {{"s1", 2}}};

/* ---- 2.3, 2.5: registers and block of one request ---- */
static void body_alloc(void)
{
	struct optee_msg *m, *rpc;
	struct smc_regs r;
	uint64_t mem;
	pa_t pa;

	oc_share();
	m = oc_invoke_msg(0, oc_open("alloc"), 0, 5000, OPTEE_SHM_KERNEL, 0);
	r = oc_call(0);
	oc_is_reply(&r, 0, OPTEE_RET_RPC, 0);
	CHECK_EQ(spmc_threads_in_use(h.s), 1);
	CHECK_EQ(m->ret, 0x5a5a5a5a);
	rpc = oc_rpc(0);
	CHECK_EQ(rpc->cmd, OPTEE_RPC_SHM_ALLOC);
	CHECK_EQ(rpc->ret, TEE_ERROR_GENERIC);
	CHECK_EQ(rpc->num_params, 1);
	CHECK_EQ(rpc->param[0].attr, OPTEE_ATTR_VALUE_IN);
	CHECK_EQ(rpc->param[0].a, OPTEE_SHM_KERNEL);
	CHECK_EQ(rpc->param[0].b, 5000);
	mem = oc_fresh(2, &pa);
	CHECK_EQ(mem, (1ull << 44) + 1);
	rpc->param[0] = (struct optee_msg_param){OPTEE_ATTR_FMEM_OUT, 16ull << 48, 5000, mem};
	rpc->ret = TEE_SUCCESS;
	r = oc_resume(0);
	oc_is_reply(&r, 0, OPTEE_RET_RPC, 0);
	/* written from the offset in the first page on */
	CHECK_EQ(*(uint8_t *)physmem_at(&h.m->mem, pa_of(pa.v + 16 + 200), 1), 200);
	CHECK_EQ(*(uint8_t *)physmem_at(&h.m->mem, pa_of(pa.v + 16 + 4999), 1), 4999 % 256);
	CHECK_EQ(rpc->cmd, OPTEE_RPC_SHM_FREE);
	CHECK_EQ(rpc->param[0].attr, OPTEE_ATTR_VALUE_IN);
	CHECK_EQ(rpc->param[0].a, OPTEE_SHM_KERNEL);
	CHECK_EQ(rpc->param[0].b, mem);
	r = oc_reclaim(mem); /* the Trusted OS has let go of it already */
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	r = oc_reclaim(oc_handle); /* but not of the message */
	CHECK(is_error(&r, FFA_DENIED));
	rpc->ret = TEE_SUCCESS;
	r = oc_resume(0);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	CHECK_EQ(m->ret, TEE_SUCCESS);
	CHECK_EQ(m->ret_origin, OPTEE_ORIGIN_TA);
	CHECK_EQ(m->param[1].b, mem);
	oc_idle_again();
}

static void alloc_use_free(void **state)
{
	(void)state;
	with_machine(&golden, body_alloc);
}

/* ---- answers that cannot be used ---- */
static void body_bad_answers(void)
{
	pa_t pa;
	uint64_t small;
	const struct {
		struct optee_msg_param p;
		uint32_t ret, params;
		bool given_back; /* what it named is freed */
	} * row, rows[] = {
			 {{OPTEE_ATTR_FMEM_OUT, 0, 8192, 0}, TEE_ERROR_OUT_OF_MEMORY, 1, false},
			 {{OPTEE_ATTR_FMEM_OUT, 0, 8192, 77},
			  TEE_SUCCESS,
			  1,
			  true}, /* unknown handle */
			 {{OPTEE_ATTR_FMEM_OUT, 0, 8192, 1}, TEE_SUCCESS, 1, true}, /* too small */
			 {{OPTEE_ATTR_FMEM_OUT, 4096ull << 48, 8192, 1}, TEE_SUCCESS, 1, true},
			 {{OPTEE_ATTR_FMEM_OUT, 0, 8192, 1},
			  TEE_SUCCESS,
			  2,
			  false}, /* two parameters */
			 {{OPTEE_ATTR_VALUE_OUT, 0, 0, 1}, TEE_SUCCESS, 1, false}, /* no memory */
			 {{OPTEE_ATTR_VALUE_IN, 1, 8192, 8},
			  TEE_ERROR_GENERIC,
			  1,
			  false}, /* untouched */
		 };
	struct optee_msg *m, *rpc;
	struct smc_regs r;
	uint32_t session;

	oc_share();
	session = oc_open("alloc");
	small = oc_fresh(1, &pa);
	for (row = rows; row < rows + sizeof(rows) / sizeof(rows[0]); row++) {
		m = oc_invoke_msg(0, session, 0, 8192, OPTEE_SHM_APPL, 0);
		r = oc_call(0);
		oc_is_reply(&r, 0, OPTEE_RET_RPC, 0);
		rpc = oc_rpc(0);
		rpc->param[0] = row->p;
		if (row->p.c == 1)
			rpc->param[0].c = small;
		rpc->num_params = row->params;
		rpc->ret = row->ret;
		r = oc_resume(0);
		if (row->given_back) {
			oc_is_reply(&r, 0, OPTEE_RET_RPC, 0);
			CHECK_EQ(rpc->cmd, OPTEE_RPC_SHM_FREE);
			CHECK_EQ(rpc->param[0].b, row->p.c == 1 ? small : row->p.c);
			r = oc_resume(0); /* not even answered */
		}
		oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
		CHECK_EQ(m->ret, TEE_ERROR_OUT_OF_MEMORY);
		CHECK_EQ(spmc_threads_in_use(h.s), 0);
	}
	r = oc_reclaim(small);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	oc_idle_again();
}

static void unusable_answers_leak_nothing(void **state)
{
	(void)state;
	with_machine(&golden, body_bad_answers);
}

/* ---- RESUME twice, stale, from elsewhere (1.10: nobody looks who it is) ---- */
static void other_pe_resumes(void)
{
	struct smc_regs r;

	oc_rpc(0)->param[0].a = 11;
	oc_rpc(0)->ret = TEE_SUCCESS;
	r = oc_resume(0);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	CHECK_EQ(oc_msg(0)->ret, TEE_SUCCESS);
	CHECK_EQ(oc_msg(0)->param[1].a, 11);
	CHECK_EQ(seen("optee.migrated"), 1);
	r = oc_resume(0); /* a second time: the thread is free */
	oc_is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	/* The next call gets the same thread: a stale RESUME goes on with it, unanswered. */
	oc_invoke_msg(1, oc_msg(0)->session, 0, OPTEE_RPC_FS, 5, 0);
	r = oc_call(1);
	oc_is_reply(&r, 0, OPTEE_RET_RPC, 0);
	r = oc_resume(0);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	CHECK_EQ(oc_msg(1)->ret, TEE_ERROR_GENERIC);
	r = oc_resume(0); /* and the real one comes too late */
	oc_is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	oc_idle_again();
	done();
}

static void body_resume(void)
{
	struct smc_regs r;

	oc_share();
	oc_invoke_msg(0, oc_open("supplicant"), 0, OPTEE_RPC_RPMB, 5, 0);
	r = oc_call(0);
	oc_is_reply(&r, 0, OPTEE_RET_RPC, 0);
	start_pe(1, other_pe_resumes);
	pe_off();
}

static void resume_twice_and_stale(void **state)
{
	(void)state;
	with_machine(&golden, body_resume);
}

/* ---- a foreign interrupt between the answer and its reading ---- */
static void body_interrupted_answer(void)
{
	struct optee_msg *m;
	struct smc_regs r;

	oc_share();
	m = oc_invoke_msg(0, oc_open("supplicant"), 0, OPTEE_RPC_SOCKET, 5, 0);
	r = oc_call(0);
	oc_is_reply(&r, 0, OPTEE_RET_RPC, 0);
	oc_rpc(0)->param[0].a = 99;
	oc_rpc(0)->ret = TEE_SUCCESS;
	tick_every(4 * MS);
	nwd_mask(true);
	pe_charge(5 * MS);
	r = oc_resume(0);
	oc_is_reply(&r, 0, OPTEE_RET_INTERRUPT, 0); /* before its first instruction */
	nwd_mask(false);
	pe_point();
	tick_off();
	r = oc_resume(0);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	CHECK_EQ(m->ret, TEE_SUCCESS);
	CHECK_EQ(m->param[1].a, 99);
	oc_idle_again();
}

static void an_interrupt_keeps_the_answer(void **state)
{
	(void)state;
	with_machine(&golden, body_interrupted_answer);
}

/* ---- requests to user space, time, sleep ---- */
static void body_commands(void)
{
	static const uint32_t user[] = {0, 1, 2, 9, 10, 11, 12}, kernel[] = {3, 4, 5, 6, 7, 21, 22};
	struct optee_msg *m;
	struct smc_regs r;
	uint32_t s;

	oc_share();
	s = oc_open("supplicant");
	for (size_t i = 0; i < sizeof(user) / sizeof(user[0]); i++) {
		m = oc_invoke_msg(0, s, 0, user[i], 7, 8);
		r = oc_call(0);
		oc_is_reply(&r, 0, OPTEE_RET_RPC, 0);
		CHECK_EQ(oc_rpc(0)->cmd, user[i]);
		CHECK_EQ(oc_rpc(0)->param[0].attr, OPTEE_ATTR_VALUE_INOUT);
		CHECK_EQ(oc_rpc(0)->param[0].a, 7);
		CHECK_EQ(oc_rpc(0)->param[0].b, 8);
		oc_rpc(0)->param[0].a = 70;
		oc_rpc(0)->param[0].b = 80;
		oc_rpc(0)->ret = TEE_ERROR_COMMUNICATION; /* the supplicant died */
		r = oc_resume(0);
		oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
		CHECK_EQ(m->ret, TEE_ERROR_COMMUNICATION);
		CHECK_EQ(m->param[1].a, 70);
		CHECK_EQ(m->param[1].b, 80);
	}
	for (size_t i = 0; i < sizeof(kernel) / sizeof(kernel[0]); i++) {
		m = oc_invoke_msg(0, s, 0, kernel[i], 7, 8);
		r = oc_call(0);
		oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
		CHECK_EQ(m->ret, TEE_ERROR_BAD_PARAMETERS);
	}
	s = oc_open("time");
	m = oc_invoke_msg(0, s, 0, 0, 0, 0);
	r = oc_call(0);
	oc_is_reply(&r, 0, OPTEE_RET_RPC, 0);
	CHECK_EQ(oc_rpc(0)->cmd, OPTEE_RPC_GET_TIME);
	CHECK_EQ(oc_rpc(0)->param[0].attr, OPTEE_ATTR_VALUE_OUT);
	oc_rpc(0)->param[0].a = 1234;
	oc_rpc(0)->param[0].b = 5678;
	oc_rpc(0)->ret = TEE_SUCCESS;
	r = oc_resume(0);
	CHECK_EQ(m->param[1].a, 1234);
	CHECK_EQ(m->param[1].b, 5678);
	m = oc_invoke_msg(0, s, 1, 250, 0, 0);
	r = oc_call(0);
	oc_is_reply(&r, 0, OPTEE_RET_RPC, 0);
	CHECK_EQ(oc_rpc(0)->cmd, OPTEE_RPC_SUSPEND);
	CHECK_EQ(oc_rpc(0)->param[0].a, 250);
	oc_rpc(0)->ret = TEE_SUCCESS;
	r = oc_resume(0);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	CHECK_EQ(m->ret, TEE_SUCCESS);
	oc_idle_again();
}

static void rpc_commands_of_2_5(void **state)
{
	(void)state;
	with_machine(&golden, body_commands);
}

/* ---- a TA image: its size first, then its octets ---- */
static void body_load(void)
{
	struct optee_msg *m, *rpc;
	struct smc_regs r;
	uint64_t mem;
	pa_t pa;

	oc_share();
	m = oc_invoke_msg(0, oc_open("supplicant"), 1, 0x1111, 0x2222, 0);
	r = oc_call(0);
	rpc = oc_rpc(0);
	oc_is_reply(&r, 0, OPTEE_RET_RPC, 0);
	CHECK_EQ(rpc->cmd, OPTEE_RPC_LOAD_TA);
	CHECK_EQ(rpc->num_params, 2);
	CHECK_EQ(rpc->param[0].a, 0x1111);
	CHECK_EQ(rpc->param[0].b, 0x2222);
	CHECK_EQ(rpc->param[1].attr, OPTEE_ATTR_FMEM_OUT);
	CHECK_EQ(rpc->param[1].c, OPTEE_FMEM_INVALID);
	rpc->param[1].b = 300;
	rpc->ret = TEE_SUCCESS;
	r = oc_resume(0);
	CHECK_EQ(rpc->cmd, OPTEE_RPC_SHM_ALLOC);
	CHECK_EQ(rpc->param[0].a, OPTEE_SHM_APPL);
	CHECK_EQ(rpc->param[0].b, 300);
	mem = oc_fresh(1, &pa);
	rpc->param[0] = (struct optee_msg_param){OPTEE_ATTR_FMEM_OUT, 0, 300, mem};
	rpc->ret = TEE_SUCCESS;
	r = oc_resume(0);
	CHECK_EQ(rpc->cmd, OPTEE_RPC_LOAD_TA);
	CHECK_EQ(rpc->param[1].c, mem);
	CHECK_EQ(rpc->param[1].b, 300);
	memset(physmem_at(&h.m->mem, pa, 300), 3, 300);
	rpc->ret = TEE_SUCCESS;
	r = oc_resume(0);
	CHECK_EQ(rpc->cmd, OPTEE_RPC_SHM_FREE);
	r = oc_resume(0);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	CHECK_EQ(m->ret, TEE_SUCCESS);
	CHECK_EQ(m->param[1].a, 300);
	CHECK_EQ(m->param[1].b, 900);
	/* none there */
	oc_call(0);
	rpc->ret = TEE_ERROR_ITEM_NOT_FOUND;
	r = oc_resume(0);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	CHECK_EQ(m->ret, TEE_ERROR_ITEM_NOT_FOUND);
	oc_idle_again();
}

static void an_image_is_loaded_in_two_steps(void **state)
{
	(void)state;
	with_machine(&golden, body_load);
}

/* ---- the thread's cache ---- */
static void body_cache(void)
{
	struct oc_seen seen_rpc;
	struct smc_regs r;
	uint32_t s;

	oc_share();
	s = oc_open("alloc");
	oc_invoke_msg(0, s, 1, 4096, OPTEE_SHM_APPL, 0);
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_SUCCESS);
	CHECK_EQ(seen_rpc.allocs, 1); /* used twice */
	CHECK_EQ(seen_rpc.frees, 1);  /* gone with the call */
	oc_invoke_msg(0, s, 1, 4096, OPTEE_SHM_KERNEL, 2);
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_SUCCESS);
	CHECK_EQ(seen_rpc.allocs, 1);
	oc_invoke_msg(0, s, 1, 4096, OPTEE_SHM_KERNEL, 3); /* no such kind of request */
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_ERROR_BAD_PARAMETERS);
	oc_invoke_msg(0, s, 0, 4096, OPTEE_SHM_APPL, 0);
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_SUCCESS);
	CHECK_EQ(seen_rpc.allocs, 1);
	CHECK_EQ(seen_rpc.frees, 1);
	/* over FF-A there is no service that enables or disables a cache */
	for (uint64_t service = 4; service < 16; service++) {
		if (service == OPTEE_ENABLE_ASYNC_NOTIF)
			continue;
		r = req(OPTEE, service, 0, 0, 0, 0);
		oc_is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	}
	oc_idle_again();
}

static void a_cached_buffer_ends_with_its_call(void **state)
{
	(void)state;
	with_machine(&golden, body_cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alloc_use_free),
		cmocka_unit_test(unusable_answers_leak_nothing),
		cmocka_unit_test(resume_twice_and_stale),
		cmocka_unit_test(an_interrupt_keeps_the_answer),
		cmocka_unit_test(rpc_commands_of_2_5),
		cmocka_unit_test(an_image_is_loaded_in_two_steps),
		cmocka_unit_test(a_cached_buffer_ends_with_its_call),
	};

	return cmocka_run_group_tests_name("optee.md 2: requests to the Normal world", tests, NULL,
					   NULL);
}
