/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs one scenario again and again, up to tens of thousands of times a second.
 *
 * The world is built and booted once, up to the moment before its tasks may run, and a snapshot is
 * taken there. Where that cannot be (ASan, Valgrind, --no-snapshot) each run builds its world; the
 * runs are the same, event by event.
 *
 * `struct run` belongs to the machine: it lies in the arena and is rewound with it. What must
 * outlive a run is in struct session and in what it points to.
 */
#include "host/session.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <xxhash.h>

#include "core/arena.h"
#include "core/symbol.h"
#include "explore/instrument.h"
#include "host/blocks.h"
#include "host/hints.h"

static struct session_watch *watch;  /* set before any snapshot */
static struct session *open_session; /* set before the snapshot, the same in each run */

void session_watch(struct session_watch *w)
{
	watch = w;
}

struct session_watch *session_watched(void)
{
	return watch;
}

void session_prepare(uint64_t hang_ns)
{
	const bool heard = watch;

	if (!watch)
		watch = mmap(NULL, sizeof(*watch), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (watch == MAP_FAILED)
		abort();
	crash_install();
	crash_words_to(watch->words, heard);
	hang_watch(hang_ns ? hang_ns : HANG_USUAL_NS, &watch->runs);
	symbol_at((const void *)session_prepare); /* its table is older than any snapshot */
	snapshot_known();
}

/* Numbers without meaning but well spread: the kinds' ids are small. */
static inline uint64_t mix(uint64_t h, uint64_t v)
{
	h ^= v;
	h *= 0x9e3779b97f4a7c15ULL;
	return h ^ h >> 29;
}

/* Which kind follows which, on the same PE or on another. */
static void note_pair(struct session *x, const struct trace_rec *rec)
{
	uint32_t key =
		((uint32_t)x->last_kind << 8 | (rec->kind & 0xff)) & ((1u << SEEN_PAIR_BITS) - 1);
	uint8_t *byte = &x->seen->pairs[key >> 3], bit = (uint8_t)(1u << (key & 7));

	if (!(*byte & bit)) {
		*byte |= bit;
		x->new_pairs++;
	}
	x->last_kind = (uint16_t)(rec->kind << 1 | (rec->pe & 1));
}

/* Names are numbered in the order a process meets them, so their text is what counts. */
static uint64_t name_hash(struct session *x, uint32_t id)
{
	const char *text;
	uint64_t h;

	if (id < SESSION_NAMES && x->name[id])
		return x->name[id];
	text = id ? trace_name(id) : "";
	h = XXH3_64bits(text, strlen(text)) | 1;
	if (id < SESSION_NAMES)
		x->name[id] = h;
	return h;
}

/* The point behind this event may be one that a strategy waits for. */
static inline void name_point(struct session *x, const struct trace_rec *rec)
{
	struct oracle *o = &machine->oracle;

	if (machine->asks && places_see(&x->places, rec, o->points + 1))
		follow_name(&x->follow, o);
}

static void emit(struct trace_sink *sink, const struct trace_rec *rec)
{
	struct run *run = (struct run *)((char *)sink - offsetof(struct run, sink));
	struct session *x = open_session;

	if (run->ready_done && !x->outside) {
		x->shape = mix(x->shape, name_hash(x, rec->who) ^ (uint64_t)rec->kind << 32 ^
						 (uint64_t)rec->pe << 16);
		note_pair(x, rec);
		name_point(x, rec);
		if (x->see)
			x->see(x->see_ctx, rec);
	}
	if (trace_kinds_have(&run->heard, rec->kind))
		run_consume(run, rec);
}

/* The world, booted and waiting before its tasks. 0 or an exit code. */
static int build(struct session *x)
{
	struct run *run = calloc(1, sizeof(*run));
	x->run = run;
	if (!run)
		return EXIT_INTERNAL;
	x->outside = true;
	block_forget(); /* modules may lie elsewhere this time */
	*run = (struct run){.s = x->s, .o = &x->options, .quiet = true, .pause = true};
	run->sink.emit = emit;
	if (run_make(run))
		return EXIT_INTERNAL;
	if (run_build(run))
		return EXIT_USAGE;
	crash_guard(run);
	if (world_run(&run->w) != MACHINE_RUNNING || !run->ready_done) {
		char crashed[CRASH_WORDS_BYTES];

		if (crash_happened())
			crash_text(crashed, sizeof(crashed));
		fprintf(stderr, "%s: the world does not boot: %s\n", x->s->path,
			crash_happened()  ? crashed
			: run->w.error[0] ? run->w.error
					  : (run->w.m->stop_why ? run->w.m->stop_why : "?"));
		world_destroy(&run->w);
		return EXIT_USAGE;
	}
	return 0;
}

static void unbuild(struct session *x)
{
	crash_guard(NULL);
	x->outside = true;
	if (!x->run)
		return;
	if (x->run->w.m)
		world_destroy(&x->run->w);
	run_free(x->run);
	free(x->run);
	x->run = NULL;
}

/* A block of a driver met for the first time counts like a new pair of events. */
static void block(const void *pc)
{
	struct session *x = open_session;
	uint32_t key = block_number(pc) & ((1u << SEEN_BLOCK_BITS) - 1);
	uint8_t *byte = &x->seen->blocks[key >> 3], bit = (uint8_t)(1u << (key & 7));

	if (!(*byte & bit)) {
		*byte |= bit;
		x->new_pairs++;
	}
}

void session_start(struct session *x, const struct plan *plan, const struct mark *mark)
{
	x->outside = false;
	x->shape = mark ? mark->shape : 0;
	x->last_kind = mark ? mark->last_kind : 0;
	x->new_pairs = mark ? mark_see(mark, x->seen) : 0;
	instrument.block = block;
	if (mark)
		follow_resume(&x->follow, plan, plan->hinted ? mark->skipped : 0,
			      marks_begin(x->marks));
	else
		run_decide_start(x->run->w.m, &x->follow, plan);
	places_start(&x->places, x->s);
	if (plan->hinted && x->s->decide_at_count && !x->options.all_points)
		follow_named(&x->follow, &x->run->w.m->oracle);
	if (x->hints)
		hints_start(x->hints, &x->follow, plan->hinted);
}

static bool has_fault(const struct plan *plan)
{
	for (unsigned i = 0; i < plan->count; i++)
		if (plan->d[i].kind == ORACLE_FAULT)
			return true;
	return false;
}

/* A step that fails because of an injected fault was told the truth, and an SPMC that panics behind
 * a deviation its profile is known for does what the real one would. What counts is what else is
 * wrong: leaks, detectors, a task that never ends. */
static void tolerate(const struct run *run, struct explore_result *out, const struct finding **why)
{
	const bool known = spmc_panic_quirk(run->w.spmc);
	const char *halted = scn_stop_words[MACHINE_HALTED];

	for (const struct finding *f = *why; f; f = f->next) {
		if (f->class == FINDING_EXPECTATION ||
		    (known && !strncmp(f->what, halted, strlen(halted))))
			continue;
		*why = f;
		return;
	}
	out->reported = true;
	out->failed = false;
	out->code = EXIT_PASS;
}

static void judge(struct session *x, struct explore_result *out)
{
	struct run *run = x->run;
	const struct finding *why = NULL;

	out->code = run_conclude(run, &why);
	out->failed = out->code != EXIT_PASS;
	out->reported = false;
	if (out->failed && has_fault(&x->follow.applied) && !crash_happened())
		tolerate(run, out, &why);
	out->what[0] = 0;
	out->cause = 0;
	if (out->failed && crash_happened())
		out->cause = crash_text(out->what, sizeof(out->what));
	else if ((out->failed || out->reported) && why) {
		out->cause = cause_of(why->what);
		snprintf(out->what, sizeof(out->what), "%s%s%s", why->what, why->where ? "  " : "",
			 why->where ? why->where : "");
		if (out->reported && spmc_panic_quirk(run->w.spmc))
			snprintf(out->what + strlen(out->what),
				 sizeof(out->what) - strlen(out->what), "  (known: %s)",
				 spmc_panic_quirk(run->w.spmc));
	}
	out->points_passed = (uint32_t)run->w.m->oracle.points;
	out->points = follow_points(&x->follow, &run->w.m->oracle);
	out->questions = (uint32_t)run->w.m->oracle.choices;
	out->virtual_ns = run->w.m->now_ns;
	out->crashed = crash_happened();
	out->host_limited = crash_in_the_middle() && !crash_happened();
	out->applied = x->follow.applied;
	out->tried = x->follow.tried;
	out->shape = x->shape;
	out->new_pairs = x->new_pairs;
	x->target.pairs_seen += x->new_pairs;
	out->option = x->follow.option;
	out->option_count = x->follow.option_count;
}

/* A mark pays when runs are many. */
#define MARKS_AFTER 32

void session_begin(struct session *x, const struct mark *mark)
{
	if (x->snapshot) {
		ec_backends_rest(crash_in_the_middle() ? EC_REST_CRASHED : EC_REST_DROP);
		snapshot_rewind(x->snapshot, mark ? mark->at : NULL);
	}
	/* Machines come from the arena even when they are not rewound: what they leave in pools for
	 * the next one must not be the host's. */
	arena_enter();
}

/* Where to take up a run; a listener to events wants them all, and so do places with names. */
static const struct mark *mark_for(struct session *x, const struct plan *plan)
{
	if (!x->snapshot || x->see || x->s->decide_at_count)
		return NULL;
	if (++x->rewound == MARKS_AFTER && x->usual_ends)
		x->marks = marks_make(x);
	return x->marks ? marks_for(x->marks, plan) : NULL;
}

static int session_run(struct explore_target *t, const struct plan *plan,
		       struct explore_result *out)
{
	struct session *x = (struct session *)t;
	const struct mark *mark = mark_for(x, plan);
	int err = 0;

	watch->runs++;
	session_begin(x, mark);
	if (!x->snapshot) {
		unbuild(x);
		err = build(x);
	}
	if (!err) {
		session_start(x, plan, mark);
		x->run->stop = machine_continue(x->run->w.m);
		judge(x, out);
	}
	arena_depth_set(0); /* a crashed flow may have been deeper */
	return err;
}

/* Where each run builds its world: the usual run, once more. */
static int learn_hints(struct session *x)
{
	struct explore_result *r;
	int err;

	if (!x->hints)
		return 0;
	r = calloc(1, sizeof(*r));
	if (!r)
		return EXIT_INTERNAL;
	err = session_run(&x->target, &(struct plan){0}, r);
	hints_learn(x->hints);
	memset(x->seen, 0, sizeof(*x->seen));
	free(r);
	return err;
}

int session_open(struct session *x, struct scn *s, const struct run_options *o, bool use_snapshot)
{
	struct explore_result r;
	int err;

	*x = (struct session){.target = {.run = session_run}, .s = s, .options = *o};
	x->options.out = stdout;
	x->follow.mirror = &watch->applied;
	x->seen = calloc(1, sizeof(*x->seen));
	if (!x->seen)
		return EXIT_INTERNAL;
	open_session = x;
	if (s->mach.points && !o->all_points && !s->decide_at_count)
		x->hints = hints_create();
	if (!use_snapshot || !snapshot_known())
		return learn_hints(x);
	/* Once through, so that pools of stacks and tasks are as full as a run needs them. */
	arena_enter();
	err = build(x);
	if (!err) {
		session_start(x, &(struct plan){0}, NULL);
		watch->usual = true;
		x->run->stop = machine_continue(x->run->w.m);
		judge(x, &r);
		x->usual_ends = !r.crashed && !r.host_limited;
		if (x->hints)
			hints_learn(x->hints);
		unbuild(x);
		watch->usual = false;
		err = build(x);
	}
	if (!err && !ec_backends_rest(EC_REST_KEEP)) {
		/* A context is in the middle of something: each run builds its world. */
		unbuild(x);
		arena_leave();
		memset(x->seen, 0, sizeof(*x->seen));
		return 0;
	}
	arena_leave();
	if (err)
		return err;
	memset(x->seen, 0, sizeof(*x->seen)); /* what was seen so far was no run of a campaign */
	x->snapshot = snapshot_take();
	return x->snapshot ? 0 : EXIT_INTERNAL;
}

void session_close(struct session *x)
{
	session_begin(x, NULL);
	snapshot_drop(x->snapshot);
	x->snapshot = NULL;
	unbuild(x);
	arena_leave();
	marks_free(x->marks);
	x->marks = NULL;
	follow_free(&x->follow);
	free(x->seen);
	x->seen = NULL;
	hints_destroy(x->hints);
	x->hints = NULL;
}
