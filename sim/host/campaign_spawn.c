/* SPDX-License-Identifier: BSD-3-Clause */
/* Processes of a pool: this program again, with the same words and --worker. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/campaign_pool.h"
#include "sp/guest_cov.h"

#define ARGS_MAX 2048

/* The command line as the kernel has it; the worker reads the same options. */
static char **own_arguments(const char *file)
{
	char **argv = calloc(ARGS_MAX + 4, sizeof(*argv));
	FILE *f = fopen("/proc/self/cmdline", "re");
	char *arg = NULL;
	size_t room = 0, n = 0;

	if (!argv || !f)
		abort();
	while (n < ARGS_MAX && getdelim(&arg, &room, 0, f) > 0) {
		argv[n++] = arg;
		arg = NULL;
		room = 0;
	}
	free(arg);
	fclose(f);
	argv[n++] = strdup("--worker");
	argv[n++] = strdup(file);
	return argv;
}

static bool open_watch(struct pool_worker *w)
{
	w->watch_fd = memfd_create("ffasim-worker", MFD_CLOEXEC);
	if (w->watch_fd < 0 || ftruncate(w->watch_fd, sizeof(*w->watch)))
		return false;
	w->watch =
		mmap(NULL, sizeof(*w->watch), PROT_READ | PROT_WRITE, MAP_SHARED, w->watch_fd, 0);
	return w->watch != MAP_FAILED;
}

struct workers *workers_open(struct hunt *h)
{
	struct workers *p = calloc(1, sizeof(*p));
	ssize_t n;

	if (!p)
		return NULL;
	p->h = h;
	p->count = h->opt->jobs ? h->opt->jobs : 1;
	p->worker = calloc(p->count, sizeof(*p->worker));
	n = readlink("/proc/self/exe", p->exe, sizeof(p->exe) - 1);
	if (!p->worker || n < 0)
		abort();
	p->argv = own_arguments(h->id.file);
	for (unsigned i = 0; i < p->count; i++) {
		p->worker[i].pool = p;
		if (!open_watch(&p->worker[i]))
			abort();
	}
	uv_loop_init(&p->loop);
	uv_timer_init(&p->loop, &p->timer);
	uv_signal_init(&p->loop, &p->interrupt);
	uv_signal_init(&p->loop, &p->terminate);
	p->timer.data = p->interrupt.data = p->terminate.data = p;
	signal(SIGPIPE, SIG_IGN);
	return p;
}

int pool_spawn(struct workers *p, struct pool_worker *w)
{
	uv_stdio_container_t io[6] = {
		{.flags = UV_IGNORE},
		{.flags = UV_IGNORE},
		{.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&w->err},
		{.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE,
		 .data.stream = (uv_stream_t *)&w->jobs},
		{.flags = UV_INHERIT_FD, .data.fd = w->watch_fd},
		{.flags = UV_INHERIT_FD, .data.fd = guest_coverage_fd()},
	};
	uv_process_options_t how = {.exit_cb = pool_on_death,
				    .file = p->exe,
				    .args = p->argv,
				    .stdio = io,
				    .stdio_count = guest_coverage_on ? 6 : 5};
	int err;

	memset(w->watch, 0, sizeof(*w->watch));
	w->in.used = w->in.at = w->said.used = 0;
	w->hung = w->busy = false;
	w->processor_stop = 0;
	uv_pipe_init(&p->loop, &w->err, 0);
	uv_pipe_init(&p->loop, &w->jobs, 0);
	w->proc.data = w->err.data = w->jobs.data = w;
	err = uv_spawn(&p->loop, &w->proc, &how);
	if (err) {
		fprintf(stderr, "ffasim: explore: no process: %s\n", uv_strerror(err));
		p->code = EXIT_INTERNAL;
		return err;
	}
	w->alive = true;
	uv_read_start((uv_stream_t *)&w->jobs, pool_allocate, pool_on_bytes);
	uv_read_start((uv_stream_t *)&w->err, pool_allocate, pool_on_stderr);
	return 0;
}

static void close_one(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

void workers_close(struct workers *p)
{
	if (!p)
		return;
	p->shutting = true;
	for (unsigned i = 0; i < p->count; i++)
		if (p->worker[i].alive)
			uv_process_kill(&p->worker[i].proc, SIGKILL);
	uv_timer_stop(&p->timer);
	/* Reaps them; what does not end by itself is closed behind. */
	uv_close((uv_handle_t *)&p->timer, NULL);
	uv_close((uv_handle_t *)&p->interrupt, NULL);
	uv_close((uv_handle_t *)&p->terminate, NULL);
	uv_run(&p->loop, UV_RUN_DEFAULT);
	uv_walk(&p->loop, close_one, NULL);
	uv_run(&p->loop, UV_RUN_DEFAULT);
	uv_loop_close(&p->loop);
	for (unsigned i = 0; i < p->count; i++) {
		struct pool_worker *w = &p->worker[i];

		wire_free(&w->in);
		wire_free(&w->said);
		free(w->job.fatal);
		munmap(w->watch, sizeof(*w->watch));
		close(w->watch_fd);
	}
	for (unsigned i = 0; i < p->again_count; i++)
		free(p->again[i].fatal);
	for (unsigned i = 0; i < FINDINGS_MAX; i++)
		free(p->text[i]);
	for (char **a = p->argv; *a; a++)
		free(*a);
	free(p->argv);
	free(p->again);
	free(p->worker);
	free(p);
}
