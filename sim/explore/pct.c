/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * PCT (Burckhardt et al., ASPLOS 2010): who runs is decided by priorities, drawn once, and lowered
 * at d - 1 places of a run. A bug that needs d such choices is met with a probability of at least
 * 1 / (n k^(d-1)) a run, for n flows and k points. Here to lose priority is to be held: the PE
 * waits until no other can go on; on a PE with several tasks it is to be preempted by the next. k
 * is learned: the median would do, the longest run is used, which only makes the bound weaker.
 */
#include "explore/explore.h"
#include "core/prng.h"

struct pct {
	struct prng prng;
	uint32_t points;
	unsigned depth;
	bool first;
};

static void begin(void *state, const struct strategy_config *cfg)
{
	struct pct *p = state;

	prng_seed(&p->prng, slice_seed(cfg));
	p->depth = cfg->depth ? cfg->depth : strategy_pct.depth;
	p->first = true;
}

static bool next(void *state, struct plan *plan)
{
	struct pct *p = state;

	plan->count = 0;
	plan->options = false;
	if (p->first || !p->points) {
		p->first = false;
		return true;
	}
	/* The first priorities: whoever starts keeps the lead or loses it. */
	if (prng_next(&p->prng) & 1)
		plan_add(plan, &(struct decision){.kind = ORACLE_HOLD, .at = 1});
	for (unsigned i = 1; i < p->depth; i++) {
		uint64_t v = prng_next(&p->prng);

		plan_add(plan, &(struct decision){.kind = v & 3 ? ORACLE_HOLD : ORACLE_PREEMPT,
						  .at = 1 + (uint32_t)((v >> 8) % p->points)});
	}
	return true;
}

static void seen(void *state, const struct plan *plan, const struct explore_result *r)
{
	struct pct *p = state;

	(void)plan;
	if (r->points > p->points)
		p->points = r->points;
}

const struct strategy strategy_pct = {
	.name = "pct",
	.doc = "random priorities, lowered at depth-1 random places",
	.bytes = sizeof(struct pct),
	.depth = 3,
	.slice_runs = SLICE_RUNS,
	.begin = begin,
	.next = next,
	.seen = seen,
};
