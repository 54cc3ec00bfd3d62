/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A run that is taken up along the usual run is the run from the beginning (issue 5, numbers;
 * design 9): the same interleaving, time, points, decisions, verdict, options and news, whatever is
 * decided and however plans count; and nothing that a plan says lies before the place it is taken
 * up at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "core/prng.h"
#include "open_session.h"

#define PLANS 1500

static const char text[] =
	"machine: {pes: 2, leaks: true}\n"
	"partitions:\n"
	"  - {name: echo}\n"
	"tasks:\n"
	"  - name: a\n"
	"    steps:\n"
	"      - open: {device: echo, as: c}\n"
	"      - session: {on: c, as: s, expect: any}\n"
	"      - shm: {on: c, bytes: 8KiB, as: m, expect: any}\n"
	"      - invoke: {on: s, opcode: echo, data: hello, shm: m, expect: any}\n"
	"  - name: b\n"
	"    steps:\n"
	"      - sleep: 20us\n"
	"      - open: {device: echo, as: c}\n"
	"      - session: {on: c, as: s, expect: any}\n"
	"      - invoke: {on: s, opcode: echo, data: world, expect: any}\n";

/* All that a result says, in the numbers that must be equal. */
struct numbers {
	uint64_t shape, virtual_ns, cause, options;
	uint32_t points, questions, passed;
	unsigned news;
	int code;
	struct plan applied, tried;
};

static void open_it(void)
{
	session_prepare(0);
	open_session(text, true);
}

static void listen(void *ctx, const struct trace_rec *rec)
{
	(void)ctx;
	(void)rec;
}

static struct decision draw(struct prng *p)
{
	const uint64_t v = prng_next(p);
	struct decision d = {.kind = DECIDE_ANY, .answer = (uint32_t)(v >> 32)};

	d.at = 1 + (uint32_t)(v >> 8) % 150;
	if (v % 5 == 0) {
		d.kind = ORACLE_PE;
		d.at = 1 + d.at % 8;
		d.answer |= 1u << 20;
	} else if (v % 5 == 1) {
		const char *site[] = {"kern.kmalloc", "kern.copy_from_user", "ffa.error"};
		const int found = fault_find(site[v / 5 % 3]);

		d = (struct decision){.kind = found < 0 ? DECIDE_ANY : ORACLE_FAULT,
				      .site = (uint16_t)(found < 0 ? 0 : found),
				      .at = 1 + d.at % 12,
				      .answer = v % 7 ? 0 : FAULT_FOREVER};
	}
	return d;
}

static void plan_number(unsigned i, struct plan *plan)
{
	struct prng p;

	prng_seed(&p, i);
	*plan = (struct plan){.hinted = i & 1, .options = i % 11 == 3};
	for (unsigned n = 0; n < 1 + i % 3; n++) {
		const struct decision d = draw(&p);

		plan_add(plan, &d);
	}
}

static void run_number(unsigned i, struct numbers *out)
{
	static struct explore_result r;
	struct plan plan;

	plan_number(i, &plan);
	if (i % 100 == 99) /* as a slice begins: everything is news */
		memset(x->seen, 0, sizeof(*x->seen));
	assert_int_equal(x->target.run(&x->target, &plan, &r), 0);
	*out = (struct numbers){.shape = r.shape,
				.virtual_ns = r.virtual_ns,
				.cause = r.cause,
				.points = r.points,
				.questions = r.questions,
				.passed = r.points_passed,
				.news = r.new_pairs,
				.code = r.code,
				.applied = r.applied,
				.tried = r.tried};
	for (unsigned k = 0; k < r.option_count; k++)
		out->options =
			prng_mix(out->options, (uint64_t)r.option[k].at << 16 |
						       r.option[k].kind << 8 | r.option[k].answer);
}

static void same(const struct numbers *a, const struct numbers *b)
{
	assert_int_equal(a->shape, b->shape);
	assert_int_equal(a->virtual_ns, b->virtual_ns);
	assert_int_equal(a->cause, b->cause);
	assert_int_equal(a->options, b->options);
	assert_int_equal(a->points, b->points);
	assert_int_equal(a->questions, b->questions);
	assert_int_equal(a->passed, b->passed);
	assert_int_equal(a->news, b->news);
	assert_int_equal(a->code, b->code);
	assert_true(plan_equal(&a->applied, &b->applied));
	assert_true(plan_equal(&a->tried, &b->tried));
}

/* Each plan from the beginning, then with places to be taken up at. */
static void test_taken_up_is_whole(void **state)
{
	struct numbers *whole = calloc(PLANS, sizeof(*whole)), now;
	unsigned taken = 0;

	(void)state;
	assert_non_null(whole);
	open_it();
	x->see = listen; /* wants to hear all of each run */
	for (unsigned i = 0; i < PLANS; i++)
		run_number(i, &whole[i]);
	assert_null(x->marks);
	close_it();
	open_it();
	for (unsigned i = 0; i < PLANS; i++) {
		struct plan plan;

		run_number(i, &now);
		same(&now, &whole[i]);
		plan_number(i, &plan);
		taken += x->marks && marks_for(x->marks, &plan);
	}
	if (x->snapshot)
		assert_true(taken > PLANS / 4);
	close_it();
	free(whole);
}

static const struct mark *mark_of(struct decision a, struct decision b)
{
	struct plan plan = {.hinted = true};

	plan_add(&plan, &a);
	if (b.at)
		plan_add(&plan, &b);
	return marks_for(x->marks, &plan);
}

static void test_nothing_lies_before(void **state)
{
	const struct decision none = {0}, late = {.kind = DECIDE_ANY, .at = 100},
			      early = {.kind = DECIDE_ANY, .at = 1},
			      asked = {.kind = ORACLE_PE, .at = 1};
	struct decision fault = {.kind = ORACLE_FAULT};
	const struct mark *mark;
	struct numbers r;
	int site;

	(void)state;
	open_it();
	for (unsigned i = 0; i < 40; i++)
		run_number(i, &r);
	if (!x->snapshot) {
		close_it();
		skip();
	}
	assert_non_null(x->marks);
	mark = mark_of(late, none);
	assert_non_null(mark);
	assert_in_range(mark->points, 80, 100);
	assert_null(mark_of(early, none));
	assert_null(mark_of(late, early));
	assert_null(marks_for(x->marks, &(struct plan){0}));
	if (mark->questions) {
		const struct mark *before = mark_of(late, asked);

		assert_true(!before || !before->questions);
	}
	site = fault_find("kern.kmalloc");
	assert_true(site >= 0);
	fault.site = (uint16_t)site;
	assert_true(mark->passed[site] > marks_begin(x->marks)[site]);
	fault.at = (uint32_t)(mark->passed[site] - marks_begin(x->marks)[site]);
	assert_true(mark_of(late, fault) != mark);
	fault.at++;
	assert_ptr_equal(mark_of(late, fault), mark);
	fault.at = FAULT_RANDOM;
	assert_null(mark_of(fault, none));
	close_it();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken_up_is_whole),
		cmocka_unit_test(test_nothing_lies_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
