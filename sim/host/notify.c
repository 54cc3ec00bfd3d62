/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Seccomp user notification, kept apart from what the calls mean. The filter is the data below.
 *
 * A call that was taken up is not interrupted by signals that the program handles (the kernel's
 * WAIT_KILLABLE_RECV), because a secure call is not either; a fatal signal ends it.
 * Not modelled: 32-bit programs; openat2(); paths that reach a device through links or "..".
 */
#include "host/notify.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/fdpass.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

/* Since Linux 6.6, younger than the headers of some distributions. */
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

#define TTY_IOC_TYPE 'T' /* what every program asks its terminal; no device of ours has it */

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

#define LOAD(field_) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field_))
#define JUMP_IF(how_, value_, yes_, no_) BPF_JUMP(BPF_JMP | (how_) | BPF_K, (value_), (yes_), (no_))
#define IF_EQ(value_, yes_, no_) JUMP_IF(BPF_JEQ, value_, yes_, no_)
#define LOAD_HIGH(arg_)                                                                            \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[arg_]) + 4)
#define RETURN(value_) BPF_STMT(BPF_RET | BPF_K, (value_))

/* A close() with this behind its argument is our own, of the listener: nobody may have to answer
 * it, or a program whose simulator died would wait for ever. */
#define OUR_CLOSE 0x66666173u

/* 4 GiB below NOTIFY_STACKS: what begins before and is shorter than that ends before. */
#define NEAR_STACKS_HIGH (uint32_t)((NOTIFY_STACKS >> 32) - 1)

/* Where the filter's parts begin; a jump counts from the instruction behind it. */
enum { AT_CALLS = 3, AT_CLOSE = 23, AT_MMAP = 27, AT_FD_1 = 29, AT_FD = 30 };
enum { AT_IOCTL = 31, AT_MREMAP = 34, AT_ACCESS = 40, AT_NOTIFY = 47, AT_ALLOW = 48 };
#define ON(nth_, nr_, to_)                                                                         \
	[AT_CALLS + (nth_)] = IF_EQ(SYS_##nr_, AT_##to_ - (AT_CALLS + (nth_)) - 1, 0)

static const struct sock_filter filter[] = {
	[0] = LOAD(arch),
	[1] = IF_EQ(AUDIT_ARCH_X86_64, 0, AT_ALLOW - 2),
	[2] = LOAD(nr),
	ON(0, ioctl, IOCTL),
	ON(1, close, CLOSE),
	ON(2, openat, NOTIFY),
	ON(3, open, NOTIFY),
	ON(4, access, NOTIFY),
	ON(5, faccessat, NOTIFY),
	ON(6, faccessat2, NOTIFY),
	ON(7, stat, NOTIFY),
	ON(8, newfstatat, NOTIFY),
	ON(9, statx, NOTIFY),
	ON(10, mmap, MMAP),
	/* The rest is for the sake of exec_fds.c. */
	ON(11, close_range, NOTIFY),
	ON(12, dup2, FD_1),
	ON(13, dup3, FD_1),
	ON(14, execve, NOTIFY),
	ON(15, execveat, NOTIFY),
	/* And for that of exec_mem.c. */
	ON(16, mprotect, ACCESS),
	ON(17, pkey_mprotect, ACCESS),
	ON(18, mremap, MREMAP),
	[AT_CLOSE - 1] = BPF_STMT(BPF_JMP | BPF_JA, AT_ALLOW - AT_CLOSE),
	[AT_CLOSE] = LOAD(args[5]),
	[AT_CLOSE + 1] = IF_EQ(OUR_CLOSE, AT_ALLOW - AT_CLOSE - 2, 0),
	[AT_CLOSE + 2] = LOAD(args[0]),
	[AT_CLOSE + 3] = BPF_STMT(BPF_JMP | BPF_JA, AT_FD - AT_CLOSE - 4),
	[AT_MMAP] = LOAD(args[4]), /* -1 for memory of no file */
	[AT_MMAP + 1] =
		JUMP_IF(BPF_JGE, NOTIFY_FDS, AT_ACCESS - AT_MMAP - 2, AT_NOTIFY - AT_MMAP - 2),
	[AT_FD_1] = LOAD(args[1]),
	[AT_FD] = JUMP_IF(BPF_JGE, NOTIFY_FDS, AT_ALLOW - AT_FD - 1, AT_NOTIFY - AT_FD - 1),
	[AT_IOCTL] = LOAD(args[1]), /* the command, whose second byte is its type */
	[AT_IOCTL + 1] = BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xff00),
	[AT_IOCTL + 2] =
		IF_EQ(TTY_IOC_TYPE << 8, AT_ALLOW - AT_IOCTL - 3, AT_NOTIFY - AT_IOCTL - 3),
	[AT_MREMAP] = LOAD(args[3]), /* whether the program says where to */
	[AT_MREMAP + 1] =
		JUMP_IF(BPF_JSET, MREMAP_FIXED | MREMAP_DONTUNMAP, 0, AT_ALLOW - AT_MREMAP - 2),
	[AT_MREMAP + 2] = LOAD_HIGH(2),
	[AT_MREMAP + 3] = IF_EQ(0, 0, AT_NOTIFY - AT_MREMAP - 4),
	[AT_MREMAP + 4] = LOAD_HIGH(4),
	[AT_MREMAP + 5] = JUMP_IF(BPF_JGE, NEAR_STACKS_HIGH, AT_NOTIFY - AT_MREMAP - 6,
				  AT_ALLOW - AT_MREMAP - 6),
	[AT_ACCESS] = LOAD(args[2]), /* whether it takes something away, and where */
	[AT_ACCESS + 1] = BPF_STMT(BPF_ALU | BPF_AND | BPF_K, PROT_READ | PROT_WRITE),
	[AT_ACCESS + 2] = IF_EQ(PROT_READ | PROT_WRITE, AT_ALLOW - AT_ACCESS - 3, 0),
	[AT_ACCESS + 3] = LOAD_HIGH(1),
	[AT_ACCESS + 4] = IF_EQ(0, 0, AT_NOTIFY - AT_ACCESS - 5),
	[AT_ACCESS + 5] = LOAD_HIGH(0),
	[AT_ACCESS + 6] = JUMP_IF(BPF_JGE, NEAR_STACKS_HIGH, AT_NOTIFY - AT_ACCESS - 7,
				  AT_ALLOW - AT_ACCESS - 7),
	[AT_NOTIFY] = RETURN(SECCOMP_RET_USER_NOTIF),
	[AT_ALLOW] = RETURN(SECCOMP_RET_ALLOW),
};

static int seccomp(unsigned operation, unsigned flags, void *arg)
{
	const long ret = syscall(SYS_seccomp, operation, flags, arg);

	return ret < 0 ? -errno : (int)ret;
}

static int install_filter(void)
{
	const struct sock_fprog prog = {.len = sizeof(filter) / sizeof(filter[0]),
					.filter = (struct sock_filter *)filter};
	int fd;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	fd = seccomp(SECCOMP_SET_MODE_FILTER,
		     SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
		     (void *)&prog);
	if (fd == -EINVAL) /* before Linux 5.19 */
		fd = seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			     (void *)&prog);
	return fd;
}

void notify_child_begin(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGSEGV, SIG_DFL); /* ours are for simulated crashes */
	signal(SIGBUS, SIG_DFL);
	signal(SIGFPE, SIG_DFL);
	signal(SIGILL, SIG_DFL);
	/* Yama lets only ancestors read a program's memory, and a server is none. */
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
}

void notify_child_exec(char *const argv[])
{
	execvp(argv[0], argv);
	dprintf(2, "ffasim: %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static _Noreturn void child_main(int sock, char *const argv[])
{
	int fd, code;

	notify_child_begin();
	fd = install_filter();
	code = fd < 0 ? -fd : 0;
	fdpass_send(sock, &code, sizeof(code), fd);
	if (fd >= 0)
		syscall(SYS_close, fd, 0, 0, 0, 0, OUR_CLOSE);
	notify_child_exec(argv);
}

int notify_spawn(struct notify *n, char *const argv[])
{
	int pair[2], err, code;

	*n = notify_from_listener(-1);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	n->child = fork();
	if (n->child < 0) {
		err = -errno;
		close(pair[0]);
		close(pair[1]);
		return err;
	}
	if (!n->child)
		child_main(pair[1], argv);
	close(pair[1]);
	err = fdpass_receive(pair[0], &code, sizeof(code), &n->fd);
	close(pair[0]);
	if (!err && n->fd < 0)
		err = code ? -code : -EPIPE;
	if (err) {
		kill(n->child, SIGKILL);
		waitpid(n->child, NULL, 0);
		return err;
	}
	/* Client and simulator take turns, so each wakes the other on its own CPU; an older kernel
	 * wakes it elsewhere, which takes longer and changes nothing else. */
	ioctl(n->fd, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
	return 0;
}

/* A signal is no reason to leave a call unanswered. */
static int ask(int fd, unsigned long request, void *arg)
{
	int ret;

	do
		ret = ioctl(fd, request, arg);
	while (ret < 0 && errno == EINTR);
	return ret;
}

static void seccomp_finish(struct notify *n)
{
	if (n->fd >= 0)
		close(n->fd);
	n->fd = -1;
}

static int seccomp_next(struct notify *n, struct notify_call *call)
{
	struct seccomp_notif req = {0}; /* must be zero on entry */

	if (ask(n->fd, SECCOMP_IOCTL_NOTIF_RECV, &req))
		return -errno;
	*call = (struct notify_call){.id = req.id, .tid = (pid_t)req.pid, .nr = req.data.nr};
	memcpy(call->arg, req.data.args, sizeof(call->arg));
	return 0;
}

static int seccomp_reply(const struct notify *n, const struct notify_call *call, int64_t ret,
			 bool execute)
{
	struct seccomp_notif_resp resp = {.id = call->id,
					  .flags = execute ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0};

	if (ret < 0)
		resp.error = (int32_t)ret;
	else
		resp.val = ret;
	return ask(n->fd, SECCOMP_IOCTL_NOTIF_SEND, &resp) ? -errno : 0;
}

static int seccomp_install_fd(const struct notify *n, const struct notify_call *call, int fd,
			      bool cloexec)
{
	struct seccomp_notif_addfd add = {.id = call->id,
					  .srcfd = (uint32_t)fd,
					  .newfd_flags = cloexec ? (uint32_t)02000000 : 0};
	const int there = ask(n->fd, SECCOMP_IOCTL_NOTIF_ADDFD, &add);

	return there < 0 ? -errno : there;
}

bool notify_is_listener(int fd)
{
	uint64_t nobody = 0;

	return ask(fd, SECCOMP_IOCTL_NOTIF_ID_VALID, &nobody) && errno == ENOENT;
}

static bool seccomp_alive(const struct notify *n, const struct notify_call *call)
{
	uint64_t id = call->id;

	return !ask(n->fd, SECCOMP_IOCTL_NOTIF_ID_VALID, &id);
}

static const struct notify_ops seccomp_ops = {
	.next = seccomp_next,
	.reply = seccomp_reply,
	.install_fd = seccomp_install_fd,
	.alive = seccomp_alive,
	.finish = seccomp_finish,
};

/* Before Linux 6.11 who waits for a notification does not learn that no task is left. */
static bool ends_are_told(void)
{
	struct utsname u;
	unsigned major, minor;

	return !uname(&u) && sscanf(u.release, "%u.%u", &major, &minor) == 2 &&
	       (major > 6 || (major == 6 && minor >= 11));
}

struct notify notify_from_listener(int fd)
{
	return (struct notify){.ops = &seccomp_ops,
			       .fd = fd,
			       .tells_changes = true,
			       .next_waits = ends_are_told()};
}

/* --- whatever the way ------------------------------------------------------------------------- */
void notify_finish(struct notify *n)
{
	n->ops->finish(n);
}

int notify_next(struct notify *n, struct notify_call *call)
{
	return n->ops->next(n, call);
}

bool notify_wait(const struct notify *n)
{
	struct pollfd fd = {.fd = n->fd, .events = POLLIN};
	int ready;

	do
		ready = poll(&fd, 1, -1);
	while (ready < 0 && errno == EINTR);
	return ready > 0 && fd.revents & POLLIN;
}

int notify_reply(const struct notify *n, const struct notify_call *call, int64_t ret)
{
	return n->ops->reply(n, call, ret, false);
}

int notify_continue(const struct notify *n, const struct notify_call *call)
{
	return n->ops->reply(n, call, 0, true);
}

int notify_install_fd(const struct notify *n, const struct notify_call *call, int fd, bool cloexec)
{
	return n->ops->install_fd(n, call, fd, cloexec);
}

bool notify_names_stacks(const struct notify_call *call)
{
	return call->arg[0] >> 32 >= NEAR_STACKS_HIGH || call->arg[1] >> 32;
}

bool notify_alive(const struct notify *n, const struct notify_call *call)
{
	return n->ops->alive(n, call);
}

bool notify_read(pid_t tid, uint64_t addr, void *buf, size_t len_bytes)
{
	const struct iovec here = {buf, len_bytes}, there = {(void *)(uintptr_t)addr, len_bytes};

	return !len_bytes || process_vm_readv(tid, &here, 1, &there, 1, 0) == (ssize_t)len_bytes;
}

bool notify_write(pid_t tid, uint64_t addr, const void *buf, size_t len_bytes)
{
	const struct iovec here = {(void *)buf, len_bytes},
			   there = {(void *)(uintptr_t)addr, len_bytes};

	return !len_bytes || process_vm_writev(tid, &here, 1, &there, 1, 0) == (ssize_t)len_bytes;
}

/* Page by page: what follows the string may be unmapped. */
bool notify_read_string(pid_t tid, uint64_t addr, char *buf, size_t room)
{
	size_t have = 0;

	while (have < room) {
		size_t part = 4096 - (size_t)((addr + have) % 4096);

		if (part > room - have)
			part = room - have;
		if (!notify_read(tid, addr + have, buf + have, part))
			return false;
		if (memchr(buf + have, 0, part))
			return true;
		have += part;
	}
	return false;
}

pid_t notify_process(pid_t tid)
{
	char path[40], line[128];
	pid_t tgid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		int n;

		if (sscanf(line, "Tgid: %d", &n) == 1) {
			tgid = n;
			break;
		}
	}
	fclose(f);
	return tgid;
}
