/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a pool and its workers tell each other: messages of bytes over a socket, between processes
 * of one program, so structures are sent as they lie in memory.
 */
#ifndef FFASIM_HOST_CAMPAIGN_WIRE_H
#define FFASIM_HOST_CAMPAIGN_WIRE_H

#include "host/campaign.h"

#define FD_JOBS 3     /* of a worker: the socket */
#define FD_WATCH 4    /* memory with a struct session_watch */
#define FD_COVERAGE 5 /* memory with counts of guest code, when somebody wants them */

enum wire_kind {
	JOB_SLICE,  /* to a worker: run a slice */
	JOB_FINISH, /* shrink, write and show a finding */
	MSG_READY,  /* from a worker: the world is booted, this is what is loaded */
	MSG_SLICE,
	MSG_FINISHED,
};
struct wire_head {
	uint32_t kind, bytes; /* without the head */
};
/* Bytes being put together, or taken apart: reading past the end gives zeros and sets @bad. */
struct wire {
	uint8_t *p;
	size_t used, room, at;
	bool bad;
};
void wire_put(struct wire *w, const void *p, size_t bytes);
void wire_get(struct wire *w, void *p, size_t bytes);
void wire_begin(struct wire *w, enum wire_kind kind); /* leaves room for the head */
void wire_end(struct wire *w);			      /* fills it in */
void wire_free(struct wire *w);

struct job_slice {
	uint64_t number;
	uint32_t fatal_count, fatal_room;
	struct explore_finding *fatal; /* runs that ended a worker: not to be made again */
};
struct job_finish {
	struct plan plan;
	uint64_t cause;
	uint32_t finding;
	bool fatal;
	char path[512];
};
struct msg_finished {
	struct kept_finding kept;
	uint32_t finding;
};

/* @h gives a round's corpus and coverage, and takes them at the other end. */
void wire_put_slice_job(struct wire *w, const struct job_slice *job, const struct hunt *h);
void wire_get_slice_job(struct wire *w, struct job_slice *job, struct hunt *h);
void wire_put_slice(struct wire *w, const struct slice *s, bool seen);
struct slice *wire_get_slice(struct wire *w);
void wire_put_text(struct wire *w, const char *text);
char *wire_get_text(struct wire *w);

#endif
