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
	/* While stopped. */
	struct ec *ec;
	const struct guest_target *target;
	char stop_reply[64];
};

/* @spec: PARTITION or PARTITION=SOCKET; the socket is PARTITION.gdb otherwise. Listens; the first
 * instruction of the partition waits for the debugger. NULL with a line on stderr. */
struct gdb *gdb_listen(const char *spec);
/* The run is over. */
void gdb_close(struct gdb *g, int exit_code);

#endif
