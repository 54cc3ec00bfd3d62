/* SPDX-License-Identifier: BSD-3-Clause */
/* See fdpass.h; a descriptor travels as SCM_RIGHTS. */
#include "host/fdpass.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int unix_stream_at(const char *path, struct sockaddr_un *at)
{
	int fd;

	*at = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(at->sun_path))
		return -ENAMETOOLONG;
	strcpy(at->sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

/* Bound under another name, and shown under its own when it takes connections. */
static int show(const char *own, const char *path, bool replace)
{
	int err = 0;

	if (replace ? rename(own, path) : link(own, path))
		err = errno == EEXIST ? -EADDRINUSE : -errno;
	if (err || !replace)
		unlink(own);
	return err;
}

int unix_listen(int fd, const struct sockaddr_un *at, int backlog, bool replace)
{
	struct sockaddr_un own = *at;
	const bool room = snprintf(own.sun_path, sizeof(own.sun_path), "%s.%d", at->sun_path,
				   (int)getpid()) < (int)sizeof(own.sun_path);
	int err;

	if (!room)
		own = *at;
	if (room || replace)
		unlink(own.sun_path);
	if (bind(fd, (const struct sockaddr *)&own, sizeof(own)))
		return -errno;
	err = listen(fd, backlog) ? -errno : 0;
	if (err)
		unlink(own.sun_path);
	return err || !room ? err : show(own.sun_path, at->sun_path, replace);
}

union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

int fdpass_send(int sock, const void *data, size_t len_bytes, int fd)
{
	union control control = {0};
	struct iovec iov = {(void *)data, len_bytes};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n;

	if (fd >= 0) {
		msg.msg_control = control.room;
		msg.msg_controllen = sizeof(control.room);
		control.head = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)),
						.cmsg_level = SOL_SOCKET,
						.cmsg_type = SCM_RIGHTS};
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(int));
	}
	do
		n = sendmsg(sock, &msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : (size_t)n == len_bytes ? 0 : -EPIPE;
}

int fdpass_receive(int sock, void *data, size_t len_bytes, int *fd)
{
	union control control = {0};
	struct iovec iov = {data, len_bytes};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.room,
			     .msg_controllen = sizeof(control.room)};
	ssize_t n;

	*fd = -1;
	do
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC | MSG_WAITALL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (msg.msg_controllen >= CMSG_LEN(sizeof(int)) && control.head.cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(&control.head), sizeof(int));
	if ((size_t)n == len_bytes)
		return 0;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return -EPIPE;
}
