/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Putting a machine back, to the snapshot or to a mark of it.
 *
 * Three quarters of what lies in pages that machines write is zero when the snapshot is taken
 * (stacks, tables, free memory): clearing it takes half the time of copying it. Looking first
 * whether it still is takes longer.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "explore/snapshot_parts.h"
#include "soc/machine.h"

#define PAGE SNAPSHOT_PAGE
#define BLOCK ((size_t)256)
#define MARK_BYTES_MAX ((size_t)512 * 1024)

typedef uint64_t vec __attribute__((vector_size(16), may_alias));

/* A block of a mark that is not as it was at the snapshot. */
struct diff {
	uint8_t *to;
	const uint8_t *own; /* NULL = zeros */
};

struct snapshot_mark {
	struct snapshot_mark *next;
	struct diff *diff;    /* in the order of the regions, then what lies beyond them */
	size_t count, beyond; /* diff[beyond..]: put back from here alone */
	uint8_t *own;	      /* of MARK_BYTES_MAX */
	size_t own_bytes;
	bool full;
	struct put_list list;
};

static bool is_zero(const uint8_t *block)
{
	const vec *v = (const vec *)block;
	vec any = v[0];

	for (size_t i = 1; i < BLOCK / sizeof(*v); i++)
		any |= v[i];
	return !(any[0] | any[1]);
}

static void add_block(struct put_list *l, uint8_t *to, const uint8_t *from)
{
	struct put_run *last = l->count ? &l->run[l->count - 1] : NULL;

	if (last && last->to + last->bytes == to && !from == !last->from &&
	    (!from || last->from + last->bytes == from)) {
		last->bytes += BLOCK;
		return;
	}
	if (l->count == l->room) {
		unsigned depth = arena_depth_set(0); /* it outlives the rewind */

		l->room = l->room ? 2 * l->room : 1024;
		l->run = realloc(l->run, l->room * sizeof(*l->run));
		arena_depth_set(depth);
		if (!l->run)
			abort();
	}
	l->run[l->count++] = (struct put_run){to, from, BLOCK};
}

/* Of the pages known to change; a mark's own blocks in place of the snapshot's. */
static void make_list(struct snapshot *s, struct put_list *l, const struct snapshot_mark *m)
{
	size_t next = 0, own = m ? m->beyond : 0;

	l->count = 0;
	l->hot = s->hot;
	for (size_t i = 0; i < s->regions; i++) {
		struct region *r = &s->region[i];

		for (size_t at = r->from & ~(BLOCK - 1); at < r->to; at += BLOCK) {
			const uint8_t *from = r->copy + at;

			if (r->state[at / PAGE] != PAGE_HOT) {
				at |= PAGE - BLOCK; /* the last block of the page */
				continue;
			}
			if (next < own && m->diff[next].to == r->base + at)
				from = m->diff[next++].own;
			else if (is_zero(from))
				from = NULL;
			add_block(l, r->base + at, from);
		}
	}
	for (next = own; m && next < m->count; next++)
		add_block(l, m->diff[next].to, m->diff[next].own);
}

static void put_back(const struct put_list *l)
{
	for (const struct put_run *run = l->run; run < l->run + l->count; run++)
		if (run->from)
			memcpy(run->to, run->from, run->bytes);
		else
			memset(run->to, 0, run->bytes);
}

void snapshot_rewind(struct snapshot *s, struct snapshot_mark *at)
{
	struct physmem *mem = &machine->mem;
	struct put_list *l = at ? &at->list : &s->list;
	uint32_t touched[PHYS_ZONE_COUNT];

	for (int id = 0; id < PHYS_ZONE_COUNT; id++)
		touched[id] = mem->zone[id].high_water;
	if (l->hot != s->hot)
		make_list(s, l, at);
	put_back(l);
	/* Pages above the old mark are dirty now: they are cleared when they are taken. */
	for (int id = 0; id < PHYS_ZONE_COUNT; id++)
		if (touched[id] > mem->zone[id].high_water)
			mem->zone[id].high_water = touched[id];
}

/* Where the last mark has a copy of this block; a new place when none has, NULL when there is no
 * more room. Marks share what they have in common: less to be fetched from far caches. */
static struct kept *last_copy(struct snapshot *s, const uint8_t *to)
{
	size_t at = ((uintptr_t)to / BLOCK * 0x9e3779b97f4a7c15ULL) >> (64 - KEPT_BITS);

	for (size_t i = 0; i < 64; i++, at = (at + 1) & ((1u << KEPT_BITS) - 1)) {
		if (!s->kept[at].to)
			s->kept[at].to = to;
		if (s->kept[at].to == to)
			return &s->kept[at];
	}
	return NULL;
}

static void keep_block(struct snapshot *s, struct snapshot_mark *m, uint8_t *to)
{
	struct kept *last = last_copy(s, to);
	const uint8_t *own = last ? last->own : NULL;

	if (is_zero(to)) {
		own = NULL;
	} else if (!own || memcmp(own, to, BLOCK)) {
		m->full |= m->own_bytes + BLOCK > MARK_BYTES_MAX;
		if (m->full)
			return;
		own = memcpy(m->own + m->own_bytes, to, BLOCK);
		m->own_bytes += BLOCK;
		if (last)
			last->own = own;
	}
	m->full |= m->count == MARK_BYTES_MAX / BLOCK;
	if (!m->full)
		m->diff[m->count++] = (struct diff){to, own};
}

static void keep_changed(struct snapshot *s, struct snapshot_mark *m)
{
	for (size_t i = 0; i < s->regions; i++) {
		const struct region *r = &s->region[i];

		for (size_t at = r->from & ~(BLOCK - 1); at < r->to; at += BLOCK)
			if (r->state[at / PAGE] != PAGE_HOT)
				at |= PAGE - BLOCK;
			else if (memcmp(r->base + at, r->copy + at, BLOCK))
				keep_block(s, m, r->base + at);
	}
	m->beyond = m->count;
}

/* A page that no region holds, whole. */
static void keep_page(struct snapshot *s, struct snapshot_mark *m, uint8_t *page)
{
	if (snapshot_region_of(s, page))
		return;
	for (size_t at = 0; at < PAGE; at += BLOCK)
		keep_block(s, m, page + at);
}

/* Memory that was first taken since the snapshot: the end of the heap, and simulated pages. What
 * is free is cleared when it is taken. */
static void keep_new(struct snapshot *s, struct snapshot_mark *m)
{
	struct arena_part part[2];

	arena_parts(part);
	m->full |= part[1].used_bytes != s->part[1].used_bytes; /* stacks are too large */
	for (size_t at = s->part[0].used_bytes & ~(PAGE - 1); at < part[0].used_bytes; at += PAGE)
		keep_page(s, m, s->part[0].base + at);
	for (int id = 0; id < PHYS_ZONE_COUNT; id++)
		for (uint32_t i = s->high_water[id]; i < machine->mem.zone[id].high_water; i++)
			if (physmem_in_use(&machine->mem, id, i))
				keep_page(s, m, machine->mem.host[id] + i * PHYS_PAGE_BYTES);
}

static void mark_drop(struct snapshot_mark *m)
{
	if (m->own)
		munmap(m->own, MARK_BYTES_MAX);
	free(m->diff);
	free(m->list.run);
	free(m);
}

static struct snapshot_mark *mark_create(void)
{
	struct snapshot_mark *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->list.hot = SIZE_MAX;
	m->diff = malloc(MARK_BYTES_MAX / BLOCK * sizeof(*m->diff));
	m->own = mmap(NULL, MARK_BYTES_MAX, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (m->own == MAP_FAILED)
		m->own = NULL;
	if (m->diff && m->own)
		return m;
	mark_drop(m);
	return NULL;
}

struct snapshot_mark *snapshot_mark(struct snapshot *s)
{
	const unsigned depth = arena_depth_set(0); /* it outlives the rewind */
	struct snapshot_mark *m = NULL;

	if (!s->kept)
		s->kept = calloc(1u << KEPT_BITS, sizeof(*s->kept));
	if (s->kept && snapshot_objects() == s->objects)
		m = mark_create();
	if (m) {
		keep_changed(s, m);
		keep_new(s, m);
		m->next = s->marks; /* one that is full too: later ones may share its copies */
		s->marks = m;
	}
	arena_depth_set(depth);
	return m && !m->full ? m : NULL;
}

void snapshot_marks_drop(struct snapshot *s)
{
	free(s->kept);
	while (s->marks) {
		struct snapshot_mark *m = s->marks;

		s->marks = m->next;
		mark_drop(m);
	}
}
