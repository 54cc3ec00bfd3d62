/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A campaign over processes. Each worker has one job at a time. A worker that dies or does not come
 * to the end of a run is not the end of the campaign: the run it was in becomes a finding, and its
 * slice is run again by a new worker, without that run.
 */
#include "host/campaign_pool.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/apart.h"
#include "host/clock.h"
#include "host/process.h"
#include "host/results.h"

#define TICK_MS 100
#define STOP_GRACE_S 5.0
/* A worker ends such a run itself; this is for when it cannot. */
#define HANG_FACTOR 2.0
#define HANG_GRACE_S 5.0
/* A run that sleeps on the host has so many times the limit. Waiting for a processor is no sleep.
 */
#define WALL_SHARE 20
#define DEATHS_MAX 64

static void give_all(struct workers *p);

/* --- what a worker says -------------------------------------------------------------------------
 */
static void on_ready(struct workers *p, struct wire *m)
{
	uint64_t build;

	wire_get(m, &build, sizeof(build));
	if (p->code)
		return;
	if (p->h->id.build && p->h->id.build != build && !p->h->results)
		p->code = EXIT_INTERNAL;
	else
		p->code = results_begin(p->h, build);
	if (!p->h->id.build)
		p->h->id.build = build;
}

static void on_message(struct pool_worker *w, uint32_t kind, struct wire *m)
{
	struct workers *p = w->pool;
	struct slice *s;

	switch (kind) {
	case MSG_READY:
		on_ready(p, m);
		return;
	case MSG_SLICE:
		s = wire_get_slice(m);
		free(w->job.fatal);
		w->job = (struct job_slice){0};
		w->busy = false;
		if (s)
			hunt_add(p->h, s);
		break;
	case MSG_FINISHED:
		w->busy = false;
		pool_finished(p, m);
		break;
	default:
		break;
	}
	give_all(p);
}

static void allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	(void)handle;
	buf->base = malloc(suggested);
	buf->len = buf->base ? suggested : 0;
}

static void on_bytes(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct pool_worker *w = stream->data;
	struct wire_head head;

	if (n > 0)
		wire_put(&w->in, buf->base, (size_t)n);
	free(buf->base);
	if (n < 0)
		uv_read_stop(stream);
	while (w->in.used - w->in.at >= sizeof(head)) {
		struct wire m = {0};

		memcpy(&head, w->in.p + w->in.at, sizeof(head));
		if (w->in.used - w->in.at - sizeof(head) < head.bytes)
			break;
		m.p = w->in.p + w->in.at + sizeof(head);
		m.used = head.bytes;
		w->in.at += sizeof(head) + head.bytes;
		on_message(w, head.kind, &m);
	}
	if (w->in.at == w->in.used)
		w->in.at = w->in.used = 0;
}

static void on_stderr(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct pool_worker *w = stream->data;

	if (n > 0)
		wire_put(&w->said, buf->base, (size_t)n);
	free(buf->base);
	if (n < 0)
		uv_read_stop(stream);
}

/* --- jobs ---------------------------------------------------------------------------------------
 */
struct write_job {
	uv_write_t req;
	struct wire bytes;
};

static void on_written(uv_write_t *req, int status)
{
	struct write_job *j = (struct write_job *)req;

	(void)status; /* a worker that is gone is noticed by its exit */
	wire_free(&j->bytes);
	free(j);
}

void pool_send(struct pool_worker *w, struct wire *bytes)
{
	struct write_job *j = calloc(1, sizeof(*j));
	uv_buf_t buf;

	if (!j)
		abort();
	wire_end(bytes);
	j->bytes = *bytes;
	*bytes = (struct wire){0};
	buf = uv_buf_init((char *)j->bytes.p, (unsigned)j->bytes.used);
	w->busy = true;
	w->runs_then = UINT64_MAX;
	if (uv_write(&j->req, (uv_stream_t *)&w->jobs, &buf, 1, on_written))
		on_written(&j->req, -1);
}

static void send_slice(struct pool_worker *w, struct job_slice *job)
{
	struct wire bytes = {0};

	w->job = *job;
	w->watch->run = 0;
	wire_begin(&bytes, JOB_SLICE);
	wire_put_slice_job(&bytes, job, w->pool->h);
	pool_send(w, &bytes);
}

/* False when there is nothing for it now. */
static bool give(struct workers *p, struct pool_worker *w)
{
	struct job_slice job = {0};

	if (p->finishing)
		return pool_give_finding(p, w);
	if (p->again_count && !hunt_done(p->h)) {
		job = p->again[--p->again_count];
	} else {
		job.number = hunt_hand_out(p->h);
		if (job.number == HUNT_WAIT || job.number == HUNT_END)
			return false;
	}
	send_slice(w, &job);
	return true;
}

static unsigned busy_count(const struct workers *p)
{
	unsigned n = 0;

	for (unsigned i = 0; i < p->count; i++)
		n += p->worker[i].busy;
	return n;
}

static void stop_slices(struct workers *p)
{
	for (unsigned i = 0; i < p->count; i++)
		if (p->worker[i].alive)
			p->worker[i].watch->stop = 1;
	if (!p->stop_s)
		p->stop_s = host_now_s();
}

/* Whoever is idle gets something; without anything to do and to wait for the loop ends. */
static void give_all(struct workers *p)
{
	if (p->code || (!p->finishing && hunt_done(p->h))) {
		stop_slices(p);
	} else {
		for (unsigned i = 0; i < p->count; i++) {
			struct pool_worker *w = &p->worker[i];

			if (w->alive && !w->busy)
				give(p, w);
			else if (!w->alive && !w->closing && pool_wants_worker(p))
				pool_spawn(p, w) ? (void)0 : (void)give(p, w);
		}
	}
	if (!busy_count(p))
		uv_stop(&p->loop);
}

/* Until nobody is at work. A stop that came when the loop did not run ends its next turn. */
void pool_run(struct workers *p)
{
	while (busy_count(p) && !p->code)
		uv_run(&p->loop, UV_RUN_DEFAULT);
}

bool pool_wants_worker(const struct workers *p)
{
	return p->finishing || p->again_count || !p->h->slices_known ||
	       p->h->handed_out < p->h->slices;
}

/* --- deaths -------------------------------------------------------------------------------------
 */
static const char *last_line(struct wire *said)
{
	char *text, *line;

	wire_put(said, "", 1);
	text = (char *)said->p;
	for (size_t n = strlen(text); n && text[n - 1] == '\n'; n--)
		text[n - 1] = 0;
	line = strrchr(text, '\n');
	return line ? line + 1 : text;
}

/* The run it was in becomes a finding; the slice is to be run again without it. */
static void died_in_run(struct pool_worker *w, int64_t status, int sig)
{
	struct workers *p = w->pool;
	struct explore_finding f = {.first_run = w->watch->run, .times = 1};
	struct job_slice job = w->job;

	apart_explain(&(struct apart_death){.watch = w->watch,
					    .sig = sig,
					    .status = (int)status,
					    .hung = w->hung,
					    .said = last_line(&w->said)},
		      &f.result);
	f.cause = f.result.cause;
	job.fatal = realloc(job.fatal, (job.fatal_count + 1) * sizeof(f));
	p->again = realloc(p->again, (p->again_count + 1) * sizeof(*p->again));
	if (!job.fatal || !p->again)
		abort();
	job.fatal[job.fatal_count++] = f;
	p->again[p->again_count++] = job;
	w->job = (struct job_slice){0};
	if (++p->h->deaths == DEATHS_MAX || w->watch->usual) {
		if (!w->watch->usual)
			fprintf(stderr, "ffasim: explore: %d runs ended their process: enough\n",
				DEATHS_MAX);
		campaign_note(&p->h->sum, &f);
		p->h->interrupted = true;
	}
}

static void died(struct pool_worker *w, int64_t status, int sig)
{
	struct workers *p = w->pool;
	const bool busy = w->busy;

	w->alive = w->busy = false;
	if (p->finishing) {
		if (busy)
			pool_finish_failed(p, w);
		return;
	}
	if (!busy || p->code)
		return;
	if (w->watch->run) {
		if (w->watch->stop) /* told to stop, and did not */
			return;
		died_in_run(w, status, sig);
		return;
	}
	if (w->watch->usual) { /* not even that: there is nothing to explore */
		w->watch->run = 1;
		died_in_run(w, status, sig);
		return;
	}
	p->code = sig ? EXIT_INTERNAL : (int)status;
	if (!p->code)
		p->code = EXIT_INTERNAL;
	if (w->watch->words[0])
		fprintf(stderr, "ffasim: explore: the world does not boot: %s\n", w->watch->words);
	else if (w->hung)
		fputs("ffasim: explore: the world does not boot in reasonable time\n", stderr);
	else if (w->said.used)
		fwrite(w->said.p, 1, w->said.used, stderr);
	else
		fprintf(stderr, "ffasim: explore: a worker ended before its first run: %s\n",
			sig ? strsignal(sig) : "no reason given");
}

static void on_closed(uv_handle_t *handle)
{
	struct pool_worker *w = handle->data;

	if (--w->closing || w->pool->shutting)
		return;
	give_all(w->pool); /* its place can be taken again */
}

static void on_death(uv_process_t *proc, int64_t status, int sig)
{
	struct pool_worker *w = proc->data;
	char rest[4096];
	ssize_t n;
	uv_os_fd_t fd;

	/* What it said last may still lie in the pipe. */
	if (!uv_fileno((uv_handle_t *)&w->err, &fd))
		while ((n = read(fd, rest, sizeof(rest))) > 0)
			wire_put(&w->said, rest, (size_t)n);
	died(w, status, sig);
	w->said.used = w->in.used = w->in.at = 0;
	w->closing = 3;
	uv_close((uv_handle_t *)&w->proc, on_closed);
	uv_close((uv_handle_t *)&w->jobs, on_closed);
	uv_close((uv_handle_t *)&w->err, on_closed);
}

/* --- time and signals ---------------------------------------------------------------------------
 */
/* Told to stop, and it neither ends its run, however much of a processor it gets, nor works. */
static bool does_not_stop(struct pool_worker *w, double now, double spent)
{
	const double told = w->pool->stop_s;

	if (!told || !w->watch->stop)
		return false;
	if (!w->processor_stop)
		w->processor_stop = spent;
	return spent - w->processor_stop > STOP_GRACE_S ||
	       now - (w->ready > told ? w->ready : told) > STOP_GRACE_S;
}

static void look_for_hang(struct pool_worker *w, double now)
{
	const struct workers *p = w->pool;
	const uint64_t ns = p->h->opt->hang_ns ? p->h->opt->hang_ns : HANG_USUAL_NS;
	const double limit = (double)ns / 1e9 * HANG_FACTOR + HANG_GRACE_S;
	double spent;

	if (!w->alive || !w->busy || w->hung)
		return;
	spent = process_processor_s(w->proc.pid);
	if (process_ready(w->proc.pid))
		w->ready = now;
	if (w->watch->runs != w->runs_then) {
		w->runs_then = w->watch->runs;
		w->processor_then = spent;
		w->ready = now;
		return;
	}
	w->hung = spent - w->processor_then > limit || now - w->ready > limit * WALL_SHARE ||
		  does_not_stop(w, now, spent);
	if (w->hung)
		uv_process_kill(&w->proc, SIGKILL);
}

static void on_tick(uv_timer_t *timer)
{
	struct workers *p = timer->data;
	struct hunt *h = p->h;
	const double now = host_now_s();

	h->live_runs = 0;
	for (unsigned i = 0; i < p->count; i++) {
		struct pool_worker *w = &p->worker[i];

		look_for_hang(w, now);
		if (!p->finishing && w->busy)
			h->live_runs += w->watch->run;
	}
	if (!p->finishing)
		hunt_show_progress(h, now);
	if (h->until_s > 0 && now >= h->until_s && !p->finishing)
		h->interrupted = true;
	if (!p->finishing && (p->code || hunt_done(h)))
		give_all(p);
}

static void on_signal(uv_signal_t *handle, int sig)
{
	struct workers *p = handle->data;

	(void)sig;
	p->h->interrupted = true;
	p->signals++;
	if (p->finishing || p->signals > 1)
		p->code = EXIT_FAIL; /* what is not shrunk yet stays as it is */
	give_all(p);
	if (p->code)
		uv_stop(&p->loop);
}

int hunt_run_pool(struct hunt *h)
{
	struct workers *p = workers_open(h);
	int code;

	if (!p)
		return EXIT_INTERNAL;
	h->workers = p;
	uv_timer_start(&p->timer, on_tick, TICK_MS, TICK_MS);
	uv_signal_start(&p->interrupt, on_signal, SIGINT);
	uv_signal_start(&p->terminate, on_signal, SIGTERM);
	give_all(p);
	pool_run(p);
	h->live_runs = 0;
	for (unsigned i = 0; i < p->count; i++)
		p->worker[i].watch->stop = 0;
	p->stop_s = 0;
	code = p->code == EXIT_FAIL ? 0 : p->code;
	return code;
}

const uv_alloc_cb pool_allocate = allocate;
const uv_read_cb pool_on_bytes = on_bytes, pool_on_stderr = on_stderr;
const uv_exit_cb pool_on_death = on_death;
void pool_give_all(struct workers *p)
{
	give_all(p);
}
