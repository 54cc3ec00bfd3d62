/* SPDX-License-Identifier: BSD-3-Clause */
/* A report of which guest code ran, in lcov's format. */
#ifndef FFASIM_HOST_COVERAGE_H
#define FFASIM_HOST_COVERAGE_H

/* Before the first world: from here on guest code is counted. -errno when the file cannot be
 * written. */
int coverage_begin(const char *path);
/* Writes the report of what ran since; nothing when nobody began. 0 or -errno. */
int coverage_end(void);

#endif
