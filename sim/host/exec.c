/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The one task that waits for the host.
 *
 * While no call of a client is under way the whole machine waits with it: virtual time stands still
 * until the next call comes. While one is, that task looks for more at growing intervals of virtual
 * time. So the order in which several threads or clients come is the host's and not repeatable; a
 * client that makes one call after the other is.
 *
 * Not modelled: the time the client itself computes.
 */
#include "host/exec.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/trace.h"
#include "host/serve.h"
#include "soc/machine.h"

#define NAP_FIRST_NS 20000u
#define NAP_LAST_NS 4000000u
#define CLOSE_WAIT_MS 1000
#define CLIENTS_MAX 256 /* at a time; more wait until one is gone */

void exec_init(struct exec *x, char *const argv[], struct serve *serve)
{
	*x = (struct exec){.argv = argv, .serve = serve, .inotify = -1};
}

int exec_status(const struct exec *x)
{
	return WIFSIGNALED(x->status) ? 128 + WTERMSIG(x->status) : WEXITSTATUS(x->status);
}

/* --- clients ---------------------------------------------------------------------------------- */
struct exec_client *exec_client_add(struct exec *x, const struct notify *notify, const char *comm,
				    uid_t uid, gid_t gid)
{
	struct exec_client *c = calloc(1, sizeof(*c)), **at = &x->clients;

	if (!c)
		return NULL;
	*c = (struct exec_client){
		.x = x, .notify = *notify, .attr = {.start_pe = -1, .uid = uid, .gid = gid}};
	snprintf(c->name, sizeof(c->name), "%s", comm);
	while (*at)
		at = &(*at)->next;
	*at = c;
	return c;
}

static bool wait_for_files(const struct exec *x)
{
	struct pollfd fd = {.fd = x->inotify, .events = POLLIN};
	const int n = poll(&fd, 1, CLOSE_WAIT_MS);

	return n > 0 || (n < 0 && errno == EINTR);
}

/* Every task of the client is gone: the kernel has closed its files or is about to. */
static void end_client(struct exec_client *c)
{
	struct exec *x = c->x;
	struct exec_client **at = &x->clients;

	if (c->notify.child)
		waitpid(c->notify.child, &x->status, 0);
	do
		exec_files_poll(x, NULL);
	while (exec_files_held(c) && wait_for_files(x));
	exec_files_drop(c); /* nobody of ours has it any more */
	exec_tasks_end(c);
	notify_finish(&c->notify);
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	free(c);
	if (!x->clients && !x->serve)
		x->over = true;
}

/* --- waiting for the host --------------------------------------------------------------------- */
enum taken {
	TAKEN_NONE,   /* there was none after all: its task died meanwhile, or the whole program */
	TAKEN_SIMPLE, /* answered on the spot */
	TAKEN_CALL,   /* the simulated thread makes it */
};

static enum taken take_call(struct exec_client *c)
{
	struct exec *x = c->x;
	struct notify_call call;
	struct exec_thread *t;
	const int err = notify_next(&c->notify, &call);

	c->ended = err == -EPIPE;
	if (err)
		return TAKEN_NONE;
	if (exec_mem_watch(c, &call)) {
		notify_continue(&c->notify, &call);
		return TAKEN_SIMPLE;
	}
	t = exec_thread_of(c, call.tid);
	if (!t) {
		notify_reply(&c->notify, &call, -ENOMEM);
		return TAKEN_SIMPLE;
	}
	t->call = call;
	x->let_go = x->let_go || exec_files_ready(x); /* it was before the call */
	if (exec_fds_watch(t) || !exec_call_concerns(t)) {
		notify_continue(&c->notify, &call);
		return TAKEN_SIMPLE;
	}
	if (x->let_go) {
		x->let_go = false;
		exec_files_poll(x, t->process);
	}
	x->callers += !t->calls++;
	t->busy = t->wake = true;
	kuser_wake(t->task);
	return TAKEN_CALL;
}

enum { FD_FILES, FD_DOOR, FD_SIGNAL, FD_CLIENTS };

/* What to wait for: what clients let go of, who else comes, each client's calls. */
static nfds_t wanted(const struct exec *x, struct pollfd *fd)
{
	nfds_t n = FD_CLIENTS;

	for (const struct exec_client *c = x->clients; c; c = c->next)
		fd[n++] = (struct pollfd){.fd = c->notify.fd, .events = POLLIN};
	fd[FD_FILES] = (struct pollfd){.fd = x->let_go ? -1 : x->inotify, .events = POLLIN};
	fd[FD_DOOR] = fd[FD_SIGNAL] = (struct pollfd){.fd = -1, .events = POLLIN};
	if (x->serve) {
		fd[FD_SIGNAL].fd = x->serve->signal_fd;
		if (n - FD_CLIENTS < CLIENTS_MAX)
			fd[FD_DOOR].fd = x->serve->listen_fd;
	}
	return n;
}

/* The only client there is or will be: no look at anything else between its calls. Where a
 * notification can be waited for by taking it, that is a poll() less for each. A call that a signal
 * to the client took back before we had it comes again: whether that happened, or which way calls
 * come, must not be seen in virtual time. False: the client has ended, or there are more. */
static bool wait_alone(struct exec *x)
{
	struct exec_client *c = x->clients;
	enum taken taken = TAKEN_SIMPLE;

	if (x->serve || !c || c->next || c->ended)
		return false;
	do {
		if ((taken == TAKEN_NONE || !c->notify.next_waits) && !notify_wait(&c->notify))
			c->ended = true;
		else
			taken = take_call(c);
	} while (taken != TAKEN_CALL && !c->ended);
	return taken == TAKEN_CALL;
}

static bool end_gone(struct exec *x)
{
	struct exec_client *next;
	bool any = false;

	for (struct exec_client *c = x->clients; c; c = next) {
		next = c->next;
		if (!c->ended)
			continue;
		end_client(c);
		any = true;
	}
	return any;
}

/* Looks once. @any: a call was taken. False when there was nothing. */
static bool look(struct exec *x, bool block, bool *any)
{
	struct pollfd fd[FD_CLIENTS + CLIENTS_MAX];
	const struct pollfd *at = &fd[FD_CLIENTS];
	int ready;

	if (block && wait_alone(x))
		return *any = true;
	if (end_gone(x))
		return true;
	ready = poll(fd, wanted(x, fd), block ? -1 : 0);
	if (ready < 0)
		return errno == EINTR;
	if (!ready)
		return false;
	x->let_go |= fd[FD_FILES].revents != 0; /* first: it was before the calls */
	for (struct exec_client *c = x->clients; c; c = c->next, at++) {
		if (at->revents & POLLIN)
			*any |= take_call(c) == TAKEN_CALL;
		else if (at->revents)
			c->ended = true;
	}
	end_gone(x);
	if (fd[FD_DOOR].revents)
		serve_accept(x->serve, x);
	if (fd[FD_SIGNAL].revents)
		x->over = true;
	return true;
}

/* The calls the host has for us; with @block waits for one, and leaves others for when that one
 * takes its time. What a client let go of is looked at with its next call, not when the host
 * happens to tell: so runs of a client without threads repeat. */
static bool pump(struct exec *x, bool block)
{
	bool any = false;

	while (!x->over && !(any && block) && look(x, block, &any))
		;
	return any;
}

/* Tasks whose client was killed while they made its call are killed too. */
static bool calls_under_way(struct exec *x)
{
	bool any = false;

	for (struct exec_thread *t = x->threads; t; t = t->next) {
		if (!t->busy || ktask_exited(t->task))
			continue;
		any = true;
		if (!t->quit && !notify_alive(&t->process->client->notify, &t->call)) {
			t->quit = true;
			ktask_kill(t->task);
		}
	}
	return any;
}

/* The only thread that has ever called goes on at once, as a program does between two calls.
 * With more of them the host task looks for the others' calls while one is under way. */
void exec_call_over(struct exec_thread *t)
{
	struct exec *x = t->process->x;

	t->busy = false;
	if (x->callers == 1 && !x->over && !exec_files_pending(x) && wait_alone(x) && t->busy)
		return;
	x->host_wake = true;
	kuser_wake(x->host_task);
}

static void host_main(void *arg)
{
	struct exec *x = arg;
	uint64_t nap_ns = NAP_FIRST_NS;

	while (!x->over) {
		const bool busy = calls_under_way(x);

		/* While files are being closed the next call is not looked for: whether it is there
		 * already is a race of two host processes. */
		if ((busy || !exec_files_pending(x)) && pump(x, !busy))
			nap_ns = NAP_FIRST_NS;
		if (x->over)
			break;
		kuser_wait(&x->host_wake, nap_ns);
		x->host_wake = false;
		nap_ns = nap_ns < NAP_LAST_NS ? 2 * nap_ns : nap_ns;
	}
	while (x->clients) { /* a server that was told to stop: their next call finds no device */
		exec_files_drop(x->clients);
		end_client(x->clients);
	}
	exec_files_end(x);
}

static bool not_allowed(int err)
{
	/* -EBUSY: we run under somebody else's listener, as in some containers. */
	return err == -EPERM || err == -EACCES || err == -ENOSYS || err == -EINVAL || err == -EBUSY;
}

static int spawn(struct exec *x)
{
	const char *slash = strrchr(x->argv[0], '/');
	struct notify n;
	int err =
		x->way == EXEC_WAY_PRELOAD ? preload_spawn(&n, x->argv) : notify_spawn(&n, x->argv);

	if (not_allowed(err) && x->way == EXEC_WAY_BEST) {
		fprintf(stderr,
			"exec: seccomp user notification is not allowed here (%s), so a library is "
			"preloaded: static programs see no device\n",
			strerror(-err));
		err = preload_spawn(&n, x->argv);
	}
	if (!err && !exec_client_add(x, &n, slash ? slash + 1 : x->argv[0], getuid(), getgid()))
		err = -ENOMEM;
	return err;
}

struct task_struct *exec_begin(struct exec *x, struct klinux *k, struct machine *m)
{
	const struct ktask_attr attr = {.start_pe = -1};

	x->k = k;
	x->m = m;
	x->listener_err = exec_files_begin(x);
	if (!x->listener_err && x->argv)
		x->listener_err = spawn(x);
	if (x->listener_err) {
		exec_files_end(x);
		return NULL;
	}
	x->host_task = ktask_create_user(k, "host", host_main, x, &attr);
	if (!x->host_task)
		x->listener_err = -ENOMEM;
	if (x->serve && x->host_task)
		serve_ready(x->serve);
	return x->host_task;
}

void exec_refused(const struct exec *x, FILE *out)
{
	if (not_allowed(x->listener_err) && x->way == EXEC_WAY_SECCOMP)
		fprintf(out, "exec: seccomp user notification is not allowed here (%s)\n",
			strerror(-x->listener_err));
	else
		fprintf(out, "exec: %s cannot be started (%s)\n", x->argv ? x->argv[0] : "a client",
			strerror(-x->listener_err));
}
