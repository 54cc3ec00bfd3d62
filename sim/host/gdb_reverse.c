/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Going back in time for a debugger: the run begins anew and stops earlier. A place in a run is how
 * many instructions the partition has run; runs of one seed are the same, so a place is a place in
 * all of them. Back by one instruction is one run; back to the last breakpoint or watchpoint is one
 * that notes each stop before here, and one that goes to the last.
 * Not modelled: going back behind what the user wrote into registers or memory, which no run does.
 */
#include "host/gdb.h"

#include <inttypes.h>
#include <stdio.h>

static void begin_anew(struct gdb *g)
{
	g->again = true;
	g->d.step = 0;
	machine_stop(machine, MACHINE_HALTED, "begun anew for the debugger");
}

static void travel(struct gdb *g, uint32_t who, uint64_t place)
{
	g->way = GDB_TRAVEL;
	g->d.to_place = who;
	g->d.place = place;
	g->d.blind = true;
	begin_anew(g);
}

const char *gdb_back(struct gdb *g, bool step)
{
	static char begin[64];
	uint64_t here;

	if (!g->go->ec)
		return "E.it has not run yet";
	if (g->changed)
		return "E.registers or memory were written: no run comes here again";
	here = g->go->target->place(g->go->ec);
	g->seen = false;
	if (!here) {
		snprintf(begin, sizeof(begin), "T05replaylog:begin;thread:%s;", gdb_name(g, g->go));
		return begin;
	}
	if (step) {
		travel(g, g->go->who, here - 1);
	} else {
		g->way = GDB_SEARCH;
		g->d.to_place = g->go->who;
		g->d.place = here;
		g->d.blind = false;
		begin_anew(g);
	}
	return NULL;
}

bool gdb_passes(struct gdb *g, enum guest_stop why, uint64_t addr)
{
	if (g->way != GDB_SEARCH)
		return false;
	if (why == GUEST_STOP_PLACE) {
		travel(g, g->seen ? g->seen_who : g->first, g->seen ? g->seen_place : 0);
	} else if (why == GUEST_STOP_BREAK || why == GUEST_STOP_WATCH) {
		const uint64_t place = gdb_of_ec(g->ec)->target->place(g->ec);

		/* Onward a stop is before the access; backwards it is behind it, and gdb goes back
		 * over it. */
		g->seen = true;
		g->seen_why = why;
		g->seen_who = g->ec->who;
		g->seen_addr = addr;
		g->seen_place = why == GUEST_STOP_WATCH ? place + 1 : place;
	}
	return true;
}

const char *gdb_arrived(struct gdb *g, char *text, size_t bytes)
{
	const bool begin = !g->seen && g->d.place == 0;

	if (g->seen && g->seen_why == GUEST_STOP_WATCH)
		snprintf(text, bytes, "T05watch:%" PRIx64 ";thread:%s;", g->seen_addr,
			 gdb_name(g, gdb_of_ec(g->ec)));
	else
		snprintf(text, bytes, "T05%sthread:%s;", begin ? "replaylog:begin;" : "",
			 gdb_name(g, gdb_of_ec(g->ec)));
	g->way = GDB_ONWARD;
	g->d.to_place = 0;
	g->d.blind = g->seen = false;
	return text;
}
