/* SPDX-License-Identifier: BSD-3-Clause */
/* Asynchronous notifications of the Trusted OS: optee.md 2.2, 5; golden.md "Notifications"; S28. */
#include "optee_client.h"

#include <string.h>

static const struct hcfg cfg = {.pes = 2, .sp = {{"s1", 2}, {"sq", 0}}};
#define SRI 8 /* G10 */
#define QUEUED 0x8003

static void sri_on(unsigned pe)
{
	intc_enable(h.m, pe, SRI, true);
}

static bool sri_pending(unsigned pe)
{
	return intc_is_pending(h.m, pe, SRI);
}

/* What a driver does at probe (G10): bitmap, bind, enable. */
static void enable(void)
{
	struct smc_regs r = smc(FFA_NOTIFICATION_BITMAP_CREATE, 0, 2, 0, 0, 0, 0, 0);

	CHECK_EQ(r.x[0], FFA_SUCCESS);
	r = smc(FFA_NOTIFICATION_BIND, OPTEE_W1, 0, 1, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	r = req(OPTEE, OPTEE_ENABLE_ASYNC_NOTIF, 0, 0, 0, 0);
	oc_is_reply(&r, 0, 0, 0);
}

/* INFO_GET, GET: the exact registers of golden.md. */
static void fetch(void)
{
	struct smc_regs r = smc(FFA_NOTIFICATION_INFO_GET | FFA_FID_64, 0, 0, 0, 0, 0, 0, 0);

	CHECK_EQ(r.x[0], FFA_SUCCESS | FFA_FID_64);
	CHECK_EQ(r.x[2], 0x80);
	CHECK_EQ(r.x[3], 0);
	r = smc(FFA_NOTIFICATION_GET, 0, 5, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	CHECK_EQ(r.x[2], 1);
	CHECK_EQ(r.x[3], 0);
	r = smc(FFA_NOTIFICATION_INFO_GET | FFA_FID_64, 0, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_NO_DATA));
}

static uint32_t command(unsigned slot, uint32_t cmd)
{
	struct optee_msg *m = oc_msg(slot);
	struct smc_regs r;

	memset(m, 0, OC_SLOT_BYTES);
	m->cmd = cmd;
	m->ret = 0x5a5a5a5a;
	r = oc_call(slot);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	return m->ret;
}

static void body_send(void)
{
	struct oc_seen seen_rpc;
	struct optee_msg *m;
	struct smc_regs r;
	uint32_t s;

	oc_share();
	s = oc_open("notif");
	m = oc_invoke_msg(0, s, 0, 0, 0, 0);
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_ERROR_NOT_SUPPORTED); /* not enabled */
	r = req(OPTEE, OPTEE_ENABLE_ASYNC_NOTIF, 64, 0, 0, 0);
	oc_is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	r = req(OPTEE, OPTEE_ENABLE_ASYNC_NOTIF, 63, 0, 0, 0);
	oc_is_reply(&r, 0, 0, 0);
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_ERROR_NOT_SUPPORTED); /* VM 0 has no bitmap */
	enable();
	sri_on(0);
	/* the SGI is a foreign interrupt for the very thread that sent it */
	r = oc_call(0);
	oc_is_reply(&r, 0, OPTEE_RET_INTERRUPT, 0);
	CHECK_EQ(h.taken, 1);
	fetch();
	CHECK_EQ(command(1, OPTEE_MSG_DO_BOTTOM_HALF), TEE_SUCCESS); /* on the other thread */
	CHECK_EQ(seen("optee.bottom_half"), 1);
	r = oc_resume(0);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	CHECK_EQ(m->ret, TEE_SUCCESS);
	m = oc_invoke_msg(0, s, 3, 0, 0, 0);
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_SUCCESS);
	CHECK_EQ(m->param[1].a, 1);
	CHECK_EQ(m->param[1].b, 1);
	CHECK_EQ(command(1, OPTEE_MSG_STOP_ASYNC_NOTIF), TEE_SUCCESS);
	oc_invoke_msg(0, s, 0, 0, 0, 0);
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_ERROR_NOT_SUPPORTED);
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
}

static void enable_send_fetch_stop(void **state)
{
	(void)state;
	with_machine(&cfg, body_send);
}

/* ---- S28 ---- */
static void arm(uint64_t after_ns, unsigned pe)
{
	struct oc_seen seen_rpc;

	oc_invoke_msg(0, oc_open("notif"), 1, after_ns, 0, pe);
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_SUCCESS);
}

static void body_signaled(void)
{
	unsigned runs = 0;
	struct smc_regs r;
	uint64_t from_ns;

	oc_share();
	enable();
	sri_on(0);
	arm(3 * MS, 0);
	from_ns = pe_self()->now_ns;
	r = req(S1, OP_SPIN, 0, 0, 10000, 0);
	CHECK_EQ(r.x[0], FFA_INTERRUPT); /* the SGI preempts a signaled SP */
	CHECK(pe_self()->now_ns - from_ns < 3 * MS + 100000);
	CHECK_EQ(h.taken, 1);
	fetch();
	CHECK_EQ(command(1, OPTEE_MSG_DO_BOTTOM_HALF), TEE_SUCCESS);
	r = run_to_end(smc(FFA_RUN, r.x[1], 0, 0, 0, 0, 0, 0), &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
}

static void s28_signaled_sp_gives_way(void **state)
{
	(void)state;
	with_machine(&cfg, body_signaled);
}

static void body_queued(void)
{
	struct smc_regs r;
	uint64_t from_ns;

	oc_share();
	enable();
	sri_on(0);
	arm(3 * MS, 0);
	from_ns = pe_self()->now_ns;
	r = req(QUEUED, OP_SPIN, 0, 0, 10000, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK(pe_self()->now_ns - from_ns >= 10 * MS);
	CHECK_EQ(h.taken, 1); /* the moment the reply is there */
	CHECK_EQ(seen("optee.notify"), 1);
	fetch();
}

static void s28_queued_sp_delays_by_its_whole_run(void **state)
{
	(void)state;
	with_machine(&cfg, body_queued);
}

/* The interrupt belongs to the PE that executes the Trusted OS, not to who asked for the timer. */
static void idle_pe(void)
{
	pe_charge(20 * MS);
	pe_off();
}

static void body_other_pe(void)
{
	struct smc_regs r;

	oc_share();
	enable();
	sri_on(0);
	arm(3 * MS, 1);
	start_pe(1, idle_pe);
	r = req(S1, OP_SPIN, 0, 0, 10000, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP); /* PE 0 is left in peace */
	CHECK(!sri_pending(0));
	CHECK(sri_pending(1));
}

static void the_interrupt_is_that_pes(void **state)
{
	(void)state;
	with_machine(&cfg, body_other_pe);
}

static void body_timer(void)
{
	struct oc_seen seen_rpc;
	struct optee_msg *m;
	uint32_t s;

	oc_share();
	enable();
	s = oc_open("notif");
	m = oc_invoke_msg(0, s, 1, MS, MS, 0);
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_SUCCESS);
	pe_charge(5 * MS + MS / 2);
	CHECK_EQ(seen("optee.notify"), 5);
	oc_invoke_msg(0, s, 2, 0, 0, 0);
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_SUCCESS);
	pe_charge(5 * MS);
	CHECK_EQ(seen("optee.notify"), 5);
	fetch();			      /* one bit, however often it was set */
	m = oc_invoke_msg(0, s, 1, MS, 0, 2); /* no such PE */
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_ERROR_BAD_PARAMETERS);
	m = oc_invoke_msg(0, s, 9, MS, 0, 0);
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_ERROR_BAD_PARAMETERS);
	CHECK_EQ(m->ret_origin, OPTEE_ORIGIN_TA);
	oc_invoke_msg(0, s, 1, MS, MS, 0); /* still armed when the machine goes */
	CHECK_EQ(oc_invoke(0, &seen_rpc), TEE_SUCCESS);
}

static void a_timer_repeats_until_disarmed(void **state)
{
	(void)state;
	with_machine(&cfg, body_timer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enable_send_fetch_stop),
		cmocka_unit_test(s28_signaled_sp_gives_way),
		cmocka_unit_test(s28_queued_sp_delays_by_its_whole_run),
		cmocka_unit_test(the_interrupt_is_that_pes),
		cmocka_unit_test(a_timer_repeats_until_disarmed),
	};

	return cmocka_run_group_tests_name("optee.md 5: notifications of the Trusted OS", tests,
					   NULL, NULL);
}
