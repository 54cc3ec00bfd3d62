/* SPDX-License-Identifier: BSD-3-Clause */
/* A simulated flow that crashes the host process is reported with task, PE, time and stack (issue
 * 2, bad input). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "explore/explore.h"
#include "host/run.h"

#ifdef HAVE_VALGRIND_H
#include <valgrind/valgrind.h>
#endif

static struct world w;

__attribute__((noinline)) static void reads_null(void *arg)
{
	volatile int *p = NULL;

	kuser_work_ns(1000000);
	*(volatile int *)arg = *p;
}

__attribute__((noinline)) static unsigned deep(volatile unsigned n)
{
	volatile char room[1024];

	room[n % 1024] = (char)n;
	return n ? deep(n - 1) + (unsigned)room[0] : 0;
}

static void overflows(void *arg)
{
	*(volatile unsigned *)arg = deep(100000);
}

__attribute__((noinline)) static void gives_up(void *arg)
{
	*(volatile unsigned *)arg = 1;
	abort();
}

__attribute__((noinline)) static unsigned deeper(volatile unsigned n)
{
	unsigned below = n;

	if (n)
		below = deeper(n - 1) + 1;
	__asm__ volatile("" : "+r"(below)); /* calls, not a loop */
	return below;
}

static volatile uint64_t rounds;

/* What it calls is entered anew in each round: not there, here it turns. */
__attribute__((noinline)) static void turns(void *arg)
{
	for (;;) {
		*(volatile unsigned *)arg = deeper(50);
		rounds++;
	}
}

__attribute__((noinline)) static void turns_in_time(void *arg)
{
	for (;;)
		kuser_work_ns(1000);
}

/* All that turns is an event that makes the next one; no flow has the host. */
static void make_next(struct ev *ev)
{
	for (volatile int i = 0; i < 1000; i++)
		;
	evq_add(&machine->evq, ev, machine->now_ns + 1000);
}

static void sleeps_beside_events(void *arg)
{
	static struct ev ev;

	ev = (struct ev){.fn = make_next};
	evq_add(&machine->evq, &ev, machine->now_ns + 1000);
	kuser_sleep_ns(3600000000000ull);
}

static unsigned sink;
static void (*body)(void *arg);
static enum machine_stop stopped;

static void ready(void *arg)
{
	struct ktask_attr attr = {.start_pe = 1};

	ktask_create_user(w.k, "victim", body, &sink, &attr);
}

static char *crash_of(void (*fn)(void *arg))
{
	static struct world_config cfg;
	static char text[8000];
	struct run nobody = {0};
	FILE *f;

	body = fn;
	world_config_init(&cfg);
	cfg.machine.pe_count = 2;
	cfg.no_modules = true;
	cfg.ready = ready;
	assert_int_equal(world_create(&w, &cfg), 0);
	crash_install(); /* cmocka puts its own handlers in for each test */
	crash_guard(&nobody);
	stopped = world_run(&w);
	crash_guard(NULL);
	if (!crash_happened()) {
		snprintf(text, sizeof(text), "%s", w.m->stop_where);
		world_destroy(&w);
		return text;
	}
	memset(text, 0, sizeof(text));
	f = fmemopen(text, sizeof(text), "w");
	crash_report(f);
	fclose(f);
	world_destroy(&w);
	return text;
}

static void null_pointer(void **state)
{
	char *text = crash_of(reads_null);

	assert_non_null(strstr(text, "crash: bad memory access in victim on PE1 at 1."));
	assert_non_null(strstr(text, "reads_null"));
	assert_non_null(strstr(text, "tests/unit/host/test_crash.c:"));
}

static void stack_overflow(void **state)
{
	char *text = crash_of(overflows);

	assert_non_null(strstr(text, "crash: stack overflow in victim on PE1"));
	assert_non_null(strstr(text, "deep"));
}

static void called_abort(void **state)
{
	char *text = crash_of(gives_up), line[400];

	assert_non_null(strstr(text, "crash: abort in victim on PE1"));
	assert_non_null(strstr(text, "#0  gives_up "));
	assert_int_equal(crash_text(line, sizeof(line)), cause_of("crash: abort in gives_up"));
	assert_int_equal(crash_cause(line), cause_of("crash: abort in gives_up"));
	assert_non_null(strstr(line, " at tests/unit/host/test_crash.c:"));
}

/* Named where it turns, and the second time at once: four looks in place of a hundred, whatever
 * else the host takes its time for. */
static void endless_loop(void **state)
{
	char *text, line[400];
	uint64_t turned[2];

	hang_watch(400000000, NULL);
	for (int i = 0; i < 2; i++) {
		rounds = 0;
		text = crash_of(turns);
		turned[i] = rounds;
		assert_non_null(strstr(text, "crash: endless loop in victim on PE1"));
		crash_text(line, sizeof(line));
		assert_non_null(strstr(line, "crash: endless loop in turns at tests/unit/host/"));
	}
	assert_true(turned[1] > 0);
	assert_true(turned[0] / 4 > turned[1]);
}

/* Time goes on: that is no loop, unless a run as a whole has a limit. */
static void endless_run(void **state)
{
	static volatile uint64_t runs = 1;

	hang_watch(200000000, &runs);
	assert_non_null(strstr(crash_of(turns_in_time), "patience ended (--hang)"));
	assert_int_equal(stopped, MACHINE_TIME_LIMIT);
}

/* The same where no flow has the host when its patience ends. */
static void endless_events(void **state)
{
	static volatile uint64_t runs = 1;

	hang_watch(200000000, &runs);
	assert_non_null(strstr(crash_of(sleeps_beside_events), "patience ended (--hang)"));
	assert_int_equal(stopped, MACHINE_TIME_LIMIT);
}

/* The process goes on: the next world is whole. */
static void second_time(void **state)
{
	null_pointer(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_pointer), cmocka_unit_test(stack_overflow),
		cmocka_unit_test(called_abort), cmocka_unit_test(endless_loop),
		cmocka_unit_test(endless_run),	cmocka_unit_test(endless_events),
		cmocka_unit_test(second_time),
	};

#ifdef FFASIM_ASAN
	return 77; /* the sanitizer owns the signals */
#endif
#ifdef HAVE_VALGRIND_H
	if (RUNNING_ON_VALGRIND)
		return 77; /* every crash is an error there, wanted or not */
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
