/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers for gdb: their description, and how they lie in `g`, `G`, `p` and `P` packets. */
#include "host/gdb.h"

#include <stdio.h>
#include <stdlib.h>

#define X_REGS 31
#define Q_REGS 32
#define ALL_REGS (X_REGS + 3 + Q_REGS + 3)

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
static const char features_tail[] =
	"<reg name=\"fpsr\" bitsize=\"32\"/>"
	"<reg name=\"fpcr\" bitsize=\"32\"/></feature>"
	"<feature name=\"org.gnu.gdb.aarch64.tls\">"
	"<reg name=\"tpidr\" bitsize=\"64\" type=\"data_ptr\"/></feature></target>";

const char *gdb_features(void)
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
	*bytes = 8;
	if (n == Q_REGS + 2)
		return &v->r.tpidr_el0;
	*bytes = 0;
	return NULL;
}

static void load_view(struct gdb *g, struct view *v)
{
	*v = (struct view){0};
	if (g->look->ec)
		g->look->target->read(g->look->ec, &v->r, &v->pc, &v->sp);
}

/* NULL, or what is wrong. */
static const char *store_view(struct gdb *g, const struct view *v)
{
	if (g->look->ec != g->ec || g->outside)
		return "E.only registers of the context that stopped can be written";
	g->changed = true;
	g->look->target->write(g->ec, &v->r, v->pc, v->sp);
	return NULL;
}

void gdb_read_registers(struct gdb *g, char *reply)
{
	struct view v;
	size_t bytes;
	void *at;

	load_view(g, &v);
	/* TPIDR, the last, by itself: gdb before it has read the description takes no more. */
	for (unsigned n = 0; n < ALL_REGS - 1 && (at = register_at(&v, n, &bytes)) != NULL; n++)
		reply = hex_put(reply, at, bytes);
}

const char *gdb_write_registers(struct gdb *g, const char *hex)
{
	struct view v;
	size_t bytes;
	const char *wrong;
	void *at;

	load_view(g, &v);
	for (unsigned n = 0; (at = register_at(&v, n, &bytes)) != NULL; n++)
		hex += 2 * hex_get(at, hex, bytes);
	wrong = store_view(g, &v);
	return wrong ? wrong : "OK";
}

const char *gdb_register(struct gdb *g, const char *args, char *reply)
{
	char *end;
	const unsigned n = (unsigned)strtoul(args, &end, 16);
	const char *wrong;
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
	wrong = store_view(g, &v);
	return wrong ? wrong : "OK";
}
