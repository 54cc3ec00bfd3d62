/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the preloaded library and preload.c say to each other. Each thread of the program has a
 * connection (SOCK_SEQPACKET) to the address in PRELOAD_ENV and asks one thing at a time: a call,
 * then any number of descriptors that it receives and confirms by their number, then the answer.
 */
#ifndef FFASIM_HOST_PRELOAD_WIRE_H
#define FFASIM_HOST_PRELOAD_WIRE_H

#include <stdint.h>

#define PRELOAD_ENV                                                                                \
	"FFASIM_CLIENT_SOCKET" /* an abstract UNIX address, without its leading zero               \
				*/
#define PRELOAD_LIBRARY "libffasim-client.so"

struct preload_call {
	int32_t tid, nr;
	uint64_t arg[6];
	uint64_t dev, inode; /* of the descriptor of an ioctl */
};

enum { PRELOAD_RESULT, PRELOAD_EXECUTE, PRELOAD_FD, PRELOAD_FD_CLOEXEC };
struct preload_answer {
	int64_t ret; /* of PRELOAD_RESULT: as a system call's */
	int64_t kind;
};

struct preload_confirm {
	int64_t fd; /* its number in the program, or -errno */
};

#endif
