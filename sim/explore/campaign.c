/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Plans from a strategy, runs on a target, findings by cause. Distinct interleavings are counted
 * exactly, in a set of fingerprints that grows.
 */
#include "explore/explore.h"
#include <stdlib.h>
#include <string.h>

#define TICK_RUNS 64

const struct strategy *const *strategy_list(void)
{
	static const struct strategy *const list[] = {&strategy_random, &strategy_pct,
						      &strategy_bounded, &strategy_coverage, NULL};

	return list;
}

static void put(uint64_t *set, size_t room, uint64_t shape)
{
	size_t i = shape & (room - 1);

	while (set[i])
		i = (i + 1) & (room - 1);
	set[i] = shape;
}

/* True when it was not there. Without memory the count stops growing, nothing else. */
static bool add_shape(struct campaign *c, uint64_t shape)
{
	size_t i;

	shape |= 1; /* 0 marks a free place */
	if (c->distinct * 2 >= c->shape_room) {
		size_t room = c->shape_room ? 2 * c->shape_room : 4096;
		uint64_t *set = calloc(room, sizeof(*set));

		if (!set)
			return false;
		for (i = 0; i < c->shape_room; i++)
			if (c->shapes[i])
				put(set, room, c->shapes[i]);
		free(c->shapes);
		c->shapes = set;
		c->shape_room = room;
	}
	for (i = shape & (c->shape_room - 1); c->shapes[i]; i = (i + 1) & (c->shape_room - 1))
		if (c->shapes[i] == shape)
			return false;
	c->shapes[i] = shape;
	return true;
}

static void note(struct campaign *c, const struct explore_result *r)
{
	struct explore_finding *f = c->finding;

	c->failed++;
	for (; f < c->finding + c->finding_count; f++) {
		if (f->cause != r->cause)
			continue;
		f->times++;
		/* The plan with the fewest decisions is the best one to start from. */
		if (r->applied.count < f->result.applied.count)
			f->result = *r;
		return;
	}
	if (c->finding_count == FINDINGS_MAX)
		return;
	c->finding_count++;
	*f = (struct explore_finding){
		.cause = r->cause, .first_run = c->runs, .times = 1, .result = *r};
}

int campaign_run(struct campaign *c, const struct campaign_config *cfg, struct explore_target *t)
{
	void *state = calloc(1, cfg->strategy->bytes);
	struct explore_result *r = calloc(1, sizeof(*r));
	int err = 0;

	memset(c, 0, sizeof(*c));
	if (!state || !r)
		abort();
	cfg->strategy->begin(state, &cfg->how);
	while (!cfg->runs_max || c->runs < cfg->runs_max) {
		struct plan plan = {0};

		if (!cfg->strategy->next(state, &plan)) {
			c->exhausted = true;
			break;
		}
		err = t->run(t, &plan, r);
		if (err)
			break;
		c->runs++;
		c->points += r->points;
		c->distinct += add_shape(c, r->shape);
		if (r->failed)
			note(c, r);
		cfg->strategy->seen(state, &plan, r);
		if (cfg->each)
			cfg->each(&plan, r, cfg->ctx);
		if (r->failed && cfg->stop_on_first)
			break;
		if (cfg->tick && c->runs % TICK_RUNS == 0 && cfg->tick(c, cfg->ctx))
			break;
	}
	if (cfg->strategy->end)
		cfg->strategy->end(state);
	free(state);
	free(r);
	return err;
}

void campaign_free(struct campaign *c)
{
	free(c->shapes);
	c->shapes = NULL;
}
