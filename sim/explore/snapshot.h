/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A machine as it was, put back in a few microseconds.
 *
 * Taken on the host fiber while the machine is paused. What a machine writes lies in four places:
 * the arena's heap and stacks, simulated memory, the writable segments of libffasim and of what was
 * loaded since snapshot_known() (modules, SP images). All of it is copied once and then made
 * read-only. A page that is written faults once, is remembered and stays writable; a rewind copies
 * exactly the remembered pages. So after a few runs there are no faults and nothing is looked for.
 *
 * Marks are later moments of one run: many runs share their beginning with it, and need not make it
 * again. Most blocks are as they were at the snapshot, so a mark holds the others only.
 *
 * Not part of it: libc's own state, libraries that SP images pull in (core/hostlib.h), files, the
 * host's stack, memory outside the arena. State that has to survive a rewind lives there.
 */
#ifndef FFASIM_EXPLORE_SNAPSHOT_H
#define FFASIM_EXPLORE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct snapshot;
struct snapshot_mark;

/* Objects loaded now are the host's; only later ones belong to machines. Call before the first
 * world is built. False when this host cannot take snapshots (ASan, Valgrind). */
bool snapshot_known(void);
/* True for an object of the host: it was there before, and is not the simulator's own library. */
bool snapshot_is_host(uintptr_t base);
/* NULL without memory. One at a time. */
struct snapshot *snapshot_take(void);
/* @at: a mark of this snapshot, NULL = where it was taken. */
void snapshot_rewind(struct snapshot *s, struct snapshot_mark *at);
/* A later moment of the machine that runs on from @s, kept beside it: what differs from the
 * snapshot is copied, block by block. On the host fiber, machine paused. NULL when it cannot be
 * kept: something was loaded since, or too much has changed. It goes with its snapshot. */
struct snapshot_mark *snapshot_mark(struct snapshot *s);
/* Pages copied by each rewind so far, and pages watched. */
size_t snapshot_hot_pages(const struct snapshot *s);
size_t snapshot_pages(const struct snapshot *s);
void snapshot_drop(struct snapshot *s); /* makes everything writable again */

#endif
