/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Accesses without right and memory that is not taken back: a driver and its partition (lender.c,
 * borrower.c) do each of them, in the plain flavour or (argument `access`) the instrumented one,
 * and what is right gives no finding (ffa.md 5.1, 5.7; issue 5, item 2).
 */
#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#ifdef HAVE_VALGRIND_H
#include <valgrind/valgrind.h>
#endif
#include "ffa/desc.h" /* before the other, which has macros of the same names */
#include "ffa/ffa.h"

#include "tee_world.h"
#include "views.h"

static struct {
	void *(*alloc)(void);
	int (*send)(void *mem, int lend, int perm, unsigned long long *handle);
	int (*request)(unsigned long op, unsigned long long handle, unsigned long perm,
		       unsigned long kind, unsigned long *answer);
	int (*reclaim)(unsigned long long handle, unsigned int flags);
	int (*read)(const char *mem);
	void (*write)(char *mem);
	int (*copy)(const char *mem);
	void (*free)(void *mem);
} lender;

static void find(void)
{
	*(void **)&lender.alloc = dlsym(RTLD_DEFAULT, "lender_alloc");
	*(void **)&lender.send = dlsym(RTLD_DEFAULT, "lender_send");
	*(void **)&lender.request = dlsym(RTLD_DEFAULT, "lender_request");
	*(void **)&lender.reclaim = dlsym(RTLD_DEFAULT, "lender_reclaim");
	*(void **)&lender.read = dlsym(RTLD_DEFAULT, "lender_read");
	*(void **)&lender.write = dlsym(RTLD_DEFAULT, "lender_write");
	*(void **)&lender.copy = dlsym(RTLD_DEFAULT, "lender_copy");
	*(void **)&lender.free = dlsym(RTLD_DEFAULT, "lender_free");
	CHECK_EQ(lender.alloc && lender.send && lender.request && lender.reclaim && lender.read &&
			 lender.write && lender.copy && lender.free,
		 1);
}

static bool access;	 /* the instrumented flavour; a process has one of them */
static const char *text; /* all findings of the last run */

static void run(void (*client)(void))
{
	static char all[30000];

	tee_world_init("misbehave"); /* its manifest */
	tw.cfg.spmc.profile = "spec";
	tw.cfg.partition[0].name = "borrower";
	tw.cfg.partition[0].image = BORROWER;
	tw.cfg.module[0] = (struct world_module){"tee", NULL};
	tw.cfg.module[1] = (struct world_module){"arm_ffa", NULL};
	tw.cfg.module[2] = (struct world_module){"lender", LENDER};
	tw.cfg.module_count = 3;
	tw.cfg.access_points = access;
	tw.cfg.detect = DETECT_GRANTS | (access ? DETECT_RACES | DETECT_MEMORY : DETECT_VIEWS);
	tee_world_run_findings(client);
	all[0] = 0;
	for (const struct finding *f = tw.w.m->report.first; f; f = f->next)
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s\n", f->what);
	tee_world_end();
	text = all;
}

/* Memcheck sees such accesses as well, rightly. */
static void run_wrong(void (*client)(void))
{
#ifdef HAVE_VALGRIND_H
	VALGRIND_DISABLE_ERROR_REPORTING;
#endif
	run(client);
#ifdef HAVE_VALGRIND_H
	VALGRIND_ENABLE_ERROR_REPORTING;
#endif
}

static void finds(void (*client)(void), ...)
{
	const char *want;
	va_list ap;

	run_wrong(client);
	va_start(ap, client);
	while ((want = va_arg(ap, const char *)))
		if (!strstr(text, want))
			fail_msg("no \"%s\" in:\n%s", want, text);
	va_end(ap);
}

static unsigned long ask(unsigned long op, unsigned long long handle, unsigned long perm,
			 unsigned long kind)
{
	unsigned long answer = 0;

	CHECK_EQ(lender.request(op, handle, perm, kind, &answer), 0);
	return answer;
}

/* --- what is right -------------------------------------------------------------------------- */
static void lend_and_take_back(void)
{
	unsigned long long handle = 0;
	char *mem;

	find();
	mem = lender.alloc();
	for (int i = 0; i < 3; i++) {
		lender.write(mem);
		CHECK_EQ(lender.send(mem, 1, FFA_PERM_RW, &handle), 0);
		CHECK_EQ(ask(BORROWER_RETRIEVE, handle, FFA_PERM_RW | FFA_PERM_NX, FFA_TYPE_LEND),
			 0);
		CHECK_EQ(ask(BORROWER_READ, 0, 0, 0), 1);
		CHECK_EQ(ask(BORROWER_WRITE, 0, 0, 0), 0);
		CHECK_EQ(ask(BORROWER_RELINQUISH, handle, 0, 0), 0);
		/* The last time the SPMC zeroes it, although nobody else may touch it. */
		CHECK_EQ(lender.reclaim(handle, i == 2 ? FFA_MEM_FLAG_ZERO : 0), 0);
		CHECK_EQ(lender.read(mem), i == 2 ? 0 : 0x42);
	}
	CHECK_EQ(lender.send(mem, 0, FFA_PERM_RW, &handle), 0);
	lender.write(mem); /* shared: both have it */
	CHECK_EQ(ask(BORROWER_RETRIEVE, handle, FFA_PERM_RW, FFA_TYPE_SHARE), 0);
	CHECK_EQ(ask(BORROWER_READ, 0, 0, 0), 1);
	CHECK_EQ(ask(BORROWER_RELINQUISH, handle, 0, 0), 0);
	CHECK_EQ(lender.reclaim(handle, 0), 0);
	lender.free(mem);
	detect_check_memory(machine);
}

static void nothing_wrong(void **state)
{
	(void)state;
	run(lend_and_take_back);
	assert_string_equal(text, "");
}

/* --- the Normal world ----------------------------------------------------------------------- */
static void touch_what_is_lent(void)
{
	unsigned long long handle = 0;
	char *mem;

	find();
	mem = lender.alloc();
	CHECK_EQ(lender.send(mem, 1, FFA_PERM_RW, &handle), 0);
	CHECK_EQ(lender.read(mem), 0);
	CHECK_EQ(lender.reclaim(handle, 0), 0);
	CHECK_EQ(lender.send(mem, 1, FFA_PERM_RW, &handle), 0);
	lender.write(mem);
	CHECK_EQ(lender.reclaim(handle, 0), 0);
	CHECK_EQ(lender.send(mem, 1, FFA_PERM_RW, &handle), 0);
	CHECK_EQ(lender.copy(mem), 0);
	CHECK_EQ(lender.reclaim(handle, 0), 0);
	CHECK_EQ(lender.read(mem), 1); /* it went on */
	lender.free(mem);
}

static void lent_and_touched(void **state)
{
	(void)state;
	finds(touch_what_is_lent,
	      "access without right (read) by the Normal world: byte 16 of page 4",
	      "one of 1 page lent to borrower, handle ", "lender_read (tests/unit/check/lender.c:",
	      "access without right (write) by the Normal world: byte 16 of page 4",
	      "lender_write (tests/unit/check/lender.c:", "lender_copy (tests/unit/check/lender.c:",
	      ", by client on PE0 at ", "lender_send  ", NULL);
}

__attribute__((noinline)) static void user_writes(uint64_t addr)
{
	*(volatile char *)kuser_ptr(addr, 64) = 5;
}

/* The driver lends a page of the task. */
static void lend_user_page(void)
{
	unsigned long long handle = 0;
	uint64_t addr = kuser_alloc(4096);

	find();
	CHECK_EQ(lender.send(kuser_ptr(addr, 4096), 1, FFA_PERM_RW, &handle), 0);
	user_writes(addr);
	CHECK_EQ(lender.reclaim(handle, 0), 0);
	user_writes(addr);
	kuser_free(addr);
}

static void user_task_touches(void **state)
{
	(void)state;
	if (access)
		skip(); /* user tasks are not instrumented */
	run_wrong(lend_user_page);
	assert_non_null(
		strstr(text, "access without right (write) by the Normal world: byte 0 of"));
	assert_non_null(strstr(text, "user_writes (tests/unit/check/test_views.c:"));
}

static void free_and_forget(void)
{
	unsigned long long handle = 0;
	void *mem;

	find();
	mem = lender.alloc();
	CHECK_EQ(lender.send(mem, 0, FFA_PERM_RW, &handle), 0);
	lender.free(mem);
	mem = lender.alloc(); /* the very page, with nothing wrong about it */
	memset(mem, 1, 4096);
	lender.free(mem);
	detect_check_memory(machine);
}

static void not_taken_back(void **state)
{
	(void)state;
	finds(free_and_forget,
	      "pages freed while partitions may use them: 1 page shared with borrower, handle ",
	      "lender_free (tests/unit/check/lender.c:",
	      "memory never reclaimed: 1 page shared with borrower, handle ", "lender_send  ",
	      NULL);
}

/* --- the partition -------------------------------------------------------------------------- */
static void write_read_only(void)
{
	unsigned long long handle = 0;
	unsigned long answer = 0;
	char *mem;

	find();
	mem = lender.alloc();
	CHECK_EQ(lender.send(mem, 0, FFA_PERM_RO, &handle), 0);
	CHECK_EQ(ask(BORROWER_RETRIEVE, handle, FFA_PERM_RO, FFA_TYPE_SHARE), 0);
	CHECK_EQ(ask(BORROWER_READ, 0, 0, 0), 0);
	CHECK_EQ(lender.request(BORROWER_WRITE, 0, 0, 0, &answer), -ECANCELED);
	CHECK_EQ(lender.read(mem), 0);		/* it did not happen */
	CHECK_EQ(lender.reclaim(handle, 0), 0); /* the dead keep nothing (ffa.md 7.5) */
	lender.free(mem);
}

static void read_only_written(void **state)
{
	(void)state;
	finds(write_read_only, "access without right (write) by borrower: address 44",
	      ", retrieved read-only on PE0 at ", ", handle ", "write_it",
	      "(tests/unit/check/borrower.c:", ", by borrower on PE0 at ", NULL);
}

static void read_relinquished(void)
{
	unsigned long long handle = 0;
	unsigned long answer = 0;
	char *mem;

	find();
	mem = lender.alloc();
	CHECK_EQ(lender.send(mem, 1, FFA_PERM_RW, &handle), 0);
	CHECK_EQ(ask(BORROWER_RETRIEVE, handle, FFA_PERM_RW | FFA_PERM_NX, FFA_TYPE_LEND), 0);
	CHECK_EQ(ask(BORROWER_RELINQUISH, handle, 0, 0), 0);
	CHECK_EQ(lender.request(BORROWER_READ, 0, 0, 0, &answer), -ECANCELED);
	CHECK_EQ(lender.reclaim(handle, 0), 0);
	lender.free(mem);
}

static void relinquished_and_read(void **state)
{
	(void)state;
	finds(read_relinquished, "access without right (read) by borrower: address 44",
	      ", relinquished on PE0 at ", "read_it", "(tests/unit/check/borrower.c:", NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_wrong),     cmocka_unit_test(lent_and_touched),
		cmocka_unit_test(user_task_touches), cmocka_unit_test(not_taken_back),
		cmocka_unit_test(read_only_written), cmocka_unit_test(relinquished_and_read),
	};

	access = argc > 1 && !strcmp(argv[1], "access");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
