/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A scenario that is run many times: built and booted once, rewound before each run. Implements the
 * target of explore.h.
 */
#ifndef FFASIM_HOST_SESSION_H
#define FFASIM_HOST_SESSION_H

#include "explore/explore.h"
#include "explore/snapshot.h"
#include "host/marks.h"
#include "host/places.h"
#include "host/run.h"

/* Which event followed which, and which basic blocks of instrumented code ran: a bit each. The
 * numbers mean the same in each process of one build. */
#define SEEN_PAIR_BITS 16
#define SEEN_BLOCK_BITS 18
#define SEEN_PAIR_BYTES ((1u << SEEN_PAIR_BITS) / 8)
#define SEEN_BLOCK_BYTES ((1u << SEEN_BLOCK_BITS) / 8)
struct seen_map {
	uint8_t pairs[SEEN_PAIR_BYTES], blocks[SEEN_BLOCK_BYTES];
};
void seen_add(struct seen_map *sum, const struct seen_map *part);
unsigned seen_pairs(const struct seen_map *m);
unsigned seen_blocks(const struct seen_map *m);

#define SESSION_NAMES 1024

struct session {
	struct explore_target target; /* first: the target is the session */
	struct scn *s;
	struct run_options options;
	struct follow follow;
	struct snapshot *snapshot; /* NULL = every run builds its world anew */
	struct marks *marks;	   /* NULL = every run starts at the snapshot */
	uint64_t rewound;	   /* runs that started there or at a mark */
	bool usual_ends;	   /* the run without decisions comes to an end on this host */
	struct run *run;
	uint64_t shape;
	uint16_t last_kind;
	struct seen_map *seen; /* since session_open(), or what the caller put there */
	unsigned new_pairs;
	bool outside;	     /* a world is being made or taken down: what comes now is no run */
	struct hints *hints; /* NULL = every point is decided on */
	struct places places;
	uint64_t name[SESSION_NAMES]; /* hashes of names, by their number; 0 = not known yet */
	/* A listener to every event, for pictures; NULL = none. */
	void (*see)(void *ctx, const struct trace_rec *rec);
	void *see_ctx;
};

/* What a process is doing, in memory that its parent may see too. */
struct session_watch {
	volatile uint64_t runs; /* begun so far */
	volatile uint64_t run;	/* number of the running one in its slice, 0 = between runs */
	volatile bool usual;	/* at work on the usual run, before any number */
	volatile int stop;	/* set by the parent: end the slice */
	struct plan applied;	/* decided so far in the running one */
	char words[CRASH_WORDS_BYTES]; /* what the process had to say when it died */
};
/* Every session of this process tells @watch. */
void session_watch(struct session_watch *watch);

/* Before the first world of the process is built: pools it left would lie outside the arena.
 * @hang_ns is the processor time that a run may take, 0 = the usual. */
void session_prepare(uint64_t hang_ns);
/* The watch of this process: shared with the children it forks. */
struct session_watch *session_watched(void);
/* 0, or an exit code with the reason on stderr. */
int session_open(struct session *x, struct scn *s, const struct run_options *o, bool use_snapshot);
void session_close(struct session *x);
/* For marks.c: the machine is put back, to @mark or the beginning; then a run is begun there. */
void session_begin(struct session *x, const struct mark *mark);
void session_start(struct session *x, const struct plan *plan, const struct mark *mark);
/* Fingerprint of the code that is loaded: library, drivers, SPs. */
uint64_t session_build(void);
/* The last run is still there to look at until the next one or session_close(). */

#endif
