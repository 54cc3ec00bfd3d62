/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages of the Normal world: memory parameters and the memory they name, cancellation, which
 * fields are written: optee.md 2.2, 2.3. Requests in the middle of a call are test_optee_rpc.c. */
#include "optee_client.h"

#include <string.h>

static const struct hcfg golden = {.pes = 2, .sp = {{"s1", 2}}};

/* ---- memory parameters ---- */
static struct optee_msg *copy_msg(uint32_t s, uint64_t from, uint64_t offset, uint64_t bytes,
				  uint64_t to, uint64_t room)
{
	struct optee_msg *m = oc_invoke_msg(0, s, 1, 0, 0, 0);

	m->param[0] = (struct optee_msg_param){OPTEE_ATTR_FMEM_IN, offset, bytes, from};
	m->param[1] = (struct optee_msg_param){OPTEE_ATTR_FMEM_OUT, 0, room, to};
	return m;
}

static void body_memory(void)
{
	struct optee_msg *m;
	struct smc_regs r;
	uint64_t from, to;
	uint8_t *a, *b;
	pa_t pa, pb;
	uint32_t s;

	oc_share();
	s = oc_open("echo");
	from = oc_fresh(2, &pa);
	to = oc_fresh(2, &pb);
	a = physmem_at(&h.m->mem, pa, 8192);
	b = physmem_at(&h.m->mem, pb, 8192);
	for (unsigned i = 0; i < 8192; i++)
		a[i] = (uint8_t)(i * 7);
	m = copy_msg(s, from, 100 | 20ull << 48, 6000, to, 8192);
	oc_call(0);
	CHECK_EQ(m->ret, TEE_SUCCESS);
	CHECK_EQ(m->param[1].b, 6000);
	CHECK(!memcmp(b, a + 120, 6000));
	CHECK_EQ(b[6000], 0);
	m = copy_msg(s, from, 0, 8192, to, 8191);
	oc_call(0);
	CHECK_EQ(m->ret, TEE_ERROR_SHORT_BUFFER);
	CHECK_EQ(m->param[1].b, 8192);
	m = copy_msg(s, OPTEE_FMEM_INVALID, 0, 0, to, 8192); /* no memory at all */
	oc_call(0);
	CHECK_EQ(m->ret, TEE_SUCCESS);
	CHECK_EQ(m->param[1].b, 0);
	{
		const struct {
			uint64_t handle, a, b, attr;
		} bad[] = {
			{from + 9, 0, 1, OPTEE_ATTR_FMEM_IN},
			{from, 0, 8193, OPTEE_ATTR_FMEM_IN},
			{from, 8192, 1, OPTEE_ATTR_FMEM_IN},
			{from, 0xffffffffffffull, 1, OPTEE_ATTR_FMEM_IN},
			{from, 1, UINT64_MAX, OPTEE_ATTR_FMEM_IN},
			{from, 1ull << 48, 8192, OPTEE_ATTR_FMEM_IN},
			{from, 4096ull << 48, 1, OPTEE_ATTR_FMEM_IN},
			{from, 0, 1, OPTEE_ATTR_TMEM_IN}, /* page lists: not over FF-A */
			{from, 0, 1, OPTEE_ATTR_TMEM_INOUT},
			{from, 0, 1, 4},
			{from, 0, 1, 0x55},
		};

		for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
			m = copy_msg(s, bad[i].handle, bad[i].a, bad[i].b, to, 8192);
			m->param[0].attr = bad[i].attr;
			r = oc_call(0);
			oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
			CHECK_EQ(m->ret, TEE_ERROR_BAD_PARAMETERS);
			CHECK_EQ(m->ret_origin, OPTEE_ORIGIN_TEE);
		}
	}
	m = oc_invoke_msg(0, s, 0, 1, 2, 3);
	m->num_params = 5; /* a GP call has four */
	r = oc_call(0);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	CHECK_EQ(m->ret, TEE_ERROR_BAD_PARAMETERS);
	/* none of it is in use any more */
	CHECK_EQ(oc_unregister(from), 0);
	CHECK_EQ(oc_unregister(to), 0);
	r = oc_reclaim(from);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	r = oc_reclaim(to);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	CHECK_EQ(oc_unregister(to), 0); /* unknown, and never used: 0 (2.2) */
	CHECK_EQ(oc_unregister(0x1234), 0);
	oc_idle_again();
}

static void memory_parameters(void **state)
{
	(void)state;
	with_machine(&golden, body_memory);
}

static void body_in_use(void)
{
	struct optee_msg *m;
	struct smc_regs r;
	uint64_t mem;
	uint32_t s;
	pa_t pa;

	oc_share();
	s = oc_open("spin");
	mem = oc_fresh(1, &pa);
	m = oc_invoke_msg(0, s, 0, 6 * MS, 0, 0);
	m->num_params = 3;
	m->param[2] = (struct optee_msg_param){OPTEE_ATTR_FMEM_INOUT, 0, 8, mem};
	tick_every(4 * MS);
	r = oc_call(0);
	oc_is_reply(&r, 0, OPTEE_RET_INTERRUPT, 0);
	tick_off();
	CHECK_EQ(oc_unregister(mem), (uint32_t)FFA_BUSY); /* 2.2: still mapped */
	CHECK_EQ(oc_unregister(oc_handle), (uint32_t)FFA_BUSY);
	r = oc_reclaim(mem);
	CHECK(is_error(&r, FFA_DENIED));
	r = oc_resume(0);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	r = oc_reclaim(mem); /* registered still */
	CHECK(is_error(&r, FFA_DENIED));
	CHECK_EQ(oc_unregister(mem), 0);
	r = oc_reclaim(mem);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	oc_idle_again();
}

static void memory_in_use_cannot_go(void **state)
{
	(void)state;
	with_machine(&golden, body_in_use);
}

/* ---- D32: mapping holds interrupts off ---- */
static void body_mapping(void)
{
	const uint16_t optee = OPTEE;
	struct optee_msg *m;
	uint64_t mem, from_ns;
	struct smc_regs r;
	uint32_t s;
	pa_t pa = pa_of(0);

	oc_share();
	s = oc_open("spin");
	r = share(&optee, 1, 200, 0, &pa);
	mem = r.x[2] | r.x[3] << 32;
	m = oc_invoke_msg(0, s, 0, 1000, 0, 0);
	m->num_params = 3;
	m->param[2] = (struct optee_msg_param){OPTEE_ATTR_FMEM_IN, 0, 8, mem};
	tick_every(10000);
	from_ns = pe_self()->now_ns;
	r = oc_call(0);
	oc_is_reply(&r, 0, OPTEE_RET_INTERRUPT, 0);
	CHECK(pe_self()->now_ns - from_ns >= 200 * cost()->page_map_ns);
	r = oc_resume(0);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	/* mapped by now: the tick gets in before the TA's work is done, or after it, but not late
	 */
	oc_msg(0)->param[0].a = 100000;
	from_ns = pe_self()->now_ns;
	r = oc_call(0);
	oc_is_reply(&r, 0, OPTEE_RET_INTERRUPT, 0);
	CHECK(pe_self()->now_ns - from_ns < 15000);
	tick_off();
	oc_resume(0);
	CHECK_EQ(m->ret, TEE_SUCCESS);
}

static void d32_mapping_holds_interrupts_off(void **state)
{
	(void)state;
	with_machine(&golden, body_mapping);
}

/* ---- what the driver asks for its bus ---- */
static void body_devices(void)
{
	struct optee_msg *m;
	uint64_t mem, *uuid;
	uint32_t s;
	pa_t pa;

	oc_share();
	s = oc_open("devices");
	m = oc_invoke_msg(0, s, 0, 0, 0, 0);
	m->num_params = 1;
	m->param[0] = (struct optee_msg_param){OPTEE_ATTR_FMEM_OUT, 0, 0, OPTEE_FMEM_INVALID};
	oc_call(0);
	CHECK_EQ(m->ret, TEE_ERROR_SHORT_BUFFER);
	CHECK_EQ(m->param[0].b, 16);
	mem = oc_fresh(1, &pa);
	m->param[0].c = mem;
	oc_call(0);
	CHECK_EQ(m->ret, TEE_SUCCESS);
	uuid = physmem_at(&h.m->mem, pa, 16);
	CHECK_EQ(uuid[0], 0x01406d6973616666ull); /* echo */
	CHECK_EQ(uuid[1], 0x01006f6863650080ull);
	m->func = 1;
	oc_call(0);
	CHECK_EQ(m->ret, TEE_SUCCESS);
	CHECK_EQ(m->param[0].b, 0);
	m->func = 3;
	oc_call(0);
	CHECK_EQ(m->ret, TEE_ERROR_BAD_PARAMETERS);
}

static void devices_are_enumerated(void **state)
{
	(void)state;
	with_machine(&golden, body_devices);
}

/* ---- cancellation: before, during, after ---- */
static uint32_t session_now;

static uint32_t cancel_in(unsigned slot, uint32_t session)
{
	struct optee_msg *m = oc_msg(slot);
	struct smc_regs r;

	memset(m, 0, OC_SLOT_BYTES);
	m->cmd = OPTEE_MSG_CANCEL;
	m->session = session;
	r = oc_call(slot);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	return m->ret;
}

static void other_pe_cancels(void)
{
	pe_charge(5 * MS);
	CHECK_EQ(cancel_in(3, session_now), TEE_SUCCESS);
	pe_off();
}

static void body_cancel(void)
{
	struct oc_seen seen_rpc;
	uint64_t from_ns;
	uint32_t s;

	oc_share();
	session_now = s = oc_open("spin");
	/* before: the next invocation meets it at its first look */
	CHECK_EQ(cancel_in(3, s), TEE_SUCCESS);
	oc_invoke_msg(0, s, 1, 20 * MS, 0, 0);
	from_ns = pe_self()->now_ns;
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_ERROR_CANCEL);
	CHECK(pe_self()->now_ns - from_ns < MS);
	/* during, from another PE, on a thread of its own; seen at the next look */
	start_pe(1, other_pe_cancels);
	from_ns = pe_self()->now_ns;
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_ERROR_CANCEL);
	CHECK(pe_self()->now_ns - from_ns >= 5 * MS && pe_self()->now_ns - from_ns < 7 * MS);
	/* after: it is over with the invocation */
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_SUCCESS);
	/* who does not look is not cancelled, and the request ends with the invocation */
	CHECK_EQ(cancel_in(3, s), TEE_SUCCESS);
	oc_invoke_msg(0, s, 0, MS, 0, 0);
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_SUCCESS);
	oc_invoke_msg(0, s, 1, MS, 0, 0);
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_SUCCESS);
	/* no such session */
	CHECK_EQ(cancel_in(3, 31), TEE_ERROR_BAD_PARAMETERS);
	CHECK_EQ(cancel_in(3, 0xffffffff), TEE_ERROR_BAD_PARAMETERS);
	oc_idle_again();
}

static void cancel_before_during_after(void **state)
{
	(void)state;
	with_machine(&golden, body_cancel);
}

/* ---- the message: unknown commands, writes only what it may ---- */
static void body_message(void)
{
	struct optee_msg *m;
	struct smc_regs r;
	uint32_t s;

	oc_share();
	s = oc_open("echo");
	m = oc_invoke_msg(0, s, 0, 1, 2, 3);
	m->cancel_id = 0x77;
	m->pad = 0x88;
	r = oc_call(0);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	CHECK_EQ(m->cancel_id, 0x77);
	CHECK_EQ(m->pad, 0x88);
	CHECK_EQ(m->param[0].a, 1);
	CHECK_EQ(m->param[1].c, 3);
	for (uint32_t cmd = 4; cmd < 14; cmd++) {
		if (cmd == OPTEE_MSG_DO_BOTTOM_HALF || cmd == OPTEE_MSG_STOP_ASYNC_NOTIF)
			continue; /* 4, 5: register and unregister are not used over FF-A */
		m->cmd = cmd;
		m->ret = 0x5a5a5a5a;
		r = oc_call(0);
		oc_is_reply(&r, TEE_ERROR_NOT_IMPLEMENTED, 0, 0);
		CHECK_EQ(m->ret, 0x5a5a5a5a);
	}
	oc_idle_again();
}

static void only_results_are_written(void **state)
{
	(void)state;
	with_machine(&golden, body_message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_parameters),
		cmocka_unit_test(memory_in_use_cannot_go),
		cmocka_unit_test(d32_mapping_holds_interrupts_off),
		cmocka_unit_test(devices_are_enumerated),
		cmocka_unit_test(cancel_before_during_after),
		cmocka_unit_test(only_results_are_written),
	};

	return cmocka_run_group_tests_name("optee.md 2: messages of the Normal world", tests, NULL,
					   NULL);
}
