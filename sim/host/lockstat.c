/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lock figures (lockstat.h). A series keeps counts in buckets of equal ratio: 32 between a number
 * and its double, so a percentile is exact below 32 ns and at most 1/32 too high above. Locks
 * beyond LOCKSTAT_MAX are not shown.
 */
#include "host/lockstat.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SUB 32u
#define SUB_BITS 5
#define BUCKETS (SUB * (64 - SUB_BITS + 1))

static int kind_id(const char *name)
{
	const struct trace_kind *k = trace_kind_find(name);

	return k ? k->id : -1;
}

void lockstat_init(struct lockstat *ls)
{
	memset(ls, 0, sizeof(*ls));
	ls->wait = kind_id("lock.el1_wait");
	ls->acquired = kind_id("lock.el1_acquired");
	ls->released = kind_id("lock.el1_released");
}

void lockstat_finish(struct lockstat *ls)
{
	for (size_t i = 0; i < ls->count; i++)
		for (int w = 0; w < LOCKSTAT_WHATS; w++)
			free(ls->lock[i].series[w].bucket);
	ls->count = 0;
}

static size_t bucket_of(uint64_t ns)
{
	int shift;

	if (ns < SUB)
		return ns;
	shift = 63 - __builtin_clzll(ns) - SUB_BITS;
	return SUB * (size_t)(shift + 1) + (size_t)(ns >> shift) - SUB;
}

/* The largest number that falls into it. */
static uint64_t bucket_end(size_t at)
{
	const size_t shift = at / SUB;

	if (!shift)
		return at;
	return ((uint64_t)(at % SUB + SUB + 1) << (shift - 1)) - 1;
}

static void add(struct lockstat_series *s, uint64_t ns)
{
	if (!s->bucket)
		s->bucket = calloc(BUCKETS, sizeof(*s->bucket));
	if (s->bucket)
		s->bucket[bucket_of(ns)]++;
	s->count++;
	s->total_ns += ns;
	if (ns > s->max_ns)
		s->max_ns = ns;
}

static struct lockstat_lock *lock_of(struct lockstat *ls, uint64_t name, uint64_t kind)
{
	struct lockstat_lock *l;

	for (size_t i = 0; i < ls->count; i++)
		if (ls->lock[i].name == name && ls->lock[i].kind == kind)
			return &ls->lock[i];
	if (ls->count == LOCKSTAT_MAX)
		return NULL;
	l = &ls->lock[ls->count++];
	*l = (struct lockstat_lock){.name = (uint32_t)name, .kind = (uint32_t)kind};
	return l;
}

void lockstat_see(struct lockstat *ls, const struct trace_rec *rec)
{
	struct lockstat_lock *l;

	if (rec->kind != ls->wait && rec->kind != ls->acquired && rec->kind != ls->released)
		return;
	l = lock_of(ls, rec->arg[0], rec->arg[1]);
	if (!l)
		return;
	if (rec->kind == ls->wait) {
		l->contended++;
	} else if (rec->kind == ls->acquired) {
		add(&l->series[LOCKSTAT_WAIT], rec->arg[3]);
		add(&l->series[LOCKSTAT_SPIN], rec->arg[4]);
	} else {
		add(&l->series[LOCKSTAT_HOLD], rec->arg[3]);
	}
}

/* The smallest bucket that 99 of 100 fit into, over the series of several locks. */
static uint64_t p99(const struct lockstat_series *const *s, size_t n, uint64_t max_ns)
{
	uint64_t count = 0, below = 0;

	for (size_t i = 0; i < n; i++)
		count += s[i]->count;
	for (size_t at = 0; at < BUCKETS; at++) {
		for (size_t i = 0; i < n; i++)
			below += s[i]->bucket ? s[i]->bucket[at] : 0;
		if (below && below * 100 >= count * 99)
			return bucket_end(at) < max_ns ? bucket_end(at) : max_ns;
	}
	return max_ns;
}

bool lockstat_figure(const struct lockstat *ls, const char *name, enum lockstat_what what,
		     enum lockstat_figure figure, uint64_t *ns)
{
	const struct lockstat_series *s[LOCKSTAT_MAX];
	uint64_t total_ns = 0, max_ns = 0;
	size_t n = 0;

	for (size_t i = 0; i < ls->count; i++) {
		if (strcmp(trace_name(ls->lock[i].name), name))
			continue;
		s[n] = &ls->lock[i].series[what];
		total_ns += s[n]->total_ns;
		if (s[n]->max_ns > max_ns)
			max_ns = s[n]->max_ns;
		n++;
	}
	*ns = figure == LOCKSTAT_TOTAL ? total_ns
	      : figure == LOCKSTAT_P99 ? p99(s, n, max_ns)
				       : max_ns;
	return n;
}

static void print_us(uint64_t ns, FILE *out)
{
	fprintf(out, " %9" PRIu64 ".%u", ns / 1000, (unsigned)(ns % 1000 / 100));
}

static void print_series(const struct lockstat_series *s, FILE *out)
{
	fputc(' ', out);
	print_us(s->max_ns, out);
	print_us(p99(&s, 1, s->max_ns), out);
	print_us(s->total_ns, out);
}

void lockstat_print(const struct lockstat *ls, FILE *out)
{
	static const char *const heads[] = {"wait max", "hold max", "spin max"};

	if (!ls->count)
		return;
	fprintf(out, "\n%-14s %-6s %7s %9s", "lock, us", "kind", "taken", "contended");
	for (int w = 0; w < LOCKSTAT_WHATS; w++)
		fprintf(out, "  %11s %11s %11s", heads[w], "p99", "total");
	fputc('\n', out);
	for (size_t i = 0; i < ls->count; i++) {
		const struct lockstat_lock *l = &ls->lock[i];

		fprintf(out, "%-14s %-6s %7" PRIu64 " %9" PRIu64, trace_name(l->name),
			trace_name(l->kind), l->series[LOCKSTAT_WAIT].count, l->contended);
		for (int w = 0; w < LOCKSTAT_WHATS; w++)
			print_series(&l->series[w], out);
		fputc('\n', out);
	}
}
