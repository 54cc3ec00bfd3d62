/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ffasim explore, replay and shrink. A campaign a scenario (campaign.h); what is found is shrunk,
 * written and shown by finding.c.
 */
#include "host/explore_cmd.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/apart.h"
#include "host/campaign.h"
#include "host/cli.h"
#include "host/results.h"

const struct strategy *explore_strategy(const char *name)
{
	for (const struct strategy *const *s = strategy_list(); *s; s++)
		if (!strcmp((*s)->name, name))
			return *s;
	return NULL;
}

const struct strategy *explore_faults(const char *name)
{
	for (const struct strategy *const *s = strategy_fault_list(); *s; s++) {
		const char *dash = strchr((*s)->name, '-');

		if (!name || (dash && !strcmp(dash + 1, name)))
			return *s;
	}
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

#define NEAR_ONES 3

/* "kern.kmalloc, kern.shash": names that may be meant. */
static void near_sites(const char *pattern, char *out, size_t bytes)
{
	size_t count;
	struct fault_site *const *site = fault_sites(&count);
	const char *words[FAULT_SITES_MAX];
	size_t n = 0, used = 0;

	for (; n < count && n < FAULT_SITES_MAX; n++)
		words[n] = site[n]->name;
	out[0] = '\0';
	for (int i = 0; i < NEAR_ONES && n && used < bytes; i++) {
		const char *name = word_nearest(pattern, words, n);

		used += (size_t)snprintf(out + used, bytes - used, "%s%s", i ? ", " : "", name);
		for (size_t k = 0; k < n; k++)
			if (words[k] == name)
				words[k] = words[--n];
	}
}

int explore_sites(const char *patterns, struct explore_options *x)
{
	char unknown[sizeof(((struct hunt_id *)NULL)->sites)], names[200];

	if (strlen(patterns) >= sizeof(unknown))
		return cli_refuse("explore", "--sites: more than %zu characters",
				  sizeof(unknown) - 1);
	if (!site_set_read(&x->site_set, patterns, unknown, sizeof(unknown))) {
		near_sites(unknown, names, sizeof(names));
		return cli_refuse("explore",
				  "--sites: '%s' matches no fault site (did you mean one of %s? "
				  "ffasim points lists them)",
				  unknown, names);
	}
	if (!x->site_set.count)
		return cli_refuse("explore", "--sites: '%s' leaves no fault site", patterns);
	x->sites = patterns;
	return 0;
}

/* "kern.shash, notif.lost" */
static void name_sites(const struct site_set *set, char *out, size_t bytes)
{
	size_t count, used = 0;
	struct fault_site *const *site = fault_sites(&count);

	snprintf(out, bytes, "none");
	for (unsigned i = 0; i < set->count && used < bytes; i++)
		used += (size_t)snprintf(out + used, bytes - used, "%s%s", i ? ", " : "",
					 site[set->site[i]]->name);
}

/* What --sites names is there, but not on the way of any run. */
static int never_passed(struct hunt *h)
{
	const char *scenario = h->id.scenario, *patterns = h->id.sites;
	char names[2000], passed[2000];

	results_withdraw(h);
	if (h->o->tty && !h->opt->json)
		fputs("\r\033[K", stdout);
	fflush(stdout);
	name_sites(&h->opt->site_set, names, sizeof(names));
	name_sites(&h->unmet.passed, passed, sizeof(passed));
	if (h->unmet.schedules)
		return cli_refuse("explore",
				  "--sites: neither the usual run of %s nor %u of other schedules "
				  "pass any of %s ('%s'); the usual run passes %s",
				  scenario, h->unmet.schedules, names, patterns, passed);
	return cli_refuse("explore",
			  "--sites: the usual run of %s passes none of %s ('%s'), but %s "
			  "(--faults=swarm looks at other schedules as well)",
			  scenario, names, patterns, passed);
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
	const bool pool = !opt->in_process;
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
	if (!code && h->unmet.is && !h->sum.finding_count)
		code = never_passed(h);
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

/* In a process that may end; negative when it did. */
static int finish_apart(struct finding_job *job)
{
	const pid_t pid = fork();
	int status = 0;

	if (!pid) {
		session_prepare(job->hang_ns); /* timers are not inherited */
		status = finding_finish(job);
		fflush(stdout);
		_exit(status);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return EXIT_INTERNAL;
	return WIFEXITED(status) && WEXITSTATUS(status) != EXIT_INTERNAL ? WEXITSTATUS(status) : -1;
}

int shrink_main(const char *path, const struct run_options *o, const struct explore_options *x)
{
	struct finding_job job = {.path = path,
				  .o = o,
				  .snapshot = !x->no_snapshot,
				  .hang_ns = x->hang_ns,
				  .time_ns = x->time_ns};
	struct explore_result *r = calloc(1, sizeof(*r));
	struct session *session = calloc(1, sizeof(*session));
	struct apart apart = {0};
	struct scn s;
	int code;

	if (!r || !session)
		return EXIT_INTERNAL;
	session_prepare(x->hang_ns);
	code = load(&s, path, o);
	if (code)
		goto out;
	snprintf(job.saved, sizeof(job.saved), "%s/%s-1.yaml", o->out_dir ? o->out_dir : "out",
		 s.name);
	job.plan = s.plan;
	code = session_open(session, &s, o, false);
	if (!code && !apart_open(&apart, session, x->hang_ns))
		code = EXIT_INTERNAL;
	if (!code)
		code = apart.target.run(&apart.target, &job.plan, r);
	apart_close(&apart);
	session_close(session);
	if (code)
		goto out;
	if (!r->failed) {
		printf("%s does not fail: nothing to shrink\n", s.name);
		goto out;
	}
	printf("FAIL  %s\n", r->what);
	fflush(stdout);
	job.cause = r->cause;
	job.fatal = r->fatal;
	code = finish_apart(&job);
	if (code < 0) { /* one of the tries ended the process */
		job.fatal = true;
		code = finish_apart(&job);
	}
	code = code > 0 ? code : EXIT_FAIL;
out:
	scn_free(&s);
	free(session);
	free(r);
	return code;
}

int replay_main(const char *path, const struct run_options *o, const struct explore_options *x)
{
	session_prepare(x->hang_ns);
	return finding_replay(
		&(struct finding_job){
			.path = path, .o = o, .snapshot = !x->no_snapshot, .hang_ns = x->hang_ns},
		x->runs ? x->runs : 1);
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
	if (x->in_process)
		session_prepare(x->hang_ns);
	for (size_t i = 0; i < count; i++) {
		int now = one(file[i], o, x);

		code = code ? code : now;
		fflush(stdout);
	}
	return code;
}
