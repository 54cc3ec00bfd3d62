/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * System calls of a program that knows nothing of us: those which may concern a tee device come to
 * this process, all others are the host's. Two ways, behind one table of functions:
 *
 * seccomp (notify.c): the program runs under a filter. No privileges are needed, static programs,
 * threads and children are covered. Needs Linux 5.9 (fd injection).
 * preload (preload.c): a library in the program catches the C library's calls. For hosts that do
 * not allow the first; dynamic programs only.
 *
 * The program's memory is read and written from outside in both.
 */
#ifndef FFASIM_HOST_NOTIFY_H
#define FFASIM_HOST_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

struct notify_ops;
/* Of what happens to descriptors below this number a filter tells. */
#define NOTIFY_FDS 64
/* And of what happens to memory from here on, where first threads have their stacks: Linux puts
 * them into the last 16 GiB that a program has. */
#define NOTIFY_STACKS 0x7ffb00000000u

struct notify {
	const struct notify_ops *ops;
	int fd; /* POLLIN = notify_next(); else = every task of the program is gone */
	pid_t child;
	void *state; /* of @ops */
	/* Calls come in too that are about to close or move descriptors below NOTIFY_FDS, to
	 * execute another program, or to make memory from NOTIFY_STACKS on less than readable and
	 * writable. */
	bool tells_changes;
	bool next_waits; /* notify_next() itself waits until there is something, or the end */
};

struct notify_call {
	uint64_t id;
	pid_t tid;
	int nr; /* as in <sys/syscall.h> */
	uint64_t arg[6];
	uint64_t dev, inode; /* of an ioctl's descriptor; 0 = not told */
};

struct notify_ops {
	/* -EAGAIN: something else happened; -EPIPE: every task of the program is gone */
	int (*next)(struct notify *n, struct notify_call *call);
	int (*reply)(const struct notify *n, const struct notify_call *call, int64_t ret,
		     bool execute);
	int (*install_fd)(const struct notify *n, const struct notify_call *call, int fd,
			  bool cloexec);
	bool (*alive)(const struct notify *n, const struct notify_call *call);
	void (*finish)(struct notify *n);
};

/* Listener @fd of a filter that somebody else has installed. */
struct notify notify_from_listener(int fd);
/* Starts @argv under the filter. -errno; -ENOSYS, -EACCES = seccomp is not allowed here. A program
 * that cannot be executed exits with 127, as under a shell. */
int notify_spawn(struct notify *n, char *const argv[]);
/* Starts it with the library. -ENOENT = the library is not beside the program. */
int preload_spawn(struct notify *n, char *const argv[]);
/* For both, in the child: what is ours is put back, then the program takes its place. */
void notify_child_begin(void);
_Noreturn void notify_child_exec(char *const argv[]);
void notify_finish(struct notify *n);
/* Whether a descriptor that somebody sent is the listener of a filter. */
bool notify_is_listener(int fd);
/* Until there is something for notify_next(). False: every task of the program is gone. */
bool notify_wait(const struct notify *n);
/* The next call, when poll() said so. -ENOENT: its task died meanwhile, or a signal took the call
 * back, which then comes again; -EAGAIN, -EPIPE as above. */
int notify_next(struct notify *n, struct notify_call *call);
/* What the call returns in the program: >= 0, or -errno. -ENOENT: the task died. */
int notify_reply(const struct notify *n, const struct notify_call *call, int64_t ret);
/* Whether an mmap() names memory from NOTIFY_STACKS on, or close below: as the filter sees it. */
bool notify_names_stacks(const struct notify_call *call);
/* Lets the kernel execute the call as it stands. */
int notify_continue(const struct notify *n, const struct notify_call *call);
/* Gives the program a descriptor of the file behind @fd; returns its number there. -errno */
int notify_install_fd(const struct notify *n, const struct notify_call *call, int fd, bool cloexec);
/* Whether the task still waits in the call: false once it was killed. */
bool notify_alive(const struct notify *n, const struct notify_call *call);

/* The program's memory. false = not all of it is mapped. */
bool notify_read(pid_t tid, uint64_t addr, void *buf, size_t len_bytes);
bool notify_write(pid_t tid, uint64_t addr, const void *buf, size_t len_bytes);
/* A string of at most @room - 1 characters; false = unmapped or longer. */
bool notify_read_string(pid_t tid, uint64_t addr, char *buf, size_t room);
/* The process of a thread; 0 = gone. */
pid_t notify_process(pid_t tid);

#endif
