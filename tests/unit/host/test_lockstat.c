/* SPDX-License-Identifier: BSD-3-Clause */
/* Figures of S-EL1 locks from a synthetic trace: counts, largest, total, 99th percentile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "host/judge.h"
#include "host/lockstat.h"

static struct trace_rec rec(const char *kind, const char *lock, const char *how, uint64_t a,
			    uint64_t b)
{
	const struct trace_kind *k = trace_kind_find(kind);

	assert_non_null(k);
	return (struct trace_rec){.kind = k->id,
				  .arg = {trace_intern(lock), trace_intern(how), 0, a, b}};
}

static void take(struct lockstat *ls, const char *lock, const char *how, uint64_t wait_ns,
		 uint64_t spin_ns, uint64_t hold_ns)
{
	struct trace_rec r = rec("lock.el1_wait", lock, how, 0, 0);

	if (wait_ns)
		lockstat_see(ls, &r);
	r = rec("lock.el1_acquired", lock, how, wait_ns, spin_ns);
	lockstat_see(ls, &r);
	r = rec("lock.el1_released", lock, how, hold_ns, 0);
	lockstat_see(ls, &r);
}

static uint64_t figure(const struct lockstat *ls, const char *lock, enum lockstat_what what,
		       enum lockstat_figure f)
{
	uint64_t ns = 0;

	assert_true(lockstat_figure(ls, lock, what, f, &ns));
	return ns;
}

static void figures(void **state)
{
	struct lockstat ls;
	uint64_t ns;

	(void)state;
	lockstat_init(&ls);
	assert_false(lockstat_figure(&ls, "L", LOCKSTAT_WAIT, LOCKSTAT_TOTAL, &ns));
	/* 1..100 us of holding; two of the hundred waited */
	for (uint64_t i = 1; i <= 100; i++)
		take(&ls, "L", "spin", i > 98 ? i * 10 : 0, i > 98 ? i * 10 : 0, i * 1000);
	assert_int_equal(figure(&ls, "L", LOCKSTAT_HOLD, LOCKSTAT_LARGEST), 100000);
	assert_int_equal(figure(&ls, "L", LOCKSTAT_HOLD, LOCKSTAT_TOTAL), 5050000);
	/* 99 us, told to 1/32 */
	assert_in_range(figure(&ls, "L", LOCKSTAT_HOLD, LOCKSTAT_P99), 99000, 100000);
	assert_in_range(figure(&ls, "L", LOCKSTAT_WAIT, LOCKSTAT_P99), 990, 1000);
	assert_int_equal(figure(&ls, "L", LOCKSTAT_WAIT, LOCKSTAT_TOTAL), 1990);
	assert_int_equal(figure(&ls, "L", LOCKSTAT_SPIN, LOCKSTAT_LARGEST), 1000);
	assert_int_equal(ls.lock[0].contended, 2);
	/* most are far below the largest */
	for (uint64_t i = 0; i < 900; i++)
		take(&ls, "L", "spin", 0, 0, 10);
	assert_in_range(figure(&ls, "L", LOCKSTAT_HOLD, LOCKSTAT_P99), 90000, 93000);
	/* readers and writers of one lock are two rows and one figure */
	take(&ls, "M", "mutex", 7, 0, 500);
	take(&ls, "M", "read", 9, 0, 300);
	assert_int_equal(ls.count, 3);
	assert_int_equal(figure(&ls, "M", LOCKSTAT_WAIT, LOCKSTAT_TOTAL), 16);
	assert_int_equal(figure(&ls, "M", LOCKSTAT_HOLD, LOCKSTAT_LARGEST), 500);
	assert_int_equal(figure(&ls, "M", LOCKSTAT_WAIT, LOCKSTAT_P99), 9);
	lockstat_finish(&ls);
}

/* Whatever is measured, the percentile of one value is that value. */
static void one_value_is_exact(void **state)
{
	static const uint64_t values[] = {
		0,	   1, 31, 32, 33, 63, 64, 65, 1000, 123456789, 1ull << 40, (1ull << 40) + 1,
		UINT64_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct lockstat ls;

		lockstat_init(&ls);
		take(&ls, "L", "spin", values[i], 0, 0);
		assert_int_equal(figure(&ls, "L", LOCKSTAT_WAIT, LOCKSTAT_P99), values[i]);
		lockstat_finish(&ls);
	}
}

static void table(void **state)
{
	struct lockstat ls;
	char *text = NULL;
	size_t bytes = 0;
	FILE *f = open_memstream(&text, &bytes);

	(void)state;
	lockstat_init(&ls);
	lockstat_print(&ls, f);
	fflush(f);
	assert_int_equal(bytes, 0); /* no lock, no table */
	take(&ls, "spin0", "spin", 1500, 1500, 300000);
	lockstat_print(&ls, f);
	fclose(f);
	assert_non_null(strstr(text, "lock, us"));
	assert_non_null(strstr(text, "spin0          spin         1         1"));
	assert_non_null(strstr(text, "300.0"));
	assert_non_null(strstr(text, "1.5"));
	free(text);
	lockstat_finish(&ls);
}

static void bound(const char *expect, const char *want)
{
	struct trace_rec r[] = {
		rec("lock.el1_acquired", "L", "spin", 2000000, 2000000),
		rec("lock.el1_released", "L", "spin", 5000000, 0),
	};
	struct judge_end end = {.stop = MACHINE_DONE};
	struct report report;
	struct diag d = {0};
	char text[300], summary[200];
	struct judge j;
	struct scn s;

	snprintf(text, sizeof(text), "expect:\n  - bound: %s\n", expect);
	report_init(&report);
	if (scn_load_text(&s, "x.yaml", text, &d))
		fail_msg("%s", d.text);
	assert_int_equal(judge_init(&j, &s), 0);
	for (size_t i = 0; i < 2; i++)
		judge_see(&j, &r[i]);
	judge_end(&j, &end, &report, summary, sizeof(summary));
	assert_string_equal(report.first ? report.first->what : "", want);
	judge_finish(&j);
	report_finish(&report);
	scn_free(&s);
}

static void bounds(void **state)
{
	(void)state;
	bound("{what: lock-wait, lock: L, max: 2ms}", "");
	bound("{what: lock-spin, lock: L, max: 1ms}",
	      "x.yaml:2: bound lock-spin of L: 2.000 ms, expected at most 1ms");
	bound("{what: lock-hold-total, lock: L, min: 6ms}",
	      "x.yaml:2: bound lock-hold-total of L: 5.000 ms, expected at least 6ms");
	bound("{what: lock-hold-p99, lock: L, min: 5ms, max: 5ms}", "");
	bound("{what: lock-wait, lock: M, max: 2ms}",
	      "x.yaml:2: bound lock-wait: no lock 'M' was used");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures),
		cmocka_unit_test(one_value_is_exact),
		cmocka_unit_test(table),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
