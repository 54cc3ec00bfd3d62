/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Points that have a name: those behind the events of `decide-at:` of a scenario. An event is told
 * on the flow it happens on, which goes on until the next point; so that one is the event's.
 */
#ifndef FFASIM_HOST_PLACES_H
#define FFASIM_HOST_PLACES_H

#include "host/scenario.h"

struct places {
	const struct scn *s;
	struct trace_kinds kinds;
	uint64_t passed[SCN_DECIDE_AT_MAX]; /* how often each event happened in this run */
	/* The last one: which, of what partition, and the point behind it. */
	size_t last;
	uint32_t sp; /* interned name; 0 = the event is about none */
	uint64_t at;
};

/* A run begins. */
void places_start(struct places *p, const struct scn *s);
/* True: the next point, number @at, has a name. */
bool places_see(struct places *p, const struct trace_rec *rec, uint64_t at);
/* " at svc.call(sp=a), passage 5" for point @at; "" when it has no name. */
void places_text(const struct places *p, uint64_t at, char *out, size_t bytes);
/* The partition that point @at is about, by its interned name; 0 = none. */
uint32_t places_sp(const struct places *p, uint64_t at);

#endif
