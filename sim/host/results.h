/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A campaign on disk:
 *
 *	DIR/state.json		what hunt_json() says, with its state
 *	DIR/coverage-N.bin	fingerprints of the interleavings, pairs and blocks; the state names
 *it DIR/findings/NAME-CAUSE.yaml	each finding, shrunk: a scenario for `ffasim replay`
 *	DIR/lock		held by the campaign that is at it
 *
 * Files are written beside their place and renamed, the state last, so whenever a campaign is
 *killed there is a state that was true a moment ago. Coverage files are in the byte order of the
 *host. Not kept: host times, and slices that were not run to their end.
 */
#ifndef FFASIM_HOST_RESULTS_H
#define FFASIM_HOST_RESULTS_H

#include "host/campaign.h"

#define RESULTS_FORMAT 1

struct results;

/* For hunt_open(): makes DIR, or reads it into @h to go on. 0 or an exit code with the reason on
 * stderr. */
int results_open(struct hunt *h, const char *dir, bool resume);
/* The code of @build is about to run; the first state is written. 0 or an exit code. All of these
 * do nothing when no results are kept. */
int results_begin(struct hunt *h, uint64_t build);
/* Writes the state when it is time to, or at once. */
void results_checkpoint(struct hunt *h, bool now);
/* A campaign that is refused after all and made no run: the directory is free for another one. */
void results_withdraw(struct hunt *h);
void results_finding_path(const struct hunt *h, unsigned i, char *out, size_t bytes);
void results_close(struct results *r); /* accepts NULL */
/* For hunt_json(). */
void results_json(const struct hunt *h, FILE *f);
const char *results_relative(const struct hunt *h, const char *path);

/* Reads a directory as it is. 0 or an exit code. */
int results_read(struct hunt *h, const char *dir);
/* Coverage and fingerprints, into @h. False when the file is not whole. */
bool coverage_read(struct hunt *h, const char *path);
bool coverage_write(const struct hunt *h, const char *path);

/* ffasim merge DIR... --out DIR */
int merge_main(const char *const *dir, size_t count, const char *out);

#endif
