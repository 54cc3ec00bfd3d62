/* SPDX-License-Identifier: BSD-3-Clause */
/* UNIX stream sockets at a path, and messages with a descriptor over them. */
#ifndef FFASIM_HOST_FDPASS_H
#define FFASIM_HOST_FDPASS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/un.h>

/* A socket that is neither bound nor connected, and in *at where it is to be; or -errno. */
int unix_stream_at(const char *path, struct sockaddr_un *at);
/* Takes connections there: whoever waits for the path finds it ready, but for a path that leaves no
 * room for a second name, which is there a moment earlier. What is at the path goes with @replace,
 * and is -EADDRINUSE without. 0 or -errno */
int unix_listen(int fd, const struct sockaddr_un *at, int backlog, bool replace);

/* @fd -1 = none goes with it. 0 or -errno */
int fdpass_send(int sock, const void *data, size_t len_bytes, int fd);
/* Exactly @len_bytes must come; *fd is the caller's, -1 = none came. 0 or -errno, -EPIPE = the
 * other end is gone or sent less. */
int fdpass_receive(int sock, void *data, size_t len_bytes, int *fd);

#endif
