/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a client holds open. Each simulated file is represented by a memfd of which the client gets
 * a descriptor of its own. The kernel tells by inotify when the last descriptor and the last
 * mapping of it are gone, across dup(), fork() and exit: that is when the simulated file is closed.
 * The memfd of a shared memory lies in place of the simulated pages, so that what the client maps
 * is the memory that the partition sees.
 *
 * Not modelled: a client that opens /proc/self/fd/N again holds a file that nobody watches.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/exec.h"
#include "soc/machine.h"

/* --- whether something was let go of ----------------------------------------------------------
 * Asked before each call. A signal says it for nothing: the kernel sends it with the event, so it
 * is here before the next call of the one that let go is.
 */
static volatile sig_atomic_t told;

static void on_event(int sig)
{
	told = 1;
}

static bool ask_for_signals(int inotify)
{
	const struct f_owner_ex here = {.type = F_OWNER_TID, .pid = (pid_t)syscall(SYS_gettid)};
	const struct sigaction sa = {
		.sa_handler = on_event,
		/* not deferred: a tick of hang.c may come in it and never return */
		.sa_flags = SA_RESTART | SA_ONSTACK | SA_NODEFER};

	return !sigaction(SIGIO, &sa, NULL) && !fcntl(inotify, F_SETOWN_EX, &here) &&
	       !fcntl(inotify, F_SETFL, fcntl(inotify, F_GETFL) | O_ASYNC);
}

static void drain(int inotify)
{
	char room[2048];

	while (read(inotify, room, sizeof(room)) > 0)
		;
}

/* Tried with a file of our own: not every host that has inotify sends them. */
static bool signals_come(int inotify)
{
	const int fd = ask_for_signals(inotify) ? memfd_create("watched", MFD_CLOEXEC) : -1;
	char path[40];
	int watch;

	if (fd < 0)
		return false;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	watch = inotify_add_watch(inotify, path, IN_CLOSE);
	told = 0;
	close(fd);
	if (watch >= 0)
		inotify_rm_watch(inotify, watch);
	drain(inotify);
	return told;
}

int exec_files_begin(struct exec *x)
{
	x->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (x->inotify < 0)
		return -errno;
	x->files_ask = !signals_come(x->inotify);
	return 0;
}

bool exec_files_ready(const struct exec *x)
{
	int bytes = 0;

	return x->files_ask ? !ioctl(x->inotify, FIONREAD, &bytes) && bytes : told;
}

/* The pages are the machine's alone again, with what the client left in them. */
static void take_back(struct exec *x, struct exec_file *f)
{
	if (f->pages)
		physmem_unalias(&x->m->mem, f->pages, f->bytes);
	f->pages = NULL;
}

static void file_free(struct exec *x, struct exec_file *f)
{
	struct exec_file **at = &x->files;

	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	exec_fds_forget(x, f);
	exec_mirror_forget(x, f);
	exec_mirror_free(f->mirror);
	take_back(x, f);
	if (f->watch >= 0)
		inotify_rm_watch(x->inotify, f->watch);
	if (f->memfd >= 0)
		close(f->memfd);
	while (f->fds) {
		struct exec_fd *fd = f->fds;

		f->fds = fd->next;
		free(fd);
	}
	free(f);
}

static int fd_add(struct exec_file *f, struct exec_process *p, int fd)
{
	struct exec_fd *e = malloc(sizeof(*e));

	if (!e)
		return -ENOMEM;
	*e = (struct exec_fd){.process = p, .fd = fd, .next = f->fds};
	f->fds = e;
	return 0;
}

void exec_files_end(struct exec *x)
{
	while (x->files)
		file_free(x, x->files);
	if (x->inotify >= 0)
		close(x->inotify);
	x->inotify = -1;
}

int exec_file_give(struct exec_thread *t, int fd, const char *name, bool cloexec, void *pages,
		   size_t bytes)
{
	struct exec *x = t->process->x;
	struct exec_file *f = calloc(1, sizeof(*f));
	struct stat st;
	int given, there, err;
	char path[40];

	if (!f)
		return -ENOMEM;
	*f = (struct exec_file){.watch = -1, .next = x->files};
	x->files = f;
	f->memfd = memfd_create(name, MFD_CLOEXEC);
	if (f->memfd < 0 || fstat(f->memfd, &st))
		goto fail;
	if (fd_add(f, t->process, fd)) {
		errno = ENOMEM;
		goto fail;
	}
	f->dev = st.st_dev;
	f->inode = st.st_ino;
	if (pages) {
		err = physmem_alias(&x->m->mem, pages, bytes, f->memfd);
		if (err) {
			errno = -err;
			goto fail;
		}
		f->pages = pages;
		f->bytes = bytes;
	}
	/* A descriptor with a struct file of its own, whose end inotify tells. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", f->memfd);
	given = open(path, O_RDWR | O_CLOEXEC);
	if (given < 0)
		goto fail;
	/* From here on only the client's descriptor counts: ours is not its last one. */
	there = notify_install_fd(&t->process->client->notify, &t->call, given, cloexec);
	f->watch = there < 0 ? -1 : inotify_add_watch(x->inotify, path, IN_CLOSE);
	err = errno;
	close(given);
	if (there >= 0 && f->watch >= 0) {
		exec_fds_learn(t, there, f);
		return there;
	}
	errno = there < 0 ? -there : err;
fail:
	err = -errno;
	file_free(x, f);
	return err;
}

int exec_text_give(struct exec_thread *t, const void *text, size_t len_bytes, bool cloexec)
{
	const int fd = memfd_create("sysfs", MFD_CLOEXEC);
	int there;

	if (fd < 0)
		return -errno;
	if (pwrite(fd, text, len_bytes, 0) != (ssize_t)len_bytes)
		there = -EIO;
	else
		there = notify_install_fd(&t->process->client->notify, &t->call, fd, cloexec);
	close(fd);
	return there;
}

/* The processes that have it, but not @caller, are to close it. */
static void let_go(struct exec *x, struct exec_file *f, const struct exec_process *caller)
{
	f->let_go = true;
	take_back(x, f);
	for (struct exec_fd *fd = f->fds; fd; fd = fd->next)
		if (fd->process != caller)
			fd->process->wake = true;
}

/* After the lists of files were walked: a leader may run at once, and changes them. */
static void wake_leaders(struct exec *x)
{
	for (struct exec_process *p = x->processes; p; p = p->next)
		if (p->wake)
			kuser_wake(p->leader);
}

void exec_files_poll(struct exec *x, const struct exec_process *caller)
{
	_Alignas(struct inotify_event) char room[2048];
	ssize_t n;

	told = 0; /* first: events that come meanwhile say so again */
	while ((n = read(x->inotify, room, sizeof(room))) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *e = (const void *)(room + at);

			at += (ssize_t)(sizeof(*e) + e->len);
			for (struct exec_file *f = x->files; f; f = f->next)
				if (f->watch == e->wd && e->mask & IN_CLOSE)
					let_go(x, f, caller);
		}
	}
	wake_leaders(x);
}

bool exec_files_pending(const struct exec *x)
{
	for (const struct exec_file *f = x->files; f; f = f->next)
		if (f->let_go)
			return true;
	return false;
}

static bool held_by(const struct exec_file *f, const struct exec_client *c)
{
	for (const struct exec_fd *fd = f->fds; fd && !f->let_go; fd = fd->next)
		if (fd->process->client == c)
			return true;
	return false;
}

bool exec_files_held(const struct exec_client *c)
{
	for (const struct exec_file *f = c->x->files; f; f = f->next)
		if (held_by(f, c))
			return true;
	return false;
}

void exec_files_drop(struct exec_client *c)
{
	for (struct exec_file *f = c->x->files; f; f = f->next)
		if (held_by(f, c))
			let_go(c->x, f, NULL);
	wake_leaders(c->x);
}

int exec_file_fd(struct exec_thread *t, struct exec_file *f)
{
	long fd;

	for (struct exec_fd *e = f->fds; e; e = e->next)
		if (e->process == t->process)
			return e->fd;
	fd = kuser_fd_from(f->fds->process->leader, f->fds->fd);
	if (fd >= 0 && fd_add(f, t->process, (int)fd)) {
		ksys_close((int)fd);
		return -ENOMEM;
	}
	return (int)fd;
}

/* Takes one descriptor of @p out of what was let go of; -1 = none. *@memory: pages of @p that are
 * for it only, 0 = none. */
static int take_let_go(struct exec_process *p, uint64_t *memory)
{
	for (struct exec_file *f = p->x->files; f; f = f->next) {
		for (struct exec_fd **at = &f->fds; f->let_go && *at; at = &(*at)->next) {
			struct exec_fd *e = *at;
			const int fd = e->fd;

			if (e->process != p)
				continue;
			*memory = f->mirror && f->mirror->process == p ? f->mirror->addr : 0;
			*at = e->next;
			free(e);
			if (!f->fds)
				file_free(p->x, f);
			return fd;
		}
	}
	return -1;
}

void exec_files_close(struct exec_process *p)
{
	uint64_t memory;
	int fd;

	while ((fd = take_let_go(p, &memory)) >= 0) {
		ksys_close(fd);
		if (memory)
			kuser_free(memory);
	}
}
