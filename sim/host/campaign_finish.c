/* SPDX-License-Identifier: BSD-3-Clause */
/* Findings of a pool: each is shrunk by a worker, and printed in the order of the findings. */
#include <stdlib.h>
#include <string.h>

#include "host/campaign_pool.h"
#include "host/results.h"

/* Whoever tried to shrink it is gone: it is kept as it was found. */
static void keep_as_is(struct workers *p, uint32_t i, const char *why)
{
	struct hunt *h = p->h;
	const struct explore_finding *f = &h->sum.finding[i];
	struct finding_job job = {.path = h->id.file, .plan = f->result.applied, .cause = f->cause};

	plan_sort(&job.plan);
	snprintf(job.goal, sizeof(job.goal), "%.*s", (int)strcspn(f->result.what, "\n"),
		 f->result.what);
	hunt_finding_path(h, i, job.saved, sizeof(job.saved));
	finding_save(h->s, &job, NULL);
	finding_keep(&job, &h->kept[i]);
	if (asprintf(&p->text[i], "      not shrunk: %s\nrepeat: build/ffasim replay %s\n", why,
		     job.saved) < 0)
		p->text[i] = NULL;
	p->finished[i] = true;
}

static void show_finished(struct workers *p)
{
	struct hunt *h = p->h;

	for (; p->shown < hunt_worth_finishing(h) && p->finished[p->shown]; p->shown++) {
		uint32_t i = p->shown;

		if (h->opt->json || !p->text[i])
			continue;
		printf("\n%u     %s\n%s", i + 1, h->sum.finding[i].result.what, p->text[i]);
		fflush(stdout);
	}
	results_checkpoint(h, true);
}

static bool in_work(const struct workers *p, uint32_t finding)
{
	for (unsigned i = 0; i < p->count; i++)
		if (p->worker[i].busy && p->worker[i].finding == finding)
			return true;
	return false;
}

bool pool_give_finding(struct workers *p, struct pool_worker *w)
{
	struct hunt *h = p->h;
	struct job_finish job = {0};
	struct wire bytes = {0};

	while (p->next_finding < hunt_worth_finishing(h) &&
	       (p->finished[p->next_finding] || in_work(p, p->next_finding)))
		p->next_finding++;
	if (p->next_finding == hunt_worth_finishing(h))
		return false;
	job.finding = w->finding = p->next_finding++;
	job.plan = h->sum.finding[job.finding].result.applied;
	job.fatal = p->apart[job.finding];
	job.cause = h->sum.finding[job.finding].cause;
	hunt_finding_path(h, job.finding, job.path, sizeof(job.path));
	w->watch->run = 0;
	wire_begin(&bytes, JOB_FINISH);
	wire_put(&bytes, &job, sizeof(job));
	pool_send(w, &bytes);
	return true;
}

void pool_finished(struct workers *p, struct wire *m)
{
	struct msg_finished msg;

	wire_get(m, &msg, sizeof(msg));
	if (m->bad || msg.finding >= FINDINGS_MAX)
		return;
	p->h->kept[msg.finding] = msg.kept;
	p->text[msg.finding] = wire_get_text(m);
	p->finished[msg.finding] = true;
	show_finished(p);
}

void pool_finish_failed(struct workers *p, struct pool_worker *w)
{
	if (!p->apart[w->finding]) {
		p->apart[w->finding] = true;
		p->next_finding = 0;
		return; /* somebody else takes it again */
	}
	keep_as_is(p, w->finding, "the process that shrinks it does not survive");
	show_finished(p);
}

void hunt_finish_pool(struct hunt *h)
{
	struct workers *p = h->workers;
	unsigned left = 0;

	for (unsigned i = 0; i < hunt_worth_finishing(h); i++) {
		p->finished[i] = h->kept[i].tried;
		p->apart[i] = h->sum.finding[i].result.fatal;
		left += !p->finished[i];
	}
	p->finishing = true;
	p->code = 0;
	show_finished(p);
	if (!left)
		return;
	pool_give_all(p);
	pool_run(p);
	results_checkpoint(h, true);
}
