/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Event queue of virtual time: an intrusive heap ordered by (time, priority, issue number).
 * The issue number makes equal times deterministic; pointers are never compared.
 * Events are embedded in their owner; the queue allocates only its heap array.
 */
#ifndef FFASIM_CORE_EVQ_H
#define FFASIM_CORE_EVQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVQ_NEVER UINT64_MAX

struct ev;
typedef void ev_fn(struct ev *ev);

struct ev {
	uint64_t time_ns;
	uint64_t seq;
	ev_fn *fn; /* runs once per evq_add(); may re-add itself or free its owner */
	void *ctx;
	int prio;      /* lower runs first at equal time */
	uint32_t slot; /* heap index + 1; 0 = not queued */
};

struct evq {
	struct ev **heap;
	uint32_t count, room;
	uint64_t seq;
	uint64_t next_ns; /* time of the earliest event; EVQ_NEVER = none */
};

void evq_init(struct evq *q);
void evq_finish(struct evq *q); /* frees the array, drops all events */
void evq_reset(struct evq *q);	/* drops all events, keeps the array */
void evq_add(struct evq *q, struct ev *ev, uint64_t time_ns); /* moves it when already queued */
void evq_cancel(struct evq *q, struct ev *ev);		      /* no-op when not queued */
static inline bool evq_queued(const struct ev *ev)
{
	return ev->slot != 0;
}
static inline uint64_t evq_next_ns(const struct evq *q)
{
	return q->next_ns;
}
/* Removes and returns the earliest event with time <= now_ns, or NULL. */
struct ev *evq_pop_due(struct evq *q, uint64_t now_ns);

#endif
