/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between a back end that runs guest code and a debugger in the host. The back end asks before each
 * instruction that may be of interest and calls stopped(); virtual time stands still until that
 * returns. Nothing here charges time or emits events, so that a debugged run is the run.
 */
#ifndef FFASIM_SP_GUEST_DEBUG_H
#define FFASIM_SP_GUEST_DEBUG_H

#include "sp/ec.h"

#define GUEST_BREAKPOINTS_MAX 64
#define GUEST_WATCHES_MAX 16

enum guest_stop {
	GUEST_STOP_BREAK,
	GUEST_STOP_STEP,
	GUEST_STOP_WATCH, /* the instruction at PC is about to touch it; addr */
	GUEST_STOP_ASKED, /* the user wants it */
	GUEST_STOP_FAULT, /* the instruction at PC is the end of the partition */
	GUEST_STOP_PLACE, /* `place` is reached */
};

/* What can be done with a stopped context. */
struct guest_target {
	void (*read)(struct ec *ec, struct pe_regs *regs, uint64_t *pc, uint64_t *sp);
	void (*write)(struct ec *ec, const struct pe_regs *regs, uint64_t pc, uint64_t sp);
	/* False: not all mapped. Permissions do not matter. */
	bool (*write_memory)(struct ec *ec, uint64_t va, const void *from, size_t bytes);
	uint64_t (*load_va)(const struct ec *ec);
	/* Instructions it has run since its boot: the same in each run of one seed. */
	uint64_t (*place)(const struct ec *ec);
};

struct guest_watch {
	uint64_t lo, hi; /* both included */
	bool read, write;
};

struct guest_debugger {
	uint32_t sp; /* interned name of the partition it looks at */
	uint64_t breakpoint[GUEST_BREAKPOINTS_MAX];
	unsigned breakpoint_count;
	struct guest_watch watch[GUEST_WATCHES_MAX];
	unsigned watch_count;
	bool step;     /* stop before the next instruction */
	bool to_place; /* stop where `place` instructions have run */
	uint64_t place;
	bool blind; /* that is all: breakpoints, watchpoints and the user do not count */
	/* The user wants to stop. Called often. */
	bool (*asked)(struct guest_debugger *d);
	void (*stopped)(struct guest_debugger *d, struct ec *ec, const struct guest_target *target,
			enum guest_stop why, uint64_t addr);
};

/* NULL: nobody debugs. Set before the world is built. */
extern struct guest_debugger *guest_debugger;

#endif
