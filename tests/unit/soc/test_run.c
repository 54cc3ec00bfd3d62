/* SPDX-License-Identifier: BSD-3-Clause */
/* Order of PEs, events and interrupts (design 4, 9). Flows record into arrays; the host asserts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "soc/machine.h"

static struct machine *m;
static uint64_t log_ns[64];
static unsigned log_pe[64], log_count;
static unsigned spurious;

static void note(void)
{
	log_pe[log_count] = pe_self()->id;
	log_ns[log_count++] = pe_self()->now_ns;
}

static void take(struct pe *pe)
{
	uint64_t pend;

	pe->ns_irq_masked = true;
	spurious += intc_ack(m, pe, &pend) == INTID_NONE; /* a fiber must not assert */
	note();
	pe->ns_irq_masked = false;
}

static const struct ns_world_ops ns_ops = {.interrupt = take};

static void charger(void *arg)
{
	uint64_t step = *(uint64_t *)arg;

	pe_self()->ns_irq_masked = false;
	for (int i = 0; i < 3; i++) {
		pe_charge(step);
		note();
	}
	for (;;)
		pe_wfi();
}

static int setup(void **state)
{
	struct machine_config cfg;

	(void)state;
	machine_config_init(&cfg);
	m = machine_create(&cfg);
	if (!m)
		return -1;
	m->ns_ops = &ns_ops;
	m->pe[0].world = m->pe[1].world = WORLD_NS;
	log_count = 0;
	spurious = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	machine_destroy(m);
	return 0;
}

static void smallest_clock_runs_first(void **state)
{
	uint64_t a = 100, b = 150;
	struct fiber *fa = fiber_create("a", FIBER_STACK_TASK_BYTES, charger, &a);
	struct fiber *fb = fiber_create("b", FIBER_STACK_TASK_BYTES, charger, &b);

	(void)state;
	machine_pe_on(m, 0, fa, trace_intern("a"));
	machine_pe_on(m, 1, fb, trace_intern("b"));
	assert_int_equal(machine_run(m), MACHINE_DEADLOCK);
	static const uint64_t want_ns[] = {100, 150, 200, 300, 300, 450};
	static const unsigned want_pe[] = {0, 1, 0, 0, 1, 1};
	assert_int_equal(log_count, 6);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(log_ns[i], want_ns[i]);
		assert_int_equal(log_pe[i], want_pe[i]);
	}
	fiber_destroy(fa);
	fiber_destroy(fb);
}

static void interrupt_cuts_a_charge_at_its_nanosecond(void **state)
{
	uint64_t a = 1000000;
	struct fiber *fa = fiber_create("a", FIBER_STACK_TASK_BYTES, charger, &a);

	(void)state;
	intc_enable(m, 0, INTID_TIMER, true);
	pe_timer_set(&m->pe[0], 123457);
	machine_pe_on(m, 0, fa, 0);
	assert_int_equal(machine_run(m), MACHINE_DEADLOCK);
	assert_int_equal(spurious, 0);
	assert_int_equal(log_ns[0], 123457);
	assert_int_equal(log_ns[1],
			 1000000); /* handling cost nothing: the charge still ends in time */
	fiber_destroy(fa);
}

static void second_raise_of_a_pending_interrupt_is_lost(void **state)
{
	(void)state;
	intc_raise(m, 0, INTID_TIMER);
	intc_raise(m, 0, INTID_TIMER);
	assert_int_equal(m->intc.raised, 2);
	assert_int_equal(m->intc.lost, 1);
}

static void looper(void *arg)
{
	(void)arg;
	for (;;)
		pe_point();
}

static void loop_without_time_is_a_livelock(void **state)
{
	struct fiber *f = fiber_create("loop", FIBER_STACK_TASK_BYTES, looper, NULL);

	(void)state;
	machine_pe_on(m, 0, f, 0);
	assert_int_equal(machine_run(m), MACHINE_LIVELOCK);
	fiber_destroy(f);
}

static void time_limit_ends_the_run_at_the_limit(void **state)
{
	struct machine_config cfg;
	uint64_t step = UINT64_C(4000000000);
	struct fiber *f = fiber_create("a", FIBER_STACK_TASK_BYTES, charger, &step);

	(void)state;
	machine_config_init(&cfg);
	cfg.time_limit_ns = 5000000000;
	assert_int_equal(machine_reset(m, &cfg), 0);
	m->pe[0].world = WORLD_NS;
	machine_pe_on(m, 0, f, 0);
	assert_int_equal(machine_run(m), MACHINE_TIME_LIMIT);
	assert_int_equal(m->now_ns, 5000000000);
	fiber_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(smallest_clock_runs_first, setup, teardown),
		cmocka_unit_test_setup_teardown(interrupt_cuts_a_charge_at_its_nanosecond, setup,
						teardown),
		cmocka_unit_test_setup_teardown(second_raise_of_a_pending_interrupt_is_lost, setup,
						teardown),
		cmocka_unit_test_setup_teardown(loop_without_time_is_a_livelock, setup, teardown),
		cmocka_unit_test_setup_teardown(time_limit_ends_the_run_at_the_limit, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
