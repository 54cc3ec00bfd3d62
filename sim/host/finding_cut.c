/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lines of a scenario are taken away, many at once and then fewer, while it fails with the same
 * cause: as it is, with its decisions moved by as much as the cut moved them, or with others that a
 * short search finds. A finding without decisions needs none of that: one run says it.
 *
 * The scenario is handled as text: what does not read any more after a line is gone was needed.
 */
#include "host/finding_subject.h"

#include <stdlib.h>
#include <string.h>

#define SEARCH_RUNS 1000
#define SEARCH_RUNS_APART 100 /* a process each */
#define SHIFT_MAX 48

struct search {
	struct finding_job *job;
	bool found;
};

static bool seen_enough(const struct campaign *c, void *ctx)
{
	struct search *s = ctx;

	/* The last one in; others may have come before it. */
	for (unsigned i = 0; i < c->finding_count; i++)
		s->found |= c->finding[i].cause == s->job->cause;
	return s->found || finding_enough(s->job);
}

static bool search(struct subject *u, struct finding_job *job, const struct strategy *strategy,
		   struct plan *plan)
{
	struct campaign *c = calloc(1, sizeof(*c));
	struct search s = {.job = job};
	struct campaign_config cfg = {
		.strategy = strategy,
		.how = {.seed = 1, .depth = strategy == &strategy_bounded ? 1 : plan->count},
		.runs_max = job->fatal ? SEARCH_RUNS_APART : SEARCH_RUNS,
		.tick = seen_enough,
		.ctx = &s,
	};

	if (!c)
		abort();
	campaign_run(c, &cfg, u->target);
	job->runs += (unsigned)c->runs;
	for (unsigned i = 0; i < c->finding_count; i++)
		if (c->finding[i].cause == job->cause)
			*plan = c->finding[i].result.applied;
	campaign_free(c);
	free(c);
	return s.found;
}

static bool run(struct subject *u, struct finding_job *job, const struct plan *plan,
		struct explore_result *r)
{
	job->runs++;
	return !u->target->run(u->target, plan, r) && finding_fails(job, r);
}

/* The decisions from the nth on some points earlier or later: what was cut lay before them. */
static bool shifted(struct subject *u, struct finding_job *job, struct plan *plan,
		    struct explore_result *r)
{
	for (unsigned from = 0; from < plan->count; from++) {
		if (!decision_is_point(plan->d[from].kind))
			break;
		for (int n = 1; n <= 2 * SHIFT_MAX && !finding_enough(job); n++) {
			const int by = n & 1 ? -(n + 1) / 2 : n / 2;
			struct plan moved = *plan;
			bool possible = true;

			for (unsigned i = from; i < moved.count; i++) {
				if (!decision_is_point(moved.d[i].kind))
					continue;
				possible &= (int64_t)moved.d[i].at + by > 0;
				moved.d[i].at += (uint32_t)by;
			}
			if (possible && run(u, job, &moved, r)) {
				*plan = r->applied;
				return true;
			}
		}
	}
	return false;
}

static bool still_fails(struct subject *u, struct finding_job *job, struct plan *plan,
			struct explore_result *r)
{
	bool found = run(u, job, plan, r);

	if (found)
		*plan = r->applied;
	else if (!plan->count)
		return false;
	plan_sort(plan);
	found = found || shifted(u, job, plan, r) || search(u, job, &strategy_bounded, plan);
	if (!found && plan->count > 1)
		found = search(u, job, &strategy_pct, plan) ||
			search(u, job, &strategy_random, plan);
	if (found && plan->count)
		job->runs += plan_shrink(plan, job->cause, u->target, r, finding_enough, job);
	return found && finding_fails(job, r);
}

/* True when the cut scenario replaced *u. */
static bool try_cut(struct subject **u, struct finding_job *job, const struct finding_cut *cut,
		    struct explore_result *r)
{
	struct subject *smaller = subject_load(job, finding_text(&(*u)->s, cut));
	struct plan plan = job->plan;

	if (!smaller)
		return false;
	subject_rest(*u); /* one snapshot at a time */
	if (subject_open(smaller, job) && still_fails(smaller, job, &plan, r) &&
	    plan.count <= job->plan.count) {
		job->plan = plan;
		subject_close(*u);
		*u = smaller;
		return true;
	}
	subject_close(smaller);
	return false;
}

static const struct ynode *list_of(const struct scn *s, const struct finding_cut *where)
{
	const struct ynode *n;

	if (strcmp(where->list, "steps"))
		n = ynode_get(s->root, where->list);
	else
		n = ynode_get(ynode_get(s->root, "tasks")->item[where->task], "steps");
	return n && n->type == YNODE_SEQ ? n : NULL;
}

static size_t length(const struct scn *s, const char *list, size_t task)
{
	const struct finding_cut where = {.list = list, .task = task};
	const struct ynode *n = list_of(s, &where);

	return n ? n->count : 0;
}

/* From the end, so that what is behind a cut keeps its number; halves, quarters, ... single ones.
 * At least @least stay. */
static void cut_list(struct subject **u, struct finding_job *job, const char *list, size_t task,
		     size_t least, struct explore_result *r)
{
	size_t chunk = length(&(*u)->s, list, task) / 2;

	if (chunk < 2)
		chunk = 1;
	for (;; chunk /= 2) {
		for (size_t end = length(&(*u)->s, list, task); end && !finding_enough(job);) {
			const size_t n = chunk < end ? chunk : end;
			const struct finding_cut cut = {list, task, end - n, n};

			if (length(&(*u)->s, list, task) >= least + n)
				try_cut(u, job, &cut, r);
			end -= n;
		}
		if (chunk == 1)
			return;
	}
}

void finding_cut_lines(struct subject **u, struct finding_job *job, struct explore_result *r)
{
	cut_list(u, job, "inject", 0, 0, r);
	cut_list(u, job, "tasks", 0, 1, r);
	for (size_t t = length(&(*u)->s, "tasks", 0); t-- > 0;)
		cut_list(u, job, "steps", t, 1, r);
	cut_list(u, job, "expect", 0, 0, r);
	cut_list(u, job, "partitions", 0, 0, r);
	cut_list(u, job, "decide-at", 0, 1, r);
}

unsigned finding_lines(const struct scn *s)
{
	static const char *const lists[] = {"inject", "tasks", "expect", "partitions", "decide-at"};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		n += length(s, lists[i], 0);
	for (size_t t = 0; t < length(s, "tasks", 0); t++)
		n += length(s, "steps", t);
	return (unsigned)n;
}
