/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Places along the usual run from which other runs go on. Up to its first decision a run is the
 * usual one, so it need not be made again: it is taken up at the last place before that. The run,
 * its numbers and its verdict are those of a run from the beginning.
 */
#ifndef FFASIM_HOST_MARKS_H
#define FFASIM_HOST_MARKS_H

#include "explore/explore.h"
#include "explore/snapshot.h"

struct marks;
struct seen_map;
struct session;

/* What lies outside of the machine, as it was at that place. */
struct mark {
	struct snapshot_mark *at;
	uint64_t points, skipped, questions; /* passed so far */
	uint64_t shape;
	uint16_t last_kind;
	uint64_t *passed; /* of each fault site */
	uint32_t *key;	  /* bits of the seen_map, by their number */
	unsigned keys;
};

/* Makes the usual run of @x, whose snapshot was taken, and keeps places of it. NULL: there are
 * none. */
struct marks *marks_make(struct session *x);
void marks_free(struct marks *m); /* accepts NULL */
/* Where to take up a run of @plan; NULL = at the beginning. */
const struct mark *marks_for(const struct marks *m, const struct plan *plan);
/* Passages of each fault site at the beginning. */
const uint64_t *marks_begin(const struct marks *m);
/* Counts what a run sees on its way to @mark; how much of it was new to @seen. */
unsigned mark_see(const struct mark *mark, struct seen_map *seen);

#endif
