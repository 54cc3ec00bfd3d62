/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A rewound machine runs as a new one does (issue 5, numbers; design 9): the same plan gives the
 * same interleaving, time, points and verdict after thousands of other runs, and the same as in a
 * world that was built for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "core/arena.h"
#include "core/prng.h"
#include "core/symbol.h"
#include "open_session.h"

#define REWINDS 10000
#define SAMPLES 16

static const char text[] =
	"machine: {pes: 2, leaks: true}\n"
	"partitions:\n"
	"  - {name: echo}\n"
	"tasks:\n"
	"  - name: a\n"
	"    steps:\n"
	"      - open: {device: echo, as: c}\n"
	"      - session: {on: c, as: s, expect: any}\n"
	"      - invoke: {on: s, opcode: echo, data: hello, expect: any}\n"
	"  - name: b\n"
	"    steps:\n"
	"      - open: {device: echo, as: c}\n"
	"      - session: {on: c, as: s, expect: any}\n"
	"      - shm: {on: c, bytes: 8KiB, as: m, expect: any}\n"
	"      - invoke: {on: s, opcode: echo, data: world, shm: m, expect: any}\n";

/* AArch64 code, with an interrupt in the middle of it, so that runs end in every state an engine
 * can be in; the second client's request goes on when the machine stops. */
static const char guest_text[] =
	"machine: {pes: 2, tick: 100us}\n"
	"partitions:\n"
	"  - {name: torture, manifest: sps/spin/spin.dts, image: aarch64/torture}\n"
	"tasks:\n"
	"  - name: a\n"
	"    steps:\n"
	"      - open: {device: torture, as: c}\n"
	"      - session: {on: c, service: torture, as: s, expect: any}\n"
	"      - invoke: {on: s, opcode: mix, seed: 7, rounds: 3, expect: any}\n"
	"  - name: b\n"
	"    background: true\n"
	"    steps:\n"
	"      - open: {device: torture, as: c}\n"
	"      - session: {on: c, service: torture, as: s, expect: any}\n"
	"      - invoke: {on: s, opcode: alu, turns: 100000, expect: any}\n"
	"inject:\n"
	"  - {on: 'guest.pc(sp=torture, symbol=torture_mix)', nth: 2, irq: 40, pe: 0}\n";

static const char *now = text;

static void open_it(bool snapshot)
{
	open_session(now, snapshot);
}

static void sample(unsigned i, struct plan *plan)
{
	struct prng p;

	prng_seed(&p, 77 + i);
	*plan = (struct plan){0};
	for (unsigned n = 0; n < i % 6; n++)
		plan_add(plan, &(struct decision){.kind = DECIDE_ANY,
						  .at = 1 + (uint32_t)(prng_next(&p) % 150),
						  .answer = (uint32_t)prng_next(&p)});
}

static void run_sample(unsigned i, struct explore_result *r)
{
	struct plan plan;

	sample(i, &plan);
	assert_int_equal(x->target.run(&x->target, &plan, r), 0);
}

static void same(const struct explore_result *a, const struct explore_result *b)
{
	assert_int_equal(a->shape, b->shape);
	assert_int_equal(a->virtual_ns, b->virtual_ns);
	assert_int_equal(a->points, b->points);
	assert_int_equal(a->questions, b->questions);
	assert_int_equal(a->code, b->code);
	assert_string_equal(a->what, b->what);
	assert_true(plan_equal(&a->applied, &b->applied));
}

static void rewound_is_new(unsigned rewinds)
{
	static struct explore_result fresh[SAMPLES], r;

	session_prepare(0);
	open_it(false);
	for (unsigned i = 0; i < SAMPLES; i++)
		run_sample(i, &fresh[i]);
	assert_int_not_equal(fresh[5].shape, fresh[0].shape);
	assert_int_equal(fresh[0].code, 0);
	close_it();

	open_it(true);
	if (!x->snapshot)
		rewinds = 64; /* ASan, Valgrind: worlds are built, each time */
	for (unsigned i = 0; i < rewinds; i++) {
		run_sample(i % SAMPLES, &r);
		same(&r, &fresh[i % SAMPLES]);
	}
	close_it();
}

static void test_rewound_is_new(void **state)
{
	(void)state;
	rewound_is_new(REWINDS);
}

/* Engines are not in the machine's memory: issue 7. */
static void test_rewound_guest_is_new(void **state)
{
	(void)state;
	if (!world_find_file("sp", "aarch64/torture") ||
	    !world_find_file("backend", "el0.backend.so"))
		skip();
	now = guest_text;
	rewound_is_new(REWINDS / 10);
	if (snapshot_known()) { /* it was not done by building worlds */
		open_it(true);
		assert_non_null(x->snapshot);
		close_it();
	}
	now = text;
}

/* What a run decided is a plan that repeats it. */
static void test_applied_repeats(void **state)
{
	static struct explore_result r, again;

	(void)state;
	session_prepare(0);
	open_it(true);
	for (unsigned i = 0; i < 200; i++) {
		run_sample(i, &r);
		assert_int_equal(x->target.run(&x->target, &r.applied, &again), 0);
		same(&r, &again);
	}
	close_it();
}

/* Steady state: no page is learned twice, and few are copied. */
static void test_hot_pages(void **state)
{
	static struct explore_result r;
	size_t hot;

	(void)state;
	session_prepare(0);
	open_it(true);
	if (!x->snapshot) {
		close_it();
		skip();
	}
	for (unsigned i = 0; i < 400; i++)
		run_sample(i % SAMPLES, &r);
	hot = snapshot_hot_pages(x->snapshot);
	for (unsigned i = 0; i < 400; i++)
		run_sample(i % SAMPLES, &r);
	assert_int_equal(snapshot_hot_pages(x->snapshot), hot);
	assert_in_range(hot, 10, 400);
	close_it();
}

static const char no_names_text[] = "machine: {pes: 2}\n"
				    "partitions:\n"
				    "  - {name: echo}\n"
				    "tasks:\n"
				    "  - {name: a, steps: [{open: {device: echo, as: c}}]}\n";
static const struct symbol *looked_up;

static void look_up(void *ctx, const struct trace_rec *rec)
{
	(void)ctx;
	(void)rec;
	looked_up = symbol_at((const void *)(uintptr_t)look_up);
}

/* A name that a run looked up is known in the next one: each look-up reads debug information. Also
 * when everything had been forgotten before the snapshot, as it is when modules are unloaded. */
static void test_names_outlive_runs(void **state)
{
	static struct explore_result r;
	const struct symbol *first;

	(void)state;
	now = no_names_text; /* nor does booting look up any */
	session_prepare(0);
	symbol_forget();
	open_it(true);
	now = text;
	x->see = look_up;
	run_sample(0, &r);
	first = looked_up;
	assert_non_null(first);
	looked_up = NULL;
	run_sample(0, &r);
	assert_ptr_equal(looked_up, first);
	close_it();
}

/* What was free when the snapshot was taken is free again when it is gone: sessions leave no hole
 * in the arena, however many there are. */
static void test_arena_comes_back(void **state)
{
	struct arena_part before[2], after[2];
	struct explore_result *r;

	(void)state;
	if (!snapshot_known())
		skip();
	r = calloc(1, sizeof(*r));
	assert_non_null(r);
	for (unsigned i = 0; i < 4; i++) {
		open_it(true);
		run_sample(i, r);
		close_it();
		arena_parts(i < 3 ? before : after);
	}
	/* The last page is begun anew each time. */
	assert_in_range(after[0].used_bytes - before[0].used_bytes, 0, 8192);
	assert_int_equal(after[1].used_bytes, before[1].used_bytes);
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rewound_is_new),
		cmocka_unit_test(test_rewound_guest_is_new),
		cmocka_unit_test(test_applied_repeats),
		cmocka_unit_test(test_hot_pages),
		cmocka_unit_test(test_names_outlive_runs),
		cmocka_unit_test(test_arena_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
