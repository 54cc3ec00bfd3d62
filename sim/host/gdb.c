/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gdb's remote serial protocol for one AArch64 partition. The partition's first instruction waits
 * for the debugger; while it stands, the host blocks here and virtual time with it. Its execution
 * contexts are the threads.
 * Not modelled: several partitions in one session, changing threads' memory while the partition
 * runs.
 */
#include "host/gdb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ASK_EVERY 256 /* blocks between two looks at the socket */
#define X_REGS 31
#define Q_REGS 32

struct view {
	struct pe_regs r;
	uint64_t pc, sp;
};

static const char features_head[] =
	"<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target>"
	"<architecture>aarch64</architecture><feature name=\"org.gnu.gdb.aarch64.core\">";
static const char features_middle[] =
	"<reg name=\"sp\" bitsize=\"64\" type=\"data_ptr\"/>"
	"<reg name=\"pc\" bitsize=\"64\" type=\"code_ptr\"/>"
	"<reg name=\"cpsr\" bitsize=\"32\"/></feature>"
	"<feature name=\"org.gnu.gdb.aarch64.fpu\">"
	"<vector id=\"v2d\" type=\"ieee_double\" count=\"2\"/>"
	"<vector id=\"v2u\" type=\"uint64\" count=\"2\"/>"
	"<vector id=\"v4s\" type=\"ieee_single\" count=\"4\"/>"
	"<vector id=\"v4u\" type=\"uint32\" count=\"4\"/>"
	"<vector id=\"v16b\" type=\"uint8\" count=\"16\"/>"
	"<union id=\"vnd\"><field name=\"f\" type=\"v2d\"/><field name=\"u\" type=\"v2u\"/></union>"
	"<union id=\"vns\"><field name=\"f\" type=\"v4s\"/><field name=\"u\" type=\"v4u\"/></union>"
	"<union id=\"vnb\"><field name=\"u\" type=\"v16b\"/></union>"
	"<union id=\"aarch64v\"><field name=\"d\" type=\"vnd\"/><field name=\"s\" type=\"vns\"/>"
	"<field name=\"b\" type=\"vnb\"/><field name=\"u\" type=\"uint128\"/></union>";
static const char features_tail[] = "<reg name=\"fpsr\" bitsize=\"32\"/>"
				    "<reg name=\"fpcr\" bitsize=\"32\"/></feature></target>";

static const char *features(void)
{
	static char text[8192];
	size_t n;

	if (text[0])
		return text;
	n = (size_t)snprintf(text, sizeof(text), "%s", features_head);
	for (unsigned i = 0; i < X_REGS; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "<reg name=\"x%u\" bitsize=\"64\"/>", i);
	n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", features_middle);
	for (unsigned i = 0; i < Q_REGS; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "<reg name=\"v%u\" bitsize=\"128\" type=\"aarch64v\"/>", i);
	snprintf(text + n, sizeof(text) - n, "%s", features_tail);
	return text;
}

/* Where register @n of the description lies in a view, and its size on the wire; 0 = no such. */
static void *register_at(struct view *v, unsigned n, size_t *bytes)
{
	*bytes = 8;
	if (n < X_REGS)
		return &v->r.x[n];
	if (n == X_REGS)
		return &v->sp;
	if (n == X_REGS + 1)
		return &v->pc;
	*bytes = 4;
	if (n == X_REGS + 2)
		return &v->r.nzcv;
	n -= X_REGS + 3;
	*bytes = 16;
	if (n < Q_REGS)
		return v->r.v[n];
	*bytes = 4;
	if (n == Q_REGS)
		return &v->r.fpsr;
	if (n == Q_REGS + 1)
		return &v->r.fpcr;
	*bytes = 0;
	return NULL;
}

static struct gdb *gdb_of(struct guest_debugger *d)
{
	return (struct gdb *)d; /* first member */
}

static void load_view(struct gdb *g, struct view *v)
{
	g->target->read(g->ec, &v->r, &v->pc, &v->sp);
}

static void store_view(struct gdb *g, const struct view *v)
{
	g->changed = true;
	g->target->write(g->ec, &v->r, v->pc, v->sp);
}

static void read_all_registers(struct gdb *g, char *reply)
{
	struct view v;
	size_t bytes;
	void *at;

	load_view(g, &v);
	for (unsigned n = 0; (at = register_at(&v, n, &bytes)) != NULL; n++)
		reply = hex_put(reply, at, bytes);
}

static void write_all_registers(struct gdb *g, const char *hex)
{
	struct view v;
	size_t bytes;
	void *at;

	load_view(g, &v);
	for (unsigned n = 0; (at = register_at(&v, n, &bytes)) != NULL; n++)
		hex += 2 * hex_get(at, hex, bytes);
	store_view(g, &v);
}

static const char *one_register(struct gdb *g, const char *args, char *reply)
{
	char *end;
	const unsigned n = (unsigned)strtoul(args, &end, 16);
	struct view v;
	size_t bytes;
	void *at;

	load_view(g, &v);
	at = register_at(&v, n, &bytes);
	if (!at)
		return "E01";
	if (*end != '=') {
		hex_put(reply, at, bytes);
		return reply;
	}
	if (hex_get(at, end + 1, bytes) != bytes)
		return "E01";
	store_view(g, &v);
	return "OK";
}

/* Page by page: neighbours in VA need not be neighbours in memory. */
static const char *read_memory(struct gdb *g, const char *args, char *reply)
{
	char *end, *to = reply;
	uint64_t va = strtoull(args, &end, 16);
	uint64_t left = *end == ',' ? strtoull(end + 1, NULL, 16) : 0;

	if (left > GDB_PACKET_BYTES / 2 - 1)
		left = GDB_PACKET_BYTES / 2 - 1;
	while (left) {
		const uint64_t room = PHYS_PAGE_BYTES - va % PHYS_PAGE_BYTES;
		const size_t n = left < room ? left : room;
		const void *from = ec_va(g->ec, va, n, EC_MAP_R);

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
	g->changed = true;
	return g->target->write_memory(g->ec, va, data, n) ? "OK" : "E01";
}

static const char *breakpoint(struct gdb *g, const char *args, bool insert)
{
	struct guest_debugger *d = &g->d;
	char *end;
	const unsigned long type = strtoul(args, &end, 16);
	const uint64_t va = *end == ',' ? strtoull(end + 1, &end, 16) : 0;
	const uint64_t n = *end == ',' ? strtoull(end + 1, &end, 16) : 0;
	const struct guest_watch w = {
		.lo = va, .hi = va + (n ? n - 1 : 0), .write = type != 3, .read = type != 2};

	if (type > 4)
		return "";
	if (type <= 1) {
		for (unsigned i = 0; i < d->breakpoint_count; i++)
			if (d->breakpoint[i] == va) {
				if (!insert)
					d->breakpoint[i] = d->breakpoint[--d->breakpoint_count];
				return "OK";
			}
		if (insert && d->breakpoint_count == GUEST_BREAKPOINTS_MAX)
			return "E02";
		if (insert)
			d->breakpoint[d->breakpoint_count++] = va;
		return "OK";
	}
	for (unsigned i = 0; !insert && i < d->watch_count; i++)
		if (d->watch[i].lo == w.lo && d->watch[i].hi == w.hi &&
		    d->watch[i].write == w.write && d->watch[i].read == w.read)
			d->watch[i--] = d->watch[--d->watch_count];
	if (insert && d->watch_count == GUEST_WATCHES_MAX)
		return "E02";
	if (insert)
		d->watch[d->watch_count++] = w;
	return "OK";
}

static const char *query(struct gdb *g, const char *q, char *reply)
{
	char text[160];

	if (!strncmp(q, "Supported", 9))
		return "PacketSize=3000;qXfer:features:read+;QStartNoAckMode+;vContSupported+;"
		       "ReverseStep+;ReverseContinue+";
	if (!strncmp(q, "Xfer:features:read:target.xml:", 30)) {
		char *end;
		const size_t at = strtoul(q + 30, &end, 16), n = strtoul(end + 1, NULL, 16);
		const char *xml = features();
		const size_t all = strlen(xml);

		if (at >= all)
			return "l";
		snprintf(reply, GDB_PACKET_BYTES, "%c%.*s", at + n < all ? 'm' : 'l', (int)n,
			 xml + at);
		return reply;
	}
	if (!strcmp(q, "fThreadInfo"))
		return "m1";
	if (!strcmp(q, "sThreadInfo"))
		return "l";
	if (!strcmp(q, "C"))
		return "QC1";
	if (!strncmp(q, "Attached", 8))
		return "1";
	if (!strcmp(q, "Offsets")) {
		snprintf(reply, GDB_PACKET_BYTES, "TextSeg=%llx",
			 (unsigned long long)g->target->load_va(g->ec));
		return reply;
	}
	if (!strncmp(q, "ThreadExtraInfo", 15)) {
		snprintf(text, sizeof(text), "%s", machine_where(machine));
		hex_put(reply, text, strlen(text));
		return reply;
	}
	if (!strncmp(q, "Rcmd,", 5)) { /* monitor: anything shows where the machine is */
		snprintf(text, sizeof(text), "%s\n", machine_where(machine));
		hex_put(reply, text, strlen(text));
		return reply;
	}
	return "";
}

/* A debugger that is gone: the partition runs on by itself. */
static void let_go(struct gdb *g)
{
	g->d.breakpoint_count = g->d.watch_count = 0;
	g->d.step = false;
	g->detached = true;
	gdb_wire_close(&g->wire);
	unlink(g->path);
}

/* One packet. True when the partition shall go on; *text is the answer, NULL for none. */
static bool serve(struct gdb *g, int bytes, char *reply, const char **text)
{
	const char *p = g->wire.in, *args = p + 1;

	*text = "";
	switch (*p) {
	case '?':
		*text = g->stop_reply;
		break;
	case 'g':
		read_all_registers(g, reply);
		*text = reply;
		break;
	case 'G':
		write_all_registers(g, args);
		*text = "OK";
		break;
	case 'p':
	case 'P':
		*text = one_register(g, args, reply);
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
	case 'H':
	case 'T':
		*text = "OK";
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
			g->d.step = args[5] == 's' || args[5] == 'S';
			*text = NULL;
			return true;
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
		g->d.step = *p == 's';
		*text = NULL;
		return true;
	case 'D':
		gdb_wire_send(&g->wire, "OK");
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

static void stopped(struct guest_debugger *d, struct ec *ec, const struct guest_target *target,
		    enum guest_stop why, uint64_t addr)
{
	static char reply[GDB_PACKET_BYTES];
	static const unsigned signal_of[] = {[GUEST_STOP_BREAK] = 5,
					     [GUEST_STOP_STEP] = 5,
					     [GUEST_STOP_WATCH] = 5,
					     [GUEST_STOP_ASKED] = 2,
					     [GUEST_STOP_FAULT] = 11};
	struct gdb *g = gdb_of(d);
	const char *text;

	if (g->detached)
		return;
	g->ec = ec;
	g->target = target;
	if (gdb_passes(g, why, addr))
		return;
	if (why == GUEST_STOP_PLACE)
		gdb_arrived(g, g->stop_reply, sizeof(g->stop_reply));
	else if (why == GUEST_STOP_WATCH)
		snprintf(g->stop_reply, sizeof(g->stop_reply), "T05watch:%llx;thread:1;",
			 (unsigned long long)addr);
	else
		snprintf(g->stop_reply, sizeof(g->stop_reply), "T%02xthread:1;", signal_of[why]);
	if (g->wire.fd >= 0)
		gdb_wire_send(&g->wire, g->stop_reply);
	else if (!gdb_wire_accept(&g->wire))
		let_go(g);
	d->step = false;
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

static bool asked(struct guest_debugger *d)
{
	static unsigned turn;
	struct gdb *g = gdb_of(d);

	if (g->detached)
		return false;
	if (g->wire.fd < 0)
		return true; /* nobody is there yet: the first instruction waits */
	return ++turn % ASK_EVERY == 0 && gdb_wire_asked(&g->wire);
}

struct gdb *gdb_listen(const char *spec)
{
	struct gdb *g = calloc(1, sizeof(*g));
	const char *eq = strchr(spec, '=');
	int err;

	if (!g)
		return NULL;
	snprintf(g->partition, sizeof(g->partition), "%.*s",
		 eq ? (int)(eq - spec) : (int)strlen(spec), spec);
	snprintf(g->path, sizeof(g->path), eq ? "%s" : "%s.gdb", eq ? eq + 1 : spec);
	err = gdb_wire_listen(&g->wire, g->path);
	if (err) {
		fprintf(stderr, "ffasim: --gdb: cannot listen on %s: %s\n", g->path,
			strerror(-err));
		free(g);
		return NULL;
	}
	g->d.sp = trace_intern(g->partition);
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

void gdb_close(struct gdb *g, int exit_code)
{
	char text[8];

	if (!g)
		return;
	if (g->wire.fd >= 0) {
		snprintf(text, sizeof(text), "W%02x", exit_code & 0xff);
		gdb_wire_send(&g->wire, text);
	}
	if (!g->detached)
		let_go(g);
	free(g);
}
