/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory of a machine, all in one known place, so that a snapshot of it can be taken and put back.
 *
 * While a region is open and somebody is inside (arena_enter()), malloc() and its family, called
 * from anywhere in libffasim, take from the region; the linker wraps them (--wrap in meson.build),
 * so no caller has to know. Outside, and always when no region was opened, they are libc's. free()
 * goes by the address. Fiber stacks come from a second region in the same way (arena_stack()).
 *
 * The allocator's own state lies in the region: putting the region back puts it back too.
 * Not for ASan and Valgrind, which want to see each allocation: arena_open() says no there.
 */
#ifndef FFASIM_CORE_ARENA_H
#define FFASIM_CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool arena_open(void); /* once a process; true when the region is (already) there */
/* Nested calls count. */
void arena_enter(void);
void arena_leave(void);
bool arena_inside(void);
/* Steps out, whatever the depth; the answer goes back into arena_depth_set(). */
unsigned arena_depth_set(unsigned depth);
/* A mapping for a stack whose first page is its guard, never given back; NULL when not inside. */
void *arena_stack(size_t bytes);
bool arena_is_stack(const void *p);
bool arena_is_guard(const void *p);

struct arena_part {
	uint8_t *base;
	size_t used_bytes;
};
/* What is in use now: [0] the heap, [1] the stacks. */
void arena_parts(struct arena_part part[2]);

/* The blocks that were given back so far lie all over the pages that are in use. Set aside, they
 * leave what is allocated from now on to fresh pages behind them, until they are taken back. */
#define ARENA_CLASSES 64
struct arena_free {
	void *list[ARENA_CLASSES];
};
void arena_set_aside(struct arena_free *free);
void arena_take_back(const struct arena_free *free);

#endif
