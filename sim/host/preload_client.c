/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The library that preload.c puts into a program: catches the C library's calls that name a device
 * of ours or carry a command of the tee interface, sends them, and lets all others through. It is
 * the only code of ours in a client's process, so it changes nothing there: no output, no memory of
 * the program's allocator, no signal handler, errno only as the call sets it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/preload_wire.h"

#define EXPORT __attribute__((visibility("default")))
#define TEE_IOC_TYPE 0xa4 /* linux-tee.md 1.2 */

/* The calling thread's connection; of another process after a fork. */
static __thread int connection = -1;
static __thread pid_t connected_by;
static pthread_key_t at_thread_end;

static void thread_ended(void *arg)
{
	if (connection >= 0 && connected_by == getpid())
		close(connection);
}

__attribute__((constructor)) static void begin(void)
{
	pthread_key_create(&at_thread_end, thread_ended);
}

static bool connect_thread(void)
{
	const char *address = getenv(PRELOAD_ENV);
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	const size_t len = address ? strlen(address) : 0;

	if (connection >= 0 && connected_by == getpid())
		return true;
	if (connection >= 0)
		close(connection); /* the parent's */
	connection = -1;
	if (!len || len >= sizeof(at.sun_path) - 1)
		return false;
	memcpy(at.sun_path + 1, address, len);
	connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (connection < 0)
		return false;
	if (connect(connection, (struct sockaddr *)&at,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len))) {
		close(connection);
		connection = -1;
		return false;
	}
	connected_by = getpid();
	pthread_setspecific(at_thread_end, &connection); /* any value but NULL */
	return true;
}

/* A descriptor that came along; -errno when it did not. */
static int received_fd(struct msghdr *m, bool cloexec)
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int fd;

	if (!c || c->cmsg_type != SCM_RIGHTS)
		return -EMFILE;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	if (cloexec)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

static bool receive(struct preload_answer *a)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct preload_confirm confirm;

	for (;;) {
		struct iovec iov = {a, sizeof(*a)};
		struct msghdr m = {.msg_iov = &iov,
				   .msg_iovlen = 1,
				   .msg_control = control.room,
				   .msg_controllen = sizeof(control.room)};
		const ssize_t n = recvmsg(connection, &m, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof(*a))
			return false;
		if (a->kind == PRELOAD_RESULT || a->kind == PRELOAD_EXECUTE)
			return true;
		confirm.fd = received_fd(&m, a->kind == PRELOAD_FD_CLOEXEC);
		if (send(connection, &confirm, sizeof(confirm), MSG_NOSIGNAL) != sizeof(confirm))
			return false;
	}
}

/* True: it was made there, *ret is its result as the kernel would give it. */
static bool ask(int nr, const uint64_t arg[6], const struct stat *st, long *ret)
{
	struct preload_call c = {.tid = (int32_t)syscall(SYS_gettid),
				 .nr = nr,
				 .dev = st ? st->st_dev : 0,
				 .inode = st ? st->st_ino : 0};
	struct preload_answer a;
	const int saved = errno;
	sigset_t all, old;
	bool made = true;

	memcpy(c.arg, arg, sizeof(c.arg));
	/* A handler that makes a call of its own must not speak in the middle of this one. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (!connect_thread()) {
		*ret = -ENOSYS;
	} else if (send(connection, &c, sizeof(c), MSG_NOSIGNAL) != sizeof(c) || !receive(&a)) {
		close(connection);
		connection = -1;
		*ret = -ENOSYS; /* as with a filter whose listener is gone */
	} else {
		made = a.kind == PRELOAD_RESULT;
		*ret = (long)a.ret;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = saved;
	return made;
}

static long as_libc(long ret)
{
	if (ret >= 0)
		return ret;
	errno = (int)-ret;
	return -1;
}

static bool ours(const char *path)
{
	return path &&
	       (!strncmp(path, "/dev/tee", 8) || !strncmp(path, "/sys/class/tee/", 15) ||
		!strncmp(path, "/sys/bus/arm_ffa/", 17) || !strncmp(path, "/sys/bus/tee/", 13));
}

/* A call with a path at arg[1], as openat() and its like have it. */
static bool path_call(int nr, const char *path, uint64_t a2, uint64_t a3, uint64_t a4, long *ret)
{
	const uint64_t arg[6] = {(uint64_t)AT_FDCWD, (uintptr_t)path, a2, a3, a4, 0};

	return ours(path) && ask(nr, arg, NULL, ret);
}

static long open_at(int dir, const char *path, int flags, mode_t mode)
{
	long ret;

	if (path_call(SYS_openat, path, (uint64_t)flags, mode, 0, &ret))
		return as_libc(ret);
	return syscall(SYS_openat, dir, path, flags, mode);
}

static mode_t mode_of(int flags, va_list *ap)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(*ap, mode_t) : 0;
}

/* Dir is a parameter of the function, or AT_FDCWD. */
#define OPEN(name_, dir_, ...)                                                                     \
	EXPORT int name_(__VA_ARGS__, int flags, ...)                                              \
	{                                                                                          \
		va_list ap;                                                                        \
		mode_t mode;                                                                       \
                                                                                                   \
		va_start(ap, flags);                                                               \
		mode = mode_of(flags, &ap);                                                        \
		va_end(ap);                                                                        \
		return (int)open_at(dir_, path, flags, mode);                                      \
	}
#define OPEN_2(name_, dir_, ...)                                                                   \
	int name_(__VA_ARGS__, int flags);                                                         \
	EXPORT int name_(__VA_ARGS__, int flags)                                                   \
	{                                                                                          \
		return (int)open_at(dir_, path, flags, 0);                                         \
	}
OPEN(open, AT_FDCWD, const char *path)
OPEN(open64, AT_FDCWD, const char *path)
OPEN(openat, dir, int dir, const char *path)
OPEN(openat64, dir, int dir, const char *path)
OPEN_2(__open_2, AT_FDCWD, const char *path)
OPEN_2(__open64_2, AT_FDCWD, const char *path)
OPEN_2(__openat_2, dir, int dir, const char *path)
OPEN_2(__openat64_2, dir, int dir, const char *path)

/* The C library's own fopen() opens where nobody can step in: ours only for paths of ours. */
static FILE *open_stream(const char *name, const char *path, const char *mode)
{
	FILE *(*real)(const char *, const char *);
	FILE *f;
	int fd;

	if (!ours(path)) {
		real = (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, name);
		return real(path, mode);
	}
	fd = (int)open_at(AT_FDCWD, path,
			  strchr(mode, '+') ? O_RDWR
			  : mode[0] == 'r'  ? O_RDONLY
					    : O_WRONLY,
			  0);
	f = fd < 0 ? NULL : fdopen(fd, mode);
	if (fd >= 0 && !f)
		close(fd);
	return f;
}

EXPORT FILE *fopen(const char *path, const char *mode)
{
	return open_stream("fopen", path, mode);
}
EXPORT FILE *fopen64(const char *path, const char *mode)
{
	return open_stream("fopen64", path, mode);
}

EXPORT int ioctl(int fd, unsigned long command, ...)
{
	uint64_t arg[6] = {(uint64_t)fd, command};
	const int saved = errno;
	struct stat st;
	va_list ap;
	long ret;

	va_start(ap, command);
	arg[2] = va_arg(ap, unsigned long);
	va_end(ap);
	if ((command >> 8 & 0xff) == TEE_IOC_TYPE) {
		/* To look at a descriptor from outside takes ten times as long. */
		if (!syscall(SYS_fstat, fd, &st) && ask(SYS_ioctl, arg, &st, &ret))
			return (int)as_libc(ret);
		errno = saved;
	}
	return (int)syscall(SYS_ioctl, fd, command, arg[2]);
}

/* Of a file without a name, as those that stand for devices and shared memories are. */
static void *map(void *addr, size_t bytes, int prot, int flags, int fd, off_t offset)
{
	const uint64_t arg[6] = {(uintptr_t)addr, bytes,	(uint64_t)prot,
				 (uint64_t)flags, (uint64_t)fd, (uint64_t)offset};
	const int saved = errno;
	struct stat st;
	long ret;

	if (!(flags & MAP_ANONYMOUS) && !syscall(SYS_fstat, fd, &st) && S_ISREG(st.st_mode) &&
	    !st.st_nlink && ask(SYS_mmap, arg, &st, &ret))
		return (void *)as_libc(ret);
	errno = saved;
	return (void *)syscall(SYS_mmap, addr, bytes, prot, flags, fd, offset);
}

EXPORT void *mmap(void *addr, size_t bytes, int prot, int flags, int fd, off_t offset)
{
	return map(addr, bytes, prot, flags, fd, offset);
}
EXPORT void *mmap64(void *addr, size_t bytes, int prot, int flags, int fd, off64_t offset)
{
	return map(addr, bytes, prot, flags, fd, offset);
}

EXPORT int faccessat(int dir, const char *path, int mode, int flags)
{
	long ret;

	if (path_call(SYS_faccessat, path, (uint64_t)mode, 0, 0, &ret))
		return (int)as_libc(ret);
	return (int)(flags ? syscall(SYS_faccessat2, dir, path, mode, flags)
			   : syscall(SYS_faccessat, dir, path, mode));
}

EXPORT int access(const char *path, int mode)
{
	return faccessat(AT_FDCWD, path, mode, 0);
}

static int stat_at(int dir, const char *path, struct stat *st, int flags)
{
	long ret;

	if (path_call(SYS_newfstatat, path, (uintptr_t)st, (uint64_t)flags, 0, &ret))
		return (int)as_libc(ret);
	return (int)syscall(SYS_newfstatat, dir, path, st, flags);
}

#define STAT(name_, type_, flags_)                                                                 \
	EXPORT int name_(const char *path, type_ *st)                                              \
	{                                                                                          \
		return stat_at(AT_FDCWD, path, (struct stat *)st, flags_);                         \
	}
#define STATAT(name_, type_)                                                                       \
	EXPORT int name_(int dir, const char *path, type_ *st, int flags)                          \
	{                                                                                          \
		return stat_at(dir, path, (struct stat *)st, flags);                               \
	}
/* One layout on x86-64. */
STAT(stat, struct stat, 0)
STAT(lstat, struct stat, AT_SYMLINK_NOFOLLOW)
STAT(stat64, struct stat64, 0)
STAT(lstat64, struct stat64, AT_SYMLINK_NOFOLLOW)
STATAT(fstatat, struct stat)
STATAT(fstatat64, struct stat64)

EXPORT int statx(int dir, const char *path, int flags, unsigned mask, struct statx *st)
{
	long ret;

	if (path_call(SYS_statx, path, (uint64_t)flags, mask, (uintptr_t)st, &ret))
		return (int)as_libc(ret);
	return (int)syscall(SYS_statx, dir, path, flags, mask, st);
}
