/* SPDX-License-Identifier: BSD-3-Clause */
/* What is done with a finding: shrunk, written as a scenario, shown. */
#ifndef FFASIM_HOST_FINDING_H
#define FFASIM_HOST_FINDING_H

#include "host/session.h"

struct finding_job {
	const char *path; /* of the scenario */
	const struct run_options *o;
	bool snapshot;
	unsigned number; /* in the name of the file that is written */
	char goal[400];
	struct plan plan;
	uint64_t cause;
	/* results */
	unsigned runs, decisions_before, lines_before, lines;
	char saved[512];
};

/* Shrinks job->plan and the scenario, writes the file, prints picture and repeat line.
 * 0, or an exit code when it does not fail again as it did. */
int finding_finish(struct finding_job *job);
/* Runs the plan of @path as it is, @times; picture and verdict on stdout. Exit code of the run. */
int finding_replay(const char *path, const struct run_options *o, bool snapshot, uint64_t times);

#endif
