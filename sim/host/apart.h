/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A session whose runs are made in processes of their own: what ends its process, or never ends,
 * can be run again and again. Each run is a fork, some milliseconds.
 */
#ifndef FFASIM_HOST_APART_H
#define FFASIM_HOST_APART_H

#include "host/session.h"

struct apart_shared;
struct apart {
	struct explore_target target; /* first: the target is this */
	struct session *x;
	struct apart_shared *shared;
	uint64_t hang_ns;
};

/* @x is open, without a snapshot: simulated memory is shared with children, so each builds a world
 * of its own. @hang_ns: processor time a run may take, 0 = the usual. False without memory. */
bool apart_open(struct apart *a, struct session *x, uint64_t hang_ns);
void apart_close(struct apart *a); /* accepts one that was never opened */
/* Stack of the last run's crash as text, "" = there is none. */
const char *apart_stack(const struct apart *a);

/* What is known of a run whose process is gone: @sig or else @status; @said is what it wrote to
 * stderr, or "". */
struct apart_death {
	const struct session_watch *watch;
	int sig, status;
	bool hung; /* it was ended from outside */
	const char *said;
};
void apart_explain(const struct apart_death *how, struct explore_result *out);

#endif
