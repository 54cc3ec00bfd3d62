/* SPDX-License-Identifier: BSD-3-Clause */
/* Locks of every kind, and those that are never released (kernel-surface.md 5.5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "bodies.h"
#include "kside.h"
#include "kworld.h"

/* --- mutual exclusion --- */
static void mutex_user(void *arg)
{
	(void)arg;
	for (int i = 0; i < 20; i++) {
		ksys_enter("lock");
		kside_mutex_lock();
		enter();
		kcharge(1 * MS);
		inside--;
		kside_mutex_unlock();
		ksys_exit("lock", 0);
		kuser_work_ns(200000);
	}
	kworld_done();
}

static void mutex_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	kside_locks_init();
	for (int i = 0; i < 4; i++)
		start("m", mutex_user, NULL, -1);
}

static void test_mutex(void **state)
{
	(void)state;
	run(2, mutex_ready, 4);
	assert_int_equal(max_inside, 1);
}

static void spin_user(void *arg)
{
	int pe = ktask_pe(ktask_current());

	for (int i = 0; i < 200; i++) {
		ksys_enter("lock");
		if (arg) {
			unsigned long flags = kside_spin_lock_irqsave();

			enter();
			kcharge(20000);
			inside--;
			kside_spin_unlock_irqrestore(flags);
		} else {
			kside_spin_lock();
			enter();
			kcharge(20000);
			inside--;
			kside_spin_unlock();
		}
		ksys_exit("lock", 0);
	}
	assert_int_equal(ktask_pe(ktask_current()), pe);
	kworld_done();
}

static void spin_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	kside_locks_init();
	start("a", spin_user, NULL, 0);
	start("b", spin_user, (void *)1, 1);
	start("c", spin_user, NULL, 1);
}

static void test_spinlock(void **state)
{
	(void)state;
	run(2, spin_ready, 3);
	assert_int_equal(max_inside, 1);
}

static void rw_reader(void *arg)
{
	(void)arg;
	ksys_enter("lock");
	kside_down_read();
	enter();
	kside_msleep(20);
	inside--;
	kside_up_read();
	ksys_exit("lock", 0);
	kworld_done();
}

static void rw_writer(void *arg)
{
	(void)arg;
	kuser_sleep_ns(MS);
	ksys_enter("lock");
	kside_down_write();
	assert_int_equal(inside, 0);
	at_ns[0] = machine->now_ns;
	kside_up_write();
	ksys_exit("lock", 0);
	kworld_done();
}

static void rw_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	kside_locks_init();
	start("r1", rw_reader, NULL, -1);
	start("r2", rw_reader, NULL, -1);
	start("w", rw_writer, NULL, -1);
}

static void test_rwsem(void **state)
{
	(void)state;
	run(2, rw_ready, 3);
	assert_int_equal(max_inside, 2);
	assert_true(at_ns[0] >= 20 * MS);
}

/* --- reader-writer lock, semaphore --- */
static unsigned readers_inside, max_readers;
static bool writer_inside, broken;

static void rwlock_reader(void *arg)
{
	(void)arg;
	for (int i = 0; i < 50; i++) {
		ksys_enter("lock");
		kside_read_lock();
		broken |= writer_inside;
		if (++readers_inside > max_readers)
			max_readers = readers_inside;
		kcharge(20000);
		readers_inside--;
		kside_read_unlock();
		ksys_exit("lock", 0);
		kuser_work_ns(1000);
	}
	kworld_done();
}

static void rwlock_writer(void *arg)
{
	(void)arg;
	for (int i = 0; i < 50; i++) {
		ksys_enter("lock");
		kside_write_lock();
		broken |= writer_inside || readers_inside;
		writer_inside = true;
		kcharge(20000);
		writer_inside = false;
		kside_write_unlock();
		ksys_exit("lock", 0);
		kuser_work_ns(30000);
	}
	kworld_done();
}

static void rwlock_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	kside_locks_init();
	readers_inside = max_readers = 0;
	writer_inside = broken = false;
	start("r", rwlock_reader, NULL, 0);
	start("r", rwlock_reader, NULL, 1);
	start("w", rwlock_writer, NULL, 2);
	start("w", rwlock_writer, NULL, 3);
}

static void test_rwlock(void **state)
{
	(void)state;
	run(4, rwlock_ready, 4);
	assert_false(broken);
	assert_int_equal(max_readers, 2);
}

static void sem_user(void *arg)
{
	(void)arg;
	ksys_enter("sem");
	kside_down();
	enter();
	kside_msleep(20);
	inside--;
	kside_up();
	ksys_exit("sem", 0);
	kworld_done();
}

static void sem_late(void *arg)
{
	(void)arg;
	kuser_sleep_ns(5 * MS);
	ksys_enter("sem");
	result[0] = kside_down_timeout(1);
	ksys_exit("sem", 0);
	kworld_done();
}

static void sem_ready(void *arg)
{
	kworld_done_after(NULL, (unsigned)(uintptr_t)arg);
	kside_locks_init();
	for (int i = 0; i < 4; i++)
		start("s", sem_user, NULL, -1);
	start("late", sem_late, NULL, -1);
}

static void test_semaphore(void **state)
{
	(void)state;
	run(2, sem_ready, 5);
	assert_int_equal(max_inside, 2);  /* it starts at 2 */
	assert_int_equal(result[0], -62); /* ETIME */
}

/* --- locks that are never released --- */
static void stuck(unsigned pes, void (*ready)(void *), enum machine_stop stop, const char *what)
{
	const struct finding *f;
	struct kworld w;

	kworld_init(&w, pes);
	kworld_run(&w, ready, NULL, 0);
	assert_int_equal(w.stop, stop);
	/* Whoever sleeps with the spinlock is a finding of its own. */
	for (f = w.m->report.first; f && f->class != FINDING_NO_PROGRESS; f = f->next)
		assert_non_null(strstr(f->what, "sleeping in atomic context"));
	assert_non_null(f);
	assert_non_null(strstr(f->what, what));
	kworld_end(&w);
}

static void spin_keeper(void *arg)
{
	(void)arg;
	ksys_enter("keep");
	kside_spin_lock();
	ksys_exit("keep", 0);
	kuser_sleep_ns(SEC);
}

static void spin_wanter(void *arg)
{
	(void)arg;
	kuser_sleep_ns(10 * MS);
	ksys_enter("want");
	kside_spin_lock();
	fail();
}

static void spin_stuck_ready(void *arg)
{
	(void)arg;
	kside_locks_init();
	start("keeper", spin_keeper, NULL, 0);
	start("wanter", spin_wanter, NULL, 1);
}

static void test_spinlock_never_released(void **state)
{
	(void)state;
	stuck(2, spin_stuck_ready, MACHINE_LIVELOCK, "never released: held by keeper/");
}

static void abba(void *arg)
{
	ksys_enter("abba");
	if (arg) {
		kside_mutex2_lock();
		kside_msleep(10);
		kside_mutex_lock();
	} else {
		kside_mutex_lock();
		kside_msleep(10);
		kside_mutex2_lock();
	}
	fail();
}

static void abba_ready(void *arg)
{
	(void)arg;
	kside_locks_init();
	start("first", abba, NULL, 0);
	start("second", abba, (void *)1, 1);
}

static void test_mutex_deadlock(void **state)
{
	(void)state;
	stuck(2, abba_ready, MACHINE_DEADLOCK, "waits for &mutex2, held by second/");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mutex),
		cmocka_unit_test(test_spinlock),
		cmocka_unit_test(test_rwsem),
		cmocka_unit_test(test_rwlock),
		cmocka_unit_test(test_semaphore),
		cmocka_unit_test(test_spinlock_never_released),
		cmocka_unit_test(test_mutex_deadlock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
