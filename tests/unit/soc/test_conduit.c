/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The SMC and the two worlds: what it costs, when a Non-secure interrupt is taken on the way
 * (linux-tee.md 7.1: before the caller sees w0), and who is asked to take it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "soc/machine.h"

static struct machine *m;
static struct fiber *caller;

/* What happened, in order: a letter, the PE and the time. */
static char what[64];
static uint64_t when[64];
static unsigned count;

static void note(char c)
{
	what[count] = c;
	when[count++] = pe_self()->now_ns;
}

static struct smc_regs result;
static enum pe_world seen_world;
static bool seen_masked;
static bool sp_open; /* the SPMC model opens interrupts while "the SP" works */

static void smc(struct pe *pe, struct smc_regs *regs)
{
	seen_world = pe->world;
	seen_masked = pe->s_irq_masked;
	note('s');
	if (sp_open)
		pe->s_irq_masked = false;
	pe_charge(1000);
	pe_self()->s_irq_masked = true;
	note('e');
	for (int i = 0; i < SMC_REGS; i++)
		regs->x[i]++;
}

static void s_interrupt(struct pe *pe)
{
	note('S');
	pe->s_irq_masked = true; /* the SP has been left; this model finishes it without a pause */
}

static const struct s_world_ops s_ops = {.smc = smc, .interrupt = s_interrupt};

static void ns_interrupt(struct pe *pe)
{
	uint64_t pend;

	intc_ack(m, pe, &pend);
	note('N');
}

static const struct ns_world_ops ns_ops = {.interrupt = ns_interrupt};

static void call(void *arg)
{
	(void)arg;
	pe_self()->ns_irq_masked = false;
	for (int i = 0; i < SMC_REGS; i++)
		result.x[i] = 100 + (uint64_t)i;
	note('c');
	conduit_smc(&result);
	note('r');
	machine_stop(m, MACHINE_DONE, NULL);
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
	m->ns_ops = &ns_ops;
	m->s_ops = &s_ops;
	m->pe[0].world = WORLD_NS;
	intc_enable(m, 0, INTID_TIMER, true);
	caller = fiber_create("caller", FIBER_STACK_TASK_BYTES, call, NULL);
	machine_pe_on(m, 0, caller, trace_intern("caller"));
	memset(what, 0, sizeof(what));
	count = 0;
	sp_open = false;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	machine_destroy(m);
	fiber_destroy(caller);
	return 0;
}

static void eighteen_registers_cross_and_both_ways_cost(void **state)
{
	(void)state;
	assert_int_equal(machine_run(m), MACHINE_DONE);
	assert_string_equal(what, "cser");
	assert_int_equal(when[1], 500);
	assert_int_equal(when[2], 1500);
	assert_int_equal(when[3], 2000);
	for (int i = 0; i < SMC_REGS; i++)
		assert_int_equal(result.x[i], 101 + i);
	assert_int_equal(seen_world, WORLD_S);
	assert_true(seen_masked);
	assert_int_equal(m->pe[0].world, WORLD_NS);
}

static void an_interrupt_during_masked_secure_work_waits_for_the_return(void **state)
{
	(void)state;
	pe_timer_set(&m->pe[0], 700);
	assert_int_equal(machine_run(m), MACHINE_DONE);
	assert_string_equal(what, "cseNr"); /* taken after the return, before the caller goes on */
	assert_int_equal(when[3], 2000);
	assert_int_equal(when[4], 2000);
}

static void an_interrupt_leaves_an_open_sp_at_its_nanosecond(void **state)
{
	(void)state;
	sp_open = true;
	pe_timer_set(&m->pe[0], 700);
	assert_int_equal(machine_run(m), MACHINE_DONE);
	assert_string_equal(what, "csSeNr");
	assert_int_equal(when[2], 700);
	assert_int_equal(when[3], 1500); /* the rest of the work is still done */
	assert_int_equal(when[4], 2000);
}

static void mask_now(struct ev *ev)
{
	(void)ev;
	m->pe[0].ns_irq_masked = true;
}

static void masked_in_the_normal_world_it_stays_pending(void **state)
{
	/* The caller unmasks at its start, so mask again from an event before it returns. */
	struct ev mask = {.fn = mask_now};

	(void)state;
	pe_timer_set(&m->pe[0], 700);
	evq_add(&m->evq, &mask, 600);
	assert_int_equal(machine_run(m), MACHINE_DONE);
	assert_string_equal(what, "cser");
	assert_true(intc_is_pending(m, 0, INTID_TIMER));
}

static struct trace_rec rec[16];
static unsigned rec_count;

static void collect(struct trace_sink *sink, const struct trace_rec *r)
{
	(void)sink;
	rec[rec_count++] = *r;
}

static void the_trace_shows_both_crossings(void **state)
{
	struct trace_sink sink = {.emit = collect};
	static const char *const want[] = {"nwd.smc", "irq.pend", "nwd.ret", "irq.taken",
					   "nwd.resume"};

	(void)state;
	rec_count = 0;
	trace_add_sink(&m->trace, &sink);
	pe_timer_set(&m->pe[0], 700);
	assert_int_equal(machine_run(m), MACHINE_DONE);
	assert_int_equal(rec_count, 5);
	for (unsigned i = 0; i < 5; i++)
		assert_string_equal(trace_kind_by_id(rec[i].kind)->name, want[i]);
	assert_int_equal(rec[0].arg[0], 100);
	assert_int_equal(rec[0].arg[7], 107);
	assert_string_equal(trace_name(rec[0].who), "caller");
	assert_int_equal(rec[1].time_ns, 700);
	assert_int_equal(rec[1].who, 0); /* an event belongs to nobody */
	assert_int_equal(rec[2].arg[0], 101);
	assert_int_equal(rec[3].arg[0], INTID_TIMER);
	assert_int_equal(rec[3].arg[1], 1300); /* latency: pending 700, taken 2000 */
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(eighteen_registers_cross_and_both_ways_cost),
		T(an_interrupt_during_masked_secure_work_waits_for_the_return),
		T(an_interrupt_leaves_an_open_sp_at_its_nanosecond),
		T(masked_in_the_normal_world_it_stays_pending),
		T(the_trace_shows_both_crossings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
