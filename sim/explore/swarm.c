/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Faults by chance: for each run some of the sites that the usual run passes, for each of them a
 * way to fail, and in every other run a decision or two about the schedule.
 *
 * Where the usual run passes none of the sites that are tried, one of another schedule may: the
 * resume.* sites need somebody who is preempted. So such schedules are looked for first, the same
 * ones in each slice, and each run follows one of those that were found. When there is none, no run
 * would have a fault, and none is made.
 */
#include "explore/explore.h"

#include "core/prng.h"

#define SCOUTS_MAX 128 /* runs that look for a schedule */
#define LEADS_MAX 8    /* schedules that are enough */

struct swarm {
	struct prng prng;
	struct site_set tried;
	/* those of them passed in the usual run, or behind a lead, and how often */
	uint16_t site[FAULT_SITES_MAX];
	uint32_t passed[FAULT_SITES_MAX];
	unsigned sites;
	uint32_t points;
	bool first;
	uint64_t seed; /* of the campaign */
	bool counted;  /* the runs that look for schedules: in slice 0 */
	bool scouting;
	unsigned lead[LEADS_MAX], leads; /* numbers of runs that passed a site */
	struct unmet unmet;
};

static void begin(void *state, const struct strategy_config *cfg)
{
	struct swarm *s = state;

	prng_seed(&s->prng, slice_seed(cfg));
	site_set_choose(&s->tried, cfg->sites);
	s->seed = cfg->seed;
	s->counted = !cfg->sliced || !cfg->slice;
	s->first = true;
}

static void decide_somewhere(struct plan *plan, struct prng *prng, uint32_t points)
{
	struct decision d = {.kind = DECIDE_ANY};

	d.at = 1 + (uint32_t)prng_below(prng, points);
	d.answer = (uint32_t)prng_next(prng);
	plan_add(plan, &d);
}

/* Schedule number @n: one decision, or two. */
static void follow_schedule(struct plan *plan, const struct swarm *s, unsigned n)
{
	struct prng own;

	prng_seed(&own, prng_mix(s->seed, ~(uint64_t)n));
	for (unsigned i = 0; i <= (n & 1); i++)
		decide_somewhere(plan, &own, s->points);
}

static struct decision some_way(struct swarm *s, uint64_t i)
{
	static const uint16_t permille[] = {20, 100, 300, 700};
	struct decision d = {.kind = ORACLE_FAULT, .site = s->site[i]};
	const uint64_t v = prng_next(&s->prng);
	size_t count;
	const struct fault_site *site = fault_sites(&count)[d.site];

	if (site->value_count)
		d.value = (uint8_t)((v >> 40) % site->value_count);
	if (v & 1) {
		d.at = FAULT_RANDOM;
		d.answer = FAULT_CHANCE(permille[v >> 1 & 3], v >> 3);
	} else {
		d.at = 1 + (uint32_t)(v >> 8) % s->passed[i];
		d.answer = v & 2 && site->kind != FAULT_DELAY ? FAULT_FOREVER : 0;
	}
	return d;
}

static bool next(void *state, struct plan *plan)
{
	struct swarm *s = state;
	uint64_t share;

	*plan = (struct plan){.again = s->first || (s->scouting && !s->counted)};
	if (s->first) {
		s->first = false;
		return true;
	}
	if (s->scouting) {
		follow_schedule(plan, s, s->unmet.schedules);
		return true;
	}
	if (!s->sites)
		return false;
	share = 2 + prng_below(&s->prng, 6); /* of so many sites one, in this run */
	for (unsigned i = 0; i < s->sites && plan->count < DECISIONS_MAX; i++)
		if (!prng_below(&s->prng, share))
			plan->d[plan->count++] = some_way(s, i);
	if (!plan->count)
		plan->d[plan->count++] = some_way(s, prng_below(&s->prng, s->sites));
	if (s->leads)
		follow_schedule(plan, s, s->lead[prng_below(&s->prng, s->leads)]);
	for (int n = 0; n < 2 && s->points && prng_next(&s->prng) & 1; n++)
		decide_somewhere(plan, &s->prng, s->points);
	return true;
}

/* Site @n was passed @times times in a run: the most of any counts. */
static void learn(struct swarm *s, uint16_t n, uint64_t times)
{
	unsigned i = 0;

	while (i < s->sites && s->site[i] != n)
		i++;
	if (i == s->sites)
		s->site[s->sites++] = n;
	if (times > s->passed[i])
		s->passed[i] = (uint32_t)times;
}

/* What the last run passed of the sites that are tried; false: nothing. */
static bool learn_all(struct swarm *s)
{
	size_t count;
	struct fault_site *const *site = fault_sites(&count);
	bool any = false;

	for (unsigned i = 0; i < s->tried.count; i++) {
		const uint16_t n = s->tried.site[i];

		if (!site[n]->passed)
			continue;
		learn(s, n, site[n]->passed);
		any = true;
	}
	return any;
}

static void seen(void *state, const struct plan *plan, const struct explore_result *r)
{
	struct swarm *s = state;

	if (s->scouting) {
		const unsigned n = s->unmet.schedules++;

		if (!r->fatal && learn_all(s))
			s->lead[s->leads++] = n;
		s->scouting = s->leads < LEADS_MAX && n + 1 < SCOUTS_MAX;
	} else if (plan->again) {
		s->points = r->points;
		s->scouting = !learn_all(s) && s->points && s->tried.count;
		site_set_passed(&s->unmet.passed);
	}
	s->unmet.is = !s->sites;
}

static const struct unmet *unmet(const void *state)
{
	return &((const struct swarm *)state)->unmet;
}

const struct strategy strategy_fault_swarm = {
	.name = "fault-swarm",
	.doc = "some of the sites fail, once, for ever or by chance",
	.bytes = sizeof(struct swarm),
	.slice_runs = SLICE_RUNS,
	.begin = begin,
	.next = next,
	.seen = seen,
	.unmet = unmet,
};
