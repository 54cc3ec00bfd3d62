/* SPDX-License-Identifier: BSD-3-Clause */
/* The host's monotonic clock: for figures and campaigns, never inside a machine (design 9). */
#ifndef FFASIM_HOST_CLOCK_H
#define FFASIM_HOST_CLOCK_H

#include <time.h>

static inline double host_now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#endif
