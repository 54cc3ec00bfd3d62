/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A test-and-set lock of a native SP: one word in memory that contexts, or partitions, share.
 * Spinning burns the PE until the word is free; whether the owner can run meanwhile is for
 * somebody else to decide, which is what scenarios/lock is about.
 * Events: lock.el1_wait, lock.el1_acquired with the PE time spent, lock.el1_released with the time
 * held, which includes what the owner was preempted for.
 */
#ifndef FFASIM_SPLOCK_H
#define FFASIM_SPLOCK_H

#include "ffasim/partition.h"

struct ffasim_splock {
	uint32_t taken;
	uint64_t since_ns; /* virtual time when it was taken */
};

/* @number names it in events. Returns the PE time that was spent spinning. */
uint64_t ffasim_splock_acquire(struct ffasim_sp *sp, struct ffasim_splock *lock, unsigned number);
/* False: it is taken. */
bool ffasim_splock_try(struct ffasim_sp *sp, struct ffasim_splock *lock, unsigned number);
void ffasim_splock_release(struct ffasim_sp *sp, struct ffasim_splock *lock, unsigned number);

#endif
