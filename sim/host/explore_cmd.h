/* SPDX-License-Identifier: BSD-3-Clause */
/* ffasim explore, replay and shrink. */
#ifndef FFASIM_HOST_EXPLORE_CMD_H
#define FFASIM_HOST_EXPLORE_CMD_H

#include "host/session.h"

#define EXPLORE_SHARDS_MAX 4096

struct explore_options {
	const struct strategy *strategy; /* NULL = pct */
	unsigned depth;
	uint64_t runs, time_ns; /* 0 = not given */
	bool stop_on_first, no_snapshot, json;
	const struct strategy *faults; /* NULL = none are walked */
	const char *sites;	       /* patterns; NULL = all */
	struct site_set site_set;
	unsigned jobs;		/* processes; 0 = not given: one */
	bool in_process;	/* --jobs 0: no process but this one, for debuggers */
	unsigned shard, shards; /* 0 = not given */
	uint64_t hang_ns;	/* processor time a run may take; 0 = usual */
	const char *results;
	bool resume;
	const char *worker; /* this process is one, and for this scenario; else NULL */
};

const struct strategy *explore_strategy(const char *name); /* NULL = unknown */
/* "pairs", "forever", "swarm"; NULL = the usual one, each passage once. */
const struct strategy *explore_faults(const char *name);
/* Takes patterns of fault sites. 0, or an exit code with the reason on stderr. */
int explore_sites(const char *patterns, struct explore_options *x);
const char *explore_strategy_nearest(const char *name);
int replay_main(const char *path, const struct run_options *o, const struct explore_options *x);
int shrink_main(const char *path, const struct run_options *o, const struct explore_options *x);
int explore_main(const char *const *file, size_t count, const struct run_options *o,
		 const struct explore_options *x);

#endif
