/* SPDX-License-Identifier: BSD-3-Clause */
/* What is done with a finding: shrunk, written as a scenario, shown. */
#ifndef FFASIM_HOST_FINDING_H
#define FFASIM_HOST_FINDING_H

#include "host/picture.h"
#include "host/session.h"

/* A written finding. */
struct kept_finding {
	char file[512];		   /* "" = not written */
	unsigned decisions, lines; /* when it was shrunk; lines: see finding_lines() */
	bool tried;		   /* shrinking has been done, whatever came of it */
};

/* The scenario without some items of one of its lists, or whole; decisions never. */
struct finding_cut {
	const char *list; /* "tasks", "inject", "steps", ...; NULL = nothing is cut */
	size_t task, item, count;
};

struct finding_job {
	const char *path; /* of the scenario */
	const struct run_options *o;
	bool snapshot;
	bool quiet;	  /* nothing on stdout */
	bool fatal;	  /* runs end the process, or may: each is made in one of its own */
	uint64_t hang_ns; /* processor time a run may take, 0 = the usual */
	uint64_t time_ns; /* and shrinking, 0 = the usual */
	char goal[400];
	struct plan plan;
	uint64_t cause;
	/* How long a run may take in virtual time while it is cut; 0 = as the scenario says. What
	 * waits for something that was cut away would idle to the scenario's own limit each time.
	 */
	uint64_t limit_ns, time_limit_ns; /* the second is the scenario's own */
	/* results */
	unsigned runs, decisions_before, lines_before, lines;
	double until_s; /* in processor time */
	bool timed_out;
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
/* Runs the plan of how->path as it is, @times; picture and verdict on stdout. Exit code of the run.
 */
int finding_replay(const struct finding_job *how, uint64_t times);

#endif
