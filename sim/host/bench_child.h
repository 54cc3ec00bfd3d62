/* SPDX-License-Identifier: BSD-3-Clause */
/* What the figures of bench.c and bench_guest.c share: the host's clock, and whole runs of ffasim.
 */
#ifndef FFASIM_HOST_BENCH_CHILD_H
#define FFASIM_HOST_BENCH_CHILD_H

#include <stdbool.h>

double bench_now_us(void);
/* Runs "@self @args... FILE", FILE holding the scenario @text, from process start to end; what it
 * prints is thrown away. @args ends with NULL. False: could not run, or did not pass. */
bool bench_child(const char *self, const char *const *args, const char *text, double *us);
/* The same in processor time: without what others of the host take. */
bool bench_child_cpu(const char *self, const char *const *args, const char *text, double *us);
/* Schedules a second, from process start to end: two clients of @partition, an item of
 * `partitions` called echo. */
bool bench_explore(const char *self, const char *partition, const char *runs, double *per_s);

#endif
