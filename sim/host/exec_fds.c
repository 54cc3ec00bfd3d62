/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which file of ours a descriptor number of the client means. The host's /proc tells, which costs
 * as much as the rest of a call on our side, so the answer is kept for low numbers. Whatever can
 * make such a number mean something else comes in as a notification before it happens (the filter
 * in notify.c), and what was kept for it is forgotten. Until the thread that did it comes with its
 * next call nobody knows whether it has happened yet: /proc is asked again, and nothing kept.
 *
 * Not modelled: processes that share a descriptor table without being threads of one, descriptors
 * that io_uring closes, a process with the number of one that is gone.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "host/exec.h"

static uint64_t numbers_from(uint64_t first, uint64_t last)
{
	uint64_t numbers = 0;

	for (uint64_t n = first; n <= last && n < NOTIFY_FDS; n++)
		numbers |= 1ull << n;
	return numbers;
}

/* The numbers that a call is about to give another meaning. */
static uint64_t changed_by(const struct notify_call *c)
{
	switch (c->nr) {
	case SYS_close:
		return numbers_from((uint32_t)c->arg[0], (uint32_t)c->arg[0]);
	case SYS_close_range:
		return numbers_from((uint32_t)c->arg[0], (uint32_t)c->arg[1]);
	case SYS_dup2:
	case SYS_dup3:
		return numbers_from((uint32_t)c->arg[1], (uint32_t)c->arg[1]);
	case SYS_execve:
	case SYS_execveat:
		return numbers_from(0, NOTIFY_FDS - 1);
	default:
		return 0;
	}
}

static void forget(struct exec_process *p, uint64_t numbers)
{
	for (unsigned n = 0; n < NOTIFY_FDS; n++)
		if (numbers >> n & 1)
			p->known[n] = NULL;
}

void exec_fds_forget(struct exec *x, const struct exec_file *f)
{
	for (struct exec_process *p = x->processes; p; p = p->next)
		for (unsigned n = 0; n < NOTIFY_FDS; n++)
			if (p->known[n] == f)
				p->known[n] = NULL;
}

bool exec_fds_watch(struct exec_thread *t)
{
	struct exec_process *p = t->process;

	if (t->changes)
		p->changing--; /* what it did before has happened */
	t->changes = changed_by(&t->call);
	if (t->changes) {
		p->changing++;
		forget(p, t->changes);
		if (t->call.nr == SYS_execve || t->call.nr == SYS_execveat)
			exec_mirror_lost(p, false);
		return true;
	}
	return false;
}

/* Whether a number means now what it will mean until we are told. */
static bool settled(const struct exec_thread *t, int fd)
{
	if (!t->process->client->notify.tells_changes || fd < 0 || fd >= NOTIFY_FDS)
		return false;
	if (!t->process->changing)
		return true;
	for (const struct exec_thread *o = t->process->x->threads; o; o = o->next)
		if (o->process == t->process && o->changes >> fd & 1)
			return false;
	return true;
}

void exec_fds_learn(struct exec_thread *t, int fd, struct exec_file *f)
{
	if (settled(t, fd))
		t->process->known[fd] = f;
}

static struct exec_file *file_of_inode(struct exec *x, uint64_t dev, uint64_t inode)
{
	for (struct exec_file *f = x->files; f; f = f->next)
		if (f->dev == dev && f->inode == inode && !f->let_go)
			return f;
	return NULL;
}

struct exec_file *exec_file_find(struct exec_thread *t, int fd)
{
	struct exec *x = t->process->x;
	char path[48];
	struct exec_file *f;
	struct stat st;

	if (t->call.inode)
		return file_of_inode(x, t->call.dev, t->call.inode);
	if (settled(t, fd) && t->process->known[fd] && !t->process->known[fd]->let_go)
		return t->process->known[fd];
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)t->process->pid, fd);
	if (stat(path, &st))
		return NULL;
	f = file_of_inode(x, st.st_dev, st.st_ino);
	if (f)
		exec_fds_learn(t, fd, f);
	return f;
}
