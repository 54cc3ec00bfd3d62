/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Plans from a strategy, runs on a target, findings by cause: of a whole campaign, or of a slice of
 * it. Sums of slices, added in their order, are what one process would have counted.
 */
#include "explore/explore.h"
#include <stdlib.h>
#include <string.h>
#include "core/prng.h"

const struct strategy *const *strategy_list(void)
{
	static const struct strategy *const list[] = {&strategy_random, &strategy_pct,
						      &strategy_bounded, &strategy_coverage, NULL};

	return list;
}

uint64_t slice_seed(const struct strategy_config *cfg)
{
	return cfg->sliced && cfg->slice ? prng_mix(cfg->seed, cfg->slice) : cfg->seed;
}

void campaign_note(struct campaign *c, const struct explore_finding *found)
{
	struct explore_finding *f = c->finding;

	for (; f < c->finding + c->finding_count; f++) {
		if (f->cause != found->cause)
			continue;
		if (!f->times && found->times) { /* so far only from a slice that was cut */
			*f = *found;
			return;
		}
		f->times += found->times;
		/* The plan with the fewest decisions is the best one to start from. */
		if (found->result.applied.count < f->result.applied.count)
			f->result = found->result;
		return;
	}
	if (c->finding_count == FINDINGS_MAX)
		return;
	c->finding_count++;
	*f = *found;
}

static void count(struct campaign *c, const struct explore_result *r)
{
	struct explore_finding f = {.cause = r->cause, .first_run = c->runs + 1, .times = 1};

	c->runs++;
	c->points += r->points;
	c->passed += r->points_passed;
	shapes_add(&c->shapes, r->shape);
	if (!r->failed)
		return;
	c->failed++;
	f.result = *r;
	f.result.option = NULL;
	f.result.option_count = 0;
	campaign_note(c, &f);
}

static const struct explore_finding *fatal(const struct campaign_config *cfg, uint64_t run)
{
	for (unsigned i = 0; i < cfg->fatal_count; i++)
		if (cfg->fatal[i].first_run == run)
			return &cfg->fatal[i];
	return NULL;
}

static int run_one(const struct campaign_config *cfg, uint64_t run, const struct plan *plan,
		   struct explore_target *t, struct explore_result *r)
{
	const struct explore_finding *f = fatal(cfg, run);

	if (f) {
		*r = f->result;
		return 0;
	}
	if (cfg->before)
		cfg->before(run, plan, cfg->ctx);
	return t->run(t, plan, r);
}

static void keep(struct campaign *c, const struct corpus *kept)
{
	if (!kept || !kept->count)
		return;
	c->kept = malloc(sizeof(*kept));
	if (c->kept)
		*c->kept = *kept;
}

int campaign_run(struct campaign *c, const struct campaign_config *cfg, struct explore_target *t)
{
	void *state = calloc(1, cfg->strategy->bytes);
	struct explore_result *r = calloc(1, sizeof(*r));
	uint64_t ran = 0;
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
		plan.hinted = true;
		err = run_one(cfg, ++ran, &plan, t, r);
		if (err)
			break;
		cfg->strategy->seen(state, &plan, r);
		if (!plan.again)
			count(c, r);
		if (cfg->each)
			cfg->each(&plan, r, cfg->ctx);
		if (r->failed && !plan.again && cfg->stop_on_first)
			break;
		if (cfg->fatal_count >= FATAL_MAX && ran == cfg->fatal[FATAL_MAX - 1].first_run)
			break;
		if (cfg->tick && cfg->tick(c, cfg->ctx)) {
			c->cut = true;
			break;
		}
	}
	if (cfg->strategy->slices)
		c->slices = cfg->strategy->slices(state);
	if (cfg->strategy->unmet && !c->failed)
		c->unmet = *cfg->strategy->unmet(state);
	if (cfg->strategy->kept)
		keep(c, cfg->strategy->kept(state));
	if (cfg->strategy->end)
		cfg->strategy->end(state);
	free(state);
	free(r);
	return err;
}

void campaign_add(struct campaign *sum, const struct campaign *part)
{
	for (unsigned i = 0; i < part->finding_count; i++) {
		struct explore_finding f = part->finding[i];

		f.first_run += sum->runs;
		campaign_note(sum, &f);
	}
	for (size_t i = 0; i < part->shapes.room; i++)
		if (part->shapes.set[i])
			shapes_add(&sum->shapes, part->shapes.set[i]);
	sum->runs += part->runs;
	sum->failed += part->failed;
	sum->points += part->points;
	sum->passed += part->passed;
}

void campaign_free(struct campaign *c)
{
	shapes_free(&c->shapes);
	free(c->kept);
	c->kept = NULL;
}
