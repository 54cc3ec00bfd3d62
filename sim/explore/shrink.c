/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Shrinking a plan: delta debugging over its decisions. A decision that is taken away moves what
 * comes behind it, so a smaller plan that does not fail may fail with its later decisions some
 * points away; the last step tries that for plans that are small already.
 */
#include "explore/explore.h"
#include <string.h>

#define NEAR 24

struct shrink {
	struct explore_target *t;
	uint64_t cause;
	struct explore_result *r;
	unsigned runs;
	bool (*enough)(void *ctx);
	void *ctx;
};

static bool enough(const struct shrink *s)
{
	return s->enough && s->enough(s->ctx);
}

static bool fails(struct shrink *s, const struct plan *plan)
{
	s->runs++;
	return !s->t->run(s->t, plan, s->r) && s->r->failed && s->r->cause == s->cause;
}

static void without(const struct plan *plan, unsigned first, unsigned n, struct plan *out)
{
	*out = (struct plan){0};
	for (unsigned i = 0; i < plan->count; i++)
		if (i < first || i >= first + n)
			out->d[out->count++] = plan->d[i];
}

/* What was applied is what counts: decisions that were not possible are gone at once. */
static void keep(struct shrink *s, struct plan *plan)
{
	*plan = s->r->applied;
	plan_sort(plan);
}

static bool drop_some(struct shrink *s, struct plan *plan, unsigned n)
{
	struct plan smaller;

	for (unsigned first = 0; first < plan->count; first += n) {
		without(plan, first, n, &smaller);
		if (enough(s))
			return false;
		if (!fails(s, &smaller))
			continue;
		keep(s, plan);
		return true;
	}
	return false;
}

/* One decision less, one of the others a little earlier or later. */
static bool drop_and_move(struct shrink *s, struct plan *plan)
{
	for (unsigned gone = 0; gone < plan->count; gone++) {
		struct plan smaller;

		without(plan, gone, 1, &smaller);
		for (unsigned i = 0; i < smaller.count; i++) {
			const uint32_t at = smaller.d[i].at;

			for (uint32_t step = 1; step <= NEAR; step++) {
				if (enough(s))
					return false;
				smaller.d[i].at = at + step;
				if (fails(s, &smaller))
					goto found;
				if (at <= step)
					continue;
				smaller.d[i].at = at - step;
				if (fails(s, &smaller))
					goto found;
			}
			smaller.d[i].at = at;
		}
	}
	return false;
found:
	keep(s, plan);
	return true;
}

/* A fault that happens for ever or several times: once may do. */
static void fail_less(struct shrink *s, struct plan *plan)
{
	for (unsigned i = 0; i < plan->count && !enough(s); i++) {
		struct plan less = *plan;

		if (less.d[i].kind != ORACLE_FAULT || !less.d[i].answer)
			continue;
		less.d[i].answer = 0;
		if (fails(s, &less))
			keep(s, plan);
	}
}

unsigned plan_shrink(struct plan *plan, uint64_t cause, struct explore_target *t,
		     struct explore_result *last, bool (*stop)(void *ctx), void *ctx)
{
	struct shrink s = {.t = t, .cause = cause, .r = last, .enough = stop, .ctx = ctx};
	struct plan none = {0};

	if (!fails(&s, plan))
		return s.runs; /* does not repeat: the caller finds out */
	keep(&s, plan);
	if (!plan->count || fails(&s, &none)) {
		*plan = none;
		return s.runs;
	}
	for (unsigned n = (plan->count + 1) / 2; n && plan->count > 1;) {
		if (drop_some(&s, plan, n)) {
			if (n > plan->count)
				n = plan->count;
			continue;
		}
		n = n == 1 ? 0 : (n + 1) / 2;
	}
	fail_less(&s, plan);
	while (plan->count > 1 && plan->count <= 4 && drop_and_move(&s, plan))
		;
	fails(&s, plan); /* leaves the result of the plan that is handed back */
	return s.runs;
}
