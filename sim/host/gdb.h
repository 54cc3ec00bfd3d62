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
	uint32_t first;		 /* interned: whose first instruction waits */
	const struct spmc *spmc; /* of the run: whose state it tells */
	bool detached, killed;
	bool multi;	   /* the debugger knows several processes: one a partition */
	uint64_t attached; /* beside the first one, a bit a thread */
	bool left;	   /* the first one */
	/* Going back: gdb_reverse.c. */
	enum { GDB_ONWARD, GDB_SEARCH, GDB_TRAVEL } way;
	bool again;   /* the run is to begin anew */
	bool changed; /* the user wrote registers or memory: no run will come here again */
	bool seen;    /* GDB_SEARCH: of where a stop was, the last */
	enum guest_stop seen_why;
	uint32_t seen_who;
	uint64_t seen_place, seen_addr;
	/* While stopped. */
	struct ec *ec;
	const struct guest *look; /* whose registers and memory it asks for */
	const struct guest *go;	  /* whom a `bs` or `s` is for; NULL = the same */
	bool outside;		  /* no guest code is stopped: between two events */
};

/* @spec: PARTITION or PARTITION=SOCKET; the socket is PARTITION.gdb otherwise. Listens; the first
 * instruction of the partition waits for the debugger. NULL with a line on stderr. */
struct gdb *gdb_listen(const char *spec);
/* Often, wherever the machine is: somebody may want to stop while no guest code runs. */
void gdb_poll(struct gdb *g);
/* The run was stopped to begin anew, so that the debugger gets to an earlier place. */
bool gdb_again(struct gdb *g);

/* gdb_regs.c: of the thread that is looked at. */
const char *gdb_features(void);
void gdb_read_registers(struct gdb *g, char *reply);
const char *gdb_write_registers(struct gdb *g, const char *hex);
const char *gdb_register(struct gdb *g, const char *args, char *reply); /* `p` and `P` */

/* gdb_threads.c: contexts as threads, each of a process of its own when the debugger can. */
const struct guest *gdb_of_ec(const struct ec *ec);
bool gdb_sees(const struct gdb *g, const struct guest *t);
const char *gdb_name(const struct gdb *g, const struct guest *t);     /* "p2.2"; "1" otherwise */
const struct guest *gdb_named(const struct gdb *g, const char *name); /* NULL: no such one */
bool gdb_list(const struct gdb *g, char *reply);		      /* false: nobody */
void gdb_describe(const struct gdb *g, const struct guest *t, char *text, size_t bytes);
void gdb_describe_all(const struct gdb *g, char *text, size_t bytes);
void gdb_resume(struct gdb *g, const char *actions); /* vCont */
const char *gdb_attach(struct gdb *g, const char *process, char *reply);
bool gdb_leave(struct gdb *g, const char *process); /* true: nobody is left */
const struct guest *gdb_any(const struct gdb *g);   /* that it is attached to; NULL: none */
const char *gdb_executable(const struct guest *t);

/* gdb_reverse.c: `bs` and `bc`. NULL: the machine stops; otherwise why it cannot be. */
const char *gdb_back(struct gdb *g, bool step);
/* On the way: true when this stop is not for the user. */
bool gdb_passes(struct gdb *g, enum guest_stop why, uint64_t addr);
/* The rest of a stop reply for GUEST_STOP_PLACE. */
const char *gdb_arrived(struct gdb *g, char *text, size_t bytes);

/* The run is over. */
void gdb_close(struct gdb *g, int exit_code);

#endif
