/* SPDX-License-Identifier: BSD-3-Clause */
/* The call of a client under `ffasim exec`, for the table in bench.c. */
#ifndef FFASIM_HOST_BENCH_IOCTL_H
#define FFASIM_HOST_BENCH_IOCTL_H

#include <stdbool.h>

/* Says in one line why not. */
bool bench_ioctl_have(void);
bool bench_ioctl(double *us, const char *self);
bool bench_ioctl_preload(double *us, const char *self);
/* A notification that is answered at once. */
bool bench_ioctl_bare(double *us, const char *self);

/* The client of these figures, which is what `bench` does under these names. An exit code */
#define BENCH_IOCTL_CLIENT "ioctl-client"
#define BENCH_IOCTL_BARE_CLIENT "ioctl-bare-client"
int bench_ioctl_client(bool bare);

#endif
