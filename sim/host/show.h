/* SPDX-License-Identifier: BSD-3-Clause */
/* What a run looks like: sinks that turn the trace into text, wire lines, JSON and a Perfetto file.
 */
#ifndef FFASIM_HOST_SHOW_H
#define FFASIM_HOST_SHOW_H

#include <stdio.h>
#include "core/trace.h"

/* "ffa.interrupt sp=spin w1=80020000" */
void show_record(const struct trace_rec *rec, char *out, size_t bytes);

struct show_text {
	FILE *out;
	unsigned pes;
	bool all; /* --log all: nothing elided, every kind */
	uint64_t hidden, lines;
	char held[400]; /* the first line left out */
	unsigned held_pe;
	uint64_t held_ns;
	struct show_seen *seen;
	size_t seen_room, seen_count;
	uint32_t who[64], left_sp[64];
};
void show_text_begin(struct show_text *t, FILE *out, unsigned pes, bool all);
void show_text_record(struct show_text *t, const struct trace_rec *rec);
/* One that somebody asked for: whatever kind it is, and how often it was shown. */
void show_text_asked(struct show_text *t, const struct trace_rec *rec);
void show_text_end(struct show_text *t);

struct show_wire {
	FILE *out;
	struct wire_call {
		uint32_t who;
		unsigned pe;
		uint64_t req[8], ret[8];
		bool open, returned;
	} * call;
	size_t count;
};
void show_wire_begin(struct show_wire *w, FILE *out);
void show_wire_record(struct show_wire *w, const struct trace_rec *rec);
void show_wire_end(struct show_wire *w);

void show_json_record(FILE *out, const struct trace_rec *rec);
struct show_seen {
	uint64_t hash;
	uint32_t count;
};
/* Counter of @hash in a table that grows; NULL when there is no memory. */
uint32_t *show_seen(struct show_seen **table, size_t *room, size_t *count, uint64_t hash);
void show_json_fields(FILE *out, const struct trace_rec *rec);
void show_json_string(FILE *out, const char *text);

/* The slice under way of a track, and the slices that were too many to be written one by one. */
struct chrome_track {
	uint32_t name;
	uint64_t since_ns, group_ns;
	unsigned slices, group;
};

struct show_chrome {
	FILE *out;
	unsigned pes;
	bool first;
	struct chrome_track pe[64];
	uint64_t thinned;
	unsigned flows;
	struct show_seen *seen; /* how often an instant (kind and flow) was there */
	size_t seen_room, seen_count;
	struct chrome_sp {
		uint32_t name;
		struct chrome_track track;
		uint32_t caller; /* of the call under way */
		uint64_t call;
	} * sp;
	size_t sp_count;
	uint64_t flow, last_ns;
	struct {
		uint32_t who;
		uint64_t id;
	} open_flow[64];
};
void show_chrome_begin(struct show_chrome *c, FILE *out, unsigned pes);
void show_chrome_record(struct show_chrome *c, const struct trace_rec *rec);
void show_chrome_end(struct show_chrome *c);

#endif
