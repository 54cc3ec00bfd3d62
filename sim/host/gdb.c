/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gdb's remote serial protocol for AArch64 partitions. The first instruction of one of them waits
 * for the debugger; while a context stands, the host blocks here and virtual time with it.
 * Not modelled: changing memory while contexts run; letting one run while others stand.
 */
#include "host/gdb.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ASK_EVERY 256 /* blocks, or events, between two looks at the socket */
static struct gdb *gdb_of(struct guest_debugger *d)
{
	return (struct gdb *)d; /* first member */
}

/* Page by page: neighbours in VA need not be neighbours in memory. */
static const char *read_memory(struct gdb *g, const char *args, char *reply)
{
	char *end, *to = reply;
	uint64_t va = strtoull(args, &end, 16);
	uint64_t left = *end == ',' ? strtoull(end + 1, NULL, 16) : 0;

	if (left > GDB_PACKET_BYTES / 2 - 1)
		left = GDB_PACKET_BYTES / 2 - 1;
	while (left && g->look->ec) {
		const uint64_t room = PHYS_PAGE_BYTES - va % PHYS_PAGE_BYTES;
		const size_t n = left < room ? left : room;
		const void *from = ec_va(g->look->ec, va, n, EC_MAP_R);

		if (!from)
			break;
		to = hex_put(to, from, n);
		va += n;
		left -= n;
	}
	return to == reply ? "E01" : reply;
}

static const char *write_memory(struct gdb *g, const char *args, int packet_bytes, bool binary)
{
	static uint8_t data[GDB_PACKET_BYTES];
	char *end;
	const uint64_t va = strtoull(args, &end, 16);
	const uint64_t n = *end == ',' ? strtoull(end + 1, &end, 16) : 0;
	const char *body = end + 1;

	if (*end != ':' || n > sizeof(data))
		return "E01";
	if (!n)
		return "OK";
	if (binary ? (int)n > packet_bytes : hex_get(data, body, n) != n)
		return "E01";
	if (binary)
		memcpy(data, body, n);
	if (!g->look->ec)
		return "E01";
	g->changed = true;
	return g->look->target->write_memory(g->look->ec, va, data, n) ? "OK" : "E01";
}

static const char *breakpoint(struct gdb *g, const char *args, bool insert)
{
	struct guest_debugger *d = &g->d;
	char *end;
	const unsigned long type = strtoul(args, &end, 16);
	const uint64_t va = *end == ',' ? strtoull(end + 1, &end, 16) : 0;
	const uint64_t n = *end == ',' ? strtoull(end + 1, &end, 16) : 0;
	const uint32_t who = g->look->who;
	const struct guest_watch w = {.who = who,
				      .lo = va,
				      .hi = va + (n ? n - 1 : 0),
				      .write = type != 3,
				      .read = type != 2};

	if (type > 4)
		return "";
	if (type <= 1) {
		for (unsigned i = 0; i < d->breakpoint_count; i++)
			if (d->breakpoint[i].va == va && d->breakpoint[i].who == who) {
				if (!insert)
					d->breakpoint[i] = d->breakpoint[--d->breakpoint_count];
				return "OK";
			}
		if (insert && d->breakpoint_count == GUEST_BREAKPOINTS_MAX)
			return "E02";
		if (insert)
			d->breakpoint[d->breakpoint_count++] = (struct guest_break){who, va};
		return "OK";
	}
	for (unsigned i = 0; !insert && i < d->watch_count; i++)
		if (d->watch[i].who == who && d->watch[i].lo == w.lo && d->watch[i].hi == w.hi &&
		    d->watch[i].write == w.write && d->watch[i].read == w.read)
			d->watch[i--] = d->watch[--d->watch_count];
	if (insert && d->watch_count == GUEST_WATCHES_MAX)
		return "E02";
	if (insert)
		d->watch[d->watch_count++] = w;
	return "OK";
}

/* A part of a document, as it was asked for: "OFFSET,LENGTH". */
static const char *part_of(const char *text, const char *range, char *reply)
{
	const size_t all = strlen(text);
	char *end;
	const size_t at = strtoul(range, &end, 16), n = strtoul(end + (*end != 0), NULL, 16);

	if (at >= all)
		return "l";
	snprintf(reply, GDB_PACKET_BYTES, "%c%.*s", at + n < all ? 'm' : 'l', (int)n, text + at);
	return reply;
}

/* OBJECT:read:ANNEX:OFFSET,LENGTH */
static const char *transfer(struct gdb *g, const char *q, char *reply)
{
	const char *range = strrchr(q, ':') + 1;
	const struct guest *of = g->look;
	const char *elf;

	if (!strncmp(q, "features:read:target.xml:", 25))
		return part_of(gdb_features(), range, reply);
	if (strncmp(q, "exec-file:read:", 15))
		return "";
	if (q[15] != ':')
		of = gdb_named(g, q + 15);
	elf = of ? gdb_executable(of) : NULL;
	return elf ? part_of(elf, range, reply) : "E01";
}

static const char *query(struct gdb *g, const char *q, char *reply)
{
	char text[4096];

	if (!strncmp(q, "Supported", 9)) {
		g->multi = strstr(q, "multiprocess+");
		snprintf(reply, GDB_PACKET_BYTES,
			 "PacketSize=3000;qXfer:features:read+;qXfer:exec-file:read+;"
			 "QStartNoAckMode+;vContSupported+;ReverseStep+;ReverseContinue+%s",
			 g->multi ? ";multiprocess+" : "");
		return reply;
	}
	if (!strncmp(q, "Xfer:", 5))
		return transfer(g, q + 5, reply);
	if (!strcmp(q, "fThreadInfo"))
		return gdb_list(g, reply) ? reply : "l";
	if (!strcmp(q, "sThreadInfo"))
		return "l";
	if (!strcmp(q, "C")) {
		snprintf(reply, GDB_PACKET_BYTES, "QC%s", gdb_name(g, g->look));
		return reply;
	}
	if (!strncmp(q, "Attached", 8))
		return "1";
	if (!strcmp(q, "Offsets") && g->look->ec) {
		snprintf(reply, GDB_PACKET_BYTES, "TextSeg=%llx",
			 (unsigned long long)g->look->target->load_va(g->look->ec));
		return reply;
	}
	if (!strncmp(q, "ThreadExtraInfo,", 16)) {
		const struct guest *t = gdb_named(g, q + 16);

		if (!t)
			return "E01";
		gdb_describe(g, t, text, sizeof(text));
		hex_put(reply, text, strlen(text));
		return reply;
	}
	if (!strncmp(q, "Rcmd,", 5)) { /* monitor: anything shows where machine and contexts are */
		gdb_describe_all(g, text, sizeof(text));
		hex_put(reply, text, strlen(text));
		return reply;
	}
	return "";
}

/* A debugger that is gone: the partition runs on by itself. */
static void let_go(struct gdb *g)
{
	g->d.breakpoint_count = g->d.watch_count = 0;
	g->d.step = 0;
	g->detached = true;
	gdb_wire_close(&g->wire);
	unlink(g->path);
}

/* One packet. True when the partition shall go on; *text is the answer, NULL for none. */
static bool serve(struct gdb *g, int bytes, char *reply, const char **text)
{
	const char *p = g->wire.in, *args = p + 1;
	const struct guest *t;

	*text = "";
	switch (*p) {
	case '!': /* extended: it attaches to others later */
		*text = "OK";
		break;
	case '?': /* by now it has said how it names threads */
		snprintf(reply, GDB_PACKET_BYTES, "T05thread:%s;", gdb_name(g, gdb_of_ec(g->ec)));
		*text = reply;
		break;
	case 'g':
		gdb_read_registers(g, reply);
		*text = reply;
		break;
	case 'G':
		*text = gdb_write_registers(g, args);
		break;
	case 'p':
	case 'P':
		*text = gdb_register(g, args, reply);
		break;
	case 'm':
		*text = read_memory(g, args, reply);
		break;
	case 'M':
	case 'X':
		*text = write_memory(g, args, bytes, *p == 'X');
		break;
	case 'Z':
	case 'z':
		*text = breakpoint(g, args, *p == 'Z');
		break;
	case 'H': /* g: the thread to look at; c: whom a `c`, `s`, `bc` or `bs` is for */
		t = *args == 'c' && strtol(args + 1, NULL, 16) <= 0 && args[1] != 'p'
			    ? gdb_of_ec(g->ec)
			    : gdb_named(g, args + 1);
		if (t && *args == 'g')
			g->look = t;
		else if (t)
			g->go = t;
		*text = t ? "OK" : "E01";
		break;
	case 'T':
		*text = gdb_named(g, args) ? "OK" : "E01";
		break;
	case 'q':
		*text = query(g, args, reply);
		break;
	case 'Q':
		if (!strcmp(args, "StartNoAckMode")) {
			gdb_wire_send(&g->wire, "OK");
			g->wire.no_ack = true;
			*text = NULL;
		}
		break;
	case 'v':
		if (!strcmp(args, "Cont?")) {
			*text = "vCont;c;C;s;S";
		} else if (!strncmp(args, "Cont;", 5)) {
			gdb_resume(g, args + 5);
			*text = NULL;
			return true;
		} else if (!strncmp(args, "Attach;", 7)) {
			*text = gdb_attach(g, args + 7, reply);
		} else if (!strncmp(args, "Kill", 4)) {
			gdb_wire_send(&g->wire, "OK");
			g->killed = true;
			return true;
		}
		break;
	case 'b': /* does not come back when there is a way */
		if (*args == 's' || *args == 'c')
			*text = gdb_back(g, *args == 's');
		break;
	case 'c':
	case 's':
		g->d.step = *p == 's' ? g->go->who : 0;
		*text = NULL;
		return true;
	case 'D':
		gdb_wire_send(&g->wire, "OK");
		*text = NULL;
		if (!gdb_leave(g, *args ? args + 1 : args))
			break;
		let_go(g);
		return true;
	case 'k':
		g->killed = true;
		return true;
	default:
		break;
	}
	return false;
}

static void tell_stop(struct gdb *g, enum guest_stop why, uint64_t addr)
{
	static const unsigned signal_of[] = {[GUEST_STOP_BREAK] = 5,
					     [GUEST_STOP_STEP] = 5,
					     [GUEST_STOP_WATCH] = 5,
					     [GUEST_STOP_ASKED] = 2,
					     [GUEST_STOP_FAULT] = 11};
	const struct guest *t = gdb_of_ec(g->ec);
	char text[96];

	if (why == GUEST_STOP_PLACE) {
		gdb_arrived(g, text, sizeof(text));
	} else if (why == GUEST_STOP_WATCH) {
		snprintf(text, sizeof(text), "T05watch:%llx;thread:%s;", (unsigned long long)addr,
			 gdb_name(g, t));
	} else {
		snprintf(text, sizeof(text), "T%02xthread:%s;", signal_of[why], gdb_name(g, t));
	}
	gdb_wire_send(&g->wire, text);
}

/* Time stands still until the debugger wants to go on. */
static void stand(struct gdb *g, struct ec *ec, enum guest_stop why, uint64_t addr)
{
	static char reply[GDB_PACKET_BYTES];
	const char *text;

	g->ec = ec;
	g->look = g->go = gdb_of_ec(ec);
	if (gdb_passes(g, why, addr))
		return;
	if (g->wire.fd >= 0)
		tell_stop(g, why, addr);
	else if (!gdb_wire_accept(&g->wire))
		let_go(g);
	g->d.step = 0;
	while (!g->detached) {
		const int n = gdb_wire_read(&g->wire);
		bool go_on;

		if (n < 0) {
			let_go(g);
			break;
		}
		go_on = serve(g, n, reply, &text);
		if (g->killed)
			break;
		if (go_on)
			return;
		if (text)
			gdb_wire_send(&g->wire, text);
	}
	if (g->killed) {
		let_go(g);
		machine_stop(machine, MACHINE_HALTED, "killed by the debugger");
	}
}

static void stopped(struct guest_debugger *d, struct ec *ec, const struct guest_target *target,
		    enum guest_stop why, uint64_t addr)
{
	struct gdb *g = gdb_of(d);

	if (!g->detached && (g->wire.fd < 0 || gdb_sees(g, gdb_of_ec(ec))))
		stand(g, ec, why, addr);
}

void gdb_poll(struct gdb *g)
{
	static unsigned turn;
	const struct guest *t;

	if (g->detached || g->wire.fd < 0 || g->way != GDB_ONWARD || ++turn % ASK_EVERY)
		return;
	t = gdb_any(g);
	if (!t || !t->ec || !gdb_wire_asked(&g->wire))
		return;
	g->outside = true;
	stand(g, t->ec, GUEST_STOP_ASKED, 0);
	g->outside = false;
}

static bool asked(struct guest_debugger *d, const struct ec *ec)
{
	static unsigned turn;
	const struct gdb *g = gdb_of(d);

	if (g->detached)
		return false;
	if (g->wire.fd < 0)
		return ec->who == g->first; /* nobody is there yet: it waits */
	return gdb_sees(g, gdb_of_ec(ec)) && ++turn % ASK_EVERY == 0 &&
	       gdb_wire_asked(&gdb_of(d)->wire);
}

struct gdb *gdb_listen(const char *spec)
{
	struct gdb *g = calloc(1, sizeof(*g));
	const char *eq = strchr(spec, '=');
	int err, n;

	if (!g)
		return NULL;
	snprintf(g->partition, sizeof(g->partition), "%.*s",
		 eq ? (int)(eq - spec) : (int)strlen(spec), spec);
	n = snprintf(g->path, sizeof(g->path), eq ? "%s" : "%s.gdb", eq ? eq + 1 : spec);
	err = n < (int)sizeof(g->path) ? gdb_wire_listen(&g->wire, g->path) : -ENAMETOOLONG;
	if (err) {
		fprintf(stderr, "ffasim: --gdb: cannot listen on %s: %s\n", eq ? eq + 1 : g->path,
			strerror(-err));
		free(g);
		return NULL;
	}
	g->first = trace_intern(g->partition);
	g->d.asked = asked;
	g->d.stopped = stopped;
	fprintf(stderr,
		"ffasim: partition %s waits for a debugger: gdb-multiarch -ex 'target remote %s'\n",
		g->partition, g->path);
	return g;
}

bool gdb_again(struct gdb *g)
{
	const bool again = g && g->again;

	if (again)
		g->again = false;
	return again;
}

/* A process at a time, when it asks for the next. */
static void tell_exits(struct gdb *g, int exit_code)
{
	static char reply[GDB_PACKET_BYTES];
	const struct guest *t;
	const char *text;

	while (!g->detached && !g->killed && (t = gdb_any(g)) != NULL) {
		if (g->multi)
			snprintf(reply, sizeof(reply), "W%02x;process:%x", exit_code & 0xff,
				 (unsigned)strtoul(gdb_name(g, t) + 1, NULL, 16));
		else
			snprintf(reply, sizeof(reply), "W%02x", exit_code & 0xff);
		gdb_wire_send(&g->wire, reply);
		gdb_leave(g, gdb_name(g, t));
		if (!g->multi || !gdb_any(g))
			return;
		g->look = gdb_any(g);
		for (bool on = false; !on;) {
			const int n = gdb_wire_read(&g->wire);

			if (n < 0)
				return;
			on = serve(g, n, reply, &text);
			if (!on && text)
				gdb_wire_send(&g->wire, text);
		}
	}
}

void gdb_close(struct gdb *g, int exit_code)
{
	if (!g)
		return;
	if (g->wire.fd >= 0)
		tell_exits(g, exit_code);
	if (!g->detached)
		let_go(g);
	free(g);
}
