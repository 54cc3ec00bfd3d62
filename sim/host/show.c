/* SPDX-License-Identifier: BSD-3-Clause */
/* One record as words; wire lines as golden.md has them; JSON lines. */
#include "host/show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "host/words.h"

void show_record(const struct trace_rec *rec, char *out, size_t bytes)
{
	const struct trace_kind *k = trace_kind_by_id(rec->kind);
	size_t n = (size_t)snprintf(out, bytes, "%s", k->name);

	for (int i = 0; i < TRACE_ARGS && k->fields[i] && n < bytes; i++) {
		char number[24];
		size_t len;
		const enum trace_field type = trace_field(k->fields[i], &len);

		snprintf(number, sizeof(number), type == TRACE_COUNT ? "%" PRIu64 : "%" PRIx64,
			 rec->arg[i]);
		n += (size_t)snprintf(out + n, bytes - n, " %.*s=%s", (int)len, k->fields[i],
				      type == TRACE_NAME   ? trace_name((uint32_t)rec->arg[i])
				      : type == TRACE_TIME ? text_time(rec->arg[i])
							   : number);
	}
}

/* --- wire: cpu task fid w1..w7 -> fid w1..w7 ------------------------------------------------- */

static int kind_smc = -1, kind_ret = -1, kind_resume = -1;

static void wire_kinds(void)
{
	const struct trace_kind *k;

	k = trace_kind_find("nwd.smc");
	kind_smc = k ? k->id : -1;
	k = trace_kind_find("nwd.ret");
	kind_ret = k ? k->id : -1;
	k = trace_kind_find("nwd.resume");
	kind_resume = k ? k->id : -1;
}

void show_wire_begin(struct show_wire *w, FILE *out)
{
	*w = (struct show_wire){.out = out};
	wire_kinds();
}

/* An open call belongs to a flow, not to a PE: the flow may move before it goes on. */
static struct wire_call *wire_find(struct show_wire *w, uint32_t who, bool make)
{
	struct wire_call *more;

	for (size_t i = 0; i < w->count; i++) {
		if (w->call[i].who == who && w->call[i].open)
			return &w->call[i];
	}
	if (!make)
		return NULL;
	for (size_t i = 0; i < w->count; i++) {
		if (!w->call[i].open)
			return &w->call[i];
	}
	more = realloc(w->call, (w->count + 1) * sizeof(*more));
	if (!more)
		return NULL;
	w->call = more;
	return &w->call[w->count++];
}

static void wire_print(struct show_wire *w, struct wire_call *c, unsigned pe)
{
	if (pe != c->pe)
		fprintf(w->out, "%u>%u %s", c->pe, pe, trace_name(c->who));
	else
		fprintf(w->out, "%u %s", pe, trace_name(c->who));
	for (int i = 0; i < 8; i++)
		fprintf(w->out, " %" PRIx64, c->req[i]);
	fputs(" ->", w->out);
	for (int i = 0; i < 8; i++)
		fprintf(w->out, " %" PRIx64, c->ret[i]);
	fputc('\n', w->out);
	c->open = false;
}

void show_wire_record(struct show_wire *w, const struct trace_rec *rec)
{
	struct wire_call *c;

	if (rec->kind == kind_smc) {
		c = wire_find(w, rec->who, true);
		if (!c)
			return;
		c->who = rec->who;
		c->pe = rec->pe;
		c->open = true;
		c->returned = false;
		memcpy(c->req, rec->arg, sizeof(c->req));
	} else if (rec->kind == kind_ret) {
		c = wire_find(w, rec->who, false);
		if (!c)
			return;
		memcpy(c->ret, rec->arg, sizeof(c->ret));
		c->returned = true;
		if (kind_resume < 0)
			wire_print(w, c, rec->pe);
	} else if (rec->kind == kind_resume) {
		c = wire_find(w, rec->who, false);
		if (c && c->returned)
			wire_print(w, c, rec->pe);
	}
}

void show_wire_end(struct show_wire *w)
{
	for (size_t i = 0; i < w->count; i++) {
		struct wire_call *c = &w->call[i];

		if (!c->open)
			continue;
		if (c->returned) {
			wire_print(w, c, c->pe);
			continue;
		}
		fprintf(w->out, "%u %s", c->pe, trace_name(c->who));
		for (int r = 0; r < 8; r++)
			fprintf(w->out, " %" PRIx64, c->req[r]);
		fputs(" -> (no return)\n", w->out);
	}
	free(w->call);
	w->call = NULL;
	w->count = 0;
}

/* --- JSON ------------------------------------------------------------------------------------- */

void show_json_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p == '"' || *p == '\\')
			fprintf(out, "\\%c", *p);
		else if (*p < 0x20)
			fprintf(out, "\\u%04x", *p);
		else
			fputc(*p, out);
	}
	fputc('"', out);
}

void show_json_fields(FILE *out, const struct trace_rec *rec)
{
	const struct trace_kind *k = trace_kind_by_id(rec->kind);

	for (int i = 0; i < TRACE_ARGS && k->fields[i]; i++) {
		const char *f = k->fields[i];
		size_t len;

		switch (trace_field(f, &len)) {
		case TRACE_NAME:
			fprintf(out, ",\"%.*s\":", (int)len, f);
			show_json_string(out, trace_name((uint32_t)rec->arg[i]));
			break;
		case TRACE_TIME:
		case TRACE_COUNT:
			fprintf(out, ",\"%s\":%" PRIu64, f, rec->arg[i]);
			break;
		case TRACE_HEX:
			fprintf(out, ",\"%s\":\"%" PRIx64 "\"", f, rec->arg[i]);
		}
	}
}

void show_json_record(FILE *out, const struct trace_rec *rec)
{
	fprintf(out, "{\"t_ns\":%" PRIu64 ",\"pe\":%u,\"flow\":", rec->time_ns, rec->pe);
	show_json_string(out, rec->who ? trace_name(rec->who) : "");
	fprintf(out, ",\"event\":\"%s\"", trace_kind_by_id(rec->kind)->name);
	show_json_fields(out, rec);
	fputs("}\n", out);
}
