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

/* What can be done with a context: the one that stopped, and any other meanwhile. */
struct guest_target {
	/* Of one that is not on a PE: as it left. */
	void (*read)(struct ec *ec, struct pe_regs *regs, uint64_t *pc, uint64_t *sp);
	/* Only the one that stopped. */
	void (*write)(struct ec *ec, const struct pe_regs *regs, uint64_t pc, uint64_t sp);
	/* False: not all mapped. Permissions do not matter. */
	bool (*write_memory)(struct ec *ec, uint64_t va, const void *from, size_t bytes);
	uint64_t (*load_va)(const struct ec *ec);
	/* Instructions it has run since its boot: the same in each run of one seed. */
	uint64_t (*place)(const struct ec *ec);
	/* The ELF it runs; NULL when its image is none. */
	const char *(*elf)(const struct ec *ec);
};

struct guest_break {
	uint32_t who; /* interned name of the context */
	uint64_t va;
};

struct guest_watch {
	uint32_t who;
	uint64_t lo, hi; /* both included */
	bool read, write;
};

struct guest_debugger {
	struct guest_break breakpoint[GUEST_BREAKPOINTS_MAX];
	unsigned breakpoint_count;
	struct guest_watch watch[GUEST_WATCHES_MAX];
	unsigned watch_count;
	uint32_t step;	   /* stop before the next instruction of this context; 0 = of none */
	uint32_t to_place; /* stop where this one has run `place` instructions */
	uint64_t place;
	bool blind; /* that is all: breakpoints, watchpoints and the user do not count */
	/* The user wants to stop, this one will do. Called often. */
	bool (*asked)(struct guest_debugger *d, const struct ec *ec);
	void (*stopped)(struct guest_debugger *d, struct ec *ec, const struct guest_target *target,
			enum guest_stop why, uint64_t addr);
};

/* NULL: nobody debugs. Set before the world is built. */
extern struct guest_debugger *guest_debugger;

/* The contexts of a world that run guest code, in the order of its partitions. */
#define GUESTS_MAX 64
struct guest {
	uint32_t who;
	struct ec *ec; /* NULL: not loaded yet */
	const struct guest_target *target;
};
void guests_clear(void);
void guest_planned(uint32_t who);
void guest_born(struct ec *ec, const struct guest_target *target);
void guest_gone(const struct ec *ec);
const struct guest *guest_at(unsigned index); /* NULL: no more */

#endif
