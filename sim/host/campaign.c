/* SPDX-License-Identifier: BSD-3-Clause */
/* Which slice is next, and what all of them found; see campaign.h. */
#include "host/campaign.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "host/campaign_pool.h"
#include "host/clock.h"
#include "host/results.h"

#define USUAL_TIME_NS 10000000000u
#define FINISHED_MAX                                                                               \
	3 /* findings of a scenario that fails everywhere are not all worth a picture */

void slice_free(struct slice *s)
{
	if (!s)
		return;
	campaign_free(&s->c);
	free(s->text);
	free(s);
}

/* Slices of this shard among @all. */
static uint64_t of_shard(const struct hunt *h, uint64_t all)
{
	return all < h->id.shard[0] ? 0 : (all - h->id.shard[0]) / h->id.of + 1;
}

static void know_slices(struct hunt *h, uint64_t all)
{
	h->slices = of_shard(h, all);
	h->slices_known = true;
}

int hunt_open(struct hunt *h, const char *path, struct scn *s, const struct run_options *o,
	      const struct explore_options *opt)
{
	const struct strategy *strategy = opt->faults	  ? opt->faults
					  : opt->strategy ? opt->strategy
							  : &strategy_pct;
	char *text = finding_scenario_text(s);

	if (!text)
		return EXIT_INTERNAL;
	*h = (struct hunt){
		.id = {.depth = opt->depth ? opt->depth : strategy->depth,
		       .seed = o->seed_given ? o->seed : 1,
		       .runs_max = opt->runs,
		       .text = XXH3_64bits(text, strlen(text)),
		       .of = opt->shards ? opt->shards : 1,
		       .count = 1,
		       .shard = {(uint16_t)(opt->shards ? opt->shard : 1)}},
		.s = s,
		.o = o,
		.opt = opt,
		.strategy = strategy,
	};
	snprintf(h->id.scenario, sizeof(h->id.scenario), "%s", s->name);
	snprintf(h->id.file, sizeof(h->id.file), "%s", path);
	snprintf(h->id.strategy, sizeof(h->id.strategy), "%s", strategy->name);
	snprintf(h->id.sites, sizeof(h->id.sites), "%s", opt->sites ? opt->sites : "");
	free(text);
	h->start_s = h->shown_s = host_now_s();
	if (opt->time_ns || (!opt->runs && !(opt->faults && !strategy->slice_runs)))
		h->until_s =
			h->start_s + (double)(opt->time_ns ? opt->time_ns : USUAL_TIME_NS) / 1e9;
	if (strategy->slice_runs && opt->runs)
		know_slices(h, (opt->runs + strategy->slice_runs - 1) / strategy->slice_runs);
	return opt->results ? results_open(h, opt->results, opt->resume) : 0;
}

void hunt_close(struct hunt *h)
{
	while (h->waiting_count)
		campaign_free(&h->waiting[--h->waiting_count].c);
	free(h->waiting);
	campaign_free(&h->sum);
	results_close(h->results);
	workers_close(h->workers);
}

static bool found_enough(const struct hunt *h)
{
	return h->opt->stop_on_first && h->sum.finding_count;
}

/* A limit of runs ends a strategy without a number of slices behind the slice that reaches it. */
static bool ran_enough(const struct hunt *h)
{
	return h->id.runs_max && !h->strategy->slice_runs && h->sum.runs >= h->id.runs_max;
}

bool hunt_done(const struct hunt *h)
{
	return h->complete || h->interrupted || h->unmet.is || found_enough(h);
}

uint64_t hunt_hand_out(struct hunt *h)
{
	unsigned round = h->strategy->round_slices;

	if (hunt_done(h) || (h->slices_known && h->handed_out >= h->slices))
		return HUNT_END;
	/* How many there are is known behind the first. */
	if (h->strategy->slices && !h->slices_known && h->handed_out)
		return HUNT_WAIT;
	if (round && h->handed_out / round > h->added / round)
		return HUNT_WAIT;
	return h->handed_out++;
}

struct campaign_config hunt_slice_config(struct hunt *h, uint64_t number)
{
	uint64_t global = h->id.shard[0] - 1 + number * h->id.of, all = h->strategy->slice_runs;
	struct campaign_config cfg = {
		.strategy = h->strategy,
		.how = {.seed = h->id.seed,
			.depth = h->id.depth,
			.sites = h->opt->sites ? &h->opt->site_set : NULL,
			.sliced = true,
			.slice = global,
			.corpus = h->strategy->round_slices ? &h->corpus : NULL},
		.runs_max = all,
		.stop_on_first = h->opt->stop_on_first,
	};

	if (all && h->id.runs_max && (global + 1) * all > h->id.runs_max)
		cfg.runs_max = h->id.runs_max - global * all;
	return cfg;
}

static void end_round(struct hunt *h)
{
	h->corpus = h->next_corpus;
	h->round_seen = h->next_seen;
}

static void add_next(struct hunt *h, struct slice *s)
{
	unsigned round = h->strategy->round_slices;

	h->unmet = s->c.unmet;
	if (h->unmet.is)
		return;
	if (s->c.slices && !h->slices_known)
		know_slices(h, s->c.slices);
	campaign_add(&h->sum, &s->c);
	seen_add(&h->seen, &s->seen);
	if (round) {
		for (unsigned i = 0; s->c.kept && i < s->c.kept->count; i++)
			corpus_add(&h->next_corpus, &s->c.kept->plan[i]);
		seen_add(&h->next_seen, &s->seen);
	}
	if (s->text && !h->opt->json)
		fputs(s->text, stdout);
	h->added++;
	if (round && h->added % round == 0)
		end_round(h);
	if ((h->slices_known && h->added >= h->slices) || ran_enough(h))
		h->complete = true;
}

/* Seen by this process and reported by it; whoever goes on runs the slice again. */
static void add_cut(struct hunt *h, const struct slice *s)
{
	for (unsigned i = 0; i < s->c.finding_count; i++) {
		struct explore_finding f = s->c.finding[i];

		f.first_run += h->sum.runs;
		f.times = 0; /* counted when the slice is run again */
		campaign_note(&h->sum, &f);
	}
	for (size_t i = 0; i < s->c.shapes.room; i++)
		if (s->c.shapes.set[i])
			shapes_add(&h->sum.shapes, s->c.shapes.set[i]);
	h->cut_runs += s->c.runs;
	h->cut_points += s->c.points;
	h->cut_passed += s->c.passed;
	seen_add(&h->seen, &s->seen);
}

void hunt_add(struct hunt *h, struct slice *s)
{
	bool more = true;

	if (s->c.cut) {
		if (!found_enough(h) && !h->complete)
			add_cut(h, s);
		slice_free(s);
		return;
	}
	if (h->waiting_count % 16 == 0) {
		struct slice *p = realloc(h->waiting, (h->waiting_count + 16) * sizeof(*p));

		if (!p)
			abort();
		h->waiting = p;
	}
	h->waiting[h->waiting_count++] = *s;
	free(s);
	while (more) {
		more = false;
		for (unsigned i = 0;
		     i < h->waiting_count && !h->complete && !h->unmet.is && !found_enough(h);
		     i++) {
			struct slice *w = &h->waiting[i];

			if (w->number != h->added)
				continue;
			add_next(h, w);
			campaign_free(&w->c);
			free(w->text);
			*w = h->waiting[--h->waiting_count];
			more = true;
			break;
		}
	}
	results_checkpoint(h, false);
}

unsigned hunt_worth_finishing(const struct hunt *h)
{
	unsigned n = h->sum.finding_count;

	return h->results || n < FINISHED_MAX ? n : FINISHED_MAX;
}

void hunt_finding_path(const struct hunt *h, unsigned i, char *out, size_t bytes)
{
	if (h->results)
		results_finding_path(h, i, out, bytes);
	else
		snprintf(out, bytes, "%s/%s-%u.yaml", h->o->out_dir ? h->o->out_dir : "out",
			 h->id.scenario, i + 1);
}
