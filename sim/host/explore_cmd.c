/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ffasim explore, replay and shrink. A campaign a scenario (campaign.h); what is found is shrunk,
 * written and shown by finding.c.
 */
#include "host/explore_cmd.h"

#include <stdlib.h>
#include <string.h>

#include "host/results.h"

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

static int load(struct scn *s, const char *path, const struct run_options *o)
{
	struct diag d = {0};

	if (!scn_load(s, path, o->sets, o->set_count, &d))
		return 0;
	fprintf(stderr, "%s\n", d.text);
	return EXIT_USAGE;
}

static int one(const char *path, const struct run_options *o, const struct explore_options *opt)
{
	struct hunt *h = calloc(1, sizeof(*h));
	const bool pool = opt->jobs || opt->results;
	struct scn s;
	int code;

	if (!h)
		return EXIT_INTERNAL;
	code = load(&s, path, o);
	if (code)
		goto out;
	code = hunt_open(h, path, &s, o, opt);
	if (code)
		goto out;
	hunt_show_start(h);
	code = pool ? hunt_run_pool(h) : hunt_run_local(h);
	if (!code) {
		results_checkpoint(h, true);
		hunt_show_end(h);
		code = h->sum.finding_count ? EXIT_FAIL : EXIT_PASS;
	}
	if (code == EXIT_FAIL)
		pool ? hunt_finish_pool(h) : hunt_finish_local(h);
	if (opt->json && (code == EXIT_FAIL || code == EXIT_PASS))
		hunt_json(h, false, stdout);
	hunt_close(h);
out:
	scn_free(&s);
	free(h);
	return code;
}

int shrink_main(const char *path, const struct run_options *o, const struct explore_options *x)
{
	struct finding_job job = {.path = path, .o = o, .snapshot = !x->no_snapshot};
	struct explore_result *r = calloc(1, sizeof(*r));
	struct session *session = calloc(1, sizeof(*session));
	struct scn s;
	int code;

	if (!r || !session)
		return EXIT_INTERNAL;
	session_prepare();
	code = load(&s, path, o);
	if (code)
		goto out;
	snprintf(job.saved, sizeof(job.saved), "%s/%s-1.yaml", o->out_dir ? o->out_dir : "out",
		 s.name);
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

	if (x->worker)
		return worker_main(x->worker, o, x);
	if (x->results && count > 1) {
		fprintf(stderr, "ffasim: explore: a results directory is for one scenario\n");
		return EXIT_USAGE;
	}
	session_prepare();
	for (size_t i = 0; i < count; i++) {
		int now = one(file[i], o, x);

		code = code ? code : now;
		fflush(stdout);
	}
	return code;
}
