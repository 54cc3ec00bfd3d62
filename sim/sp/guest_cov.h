/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How often each instruction of each guest image ran. Counted by the back end, a block at a time:
 * +1 where a block begins, -1 behind its end; the sum up to an instruction is how often it ran.
 *
 * Counts are the host's, not a machine's: no rewind takes them back, so they add up over the runs
 * of an exploration. Partitions with the same image file share them.
 */
#ifndef FFASIM_SP_GUEST_COV_H
#define FFASIM_SP_GUEST_COV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct guest_coverage {
	struct guest_coverage *next;
	char *path;
	uint64_t insns; /* of the image; step[] has one more */
	int64_t *step;
};

/* Somebody wants a report; before the first world and before processes are made. */
bool guest_coverage_begin(int fd); /* -1: in new memory; else that of another process */
int guest_coverage_fd(void);	   /* of the memory; -1 = none */
extern bool guest_coverage_on;

/* The counts of an image file; NULL when nobody counts, or without memory. */
struct guest_coverage *guest_coverage_of(const char *path, uint64_t image_bytes);
struct guest_coverage *guest_coverage_first(void);
void guest_coverage_free(void);

/* @offset: of the instruction in the image, in bytes. What lies outside is not counted. */
static inline void guest_coverage_add(struct guest_coverage *c, uint64_t offset, uint32_t insns,
				      int64_t times)
{
	const uint64_t at = offset / 4;

	if (at < c->insns && insns <= c->insns - at) {
		__atomic_fetch_add(&c->step[at], times, __ATOMIC_RELAXED);
		__atomic_fetch_sub(&c->step[at + insns], times, __ATOMIC_RELAXED);
	}
}

#endif
