/* SPDX-License-Identifier: BSD-3-Clause */
/* Processes and threads of clients as simulated tasks. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "host/exec.h"

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
		if (!t->wake)
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
			notify_reply(&t->process->client->notify, &t->call, -ENOMEM);
		exec_call_over(t);
	}
	if (t->arg)
		kuser_free(t->arg_addr);
}

static struct exec_process *process_of(struct exec_client *c, pid_t pid)
{
	struct exec *x = c->x;
	struct exec_process *p;
	unsigned number = 0;
	char name[32];

	for (p = x->processes; p; p = p->next) {
		if (p->client != c)
			continue;
		if (p->pid == pid)
			return p;
		number++;
	}
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	*p = (struct exec_process){.x = x,
				   .client = c,
				   .pid = pid,
				   .number = number,
				   .mem = {.fd = -1},
				   .next = x->processes};
	snprintf(name, sizeof(name), "%.8s-files", c->name);
	p->leader = ktask_create_user(x->k, name, process_main, p, &c->attr);
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
	int n = snprintf(out, bytes, "%.9s", p->client->name);

	if (p->number)
		n += snprintf(out + n, bytes - (size_t)n, "-%u", p->number);
	if (p->threads)
		snprintf(out + n, bytes - (size_t)n, ":%u", p->threads);
}

struct exec_thread *exec_thread_of(struct exec_client *c, pid_t tid)
{
	struct exec *x = c->x;
	struct exec_process *p;
	struct exec_thread *t;
	char name[32];
	pid_t pid;

	for (t = x->threads; t; t = t->next)
		if (t->tid == tid && t->process->client == c)
			return t;
	pid = notify_process(tid);
	p = pid ? process_of(c, pid) : NULL;
	t = p ? calloc(1, sizeof(*t)) : NULL;
	if (!t)
		return NULL;
	*t = (struct exec_thread){.process = p, .tid = tid, .next = x->threads};
	thread_name(p, name, sizeof(name));
	t->task = ktask_create_thread(x->k, p->leader, name, thread_main, t, &c->attr);
	if (!t->task) {
		free(t);
		return NULL;
	}
	p->threads++;
	x->threads = t;
	return t;
}

static void forget_threads(struct exec_client *c)
{
	struct exec_thread **at = &c->x->threads;

	while (*at) {
		struct exec_thread *t = *at;

		if (t->process->client != c) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		free(t);
	}
}

static void forget_processes(struct exec_client *c)
{
	struct exec_process **at = &c->x->processes;

	while (*at) {
		struct exec_process *p = *at;

		if (p->client != c) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		exec_mem_end(p);
		free(p);
	}
}

void exec_tasks_end(struct exec_client *c)
{
	for (struct exec_thread *t = c->x->threads; t; t = t->next) {
		if (t->process->client != c)
			continue;
		t->quit = t->wake = true;
		if (t->busy && !ktask_exited(t->task))
			ktask_kill(t->task); /* nobody is left to whom it could answer */
		kuser_wake(t->task);
		kuser_join(t->task);
	}
	for (struct exec_process *p = c->x->processes; p; p = p->next) {
		if (p->client != c)
			continue;
		p->quit = p->wake = true;
		kuser_wake(p->leader);
		kuser_join(p->leader);
		exec_mirror_lost(p, true);
	}
	forget_threads(c);
	forget_processes(c);
}
