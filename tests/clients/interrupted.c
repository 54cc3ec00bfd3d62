/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Preloaded into ffasim: every second poll() and every second call of seccomp's ends with EINTR
 * before it did anything, as with a signal at the worst moment.
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SECCOMP_TYPE '!'

static bool interrupt(unsigned *calls)
{
	return !strcmp(program_invocation_short_name, "ffasim") && ++*calls % 2;
}

int poll(struct pollfd *fds, nfds_t n, int timeout)
{
	static unsigned polls;

	if (interrupt(&polls)) {
		errno = EINTR;
		return -1;
	}
	return (int)syscall(SYS_poll, fds, n, timeout);
}

int ioctl(int fd, unsigned long request, ...)
{
	static unsigned calls;
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (_IOC_TYPE(request) == SECCOMP_TYPE && interrupt(&calls)) {
		errno = EINTR;
		return -1;
	}
	return (int)syscall(SYS_ioctl, fd, request, arg);
}
