/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What matters in a failing run: the steps of the tasks, the calls to the Secure world, waits for
 * locks, and the decisions. Everything before the steps under way at the first decision is left
 * out. A decision knows where its flow was: the innermost function of a module or SP, by the frame
 * pointers of the deciding fiber.
 */
#include "host/picture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/arena.h"
#include "core/symbol.h"
#include "sp/ec.h"

#define ROWS_MAX 4096
#define SHOWN_MAX 60
#define FRAMES 16
#define TEXT_BYTES 120

struct row {
	uint64_t ns;
	uint16_t pe;
	bool step, result;
	int decision; /* number, -1 = an event */
	uint32_t who;
	char text[TEXT_BYTES];
};

struct place {
	struct decision d;
	uint16_t pe;
	uint32_t who;
	bool secure;
	uint64_t ns;
	const void *pc[FRAMES];
	unsigned frames;
	char named[160], guest[120]; /* what the point is called, where AArch64 code is */
	bool in_guest;		     /* that code is what runs */
	char text[600];
};

/* In memory that a process which does not survive its run shares with us. */
struct picture {
	struct row row[ROWS_MAX];
	unsigned rows, pes, first; /* first row shown */
	struct place place[DECISIONS_MAX];
	unsigned places;
	uint8_t *wanted; /* per trace kind */
	size_t kinds;
	int step, result, taken;
	const struct places *names; /* of the session that runs */
	char what[400];
};

/* Events that tell the story; the rest is machinery. */
static const char *const story[] = {
	"task.step",	 "task.result", "task.exit", "lock.wait",   "sched.migrate", "inject.",
	"stall.",	 "bug.",	"sp.crash",  "sp.migrated", "spmc.panic",    "ffa.direct",
	"ffa.interrupt", "ffa.run",	"ffa.error", "ffa.mem_",    "irq.device",    "race."};

static bool tells(const char *name)
{
	for (size_t i = 0; i < sizeof(story) / sizeof(story[0]); i++)
		if (!strncmp(name, story[i], strlen(story[i])))
			return true;
	return false;
}

static struct row *add_row(struct picture *p, uint64_t ns, unsigned pe)
{
	struct row *r;

	if (p->rows == ROWS_MAX)
		return NULL;
	r = &p->row[p->rows++];
	*r = (struct row){.ns = ns, .pe = (uint16_t)pe, .decision = -1};
	return r;
}

/* " w5=0" and the ids in w1 and w2 say nothing that the line does not. */
static void drop_words(char *text)
{
	for (char *p = strchr(text, ' '); p;) {
		char *next = strchr(p + 1, ' ');
		size_t n = next ? (size_t)(next - p) : strlen(p);

		if (p[1] == 'w' && (!memcmp(p + n - 2, "=0", 2) || p[2] == '1' || p[2] == '2')) {
			memmove(p, p + n, strlen(p + n) + 1);
			p = *p ? p : NULL;
			continue;
		}
		p = next;
	}
}

static void see(void *ctx, const struct trace_rec *rec)
{
	struct picture *p = ctx;
	struct row *r;

	if (rec->kind >= p->kinds || !p->wanted[rec->kind])
		return;
	r = add_row(p, rec->time_ns, rec->pe);
	if (!r)
		return;
	r->step = rec->kind == p->step;
	r->result = rec->kind == p->result;
	r->who = rec->who;
	if (r->step || r->result)
		snprintf(r->text, sizeof(r->text), "%s%s %s", trace_name(rec->who),
			 r->step ? ":" : "", trace_name((uint32_t)rec->arg[0]));
	else
		show_record(rec, r->text, sizeof(r->text));
	if (!strncmp(r->text, "ffa.direct", 10))
		drop_words(r->text);
}

/* Frame pointers of this fiber; a fiber's first frame has none. */
static unsigned walk(const void **pc)
{
	const uintptr_t *frame = __builtin_frame_address(0);
	unsigned n = 0;

	while (n < FRAMES && frame) {
		const uintptr_t *next = (const uintptr_t *)frame[0];

		if (!frame[1])
			break;
		pc[n++] = (const void *)frame[1];
		if (next <= frame || next - frame > FIBER_STACK_SP_BYTES / 8)
			break;
		frame = next;
	}
	return n;
}

static const char *what_happens(const struct decision *d)
{
	switch (d->kind) {
	case ORACLE_HOLD:
		return "waits until no other PE can go on";
	case ORACLE_IRQ:
		return "gets an interrupt";
	case ORACLE_PREEMPT:
		return "is given to another task";
	case ORACLE_MOVE:
		return "loses its task to another PE";
	case ORACLE_WAKE:
		return "wakes another waiter first";
	case ORACLE_MIGRATE:
		return "sends a woken task elsewhere";
	default:
		return "is chosen among PEs of equal time";
	}
}

/* Modules and SPs are what the reader wrote; else the first function behind the machinery. */
static bool is_users(const struct symbol *s)
{
	return strstr(s->image, ".ko.") || strstr(s->image, ".sp.");
}

/* " at file:line", or nothing. */
static void add_line(char *out, size_t bytes, const char *how, const struct symbol *s)
{
	if (s->file)
		snprintf(out + strlen(out), bytes - strlen(out), "%s%s:%d", how, s->file, s->line);
}

/* Who asked for it: the next frame of another module than @best. */
static void add_caller(struct place *at, const struct symbol *best, unsigned from)
{
	const struct symbol *caller = NULL;

	for (unsigned i = from; best && !caller && i < at->frames; i++) {
		const struct symbol *s = symbol_at(at->pc[i]);

		if (is_users(s) && strcmp(s->image, best->image))
			caller = s;
	}
	if (!caller)
		return;
	snprintf(at->text + strlen(at->text), sizeof(at->text) - strlen(at->text),
		 ", called from %s", caller->function);
	add_line(at->text, sizeof(at->text), " at ", caller);
}

/* Where the AArch64 code of @ec is; "" when it has none. */
static void guest_text(const struct ec *ec, char *out, size_t bytes)
{
	uint64_t pc, distance;
	const char *name;

	out[0] = 0;
	if (!ec || !ec->ops->pc)
		return;
	pc = ec->ops->pc(ec);
	name = ec->ops->symbol(ec, pc, &distance);
	if (!name)
		snprintf(out, bytes, "%s is at %08" PRIx64, trace_name(ec->who), pc);
	else if (!distance)
		snprintf(out, bytes, "%s is at %s (%08" PRIx64 ")", trace_name(ec->who), name, pc);
	else
		snprintf(out, bytes, "%s is at %s+0x%" PRIx64 " (%08" PRIx64 ")",
			 trace_name(ec->who), name, distance, pc);
}

/* The code that runs, or that a named point in its SVC is about. */
static void take_guest(struct place *at, const struct places *places, const struct pe *pe)
{
	const struct ec *running = ec_running(pe), *last = ec_last(pe);
	const uint32_t sp = places_sp(places, at->d.at);

	places_text(places, at->d.at, at->named, sizeof(at->named));
	guest_text(running, at->guest, sizeof(at->guest));
	at->in_guest = at->guest[0];
	if (!running && at->secure && sp && last && last->who == sp)
		guest_text(last, at->guest, sizeof(at->guest));
}

static void add(struct place *at, const char *text)
{
	const size_t used = strlen(at->text), len = strnlen(text, sizeof(at->text) - 1 - used);

	memcpy(at->text + used, text, len);
	at->text[used + len] = 0;
}

static void name_place(struct place *at)
{
	const struct symbol *best = NULL;
	unsigned from = 0;
	size_t count;

	for (unsigned i = 0; i < at->frames; i++) {
		const struct symbol *s = symbol_at(at->pc[i]);

		if (!is_users(s) && (best || !s->file || strstr(s->file, "sim/soc/") ||
				     strstr(s->file, "sim/explore/") ||
				     strstr(s->file, "sim/host/") || strstr(s->file, "sim/core/")))
			continue;
		best = s;
		from = i;
		if (is_users(s))
			break;
	}
	if (at->d.kind == ORACLE_FAULT)
		snprintf(at->text, sizeof(at->text), "PE%u: passage %u of %s fails%s", at->pe,
			 at->d.at, fault_sites(&count)[at->d.site]->name,
			 at->d.answer ? ", and those behind it" : "");
	else if (at->d.kind == ORACLE_MOVE)
		snprintf(at->text, sizeof(at->text), "PE%u loses its task to PE%u", at->pe,
			 at->d.answer);
	else
		snprintf(at->text, sizeof(at->text), "PE%u %s", at->pe, what_happens(&at->d));
	add(at, at->named);
	if (at->in_guest) {
		add(at, ", while ");
		add(at, at->guest);
		return;
	}
	snprintf(at->text + strlen(at->text), sizeof(at->text) - strlen(at->text),
		 ", while %s is in %s", trace_name(at->who), best ? best->function : "user mode");
	if (best)
		add_line(at->text, sizeof(at->text), " at ", best);
	add_caller(at, best, from);
	if (at->secure && !(best && strstr(best->image, ".sp.")))
		add(at, " (the SPMC serves it)");
	if (at->guest[0]) {
		add(at, "; ");
		add(at, at->guest);
	}
}

static void name_row(char *out, size_t bytes, unsigned number, const struct decision *d)
{
	size_t count;

	if (d->kind == ORACLE_FAULT)
		snprintf(out, bytes, "<%u> %s fails%s", number, fault_sites(&count)[d->site]->name,
			 d->answer ? " from here on" : "");
	else
		snprintf(out, bytes, "<%u> %s", number, what_happens(d));
}

static void decided(void *ctx, const struct decision *d)
{
	struct picture *p = ctx;
	struct place *at = &p->place[p->places];
	struct pe *pe = machine->running;
	struct row *r;

	if (p->places == DECISIONS_MAX)
		return;
	*at = (struct place){.d = *d, .ns = machine->now_ns};
	if (pe) {
		at->pe = (uint16_t)pe->id;
		at->who = pe->who;
		at->secure = pe->world == WORLD_S;
		at->frames = walk(at->pc);
		if (decision_is_point(d->kind))
			take_guest(at, p->names, pe);
	}
	name_place(at); /* now: elsewhere its code may lie at other addresses */
	r = add_row(p, machine->now_ns, at->pe);
	if (r) {
		r->decision = (int)p->places;
		name_row(r->text, sizeof(r->text), p->places + 1, d);
	}
	p->places++;
}

/* Back from the first decision: one step of each task. */
static unsigned first_row(const struct picture *p)
{
	unsigned at = 0, from;
	uint32_t seen[8];
	unsigned count = 0;

	while (at < p->rows && p->row[at].decision < 0)
		at++;
	if (at == p->rows)
		at = p->rows > SHOWN_MAX ? p->rows - SHOWN_MAX : 0;
	from = at;
	for (unsigned i = at; i-- > 0;) {
		bool again = false;

		if (!p->row[i].step)
			continue;
		for (unsigned k = 0; k < count; k++)
			again |= seen[k] == p->row[i].who;
		if (again)
			continue;
		from = i;
		if (count == 8)
			break;
		seen[count++] = p->row[i].who;
	}
	return from;
}

struct picture *picture_take(struct session *x, struct explore_target *how, const struct plan *plan,
			     struct explore_result *r)
{
	const struct trace_kind *const *kind;
	struct picture *p =
		mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	kind = trace_kinds(&p->kinds);
	p->wanted = calloc(p->kinds + 1, 1);
	if (!p->wanted) {
		picture_free(p);
		return NULL;
	}
	p->step = p->result = -1;
	for (size_t i = 0; i < p->kinds; i++) {
		p->wanted[i] = tells(kind[i]->name);
		if (!strcmp(kind[i]->name, "task.step"))
			p->step = (int)i;
		if (!strcmp(kind[i]->name, "task.result"))
			p->result = (int)i;
	}
	p->pes = x->s->mach.pes;
	x->see = see;
	x->see_ctx = p;
	p->names = &x->places;
	x->follow.decided = decided;
	x->follow.ctx = p;
	how->run(how, plan, r);
	x->see = NULL;
	x->follow.decided = NULL;
	snprintf(p->what, sizeof(p->what), "%s", r->what);
	p->first = first_row(p);
	return p;
}

#define COLUMN 52

void picture_print(const struct picture *p, FILE *out)
{
	unsigned shown = 0;

	if (p->pes <= 4) {
		fprintf(out, "  %12s  ", "virtual time");
		for (unsigned pe = 0; pe < p->pes; pe++)
			fprintf(out, pe + 1 < p->pes ? "PE%-*u" : "PE%*u",
				pe + 1 < p->pes ? COLUMN : 1, pe);
		fputc('\n', out);
	}
	for (unsigned i = p->first; i < p->rows; i++) {
		const struct row *r = &p->row[i];

		if (++shown > SHOWN_MAX) {
			fprintf(out, "  %14s... %u more\n", "", p->rows - i);
			break;
		}
		if (p->pes <= 4)
			fprintf(out, "  %12s  %*s%s\n", text_ms(r->ns), (int)r->pe * (COLUMN + 2),
				"", r->text);
		else
			fprintf(out, "  %12s  PE%-3u %s\n", text_ms(r->ns), r->pe, r->text);
	}
	for (unsigned i = 0; i < p->places; i++)
		fprintf(out, "  <%u> %s\n", i + 1, p->place[i].text);
}

const char *picture_where(const struct picture *p, const struct decision *d)
{
	for (unsigned i = 0; i < p->places; i++) {
		const struct decision *at = &p->place[i].d;

		if (at->kind == d->kind && at->at == d->at && at->site == d->site)
			return p->place[i].text;
	}
	return "";
}

void picture_free(struct picture *p)
{
	if (!p)
		return;
	free(p->wanted);
	munmap(p, sizeof(*p));
}
