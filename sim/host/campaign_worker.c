/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A worker: runs slices and finishes findings for its parent until the socket closes. It dies with
 * its parent, leaves the signals of the terminal to it, and notes in shared memory what it is
 * doing, so that a run it does not survive is known.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "host/campaign_wire.h"

struct worker {
	struct hunt *h;
	struct session *x;
	bool open;
	struct session_watch *watch;
	struct wire out;
	struct seen_map told; /* what the parent has heard of */
	FILE *rows;
};

static bool read_all(void *p, size_t bytes)
{
	while (bytes) {
		ssize_t n = read(FD_JOBS, p, bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p = (uint8_t *)p + n;
		bytes -= (size_t)n;
	}
	return true;
}

static void send_out(struct worker *w)
{
	size_t at = 0;

	wire_end(&w->out);
	while (at < w->out.used) {
		ssize_t n = write(FD_JOBS, w->out.p + at, w->out.used - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(EXIT_INTERNAL); /* the parent is gone */
		at += (size_t)n;
	}
}

static bool tick(const struct campaign *c, void *ctx)
{
	return ((struct worker *)ctx)->watch->stop;
}

static void before(uint64_t run, const struct plan *plan, void *ctx)
{
	((struct worker *)ctx)->watch->run = run;
}

static void each(const struct plan *plan, const struct explore_result *r, void *ctx)
{
	struct worker *w = ctx;

	w->watch->run = 0;
	if (w->rows)
		fault_row(w->rows, plan, r);
}

static int open_session_once(struct worker *w)
{
	uint64_t build;
	int code;

	if (w->open)
		return 0;
	code = session_open(w->x, w->h->s, w->h->o, !w->h->opt->no_snapshot);
	if (code)
		return code;
	w->open = true;
	memset(&w->told, 0, sizeof(w->told));
	build = session_build();
	wire_begin(&w->out, MSG_READY);
	wire_put(&w->out, &build, sizeof(build));
	send_out(w);
	return 0;
}

static int run_slice(struct worker *w, struct wire *in)
{
	struct slice *s = calloc(1, sizeof(*s));
	struct campaign_config cfg;
	struct job_slice job;
	size_t bytes;
	int err;

	if (!s)
		abort();
	wire_get_slice_job(in, &job, w->h);
	err = open_session_once(w);
	cfg = hunt_slice_config(w->h, job.number);
	cfg.fatal = job.fatal;
	cfg.fatal_count = job.fatal_count;
	cfg.before = before;
	cfg.each = each;
	cfg.tick = tick;
	cfg.ctx = w;
	w->rows = w->h->opt->faults && !w->h->strategy->slice_runs
			  ? open_memstream(&s->text, &bytes)
			  : NULL;
	if (!err && w->h->strategy->round_slices)
		*w->x->seen = w->h->round_seen;
	s->number = job.number;
	if (!err)
		err = campaign_run(&s->c, &cfg, &w->x->target);
	if (w->rows)
		fclose(w->rows);
	if (!err) {
		bool news = memcmp(w->x->seen, &w->told, sizeof(w->told)) != 0;

		s->seen = w->told = *w->x->seen;
		wire_begin(&w->out, MSG_SLICE);
		wire_put_slice(&w->out, s, news);
		send_out(w);
	}
	free(job.fatal);
	slice_free(s);
	return err;
}

static void close_session(struct worker *w)
{
	if (w->open)
		session_close(w->x);
	w->open = false;
}

/* What is printed goes into the message: the parent prints findings in their order. */
static void finish(struct worker *w, struct wire *in)
{
	struct job_finish *job = calloc(1, sizeof(*job));
	struct msg_finished *msg = calloc(1, sizeof(*msg));
	struct finding_job how = {.path = w->h->id.file,
				  .o = w->h->o,
				  .quiet = w->h->opt->json,
				  .hang_ns = w->h->opt->hang_ns,
				  .snapshot = !w->h->opt->no_snapshot};
	FILE *screen = stdout;
	char *text = NULL;
	size_t bytes;

	if (!job || !msg)
		abort();
	close_session(w); /* one snapshot at a time */
	wire_get(in, job, sizeof(*job));
	how.plan = job->plan;
	how.cause = job->cause;
	how.fatal = job->fatal;
	memcpy(how.saved, job->path, sizeof(job->path));
	stdout = open_memstream(&text, &bytes);
	if (!stdout)
		abort();
	finding_finish(&how);
	fclose(stdout);
	stdout = screen;
	msg->finding = job->finding;
	finding_keep(&how, &msg->kept);
	wire_begin(&w->out, MSG_FINISHED);
	wire_put(&w->out, msg, sizeof(*msg));
	wire_put_text(&w->out, text);
	send_out(w);
	free(text);
	free(job);
	free(msg);
}

static int serve(struct worker *w)
{
	struct wire in = {0};
	struct wire_head head;
	int code = 0;

	while (!code && read_all(&head, sizeof(head))) {
		in.used = in.at = 0;
		in.bad = false;
		in.p = realloc(in.p, head.bytes + 1);
		in.room = head.bytes + 1;
		if (!in.p)
			abort();
		if (!read_all(in.p, head.bytes))
			break;
		in.used = head.bytes;
		if (head.kind == JOB_SLICE)
			code = run_slice(w, &in);
		else
			finish(w, &in);
	}
	wire_free(&in);
	return code;
}

int worker_main(const char *file, const struct run_options *o, const struct explore_options *opt)
{
	struct worker w = {.h = calloc(1, sizeof(struct hunt)),
			   .x = calloc(1, sizeof(struct session))};
	struct explore_options mine = *opt;
	struct diag d = {0};
	struct scn s;
	int code;

	if (!w.h || !w.x)
		return EXIT_INTERNAL;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	w.watch = mmap(NULL, sizeof(*w.watch), PROT_READ | PROT_WRITE, MAP_SHARED, FD_WATCH, 0);
	if (w.watch == MAP_FAILED) {
		fputs("ffasim: explore: --worker is for the program itself; use --jobs\n", stderr);
		return EXIT_USAGE;
	}
	mine.results = NULL; /* the parent keeps them */
	session_watch(w.watch);
	session_prepare(opt->hang_ns);
	code = scn_load(&s, file, o->sets, o->set_count, &d);
	if (code)
		fprintf(stderr, "%s\n", d.text);
	else
		code = hunt_open(w.h, file, &s, o, &mine);
	if (!code)
		code = serve(&w);
	close_session(&w);
	hunt_close(w.h);
	scn_free(&s);
	wire_free(&w.out);
	munmap(w.watch, sizeof(*w.watch));
	free(w.h);
	free(w.x);
	return code;
}
