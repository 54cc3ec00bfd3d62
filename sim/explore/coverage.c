/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Coverage-guided: plans that showed a pair of events never seen one after the other are kept, and
 * new plans are made from kept ones: a decision added, moved a little, taken away, or two plans
 * joined. Finds what needs several decisions in an order that each of them makes visible. The
 * slices of a round know what the rounds before kept, not what the others of theirs do.
 */
#include "explore/explore.h"
#include "core/prng.h"

#define ROUND_SLICES 8

struct coverage {
	struct prng prng;
	struct corpus corpus, kept;
	uint32_t points, questions;
	unsigned most;
};

static void begin(void *state, const struct strategy_config *cfg)
{
	struct coverage *c = state;

	prng_seed(&c->prng, slice_seed(cfg));
	if (cfg->corpus)
		c->corpus = *cfg->corpus;
	c->most = cfg->depth ? cfg->depth : strategy_coverage.depth;
}

static uint32_t below(struct coverage *c, uint32_t n)
{
	return n ? (uint32_t)(prng_next(&c->prng) >> 11) % n : 0;
}

static void add_any(struct coverage *c, struct plan *plan)
{
	bool question = c->questions && below(c, 8) == 0;

	if (plan->count >= c->most)
		return;
	plan_add(plan,
		 &(struct decision){.kind = question ? ORACLE_PE : DECIDE_ANY,
				    .at = 1 + below(c, question ? c->questions : c->points),
				    .answer = below(c, 1u << 20) | (question ? 1u << 20 : 0)});
}

static void join(struct coverage *c, struct plan *plan)
{
	const struct plan *other = &c->corpus.plan[below(c, c->corpus.count)];

	for (unsigned i = 0; i < other->count && plan->count < c->most; i++)
		if (below(c, 2))
			plan_add(plan, &other->d[i]);
}

static bool next(void *state, struct plan *plan)
{
	struct coverage *c = state;
	struct decision *d;
	uint32_t step;

	if (!c->points) { /* the usual run tells how long runs are */
		*plan = (struct plan){0};
		return true;
	}
	*plan = c->corpus.plan[below(c, c->corpus.count)];
	plan->options = false;
	if (!plan->count || below(c, 4) == 0)
		add_any(c, plan);
	if (!plan->count)
		return true;
	d = &plan->d[below(c, plan->count)];
	switch (below(c, 4)) {
	case 0:
		step = 1 + below(c, 8);
		d->at = below(c, 2) || d->at <= step ? d->at + step : d->at - step;
		break;
	case 1:
		*d = plan->d[--plan->count];
		add_any(c, plan);
		break;
	case 2:
		join(c, plan);
		break;
	default:
		add_any(c, plan);
		break;
	}
	return true;
}

static void seen(void *state, const struct plan *plan, const struct explore_result *r)
{
	struct coverage *c = state;

	(void)plan;
	if (r->points > c->points)
		c->points = r->points;
	if (r->questions > c->questions)
		c->questions = r->questions;
	if (c->corpus.count && !r->new_pairs)
		return;
	corpus_add(&c->corpus, &r->tried);
	corpus_add(&c->kept, &r->tried);
}

static const struct corpus *kept(const void *state)
{
	return &((const struct coverage *)state)->kept;
}

const struct strategy strategy_coverage = {
	.name = "coverage",
	.doc = "keeps and varies what showed new pairs of events",
	.bytes = sizeof(struct coverage),
	.depth = 8,
	.slice_runs = SLICE_RUNS,
	.round_slices = ROUND_SLICES,
	.begin = begin,
	.next = next,
	.seen = seen,
	.kept = kept,
};
