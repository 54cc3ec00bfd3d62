/* SPDX-License-Identifier: BSD-3-Clause */
/* One message with one descriptor over a UNIX stream socket. */
#ifndef FFASIM_HOST_FDPASS_H
#define FFASIM_HOST_FDPASS_H

#include <stddef.h>

/* @fd -1 = none goes with it. 0 or -errno */
int fdpass_send(int sock, const void *data, size_t len_bytes, int fd);
/* Exactly @len_bytes must come; *fd is the caller's, -1 = none came. 0 or -errno, -EPIPE = the
 * other end is gone or sent less. */
int fdpass_receive(int sock, void *data, size_t len_bytes, int *fd);

#endif
