/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Faults once, for ever, in pairs and by chance, against a target that passes two real fault sites:
 * what can fail there is known, so what a strategy must try is (issue 5, item 3).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "core/fault.h"
#include "explore/explore.h"

#define PASSAGES_MAX 8

enum bug { NO_BUG, NEEDS_PAIR, NEEDS_ROW };

struct fake {
	struct explore_target target;
	enum bug bug;
	unsigned runs;
	uint32_t elsewhere;	  /* decisions at the first so many of 20 points: another path */
	unsigned third, injected; /* runs on it, and failures there */
	/* how often each pair of passages failed in one run; [0] is "none" */
	unsigned pair[PASSAGES_MAX][PASSAGES_MAX];
};

/* Sites that fail in one way only, and may do so for ever. */
static uint16_t plain_site(unsigned n)
{
	size_t count;
	struct fault_site *const *all = fault_sites(&count);
	uint16_t i = 0;

	while (all[i]->values || all[i]->kind == FAULT_DELAY || n--)
		i++;
	return i;
}

/* The third site is passed only where a schedule says so. */
static bool goes_elsewhere(const struct fake *fake, const struct plan *plan)
{
	for (unsigned i = 0; i < plan->count; i++)
		if (plan->d[i].kind == DECIDE_ANY && plan->d[i].at <= fake->elsewhere)
			return true;
	return false;
}

/* Three passages of the first site, two of the second; one more when the first of all fails. */
static int fake_run(struct explore_target *t, const struct plan *plan, struct explore_result *r)
{
	struct fake *fake = (struct fake *)t;
	bool failed[PASSAGES_MAX] = {false};
	struct oracle oracle = {0};
	struct follow f = {0};
	size_t count;
	struct fault_site *const *all = fault_sites(&count);
	struct fault_site *const site[] = {all[plain_site(0)], all[plain_site(1)],
					   all[plain_site(2)]};
	unsigned row = 0, most = 0;

	fault_reset_all();
	follow_start(&f, plan, &oracle);
	for (int i = 1; i <= 3; i++) {
		failed[i] = fault_hit(site[0]);
		row = failed[i] ? row + 1 : 0;
		most = row > most ? row : most;
	}
	for (int i = 4; i <= (failed[1] ? 6 : 5); i++)
		failed[i] = fault_hit(site[1]);
	if (goes_elsewhere(fake, plan)) {
		fake->third++;
		fake->injected += fault_hit(site[2]);
	}
	for (int a = 0; a < PASSAGES_MAX; a++)
		for (int b = a + 1; b < PASSAGES_MAX; b++)
			fake->pair[a][b] += (failed[a] || !a) && failed[b];
	*r = (struct explore_result){
		.applied = f.applied, .tried = f.tried, .shape = 1, .points = 20};
	r->failed = (fake->bug == NEEDS_PAIR && failed[2] && failed[4]) ||
		    (fake->bug == NEEDS_ROW && most == 3);
	r->cause = r->failed ? 7 : 0;
	fake->runs++;
	follow_free(&f);
	return 0;
}

static const struct site_set *tried; /* NULL = all sites */

static struct campaign *go(struct fake *f, const struct strategy *s, uint64_t runs)
{
	struct campaign *c = calloc(1, sizeof(*c));
	struct campaign_config cfg = {
		.strategy = s, .how = {.seed = 1, .sites = tried}, .runs_max = runs};

	f->target.run = fake_run;
	assert_int_equal(campaign_run(c, &cfg, &f->target), 0);
	return c;
}

static void done(struct campaign *c)
{
	campaign_free(c);
	free(c);
}

/* Each passage on its own; the sites nobody passes cost a run each. */
static void test_once(void **state)
{
	struct fake f = {.bug = NEEDS_PAIR};
	struct campaign *c = go(&f, &strategy_faults, 0);
	size_t sites;

	(void)state;
	fault_sites(&sites);
	assert_true(c->exhausted);
	assert_int_equal(c->finding_count, 0);
	assert_int_equal(c->runs, 1 + 5 + sites);
	for (int a = 1; a <= 5; a++)
		assert_int_equal(f.pair[0][a], 1);
	done(c);
}

/* Every pair, also the one that only the first fault makes possible, and none twice. */
static void test_pairs(void **state)
{
	struct fake f = {.bug = NEEDS_PAIR};
	struct campaign *c = go(&f, &strategy_fault_pairs, 0);
	struct explore_result r;
	struct plan plan;

	(void)state;
	assert_true(c->exhausted);
	for (int a = 1; a <= 5; a++)
		for (int b = a + 1; b <= 5; b++)
			assert_int_equal(f.pair[a][b], 1);
	assert_int_equal(f.pair[1][6], 1);
	assert_int_equal(c->finding_count, 1);
	plan = c->finding[0].result.applied;
	assert_int_equal(plan.count, 2);
	plan_shrink(&plan, 7, &f.target, &r, NULL, NULL);
	assert_int_equal(plan.count, 2);
	assert_true(r.failed);
	done(c);
}

/* Slices are the whole, in whatever way they are dealt. */
static void test_slices(void **state)
{
	struct fake whole = {0}, parts = {.target = {.run = fake_run}};
	struct campaign *c = go(&whole, &strategy_fault_pairs, 0), sum = {0};
	uint64_t slices = 1;
	size_t count;

	(void)state;
	fault_sites(&count);
	for (uint64_t n = 0; n < slices; n++) {
		struct campaign_config cfg = {.strategy = &strategy_fault_pairs,
					      .how = {.sliced = true, .slice = n, .sites = tried}};
		struct campaign part;

		assert_int_equal(campaign_run(&part, &cfg, &parts.target), 0);
		slices = part.slices;
		campaign_add(&sum, &part);
		campaign_free(&part);
	}
	assert_int_equal(sum.runs, c->runs);
	assert_int_equal(slices, 1 + (tried ? tried->count : count));
	assert_memory_equal(whole.pair, parts.pair, sizeof(whole.pair));
	campaign_free(&sum);
	done(c);
}

/* Three in a row take a fault that stays; shrinking leaves it that, unless once is enough. */
static void test_forever(void **state)
{
	struct fake f = {.bug = NEEDS_ROW};
	struct campaign *c = go(&f, &strategy_faults, 0);
	struct explore_result r;
	struct plan plan;

	(void)state;
	assert_int_equal(c->finding_count, 0);
	done(c);
	c = go(&f, &strategy_faults_forever, 0);
	assert_int_equal(c->finding_count, 1);
	plan = c->finding[0].result.applied;
	assert_int_equal(plan.count, 1);
	plan_shrink(&plan, 7, &f.target, &r, NULL, NULL);
	assert_int_equal(plan.d[0].answer, FAULT_FOREVER);
	f.bug = NEEDS_PAIR;
	plan = (struct plan){
		.count = 2,
		.d = {{.kind = ORACLE_FAULT,
		       .site = plain_site(0),
		       .at = 2,
		       .answer = FAULT_FOREVER},
		      {.kind = ORACLE_FAULT, .site = plain_site(1), .at = 1, .answer = 2}}};
	plan_shrink(&plan, 7, &f.target, &r, NULL, NULL);
	assert_int_equal(plan.count, 2);
	assert_int_equal(plan.d[0].answer, 0);
	assert_int_equal(plan.d[1].answer, 0);
	done(c);
}

/* What happened by chance is written down passage by passage, and happens again. */
static void test_swarm(void **state)
{
	struct fake f = {.bug = NEEDS_PAIR};
	struct campaign *c = go(&f, &strategy_fault_swarm, 3000);
	struct explore_result r;
	struct plan plan;

	(void)state;
	assert_int_equal(c->finding_count, 1);
	plan = c->finding[0].result.applied;
	for (unsigned i = 0; i < plan.count; i++)
		assert_true(plan.d[i].kind == ORACLE_FAULT && plan.d[i].at != FAULT_RANDOM);
	assert_int_equal(fake_run(&f.target, &plan, &r), 0);
	assert_true(r.failed);
	plan_shrink(&plan, 7, &f.target, &r, NULL, NULL);
	assert_int_equal(plan.count, 2);
	for (int a = 1; a <= 5; a++)
		for (int b = a + 1; b <= 5; b++)
			assert_true(f.pair[a][b] > 10);
	done(c);
}

/* Slice @n of a campaign over what is @tried. */
static struct campaign *slice(struct fake *f, const struct strategy *s, uint64_t n)
{
	struct campaign *c = calloc(1, sizeof(*c));
	struct campaign_config cfg = {
		.strategy = s,
		.how = {.seed = 1, .sites = tried, .sliced = true, .slice = n},
		.runs_max = s->slice_runs};

	f->target.run = fake_run;
	assert_int_equal(campaign_run(c, &cfg, &f->target), 0);
	return c;
}

/* Sites that no run passes are told, with those that the usual run does, whatever the slice. */
static void test_unmet(void **state)
{
	struct site_set set = {.site = {plain_site(2), plain_site(3)}, .count = 2};

	(void)state;
	for (const struct strategy *const *s = strategy_fault_list(); *s; s++) {
		for (uint64_t n = 0; n < 3; n++) {
			struct fake f = {0};
			struct campaign *c;

			tried = &set;
			c = slice(&f, *s, n);
			assert_true(c->unmet.is);
			assert_int_equal(c->unmet.passed.count, 2);
			assert_int_equal(c->unmet.passed.site[0], plain_site(0));
			assert_int_equal(c->unmet.passed.site[1], plain_site(1));
			assert_int_equal(c->unmet.schedules > 0, *s == &strategy_fault_swarm);
			assert_in_range(f.runs, 1, 200);
			done(c);
			tried = NULL;
			c = slice(&f, *s, n);
			assert_false(c->unmet.is);
			done(c);
		}
	}
}

/* A site behind one schedule in five: a swarm finds such schedules and fails there, the same ones
 * in each slice; the runs that look for them count once. */
static void test_elsewhere(void **state)
{
	struct site_set set = {.site = {plain_site(2), plain_site(3)}, .count = 2};

	(void)state;
	tried = &set;
	for (uint64_t n = 0; n < 2; n++) {
		struct fake f = {.elsewhere = 4};
		struct campaign *c = slice(&f, &strategy_fault_swarm, n);

		assert_false(c->unmet.is);
		assert_int_equal(c->runs, SLICE_RUNS);
		assert_in_range(f.runs - c->runs, n ? 8 : 1, n ? 129 : 1);
		assert_in_range(f.third, SLICE_RUNS * 3 / 4, f.runs);
		assert_in_range(f.injected, SLICE_RUNS / 4, SLICE_RUNS);
		done(c);
	}
	tried = NULL;
}

/* The sites that some patterns name, as one text. */
static const char *read_sites(const char *patterns, struct site_set *set)
{
	static char text[1000];
	char unknown[128] = "";
	size_t count;
	struct fault_site *const *all = fault_sites(&count);

	if (!site_set_read(set, patterns, unknown, sizeof(unknown))) {
		snprintf(text, sizeof(text), "unknown: %s", unknown);
		return text;
	}
	text[0] = '\0';
	for (unsigned i = 0; i < set->count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ",
			 all[set->site[i]]->name);
	return text;
}

static void test_patterns(void **state)
{
	struct site_set set, without;
	size_t count;

	(void)state;
	fault_sites(&count);
	assert_string_equal(read_sites("kern.shash", &set), "kern.shash ");
	assert_string_equal(read_sites("irq.l*,kern.copy_??_user", &set),
			    "irq.late irq.lost kern.copy_to_user ");
	assert_string_equal(read_sites("!irq.late,irq.l*,irq.late", &set), "irq.lost ");
	assert_string_equal(read_sites("irq.[!ls]*", &set), "irq.twice ");
	assert_string_equal(read_sites("*,!*", &set), "");
	assert_string_equal(read_sites("irq.*,irq", &set), "unknown: irq");
	assert_string_equal(read_sites("!irq.lots,kern.*", &set), "unknown: irq.lots");
	assert_string_equal(read_sites("irq.late,", &set), "unknown: ");
	site_set_all(&set);
	assert_int_equal(set.count, count);
	read_sites("!irq.late,!kern.shash", &without);
	assert_int_equal(without.count, count - 2);
}

/* What is left out never fails, in no strategy, and costs nothing. */
static void test_some_sites(void **state)
{
	struct site_set set = {.site = {plain_site(1), plain_site(2)}, .count = 2}, none = {0};
	struct fake f = {0};
	struct campaign *c;

	(void)state;
	tried = &set;
	c = go(&f, &strategy_faults, 0);
	assert_int_equal(c->runs, 1 + 2 + 2);
	for (int a = 1; a <= 6; a++)
		assert_int_equal(f.pair[0][a], a == 4 || a == 5);
	done(c);
	f = (struct fake){0};
	c = go(&f, &strategy_fault_pairs, 0);
	for (int a = 1; a <= 6; a++)
		for (int b = a + 1; b <= 6; b++)
			assert_int_equal(f.pair[a][b], a == 4 && b == 5);
	done(c);
	f = (struct fake){.bug = NEEDS_ROW};
	c = go(&f, &strategy_faults_forever, 0);
	assert_int_equal(c->finding_count, 0);
	done(c);
	f = (struct fake){0};
	c = go(&f, &strategy_fault_swarm, 1200);
	for (int a = 1; a <= 6; a++)
		assert_int_equal(f.pair[0][a] > 10, a == 4 || a == 5);
	done(c);
	tried = &none;
	c = go(&f, &strategy_fault_swarm, 100);
	assert_true(c->exhausted && !c->finding_count);
	done(c);
	tried = NULL;
}

/* A slice for each site that is tried. */
static void test_slices_of_some(void **state)
{
	struct site_set set = {.site = {plain_site(0), plain_site(1)}, .count = 2};

	(void)state;
	tried = &set;
	test_slices(NULL);
	tried = NULL;
}

static void test_text(void **state)
{
	struct plan p = {0}, q;
	char text[400];

	(void)state;
	plan_add(&p, &(struct decision){.kind = ORACLE_FAULT, .at = 3});
	plan_add(&p, &(struct decision){.kind = ORACLE_FAULT, .at = 4, .answer = 2});
	plan_add(&p, &(struct decision){.kind = ORACLE_FAULT, .at = 5, .answer = FAULT_FOREVER});
	plan_text(&p, text, sizeof(text));
	assert_non_null(strstr(text, ", nth: 4, times: 2} "));
	assert_non_null(strstr(text, ", nth: 5, times: 0}"));
	assert_true(plan_parse(text, &q));
	assert_true(plan_equal(&p, &q));
}

/* About half of the passages, the same ones for the same seed; the plan beside it still counts. */
static void test_chance(void **state)
{
	size_t count;
	struct fault_site *s = fault_sites(&count)[0];
	bool first[1000];
	unsigned hits = 0, same = 0;

	(void)state;
	for (int round = 0; round < 3; round++) {
		fault_reset_all();
		fault_arm(s->name, 101, 800, -1);
		fault_by_chance(s->name, 500, round < 2 ? 1 : 2);
		for (int i = 0; i < 1000; i++) {
			const bool hit = fault_hit(s);

			assert_false(hit && (i < 100 || i >= 900));
			if (!round)
				first[i] = hit;
			else if (round == 1)
				assert_int_equal(first[i], hit);
			hits += hit && !round;
			same += round == 2 && hit == first[i];
		}
	}
	assert_in_range(hits, 340, 460);
	assert_true(same < 700);
	fault_reset_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_once),	   cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_slices),	   cmocka_unit_test(test_forever),
		cmocka_unit_test(test_swarm),	   cmocka_unit_test(test_text),
		cmocka_unit_test(test_chance),	   cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_some_sites), cmocka_unit_test(test_slices_of_some),
		cmocka_unit_test(test_unmet),	   cmocka_unit_test(test_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
