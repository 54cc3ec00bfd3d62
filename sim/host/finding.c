/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A finding is made small and kept. First the decisions (explore/shrink.c), then the scenario: a
 * task, a step, an injection is taken away, and if a short search still finds the same cause, it
 * stays away. The result is a scenario of its own with its decisions written down.
 *
 * The scenario is handled as text: what does not read any more after a line is gone was needed.
 */
#include "host/finding.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/picture.h"

#define SEARCH_RUNS 3000

/* One scenario text, loaded and opened. */
struct subject {
	char *text;
	struct scn s;
	struct session x;
	bool loaded, opened;
};

static void subject_close(struct subject *u)
{
	if (!u)
		return;
	if (u->opened)
		session_close(&u->x);
	if (u->loaded)
		scn_free(&u->s);
	free(u->text);
	free(u);
}

/* Takes @text. NULL when it does not read or does not boot. */
static struct subject *subject_open(const struct finding_job *job, char *text)
{
	struct subject *u = calloc(1, sizeof(*u));
	struct diag d = {0};

	if (!u) {
		free(text);
		return NULL;
	}
	u->text = text;
	u->loaded = true;
	if (scn_load_text(&u->s, job->path, text, &d))
		goto fail;
	if (job->limit_ns && job->limit_ns < u->s.mach.time_limit_ns)
		u->s.mach.time_limit_ns = job->limit_ns;
	if (session_open(&u->x, &u->s, job->o, job->snapshot))
		goto fail;
	u->opened = true;
	return u;
fail:
	subject_close(u);
	return NULL;
}

/* The plan as it is, then a short search for another that fails with the same cause. */
static bool still_fails(struct subject *u, struct finding_job *job, struct plan *plan,
			struct explore_result *r)
{
	const struct strategy *const how[] = {&strategy_bounded, &strategy_pct, &strategy_random};
	bool found = false;

	job->runs++;
	if (!u->x.target.run(&u->x.target, plan, r) && r->failed && r->cause == job->cause) {
		*plan = r->applied;
		found = true;
	}
	for (int i = 0; i < 3 && !found; i++) {
		struct campaign *c = calloc(1, sizeof(*c));
		struct campaign_config cfg = {
			.strategy = how[i],
			.how = {.seed = 1, .depth = i ? plan->count + 1 : 1},
			.runs_max = SEARCH_RUNS,
			.stop_on_first = true,
		};

		if (!c)
			abort();
		campaign_run(c, &cfg, &u->x.target);
		job->runs += (unsigned)c->runs;
		if (c->finding_count && c->finding[0].cause == job->cause) {
			*plan = c->finding[0].result.applied;
			found = true;
		}
		campaign_free(c);
		free(c);
	}
	if (found)
		job->runs += plan_shrink(plan, job->cause, &u->x.target, r);
	return found && r->failed && r->cause == job->cause;
}

/* A few times what the failing run took; none for one whose failure is its length. */
static uint64_t limit_of(const struct subject *u, const struct explore_result *r)
{
	const uint64_t longest = r->virtual_ns * 4 + 10000000;

	return r->virtual_ns >= u->s.mach.time_limit_ns || r->code == EXIT_NO_PROGRESS ? 0
										       : longest;
}

/* True when the cut scenario replaced *u. */
static bool try_cut(struct subject **u, struct finding_job *job, const struct finding_cut *cut,
		    struct explore_result *r)
{
	char *text = finding_text(&(*u)->s, cut), *back = strdup((*u)->text);
	struct plan plan = job->plan;
	struct subject *smaller;

	if (!back)
		abort();
	subject_close(*u); /* one snapshot at a time */
	smaller = subject_open(job, text);
	if (smaller && still_fails(smaller, job, &plan, r) && plan.count <= job->plan.count) {
		job->plan = plan;
		*u = smaller;
		free(back);
		return true;
	}
	subject_close(smaller);
	*u = subject_open(job, back);
	if (!*u)
		abort(); /* it was open a moment ago */
	return false;
}

static size_t list_length(const struct scn *s, const char *name)
{
	const struct ynode *n = ynode_get(s->root, name);

	return n && n->type == YNODE_SEQ ? n->count : 0;
}

static const struct ynode *steps_of(const struct scn *s, size_t task)
{
	const struct ynode *n = ynode_get(ynode_get(s->root, "tasks")->item[task], "steps");

	return n && n->type == YNODE_SEQ ? n : NULL;
}

static unsigned lines_of(const struct scn *s)
{
	unsigned n = (unsigned)(list_length(s, "tasks") + list_length(s, "inject"));

	for (size_t t = 0; t < list_length(s, "tasks"); t++)
		n += steps_of(s, t) ? (unsigned)steps_of(s, t)->count : 0;
	return n;
}

/* From the end, so that what is behind a cut keeps its number. */
static void cut_lines(struct subject **u, struct finding_job *job, struct explore_result *r)
{
	for (size_t i = list_length(&(*u)->s, "inject"); i-- > 0;)
		try_cut(u, job, &(struct finding_cut){"inject", 0, i}, r);
	for (size_t i = list_length(&(*u)->s, "tasks"); i-- > 0;)
		if (list_length(&(*u)->s, "tasks") > 1)
			try_cut(u, job, &(struct finding_cut){"tasks", 0, i}, r);
	for (size_t t = list_length(&(*u)->s, "tasks"); t-- > 0;) {
		size_t n = steps_of(&(*u)->s, t) ? steps_of(&(*u)->s, t)->count : 0;

		while (n-- > 0)
			if (steps_of(&(*u)->s, t)->count > 1)
				try_cut(u, job, &(struct finding_cut){"steps", t, n}, r);
	}
}

static void show(struct subject *u, struct finding_job *job, struct explore_result *r, bool keep)
{
	struct picture *p = picture_take(&u->x, &job->plan, r);

	if (!p)
		return;
	if (keep)
		finding_save(&u->s, job, p);
	if (!job->quiet) {
		picture_print(p, stdout);
		if (crash_happened())
			crash_report(stdout);
		printf("FAIL  %s\n", r->what);
	}
	picture_free(p);
}

/* The file as it is on disk, with --set, as text. */
static struct subject *open_file(struct finding_job *job)
{
	struct diag d = {0};
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
	return subject_open(job, text);
}

int finding_finish(struct finding_job *job)
{
	struct explore_result *r = calloc(1, sizeof(*r));
	struct subject *u = open_file(job);
	char *path = strdup(job->saved);
	int code = EXIT_PASS;

	job->saved[0] = 0;
	if (!u || !r || !path) {
		free(path);
		free(r);
		return EXIT_USAGE;
	}
	job->decisions_before = job->plan.count;
	job->lines_before = lines_of(&u->s);
	job->runs = plan_shrink(&job->plan, job->cause, &u->x.target, r);
	if (!r->failed || r->cause != job->cause) {
		if (!job->quiet)
			printf("      does not fail again in a world of its own; its decisions "
			       "stand above\n");
		code = EXIT_DIFFERS;
	} else {
		job->limit_ns = limit_of(u, r);
		cut_lines(&u, job, r);
		job->limit_ns = 0;
		job->lines = lines_of(&u->s);
		if (!job->quiet)
			printf("      shrunk: %u -> %u decisions, %u -> %u tasks, steps and "
			       "injections, %s "
			       "runs\n\n",
			       job->decisions_before, job->plan.count, job->lines_before,
			       job->lines, text_thousands(job->runs));
		snprintf(job->saved, sizeof(job->saved), "%s", path);
		show(u, job, r, true);
		if (job->saved[0] && !job->quiet)
			printf("repeat: build/ffasim replay %s\n", job->saved);
	}
	subject_close(u);
	free(path);
	free(r);
	return code;
}

int finding_replay(const char *path, const struct run_options *o, bool snapshot, uint64_t times)
{
	struct finding_job job = {.path = path, .o = o, .snapshot = snapshot};
	struct explore_result *r = calloc(1, sizeof(*r));
	struct subject *u = calloc(1, sizeof(*u));
	struct diag d = {0};
	uint64_t same = 0, cause = 0;
	int code = EXIT_USAGE;

	if (!r || !u)
		return EXIT_INTERNAL;
	/* Not as text: messages name the lines of this file. */
	u->loaded = true;
	if (scn_load(&u->s, path, o->sets, o->set_count, &d)) {
		fprintf(stderr, "%s\n", d.text);
		goto out;
	}
	code = session_open(&u->x, &u->s, o, snapshot);
	if (code)
		goto out;
	u->opened = true;
	job.plan = u->s.plan;
	printf("ffasim 0.1  replay %s  %u decision%s\n\n", u->s.name, job.plan.count,
	       job.plan.count == 1 ? "" : "s");
	for (uint64_t i = 0; i < times && !code; i++) {
		code = u->x.target.run(&u->x.target, &job.plan, r);
		if (!i)
			cause = r->cause;
		same += r->failed && r->cause == cause;
	}
	if (code)
		goto out;
	for (unsigned i = 0; i < job.plan.count; i++) {
		char one[120];
		bool taken = false;

		for (unsigned k = 0; k < r->applied.count; k++)
			taken |= r->applied.d[k].at == job.plan.d[i].at &&
				 decision_is_point(r->applied.d[k].kind) ==
					 decision_is_point(job.plan.d[i].kind);
		decision_text(&job.plan.d[i], one, sizeof(one));
		if (!taken)
			printf("note  %s was not possible there: the program is not what it was\n",
			       one);
	}
	if (r->failed) {
		show(u, &job, r, false);
		printf("FAILED  the same way in %s of %s runs\n", text_thousands(same),
		       text_thousands(times));
		code = r->code;
	} else {
		printf("pass  %s runs\n", text_thousands(times));
	}
out:
	subject_close(u);
	free(r);
	return code;
}
