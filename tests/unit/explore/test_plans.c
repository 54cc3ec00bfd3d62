/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Strategies, campaigns and shrinking against a target made of numbers (issue 5, items 1 and 4):
 * it fails when its plan holds at certain points, so what a strategy must find is known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "core/fault.h"
#include "explore/explore.h"

#define POINTS 40

/* Fails when all of these points are held, and none of @not. */
struct fake {
	struct explore_target target;
	uint32_t need[4], not ;
	unsigned needs, runs;
	uint64_t held[POINTS + 1]; /* how often each was tried */
	struct option option[POINTS];
};

static bool holds(const struct plan *plan, uint32_t at)
{
	for (unsigned i = 0; i < plan->count; i++)
		if (plan->d[i].at == at)
			return true;
	return false;
}

static int fake_run(struct explore_target *t, const struct plan *plan, struct explore_result *r)
{
	struct fake *f = (struct fake *)t;
	uint32_t last = 0;

	*r = (struct explore_result){.points = POINTS, .shape = 1};
	f->runs++;
	r->failed = true;
	for (unsigned i = 0; i < plan->count; i++) {
		if (plan->d[i].at > POINTS || !decision_is_point(plan->d[i].kind))
			continue;
		plan_add(&r->applied, &plan->d[i]);
		r->applied.d[r->applied.count - 1].kind = ORACLE_HOLD;
		r->shape += (uint64_t)1 << plan->d[i].at % 60;
		f->held[plan->d[i].at]++;
		if (plan->d[i].at > last)
			last = plan->d[i].at;
	}
	for (unsigned i = 0; i < f->needs; i++)
		r->failed &= holds(plan, f->need[i]);
	r->failed &= !f->not || !holds(plan, f->not );
	r->cause = r->failed ? 7 : 0;
	r->new_pairs = plan->count == 1;
	if (plan->options) {
		for (uint32_t at = last + 1; at <= POINTS; at++)
			f->option[r->option_count++] = (struct option){at, ORACLE_HOLD, 0};
		r->option = f->option;
	}
	return 0;
}

static struct campaign *go(struct fake *f, const struct strategy *s, unsigned depth, uint64_t runs)
{
	struct campaign *c = calloc(1, sizeof(*c));
	struct campaign_config cfg = {.strategy = s,
				      .how = {.seed = 1, .depth = depth},
				      .runs_max = runs,
				      .stop_on_first = true};

	f->target.run = fake_run;
	assert_int_equal(campaign_run(c, &cfg, &f->target), 0);
	return c;
}

static void done(struct campaign *c)
{
	campaign_free(c);
	free(c);
}

/* anchors.md D.1: all runs with at most c decisions, exactly once each. */
static void test_bounded_is_complete(void **state)
{
	struct fake f = {.needs = 1, .need = {POINTS + 1}}; /* never fails */
	struct campaign *c = go(&f, &strategy_bounded, 2, 0);

	(void)state;
	assert_true(c->exhausted);
	/* 1 without, 40 with one, 40 * 39 / 2 with two, and the runs that only ask for options:
	 * each single decision once more as a prefix. */
	assert_int_equal(c->shapes.count, 1 + POINTS + POINTS * (POINTS - 1) / 2);
	assert_int_equal(c->runs, 1 + POINTS + POINTS + POINTS * (POINTS - 1) / 2);
	for (unsigned i = 1; i <= POINTS; i++)
		assert_in_range(f.held[i], POINTS, POINTS + 2);
	done(c);
}

static void test_bounded_finds_the_shortest(void **state)
{
	struct fake f = {.needs = 2, .need = {9, 31}};
	struct campaign *c = go(&f, &strategy_bounded, 3, 0);

	(void)state;
	assert_int_equal(c->finding_count, 1);
	assert_int_equal(c->finding[0].result.applied.count, 2);
	done(c);
}

static void test_others_find(void **state)
{
	const struct strategy *const s[] = {&strategy_random, &strategy_pct, &strategy_coverage};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct fake f = {.needs = 2, .need = {9, 31}};
		struct campaign *c = go(&f, s[i], s[i] == &strategy_pct ? 3 : 0, 100000);

		assert_int_equal(c->finding_count, 1);
		assert_int_equal(c->finding[0].cause, 7);
		done(c);
	}
}

/* The same seed gives the same campaign; another one gives another. */
static void test_seeds(void **state)
{
	struct fake a = {.needs = 2, .need = {9, 31}}, b = a;
	struct campaign *x = go(&a, &strategy_random, 0, 100000);
	struct campaign *y = go(&b, &strategy_random, 0, 100000);

	(void)state;
	assert_int_equal(x->runs, y->runs);
	assert_memory_equal(a.held, b.held, sizeof(a.held));
	done(x);
	done(y);
}

static void test_shrink(void **state)
{
	struct fake f = {.target.run = fake_run, .needs = 2, .need = {9, 31}};
	struct explore_result r;
	struct plan plan = {0};

	(void)state;
	for (uint32_t at = 1; at <= POINTS; at += 2)
		plan_add(&plan, &(struct decision){.kind = ORACLE_HOLD, .at = at});
	assert_in_range(plan_shrink(&plan, 7, &f.target, &r, NULL, NULL), 1, 400);
	assert_int_equal(plan.count, 2);
	assert_true(r.failed && plan.d[0].at == 9 && plan.d[1].at == 31);
	/* A plan that does not fail, or fails otherwise, is left alone. */
	assert_int_equal(plan_shrink(&plan, 8, &f.target, &r, NULL, NULL), 1);
	assert_int_equal(plan.count, 2);
}

/* Where taking a decision away moves the others. */
static void test_shrink_moves(void **state)
{
	struct fake f = {.target.run = fake_run, .needs = 1, .need = {20}};
	struct explore_result r;
	struct plan plan = {0};

	(void)state;
	plan_add(&plan, &(struct decision){.kind = ORACLE_HOLD, .at = 3});
	plan_add(&plan, &(struct decision){.kind = ORACLE_HOLD, .at = 20});
	plan_shrink(&plan, 7, &f.target, &r, NULL, NULL);
	assert_int_equal(plan.count, 1);
	assert_int_equal(plan.d[0].at, 20);
}

static void test_text(void **state)
{
	struct plan p = {0};
	char text[200];

	(void)state;
	plan_add(&p, &(struct decision){.kind = ORACLE_PE, .at = 4, .answer = 1});
	plan_add(&p, &(struct decision){.kind = ORACLE_MOVE, .at = 12, .answer = 1});
	plan_add(&p, &(struct decision){.kind = ORACLE_HOLD, .at = 7});
	plan_sort(&p);
	plan_text(&p, text, sizeof(text));
	assert_string_equal(text,
			    "{at: 7, do: hold} {at: 12, do: move, to: 1} {question: 4, answer: 1}");
	assert_int_equal(cause_of("leak: 3 objects at 0x12af in f"),
			 cause_of("leak: 17 objects at 0x9 in f"));
	assert_int_not_equal(cause_of("leak in f"), cause_of("leak in g"));
}

static unsigned asked;

static struct oracle_act ask(struct follow *f, struct oracle *o, bool skip)
{
	const struct oracle_may may = {.hold = true};

	if (skip)
		follow_skip(f, o);
	asked = ++o->points == o->next_point;
	return asked ? o->ops->point(o, &may) : (struct oracle_act){ORACLE_KIND_COUNT, 0};
}

/* Hints: a plan's third point is the fifth when two before it are not counted, and is written as
 * the fifth; followed again without hints, it is the same one. Options skip them too. */
static void test_skipped_points(void **state)
{
	static const bool skip[] = {false, true, false, true, false, false, true};
	struct plan plan = {.hinted = true};
	struct follow f = {0};
	struct oracle o = {0};
	unsigned held = 0;

	(void)state;
	plan_add(&plan, &(struct decision){.kind = ORACLE_HOLD, .at = 3});
	follow_start(&f, &plan, &o);
	for (unsigned i = 0; i < 7; i++)
		if (ask(&f, &o, skip[i]).kind == ORACLE_HOLD)
			held = i + 1;
	assert_int_equal(held, 5);
	assert_int_equal(f.applied.d[0].at, 5);
	assert_int_equal(f.tried.d[0].at, 3);
	plan = f.applied;
	follow_start(&f, &plan, &o);
	for (unsigned i = 0; i < 7; i++)
		if (ask(&f, &o, false).kind == ORACLE_HOLD)
			assert_int_equal(i + 1, 5);
	assert_int_equal(f.applied.count, 1);
	plan = (struct plan){.options = true, .hinted = true};
	follow_start(&f, &plan, &o);
	for (unsigned i = 0; i < 7; i++) {
		ask(&f, &o, skip[i]);
		assert_int_equal(asked, !skip[i]);
	}
	assert_int_equal(f.option_count, 4);
	assert_int_equal(f.option[2].at, 3);
	follow_free(&f);
}

/* Names: of nine points the third, sixth and eighth have one, the eighth even two. A plan's second
 * point is the sixth, written so and the same one when it is followed without names. */
static void test_named_points(void **state)
{
	static const unsigned names[10] = {[3] = 1, [6] = 1, [8] = 2};
	struct plan plan = {.hinted = true};
	struct follow f = {0};
	struct oracle o = {0};

	(void)state;
	for (int options = 0; options < 2; options++) {
		plan = (struct plan){.options = options};
		if (!options)
			plan_add(&plan, &(struct decision){.kind = ORACLE_HOLD, .at = 2});
		follow_start(&f, &plan, &o);
		follow_named(&f, &o);
		for (unsigned at = 1; at < 10; at++) {
			for (unsigned i = 0; i < names[at]; i++)
				follow_name(&f, &o);
			ask(&f, &o, false);
			assert_int_equal(asked, options ? names[at] > 0 : at == 6);
		}
		assert_int_equal(follow_points(&f, &o), 3);
		if (options)
			break;
		assert_int_equal(f.applied.count, 1);
		assert_int_equal(f.applied.d[0].at, 6);
		assert_int_equal(f.tried.d[0].at, 2);
	}
	assert_int_equal(f.option_count, 3);
	assert_int_equal(f.option[2].at, 3);
	plan = (struct plan){0};
	plan_add(&plan, &(struct decision){.kind = ORACLE_HOLD, .at = 6});
	follow_start(&f, &plan, &o);
	for (unsigned at = 1; at < 10; at++) {
		if (names[at])
			follow_name(&f, &o); /* nobody counts by them */
		ask(&f, &o, false);
		assert_int_equal(asked, at == 6);
	}
	assert_int_equal(f.applied.d[0].at, 6);
	assert_int_equal(follow_points(&f, &o), 9);
	follow_free(&f);
}

/* What plan_text() writes, plan_parse() reads. */
static void test_parse(void **state)
{
	struct plan p = {0}, q;
	char text[400];
	size_t sites;

	(void)state;
	fault_sites(&sites);
	plan_add(&p, &(struct decision){.kind = ORACLE_HOLD, .at = 7});
	plan_add(&p, &(struct decision){.kind = ORACLE_IRQ, .at = 8});
	plan_add(&p, &(struct decision){.kind = ORACLE_PREEMPT, .at = 9});
	plan_add(&p, &(struct decision){.kind = ORACLE_MOVE, .at = 12, .answer = 1});
	plan_add(&p,
		 &(struct decision){.kind = ORACLE_FAULT, .site = (uint16_t)(sites - 1), .at = 3});
	plan_add(&p, &(struct decision){.kind = ORACLE_PE, .at = 4, .answer = 1});
	plan_text(&p, text, sizeof(text));
	assert_true(plan_parse(text, &q));
	assert_true(plan_equal(&p, &q));
	assert_true(plan_parse("", &q) && !q.count);
	assert_false(plan_parse("{at: 7, do: sleep}", &q));
	assert_false(plan_parse("{fault: no.such.site, nth: 1}", &q));
	assert_true(
		plan_parse("{fault: ffa.error, nth: 2, value: -4} {fault: ffa.error, nth: 3}", &q));
	assert_int_equal(q.count, 2);
	assert_int_equal(q.d[0].at, 2);
	assert_int_not_equal(q.d[0].value, 0);
	assert_int_equal(q.d[1].value, 0);
	plan_text(&q, text, sizeof(text));
	assert_string_equal(text,
			    "{fault: ffa.error, nth: 2, value: -4} {fault: ffa.error, nth: 3}");
	assert_false(plan_parse("{fault: ffa.error, nth: 2, value: 17}", &q));
	assert_false(plan_parse("{fault: kern.kmalloc, nth: 2, value: 0}", &q));
	assert_false(plan_parse("{at: 7, do: hold} and more", &q));
}

/* Slices: every run of the whole, in parts; their union does not depend on how they are dealt. */
static void test_bounded_slices(void **state)
{
	struct fake whole = {.needs = 1, .need = {POINTS + 1}}, parts = whole;
	struct campaign *c = go(&whole, &strategy_bounded, 2, 0), *sum = calloc(1, sizeof(*sum));
	uint64_t slices = 1;

	(void)state;
	parts.target.run = fake_run;
	for (uint64_t n = 0; n < slices; n++) {
		struct campaign_config cfg = {
			.strategy = &strategy_bounded,
			.how = {.seed = 1, .depth = 2, .sliced = true, .slice = n}};
		struct campaign *part = calloc(1, sizeof(*part));

		assert_int_equal(campaign_run(part, &cfg, &parts.target), 0);
		slices = part->slices;
		campaign_add(sum, part);
		done(part);
	}
	assert_int_equal(slices, 1 + POINTS);
	assert_int_equal(sum->runs, c->runs);
	assert_int_equal(sum->shapes.count, c->shapes.count);
	done(c);
	done(sum);
}

/* A run that ended its process is not made again, and counts where it was. */
static void test_fatal_run(void **state)
{
	struct explore_finding fatal = {.cause = 99, .first_run = 5, .times = 1};
	struct fake f = {.target.run = fake_run, .needs = 1, .need = {POINTS + 1}};
	struct campaign_config cfg = {.strategy = &strategy_random,
				      .how = {.seed = 1, .sliced = true, .slice = 3},
				      .runs_max = 20,
				      .fatal = &fatal,
				      .fatal_count = 1};
	struct campaign *c = calloc(1, sizeof(*c));

	(void)state;
	fatal.result = (struct explore_result){.failed = true, .fatal = true, .cause = 99};
	assert_int_equal(campaign_run(c, &cfg, &f.target), 0);
	assert_int_equal(f.runs, 19);
	assert_int_equal(c->runs, 20);
	assert_int_equal(c->finding_count, 1);
	assert_int_equal(c->finding[0].first_run, 5);
	done(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounded_is_complete),
		cmocka_unit_test(test_bounded_finds_the_shortest),
		cmocka_unit_test(test_others_find),
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_shrink),
		cmocka_unit_test(test_shrink_moves),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_skipped_points),
		cmocka_unit_test(test_named_points),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_bounded_slices),
		cmocka_unit_test(test_fatal_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
