/* SPDX-License-Identifier: BSD-3-Clause */
/* The digest of a run: a hash over every event, and the comparison of two runs event by event. */
#ifndef FFASIM_HOST_DIGEST_H
#define FFASIM_HOST_DIGEST_H

#include "core/trace.h"

struct digest {
	uint64_t value, count;
	/* Kept for a second run to compare with: a hash an event, and the first ones whole. */
	bool keep;
	uint64_t *hash;
	struct trace_rec *rec;
	size_t hash_count, hash_room, rec_count, rec_room;
	/* Of the second run. */
	const struct digest *first;
	bool differs;
	char difference[900]; /* one sentence: which event, what each run did there */
};

void digest_see(struct digest *d, const struct trace_rec *rec);
/* The second run is over: one that stopped early differs too. */
void digest_end(struct digest *d);
void digest_free(struct digest *d);

#endif
