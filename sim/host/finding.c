/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A finding is made small and kept. First the decisions (explore/shrink.c), then the scenario
 * (finding_cut.c), within a limit of processor time. The result is a scenario of its own with its
 * decisions written down.
 */
#include "host/finding.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "host/finding_subject.h"
#include "host/picture.h"

#define SHRINK_NS 10000000000u

static double timeval_s(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Of this process and of those it started and that are over. */
static double processor_s(void)
{
	struct rusage children;
	struct timespec self;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &self);
	getrusage(RUSAGE_CHILDREN, &children);
	return (double)self.tv_sec + (double)self.tv_nsec / 1e9 + timeval_s(children.ru_utime) +
	       timeval_s(children.ru_stime);
}

bool finding_enough(void *ctx)
{
	struct finding_job *job = ctx;

	job->timed_out |= processor_s() > job->until_s;
	return job->timed_out;
}

bool finding_fails(const struct finding_job *job, const struct explore_result *r)
{
	return r->failed && r->cause == job->cause;
}

void subject_rest(struct subject *u)
{
	apart_close(&u->apart);
	if (u->opened)
		session_close(&u->x);
	u->opened = false;
}

void subject_close(struct subject *u)
{
	if (!u)
		return;
	subject_rest(u);
	if (u->loaded)
		scn_free(&u->s);
	free(u->text);
	free(u);
}

struct subject *subject_load(const struct finding_job *job, char *text)
{
	struct subject *u = calloc(1, sizeof(*u));
	struct diag d = {0};

	if (!u) {
		free(text);
		return NULL;
	}
	u->text = text;
	u->loaded = true;
	if (!scn_load_text(&u->s, job->path, text, &d))
		return u;
	subject_close(u);
	return NULL;
}

bool subject_open(struct subject *u, const struct finding_job *job)
{
	if (job->limit_ns && job->limit_ns < u->s.mach.time_limit_ns)
		u->s.mach.time_limit_ns = job->limit_ns;
	/* A plan without decisions is run once: not worth a snapshot. */
	u->opened = !session_open(&u->x, &u->s, job->o,
				  job->snapshot && job->plan.count && !job->fatal);
	u->target = &u->x.target;
	if (!u->opened || !job->fatal)
		return u->opened;
	u->target = &u->apart.target;
	return apart_open(&u->apart, &u->x, job->hang_ns);
}

/* A few times what the failing run took; none for one whose failure is its length. */
static uint64_t limit_of(const struct subject *u, const struct explore_result *r)
{
	const uint64_t longest = r->virtual_ns * 4 + 10000000;

	if (r->code == EXIT_NO_PROGRESS && r->host_limited)
		return r->virtual_ns / 20; /* not so long again, each time */
	return r->virtual_ns >= u->s.mach.time_limit_ns || r->code == EXIT_NO_PROGRESS || r->fatal
		       ? 0
		       : longest;
}

static void show(struct subject *u, struct finding_job *job, struct explore_result *r, bool keep)
{
	struct picture *p = picture_take(&u->x, u->target, &job->plan, r);

	if (!p)
		return;
	if (keep)
		finding_save(&u->s, job, p);
	if (!job->quiet) {
		picture_print(p, stdout);
		if (job->fatal)
			fputs(apart_stack(&u->apart), stdout);
		else if (crash_happened())
			crash_report(stdout);
		if (r->failed)
			printf("FAIL  %s\n", r->what);
		else if (r->reported)
			printf("the task was told of the fault: %s\n", r->what);
	}
	picture_free(p);
}

/* The file as it is on disk, with --set, as text. */
static struct subject *open_file(struct finding_job *job)
{
	struct diag d = {0};
	struct subject *u;
	struct scn s;
	char *text;

	if (scn_load(&s, job->path, job->o->sets, job->o->set_count, &d)) {
		fprintf(stderr, "%s\n", d.text);
		scn_free(&s);
		return NULL;
	}
	text = finding_text(&s, &(struct finding_cut){0});
	snprintf(job->goal, sizeof(job->goal), "%s", s.goal);
	scn_free(&s);
	u = subject_load(job, text);
	if (u && subject_open(u, job))
		return u;
	subject_close(u);
	return NULL;
}

/* It needs something that is not in its decisions: an earlier run of the same process. */
static int keep_as_found(struct subject *u, struct finding_job *job)
{
	finding_save(&u->s, job, NULL);
	if (!job->quiet)
		printf("      does not fail again in a world of its own: something outlives a run "
		       "(run --verify)\n      not shrunk: %s\n",
		       job->saved);
	return EXIT_DIFFERS;
}

static void tell_shrunk(const struct finding_job *job)
{
	if (job->quiet)
		return;
	printf("      shrunk: %u -> %u decision%s, %u -> %u lines of the scenario, %s runs%s\n\n",
	       job->decisions_before, job->plan.count, job->plan.count == 1 ? "" : "s",
	       job->lines_before, job->lines, text_thousands(job->runs),
	       job->timed_out ? "; its time was over (ffasim shrink --time goes on)" : "");
}

static int shrink(struct subject **u, struct finding_job *job, struct explore_result *r)
{
	job->decisions_before = job->plan.count;
	job->lines_before = finding_lines(&(*u)->s);
	job->until_s = processor_s() + (double)(job->time_ns ? job->time_ns : SHRINK_NS) / 1e9;
	job->runs = plan_shrink(&job->plan, job->cause, (*u)->target, r, finding_enough, job);
	if (!finding_fails(job, r))
		return keep_as_found(*u, job);
	job->limit_ns = limit_of(*u, r);
	finding_cut_lines(u, job, r);
	job->limit_ns = 0;
	job->lines = finding_lines(&(*u)->s);
	tell_shrunk(job);
	/* The last one tried may have been too small, and the limit was not the scenario's. */
	subject_rest(*u);
	(*u)->s.mach.time_limit_ns = job->time_limit_ns;
	if (!subject_open(*u, job))
		return EXIT_INTERNAL;
	show(*u, job, r, true);
	if (job->saved[0] && !job->quiet)
		printf("repeat: build/ffasim replay %s\n", job->saved);
	return EXIT_PASS;
}

int finding_finish(struct finding_job *job)
{
	struct explore_result *r = calloc(1, sizeof(*r));
	struct subject *u = open_file(job);
	int code = EXIT_USAGE;

	if (u && r) {
		job->time_limit_ns = u->s.mach.time_limit_ns;
		code = shrink(&u, job, r);
	} else {
		job->saved[0] = 0;
	}
	subject_close(u);
	free(r);
	return code;
}

/* Decisions that were not possible where the file has them. */
static void tell_missed(const struct plan *wanted, const struct plan *applied)
{
	for (unsigned i = 0; i < wanted->count; i++) {
		char one[120];
		bool taken = false;

		for (unsigned k = 0; k < applied->count; k++)
			taken |= applied->d[k].at == wanted->d[i].at &&
				 decision_is_point(applied->d[k].kind) ==
					 decision_is_point(wanted->d[i].kind);
		decision_text(&wanted->d[i], one, sizeof(one));
		if (!taken)
			printf("note  %s was not possible there: the program is not what it was\n",
			       one);
	}
}

/* The first run is made in a process of its own. When that one survives unhurt, so does this one.
 */
static int replay(struct subject *u, struct finding_job *job, uint64_t times)
{
	struct explore_result *r = calloc(1, sizeof(*r));
	uint64_t same = 0;
	int code = 0;

	if (!r)
		return EXIT_INTERNAL;
	for (uint64_t i = 0; i < times && !code; i++) {
		code = u->target->run(u->target, &job->plan, r);
		if (!i)
			job->cause = r->cause;
		if (!i && !r->fatal && !r->crashed) {
			subject_rest(u);
			job->fatal = false;
			if (!subject_open(u, job))
				code = EXIT_INTERNAL;
		}
		same += finding_fails(job, r);
	}
	if (!code && r->failed) {
		if (!r->fatal)
			tell_missed(&job->plan, &r->applied);
		show(u, job, r, false);
		printf("FAILED  the same way in %s of %s runs\n", text_thousands(same),
		       text_thousands(times));
		code = r->code;
	} else if (!code) {
		tell_missed(&job->plan, &r->applied);
		if (job->plan.count) /* what its decisions do */
			show(u, job, r, false);
		printf("pass  %s runs\n", text_thousands(times));
	}
	free(r);
	return code;
}

int finding_replay(const struct finding_job *how, uint64_t times)
{
	struct finding_job job = *how;
	struct subject *u = calloc(1, sizeof(*u));
	struct diag d = {0};
	int code = EXIT_USAGE;

	if (!u)
		return EXIT_INTERNAL;
	/* Not as text: messages name the lines of this file. */
	u->loaded = true;
	job.fatal = true;
	if (scn_load(&u->s, job.path, job.o->sets, job.o->set_count, &d)) {
		fprintf(stderr, "%s\n", d.text);
	} else {
		job.plan = u->s.plan;
		if (subject_open(u, &job)) {
			printf("ffasim 0.1  replay %s  %u decision%s\n\n", u->s.name,
			       job.plan.count, job.plan.count == 1 ? "" : "s");
			code = replay(u, &job, times);
		}
	}
	subject_close(u);
	return code;
}
