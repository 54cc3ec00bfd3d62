/* SPDX-License-Identifier: BSD-3-Clause */
/* A scenario that is being made smaller: finding.c has the order of things, finding_cut.c what is
 * taken away. */
#ifndef FFASIM_HOST_FINDING_SUBJECT_H
#define FFASIM_HOST_FINDING_SUBJECT_H

#include "host/apart.h"
#include "host/finding.h"

/* One scenario text, loaded, and opened when it is to run. */
struct subject {
	char *text;
	struct scn s;
	struct session x;
	struct apart apart;
	struct explore_target *target; /* the session, or each run of it in a process */
	bool loaded, opened;
};

/* Takes @text. NULL when it does not read. */
struct subject *subject_load(const struct finding_job *job, char *text);
/* Boots it; one subject at a time. */
bool subject_open(struct subject *u, const struct finding_job *job);
void subject_rest(struct subject *u); /* no longer open */
void subject_close(struct subject *u);

bool finding_fails(const struct finding_job *job, const struct explore_result *r);
/* The time for shrinking is over; @ctx is the job. */
bool finding_enough(void *job);
/* Takes lines away while it fails with the same cause. *@u is open before and behind; its text and
 * job->plan are the smallest found. */
void finding_cut_lines(struct subject **u, struct finding_job *job, struct explore_result *r);
unsigned finding_lines(const struct scn *s);

#endif
