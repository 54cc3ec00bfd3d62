/* SPDX-License-Identifier: BSD-3-Clause */
/* Binary heap ordered by (time, priority, issue number); see evq.h. */
#include "core/evq.h"
#include <stdlib.h>
#include <string.h>

static bool ev_before(const struct ev *a, const struct ev *b)
{
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns;
	if (a->prio != b->prio)
		return a->prio < b->prio;
	return a->seq < b->seq;
}

static void place(struct evq *q, uint32_t i, struct ev *ev)
{
	q->heap[i] = ev;
	ev->slot = i + 1;
}

static void sift_up(struct evq *q, uint32_t i, struct ev *ev)
{
	while (i > 0) {
		uint32_t parent = (i - 1) / 2;

		if (!ev_before(ev, q->heap[parent]))
			break;
		place(q, i, q->heap[parent]);
		i = parent;
	}
	place(q, i, ev);
}

static void sift_down(struct evq *q, uint32_t i, struct ev *ev)
{
	for (;;) {
		uint32_t child = 2 * i + 1;

		if (child >= q->count)
			break;
		if (child + 1 < q->count && ev_before(q->heap[child + 1], q->heap[child]))
			child++;
		if (!ev_before(q->heap[child], ev))
			break;
		place(q, i, q->heap[child]);
		i = child;
	}
	place(q, i, ev);
}

static void note_next(struct evq *q)
{
	q->next_ns = q->count ? q->heap[0]->time_ns : EVQ_NEVER;
}

void evq_init(struct evq *q)
{
	memset(q, 0, sizeof(*q));
	note_next(q);
}

void evq_finish(struct evq *q)
{
	/* Owners may be gone already; evq_cancel() does not trust a slot of an older queue. */
	free(q->heap);
	evq_init(q);
}

void evq_reset(struct evq *q)
{
	for (uint32_t i = 0; i < q->count; i++)
		q->heap[i]->slot = 0;
	q->count = 0;
	q->seq = 0;
	note_next(q);
}

void evq_add(struct evq *q, struct ev *ev, uint64_t time_ns)
{
	evq_cancel(q, ev);
	if (q->count == q->room) {
		uint32_t room = q->room ? 2 * q->room : 64;
		struct ev **heap = realloc(q->heap, room * sizeof(*heap));

		if (!heap)
			abort(); /* a simulator without memory for its clock cannot go on */
		q->heap = heap;
		q->room = room;
	}
	ev->time_ns = time_ns;
	ev->seq = ++q->seq;
	sift_up(q, q->count++, ev);
	note_next(q);
}

void evq_cancel(struct evq *q, struct ev *ev)
{
	uint32_t i;
	struct ev *last;

	if (!ev->slot)
		return;
	i = ev->slot - 1;
	ev->slot = 0;
	if (i >= q->count || q->heap[i] != ev)
		return; /* queued before the queue was finished */
	last = q->heap[--q->count];
	if (last != ev) {
		if (i > 0 && ev_before(last, q->heap[(i - 1) / 2]))
			sift_up(q, i, last);
		else
			sift_down(q, i, last);
	}
	note_next(q);
}

struct ev *evq_pop_due(struct evq *q, uint64_t now_ns)
{
	struct ev *ev;

	if (!q->count || q->heap[0]->time_ns > now_ns)
		return NULL;
	ev = q->heap[0];
	evq_cancel(q, ev);
	return ev;
}
