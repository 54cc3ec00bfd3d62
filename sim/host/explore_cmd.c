/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ffasim explore: a campaign a scenario, with a line that moves on a terminal and plain lines in a
 * pipe. What is found is shrunk, written and shown by finding.c.
 */
#include "host/explore_cmd.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/finding.h"

const struct strategy *explore_strategy(const char *name)
{
	for (const struct strategy *const *s = strategy_list(); *s; s++)
		if (!strcmp((*s)->name, name))
			return *s;
	return NULL;
}

const char *explore_strategy_nearest(const char *name)
{
	const char *words[8];
	size_t n = 0;

	for (const struct strategy *const *s = strategy_list(); *s && n < 8; s++)
		words[n++] = (*s)->name;
	return word_nearest(name, words, n);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A line a failing passage. */
static void each_fault(const struct plan *plan, const struct explore_result *r, void *ctx)
{
	size_t count;
	const struct fault_site *site;

	(void)ctx;
	if (!plan->count)
		return;
	site = fault_sites(&count)[plan->d[0].site];
	if (site->injected)
		printf("  %-22s %3u  %s%s\n", site->name, plan->d[0].at,
		       r->failed     ? "FAIL  "
		       : r->reported ? "reported: "
				     : "survived",
		       r->failed || r->reported ? r->what : "");
	else if (plan->d[0].at == 1)
		printf("  %-22s   -  never passed\n", site->name);
}

struct progress {
	struct session *x;
	const struct explore_options *opt;
	const char *name;
	double start, shown, until;
	bool tty;
};

static void show(const struct progress *p, const struct campaign *c, double now)
{
	double s = now - p->start;

	printf("\r\033[K %s runs  %s/s  %s distinct  %u event pairs  %u finding%s",
	       text_thousands(c->runs), text_thousands((uint64_t)((double)c->runs / s)),
	       text_thousands(c->distinct), p->x->target.pairs_seen, c->finding_count,
	       c->finding_count == 1 ? "" : "s");
	if (p->until > 0)
		printf("  %.0f s left", p->until > now ? p->until - now : 0);
	fflush(stdout);
}

static bool tick(const struct campaign *c, void *ctx)
{
	struct progress *p = ctx;
	double now = now_s();

	if (p->tty && now - p->shown > 0.2) {
		p->shown = now;
		show(p, c, now);
	}
	return p->until > 0 && now >= p->until;
}

/* Each cause once; the many of a scenario that fails everywhere are not all worth a picture. */
#define FINISHED_MAX 3

static void finish(const char *path, const struct run_options *o, const struct explore_options *opt,
		   const struct campaign *c)
{
	for (unsigned i = 0; i < c->finding_count && i < FINISHED_MAX; i++) {
		struct finding_job job = {.path = path,
					  .o = o,
					  .snapshot = !opt->no_snapshot,
					  .number = i + 1,
					  .plan = c->finding[i].result.applied,
					  .cause = c->finding[i].cause};

		printf("\n%u     %s\n", i + 1, c->finding[i].result.what);
		fflush(stdout);
		finding_finish(&job);
		fflush(stdout);
	}
}

static int one(const char *path, const struct run_options *o, const struct explore_options *opt)
{
	const struct strategy *strategy = opt->faults	  ? &strategy_faults
					  : opt->strategy ? opt->strategy
							  : &strategy_pct;
	struct campaign *c = calloc(1, sizeof(*c));
	struct session *x = calloc(1, sizeof(*x));
	struct campaign_config cfg = {
		.strategy = strategy,
		.how = {.seed = o->seed_given ? o->seed : 1,
			.depth = opt->depth ? opt->depth : strategy->depth},
		.runs_max = opt->runs,
		.stop_on_first = opt->stop_on_first,
		.tick = tick,
		.each = opt->faults ? each_fault : NULL,
	};
	struct progress p = {.x = x, .opt = opt, .tty = o->tty, .start = now_s()};
	struct diag d = {0};
	struct scn s;
	double seconds;
	int code;

	if (!c || !x)
		return EXIT_INTERNAL;
	cfg.ctx = &p;
	code = scn_load(&s, path, o->sets, o->set_count, &d);
	if (code) {
		fprintf(stderr, "%s\n", d.text);
		code = EXIT_USAGE;
		goto out;
	}
	if (opt->time_ns || !opt->runs)
		p.until = opt->faults && !opt->time_ns
				  ? 0
				  : p.start + (double)(opt->time_ns ? opt->time_ns : 10000000000) /
						      1e9;
	printf("ffasim 0.1  explore %s  strategy %s", s.name, strategy->name);
	if (cfg.how.depth)
		printf("  depth %u", cfg.how.depth);
	printf("  seed %" PRIu64 "%s\n", cfg.how.seed, opt->no_snapshot ? "  no snapshot" : "");
	fflush(stdout);
	code = session_open(x, &s, o, !opt->no_snapshot);
	if (!code)
		code = campaign_run(c, &cfg, &x->target);
	seconds = now_s() - p.start;
	if (p.tty)
		fputs("\r\033[K", stdout);
	if (!code) {
		printf("%s runs%s, %s distinct interleavings, %s points a run, %u event pairs, "
		       "%u finding%s",
		       text_thousands(c->runs), c->exhausted ? " (all there are)" : "",
		       text_thousands(c->distinct),
		       text_thousands(c->runs ? c->points / c->runs : 0), x->target.pairs_seen,
		       c->finding_count, c->finding_count == 1 ? "" : "s");
		if (p.tty)
			printf("   %.1f s, %s/s", seconds,
			       text_thousands((uint64_t)((double)c->runs / seconds)));
		putchar('\n');
		for (unsigned i = 0; i < c->finding_count; i++) {
			char text[2000];

			plan_text(&c->finding[i].result.applied, text, sizeof(text));
			printf("FOUND %s (run %s, %s times)\n      decisions: %s\n",
			       c->finding[i].result.what, text_thousands(c->finding[i].first_run),
			       text_thousands(c->finding[i].times), text[0] ? text : "none");
		}
		code = c->finding_count ? EXIT_FAIL : EXIT_PASS;
	}
	session_close(x);
	if (code == EXIT_FAIL)
		finish(path, o, opt, c);
out:
	scn_free(&s);
	campaign_free(c);
	free(c);
	free(x);
	return code;
}

int shrink_main(const char *path, const struct run_options *o, const struct explore_options *x)
{
	struct finding_job job = {.path = path, .o = o, .snapshot = !x->no_snapshot, .number = 1};
	struct explore_result *r = calloc(1, sizeof(*r));
	struct session *session = calloc(1, sizeof(*session));
	struct diag d = {0};
	struct scn s;
	int code = EXIT_USAGE;

	if (!r || !session)
		return EXIT_INTERNAL;
	session_prepare();
	if (scn_load(&s, path, o->sets, o->set_count, &d)) {
		fprintf(stderr, "%s\n", d.text);
		goto out;
	}
	job.plan = s.plan;
	code = session_open(session, &s, o, job.snapshot);
	if (!code)
		code = session->target.run(&session->target, &job.plan, r);
	session_close(session);
	if (code)
		goto out;
	if (!r->failed) {
		printf("%s does not fail: nothing to shrink\n", s.name);
		goto out;
	}
	printf("FAIL  %s\n", r->what);
	job.cause = r->cause;
	code = finding_finish(&job);
	code = code ? code : EXIT_FAIL;
out:
	scn_free(&s);
	free(session);
	free(r);
	return code;
}

int replay_main(const char *path, const struct run_options *o, const struct explore_options *x)
{
	session_prepare();
	return finding_replay(path, o, !x->no_snapshot, x->runs ? x->runs : 1);
}

int explore_main(const char *const *file, size_t count, const struct run_options *o,
		 const struct explore_options *x)
{
	int code = 0;

	session_prepare();
	for (size_t i = 0; i < count; i++) {
		int now = one(file[i], o, x);

		code = code ? code : now;
		fflush(stdout);
	}
	return code;
}
