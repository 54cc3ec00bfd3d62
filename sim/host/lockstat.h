/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Figures of the locks of S-EL1, from the trace: how often each was taken, and in virtual time how
 * long flows waited for it, held it, and burnt a PE for it.
 */
#ifndef FFASIM_HOST_LOCKSTAT_H
#define FFASIM_HOST_LOCKSTAT_H

#include <stdio.h>
#include "core/trace.h"

#define LOCKSTAT_MAX 64

/* What was measured: its total, its largest, and enough to tell the 99th percentile to 1/32. */
struct lockstat_series {
	uint64_t count, total_ns, max_ns;
	uint32_t *bucket;
};
enum lockstat_what { LOCKSTAT_WAIT, LOCKSTAT_HOLD, LOCKSTAT_SPIN, LOCKSTAT_WHATS };
enum lockstat_figure { LOCKSTAT_TOTAL, LOCKSTAT_P99, LOCKSTAT_LARGEST };

struct lockstat_lock {
	uint32_t name, kind;
	uint64_t contended;
	struct lockstat_series series[LOCKSTAT_WHATS];
};
struct lockstat {
	struct lockstat_lock lock[LOCKSTAT_MAX]; /* in order of first use */
	size_t count;
	int wait, acquired, released; /* kind ids, -1 */
};

void lockstat_init(struct lockstat *ls);
void lockstat_finish(struct lockstat *ls);
void lockstat_see(struct lockstat *ls, const struct trace_rec *rec);
/* Over all kinds of use of the lock called @name. False: it was never used. */
bool lockstat_figure(const struct lockstat *ls, const char *name, enum lockstat_what what,
		     enum lockstat_figure figure, uint64_t *ns);
/* A table, nothing when no lock was used. */
void lockstat_print(const struct lockstat *ls, FILE *out);

#endif
