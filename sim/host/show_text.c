/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The text log: one column a PE (more PEs than fit side by side: a PE number before each line), a
 * line an event that matters to somebody reading a run. A short log is complete. After FULL lines,
 * events that repeat (same kind, PE, flow and values) are shown a few times and then counted:
 * "... (44,997 more, --log all)".
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "host/show.h"
#include "host/words.h"

#define SHOWN 3
#define FULL 100
#define COLUMN 44
#define COLUMNS_MAX 4

void show_text_begin(struct show_text *t, FILE *out, unsigned pes, bool all)
{
	*t = (struct show_text){.out = out, .pes = pes, .all = all};
	fprintf(out, "%15s  ", "virtual time");
	if (pes > COLUMNS_MAX)
		fputs("PE", out);
	for (unsigned i = 0; i < pes && pes <= COLUMNS_MAX; i++)
		fprintf(out, "PE%-*u", i + 1 < pes ? COLUMN - 2 : 1, i);
	fputc('\n', out);
}

uint32_t *show_seen(struct show_seen **table, size_t *room, size_t *count, uint64_t hash)
{
	if (*count * 2 >= *room) {
		size_t more_room = *room ? *room * 2 : 256;
		struct show_seen *old = *table, *more = calloc(more_room, sizeof(*more));

		if (!more)
			return NULL;
		for (size_t i = 0; i < *room; i++) {
			size_t at = old[i].hash & (more_room - 1);

			while (old[i].count && more[at].count)
				at = (at + 1) & (more_room - 1);
			if (old[i].count)
				more[at] = old[i];
		}
		free(old);
		*table = more;
		*room = more_room;
	}
	for (size_t at = hash & (*room - 1);; at = (at + 1) & (*room - 1)) {
		struct show_seen *s = &(*table)[at];

		if (!s->count) {
			s->hash = hash;
			(*count)++;
			return &s->count;
		}
		if (s->hash == hash)
			return &s->count;
	}
}

#define NO_THREAD 0xffff /* of an SPMC without a thread pool */

static uint64_t key_of(const struct trace_rec *rec, const struct trace_kind *k)
{
	uint64_t h = 0xcbf29ce484222325ull;
	uint64_t words[TRACE_ARGS + 2] = {rec->kind, (uint64_t)rec->who << 16 | rec->pe};
	int n = 2;

	for (int i = 0; i < TRACE_ARGS && k->fields[i]; i++) {
		size_t len;

		if (trace_field(k->fields[i], &len) != TRACE_TIME)
			words[n++] = rec->arg[i];
	}
	for (int i = 0; i < n; i++) {
		h = (h ^ words[i]) * 0x9e3779b97f4a7c15ull;
		h ^= h >> 29;
	}
	return h;
}

static uint64_t arg_of(const struct trace_rec *rec, const char *field)
{
	const struct trace_kind *k = trace_kind_by_id(rec->kind);

	for (int i = 0; i < TRACE_ARGS && k->fields[i]; i++) {
		if (!strcmp(k->fields[i], field))
			return rec->arg[i];
	}
	return 0;
}

/* The first registers of a call that say something. */
static int smc_text(const struct trace_rec *rec, char *out, size_t bytes, const char *mark)
{
	const char *fid = word_fid_name(rec->arg[0]);
	char name[32];
	int n;

	if (!fid) {
		snprintf(name, sizeof(name), "%" PRIx64, rec->arg[0]);
		fid = name;
	}
	if (!strncmp(fid, "DIRECT_RE", 9)) {
		n = snprintf(out, bytes, "%s %s %04" PRIx64 ">%04" PRIx64, mark, fid,
			     rec->arg[1] >> 16 & 0xffff, rec->arg[1] & 0xffff);
		for (int i = 3; i < 8; i++) {
			if (rec->arg[i] && n < (int)bytes)
				n += snprintf(out + n, bytes - n, " w%d=%" PRIx64, i, rec->arg[i]);
		}
		return n;
	}
	if (!strcmp(fid, "RUN") || !strcmp(fid, "INTERRUPT"))
		return snprintf(out, bytes, "%s %s %04" PRIx64 ":%" PRIx64, mark, fid,
				rec->arg[1] >> 16, rec->arg[1] & 0xffff);
	if (!strcmp(fid, "ERROR")) {
		const char *err = word_ffa_error_name((int32_t)rec->arg[2]);

		return snprintf(out, bytes, "%s ERROR %s", mark, err ? err : "?");
	}
	n = snprintf(out, bytes, "%s %s", mark, fid);
	for (int i = 1; i < 5; i++) {
		if (rec->arg[i] && n < (int)bytes)
			n += snprintf(out + n, bytes - n, " w%d=%" PRIx64, i, rec->arg[i]);
	}
	return n;
}

/* What the Trusted OS does that its replies do not say. */
static bool trusted_os_line(const struct trace_rec *rec, const char *name)
{
	if (!strcmp(name, "lock.el1_acquired"))
		return arg_of(rec, "wait_ns");
	return !strcmp(name, "lock.el1_wait") || !strcmp(name, "optee.rpc") ||
	       !strcmp(name, "optee.notify") || !strcmp(name, "optee.bottom_half");
}

/* false = not for the ordinary log. */
static bool line_of(struct show_text *t, const struct trace_rec *rec, const struct trace_kind *k,
		    char *out, size_t bytes)
{
	const char *name = k->name;
	uint32_t who = rec->pe < 64 ? t->who[rec->pe] : 0;
	const char *flow = rec->who && rec->who != who ? trace_name(rec->who) : " ";
	char body[300], thread[32] = "";

	if (!strcmp(name, "nwd.smc")) {
		smc_text(rec, body, sizeof(body), "|");
		t->left_sp[rec->pe % 64] = 0;
	} else if (!strcmp(name, "nwd.ret")) {
		smc_text(rec, body, sizeof(body), "<");
	} else if (!strcmp(name, "sp.leave") && !t->all) {
		t->left_sp[rec->pe % 64] = (uint32_t)arg_of(rec, "sp$");
		return false;
	} else if (!strcmp(name, "sp.enter")) {
		/* It goes on after an SVC of its own: nothing new. */
		if (!t->all && !arg_of(rec, "resume") &&
		    t->left_sp[rec->pe % 64] == arg_of(rec, "sp$"))
			return false;
		if (arg_of(rec, "thread") != NO_THREAD)
			snprintf(thread, sizeof(thread), " (thread %" PRIu64 ")",
				 arg_of(rec, "thread"));
		snprintf(out, bytes, "S %s running%s%s", trace_name((uint32_t)arg_of(rec, "sp$")),
			 thread, arg_of(rec, "resume") ? ", resumed" : "");
		return true;
	} else if (!t->all &&
		   (!strcmp(name, "ffa.mem_retrieve") || !strcmp(name, "ffa.mem_relinquish"))) {
		snprintf(out, bytes, "S %s %s handle %" PRIx64,
			 trace_name((uint32_t)arg_of(rec, "sp$")),
			 !strcmp(name, "ffa.mem_retrieve") ? "retrieves" : "relinquishes",
			 arg_of(rec, "handle"));
		return true;
	} else if (!strcmp(name, "sp.migrated")) {
		snprintf(out, bytes, "S %s goes on here, PE%" PRIu64 " -> PE%" PRIu64,
			 trace_name((uint32_t)arg_of(rec, "sp$")), arg_of(rec, "from_pe"),
			 arg_of(rec, "to_pe"));
		return true;
	} else if (!t->all && trusted_os_line(rec, name)) {
		show_record(rec, body, sizeof(body));
		snprintf(out, bytes, "S %s", body);
		return true;
	} else if (!strcmp(name, "irq.pend")) {
		if (arg_of(rec, "intid") < 32 && !t->all)
			return false;
		snprintf(out, bytes, "! irq %" PRIu64, arg_of(rec, "intid"));
		return true;
	} else if (!strcmp(name, "irq.taken")) {
		if (arg_of(rec, "intid") < 32 && !t->all)
			return false;
		snprintf(out, bytes, "  irq %" PRIu64 " taken after %s", arg_of(rec, "intid"),
			 text_time(arg_of(rec, "latency_ns")));
		return true;
	} else if (!strcmp(name, "sched.migrate")) {
		snprintf(out, bytes, "  %s moves PE%" PRIu64 " -> PE%" PRIu64,
			 trace_name((uint32_t)arg_of(rec, "task$")), arg_of(rec, "from"),
			 arg_of(rec, "to"));
		return true;
	} else if (!strcmp(name, "kernel.log")) {
		snprintf(out, bytes, "# %s", trace_name((uint32_t)arg_of(rec, "text$")));
		return true;
	} else if (!strcmp(name, "sp.console") || !strcmp(name, "sp.log")) {
		snprintf(out, bytes, "# %s", trace_name((uint32_t)arg_of(rec, "text$")));
		return true;
	} else if (!strcmp(name, "task.step") || !strcmp(name, "task.result")) {
		snprintf(body, sizeof(body), "%s", trace_name((uint32_t)arg_of(rec, "text$")));
	} else if (!strcmp(name, "sched.switch") && !t->all) {
		const char *next = trace_name((uint32_t)arg_of(rec, "next$"));

		snprintf(out, bytes, "%s", strncmp(next, "swapper", 7) ? next : "idle");
		if (rec->pe < 64)
			t->who[rec->pe] = (uint32_t)arg_of(rec, "next$");
		return true;
	} else if (!strncmp(name, "stall", 5) || !strncmp(name, "bug", 3) ||
		   !strncmp(name, "spmc.", 5) || !strcmp(name, "sp.crash") ||
		   !strncmp(name, "cpu.", 4) || !strncmp(name, "inject", 6) || t->all) {
		show_record(rec, body, sizeof(body));
	} else {
		return false;
	}
	snprintf(out, bytes, "%s %s", flow, body);
	if (rec->pe < 64 && rec->who)
		t->who[rec->pe] = rec->who;
	return true;
}

static void show_line(struct show_text *t, unsigned pe, uint64_t time_ns, const char *body)
{
	fprintf(t->out, "%11" PRIu64 ".%03u  ", time_ns / 1000000,
		(unsigned)(time_ns / 1000 % 1000));
	if (t->pes > COLUMNS_MAX)
		fprintf(t->out, "%2u  ", pe);
	for (unsigned i = 0; i < pe && t->pes <= COLUMNS_MAX; i++)
		fprintf(t->out, "%-*s", COLUMN, ".");
	fprintf(t->out, "%s\n", body);
	t->lines++;
}

/* One line left out is no shorter than saying so. */
static void show_hidden(struct show_text *t)
{
	if (t->hidden == 1)
		show_line(t, t->held_pe, t->held_ns, t->held);
	else if (t->hidden)
		fprintf(t->out, "%15s  ... (%s more, --log all)\n", "", text_thousands(t->hidden));
	t->hidden = 0;
}

void show_text_record(struct show_text *t, const struct trace_rec *rec)
{
	const struct trace_kind *k = trace_kind_by_id(rec->kind);
	char body[400];
	uint32_t *count;

	if (!line_of(t, rec, k, body, sizeof(body)))
		return;
	if (!t->all) {
		count = show_seen(&t->seen, &t->seen_room, &t->seen_count, key_of(rec, k));
		if (count && ++*count > SHOWN && t->lines >= FULL) {
			if (!t->hidden++)
				snprintf(t->held, sizeof(t->held), "%s", body);
			t->held_pe = t->hidden == 1 ? rec->pe : t->held_pe;
			t->held_ns = t->hidden == 1 ? rec->time_ns : t->held_ns;
			return;
		}
	}
	show_hidden(t);
	show_line(t, rec->pe, rec->time_ns, body);
}

void show_text_asked(struct show_text *t, const struct trace_rec *rec)
{
	const bool all = t->all;

	t->all = true;
	show_text_record(t, rec);
	t->all = all;
}

void show_text_end(struct show_text *t)
{
	show_hidden(t);
	free(t->seen);
	t->seen = NULL;
}
