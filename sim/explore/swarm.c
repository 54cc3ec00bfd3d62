/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Faults by chance: for each run some of the sites that the usual run passes, for each of them a
 * way to fail, and in every other run a decision or two about the schedule.
 */
#include "explore/explore.h"

#include "core/prng.h"

struct swarm {
	struct prng prng;
	struct site_set tried;
	/* those of them passed in the usual run, and how often */
	uint16_t site[FAULT_SITES_MAX];
	uint32_t passed[FAULT_SITES_MAX];
	unsigned sites;
	uint32_t points;
	bool first;
};

static void begin(void *state, const struct strategy_config *cfg)
{
	struct swarm *s = state;

	prng_seed(&s->prng, slice_seed(cfg));
	site_set_choose(&s->tried, cfg->sites);
	s->first = true;
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

	*plan = (struct plan){.again = s->first};
	if (s->first) {
		s->first = false;
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
	for (int n = 0; n < 2 && s->points && prng_next(&s->prng) & 1; n++)
		plan_add(plan,
			 &(struct decision){.kind = DECIDE_ANY,
					    .at = 1 + (uint32_t)prng_below(&s->prng, s->points),
					    .answer = (uint32_t)prng_next(&s->prng)});
	return true;
}

static void seen(void *state, const struct plan *plan, const struct explore_result *r)
{
	struct swarm *s = state;
	size_t count;
	struct fault_site *const *site = fault_sites(&count);

	if (!plan->again)
		return;
	s->points = r->points;
	for (unsigned i = 0; i < s->tried.count; i++) {
		const uint16_t n = s->tried.site[i];

		if (!site[n]->passed)
			continue;
		s->passed[s->sites] = (uint32_t)site[n]->passed;
		s->site[s->sites++] = n;
	}
}

const struct strategy strategy_fault_swarm = {
	.name = "fault-swarm",
	.doc = "some of the sites fail, once, for ever or by chance",
	.bytes = sizeof(struct swarm),
	.slice_runs = SLICE_RUNS,
	.begin = begin,
	.next = next,
	.seen = seen,
};
