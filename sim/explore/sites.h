/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which fault sites a campaign tries: those that a list of patterns names, as the shell names files
 * ("kern.*"), without those of its patterns that begin with '!'. With such patterns only, all
 * others. The order of the patterns does not matter.
 */
#ifndef FFASIM_EXPLORE_SITES_H
#define FFASIM_EXPLORE_SITES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAULT_SITES_MAX 256

struct site_set {
	uint16_t site[FAULT_SITES_MAX]; /* indices of fault_sites(), ascending */
	unsigned count;
};

void site_set_all(struct site_set *set);
void site_set_choose(struct site_set *set, const struct site_set *wanted); /* NULL = all */
/* Those that the last run passed. */
void site_set_passed(struct site_set *set);
bool site_set_meet(const struct site_set *a, const struct site_set *b); /* they share one */
/* Reads "a,b*,!bc". False when a pattern matches no site there is; @unknown is that pattern,
 * without its '!', and has room for any. A set may well be empty. */
bool site_set_read(struct site_set *set, const char *patterns, char *unknown, size_t bytes);

/* What becomes of sites that nobody passes: nothing to try. */
struct unmet {
	bool is;		/* no run passed a site that is tried */
	unsigned schedules;	/* neither the usual one nor so many of other schedules */
	struct site_set passed; /* what the usual one does pass */
};

#endif
