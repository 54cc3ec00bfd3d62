/* SPDX-License-Identifier: BSD-3-Clause */
/* A campaign in this process, one slice after the other. A crash of the process ends it. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "host/campaign.h"
#include "host/clock.h"
#include "host/finding.h"
#include "host/results.h"

struct local {
	struct hunt *h;
	FILE *rows; /* of --faults */
};

static volatile sig_atomic_t asked_to_stop;

static void on_signal(int sig)
{
	asked_to_stop = 1;
	signal(sig, SIG_DFL); /* the second time is meant */
}

static bool tick(const struct campaign *c, void *ctx)
{
	struct local *l = ctx;
	double now = host_now_s();

	l->h->live_runs = c->runs;
	hunt_show_progress(l->h, now);
	l->h->interrupted |= asked_to_stop || (l->h->until_s > 0 && now >= l->h->until_s);
	return l->h->interrupted;
}

static void row(const struct plan *plan, const struct explore_result *r, void *ctx)
{
	fault_row(((struct local *)ctx)->rows, plan, r);
}

static int run_slice(struct hunt *h, struct session *x, uint64_t number)
{
	struct slice *s = calloc(1, sizeof(*s));
	struct local l = {.h = h};
	struct campaign_config cfg = hunt_slice_config(h, number);
	size_t bytes;
	int err;

	if (!s)
		return EXIT_INTERNAL;
	cfg.tick = tick;
	cfg.ctx = &l;
	if (h->opt->faults && !h->strategy->slice_runs) {
		cfg.each = row;
		l.rows = open_memstream(&s->text, &bytes);
		if (!l.rows)
			abort();
	}
	if (h->strategy->round_slices)
		*x->seen = h->round_seen;
	s->number = number;
	err = campaign_run(&s->c, &cfg, &x->target);
	if (l.rows)
		fclose(l.rows);
	s->seen = *x->seen;
	h->live_runs = 0;
	if (err)
		slice_free(s);
	else
		hunt_add(h, s);
	return err;
}

int hunt_run_local(struct hunt *h)
{
	struct session *x = calloc(1, sizeof(*x));
	struct sigaction stop = {.sa_handler = on_signal}, was[2];
	int code;

	if (!x)
		return EXIT_INTERNAL;
	code = session_open(x, h->s, h->o, !h->opt->no_snapshot);
	if (!code)
		code = results_begin(h, session_build());
	sigaction(SIGINT, &stop, &was[0]);
	sigaction(SIGTERM, &stop, &was[1]);
	while (!code) {
		uint64_t n = hunt_hand_out(h);

		if (n == HUNT_END)
			break;
		code = run_slice(h, x, n);
	}
	sigaction(SIGINT, &was[0], NULL);
	sigaction(SIGTERM, &was[1], NULL);
	session_close(x);
	free(x);
	return code;
}

void hunt_finish_local(struct hunt *h)
{
	for (unsigned i = 0; i < hunt_worth_finishing(h); i++) {
		struct explore_finding *f = &h->sum.finding[i];
		struct finding_job job = {.path = h->id.file,
					  .o = h->o,
					  .snapshot = !h->opt->no_snapshot,
					  .plan = f->result.applied,
					  .cause = f->cause};

		if (h->kept[i].tried)
			continue;
		hunt_finding_path(h, i, job.saved, sizeof(job.saved));
		if (!h->opt->json)
			printf("\n%u     %s\n", i + 1, f->result.what);
		fflush(stdout);
		job.quiet = h->opt->json;
		finding_finish(&job);
		finding_keep(&job, &h->kept[i]);
		fflush(stdout);
		results_checkpoint(h, true);
	}
}
