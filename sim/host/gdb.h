/* SPDX-License-Identifier: BSD-3-Clause */
/* A debugger on guest code, over a UNIX socket. */
#ifndef FFASIM_HOST_GDB_H
#define FFASIM_HOST_GDB_H

#include "host/gdb_wire.h"
#include "sp/guest_debug.h"

struct gdb {
	struct guest_debugger d; /* first member */
	struct gdb_wire wire;
	char partition[64], path[108];
	bool detached, killed;
	/* Going back: gdb_reverse.c. */
	enum { GDB_ONWARD, GDB_SEARCH, GDB_TRAVEL } way;
	bool again;   /* the run is to begin anew */
	bool changed; /* the user wrote registers or memory: no run will come here again */
	bool seen;    /* GDB_SEARCH: of where a stop was, the last */
	enum guest_stop seen_why;
	uint64_t seen_place, seen_addr;
	/* While stopped. */
	struct ec *ec;
	const struct guest_target *target;
	char stop_reply[64];
};

/* @spec: PARTITION or PARTITION=SOCKET; the socket is PARTITION.gdb otherwise. Listens; the first
 * instruction of the partition waits for the debugger. NULL with a line on stderr. */
struct gdb *gdb_listen(const char *spec);
/* The run was stopped to begin anew, so that the debugger gets to an earlier place. */
bool gdb_again(struct gdb *g);

/* gdb_reverse.c: `bs` and `bc`. NULL: the machine stops; otherwise why it cannot be. */
const char *gdb_back(struct gdb *g, bool step);
/* On the way: true when this stop is not for the user. */
bool gdb_passes(struct gdb *g, enum guest_stop why, uint64_t addr);
/* The rest of a stop reply for GUEST_STOP_PLACE. */
const char *gdb_arrived(struct gdb *g, char *text, size_t bytes);

/* The run is over. */
void gdb_close(struct gdb *g, int exit_code);

#endif
