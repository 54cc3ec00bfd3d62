/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of an engine, found in its memory and through Unicorn's interface: the same, in both
 * directions, between runs and inside the hook of an SVC; flags also as instructions leave them and
 * as instructions see them. And what is not an engine's memory is not taken for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sp/el0/engine.h"

#define CODE_VA 0x40000000u
#define SVC 0xd4000001u

static struct engine *e;
static uint32_t page[1024] __attribute__((aligned(4096)));
static struct pe_regs in_call, whole, by_interface; /* at the SVC */
static struct engine_place in_call_place;
static uint64_t answer[19];

/* The same engine through the interface only. */
static struct engine interface(void)
{
	struct engine copy = *e;

	copy.state.x = NULL;
	copy.status_known = false;
	return copy;
}

static void on_exception(uc_engine *uc, uint32_t number, void *ctx)
{
	struct engine other = interface();
	struct pe_regs to;

	assert_int_equal(number, ENGINE_EXC_SVC);
	memset(&in_call, 0, sizeof(in_call));
	engine_read_call(ctx, &in_call, &in_call_place);
	engine_read_integers(ctx, &whole, &in_call_place);
	engine_read_integers(&other, &by_interface, &in_call_place);
	memcpy(to.x, answer, sizeof(answer));
	to.nzcv = 5u << 28;
	engine_write_result(ctx, &to);
	uc_emu_stop(uc);
}

static bool on_memory(uc_engine *uc, uc_mem_type type, uint64_t address, int bytes, int64_t value,
		      void *ctx)
{
	return false;
}

static const struct engine_hooks hooks = {.exception = on_exception, .memory = on_memory};
static const struct engine_hooks other_hooks = {.exception = on_exception, .memory = on_memory};

static uint64_t next_random(void)
{
	static uint64_t s = 88172645463325252u;

	s ^= s << 13;
	s ^= s >> 7;
	s ^= s << 17;
	return s;
}

static void fill(struct pe_regs *r, struct engine_place *place)
{
	for (unsigned i = 0; i < 31; i++)
		r->x[i] = next_random();
	for (unsigned i = 0; i < 32; i++)
		r->v[i][0] = next_random(), r->v[i][1] = next_random();
	r->tpidr_el0 = next_random();
	r->fpcr = (next_random() & 3) << 22;
	r->fpsr = next_random() & 0x1f;
	r->nzcv = (next_random() & 15) << 28;
	*place = (struct engine_place){.pc = CODE_VA, .sp = next_random() & ~15u};
}

static int set_up(void **state)
{
	e = engine_take(&hooks, NULL);
	if (!e)
		return -1;
	return uc_mem_map_ptr(e->uc, CODE_VA, sizeof(page), UC_PROT_READ | UC_PROT_EXEC, page);
}

static void load(const uint32_t *code, size_t insns)
{
	memcpy(page, code, 4 * insns);
	assert_false(uc_ctl_remove_cache(e->uc, CODE_VA, CODE_VA + 32));
}

static void test_found(void **state)
{
#ifndef __x86_64__
	skip();
#endif
	assert_non_null(e->state.x);
}

static void test_both_ways(void **state)
{
	struct pe_regs in, out;
	struct engine_place place, there;

	for (unsigned i = 0; i < 200; i++) {
		struct engine other = interface();

		memset(&in, 0, sizeof(in));
		memset(&out, 0xff, sizeof(out));
		fill(&in, &place);
		engine_write(i & 1 ? e : &other, &in, &place);
		if (!(i & 1))
			e->status_known = false; /* it does not know about the other's */
		engine_read(i & 1 ? &other : e, &out, &there);
		assert_memory_equal(&in, &out, sizeof(in));
		assert_int_equal(place.sp, there.sp);
	}
}

static void test_halves(void **state)
{
	struct pe_regs in, out = {0};
	struct engine_place place, there;

	memset(&in, 0, sizeof(in));
	fill(&in, &place);
	engine_write_integers(e, &in, &place);
	engine_write_vectors(e, &in);
	engine_read_integers(e, &out, &there);
	engine_read_vectors(e, &out);
	assert_memory_equal(&in, &out, sizeof(in));
	memset(&out, 0, sizeof(out));
	engine_read_kept(e, &out);
	for (unsigned i = 0; i < 31; i++)
		assert_int_equal(out.x[i], i < 19 ? 0 : in.x[i]);
}

/* What is written is seen by instructions: x9 = NZCV, x10 = SP, x11 = TPIDR_EL0, x12 = half of q7.
 */
static void test_seen_by_code(void **state)
{
	static const uint32_t code[] = {0xd53b4209, 0x910003ea, 0xd53bd04b, 0x4e183cec, SVC};
	struct engine_place place;
	struct pe_regs in;

	for (unsigned i = 0; i < 16; i++) {
		fill(&in, &place);
		in.nzcv = (uint64_t)i << 28;
		engine_write(e, &in, &place);
		load(code, 5);
		assert_false(engine_run(e, CODE_VA, 0));
		assert_int_equal(in_call.x[9], in.nzcv);
		assert_int_equal(in_call.x[10], place.sp);
		assert_int_equal(in_call.x[11], in.tpidr_el0);
		assert_int_equal(in_call.x[12], in.v[7][1]);
		assert_int_equal(in_call.x[3], in.x[3]);
		assert_int_equal(in_call_place.sp, place.sp);
	}
}

/* Flags as each kind of instruction that sets them leaves them. */
static void test_flags_of_code(void **state)
{
	static const uint32_t setters[] = {
		0xab02003f, /* cmn x1, x2 */
		0xeb02003f, /* cmp x1, x2 */
		0x6b02003f, /* cmp w1, w2 */
		0x2b02003f, /* cmn w1, w2 */
		0xea02003f, /* tst x1, x2 */
		0x6a02003f, /* tst w1, w2 */
		0xba020020, /* adcs x0, x1, x2 */
		0xfa020020, /* sbcs x0, x1, x2 */
		0xfa429023, /* ccmp x1, x2, #3, ls */
		0xba421825, /* ccmn x1, #2, #5, ne */
		0x1e622020, /* fcmp d1, d2 */
		0xd51b4201, /* msr nzcv, x1 */
	};
	static const uint64_t edge[] = {0, 1, 2, ~0ull, 1ull << 63, 1ull << 31, (1ull << 63) - 1};
	struct engine_place place;
	struct pe_regs in;

	for (unsigned i = 0; i < 12u * 49; i++) {
		const uint32_t code[] = {setters[i / 49], 0xd53b4209, SVC};

		fill(&in, &place);
		in.x[1] = in.v[1][0] = edge[i % 49 / 7];
		in.x[2] = in.v[2][0] = edge[i % 7];
		engine_write(e, &in, &place);
		load(code, 3);
		assert_false(engine_run(e, CODE_VA, 0));
		assert_int_equal(whole.nzcv, whole.x[9]);
		assert_int_equal(whole.nzcv, by_interface.nzcv);
		assert_memory_equal(whole.x, by_interface.x, sizeof(whole.x));
	}
}

static void test_answer(void **state)
{
	static const uint32_t code[] = {SVC};
	struct engine_place place;
	struct pe_regs in, out;

	fill(&in, &place);
	for (unsigned i = 0; i < 19; i++)
		answer[i] = next_random();
	engine_write(e, &in, &place);
	load(code, 1);
	assert_false(engine_run(e, CODE_VA, 0));
	for (unsigned way = 0; way < 2; way++) {
		struct engine other = interface();

		engine_read_integers(way ? &other : e, &out, &place);
		for (unsigned i = 0; i < 31; i++)
			assert_int_equal(out.x[i], i < 19 ? answer[i] : in.x[i]);
		assert_int_equal(out.nzcv, 5u << 28);
	}
}

/* What the probe says may be anything: memory of somebody else, or no memory. */
static void test_refused(void **state)
{
	static uint8_t strange[20000];
	struct engine_state s;

	state_find(&s, e->uc, NULL);
	assert_null(s.x);
	state_find(&s, e->uc, (void *)64);
	assert_null(s.x);
	state_find(&s, e->uc, strange);
	assert_null(s.x);
	if (!e->state.x)
		return;
	/* The vectors would be out of the window's reach, and flags before it. */
	state_find(&s, e->uc, e->state.x + 1);
	assert_null(s.x);
	state_find(&s, e->uc, (uint8_t *)e->state.x - 64);
	assert_ptr_equal(s.x, e->state.x);
}

/* A test may ask for what happens on a host where nothing is found. */
static void test_hidden(void **state)
{
	struct engine *other;

	assert_false(setenv(STATE_ENV, "interface", 1));
	other = engine_take(&other_hooks, NULL);
	unsetenv(STATE_ENV);
	assert_non_null(other);
	assert_ptr_not_equal(other, e);
	assert_null(other->state.x);
	engine_give(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),	      cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_halves),	      cmocka_unit_test(test_seen_by_code),
		cmocka_unit_test(test_flags_of_code), cmocka_unit_test(test_answer),
		cmocka_unit_test(test_refused),	      cmocka_unit_test(test_hidden),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
