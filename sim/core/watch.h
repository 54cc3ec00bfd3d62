/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the fake kernel, the SP runner and the allocators tell detectors (sim/check). A detector
 * fills the table and sets `watch_on`; without one each place costs a load and a branch, or nothing
 * where it sits behind the test for the trace.
 */
#ifndef FFASIM_CORE_WATCH_H
#define FFASIM_CORE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum watch_lock_kind {
	WATCH_SPIN,
	WATCH_READ,
	WATCH_WRITE,
	WATCH_MUTEX,
	WATCH_RWSEM_READ,
	WATCH_RWSEM_WRITE,
};
enum watch_context {
	WATCH_IRQS_OFF = 1,
	WATCH_HARDIRQ = 2,
	WATCH_SOFTIRQ = 4,
	WATCH_TRYLOCK = 8, /* cannot deadlock: adds no order */
};

struct watch_lock {
	const void *lock;
	const char *name; /* as initialised, "&ctx->lock"; NULL = unknown */
	enum watch_lock_kind kind;
	unsigned context;
};

/* Pages that the Normal world lets partitions use: an FF-A memory transaction. */
struct watch_pages {
	uint64_t pa;
	uint32_t pages;
};
#define WATCH_GRANT_TO 4
struct watch_grant {
	uint64_t handle;
	const char *how;	     /* "shared with" */
	uint32_t to[WATCH_GRANT_TO]; /* interned names, 0 = no more */
	bool exclusive;		     /* the owner has no access until it is over */
	uint32_t page_count, range_count;
	const struct watch_pages *range; /* gone after the call */
};

struct watch_ops {
	/* A library call on a driver's lock, completion, ... begins: other flows may come in. */
	void (*point)(const void *obj, const void *pc);
	/* Happens-before: a release of @obj comes before every later acquire of it. */
	void (*acquire)(const void *obj);
	void (*release)(const void *obj);
	/* A read-modify-write of the library on a driver's memory, fully ordered. */
	void (*atomic)(const void *addr, size_t bytes, const void *pc);
	/* The library reads or writes a driver's memory for it. */
	void (*range)(const void *addr, size_t bytes, bool write, const void *pc);
	void (*alloc)(const void *p, size_t bytes);
	void (*free)(const void *p, size_t bytes);
	const char *(*alloc_stack)(const void *p); /* text for a leak report, "" = none */
	void (*lock_init)(const void *lock, const void *pc);
	void (*lock_wait)(const struct watch_lock *l);
	void (*locked)(const struct watch_lock *l);
	void (*unlock)(const struct watch_lock *l);
	void (*granted)(const struct watch_grant *g);
	/* Reclaimed; @for_good: it belongs to the receiver now. */
	void (*grant_over)(uint64_t handle, bool for_good);
};

extern bool watch_on __attribute__((visibility("hidden")));
extern struct watch_ops watch_ops __attribute__((visibility("hidden")));

#define WATCH(op, ...)                                                                             \
	do {                                                                                       \
		if (__builtin_expect(watch_on, 0))                                                 \
			watch_ops.op(__VA_ARGS__);                                                 \
	} while (0)

#endif
