/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A machine for many clients: `ffasim serve SCENARIO --socket PATH` runs the scenario and waits,
 * `ffasim attach --socket PATH -- CLIENT` starts a program under the filter and hands its listener
 * over. The clients are processes of one kernel: they meet the same sessions, threads and SPs.
 *
 * One message each way: struct serve_hello with the listener, then an errno as int32_t, 0 = served.
 */
#ifndef FFASIM_HOST_SERVE_H
#define FFASIM_HOST_SERVE_H

#include <errno.h>
#include <stdint.h>
#include "host/exec.h"
#include "host/run.h"

#define SERVE_MAGIC 0x33616666u /* "ffa3" */

/* An answer: the client is in a pid namespace that the server does not see into, where its calls
 * have no number. */
#define SERVE_UNSEEN ESRCH

struct serve_hello {
	uint32_t magic;
	char comm[16]; /* name of the program, terminated */
};

struct serve {
	const char *path, *scenario;
	int listen_fd, signal_fd;
	unsigned served;
};

/* The commands; exit codes. */
int serve_main(const char *scenario, const char *path, const struct run_options *options);
int attach_main(const char *path, char *const argv[]);

/* For exec.c: says that clients may come; takes the one that knocks. */
void serve_ready(const struct serve *s);
void serve_accept(struct serve *s, struct exec *x);

#endif
