/* SPDX-License-Identifier: BSD-3-Clause */
/* What snapshot.c (which pages change) and rewind.c (putting them back) share; see snapshot.h. */
#ifndef FFASIM_EXPLORE_SNAPSHOT_PARTS_H
#define FFASIM_EXPLORE_SNAPSHOT_PARTS_H

#include <signal.h>
#include "core/arena.h"
#include "explore/snapshot.h"
#include "soc/physmem.h"

#define SNAPSHOT_PAGE ((size_t)4096)

enum page_state { PAGE_COLD, PAGE_HOT, PAGE_GUARD };

struct region {
	uint8_t *base, *copy;
	size_t pages;
	size_t from, to; /* bytes of it that are a machine's; the rest of the first and last page is
			    not */
	uint8_t *state;	 /* enum page_state */
};

/* What is put back, in order: neighbours of one sort are one run. */
struct put_run {
	uint8_t *to;
	const uint8_t *from; /* NULL = zeros */
	size_t bytes;
};
struct put_list {
	struct put_run *run;
	size_t count, room;
	size_t hot; /* pages that were known to change when it was made */
};

/* The last copy of a block in any mark. */
#define KEPT_BITS 14
struct kept {
	const uint8_t *to, *own;
};

struct snapshot {
	struct region *region;
	size_t regions, room, pages, hot;
	struct put_list list;
	struct snapshot_mark *marks;
	struct kept *kept; /* by address; 1 << KEPT_BITS of them once there is a mark */
	size_t objects;	   /* loaded when it was taken */
	struct arena_part part[2];
	uint32_t high_water[PHYS_ZONE_COUNT];
	struct arena_free aside;
	struct sigaction before;
	stack_t stack_before;
	uint8_t *signal_stack;
};

struct region *snapshot_region_of(struct snapshot *s, const void *p);
/* How many objects were ever loaded by this process. */
size_t snapshot_objects(void);
void snapshot_marks_drop(struct snapshot *s);

#endif
