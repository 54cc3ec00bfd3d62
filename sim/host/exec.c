/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The client's threads as simulated tasks, and the one task that waits for the host.
 *
 * While no call of the client is under way the whole machine waits with it: virtual time stands
 * still until the next call comes. While one is, that task looks for more at growing intervals of
 * virtual time. So the order in which several threads of a client come is the host's and not
 * repeatable; a client that makes one call after the other is.
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
#include "soc/machine.h"

#define NAP_FIRST_NS 20000u
#define NAP_LAST_NS 4000000u
#define CLOSE_WAIT_MS 1000

void exec_init(struct exec *x, char *const argv[])
{
	const char *slash = strrchr(argv[0], '/');

	*x = (struct exec){.argv = argv,
			   .comm = slash ? slash + 1 : argv[0],
			   .attr = {.start_pe = -1, .uid = getuid(), .gid = getgid()},
			   .inotify = -1,
			   .notify.fd = -1};
}

int exec_status(const struct exec *x)
{
	return WIFSIGNALED(x->status) ? 128 + WTERMSIG(x->status) : WEXITSTATUS(x->status);
}

/* --- tasks ------------------------------------------------------------------------------------ */
static void process_main(void *arg)
{
	struct exec_process *p = arg;

	while (!p->quit) {
		kuser_wait(&p->wake, 0);
		p->wake = false;
		exec_files_close(p);
	}
}

static void thread_main(void *arg)
{
	struct exec_thread *t = arg;

	t->arg_addr = kuser_alloc(EXEC_ARG_BYTES);
	t->arg = t->arg_addr ? kuser_ptr(t->arg_addr, EXEC_ARG_BYTES) : NULL;
	for (;;) {
		kuser_wait(&t->wake, 0);
		t->wake = false;
		if (t->quit)
			break;
		if (!t->busy)
			continue;
		/* The client let go of these before it made this call. */
		exec_files_close(t->process);
		if (t->arg)
			exec_call(t);
		else
			notify_reply(&t->process->x->notify, &t->call, -ENOMEM);
		t->busy = false;
		t->process->x->host_wake = true;
		kuser_wake(t->process->x->host_task);
	}
	if (t->arg)
		kuser_free(t->arg_addr);
}

static struct exec_process *process_of(struct exec *x, pid_t pid)
{
	struct exec_process *p;
	unsigned number = 0;
	char name[32];

	for (p = x->processes; p; p = p->next) {
		if (p->pid == pid)
			return p;
		number++;
	}
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	*p = (struct exec_process){.x = x, .pid = pid, .number = number, .next = x->processes};
	snprintf(name, sizeof(name), "%.8s-files", x->comm);
	p->leader = ktask_create_user(x->k, name, process_main, p, &x->attr);
	if (!p->leader) {
		free(p);
		return NULL;
	}
	x->processes = p;
	return p;
}

/* Named after the client, further processes and threads with their numbers. */
static void thread_name(const struct exec_process *p, char *out, size_t bytes)
{
	int n = snprintf(out, bytes, "%.9s", p->x->comm);

	if (p->number)
		n += snprintf(out + n, bytes - (size_t)n, "-%u", p->number);
	if (p->threads)
		snprintf(out + n, bytes - (size_t)n, ":%u", p->threads);
}

static struct exec_thread *thread_of(struct exec *x, pid_t tid)
{
	struct exec_process *p;
	struct exec_thread *t;
	char name[32];
	pid_t pid;

	for (t = x->threads; t; t = t->next)
		if (t->tid == tid)
			return t;
	pid = notify_process(tid);
	p = pid ? process_of(x, pid) : NULL;
	t = p ? calloc(1, sizeof(*t)) : NULL;
	if (!t)
		return NULL;
	*t = (struct exec_thread){.process = p, .tid = tid, .next = x->threads};
	thread_name(p, name, sizeof(name));
	t->task = ktask_create_thread(x->k, p->leader, name, thread_main, t, &x->attr);
	if (!t->task) {
		free(t);
		return NULL;
	}
	p->threads++;
	x->threads = t;
	return t;
}

/* --- waiting for the host --------------------------------------------------------------------- */
/* False when there is none after all: its task died meanwhile. */
static bool take_call(struct exec *x)
{
	struct notify_call call;
	struct exec_thread *t;

	if (notify_next(&x->notify, &call))
		return false;
	t = thread_of(x, call.tid);
	if (!t) {
		notify_reply(&x->notify, &call, -ENOMEM);
		return true;
	}
	if (x->let_go) {
		x->let_go = false;
		exec_files_poll(x, t->process);
	}
	t->call = call;
	t->busy = t->wake = true;
	kuser_wake(t->task);
	return true;
}

/* The calls the host has for us; with @block waits for one, and leaves others for when that one
 * takes its time. What a client let go of is looked at with its next call, not when the host
 * happens to tell: so runs of a client without threads repeat. */
static bool pump(struct exec *x, bool block)
{
	bool any = false;

	while (!x->over && !(any && block)) {
		struct pollfd fd[] = {{.fd = x->notify.fd, .events = POLLIN},
				      {.fd = x->let_go ? -1 : x->inotify, .events = POLLIN}};
		const int n = poll(fd, 2, block ? -1 : 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		x->let_go |= fd[1].revents != 0;
		if (fd[0].revents & POLLIN)
			any |= take_call(x);
		else if (fd[0].revents)
			x->over = true;
	}
	return any;
}

/* Tasks whose client was killed while they made its call are killed too. */
static bool calls_under_way(struct exec *x)
{
	bool any = exec_files_pending(x);

	for (struct exec_thread *t = x->threads; t; t = t->next) {
		if (!t->busy || ktask_exited(t->task))
			continue;
		any = true;
		if (!t->quit && !notify_alive(&x->notify, &t->call)) {
			t->quit = true;
			ktask_kill(t->task);
		}
	}
	return any;
}

/* The tasks of the client are gone or about to be: the kernel closes their files. */
static void end_files(struct exec *x)
{
	struct pollfd fd = {.fd = x->inotify, .events = POLLIN};

	waitpid(x->notify.child, &x->status, 0);
	do
		exec_files_poll(x, NULL);
	while (exec_files_held(x) && poll(&fd, 1, CLOSE_WAIT_MS) > 0);
}

static void end_tasks(struct exec *x)
{
	for (struct exec_thread *t = x->threads; t; t = t->next) {
		t->quit = t->wake = true;
		kuser_wake(t->task);
		kuser_join(t->task);
	}
	for (struct exec_process *p = x->processes; p; p = p->next) {
		p->quit = p->wake = true;
		kuser_wake(p->leader);
		kuser_join(p->leader);
	}
}

static void forget_tasks(struct exec *x)
{
	while (x->threads) {
		struct exec_thread *t = x->threads;

		x->threads = t->next;
		free(t);
	}
	while (x->processes) {
		struct exec_process *p = x->processes;

		x->processes = p->next;
		free(p);
	}
}

static void host_main(void *arg)
{
	struct exec *x = arg;
	uint64_t nap_ns = NAP_FIRST_NS;

	while (!x->over) {
		const bool busy = calls_under_way(x);

		if (pump(x, !busy))
			nap_ns = NAP_FIRST_NS;
		if (x->over)
			break;
		kuser_wait(&x->host_wake, nap_ns);
		x->host_wake = false;
		nap_ns = nap_ns < NAP_LAST_NS ? 2 * nap_ns : nap_ns;
	}
	end_files(x);
	end_tasks(x);
	forget_tasks(x);
	exec_files_end(x);
	notify_finish(&x->notify);
}

struct task_struct *exec_begin(struct exec *x, struct klinux *k, struct machine *m)
{
	x->k = k;
	x->m = m;
	x->listener_err = exec_files_begin(x);
	if (!x->listener_err)
		x->listener_err = notify_spawn(&x->notify, x->argv);
	if (x->listener_err) {
		exec_files_end(x);
		return NULL;
	}
	x->host_task = ktask_create_user(k, "host", host_main, x, &x->attr);
	if (!x->host_task)
		x->listener_err = -ENOMEM;
	return x->host_task;
}

void exec_refused(const struct exec *x, FILE *out)
{
	if (x->listener_err == -EPERM || x->listener_err == -EACCES || x->listener_err == -ENOSYS ||
	    x->listener_err == -EINVAL)
		fprintf(out, "exec: seccomp user notification is not allowed here (%s)\n",
			strerror(-x->listener_err));
	else
		fprintf(out, "exec: %s cannot be started (%s)\n", x->argv[0],
			strerror(-x->listener_err));
}
