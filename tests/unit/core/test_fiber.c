/* SPDX-License-Identifier: BSD-3-Clause */
/* Fibers (anchors.md B.8): order of switches, registers kept, pool, paint, guard. Fibers record;
 * only the host asserts, because a failing cmocka assert longjmps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "core/fiber.h"

#define MANY 500

static struct fiber *many[MANY];
static unsigned order[4 * MANY], order_count;

static void ring(void *arg)
{
	unsigned id = (unsigned)(uintptr_t)arg;

	for (int round = 0; round < 3; round++) {
		order[order_count++] = id;
		fiber_switch(id + 1 < MANY ? many[id + 1] : fiber_host());
	}
	fiber_finish(fiber_host());
}

static void five_hundred_fibers_switch_in_a_ring(void **state)
{
	(void)state;
	order_count = 0;
	for (unsigned i = 0; i < MANY; i++) {
		char name[16];

		snprintf(name, sizeof(name), "f%u", i);
		many[i] = fiber_create(name, FIBER_STACK_TASK_BYTES, ring, (void *)(uintptr_t)i);
		assert_non_null(many[i]);
	}
	for (int round = 0; round < 3; round++)
		fiber_switch(many[0]);
	assert_int_equal(order_count, 3 * MANY);
	for (unsigned i = 0; i < order_count; i++)
		assert_int_equal(order[i], i % MANY);
	assert_string_equal(fiber_name(many[17]), "f17");
	for (unsigned i = 0; i < MANY; i++) {
		assert_false(fiber_is_finished(many[i]));
		fiber_switch(many[i]);
		assert_true(fiber_is_finished(many[i]));
		fiber_destroy(many[i]);
	}
}

/* Arithmetic over locals across switches: callee-saved registers and the stack survive. */
static uint64_t sums[2];
static unsigned rounding[2];
static struct fiber *pair[2];

static void summer(void *arg)
{
	unsigned id = (unsigned)(uintptr_t)arg;
	uint64_t a = id + 1, b = id + 2, c = id + 3, d = id + 4, e = id + 5, f = id + 6;

	for (int i = 0; i < 1000; i++) {
		a += b;
		b ^= c;
		c += d;
		d ^= e;
		e += f;
		f ^= a;
		fiber_switch(pair[!id]);
	}
	sums[id] = a + b + c + d + e + f;
	fiber_switch(id ? fiber_host() : pair[1]);
	fiber_finish(fiber_host());
}

static uint64_t sum_alone(unsigned id)
{
	uint64_t a = id + 1, b = id + 2, c = id + 3, d = id + 4, e = id + 5, f = id + 6;

	for (int i = 0; i < 1000; i++) {
		a += b;
		b ^= c;
		c += d;
		d ^= e;
		e += f;
		f ^= a;
	}
	return a + b + c + d + e + f;
}

static void locals_survive_two_thousand_switches(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++)
		pair[i] = fiber_create("sum", FIBER_STACK_TASK_BYTES, summer, (void *)(uintptr_t)i);
	fiber_switch(pair[0]);
	assert_true(sums[0] == sum_alone(0));
	assert_true(sums[1] == sum_alone(1));
	fiber_destroy(pair[0]); /* unfinished on purpose: an owner may drop a parked fiber */
	fiber_destroy(pair[1]);
}

#ifdef __SSE2__
#include <xmmintrin.h>
/* Rounding modes belong to a fiber (mxcsr is switched). */
static void rounder(void *arg)
{
	unsigned id = (unsigned)(uintptr_t)arg;

	_MM_SET_ROUNDING_MODE(id ? _MM_ROUND_UP : _MM_ROUND_DOWN);
	fiber_switch(fiber_host());
	rounding[id] = _MM_GET_ROUNDING_MODE();
	fiber_finish(fiber_host());
}

static void rounding_mode_belongs_to_the_fiber(void **state)
{
	unsigned before = _MM_GET_ROUNDING_MODE();

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		pair[i] = fiber_create("r", FIBER_STACK_TASK_BYTES, rounder, (void *)(uintptr_t)i);
		fiber_switch(pair[i]);
	}
	fiber_switch(pair[0]);
	fiber_switch(pair[1]);
	assert_true(_MM_GET_ROUNDING_MODE() == before);
	assert_int_equal(rounding[0], _MM_ROUND_DOWN);
	assert_int_equal(rounding[1], _MM_ROUND_UP);
	fiber_destroy(pair[0]);
	fiber_destroy(pair[1]);
}
#endif

static size_t depth_bytes;
static uint8_t touch_sum;

static void toucher(void *arg)
{
	volatile uint8_t *p = __builtin_alloca(depth_bytes);

	(void)arg;
	for (size_t i = 0; i < depth_bytes; i++)
		p[i] = 0xa5;
	touch_sum = p[depth_bytes / 2];
	fiber_finish(fiber_host());
}

static size_t use_of(size_t bytes)
{
	struct fiber *f = fiber_create("deep", FIBER_STACK_TASK_BYTES, toucher, NULL);
	size_t used;

	depth_bytes = bytes;
	fiber_switch(f);
	used = fiber_stack_used_bytes(f);
	fiber_destroy(f);
	return used;
}

static void stack_use_is_measured_and_forgotten_by_the_next_owner(void **state)
{
	size_t small, big, again;

	(void)state;
	use_of(64); /* lazy binding of library calls uses stack once */
	small = use_of(64);
	big = use_of(40000);
	again = use_of(64);
	assert_in_range(small, 64, 8192);
	assert_in_range(big, 40000, 48192);
	assert_int_equal(again, small);
	use_of(40000);
	fiber_pool_paint();
	assert_int_equal(use_of(64), small); /* painted before it is taken */
	assert_int_equal(use_of(64), small); /* and afterwards by who takes it */
	fiber_pool_paint();
	fiber_pool_paint(); /* one owner uses up the paint */
	use_of(40000);
	assert_int_equal(use_of(64), small);
	assert_int_equal(fiber_stack_used_bytes(fiber_host()), 0);
}

static uintptr_t seen_local;

static void where_am_i(void *arg)
{
	/* Not &local: under ASan that may be on the fake stack. */
	seen_local = (uintptr_t)__builtin_frame_address(0);
	(void)arg;
	fiber_finish(fiber_host());
}

static void a_stack_is_reused_and_its_guard_is_known(void **state)
{
	struct fiber *f = fiber_create("a", FIBER_STACK_SP_BYTES, where_am_i, NULL);
	const struct fiber *owner = NULL;
	uintptr_t first, guard;

	(void)state;
	fiber_switch(f);
	first = seen_local;
	/* The frame is within the top page, so the guard is one stack below that page's end. */
	guard = ((first + 4095) & ~(uintptr_t)4095) - FIBER_STACK_SP_BYTES - 1;
	assert_true(fiber_guard_hit((const void *)guard, &owner));
	assert_ptr_equal(owner, f);
	assert_false(fiber_guard_hit((const void *)(guard + 1), &owner));
	fiber_destroy(f);
	assert_false(fiber_guard_hit((const void *)guard, &owner));
	f = fiber_create("b", FIBER_STACK_SP_BYTES, where_am_i, NULL);
	fiber_switch(f);
	assert_int_equal(seen_local, first);
	fiber_destroy(f);
	fiber_destroy(NULL);
}

static void odd_sizes_do_not_exhaust_the_pool(void **state)
{
	(void)state;
	for (size_t pages = 4; pages < 24; pages++) {
		struct fiber *f = fiber_create("odd", pages * 4096 + 1, where_am_i, NULL);

		assert_non_null(f);
		fiber_switch(f);
		assert_true(fiber_is_finished(f));
		fiber_destroy(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_hundred_fibers_switch_in_a_ring),
		cmocka_unit_test(locals_survive_two_thousand_switches),
#ifdef __SSE2__
		cmocka_unit_test(rounding_mode_belongs_to_the_fiber),
#endif
		cmocka_unit_test(stack_use_is_measured_and_forgotten_by_the_next_owner),
		cmocka_unit_test(a_stack_is_reused_and_its_guard_is_known),
		cmocka_unit_test(odd_sizes_do_not_exhaust_the_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
