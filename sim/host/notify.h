/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * System calls of a program that knows nothing of us: it runs under a seccomp filter that hands
 * those which may concern a tee device to this process and lets all others through. No privileges
 * are needed, static programs, threads and children are covered, the program's memory is read and
 * written from outside. Needs Linux 5.9 (fd injection).
 */
#ifndef FFASIM_HOST_NOTIFY_H
#define FFASIM_HOST_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

struct notify {
	int fd; /* the listener; POLLHUP = every filtered task is gone */
	pid_t child;
};

struct notify_call {
	uint64_t id;
	pid_t tid;
	int nr; /* as in <sys/syscall.h> */
	uint64_t arg[6];
};

/* Starts @argv under the filter. -errno; -ENOSYS, -EACCES = seccomp is not allowed here. A program
 * that cannot be executed exits with 127, as under a shell. */
int notify_spawn(struct notify *n, char *const argv[]);
void notify_finish(struct notify *n);
/* Whether a descriptor that somebody sent is the listener of a filter. */
bool notify_is_listener(int fd);
/* The next call, which must be there (POLLIN). -ENOENT: its task died meanwhile. */
int notify_next(struct notify *n, struct notify_call *call);
/* What the call returns in the program: >= 0, or -errno. -ENOENT: the task died. */
int notify_reply(const struct notify *n, const struct notify_call *call, int64_t ret);
/* Lets the kernel execute the call as it stands. */
int notify_continue(const struct notify *n, const struct notify_call *call);
/* Gives the program a descriptor of the file behind @fd; returns its number there. -errno */
int notify_install_fd(const struct notify *n, const struct notify_call *call, int fd, bool cloexec);
/* Whether the task still waits in the call: false once it was killed. */
bool notify_alive(const struct notify *n, const struct notify_call *call);

/* The program's memory. false = not all of it is mapped. */
bool notify_read(pid_t tid, uint64_t addr, void *buf, size_t len_bytes);
/* Two places at once, in this order; the bytes that could be read. */
size_t notify_read_two(pid_t tid, const struct iovec there[2], const struct iovec here[2]);
bool notify_write(pid_t tid, uint64_t addr, const void *buf, size_t len_bytes);
/* A string of at most @room - 1 characters; false = unmapped or longer. */
bool notify_read_string(pid_t tid, uint64_t addr, char *buf, size_t room);
/* The process of a thread; 0 = gone. */
pid_t notify_process(pid_t tid);

#endif
