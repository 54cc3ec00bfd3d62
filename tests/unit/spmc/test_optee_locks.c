/* SPDX-License-Identifier: BSD-3-Clause */
/* Locks at S-EL1 and waiting by RPC: optee.md 1.7, 1.8 F G, 1.12, 2.5; S17, S20, S21, D17, D28. */
#include "optee_client.h"

#include <string.h>

static const struct hcfg two = {.pes = 2, .sp = {{"s1", 2}}};
static const struct hcfg three = {.pes = 3, .threads = 4, .sp = {{"s1", 2}}};
static const char *const guard[] = {"d17-sp-mutex-busy-loop", "off", NULL};
static const struct hcfg guarded = {.pes = 2, .sp = {{"s1", 2}}, .quirks = guard};

static uint32_t sa, sb, sc; /* sessions */
static unsigned live;	    /* flows not done yet */
static struct oc_seen seen_of[3];
static uint32_t ret_of[3];

/* Invokes what is in slot n on PE n, then its flow is over; the last one ends the test. */
static void finish_flow(void (*after)(void))
{
	if (--live) {
		pe_off();
		return;
	}
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
	CHECK_EQ(oc_unregister(oc_handle), 0);
	after();
	done();
}

/* ---- S17: a spinlock holds interrupts off, a waiter burns its PE for as long ---- */
static void after_spin(void)
{
	CHECK_EQ(seen("lock.el1_wait"), 1);
	CHECK_EQ(seen("lock.el1_acquired"), 2);
	CHECK_EQ(seen("lock.el1_released"), 2);
	CHECK_EQ(seen_of[0].exits, 1);
	CHECK_EQ(seen_of[0].waits + seen_of[1].waits, 0);
	CHECK_EQ(oc_msg(1)->param[1].b, 1);
}

static void spin_waiter(void)
{
	uint64_t spin_ns;

	pe_charge(100000);
	ret_of[1] = oc_invoke(1, &seen_of[1]);
	CHECK_EQ(ret_of[1], TEE_SUCCESS);
	spin_ns = last_arg("lock.el1_acquired", 4);
	CHECK_EQ(last_arg("lock.el1_acquired", 3), spin_ns);
	CHECK(spin_ns > 190000 && spin_ns < 210000);
	CHECK_EQ(seen_of[1].exits, 0);
	finish_flow(after_spin);
}

static void body_spin(void)
{
	uint64_t from_ns;

	oc_share();
	sa = oc_open("lock");
	sb = oc_open("lock");
	oc_invoke_msg(0, sa, 0, 300000, 2, 0);
	oc_invoke_msg(1, sb, 0, 1000, 2, 0);
	live = 2;
	start_pe(1, spin_waiter);
	tick_every(50000);
	from_ns = pe_self()->now_ns;
	/* one exit, after the whole critical section, though ticks came all the time */
	CHECK_EQ(oc_call(0).x[4], OPTEE_RET_INTERRUPT);
	CHECK(pe_self()->now_ns - from_ns > 300000 && pe_self()->now_ns - from_ns < 310000);
	CHECK_EQ(last_arg("lock.el1_released", 3), 300000);
	tick_off();
	seen_of[0] = (struct oc_seen){.exits = 1};
	oc_serve(0, oc_resume(0), &seen_of[0]);
	CHECK_EQ(oc_msg(0)->ret, TEE_SUCCESS);
	finish_flow(after_spin);
}

static void s17_spinlock(void **state)
{
	(void)state;
	with_machine(&two, body_spin);
}

/* ---- S20: the owner of a mutex is suspended, who waits sleeps by RPC ---- */
static void after_mutex(void)
{
	CHECK_EQ(seen_of[0].exits, 2);
	CHECK_EQ(seen_of[0].sends, 1);
	CHECK_EQ(seen_of[0].last_value, 64 + 1); /* the sleeper's thread */
	CHECK_EQ(seen_of[1].waits, 1);
	CHECK_EQ(seen_of[1].last_value, 64 + 1);
	CHECK_EQ(seen("lock.el1_wait"), 1);
	CHECK_EQ(last_arg("lock.el1_acquired", 4), 0); /* nothing was burnt */
}

static void mutex_waiter(void)
{
	pe_charge(1000000);
	CHECK_EQ(oc_invoke(1, &seen_of[1]), TEE_SUCCESS);
	CHECK(last_arg("lock.el1_acquired", 3) > 9 * MS);
	finish_flow(after_mutex);
}

static void body_mutex(void)
{
	oc_share();
	sa = oc_open("mutex");
	sb = oc_open("mutex");
	oc_invoke_msg(0, sa, 0, 10 * MS, 0, 0);
	oc_invoke_msg(1, sb, 0, 1000, 0, 0);
	live = 2;
	start_pe(1, mutex_waiter);
	tick_every(4 * MS);
	CHECK_EQ(oc_invoke(0, &seen_of[0]), TEE_SUCCESS);
	tick_off();
	finish_flow(after_mutex);
}

static void s20_mutex(void **state)
{
	(void)state;
	with_machine(&two, body_mutex);
}

/* ---- readers share, a writer waits for the last, a wait that returns for no reason goes on ----
 */
static void after_readers(void)
{
	CHECK_EQ(seen("lock.el1_wait"), 1); /* the writer only */
	CHECK_EQ(seen_of[0].waits + seen_of[1].waits, 0);
	CHECK_EQ(seen_of[0].sends + seen_of[1].sends, 1);
}

static void reader(void)
{
	CHECK_EQ(oc_invoke(1, &seen_of[1]), TEE_SUCCESS);
	finish_flow(after_readers);
}

static void writer(void)
{
	struct smc_regs r;

	pe_charge(MS);
	r = oc_call(2);
	CHECK_EQ(r.x[4], OPTEE_RET_RPC);
	CHECK_EQ(oc_rpc(2)->param[0].a, OPTEE_NOTIF_WAIT);
	oc_rpc(2)->ret = TEE_SUCCESS;
	r = oc_resume(r.x[7]); /* woken for nothing: asks again */
	CHECK_EQ(r.x[4], OPTEE_RET_RPC);
	oc_rpc(2)->ret = TEE_ERROR_GENERIC; /* not even a wait: again */
	r = oc_resume(r.x[7]);
	CHECK_EQ(r.x[4], OPTEE_RET_RPC);
	r = oc_serve(2, r, &seen_of[2]);
	CHECK_EQ(oc_msg(2)->ret, TEE_SUCCESS);
	CHECK(last_arg("lock.el1_acquired", 3) >= 4 * MS);
	finish_flow(after_readers);
}

static void body_readers(void)
{
	oc_share();
	sa = oc_open("mutex");
	sb = oc_open("mutex");
	sc = oc_open("mutex");
	oc_invoke_msg(0, sa, 1, 3 * MS, 1, 0);
	oc_invoke_msg(1, sb, 1, 6 * MS, 1, 0);
	oc_invoke_msg(2, sc, 0, 1000, 1, 0);
	live = 3;
	memset(seen_of, 0, sizeof(seen_of));
	start_pe(1, reader);
	start_pe(2, writer);
	CHECK_EQ(oc_invoke(0, &seen_of[0]), TEE_SUCCESS);
	finish_flow(after_readers);
}

static void readers_and_a_writer(void **state)
{
	(void)state;
	with_machine(&three, body_readers);
}

/* A writer holds; two readers sleep; giving it back wakes both. */
static void after_wake_all(void)
{
	CHECK_EQ(seen_of[0].sends, 2);
	CHECK_EQ(seen_of[1].waits, 1);
	CHECK_EQ(seen_of[2].waits, 1);
}

static void sleeping_reader1(void)
{
	pe_charge(MS);
	CHECK_EQ(oc_invoke(1, &seen_of[1]), TEE_SUCCESS);
	finish_flow(after_wake_all);
}

static void sleeping_reader2(void)
{
	pe_charge(2 * MS);
	CHECK_EQ(oc_invoke(2, &seen_of[2]), TEE_SUCCESS);
	finish_flow(after_wake_all);
}

static void body_wake_all(void)
{
	oc_share();
	sa = oc_open("mutex");
	sb = oc_open("mutex");
	sc = oc_open("mutex");
	oc_invoke_msg(0, sa, 0, 4 * MS, 1, 0);
	oc_invoke_msg(1, sb, 1, 2 * MS, 1, 0);
	oc_invoke_msg(2, sc, 1, 2 * MS, 1, 0);
	live = 3;
	start_pe(1, sleeping_reader1);
	start_pe(2, sleeping_reader2);
	CHECK_EQ(oc_invoke(0, &seen_of[0]), TEE_SUCCESS);
	finish_flow(after_wake_all);
}

static void a_writer_wakes_all_readers(void **state)
{
	(void)state;
	with_machine(&three, body_wake_all);
}

/* ---- condvars ---- */
static void after_condvar(void)
{
	CHECK_EQ(ret_of[1], TEE_SUCCESS);
	CHECK_EQ(ret_of[2], TEE_SUCCESS);
}

static void condvar_waiter1(void)
{
	ret_of[1] = oc_invoke(1, &seen_of[1]);
	CHECK(oc_msg(1)->param[1].a >= 5 * MS);
	finish_flow(after_condvar);
}

static void condvar_waiter2(void)
{
	ret_of[2] = oc_invoke(2, &seen_of[2]);
	finish_flow(after_condvar);
}

static void body_condvar(void)
{
	oc_share();
	sa = oc_open("mutex");
	sb = oc_open("mutex");
	sc = oc_open("mutex");
	/* nobody comes: the time is over, and the mutex is owned again when it returns */
	oc_invoke_msg(0, sa, 2, 7, 0, 0);
	CHECK_EQ(oc_invoke(0, &seen_of[0]), TEE_ERROR_TIMEOUT);
	CHECK_EQ(seen_of[0].waits, 1);
	CHECK(oc_msg(0)->param[1].a >= 7 * MS);
	/* a signal for nobody is lost */
	oc_invoke_msg(0, sa, 3, 0, 0, 0);
	CHECK_EQ(oc_invoke(0, &seen_of[0]), TEE_SUCCESS);
	CHECK_EQ(seen_of[0].sends, 0);
	oc_invoke_msg(1, sb, 2, 0, 0, 0);
	oc_invoke_msg(2, sc, 2, 0, 0, 0);
	live = 3;
	start_pe(1, condvar_waiter1);
	start_pe(2, condvar_waiter2);
	pe_charge(5 * MS);
	oc_invoke_msg(0, sa, 4, 0, 0, 0);
	CHECK_EQ(oc_invoke(0, &seen_of[0]), TEE_SUCCESS);
	CHECK(seen_of[0].sends >= 2); /* and maybe for the mutex */
	finish_flow(after_condvar);
}

static void condvar_signal_and_timeout(void **state)
{
	(void)state;
	with_machine(&three, body_condvar);
}

/* ---- D28: the wake-up overtakes the sleep ---- */
static void body_overtaken(void)
{
	struct smc_regs a, b;

	oc_share();
	sa = oc_open("mutex");
	sb = oc_open("mutex");
	oc_invoke_msg(0, sa, 0, 5 * MS, 0, 0);
	oc_invoke_msg(1, sb, 0, 1000, 0, 0);
	tick_every(4 * MS);
	a = oc_call(0);
	CHECK_EQ(a.x[4], OPTEE_RET_INTERRUPT);
	tick_off();
	b = oc_call(1); /* wants to sleep, but its task is slow */
	oc_is_reply(&b, 0, OPTEE_RET_RPC, 1);
	CHECK_EQ(oc_rpc(1)->param[0].b, 65);
	a = oc_resume(0);
	oc_is_reply(&a, 0, OPTEE_RET_RPC, 0);
	CHECK_EQ(oc_rpc(0)->param[0].a, OPTEE_NOTIF_SEND);
	CHECK_EQ(oc_rpc(0)->param[0].b, 65);
	oc_rpc(0)->ret = TEE_SUCCESS;
	a = oc_resume(0);
	oc_is_reply(&a, 0, OPTEE_RET_DONE, 0);
	oc_rpc(1)->ret = TEE_SUCCESS;
	b = oc_resume(1); /* the mark counts: it owns the mutex and is done */
	oc_is_reply(&b, 0, OPTEE_RET_DONE, 0);
	CHECK_EQ(oc_msg(1)->ret, TEE_SUCCESS);
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
}

static void d28_a_wake_that_overtakes_the_sleep(void **state)
{
	(void)state;
	with_machine(&two, body_overtaken);
}

/* ---- a busy session: the second call sleeps and keeps its thread (2.5) ---- */
static void after_session(void)
{
	CHECK_EQ(seen_of[1].waits, 1);
	CHECK_EQ(seen_of[0].sends, 1);
}

static void second_invoke(void)
{
	pe_charge(MS);
	CHECK_EQ(oc_invoke(1, &seen_of[1]), TEE_SUCCESS);
	finish_flow(after_session);
}

/* One instance: the same with two sessions. */
static void body_single(void)
{
	oc_share();
	oc_invoke_msg(0, oc_open("single"), 0, 5 * MS, 0, 0);
	oc_invoke_msg(1, oc_open("single"), 0, MS, 0, 0);
	live = 2;
	start_pe(1, second_invoke);
	CHECK_EQ(oc_invoke(0, &seen_of[0]), TEE_SUCCESS);
	finish_flow(after_session);
}

static void a_single_instance_makes_callers_sleep(void **state)
{
	(void)state;
	with_machine(&two, body_single);
}

static void body_session(void)
{
	oc_share();
	sa = oc_open("spin");
	oc_invoke_msg(0, sa, 0, 5 * MS, 0, 0);
	oc_invoke_msg(1, sa, 0, MS, 0, 0);
	live = 2;
	start_pe(1, second_invoke);
	CHECK_EQ(oc_invoke(0, &seen_of[0]), TEE_SUCCESS);
	finish_flow(after_session);
}

static void a_busy_session_makes_callers_sleep(void **state)
{
	(void)state;
	with_machine(&two, body_session);
}

/* Closing waits for who is inside; who waited to get in is turned away. */
static void after_close(void)
{
	CHECK_EQ(ret_of[1], TEE_ERROR_BAD_PARAMETERS);
	CHECK_EQ(ret_of[2], TEE_SUCCESS);
	oc_msg(2)->cmd = OPTEE_MSG_CLOSE;
	oc_call(2);
	CHECK_EQ(oc_msg(2)->ret, TEE_ERROR_ITEM_NOT_FOUND);
}

static void invoke_to_be_turned_away(void)
{
	pe_charge(MS);
	ret_of[1] = oc_invoke(1, &seen_of[1]);
	finish_flow(after_close);
}

static void closer(void)
{
	pe_charge(2 * MS);
	ret_of[2] = oc_invoke(2, &seen_of[2]);
	CHECK(pe_self()->now_ns >= 5 * MS);
	finish_flow(after_close);
}

static void body_close(void)
{
	oc_share();
	sa = oc_open("spin");
	oc_invoke_msg(0, sa, 0, 5 * MS, 0, 0);
	oc_invoke_msg(1, sa, 0, MS, 0, 0);
	oc_invoke_msg(2, sa, 0, 0, 0, 0)->cmd = OPTEE_MSG_CLOSE;
	oc_msg(2)->num_params = 0;
	live = 3;
	start_pe(1, invoke_to_be_turned_away);
	start_pe(2, closer);
	CHECK_EQ(oc_invoke(0, &seen_of[0]), TEE_SUCCESS);
	finish_flow(after_close);
}

static void close_waits_for_who_is_inside(void **state)
{
	(void)state;
	with_machine(&three, body_close);
}

/* ---- S21, D17 ---- */
static void sp_client(void)
{
	const uint64_t from_ns = pe_self()->now_ns;
	unsigned runs = 0;
	struct smc_regs r = req(S1, OP_ECHO, 0, 0, 0, 0);

	r = run_to_end(r, &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	ret_of[1] = (uint32_t)((pe_self()->now_ns - from_ns) / MS);
	pe_off();
}

static void body_d17(void)
{
	struct smc_regs r;

	oc_share();
	oc_invoke_msg(0, oc_open("mutex"), 0, 5 * MS, 4, 0); /* 4 = the page-table cache's */
	tick_every(4 * MS);
	r = oc_call(0);
	oc_is_reply(&r, 0, OPTEE_RET_INTERRUPT, 0);
	tick_off();
	start_pe(1, sp_client);
	pe_charge(100 * MS);
	r = oc_resume(0);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0); /* nobody to wake: the SP's thread does not sleep */
	pe_charge(100 * MS);
}

static void d17_as_is_burns_the_pe(void **state)
{
	(void)state;
	with_machine(&two, body_d17);
	assert_int_equal(seen("spmc.quirk"), 1);
	assert_int_equal(seen("lock.el1_wait"), 1);
	assert_in_range(ret_of[1], 100, 110);
	assert_in_range(last_arg("lock.el1_acquired", 4), 100 * MS, 110 * MS);
}

static void d17_guarded_does_not_touch_it(void **state)
{
	(void)state;
	with_machine(&guarded, body_d17);
	assert_int_equal(seen("spmc.quirk"), 0);
	assert_int_equal(seen("lock.el1_wait"), 0);
	assert_int_equal(ret_of[1], 0);
}

/* ---- bad input ---- */
static void body_bad(void)
{
	struct optee_msg *m;
	uint32_t s;

	oc_share();
	s = oc_open("lock");
	m = oc_invoke_msg(0, s, 0, 1, 4, 0); /* no such lock */
	oc_call(0);
	CHECK_EQ(m->ret, TEE_ERROR_BAD_PARAMETERS);
	m = oc_invoke_msg(0, s, 1, 1, 0, 0);
	oc_call(0);
	CHECK_EQ(m->ret, TEE_ERROR_BAD_PARAMETERS);
	s = oc_open("mutex");
	m = oc_invoke_msg(0, s, 5, 1, 0, 0);
	oc_call(0);
	CHECK_EQ(m->ret, TEE_ERROR_BAD_PARAMETERS);
	m = oc_invoke_msg(0, s, 2, 1, 4, 0); /* the page-table cache has no condvar */
	oc_call(0);
	CHECK_EQ(m->ret, TEE_ERROR_BAD_PARAMETERS);
	m = oc_invoke_msg(0, s, 0, 1, 0, 0);
	m->param[0].attr = OPTEE_ATTR_VALUE_OUT;
	oc_call(0);
	CHECK_EQ(m->ret, TEE_ERROR_BAD_PARAMETERS);
	CHECK_EQ(seen("lock.el1_acquired"), 0);
}

static void bad_parameters(void **state)
{
	(void)state;
	with_machine(&two, body_bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(s17_spinlock),
		cmocka_unit_test(s20_mutex),
		cmocka_unit_test(readers_and_a_writer),
		cmocka_unit_test(a_writer_wakes_all_readers),
		cmocka_unit_test(condvar_signal_and_timeout),
		cmocka_unit_test(d28_a_wake_that_overtakes_the_sleep),
		cmocka_unit_test(a_busy_session_makes_callers_sleep),
		cmocka_unit_test(a_single_instance_makes_callers_sleep),
		cmocka_unit_test(close_waits_for_who_is_inside),
		cmocka_unit_test(d17_as_is_burns_the_pe),
		cmocka_unit_test(d17_guarded_does_not_touch_it),
		cmocka_unit_test(bad_parameters),
	};

	return cmocka_run_group_tests_name("optee.md 1.12: locks at S-EL1", tests, NULL, NULL);
}
