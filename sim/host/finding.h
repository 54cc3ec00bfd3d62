/* SPDX-License-Identifier: BSD-3-Clause */
/* What is done with a finding: shrunk, written as a scenario, shown. */
#ifndef FFASIM_HOST_FINDING_H
#define FFASIM_HOST_FINDING_H

#include "host/picture.h"
#include "host/session.h"

/* A written finding. */
struct kept_finding {
	char file[512];		   /* "" = not written */
	unsigned decisions, lines; /* when it was shrunk; lines: tasks, steps, injections */
	bool tried;		   /* shrinking has been done, whatever came of it */
};

/* The scenario without one item of one of its lists, or whole; decisions never. */
struct finding_cut {
	const char *list; /* "tasks", "inject", "steps"; NULL = nothing is cut */
	size_t task, item;
};

struct finding_job {
	const char *path; /* of the scenario */
	const struct run_options *o;
	bool snapshot;
	bool quiet; /* nothing on stdout */
	char goal[400];
	struct plan plan;
	uint64_t cause;
	/* How long a run may take in virtual time while it is cut; 0 = as the scenario says. What waits
	 * for something that was cut away would idle to the scenario's own limit each time. */
	uint64_t limit_ns;
	/* results */
	unsigned runs, decisions_before, lines_before, lines;
	char saved[512]; /* in: the file to write; out: "" when it was not written */
};

/* Shrinks job->plan and the scenario, writes the file, prints picture and repeat line.
 * 0, or an exit code when it does not fail again as it did. */
int finding_finish(struct finding_job *job);
void finding_keep(const struct finding_job *job, struct kept_finding *kept);
/* The scenario as text without its decisions, and without @cut; belongs to the caller. */
char *finding_text(const struct scn *s, const struct finding_cut *cut);
char *finding_scenario_text(const struct scn *s);
/* Writes job->saved; @p may be NULL, and then decisions do not say where they are. */
void finding_save(const struct scn *s, struct finding_job *job, const struct picture *p);
/* Runs the plan of @path as it is, @times; picture and verdict on stdout. Exit code of the run. */
int finding_replay(const char *path, const struct run_options *o, bool snapshot, uint64_t times);

#endif
