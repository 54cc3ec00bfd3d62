/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Data races by happens-before. Each flow has a vector clock; a release copies it into the object,
 * an acquire takes it from there. The last accesses to each 8 bytes are kept with their flow's
 * clock; a new access conflicts with one of another flow when they overlap, one of them writes, one
 * of them is plain, and the flow's clock does not cover the older one. Marked against marked is
 * fine, as in the kernel's own rules. Freeing an object counts as writing all of it.
 *
 * Memory is bounded: four accesses per 8 bytes, so many places, the oldest of which gives way. What
 * falls out can hide a race, never invent one. Places and objects lie one behind the other, in the
 * order in which they are met, so that a machine that is rewound wrote few pages.
 * Not modelled: stacks of flows (see instrument.h), and tasks that follow each other on one PE are
 * not ordered by that. Interrupts belong to the flow they interrupt.
 */
#include <string.h>

#include "check/detect_internal.h"

#define PLACES 32768
#define BUCKETS 4096 /* power of two */
#define KEPT 4
#define SYNCS 8192
#define RANGE_MAX 4096 /* bytes looked at of one long access */

enum { WRITE = 1, MARKED = 2, FREE = 4 };

struct seen {
	uint64_t time_ns;
	uint32_t clock, who;
	stack_id stack;
	uint16_t flow;
	uint8_t pe, bytes /* mask; 0 = empty */, how;
};

struct place {
	uintptr_t at;	 /* address / 8 */
	uint16_t next;	 /* place of its bucket, plus one; 0 = the last */
	uint16_t oldest; /* of those kept, when none is better to lose */
	struct seen seen[KEPT];
};

struct sync {
	const void *obj;
	uint16_t next; /* as in a place */
	uint32_t vc[FLOWS_MAX];
};

static struct {
	bool on;
	unsigned known; /* flows with a clock */
	unsigned syncs, places;
	unsigned victim; /* the place that gives way when all are used */
	unsigned recent; /* the place looked at last */
	uint16_t sync_bucket[BUCKETS], place_bucket[BUCKETS];
	struct place place[PLACES];
	struct sync sync[SYNCS];
	/* Per flow: what it knows of the others; what its next acquire fence adds; what it knew at
	 * its last release fence. */
	uint32_t vc[FLOWS_MAX][FLOWS_MAX];
	uint32_t fetched[FLOWS_MAX][FLOWS_MAX];
	uint32_t fenced[FLOWS_MAX][FLOWS_MAX];
} r;

void race_reset(bool on)
{
	memset(r.sync_bucket, 0, sizeof(r.sync_bucket));
	memset(r.place_bucket, 0, sizeof(r.place_bucket));
	for (unsigned i = 0; i < r.known; i++) {
		memset(r.vc[i], 0, sizeof(r.vc[0]));
		memset(r.fetched[i], 0, sizeof(r.vc[0]));
		memset(r.fenced[i], 0, sizeof(r.vc[0]));
	}
	r.places = r.victim = r.recent = r.syncs = r.known = 0;
	r.on = on;
}

static int clocked_flow(void)
{
	int f = r.on ? detect_flow() : NO_FLOW;

	while (f >= (int)r.known) {
		r.vc[r.known][r.known] = 1;
		r.known++;
	}
	return f;
}

static void join(uint32_t *to, const uint32_t *from)
{
	for (unsigned i = 0; i < r.known; i++)
		if (from[i] > to[i])
			to[i] = from[i];
}

static unsigned bucket_of(uintptr_t key)
{
	return (unsigned)((key ^ key >> 12) % BUCKETS); /* neighbours stay neighbours */
}

static struct sync *sync_of(const void *obj, bool make)
{
	uint16_t *head = &r.sync_bucket[bucket_of((uintptr_t)obj >> 3)];

	for (uint16_t i = *head; i; i = r.sync[i - 1].next)
		if (r.sync[i - 1].obj == obj)
			return &r.sync[i - 1];
	if (!make)
		return NULL;
	if (r.syncs == SYNCS) {
		r.on = false; /* an order that is forgotten would look like a race */
		return NULL;
	}
	r.sync[r.syncs] = (struct sync){.obj = obj, .next = *head};
	*head = (uint16_t)++r.syncs;
	return &r.sync[r.syncs - 1];
}

void race_acquire(const void *obj)
{
	int f = clocked_flow();
	const struct sync *s = f == NO_FLOW ? NULL : sync_of(obj, false);

	if (s)
		join(r.vc[f], s->vc);
}

void race_release(const void *obj)
{
	int f = clocked_flow();
	struct sync *s = f == NO_FLOW ? NULL : sync_of(obj, true);

	if (!s)
		return;
	join(s->vc, r.vc[f]);
	r.vc[f][f]++;
}

void race_fence(unsigned order)
{
	int f = clocked_flow();

	if (f == NO_FLOW)
		return;
	if (order & ACCESS_ACQUIRE)
		join(r.vc[f], r.fetched[f]);
	if (order & ACCESS_RELEASE) {
		join(r.fenced[f], r.vc[f]);
		r.vc[f][f]++;
	}
}

/* The order that a marked access makes: by itself, or together with a fence. */
static void marked_order(int f, const void *addr, unsigned access)
{
	struct sync *s;

	if (access & ACCESS_WRITE) {
		if (access & ACCESS_ACQUIRE)
			race_acquire(addr);
		if (access & ACCESS_RELEASE) {
			race_release(addr);
		} else if (r.fenced[f][f]) {
			s = sync_of(addr, true);
			if (s)
				join(s->vc, r.fenced[f]);
		}
		return;
	}
	s = sync_of(addr, false);
	if (s)
		join(access & ACCESS_ACQUIRE ? r.vc[f] : r.fetched[f], s->vc);
}

/* The oldest place gives way. */
static unsigned evict(void)
{
	unsigned n = r.victim++ % PLACES;
	uint16_t *at = &r.place_bucket[bucket_of(r.place[n].at)];

	while (*at != n + 1)
		at = &r.place[*at - 1].next;
	*at = r.place[n].next;
	return n;
}

static struct place *place_of(uintptr_t at, bool make)
{
	uint16_t *head;
	unsigned n = r.recent;

	/* Long accesses go from one place to the next. */
	if (n < r.places && r.place[n].at == at)
		return &r.place[n];
	if (++n < r.places && r.place[n].at == at) {
		r.recent = n;
		return &r.place[n];
	}
	head = &r.place_bucket[bucket_of(at)];
	for (uint16_t i = *head; i; i = r.place[i - 1].next) {
		if (r.place[i - 1].at == at) {
			r.recent = i - 1;
			return &r.place[i - 1];
		}
	}
	if (!make)
		return NULL;
	n = r.places < PLACES ? r.places++ : evict();
	r.place[n] = (struct place){.at = at, .next = *head};
	*head = (uint16_t)(n + 1);
	return &r.place[n];
}

static const char *verb(unsigned how)
{
	if (how & FREE)
		return "frees";
	if (how & MARKED)
		return how & WRITE ? "writes (marked)" : "reads (marked)";
	return how & WRITE ? "writes" : "reads";
}

static void add_side(struct text *t, const struct seen *s)
{
	text_add(t, "\n    ");
	text_place(t, s->stack);
	text_add(t, " %s, ", verb(s->how));
	text_moment(t, s->who, s->pe, s->time_ns);
	text_stack(t, s->stack);
}

static void report(const void *addr, const struct seen *then, const struct seen *now)
{
	static struct text t;

	if (!detect_first_time(stack_top(then->stack), stack_top(now->stack)))
		return;
	t.used = 0;
	text_add(&t, "data race on ");
	text_object(&t, addr);
	add_side(&t, now);
	add_side(&t, then);
	text_add(&t, "\n    nothing orders the two: no lock, no release and acquire, no wake-up");
	detect_report(&t);
}

static bool conflict(const struct seen *a, const struct seen *b)
{
	return a->bytes & b->bytes && a->flow != b->flow && (a->how | b->how) & WRITE &&
	       !(a->how & b->how & MARKED);
}

static void see(int f, uintptr_t at, uint8_t mask, unsigned how, stack_id *stack, const void *pc)
{
	struct place *p = place_of(at, true);
	struct seen *slot = NULL;
	struct seen now;

	for (unsigned i = 0; i < KEPT; i++) {
		struct seen *s = &p->seen[i];

		if (s->bytes && s->flow == f && s->how == how && s->clock == r.vc[f][f] &&
		    (s->bytes & mask) == mask)
			return; /* looked at since the flow last told anybody anything */
	}
	if (!*stack)
		*stack = stack_here(pc);
	now = (struct seen){.time_ns = machine->now_ns,
			    .clock = r.vc[f][f],
			    .who = machine->running->who,
			    .stack = *stack,
			    .flow = (uint16_t)f,
			    .pe = (uint8_t)machine->running->id,
			    .bytes = mask,
			    .how = (uint8_t)how};
	for (unsigned i = 0; i < KEPT; i++) {
		struct seen *s = &p->seen[i];

		if (conflict(s, &now) && s->clock > r.vc[f][s->flow])
			report((const void *)(at * 8 + (unsigned)__builtin_ctz(s->bytes & mask)), s,
			       &now);
		if (!slot &&
		    (!s->bytes || (s->flow == f && s->how == how && (s->bytes & ~mask) == 0)))
			slot = s;
	}
	/* An access that happened before this one is the least loss. */
	for (unsigned i = 0; i < KEPT && !slot; i++)
		if (p->seen[i].clock <= r.vc[f][p->seen[i].flow] &&
		    (how & WRITE || !(p->seen[i].how & WRITE)))
			slot = &p->seen[i];
	if (!slot)
		slot = &p->seen[p->oldest++ % KEPT];
	*slot = now;
}

static void see_range(int f, const void *addr, size_t bytes, unsigned how, stack_id *stack,
		      const void *pc)
{
	uintptr_t a = (uintptr_t)addr, end = a + (bytes < RANGE_MAX ? bytes : RANGE_MAX);

	while (a < end) {
		uintptr_t next = (a | 7) + 1, stop = next < end ? next : end;

		see(f, a / 8, (uint8_t)(((1u << (stop - a)) - 1) << (a & 7)), how, stack, pc);
		a = stop;
	}
}

void race_access(const void *addr, size_t bytes, unsigned access, stack_id *stack, const void *pc)
{
	int f = clocked_flow();
	unsigned how = (access & ACCESS_WRITE ? WRITE : 0) | (access & ACCESS_MARKED ? MARKED : 0);

	if (f == NO_FLOW)
		return;
	see_range(f, addr, bytes, how, stack, pc);
	if (access & ACCESS_MARKED)
		marked_order(f, addr, access);
}

void race_free(const void *p, size_t bytes)
{
	int f = clocked_flow();
	stack_id stack = 0;

	if (f != NO_FLOW && instrument.on)
		see_range(f, p, bytes, WRITE | FREE, &stack, NULL);
	race_alloc(p, bytes);
}

/* Nobody has touched the new object yet, whoever had its memory before. */
void race_alloc(const void *p, size_t bytes)
{
	for (uintptr_t at = (uintptr_t)p / 8; at <= ((uintptr_t)p + bytes - 1) / 8; at++) {
		struct place *was = place_of(at, false);

		if (was)
			memset(was->seen, 0, sizeof(was->seen));
	}
}
