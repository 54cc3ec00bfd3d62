/* SPDX-License-Identifier: BSD-3-Clause */
/* Completions, wait queues, timers, work queues, cross calls (kernel-surface.md 5.5, 5.6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "bodies.h"
#include "kside.h"
#include "kworld.h"

/* --- completion --- */
static void waits(void *arg)
{
	(void)arg;
	ksys_enter("wait");
	result[0] = kside_wait_timeout(5); /* nobody completes: 0 after five jiffies */
	at_ns[0] = machine->now_ns;
	result[1] = kside_wait_timeout(1000);
	at_ns[1] = machine->now_ns;
	kside_complete(); /* counting: two completions, two waits */
	kside_complete();
	kside_wait();
	kside_wait();
	result[2] = kside_wait_timeout(1);
	kside_complete_all();
	kside_wait();
	kside_wait();
	ksys_exit("wait", 0);
	kworld_done();
}

static void completes(void *arg)
{
	(void)arg;
	kuser_sleep_ns(50 * MS);
	ksys_enter("complete");
	kside_complete();
	ksys_exit("complete", 0);
}

static void completion_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	kside_completion_init();
	start("waiter", waits, NULL, -1);
	start("other", completes, NULL, -1);
}

static void test_completion(void **state)
{
	(void)state;
	run(2, completion_ready, 1);
	assert_int_equal(result[0], 0);
	assert_in_range(at_ns[0], 16 * MS, 24 * MS);
	assert_in_range(result[1], 980, 1000); /* jiffies left */
	assert_in_range(at_ns[1], 50 * MS, 51 * MS);
	assert_int_equal(result[2], 0);
}

static void killable(void *arg)
{
	(void)arg;
	ksys_enter("wait");
	result[0] = kside_wait_killable();
	at_ns[0] = machine->now_ns;
	ksys_exit("wait", 0);
	fail();
}

static void unkillable(void *arg)
{
	(void)arg;
	ksys_enter("wait");
	kside_mutex_lock(); /* held by the killer: D state, deaf to SIGKILL */
	at_ns[1] = machine->now_ns;
	kside_mutex_unlock();
	ksys_exit("wait", 0);
	fail();
}

static void kill_both(void *arg)
{
	(void)arg;
	ksys_enter("hold");
	kside_mutex_lock();
	kside_msleep(20);
	assert_string_equal(ktask_state(task[1]), "D");
	ktask_kill(task[0]);
	ktask_kill(task[1]);
	kside_msleep(40);
	assert_string_equal(ktask_state(task[0]), "X");
	assert_string_equal(ktask_state(task[1]), "D");
	kside_mutex_unlock();
	ksys_exit("hold", 0);
	kuser_join(task[1]);
	kworld_done();
}

static void kill_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	kside_locks_init();
	start("killer", kill_both, NULL, 0);
	task[0] = start("soft", killable, NULL, 1);
	task[1] = start("hard", unkillable, NULL, 1);
}

static void test_killable(void **state)
{
	(void)state;
	run(2, kill_ready, 1);
	assert_int_equal(result[0], -512);
	assert_in_range(at_ns[0], 20 * MS, 30 * MS);
	assert_true(at_ns[1] >= 60 * MS);
}

static bool flag;
static void wq_waiter(void *arg)
{
	(void)arg;
	ksys_enter("wait");
	kside_wq_wait(&flag);
	count++;
	ksys_exit("wait", 0);
	kworld_done();
}

static void wq_waker(void *arg)
{
	(void)arg;
	kuser_sleep_ns(10 * MS);
	ksys_enter("wake");
	kside_wq_wake(); /* the condition is still false: all sleep again */
	kside_msleep(8);
	assert_int_equal(count, 0);
	flag = true;
	kside_wq_wake();
	ksys_exit("wake", 0);
}

static void wq_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	flag = false;
	kside_wq_init();
	for (int i = 0; i < 3; i++)
		start("w", wq_waiter, NULL, -1);
	start("waker", wq_waker, NULL, -1);
}

static void test_waitqueue(void **state)
{
	(void)state;
	run(2, wq_ready, 3);
	assert_int_equal(count, 3);
}

/* --- time --- */
static void timers(void *arg)
{
	uint64_t t;

	(void)arg;
	ksys_enter("timers");
	kside_timers_start(order, &count);
	kside_msleep(10);
	t = machine->now_ns;
	kside_fsleep(1000); /* 6.12: 1 to 2 ms */
	assert_in_range(machine->now_ns - t, MS, 2 * MS + 10000);
	t = machine->now_ns;
	kside_fsleep(10); /* busy */
	assert_in_range(machine->now_ns - t, 10000, 10000 + 10000);
	ksys_exit("timers", 0);
	kworld_done();
}

static void timers_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	start("t", timers, NULL, -1);
}

static void test_hrtimer_order(void **state)
{
	static const unsigned char want[] = {1, 3, 2, 0};

	(void)state;
	run(1, timers_ready, 1);
	assert_int_equal(count, 4);
	assert_memory_equal(order, want, 4);
}

static void sleeper(void *arg)
{
	uint64_t t0;

	(void)arg;
	ksys_enter("sleep");
	t0 = machine->now_ns;
	result[0] = (long)kside_msleep_interruptible(1000);
	at_ns[0] = machine->now_ns - t0;
	ksys_exit("sleep", 0); /* killed here */
	fail();
}

static void sleep_killer(void *arg)
{
	(void)arg;
	kuser_sleep_ns(100 * MS);
	ktask_kill(task[0]);
	kuser_join(task[0]);
	kworld_done();
}

static void msleep_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	task[0] = start("sleeper", sleeper, NULL, 0);
	start("killer", sleep_killer, NULL, 1);
}

/* kernel-surface.md 5.5: returns early on a signal, with what was left. */
static void test_msleep_ends_with_a_signal(void **state)
{
	(void)state;
	run(2, msleep_ready, 1);
	assert_in_range(at_ns[0], 99 * MS, 105 * MS);
	assert_in_range(result[0], 880, 910);
}

static void who_user(void *arg)
{
	bool in_group;

	ksys_enter("who");
	assert_int_equal(kside_euid(50, &in_group), 1000);
	assert_true(in_group);
	kside_euid(51, &in_group);
	assert_false(in_group);
	ksys_exit("who", 0);
	kworld_done();
	(void)arg;
}

static void who_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	ktask_create_user(machine->linux, "who", who_user, NULL,
			  &(struct ktask_attr){.start_pe = -1, .uid = 1000, .gid = 50});
}

/* kernel-surface.md 5.8: of the calling task. */
static void test_credentials(void **state)
{
	(void)state;
	run(1, who_ready, 1);
}

/* --- work queue --- */
static unsigned work_cpu[8], work_runs[8], work_now[8];
static char work_comm[8][16];

static void work_fn(unsigned which)
{
	assert_int_equal(work_now[which]++, 0); /* never twice at the same time */
	work_cpu[which] = (unsigned)kside_cpu();
	strcpy(work_comm[which], kside_comm());
	order[count++] = (unsigned char)which;
	if (which == 0)
		kside_msleep(20);
	work_runs[which]++;
	work_now[which]--;
}

static void work_user(void *arg)
{
	(void)arg;
	ksys_enter("work");
	kside_work_init(work_fn);
	assert_true(kside_work_queue_on(1, 0));
	assert_false(kside_work_queue_on(0, 0)); /* pending anywhere: no effect */
	assert_true(kside_work_queue_on(1, 1));
	kside_work_flush(1); /* item 0 sleeps: another worker serves 1 */
	assert_int_equal(work_runs[1], 1);
	assert_int_equal(work_runs[0], 0);
	assert_true(kside_work_queue_on(0, 0)); /* runs on 1: queued behind itself there */
	kside_work_flush(0);
	assert_int_equal(work_runs[0], 2);
	assert_int_equal(work_cpu[0], 1);
	assert_string_equal(work_comm[0], "kworker/1:0");
	assert_string_equal(work_comm[1], "kworker/1:1");
	assert_true(kside_work_queue_on(0, 2));
	assert_true(kside_work_cancel_sync(2) || work_runs[2] == 1);
	kside_work_queue_on(1, 0);
	kside_work_destroy(); /* drains */
	assert_int_equal(work_runs[0], 3);
	ksys_exit("work", 0);
	kworld_done();
}

static void work_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	memset(work_runs, 0, sizeof(work_runs));
	memset(work_now, 0, sizeof(work_now));
	start("w", work_user, NULL, 0);
}

static void test_workqueue(void **state)
{
	(void)state;
	run(2, work_ready, 1);
}

/* --- cross calls --- */
static void called(void *arg)
{
	*(int *)arg = kside_cpu();
	assert_true(kin_atomic());
}

static void call_user(void *arg)
{
	int on = -1;

	(void)arg;
	ksys_enter("call");
	assert_int_equal(kside_call_on(3, called, &on, 1), 0);
	assert_int_equal(on, 3);
	assert_int_equal(kside_call_on(0, called, &on, 1), 0);
	assert_int_equal(on, 0);
	assert_int_equal(kside_call_on(4, called, &on, 1), -6);
	assert_int_equal(kside_call_on(-1, called, &on, 1), -6);
	ksys_exit("call", 0);
	kworld_done();
}

static void call_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	start("c", call_user, NULL, 0);
}

static void test_cross_call(void **state)
{
	(void)state;
	run(4, call_ready, 1);
}

/* --- delayed work --- */
static void delayed_ran(unsigned which)
{
	assert_int_equal(which, 8);
	at_ns[count++] = machine->now_ns;
}

static void delayed_user(void *arg)
{
	uint64_t t0;

	(void)arg;
	ksys_enter("work");
	kside_delayed_init(delayed_ran);
	t0 = machine->now_ns;
	assert_true(kside_delayed_queue(5));
	assert_false(kside_delayed_queue(5)); /* already queued */
	kside_msleep(50);
	assert_int_equal(count, 1);
	assert_in_range(at_ns[0] - t0, 16 * MS, 24 * MS); /* five ticks, the first already begun */
	t0 = machine->now_ns;
	assert_true(kside_delayed_queue(25));
	assert_true(kside_delayed_mod(5)); /* sooner */
	kside_msleep(50);
	assert_int_equal(count, 2);
	assert_in_range(at_ns[1] - t0, 16 * MS, 24 * MS); /* five ticks, the first already begun */
	assert_true(kside_delayed_queue(5));
	assert_true(kside_delayed_cancel());
	assert_false(kside_delayed_cancel());
	kside_msleep(50);
	assert_int_equal(count, 2);
	ksys_exit("work", 0);
	kworld_done();
}

static void delayed_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	start("d", delayed_user, NULL, -1);
}

static void test_delayed_work(void **state)
{
	(void)state;
	run(2, delayed_ready, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_completion),
		cmocka_unit_test(test_killable),
		cmocka_unit_test(test_waitqueue),
		cmocka_unit_test(test_hrtimer_order),
		cmocka_unit_test(test_msleep_ends_with_a_signal),
		cmocka_unit_test(test_credentials),
		cmocka_unit_test(test_workqueue),
		cmocka_unit_test(test_cross_call),
		cmocka_unit_test(test_delayed_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
