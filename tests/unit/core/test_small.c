/* SPDX-License-Identifier: BSD-3-Clause */
/* The small parts of core: random numbers, oracle, trace, faults, findings. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "core/fault.h"
#include "core/oracle.h"
#include "core/report.h"
#include "core/trace.h"

static void random_numbers_repeat_for_a_seed(void **state)
{
	struct prng a, b, c;
	unsigned same = 0, bucket[10] = {0};

	(void)state;
	prng_seed(&a, 7);
	prng_seed(&b, 7);
	prng_seed(&c, 8);
	for (int i = 0; i < 1000; i++) {
		uint64_t x = prng_next(&a);

		assert_true(x == prng_next(&b));
		same += x == prng_next(&c);
	}
	assert_int_equal(same, 0);
	for (int i = 0; i < 10000; i++)
		bucket[prng_below(&a, 10)]++;
	for (int i = 0; i < 10; i++)
		assert_in_range(bucket[i], 850, 1150);
	/* First output of the published generator for state {1, 2, 3, 4}: rotl(2 * 5, 7) * 9. */
	a = (struct prng){.s = {1, 2, 3, 4}};
	assert_int_equal(prng_next(&a), 11520);
}

static uint32_t too_big(struct oracle *o, enum oracle_kind kind, uint32_t n, uint32_t usual,
			const char *where)
{
	(void)o;
	(void)kind;
	(void)usual;
	(void)where;
	return n + 3;
}

static void the_oracle_answers_within_bounds(void **state)
{
	static const struct oracle_ops broken = {.name = "broken", .choose = too_big};
	struct oracle o;

	(void)state;
	oracle_init(&o, NULL, NULL, 1);
	assert_int_equal(oracle_choose(&o, ORACLE_WAKE, 5, 3, "t"), 3);
	assert_int_equal(o.choices, 1);
	assert_int_equal(oracle_choose(&o, ORACLE_WAKE, 1, 0, "t"), 0);
	assert_int_equal(o.choices, 1); /* one answer is no question */
	oracle_init(&o, &broken, NULL, 1);
	assert_int_equal(oracle_choose(&o, ORACLE_PE, 4, 2, "t"), 2);
}

static struct trace_rec got[8];
static unsigned got_count;

static void collect(struct trace_sink *sink, const struct trace_rec *rec)
{
	(void)sink;
	got[got_count++] = *rec;
}

static void kinds_are_sorted_and_found(void **state)
{
	size_t n;
	const struct trace_kind *const *k = trace_kinds(&n);

	(void)state;
	assert_true(n >= 5); /* those of sim/soc alone */
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(k[i]->id, i);
		assert_non_null(k[i]->doc);
		assert_ptr_equal(trace_kind_by_id((uint16_t)i), k[i]);
		assert_ptr_equal(trace_kind_find(k[i]->name), k[i]);
		if (i)
			assert_true(strcmp(k[i - 1]->name, k[i]->name) < 0);
	}
	assert_null(trace_kind_find("no.such"));
	assert_null(trace_kind_by_id((uint16_t)n));
	assert_string_equal(trace_kind_find("irq.pend")->fields[1], "intid");
}

static int evaluated;
static uint64_t costly(void)
{
	return (uint64_t)++evaluated;
}

static void a_record_reaches_every_sink_in_order_of_adding(void **state)
{
	struct trace t;
	struct trace_sink a = {.emit = collect}, b = {.emit = collect};
	const struct trace_kind *kind = trace_kind_find("irq.pend");
	uint64_t now = 77;

	(void)state;
	trace_init(&t);
	got_count = 0;
	TRACE(&t, *kind, costly());
	assert_int_equal(evaluated, 0); /* nobody listens: arguments are not even computed */
	trace_add_sink(&t, &a);
	trace_add_sink(&t, &b);
	assert_ptr_equal(t.sinks, &a);
	assert_ptr_equal(a.next, &b);
	t.ctx.now_ns = &now;
	t.ctx.pe = 3;
	t.ctx.who = trace_intern("client");
	TRACE(&t, *kind, 1, 2);
	TRACE(&t, *kind);
	assert_int_equal(got_count, 4);
	assert_int_equal(got[0].time_ns, 77);
	assert_int_equal(got[0].arg[0], 1);
	assert_int_equal(got[0].arg[1], 2);
	assert_int_equal(got[0].arg[2], 0);
	assert_int_equal(got[0].pe, 3);
	assert_int_equal(got[0].kind, kind->id);
	assert_string_equal(trace_name(got[0].who), "client");
	assert_int_equal(got[1].seq, got[0].seq);
	assert_int_equal(got[2].seq, got[0].seq + 1);
	assert_int_equal(got[2].arg[0], 0);
	trace_finish(&t);
	assert_false(t.on);
}

static void a_sink_gets_only_the_kinds_it_names(void **state)
{
	const struct trace_kind *pend = trace_kind_find("irq.pend"),
				*taken = trace_kind_find("irq.taken");
	struct trace_kinds only = {0};
	struct trace_sink all = {.emit = collect}, some = {.emit = collect, .only = &only};
	const uint64_t args[] = {5, 6};
	struct trace t;

	(void)state;
	trace_init(&t);
	trace_kinds_add(&only, taken->id);
	trace_add_sink(&t, &some);
	assert_true(t.on);
	got_count = 0;
	TRACE(&t, *pend, 1);
	assert_int_equal(got_count, 0);
	trace_emit(&t, taken, 2, args);
	assert_int_equal(got_count, 1);
	assert_int_equal(got[0].seq, 1); /* events count, whoever hears of them */
	assert_int_equal(got[0].arg[1], 6);
	trace_add_sink(&t, &all);
	TRACE(&t, *pend, 1);
	assert_int_equal(got_count, 2);
	assert_int_equal(got[1].kind, pend->id);
	trace_finish(&t);
}

static void names_are_interned_once(void **state)
{
	uint32_t id[1000];
	char name[16];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "name%d", i);
		id[i] = trace_intern(name);
		assert_true(id[i] > 0);
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "name%d", i);
		assert_int_equal(trace_intern(name), id[i]);
		assert_string_equal(trace_name(id[i]), name);
	}
	assert_int_equal(trace_intern(NULL), 0);
	assert_string_equal(trace_name(0), "-");
}

static void a_fault_counts_down_and_stops(void **state)
{
	struct fault_site site = {.name = "t"};
	unsigned failed = 0;

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_false(fault_hit(&site));
	site = (struct fault_site){.name = "t", .armed = true, .nth = 3, .times = 2};
	for (int i = 1; i <= 6; i++)
		failed |= (unsigned)fault_hit(&site) << i;
	assert_int_equal(failed, 1u << 3 | 1u << 4);
	assert_int_equal(site.passed, 6);
	assert_int_equal(site.injected, 2);
	site = (struct fault_site){.name = "t", .armed = true, .nth = 2, .times = 0};
	failed = 0;
	for (int i = 1; i <= 6; i++)
		failed |= (unsigned)fault_hit(&site) << i;
	assert_int_equal(failed, 0x7c); /* for ever from the second on */
	assert_int_equal(fault_arm("no.such.site", 1, 1, 0), -ENOENT);
}

static const struct fault_site *told;
static unsigned told_count;
static void tell(const struct fault_site *site)
{
	told = site;
	told_count++;
}

static void a_site_has_values_and_an_observer(void **state)
{
	static const int64_t values[] = {-6, -4};
	struct fault_site site = {.name = "t", .values = values, .value_count = 2}, plain = {0};

	(void)state;
	fault_arm_site(&site, 2, 1, FAULT_USUAL);
	assert_int_equal(site.value, -6);
	fault_arm_site(&site, 2, 1, -4);
	assert_int_equal(site.value, -4);
	fault_arm_site(&plain, 0, 1, FAULT_USUAL);
	assert_int_equal(plain.value, 0);
	assert_int_equal(plain.nth, 1);
	fault_observer = tell;
	assert_false(fault_hit(&site));
	assert_int_equal(told_count, 0);
	assert_true(fault_hit(&site));
	fault_observer = NULL;
	assert_int_equal(told_count, 1);
	assert_ptr_equal(told, &site);
	assert_true(fault_hit(&plain)); /* nobody is told */
	assert_int_equal(told_count, 1);
}

static void sites_are_sorted_and_reset_together(void **state)
{
	size_t n;
	struct fault_site *const *s = fault_sites(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		if (i)
			assert_true(strcmp(s[i - 1]->name, s[i]->name) < 0);
		assert_int_equal(fault_arm(s[i]->name, 0, 1, -12), 0);
		assert_int_equal(s[i]->nth, 1);
		assert_int_equal(s[i]->value, -12);
		assert_true(fault_hit(s[i]));
	}
	fault_reset_all();
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(s[i]->passed, 0);
		assert_false(fault_hit(s[i]));
	}
	fault_reset_all();
}

static void findings_keep_their_order(void **state)
{
	struct report r;

	(void)state;
	report_init(&r);
	report_add(&r, FINDING_DETECTOR, "here", "%d bytes", 16);
	report_add(&r, FINDING_CRASH, NULL, "second");
	assert_int_equal(r.count, 2);
	assert_string_equal(r.first->what, "16 bytes");
	assert_string_equal(r.first->where, "here");
	assert_int_equal(r.first->class, FINDING_DETECTOR);
	assert_ptr_equal(r.first->next, r.last);
	assert_null(r.last->where);
	report_finish(&r);
	assert_int_equal(r.count, 0);
	assert_null(r.first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_numbers_repeat_for_a_seed),
		cmocka_unit_test(the_oracle_answers_within_bounds),
		cmocka_unit_test(kinds_are_sorted_and_found),
		cmocka_unit_test(a_record_reaches_every_sink_in_order_of_adding),
		cmocka_unit_test(a_sink_gets_only_the_kinds_it_names),
		cmocka_unit_test(names_are_interned_once),
		cmocka_unit_test(a_fault_counts_down_and_stops),
		cmocka_unit_test(a_site_has_values_and_an_observer),
		cmocka_unit_test(sites_are_sorted_and_reset_together),
		cmocka_unit_test(findings_keep_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
