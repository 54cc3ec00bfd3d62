/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random: one to eight decisions of any kind at random places. Simple, and a strong baseline: most
 * bugs need few decisions, and none of the cleverer strategies is better at all of them.
 */
#include "explore/explore.h"
#include "core/prng.h"

struct random {
	struct prng prng;
	uint32_t points, questions; /* of the longest run so far */
	bool first;
	unsigned most;
};

static void begin(void *state, const struct strategy_config *cfg)
{
	struct random *r = state;

	prng_seed(&r->prng, slice_seed(cfg));
	r->first = true;
	r->most = cfg->depth ? cfg->depth : strategy_random.depth;
}

static bool next(void *state, struct plan *plan)
{
	struct random *r = state;
	unsigned n = 1;

	plan->count = 0;
	plan->options = false;
	if (r->first) { /* the usual run tells how long runs are */
		r->first = false;
		return true;
	}
	while (n < r->most && prng_next(&r->prng) & 1)
		n++;
	for (unsigned i = 0; i < n; i++) {
		uint64_t v = prng_next(&r->prng);
		bool question = r->questions && (v & 7) == 0;
		uint32_t range = question ? r->questions : r->points;

		if (!range)
			break;
		plan_add(plan, &(struct decision){.kind = question ? ORACLE_PE : DECIDE_ANY,
						  .at = 1 + (uint32_t)((v >> 8) % range),
						  .answer = (uint32_t)(v >> 40) |
							    (question ? 1u << 20 : 0)});
	}
	return true;
}

static void seen(void *state, const struct plan *plan, const struct explore_result *res)
{
	struct random *r = state;

	(void)plan;
	if (res->points > r->points)
		r->points = res->points;
	if (res->questions > r->questions)
		r->questions = res->questions;
}

const struct strategy strategy_random = {
	.name = "random",
	.doc = "decisions of any kind at random places",
	.bytes = sizeof(struct random),
	.depth = 8,
	.slice_runs = SLICE_RUNS,
	.begin = begin,
	.next = next,
	.seen = seen,
};
