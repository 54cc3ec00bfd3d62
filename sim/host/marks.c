/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * See marks.h. Everything here outlives a rewind.
 *
 * The usual run is made twice: once for its length, once to stop at each place. A place that cannot
 * be kept is left out: one in whose past a module was loaded, or where an engine is in the middle
 * of guest code.
 */
#include "host/marks.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "host/session.h"

#define MARKS_MAX 16
#define APART_MIN 2 /* points: nearer ones are not worth their memory */

struct marks {
	struct mark mark[MARKS_MAX]; /* in the order of the run */
	unsigned count;
	uint64_t *begin;
	size_t sites;
};

static void pause_here(struct follow *f)
{
	(void)f;
	machine_pause();
}

static uint64_t *passages(size_t *sites)
{
	struct fault_site *const *site = fault_sites(sites);
	const unsigned depth = arena_depth_set(0); /* no part of the machine */
	uint64_t *n = malloc((*sites + 1) * sizeof(*n));

	arena_depth_set(depth);
	for (size_t i = 0; n && i < *sites; i++)
		n[i] = site[i]->passed;
	return n;
}

/* The bits of @seen; false without memory. */
static bool note_seen(struct mark *mark, const struct seen_map *seen)
{
	const uint8_t *byte = (const uint8_t *)seen;
	const unsigned n = seen_pairs(seen) + seen_blocks(seen);

	mark->key = malloc((n + 1) * sizeof(*mark->key));
	for (uint32_t i = 0; mark->key && i < sizeof(*seen); i++)
		for (unsigned left = byte[i]; left; left &= left - 1)
			mark->key[mark->keys++] = i * 8 + (unsigned)__builtin_ctz(left);
	return mark->key;
}

unsigned mark_see(const struct mark *mark, struct seen_map *seen)
{
	uint8_t *byte = (uint8_t *)seen;
	unsigned news = 0;

	for (unsigned i = 0; i < mark->keys; i++) {
		const uint8_t bit = (uint8_t)(1u << (mark->key[i] & 7));

		news += !(byte[mark->key[i] >> 3] & bit);
		byte[mark->key[i] >> 3] |= bit;
	}
	return news;
}

static void mark_finish(struct mark *mark)
{
	free(mark->passed);
	free(mark->key);
	*mark = (struct mark){0};
}

/* On the host fiber; the run stands at a point. */
static void keep(struct marks *m, struct session *x)
{
	const struct oracle *o = &x->run->w.m->oracle;
	struct mark *mark = &m->mark[m->count];
	size_t sites;

	if (m->count == MARKS_MAX || !ec_backends_rest(EC_REST_KEEP))
		return;
	*mark = (struct mark){.points = o->points,
			      .skipped = x->follow.skipped,
			      .questions = o->choices,
			      .shape = x->shape,
			      .last_kind = x->last_kind};
	mark->passed = passages(&sites);
	if (mark->passed && note_seen(mark, x->seen))
		mark->at = snapshot_mark(x->snapshot);
	if (mark->at)
		m->count++;
	else
		mark_finish(mark);
}

/* With places @apart, 0 = without any: how many points the run has, as hinted plans count them. */
static uint32_t usual_run(struct session *x, struct marks *m, uint32_t apart)
{
	struct machine *machine;

	session_watched()->runs++;
	session_begin(x, NULL);
	session_start(x, &(struct plan){.hinted = true}, NULL);
	machine = x->run->w.m;
	free(m->begin);
	m->begin = passages(&m->sites);
	if (apart) {
		x->follow.reached = pause_here;
		x->follow.reach_at = apart;
		follow_wait(&x->follow, &machine->oracle);
	}
	machine_continue(machine);
	while (machine->paused) {
		unsigned depth = arena_depth_set(0); /* a mark is no part of the machine */

		keep(m, x);
		x->follow.reach_at += apart;
		arena_depth_set(depth);
		machine_continue(machine);
	}
	arena_depth_set(0);
	return (uint32_t)(machine->oracle.points - x->follow.skipped);
}

struct marks *marks_make(struct session *x)
{
	struct marks *m = calloc(1, sizeof(*m));
	struct seen_map *seen = x->seen;
	uint32_t apart;

	x->seen = calloc(1, sizeof(*x->seen));
	if (m && x->seen) {
		apart = usual_run(x, m, 0) / MARKS_MAX;
		memset(x->seen, 0, sizeof(*x->seen));
		usual_run(x, m, apart < APART_MIN ? APART_MIN : apart);
	}
	free(x->seen);
	x->seen = seen;
	if (m && m->count && m->begin)
		return m;
	marks_free(m);
	return NULL;
}

void marks_free(struct marks *m)
{
	for (unsigned i = 0; m && i < m->count; i++)
		mark_finish(&m->mark[i]);
	if (m)
		free(m->begin);
	free(m);
}

const uint64_t *marks_begin(const struct marks *m)
{
	return m->begin;
}

/* Everything @d says happens behind @mark, or at it. */
static bool lies_behind(const struct marks *m, const struct mark *mark, const struct decision *d,
			bool hinted)
{
	if (decision_is_point(d->kind))
		return d->at >= mark->points - (hinted ? mark->skipped : 0);
	if (d->kind != ORACLE_FAULT)
		return d->at > mark->questions;
	return d->site < m->sites && d->at != FAULT_RANDOM &&
	       d->at > mark->passed[d->site] - m->begin[d->site];
}

const struct mark *marks_for(const struct marks *m, const struct plan *plan)
{
	const struct mark *best = NULL;
	bool points = false;
	unsigned i;

	for (i = 0; i < plan->count; i++)
		points |= decision_is_point(plan->d[i].kind);
	/* Whoever wants the usual run gets it whole; options are all those behind the last decision
	 * at a point. */
	if (!plan->count || (plan->options && !points))
		return NULL;
	for (const struct mark *mark = m->mark; mark < m->mark + m->count; mark++) {
		for (i = 0; i < plan->count; i++)
			if (!lies_behind(m, mark, &plan->d[i], plan->hinted))
				return best;
		best = mark;
	}
	return best;
}
