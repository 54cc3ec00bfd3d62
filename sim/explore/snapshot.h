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
 * Not part of it: libc's own state, libraries that SP images pull in (core/hostlib.h), files, the
 * host's stack, memory outside the arena. State that has to survive a rewind lives there.
 */
#ifndef FFASIM_EXPLORE_SNAPSHOT_H
#define FFASIM_EXPLORE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct snapshot;

/* Objects loaded now are the host's; only later ones belong to machines. Call before the first
 * world is built. False when this host cannot take snapshots (ASan, Valgrind). */
bool snapshot_known(void);
/* True for an object of the host: it was there before, and is not the simulator's own library. */
bool snapshot_is_host(uintptr_t base);
/* NULL without memory. One at a time. */
struct snapshot *snapshot_take(void);
void snapshot_rewind(struct snapshot *s);
/* Pages copied by each rewind so far, and pages watched. */
size_t snapshot_hot_pages(const struct snapshot *s);
size_t snapshot_pages(const struct snapshot *s);
void snapshot_drop(struct snapshot *s); /* makes everything writable again */

#endif
