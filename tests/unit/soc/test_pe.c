/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rules of execution (design 4): who runs when, how a flow moves between PEs in the middle of a
 * charge, sleeping and waking, being switched on and off, and every way a run can end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "soc/machine.h"

static struct machine *m;
static struct fiber *f[PE_MAX];

struct entry {
	char what;
	unsigned pe;
	uint64_t ns;
};
static struct entry entries[4096];
static unsigned count;

static void note(char what)
{
	entries[count++] = (struct entry){what, pe_self()->id, pe_self()->now_ns};
}

static void expect(unsigned i, char what, unsigned pe, uint64_t ns)
{
	assert_true(i < count);
	assert_int_equal(entries[i].what, what);
	assert_int_equal(entries[i].pe, pe);
	assert_int_equal(entries[i].ns, ns);
}

static void ack_all(struct pe *pe)
{
	uint64_t pend;

	while (intc_ack(m, pe, &pend) != INTID_NONE)
		;
	note('i');
}

static const struct ns_world_ops ack_ops = {.interrupt = ack_all};

static void start(unsigned pe, fiber_fn *fn)
{
	f[pe] = fiber_create("flow", FIBER_STACK_TASK_BYTES, fn, NULL);
	m->pe[pe].world = WORLD_NS;
	m->pe[pe].ns_irq_masked = false;
	machine_pe_on(m, pe, f[pe], trace_intern("flow"));
}

static void make(unsigned pes, uint64_t limit_ns)
{
	struct machine_config cfg;

	machine_config_init(&cfg);
	cfg.pe_count = pes;
	cfg.time_limit_ns = limit_ns;
	assert_int_equal(machine_reset(m, &cfg), 0);
	m->ns_ops = &ack_ops;
	count = 0;
}

static int setup(void **state)
{
	struct machine_config cfg;

	(void)state;
	machine_config_init(&cfg);
	cfg.ns_mem_bytes = cfg.s_mem_bytes = 1 << 20;
	m = machine_create(&cfg);
	if (!m)
		return -1;
	make(2, 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PE_MAX; i++) {
		fiber_destroy(f[i]);
		f[i] = NULL;
	}
	machine_destroy(m);
	return 0;
}

/* --- events --------------------------------------------------------------------------------------
 */
struct noted {
	struct ev ev;
	char what;
	uint64_t again_ns; /* re-adds itself this much later, once */
};

static void noted_fn(struct ev *ev)
{
	struct noted *n = ev->ctx;

	entries[count++] = (struct entry){n->what, 99, m->now_ns};
	pe_charge(1000000); /* in an event no time passes */
	pe_point();
	if (n->again_ns) {
		uint64_t at = m->now_ns + n->again_ns;

		n->again_ns = 0;
		evq_add(&m->evq, ev, at);
	}
}

static void noted_add(struct noted *n, char what, uint64_t at)
{
	n->ev.fn = noted_fn;
	n->ev.ctx = n;
	n->what = what;
	evq_add(&m->evq, &n->ev, at);
}

static void one_charge(void *arg)
{
	(void)arg;
	pe_charge(1000);
	note('c');
	machine_stop(m, MACHINE_DONE, "over");
}

static void events_split_a_charge_and_go_first_at_equal_time(void **state)
{
	static struct noted a, b, c;

	(void)state;
	a.again_ns = 0;
	b.again_ns = 300;
	noted_add(&a, 'a', 1000);
	noted_add(&b, 'b', 700);
	noted_add(&c, 'z', 1001);
	start(0, one_charge);
	assert_int_equal(machine_run(m), MACHINE_DONE);
	assert_string_equal(m->stop_why, "over");
	assert_string_equal(m->stop_where, ""); /* of an end as it should be nobody asks */
	assert_int_equal(count, 4);
	expect(0, 'b', 99, 700);
	expect(1, 'a', 99, 1000); /* issued before b came back */
	expect(2, 'b', 99, 1000);
	expect(3, 'c', 0, 1000);
}

/* --- order of many PEs
 * ----------------------------------------------------------------------------- */
static void stepper(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 20; i++) {
		pe_charge(100 + pe_self()->id % 7);
		note('s');
	}
	for (;;)
		pe_wfi();
}

static void sixty_four_pes_in_order_of_time_and_number(void **state)
{
	(void)state;
	make(PE_MAX, 0);
	for (unsigned i = 0; i < PE_MAX; i++)
		start(i, stepper);
	assert_int_equal(machine_run(m), MACHINE_DEADLOCK);
	assert_int_equal(count, 20 * PE_MAX);
	for (unsigned i = 1; i < count; i++) {
		const struct entry *p = &entries[i - 1], *q = &entries[i];

		assert_true(p->ns < q->ns || (p->ns == q->ns && p->pe < q->pe));
	}
}

static uint32_t last_choose(struct oracle *o, enum oracle_kind kind, uint32_t n, uint32_t usual,
			    const char *where)
{
	(void)o;
	(void)usual;
	(void)where;
	return kind == ORACLE_PE ? n - 1 : usual;
}

static void the_oracle_decides_between_equal_clocks_only(void **state)
{
	static const struct oracle_ops last = {.name = "last", .choose = last_choose};

	(void)state;
	make(3, 0);
	oracle_init(&m->oracle, &last, NULL, 1);
	for (unsigned i = 0; i < 3; i++)
		start(i, stepper);
	machine_run(m);
	expect(0, 's', 0, 100); /* no tie */
	expect(1, 's', 1, 101);
	assert_int_equal(count, 60);
	/* Started together: three PEs tie, then the remaining two. Later ties only by arithmetic.
	 */
	assert_true(m->oracle.choices >= 2);
}

/* --- migration in the middle of a charge
 * -------------------------------------------------------------- */
static struct fiber *parked;

static void swap_flows(struct pe *pe)
{
	uint64_t pend;
	struct fiber *self = fiber_self();

	intc_ack(m, pe, &pend);
	note('i');
	if (pe->id == 0) {
		parked = self;
		pe_switch(f[2], trace_intern("idle")); /* PE0 idles; the flow waits for a PE */
	} else if (parked) {
		struct fiber *to = parked;

		parked = NULL;
		pe_switch(to, trace_intern("migrant"));
	}
}

static void idle(void *arg)
{
	(void)arg;
	for (;;)
		pe_wfi();
}

static void migrant(void *arg)
{
	(void)arg;
	pe_charge(1000); /* 400 here, 600 there */
	note('m');
	machine_stop(m, MACHINE_HALTED, NULL);
}

static void a_charge_continues_on_another_pe_with_what_is_left(void **state)
{
	static const struct ns_world_ops ops = {.interrupt = swap_flows};

	(void)state;
	parked = NULL;
	m->ns_ops = &ops;
	start(0, migrant);
	start(1, idle);
	f[2] = fiber_create("idle0", FIBER_STACK_TASK_BYTES, idle, NULL);
	intc_enable(m, 0, INTID_TIMER, true);
	intc_enable(m, 1, INTID_TIMER, true);
	pe_timer_set(&m->pe[0], 400);
	pe_timer_set(&m->pe[1], 5000);
	assert_int_equal(machine_run(m), MACHINE_HALTED);
	assert_int_equal(count, 3);
	expect(0, 'i', 0, 400);
	expect(1, 'i', 1, 5000);
	expect(2, 'm', 1, 5600);
	assert_string_equal(m->stop_where, "migrant on PE1 at 0.005 ms");
}

/* --- sleeping, waking, power
 * ------------------------------------------------------------------------- */
static void sleeper(void *arg)
{
	(void)arg;
	pe_self()->ns_irq_masked = true;
	pe_wfi();
	note('w');
	pe_self()->ns_irq_masked = false;
	pe_point();
	note('p');
	pe_wfi();
	note('W');
	for (;;)
		pe_wfi();
}

static void waker(void *arg)
{
	(void)arg;
	pe_charge(300);
	intc_raise(m, 1, INTID_RESCHED);
	note('r');
	pe_charge(10);
	note('x');
	for (;;)
		pe_wfi();
}

static void wfi_ends_at_the_raise_masked_or_not(void **state)
{
	(void)state;
	intc_enable(m, 1, INTID_TIMER, true);
	pe_timer_set(&m->pe[1], 900);
	start(0, waker);
	start(1, sleeper);
	assert_int_equal(machine_run(m), MACHINE_DEADLOCK);
	assert_string_equal(m->stop_why, "every PE waits and nothing is due");
	assert_int_equal(count, 7);
	expect(0, 'r', 0, 300);
	expect(1, 'w', 1, 300); /* its clock jumps to now; masked, so not taken yet */
	expect(2, 'i', 1, 300);
	expect(3, 'p', 1, 300);
	expect(4, 'x', 0, 310);
	expect(5, 'i', 1, 900); /* unmasked: taken on the way out of WFI */
	expect(6, 'W', 1, 900);
}

static void born(void *arg)
{
	(void)arg;
	note('b');
	pe_charge(5);
	note('o');
	pe_off();
}

static void parent(void *arg)
{
	(void)arg;
	pe_charge(100);
	for (int i = 0; i < 2; i++) {
		f[2 + i] = fiber_create("born", FIBER_STACK_TASK_BYTES, born, NULL);
		m->pe[1].world = WORLD_NS;
		machine_pe_on(m, 1, f[2 + i], trace_intern("born"));
		pe_charge(100);
		note('p');
	}
	machine_stop(m, MACHINE_DONE, NULL);
}

static void a_pe_goes_off_and_comes_back_at_the_current_time(void **state)
{
	(void)state;
	start(0, parent);
	assert_int_equal(machine_run(m), MACHINE_DONE);
	assert_int_equal(count, 6);
	expect(0, 'b', 1, 100);
	expect(1, 'o', 1, 105);
	expect(2, 'p', 0, 200);
	expect(3, 'b', 1, 200);
	expect(4, 'o', 1, 205);
	expect(5, 'p', 0, 300);
}

/* --- ways to end
 * --------------------------------------------------------------------------------------- */
static void stop_fn(struct ev *ev)
{
	(void)ev;
	machine_stop(m, MACHINE_HALTED, "panic");
	machine_stop(m, MACHINE_DONE, "too late");
}

static void an_event_stops_the_run_in_the_middle_of_a_charge(void **state)
{
	struct ev ev = {.fn = stop_fn};

	(void)state;
	evq_add(&m->evq, &ev, 10);
	start(0, one_charge);
	assert_int_equal(machine_run(m), MACHINE_HALTED);
	assert_string_equal(m->stop_why, "panic");
	assert_int_equal(m->now_ns, 10);
	assert_int_equal(count, 0);
}

static void no_charge(void *arg)
{
	(void)arg;
	for (;;)
		pe_charge(0);
}

static void charging_nothing_for_ever_is_a_livelock(void **state)
{
	(void)state;
	start(0, no_charge);
	assert_int_equal(machine_run(m), MACHINE_LIVELOCK);
	assert_string_equal(m->stop_where, "flow on PE0 at 0.000 ms");
}

static void again_fn(struct ev *ev)
{
	evq_add(&m->evq, ev, m->now_ns);
}

static void events_without_time_are_a_livelock(void **state)
{
	struct ev ev = {.fn = again_fn};

	(void)state;
	evq_add(&m->evq, &ev, 10);
	start(0, one_charge);
	assert_int_equal(machine_run(m), MACHINE_LIVELOCK);
}

static void ignore(struct pe *pe)
{
	(void)pe;
}

static void an_interrupt_nobody_serves_is_a_livelock(void **state)
{
	static const struct ns_world_ops ops = {.interrupt = ignore};

	(void)state;
	m->ns_ops = &ops;
	intc_raise(m, 0, INTID_RESCHED);
	start(0, one_charge);
	assert_int_equal(machine_run(m), MACHINE_LIVELOCK);
}

static void masked_idle(void *arg)
{
	(void)arg;
	pe_self()->ns_irq_masked = true;
	for (;;)
		pe_wfi();
}

static void waking_without_serving_is_a_livelock(void **state)
{
	(void)state;
	intc_raise(m, 0, INTID_RESCHED);
	start(0, masked_idle);
	assert_int_equal(machine_run(m), MACHINE_LIVELOCK);
}

static void no_pe_at_all_is_a_deadlock(void **state)
{
	(void)state;
	assert_int_equal(machine_run(m), MACHINE_DEADLOCK);
}

static void an_idle_machine_with_ticks_meets_its_time_limit(void **state)
{
	static struct noted n;

	(void)state;
	make(2, 5000);
	n.again_ns = 4000;
	noted_add(&n, 't', 2000);
	start(0, idle);
	assert_int_equal(machine_run(m), MACHINE_TIME_LIMIT);
	assert_int_equal(m->now_ns, 5000);
	assert_int_equal(count, 1);
	evq_cancel(&m->evq, &n.ev);
}

/* --- reset
 * ------------------------------------------------------------------------------------------ */
static void mixed(void *arg)
{
	(void)arg;
	for (int i = 0; i < 50; i++) {
		struct pe *pe = pe_self();

		pe_charge(1 + oracle_random(&m->oracle) % 97);
		note('c');
		pe_timer_set(pe, pe->now_ns + oracle_random(&m->oracle) % 200);
		if (i % 7 == 0)
			intc_raise(m, (pe->id + 1) % m->pe_count, INTID_RESCHED);
	}
	for (;;)
		pe_wfi();
}

static unsigned mixed_run(void)
{
	make(4, 0);
	for (unsigned i = 0; i < 4; i++) {
		intc_enable(m, i, INTID_TIMER, true);
		start(i, mixed);
	}
	assert_int_equal(machine_run(m), MACHINE_DEADLOCK);
	for (unsigned i = 0; i < 4; i++) {
		fiber_destroy(f[i]);
		f[i] = NULL;
	}
	return count;
}

static void a_reset_machine_repeats_itself(void **state)
{
	static struct entry first[4096];
	unsigned n = mixed_run();

	(void)state;
	assert_true(n > 200);
	memcpy(first, entries, n * sizeof(first[0]));
	for (int run = 0; run < 3; run++) {
		assert_int_equal(mixed_run(), n);
		for (unsigned i = 0; i < n; i++)
			expect(i, first[i].what, first[i].pe, first[i].ns);
	}
	/* A bigger machine in between leaves nothing behind either. */
	make(PE_MAX, 0);
	m->pe[3].now_ns = 12345;
	intc_raise(m, 63, INTID_RESCHED);
	assert_int_equal(mixed_run(), n);
	for (unsigned i = 0; i < n; i++)
		expect(i, first[i].what, first[i].pe, first[i].ns);
}

static void outside_a_run_no_time_passes(void **state)
{
	(void)state;
	pe_charge(100);
	pe_point();
	assert_int_equal(m->now_ns, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(events_split_a_charge_and_go_first_at_equal_time),
		T(sixty_four_pes_in_order_of_time_and_number),
		T(the_oracle_decides_between_equal_clocks_only),
		T(a_charge_continues_on_another_pe_with_what_is_left),
		T(wfi_ends_at_the_raise_masked_or_not),
		T(a_pe_goes_off_and_comes_back_at_the_current_time),
		T(an_event_stops_the_run_in_the_middle_of_a_charge),
		T(charging_nothing_for_ever_is_a_livelock),
		T(events_without_time_are_a_livelock),
		T(an_interrupt_nobody_serves_is_a_livelock),
		T(waking_without_serving_is_a_livelock),
		T(no_pe_at_all_is_a_deadlock),
		T(an_idle_machine_with_ticks_meets_its_time_limit),
		T(a_reset_machine_repeats_itself),
		T(outside_a_run_no_time_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
