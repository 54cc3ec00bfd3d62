/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Variants and the figures their table is made of (issue 3, item 5): figures of a synthetic trace,
 * what a variant changes in its scenario, refusals with their place, and comparisons that hold and
 * that do not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/run.h"
#include "host/variants.h"

static void see(struct metrics *m, const char *kind, int arg, uint64_t value)
{
	const struct trace_kind *k = trace_kind_find(kind);
	struct trace_rec r = {0};

	assert_non_null(k);
	r.kind = k->id;
	r.arg[arg] = value;
	metrics_see(m, &r, true);
}

static void figures(void **state)
{
	struct metrics m;
	struct trace_rec early = {0};

	(void)state;
	metrics_begin(&m);
	for (uint64_t i = 1; i <= 200; i++)
		see(&m, "lock.el1_acquired", 4, (i * 37) % 200 + 1); /* 1..200, out of order */
	see(&m, "irq.taken", 1, 700);
	see(&m, "irq.taken", 1, 300);
	for (int i = 0; i < 3; i++)
		see(&m, "call.done", 1, 1000 + (uint64_t)(i == 1) * 5000);
	see(&m, "stall.soft", 0, 1);
	see(&m, "stall.rcu", 0, 1);
	see(&m, "ffa.run", 0, 0);
	/* what happens before the end of boot does not count */
	early.kind = trace_kind_find("ffa.run")->id;
	metrics_see(&m, &early, false);
	metrics_end(&m, 1500000000); /* 1.5 s */
	assert_int_equal(m.value[METRIC_SPIN_MAX], 200);
	assert_int_equal(m.value[METRIC_SPIN_P99], 198);
	assert_int_equal(m.value[METRIC_IRQ_LATENCY_MAX], 700);
	assert_int_equal(m.value[METRIC_CALLS], 3);
	assert_int_equal(m.value[METRIC_CALL_MAX], 6000);
	assert_int_equal(m.value[METRIC_CALLS_PER_SECOND], 2);
	assert_int_equal(m.value[METRIC_STALLS], 2);
	assert_int_equal(m.value[METRIC_RUNS], 1);
	assert_int_equal(m.value[METRIC_INTERRUPTS], 0);
	assert_string_equal(metric_text(&m, METRIC_ELAPSED), "1500.000 ms");
	metrics_free(&m);
}

static void no_spin_has_no_percentile(void **state)
{
	struct metrics m;

	(void)state;
	metrics_begin(&m);
	metrics_end(&m, 0);
	assert_int_equal(m.value[METRIC_SPIN_P99], 0);
	assert_int_equal(m.value[METRIC_CALLS_PER_SECOND], 0);
	see(&m, "lock.el1_acquired", 4, 9);
	metrics_end(&m, 1);
	assert_int_equal(m.value[METRIC_SPIN_P99], 9);
	metrics_free(&m);
}

#define BODY                                                                                       \
	"machine: {pes: 1}\n"                                                                      \
	"tasks:\n"                                                                                 \
	"  - {name: a, steps: [{work: {for: 1ms}}, {work: {for: 1ms}}]}\n"                         \
	"expect:\n"                                                                                \
	"  - never: stall\n"                                                                       \
	"variants:\n"                                                                              \
	"  - {name: slow, set: {\"tasks.a.nice\": 5}}\n"                                           \
	"  - name: more\n"                                                                         \
	"    set: {machine.pes: 3}\n"                                                              \
	"    expect:\n"                                                                            \
	"      - never: bug\n"

static void refuse(const char *tail, const char *want)
{
	char text[2048];
	struct diag d = {0};
	struct scn s;

	snprintf(text, sizeof(text), "%s%s", BODY, tail);
	assert_int_equal(scn_load_text(&s, "x.yaml", text, &d), -22);
	assert_string_equal(d.text, want);
	scn_free(&s);
}

static void refusals(void **state)
{
	(void)state;
	refuse("  - {name: slow, set: {machine.pes: 2}}\n",
	       "x.yaml:12:5: two variants are called 'slow'");
	refuse("  - {name: third}\n", "x.yaml:12:5: key 'set' is missing");
	refuse("table: [spin-mx]\n",
	       "x.yaml:12:9: unknown metric 'spin-mx' (did you mean 'spin-max'?)");
	refuse("compare:\n  - {metric: calls, of: slow, to: mor, ratio: 1..}\n",
	       "x.yaml:13:35: unknown variant 'mor' (did you mean 'more'?)");
	refuse("compare:\n  - {metric: calls, of: slow, to: more, ratio: 3..2}\n",
	       "x.yaml:13:48: 'ratio' must be a range of numbers, like 10.. or ..0.5 or 1..2");
	refuse("compare:\n  - {metric: calls, of: slow, to: more, ratio: 3}\n",
	       "x.yaml:13:48: 'ratio' must be a range of numbers, like 10.. or ..0.5 or 1..2");
}

/* A scenario in a file of its own, because each variant is read from it again. */
static char path[] = "/tmp/ffasim-variants-XXXXXX.yaml";

static void file_holds(const char *tail)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fprintf(f, "%s%s", BODY, tail) > 0);
	assert_int_equal(fclose(f), 0);
}

static void a_variant_is_a_scenario(void **state)
{
	struct diag d = {0};
	struct scn s;

	(void)state;
	file_holds("");
	assert_int_equal(scn_load_variant(&s, path, "more", NULL, 0, &d), 0);
	assert_int_equal(s.mach.pes, 3);
	assert_int_equal(s.expect_count, 2); /* the common one and its own */
	assert_int_equal(s.variant_count, 0);
	scn_free(&s);
	assert_int_equal(scn_load_variant(&s, path, "slow", NULL, 0, &d), 0);
	assert_int_equal(s.mach.pes, 1);
	assert_int_equal(s.expect_count, 1);
	scn_free(&s);
}

/* What variants_run() prints for the file with @tail; *code its result. */
static char *output(const char *tail, int *code)
{
	struct run_options o = {.log = LOG_NONE};
	struct diag d = {0};
	struct scn s;
	char *text = NULL;
	size_t bytes = 0;

	file_holds(tail);
	assert_int_equal(scn_load(&s, path, NULL, 0, &d), 0);
	o.out = open_memstream(&text, &bytes);
	assert_non_null(o.out);
	*code = variants_run(&s, &o);
	fclose(o.out);
	scn_free(&s);
	return text;
}

static void comparisons(void **state)
{
	int code;
	char *text = output("table: [elapsed]\n"
			    "compare:\n"
			    "  - {metric: elapsed, of: slow, to: more, ratio: 0.9..1.1}\n",
			    &code);

	(void)state;
	assert_int_equal(code, EXIT_PASS);
	assert_non_null(strstr(text, "variant           elapsed  verdict\n"));
	assert_non_null(strstr(text, "elapsed: slow is 1 times more (0.9..1.1)\n"));
	assert_non_null(strstr(text, "pass  2 variants of "));
	free(text);
	text = output("compare:\n  - {metric: elapsed, of: slow, to: more, ratio: 2..}\n", &code);
	assert_int_equal(code, EXIT_FAIL);
	assert_non_null(
		strstr(text, "compare elapsed: slow is 1 times more, expected at least 2\n"));
	assert_non_null(strstr(text, "FAILED  2 variants of "));
	free(text);
}

static int make_file(void **state)
{
	const int fd = mkstemps(path, 5);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures),     cmocka_unit_test(no_spin_has_no_percentile),
		cmocka_unit_test(refusals),    cmocka_unit_test(a_variant_is_a_scenario),
		cmocka_unit_test(comparisons),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
