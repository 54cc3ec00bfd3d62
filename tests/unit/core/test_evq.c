/* SPDX-License-Identifier: BSD-3-Clause */
/* Event queue: (time, priority, issue number), cancel, move, re-add (design 9). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/evq.h"
#include "core/prng.h"

static struct evq q;

static int setup(void **state)
{
	(void)state;
	evq_init(&q);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	evq_finish(&q);
	return 0;
}

static void equal_times_run_by_priority_then_issue(void **state)
{
	struct ev e[5];

	(void)state;
	memset(e, 0, sizeof(e));
	e[3].prio = -1;
	e[1].prio = 1;
	for (int i = 0; i < 5; i++)
		evq_add(&q, &e[i], i == 4 ? 9 : 10);
	assert_int_equal(evq_next_ns(&q), 9);
	assert_null(evq_pop_due(&q, 8));
	static const int want[] = {4, 3, 0, 2, 1};
	for (int i = 0; i < 5; i++)
		assert_ptr_equal(evq_pop_due(&q, 10), &e[want[i]]);
	assert_null(evq_pop_due(&q, UINT64_MAX - 1));
	assert_true(evq_next_ns(&q) == EVQ_NEVER);
}

static void adding_again_moves_and_renumbers(void **state)
{
	struct ev a = {0}, b = {0};

	(void)state;
	evq_add(&q, &a, 5);
	evq_add(&q, &b, 5);
	evq_add(&q, &a, 5); /* now issued after b */
	assert_int_equal(q.count, 2);
	assert_ptr_equal(evq_pop_due(&q, 5), &b);
	assert_ptr_equal(evq_pop_due(&q, 5), &a);
	assert_false(evq_queued(&a));
}

static void cancel_is_harmless_when_not_queued(void **state)
{
	struct ev a = {0}, b = {0};

	(void)state;
	evq_cancel(&q, &a);
	evq_add(&q, &a, 1);
	evq_add(&q, &b, 2);
	evq_cancel(&q, &a);
	evq_cancel(&q, &a);
	assert_ptr_equal(evq_pop_due(&q, 9), &b);
}

static void a_finished_queue_leaves_no_trap_in_its_events(void **state)
{
	struct ev a = {0}, b = {0};

	(void)state;
	evq_add(&q, &b, 1);
	evq_add(&q, &a, 2);
	evq_finish(&q);
	evq_add(&q, &a, 7); /* still carries the old slot */
	assert_int_equal(q.count, 1);
	assert_ptr_equal(evq_pop_due(&q, 7), &a);
	evq_add(&q, &a, 3);
	evq_reset(&q);
	assert_false(evq_queued(&a));
	assert_int_equal(q.count, 0);
}

static void ten_thousand_random_operations_keep_the_order(void **state)
{
	static struct ev e[200];
	struct prng r;
	uint64_t now = 0;

	(void)state;
	memset(e, 0, sizeof(e));
	prng_seed(&r, 42);
	for (int i = 0; i < 10000; i++) {
		struct ev *ev = &e[prng_below(&r, 200)];

		switch (prng_below(&r, 4)) {
		case 0:
			evq_cancel(&q, ev);
			break;
		case 1: {
			/* What comes out is the least of what is queued. */
			const struct ev *least = NULL;
			struct ev *got = evq_pop_due(&q, EVQ_NEVER - 1);

			if (!got)
				break;
			for (int k = 0; k < 200; k++) {
				if (!evq_queued(&e[k]))
					continue;
				least = &e[k];
				assert_true(
					got->time_ns < least->time_ns ||
					(got->time_ns == least->time_ns &&
					 (got->prio < least->prio ||
					  (got->prio == least->prio && got->seq < least->seq))));
			}
			now = got->time_ns;
			break;
		}
		default:
			if (!evq_queued(ev))
				ev->prio = (int)prng_below(&r, 3);
			evq_add(&q, ev, now + prng_below(&r, 50));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(equal_times_run_by_priority_then_issue, setup,
						teardown),
		cmocka_unit_test_setup_teardown(adding_again_moves_and_renumbers, setup, teardown),
		cmocka_unit_test_setup_teardown(cancel_is_harmless_when_not_queued, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_finished_queue_leaves_no_trap_in_its_events,
						setup, teardown),
		cmocka_unit_test_setup_teardown(ten_thousand_random_operations_keep_the_order,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
