/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A scenario that is run many times: built and booted once, rewound before each run. Implements the
 * target of explore.h.
 */
#ifndef FFASIM_HOST_SESSION_H
#define FFASIM_HOST_SESSION_H

#include "explore/explore.h"
#include "explore/snapshot.h"
#include "host/run.h"

struct session {
	struct explore_target target; /* first: the target is the session */
	struct scn *s;
	struct run_options options;
	struct follow follow;
	struct snapshot *snapshot; /* NULL = every run builds its world anew */
	struct run *run;
	uint64_t shape;
	uint16_t last_kind;
	uint8_t *pairs;	 /* bit per pair of events */
	uint8_t *blocks; /* bit per basic block of instrumented code */
	unsigned new_pairs;
	/* A listener to every event, for pictures; NULL = none. */
	void (*see)(void *ctx, const struct trace_rec *rec);
	void *see_ctx;
};

/* Before the first world of the process is built: pools it left would lie outside the arena. */
void session_prepare(void);
/* 0, or an exit code with the reason on stderr. */
int session_open(struct session *x, struct scn *s, const struct run_options *o, bool use_snapshot);
void session_close(struct session *x);
/* The last run is still there to look at until the next one or session_close(). */

#endif
