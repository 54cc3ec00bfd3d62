/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bounded: every run with no decision, then every run with one, with two, up to the depth. A run
 * whose decisions are fixed tells what else could have been decided behind the last of them; those
 * options, one after the other, are its children. Depth first, the bound grows from outside, so the
 * shortest failing plan is found first. Complete for its bound: when it ends, no plan with that
 * many decisions fails.
 *
 * Questions (ties between PEs, order of waiters) keep their usual answers here.
 */
#include "explore/explore.h"
#include <stdlib.h>
#include <string.h>

#define LEVELS_MAX 8

struct level {
	struct option *option;
	unsigned count, room, cursor;
};

struct bounded {
	struct plan prefix; /* decisions of the levels above the deepest */
	struct level level[LEVELS_MAX];
	unsigned depth; /* bound of the user */
	unsigned bound; /* of this round */
	unsigned at;	/* levels that have their options */
	bool ran_any;
	bool want_options, done;
	bool sliced;
	uint64_t slice;
	unsigned first_options, first_end; /* options of no plan; the first one not tried */
};

static void begin(void *state, const struct strategy_config *cfg)
{
	struct bounded *b = state;

	b->depth = cfg->depth ? cfg->depth : strategy_bounded.depth;
	if (b->depth > LEVELS_MAX)
		b->depth = LEVELS_MAX;
	b->sliced = cfg->sliced;
	b->slice = cfg->slice;
}

static void put(struct plan *plan, const struct option *o)
{
	plan_add(plan, &(struct decision){.kind = o->kind, .at = o->at, .answer = o->answer});
}

/* A prefix run asks for options; a full one is simply run. */
static bool next(void *state, struct plan *plan)
{
	struct bounded *b = state;

	if (!b->ran_any) {
		b->ran_any = true;
		*plan = (struct plan){.options = true, .again = b->sliced && b->slice};
		b->want_options = true;
		return true;
	}
	for (;;) {
		struct level *l;

		if (b->done)
			return false;
		if (!b->at) { /* only when even the usual run had no point */
			b->done = true;
			return false;
		}
		l = &b->level[b->at - 1];
		if (l->cursor == (b->at == 1 ? b->first_end : l->count)) {
			b->at--;
			if (b->at) {
				b->prefix.count--;
				b->level[b->at - 1].cursor++;
				continue;
			}
			/* This bound is done; the next starts over from the options of no plan. */
			if (b->sliced || b->bound >= b->depth || !l->count) {
				b->done = true;
				return false;
			}
			b->bound++;
			b->at = 1;
			b->level[0].cursor = 0;
			continue;
		}
		*plan = b->prefix;
		plan->options = b->at < b->bound;
		b->want_options = plan->options;
		put(plan, &l->option[l->cursor]);
		if (!plan->options)
			l->cursor++;
		return true;
	}
}

/*
 * The options of no plan are known. Slice 0 is all runs with at most one decision; then, bound by
 * bound, a slice for each first decision.
 */
static void start(struct bounded *b, struct level *l)
{
	b->bound = 1;
	b->first_options = b->first_end = l->count;
	if (!b->sliced || !b->slice)
		return;
	b->done = !l->count || b->slice >= 1 + (uint64_t)(b->depth - 1) * l->count;
	if (b->done)
		return;
	b->bound = 2 + (unsigned)((b->slice - 1) / l->count);
	l->cursor = (unsigned)((b->slice - 1) % l->count);
	b->first_end = l->cursor + 1;
}

static void seen(void *state, const struct plan *plan, const struct explore_result *r)
{
	struct bounded *b = state;
	struct level *l;

	(void)plan;
	if (!b->want_options)
		return;
	b->want_options = false;
	if (b->at) { /* the option tried becomes part of the prefix */
		const struct level *up = &b->level[b->at - 1];

		put(&b->prefix, &up->option[up->cursor]);
	}
	l = &b->level[b->at++];
	if (l->room < r->option_count) {
		struct option *p = realloc(l->option, r->option_count * sizeof(*p));

		if (!p)
			abort();
		l->option = p;
		l->room = r->option_count;
	}
	if (r->option_count)
		memcpy(l->option, r->option, r->option_count * sizeof(*l->option));
	l->count = r->option_count;
	l->cursor = 0;
	if (b->at == 1)
		start(b, l);
}

static uint64_t slices(const void *state)
{
	const struct bounded *b = state;

	return 1 + (uint64_t)(b->depth - 1) * b->first_options;
}

static void end(void *state)
{
	struct bounded *b = state;

	for (unsigned i = 0; i < LEVELS_MAX; i++)
		free(b->level[i].option);
}

const struct strategy strategy_bounded = {
	.name = "bounded",
	.doc = "every run with 0, 1, ... depth decisions",
	.bytes = sizeof(struct bounded),
	.depth = 2,
	.begin = begin,
	.next = next,
	.seen = seen,
	.end = end,
	.slices = slices,
};
