/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Each kind of defect is found in a small module that has it, with the words and places a reader
 * needs, and its corrected twin is clean (issue 5, item 2).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#ifdef HAVE_VALGRIND_H
#include <valgrind/valgrind.h>
#endif
#include "host/world.h"

static struct world w;
static bool for_ever; /* the run ends by its time limit, not by itself */

static void waiter(void *arg)
{
	(void)arg;
	kuser_sleep_ns(for_ever ? 10000000000 : 50000000);
	klinux_modules_exit(w.k);
	klinux_check_leaks(w.k);
	machine_stop(machine, MACHINE_DONE, NULL);
}

static void ready(void *arg)
{
	(void)arg;
	ktask_create_user(w.k, "waiter", waiter, NULL, NULL);
}

/* All findings of a run of one module, in one text. */
static const char *findings(const char *module)
{
	static struct world_config cfg;
	static char all[30000], path[1024];

	snprintf(path, sizeof(path), "%s/%s.instr.ko.so", getenv("DEFECTS"), module);
	world_config_init(&cfg);
	cfg.machine.pe_count = 2;
	cfg.machine.time_limit_ns = 1000000000;
	cfg.module[0] = (struct world_module){.name = "defect", .path = path};
	cfg.module_count = 1;
	cfg.access_points = true;
	cfg.detect = DETECT_RACES | DETECT_LOCKS | DETECT_MEMORY;
	cfg.ready = ready;
	if (world_create(&w, &cfg))
		fail_msg("%s", w.error);
	world_run(&w);
	detect_explain_stop(w.m);
	all[0] = 0;
	for (const struct finding *f = w.m->report.first; f; f = f->next)
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s\n", f->what);
	world_destroy(&w);
	return all;
}

static void found(const char *module, ...)
{
	const char *all = findings(module), *want;
	char fixed[64];
	va_list ap;

	va_start(ap, module);
	while ((want = va_arg(ap, const char *)))
		if (!strstr(all, want))
			fail_msg("%s: no \"%s\" in:\n%s", module, want, all);
	va_end(ap);
	snprintf(fixed, sizeof(fixed), "%s_fixed", module);
	all = findings(fixed);
	if (all[0])
		fail_msg("%s: %s", fixed, all);
}

static void races(void **state)
{
	(void)state;
	found("RACE", "data race on counter of RACE.instr.ko.so",
	      "count (tests/unit/check/defects.c:", "by first on PE0", "by second on PE1",
	      "#0  count", NULL);
	found("MARKED", "data race on flag", " writes, by first", " reads (marked), by second",
	      NULL);
	found("PUBLISH", "data race on counter", " writes, by first", " reads, by second", NULL);
	found("COMPLETE", "data race on counter", NULL);
	found("KREF", "data race on byte ", " of an object of 12 bytes allocated in defect_init",
	      NULL);
	found("PAGE_REF", "data race on memory at 4", "hold_page (", " frees, by first", NULL);
	found("RCU_FREE", "data race on byte 0 of an object of 4 bytes allocated in defect_init",
	      " frees, by first", " reads, by second", NULL);
}

static void locks(void **state)
{
	(void)state;
	found("INVERSION", "lock order inversion: outer is taken while inner is held",
	      "is held since", "the other order was seen before", "nest (tests/unit/check", NULL);
	found("IRQ_UNSAFE", "irq-unsafe lock: lock is taken in an interrupt", "tick (", "first (",
	      NULL);
	found("SLEEPING_LOCK",
	      "sleeping lock under a spinlock: mutex inner is taken while lock is held", NULL);
	for_ever = true;
	found("DEADLOCK", "first waits for inner", "second holds it", "second waits for outer",
	      "first holds it", NULL);
	for_ever = false;
}

static void memory(void **state)
{
	(void)state;
	/* The allocator tells Memcheck what is free, so it rightly sees these defects too. */
#ifdef HAVE_VALGRIND_H
	VALGRIND_DISABLE_ERROR_REPORTING;
#endif
	found("UAF_READ", "use after free (read): 1 byte at byte 0 of an object of 24 bytes",
	      "allocated in use_object (", "freed in use_object (", NULL);
	found("UAF_PAGE", "use after free of pages (read): 1 byte", "use_page (", NULL);
	found("OOB", "out of bounds (read): 1 byte at byte 24 of an object of 24 bytes", NULL);
	found("LEAK", "leak: 1 object of 24 bytes allocated in use_object", "#1  first", NULL);
#ifdef HAVE_VALGRIND_H
	VALGRIND_ENABLE_ERROR_REPORTING;
#endif
}

static void atomic_context(void **state)
{
	(void)state;
	found("SLEEP", "sleeping in atomic context: ", "first (defects.c:", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(races),
		cmocka_unit_test(locks),
		cmocka_unit_test(memory),
		cmocka_unit_test(atomic_context),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
