/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The oracle that follows a plan, and notes what it did.
 *
 * Decisions at points come first in the sorted plan, then answers to questions, then faults; a
 * cursor for each of the first two, so that a point at which nothing is decided costs a comparison
 * in the machine and does not come here.
 */
#include "explore/explore.h"
#include <stdlib.h>
#include <string.h>
#include "core/arena.h"

static void note(struct follow *f, const struct decision *d, uint32_t own_at)
{
	struct decision tried = *d;

	tried.at = own_at;
	plan_add(&f->tried, &tried);
	plan_add(&f->applied, d);
	if (f->mirror)
		plan_add(f->mirror, d);
	if (f->decided)
		f->decided(f->ctx, d);
}

void follow_wait(struct follow *f, struct oracle *o)
{
	const uint64_t own = o->points - f->skipped;

	while (f->point_next < f->point_count && f->plan.d[f->point_next].at <= own)
		f->point_next++;
	if (f->named)
		o->next_point = UINT64_MAX; /* until the next name */
	else if (f->point_next < f->point_count)
		o->next_point = f->plan.d[f->point_next].at + f->skipped;
	else
		o->next_point = f->options ? o->points + 1 : UINT64_MAX;
	if (f->reached && f->reach_at > own && f->reach_at + f->skipped < o->next_point)
		o->next_point = f->reach_at + f->skipped;
}

static void add_option(struct follow *f, uint32_t at, uint8_t kind, unsigned answer)
{
	if (f->option_count == f->option_room) {
		unsigned room = f->option_room ? 2 * f->option_room : 1024;
		unsigned depth = arena_depth_set(0); /* it outlives the run */
		struct option *p = realloc(f->option, room * sizeof(*p));

		arena_depth_set(depth);
		if (!p)
			return; /* explores less, nothing else */
		f->option = p;
		f->option_room = room;
	}
	f->option[f->option_count++] = (struct option){at, kind, (uint8_t)answer};
}

static void add_options(struct follow *f, uint32_t at, const struct oracle_may *may)
{
	if (may->hold)
		add_option(f, at, ORACLE_HOLD, 0);
	if (may->preempt)
		add_option(f, at, ORACLE_PREEMPT, 0);
	if (may->irq)
		add_option(f, at, ORACLE_IRQ, 0);
	for (uint64_t left = may->move; left; left &= left - 1)
		add_option(f, at, ORACLE_MOVE, (unsigned)__builtin_ctzll(left));
}

/* Who runs next is the question most bugs turn on, so it gets the larger share. */
static struct oracle_act any(uint32_t random, const struct oracle_may *may)
{
	struct oracle_act option[16];
	unsigned n = 0;

	if (may->hold) {
		option[n++] = (struct oracle_act){ORACLE_HOLD, 0};
		option[n++] = (struct oracle_act){ORACLE_HOLD, 0};
		option[n++] = (struct oracle_act){ORACLE_HOLD, 0};
	}
	if (may->preempt) {
		option[n++] = (struct oracle_act){ORACLE_PREEMPT, 0};
		option[n++] = (struct oracle_act){ORACLE_PREEMPT, 0};
	}
	if (may->irq)
		option[n++] = (struct oracle_act){ORACLE_IRQ, 0};
	for (uint64_t left = may->move; left && n < 16; left &= left - 1)
		option[n++] = (struct oracle_act){ORACLE_MOVE, (uint32_t)__builtin_ctzll(left)};
	return n ? option[random % n] : (struct oracle_act){ORACLE_KIND_COUNT, 0};
}

static bool possible(const struct decision *d, const struct oracle_may *may)
{
	switch (d->kind) {
	case ORACLE_HOLD:
		return may->hold;
	case ORACLE_IRQ:
		return may->irq;
	case ORACLE_PREEMPT:
		return may->preempt;
	case ORACLE_MOVE:
		return d->answer < 64 && may->move >> d->answer & 1;
	default:
		return false;
	}
}

static struct oracle_act follow_point(struct oracle *o, const struct oracle_may *may)
{
	struct follow *f = o->ctx;
	struct oracle_act act = {ORACLE_KIND_COUNT, 0};
	const uint32_t at = (uint32_t)o->points;
	struct decision *d = NULL;
	uint32_t own;

	if (f->reached && at == f->reach_at + (uint32_t)f->skipped)
		f->reached(f);
	own = at - (uint32_t)f->skipped;
	if (f->point_next < f->point_count && f->plan.d[f->point_next].at == own)
		d = &f->plan.d[f->point_next];
	if (d && d->kind == DECIDE_ANY)
		act = any(d->answer, may);
	else if (d && possible(d, may))
		act = (struct oracle_act){d->kind, d->answer};
	if (!d && f->options && own >= f->options_from)
		add_options(f, own, may);
	follow_wait(f, o);
	if (act.kind != ORACLE_KIND_COUNT)
		note(f, &(struct decision){.kind = (uint8_t)act.kind, .at = at, .answer = act.arg},
		     own);
	return act;
}

static uint32_t follow_choose(struct oracle *o, enum oracle_kind kind, uint32_t n, uint32_t usual,
			      const char *where)
{
	struct follow *f = o->ctx;
	uint32_t at = (uint32_t)o->choices;
	struct decision *d;
	uint32_t answer;

	(void)where;
	while (f->question_next < f->plan.count && f->plan.d[f->question_next].at < at)
		f->question_next++;
	if (f->question_next == f->plan.count)
		return usual;
	d = &f->plan.d[f->question_next];
	if (d->at != at || d->kind == ORACLE_FAULT)
		return usual;
	/* In a plan to be tried the answer is only "another one". */
	answer = d->answer < n ? d->answer : (usual + 1 + d->answer % (n - 1)) % n;
	if (answer != usual)
		note(f, &(struct decision){.kind = (uint8_t)kind, .at = at, .answer = answer}, at);
	return answer;
}

static const struct oracle_ops follow_ops = {
	.name = "follow", .choose = follow_choose, .point = follow_point};

static struct follow *following; /* whose faults the sites ask for; set in each run */

/* An injected fault is applied where it happens; those that never do are nowhere. */
static bool follow_fault(struct fault_site *site)
{
	struct follow *f = following;
	const uint64_t n = site->passed - site->base;
	size_t sites;
	struct fault_site *const *all = fault_sites(&sites);

	for (unsigned i = f->fault_first; i < f->plan.count; i++) {
		const struct decision *d = &f->plan.d[i];
		struct decision now = *d;

		if (d->site >= sites || all[d->site] != site)
			continue;
		if (d->at == FAULT_RANDOM) {
			if (!fault_draw((uint64_t)(d->answer & 0xffff) << 32 | d->site, n,
					d->answer >> 16) ||
			    f->applied.count == DECISIONS_MAX)
				continue;
			now.at = (uint32_t)n;
			now.answer = 0;
		} else if (n < d->at || (d->answer != FAULT_FOREVER &&
					 n >= (uint64_t)d->at + (d->answer ? d->answer : 1))) {
			continue;
		}
		if (!f->fired[i])
			note(f, &now, now.at);
		f->fired[i] = d->at != FAULT_RANDOM;
		site->value = site->values ? site->values[d->value] : 0;
		return true;
	}
	return false;
}

/* @passed: of each site, when the run began; NULL = now. */
static void start_faults(struct follow *f, const uint64_t *passed)
{
	size_t sites;
	struct fault_site *const *site = fault_sites(&sites);

	following = f;
	fault_ask = follow_fault;
	memset(f->fired, 0, sizeof(f->fired));
	f->fault_first = f->plan.count;
	while (f->fault_first > f->point_count &&
	       f->plan.d[f->fault_first - 1].kind == ORACLE_FAULT)
		f->fault_first--;
	for (unsigned i = f->fault_first; i < f->plan.count; i++) {
		const struct decision *d = &f->plan.d[i];

		if (d->site >= sites)
			continue;
		site[d->site]->base = passed ? passed[d->site] : site[d->site]->passed;
		site[d->site]->armed = site[d->site]->asked = true;
	}
}

static void follow_plan(struct follow *f, const struct plan *plan)
{
	f->plan = *plan;
	plan_sort(&f->plan);
	f->applied.count = 0;
	f->applied.options = f->applied.again = false;
	f->tried = f->applied;
	f->skipped = f->name_at = f->names = 0;
	f->named = false;
	f->reached = NULL;
	if (f->mirror)
		*f->mirror = (struct plan){0};
	f->point_count = f->point_next = 0;
	while (f->point_count < f->plan.count && decision_is_point(f->plan.d[f->point_count].kind))
		f->point_count++;
	f->question_next = f->point_count;
	f->options = plan->options;
	f->options_from = f->point_count ? f->plan.d[f->point_count - 1].at + 1 : 0;
	f->option_count = 0;
}

void follow_start(struct follow *f, const struct plan *plan, struct oracle *oracle)
{
	follow_plan(f, plan);
	oracle->ops = &follow_ops;
	oracle->ctx = f;
	oracle->points = oracle->choices = 0;
	follow_wait(f, oracle);
	start_faults(f, NULL);
}

void follow_resume(struct follow *f, const struct plan *plan, uint64_t skipped,
		   const uint64_t *passed)
{
	follow_plan(f, plan);
	f->skipped = skipped;
	start_faults(f, passed);
}

void follow_skip(struct follow *f, struct oracle *o)
{
	f->skipped++;
	if (o->next_point != UINT64_MAX)
		o->next_point++;
}

void follow_named(struct follow *f, struct oracle *o)
{
	f->named = true;
	o->next_point = UINT64_MAX;
}

void follow_name(struct follow *f, struct oracle *o)
{
	const uint64_t at = o->points + 1;

	if (!f->named || f->name_at == at)
		return;
	f->name_at = at;
	f->skipped = at - ++f->names;
	while (f->point_next < f->point_count && f->plan.d[f->point_next].at < f->names)
		f->point_next++;
	if (f->options ||
	    (f->point_next < f->point_count && f->plan.d[f->point_next].at == f->names))
		o->next_point = at;
}

uint32_t follow_points(const struct follow *f, const struct oracle *o)
{
	return f->named ? f->names : (uint32_t)(o->points - f->skipped);
}

void follow_free(struct follow *f)
{
	free(f->option);
	f->option = NULL;
	f->option_room = f->option_count = 0;
}
