/* SPDX-License-Identifier: BSD-3-Clause */
/* Expectations and exporters over synthetic traces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "host/judge.h"
#include "host/show.h"

static struct trace_rec rec(const char *kind, uint64_t ns, unsigned pe, const char *who,
			    uint64_t a0, uint64_t a1)
{
	const struct trace_kind *k = trace_kind_find(kind);

	assert_non_null(k);
	return (struct trace_rec){.time_ns = ns,
				  .kind = k->id,
				  .pe = (uint16_t)pe,
				  .who = trace_intern(who),
				  .arg = {a0, a1}};
}

/* "" = all hold, else the first finding. */
static void judge(const char *expect, const struct trace_rec *r, size_t n, const char *want)
{
	struct judge_end end = {.stop = MACHINE_DONE};
	struct report report;
	struct diag d = {0};
	char text[1000], summary[200];
	struct judge j;
	struct scn s;
	bool ok;

	snprintf(text, sizeof(text), "expect:\n  - %s\n", expect);
	report_init(&report);
	if (scn_load_text(&s, "x.yaml", text, &d))
		fail_msg("%s", d.text);
	assert_int_equal(judge_init(&j, &s), 0);
	for (size_t i = 0; i < n; i++)
		judge_see(&j, &r[i]);
	ok = judge_end(&j, &end, &report, summary, sizeof(summary));
	assert_string_equal(report.first ? report.first->what : "", want);
	assert_int_equal(ok, !*want);
	judge_finish(&j);
	report_finish(&report);
	scn_free(&s);
}

/* Who tells the judge only of the kinds it names must lose nothing. */
static void hears(const char *expect, const char *kind, bool want)
{
	const struct trace_kind *k = trace_kind_find(kind);
	struct trace_kinds kinds = {0};
	struct diag d = {0};
	char text[200];
	struct judge j;
	struct scn s;

	assert_non_null(k);
	snprintf(text, sizeof(text), "expect:\n  - %s\n", expect);
	if (scn_load_text(&s, "x.yaml", text, &d))
		fail_msg("%s", d.text);
	assert_int_equal(judge_init(&j, &s), 0);
	judge_hears(&j, &kinds);
	assert_int_equal(trace_kinds_have(&kinds, k->id), want);
	judge_finish(&j);
	scn_free(&s);
}

static void kinds(void **state)
{
	(void)state;
	hears("order: [ffa.interrupt@pe0, ffa.run@pe1]", "ffa.run", true);
	hears("order: [ffa.interrupt@pe0, ffa.run@pe1]", "ffa.interrupt", true);
	hears("order: [ffa.interrupt@pe0, ffa.run@pe1]", "ffa.direct_req", false);
	hears("count: {event: sp.enter, equal: sp.leave}", "sp.leave", true);
	hears("never: [sp.crash]", "irq.taken", true); /* for bounds of latency */
	hears("never: [sp.crash]", "lock.el1_wait", true);
	hears("never: [sp.crash]", "lock.el1_acquired", true);
	hears("never: [sp.crash]", "lock.el1_released", true);
}

static void order(void **state)
{
	uint64_t spin = trace_intern("spin");
	struct trace_rec r[] = {
		rec("ffa.interrupt", 1000000, 0, "client", spin, 0x80020000),
		rec("ffa.run", 2000000, 1, "client", spin, 0x80020000),
	};

	judge("order: [ffa.interrupt@pe0, ffa.run@pe1]", r, 2, "");
	judge("order: [\"ffa.interrupt{w1=80020000, sp=spin}\", "
	      "\"ffa.run{w1=80020000..80020001}\"]",
	      r, 2, "");
	judge("order: [ffa.run@pe1, ffa.interrupt@pe0]", r, 2,
	      "x.yaml:2: order: ffa.interrupt@pe0 (2 of 2) did not happen after ffa.run@pe1 at "
	      "2.000 ms");
	judge("order: [ffa.run@pe0]", r, 2, "x.yaml:2: order: ffa.run@pe0 (1 of 1) did not happen");
	judge("order: [\"ffa.run{w1=80020001}\"]", r, 2,
	      "x.yaml:2: order: ffa.run{w1=80020001} (1 of 1) did not happen");
}

static void never_and_sometimes(void **state)
{
	struct trace_rec r[] = {rec("stall.soft", 5000000, 1, "client", 1, 22)};

	judge("never: stall", r, 0, "");
	judge("never: stall", r, 1,
	      "x.yaml:2: never: stall.soft cpu=1 seconds=22 happened at 5.000 ms on PE1");
	judge("never: stall@pe0", r, 1, "");
	judge("sometimes: stall", r, 1, "");
	judge("sometimes: [stall, sp.migrated]", r, 1,
	      "x.yaml:2: sometimes: sp.migrated never happened");
	judge("never: \"stall.soft{who=other}\"", r, 1, "");
	judge("always: \"stall.soft{cpu=1}\"", r, 1, "");
	judge("always: \"stall.soft{cpu=0}\"", r, 1,
	      "x.yaml:2: always: stall.soft cpu=1 seconds=22 at 5.000 ms on PE1");
}

static void count(void **state)
{
	uint64_t spin = trace_intern("spin");
	struct trace_rec r[] = {
		rec("ffa.interrupt", 1, 0, "client", spin, 0),
		rec("ffa.run", 2, 0, "client", spin, 0),
		rec("ffa.interrupt", 3, 0, "client", spin, 0),
	};

	judge("count: {event: ffa.interrupt, equal: 2}", r, 3, "");
	judge("count: {event: ffa.interrupt, min: 3}", r, 3,
	      "x.yaml:2: count ffa.interrupt: 2, expected at least 3");
	judge("count: {event: ffa.interrupt, max: 1}", r, 3,
	      "x.yaml:2: count ffa.interrupt: 2, expected at most 1");
	judge("count: {event: ffa.interrupt, equal: ffa.run}", r, 3,
	      "x.yaml:2: count ffa.interrupt: 2, expected as many as ffa.run: 1");
	judge("count: {event: ffa.interrupt, of: ffa.run, ratio: 1.5..2.5}", r, 3, "");
	judge("count: {event: ffa.interrupt, of: ffa.run, ratio: 0.5..1.5}", r, 3,
	      "x.yaml:2: count ffa.interrupt: 2, of ffa.run: 1, ratio outside 0.5..1.5");
}

static void bound(void **state)
{
	struct trace_rec r[] = {rec("irq.taken", 5000000, 1, "client", 30, 4000000)};

	judge("bound: {what: irq-latency, max: 4ms}", r, 1, "");
	judge("bound: {what: irq-latency, max: 3ms}", r, 1,
	      "x.yaml:2: bound irq-latency: 4.000 ms, expected at most 3ms");
	judge("bound: {what: irq-latency, pe: 0, max: 3ms}", r, 1, "");
	judge("bound: {what: irq-latency, min: 5ms}", r, 1,
	      "x.yaml:2: bound irq-latency: 4.000 ms, expected at least 5ms");
}

static void stop(void **state)
{
	judge("stop: done", NULL, 0, "");
	judge("stop: halted", NULL, 0,
	      "x.yaml:2: stop: the run ended by 'done', expected 'halted'");
}

/* Lines of golden.md G3, numbers in ranges. */
static void log_lines(void **state)
{
	const char *line = "watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [sspin:56]";

	assert_true(judge_log_match("watchdog: BUG: soft lockup - CPU#{1} stuck for {20..30}s! *",
				    line));
	assert_false(judge_log_match("watchdog: BUG: soft lockup - CPU#{0} stuck for {20..30}s! *",
				     line));
	assert_false(judge_log_match("watchdog: BUG: soft lockup - CPU#{1} stuck for {20..25}s! *",
				     line));
	assert_true(judge_log_match("*stuck for {}s*", line));
}

static char *text_of(void (*fill)(FILE *f))
{
	static char buf[20000];
	FILE *f = fmemopen(buf, sizeof(buf), "w");

	memset(buf, 0, sizeof(buf));
	fill(f);
	fclose(f);
	return buf;
}

static void fill_wire(FILE *f)
{
	struct trace_rec r[6];
	struct show_wire w;

	r[0] = rec("nwd.smc", 1, 0, "spin", 0x8400006d, 0x80020000);
	r[1] = rec("nwd.smc", 2, 1, "main", 0x84000069, 0);
	r[2] = rec("nwd.ret", 3, 0, "spin", 0x84000062, 0x80020000);
	r[3] = rec("nwd.ret", 4, 1, "main", 0x84000061, 0);
	r[4] = rec("nwd.resume", 4, 1, "main", 0x84000061, 0);
	r[5] = rec("nwd.resume", 5, 1, "spin", 0x84000062, 0);
	show_wire_begin(&w, f);
	for (int i = 0; i < 6; i++)
		show_wire_record(&w, &r[i]);
	show_wire_end(&w);
}

/* golden.md section 0: line format; a>b when the task continued on another PE. */
static void wire_format(void **state)
{
	assert_string_equal(
		text_of(fill_wire),
		"1 main 84000069 0 0 0 0 0 0 0 -> 84000061 0 0 0 0 0 0 0\n"
		"0>1 spin 8400006d 80020000 0 0 0 0 0 0 -> 84000062 80020000 0 0 0 0 0 0\n");
}

static void fill_elided(FILE *f)
{
	struct show_text t;
	struct trace_rec end;

	show_text_begin(&t, f, 1, false);
	for (int i = 0; i < 1003; i++) {
		struct trace_rec r =
			rec("nwd.smc", (uint64_t)i * 4000000, 0, "c", 0x8400006d, 0x80020000);

		show_text_record(&t, &r);
	}
	end = rec("nwd.ret", 5000000000, 0, "c", 0x84000061, 0);
	show_text_record(&t, &end);
	show_text_end(&t);
}

/* The first hundred lines are complete; then what repeats is counted, what is new is shown. */
static void elision(void **state)
{
	char want[8192];
	int n = snprintf(want, sizeof(want), "   virtual time  PE0\n");

	for (unsigned i = 0; i < 100; i++)
		n += snprintf(want + n, sizeof(want) - (size_t)n, "%11u.000  %s | RUN 8002:0\n",
			      4 * i, i ? " " : "c");
	snprintf(want + n, sizeof(want) - (size_t)n,
		 "                 ... (903 more, --log all)\n       5000.000    < SUCCESS\n");
	assert_string_equal(text_of(fill_elided), want);
}

static void fill_json(FILE *f)
{
	struct trace_rec r = rec("sp.log", 1500, 1, "a\"b", trace_intern("x\ty"), 0);

	show_json_record(f, &r);
}

static void json_lines(void **state)
{
	assert_string_equal(text_of(fill_json),
			    "{\"t_ns\":1500,\"pe\":1,\"flow\":\"a\\\"b\",\"event\":"
			    "\"sp.log\",\"text\":\"x\\u0009y\"}\n");
}

static void fill_chrome(FILE *f)
{
	struct trace_rec r[4];
	struct show_chrome c;

	r[0] = rec("nwd.smc", 1000, 0, "a", 0x8400006d, 1);
	r[1] = rec("sp.state", 2000, 0, "spin", trace_intern("spin"), trace_intern("idle"));
	r[1].arg[2] = trace_intern("busy");
	r[2] = r[1];
	r[2].time_ns = 3000;
	r[2].arg[1] = trace_intern("busy");
	r[2].arg[2] = trace_intern("idle");
	r[3] = rec("nwd.ret", 4000, 0, "a", 0x84000070, 1);
	show_chrome_begin(&c, f, 2);
	for (int i = 0; i < 4; i++)
		show_chrome_record(&c, &r[i]);
	show_chrome_end(&c);
}

static void chrome_tracks(void **state)
{
	const char *text = text_of(fill_chrome);
	int depth = 0;

	assert_non_null(strstr(
		text,
		"\"ph\":\"X\",\"name\":\"busy\",\"pid\":2,\"tid\":1,\"ts\":2.000,\"dur\":1.000"));
	assert_non_null(strstr(
		text,
		"\"ph\":\"X\",\"name\":\"a\",\"pid\":1,\"tid\":0,\"ts\":1.000,\"dur\":1.000"));
	assert_non_null(strstr(text, "\"ph\":\"s\""));
	assert_non_null(strstr(text, "\"ph\":\"f\""));
	for (const char *p = text; *p; p++)
		depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
	assert_int_equal(depth, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(order),
		cmocka_unit_test(never_and_sometimes),
		cmocka_unit_test(count),
		cmocka_unit_test(bound),
		cmocka_unit_test(stop),
		cmocka_unit_test(log_lines),
		cmocka_unit_test(wire_format),
		cmocka_unit_test(elision),
		cmocka_unit_test(json_lines),
		cmocka_unit_test(chrome_tracks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
