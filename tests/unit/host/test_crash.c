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

static unsigned sink;
static void (*body)(void *arg);

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
	world_run(&w);
	crash_guard(NULL);
	assert_true(crash_happened());
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

/* The process goes on: the next world is whole. */
static void second_time(void **state)
{
	null_pointer(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_pointer),
		cmocka_unit_test(stack_overflow),
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
