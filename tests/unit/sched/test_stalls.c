/* SPDX-License-Identifier: BSD-3-Clause */
/* Detectors: thresholds and texts of linux-tee.md 7.3-7.7 and golden.md G3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "kside.h"
#include "kworld.h"

#define MS 1000000ULL
#define SEC 1000000000ULL

static uint32_t fid;
static uint64_t burn_ns, began_ns, ended_ns;

static void caller(void *arg)
{
	(void)arg;
	kuser_sleep_ns(1250 * MS);
	ksys_enter("ioctl");
	began_ns = machine->now_ns;
	smc_burn(fid, burn_ns);
	ended_ns = machine->now_ns;
	ksys_exit("ioctl", 0);
	kuser_sleep_ns(100 * MS);
	kworld_done();
}

static void ready(void *arg)
{
	struct ktask_attr a = {.start_pe = (int)machine->pe_count - 1,
			       .affinity = 1ULL << (machine->pe_count - 1)};

	(void)arg;
	kworld_done_after(NULL, 1);
	ktask_create_user(machine->linux, "main", caller, NULL, &a);
}

static void stay(struct kworld *w, uint32_t fid_, unsigned pes, enum preempt_model model,
		 uint64_t ns)
{
	fid = fid_;
	burn_ns = ns;
	kworld_init(w, pes);
	w->kc.preempt = model;
	kworld_run(w, ready, NULL, 200 * SEC);
	assert_int_equal(w->stop, MACHINE_DONE);
}

static void test_soft_lockup_signaled_none(void **state)
{
	struct kworld w;
	const char *line;
	unsigned s = 0, cpu = 9;
	uint64_t t = 0, t2 = 0;

	(void)state;
	stay(&w, SMC_BURN_SIGNALED, 2, PREEMPT_MODEL_NONE, 60 * SEC);
	line = kworld_log(&w, "soft lockup", 0, &t);
	assert_non_null(line);
	assert_int_equal(
		sscanf(line, "watchdog: BUG: soft lockup - CPU#%u stuck for %us! [main:", &cpu, &s),
		2);
	assert_int_equal(cpu, 1);
	assert_in_range(s, 22, 23);
	assert_in_range(t - began_ns, 20 * SEC, 24 * SEC + 100 * MS);
	line = kworld_log(&w, "soft lockup", 1, &t2);
	assert_non_null(line);
	sscanf(line, "watchdog: BUG: soft lockup - CPU#%u stuck for %us!", &cpu, &s);
	assert_in_range(s, 44, 45);
	assert_in_range(t2 - t, 24 * SEC - MS, 24 * SEC + MS);
	/* preemptible RCU, ticks served: no other line (G3) */
	assert_int_equal(kworld_log_count(&w, "rcu:"), 0);
	assert_int_equal(kworld_log_count(&w, "hard LOCKUP"), 0);
	kworld_end(&w);
}

static void test_nothing_signaled_full(void **state)
{
	struct kworld w;

	(void)state;
	stay(&w, SMC_BURN_SIGNALED, 2, PREEMPT_MODEL_FULL, 60 * SEC);
	assert_int_equal(kworld_log_count(&w, "watchdog:"), 0);
	assert_int_equal(kworld_log_count(&w, "rcu:"), 0);
	kworld_end(&w);
}

static void test_queued_one_cpu(void **state)
{
	struct kworld w;
	uint64_t t = 0;

	(void)state;
	stay(&w, SMC_BURN_QUEUED, 1, PREEMPT_MODEL_FULL, 43800 * MS);
	assert_int_equal(kworld_log_count(&w, "soft lockup - CPU#0 stuck for"), 1);
	kworld_log(&w, "soft lockup", 0, &t);
	assert_in_range(t, ended_ns - 2 * MS, ended_ns + 2 * MS); /* right after the return */
	assert_int_equal(kworld_log_count(&w, "rcu:"), 0);
	kworld_end(&w);
}

/* A queued stay on the last CPU from 1.25 s on, with the two knobs the hard lockup depends on. */
static void stay_queued(struct kworld *w, unsigned pes, uint64_t ns, unsigned rcu_s,
			uint64_t poll_ns)
{
	fid = SMC_BURN_QUEUED;
	burn_ns = ns;
	kworld_init(w, pes);
	w->kc.rcu_stall_timeout_s = rcu_s;
	w->mc.cost.backtrace_poll_ns = poll_ns;
	kworld_run(w, ready, NULL, 200 * SEC);
	assert_int_equal(w->stop, MACHINE_DONE);
}

/* linux-tee.md 7.4: no RCU report in the way, so every third sample finds it. */
static void test_hard_lockup_alone(void **state)
{
	struct kworld w;
	uint64_t t = 0;

	(void)state;
	stay_queued(&w, 2, 50 * SEC, 0, MS);
	assert_int_equal(kworld_log_count(&w, "rcu:"), 0);
	assert_non_null(kworld_log(&w, "watchdog: Watchdog detected hard LOCKUP on cpu 1", 0, &t));
	assert_in_range(t - began_ns, 12 * SEC, 24 * SEC);
	kworld_end(&w);
}

/*
 * golden.md G3: 73.7 s on CPU1; the RCU report at 21.1 s, the hard lockup at 42.9 s. The reporter
 * waits 10,000 turns for a backtrace; the recording machine took 2.18 ms a turn. Its sixth sample
 * is taken after the wait and is the one that looks at the neighbour.
 */
static void test_hard_lockup_recorded(void **state)
{
	struct kworld w;
	uint64_t t = 0;

	(void)state;
	stay_queued(&w, 2, 73700 * MS, 21, 2180000);
	assert_non_null(kworld_log(&w, "rcu: INFO: rcu_preempt detected stalls", 0, &t));
	assert_in_range(t - began_ns, 21 * SEC, 21200 * MS);
	assert_non_null(kworld_log(&w, "watchdog: Watchdog detected hard LOCKUP on cpu 1", 0, &t));
	assert_in_range(t - began_ns, 42700 * MS, 43100 * MS);
	assert_int_equal(klinux_stats(w.k)->hard_lockups, 1);
	assert_int_equal(klinux_stats(w.k)->rcu_stalls, 1);
	assert_int_equal(kworld_log_count(&w, "Sending NMI from CPU 0 to CPUs 1:"), 2);
	/* the answer to both: when the call is over */
	assert_int_equal(kworld_log_count(&w, "NMI backtrace for cpu"), 1);
	kworld_log(&w, "NMI backtrace for cpu 1", 0, &t);
	assert_in_range(t, ended_ns - MS, ended_ns + MS);
	assert_int_equal(kworld_log_count(&w, "CPU#0"), 0);
	kworld_end(&w);
}

/* The wait ends as soon as the CPU answers, and nobody else is blamed for it. */
static void test_backtrace_wait_ends(void **state)
{
	struct kworld w;
	uint64_t t = 0;

	(void)state;
	stay_queued(&w, 4, 25 * SEC, 21, MS);
	kworld_log(&w, "NMI backtrace for cpu 3", 0, &t);
	assert_in_range(t, ended_ns - 2 * MS, ended_ns + 2 * MS);
	assert_int_equal(klinux_stats(w.k)->rcu_stalls, 1);
	assert_int_equal(kworld_log_count(&w, "CPU#0"), 0);
	kworld_end(&w);
}

static void test_queued_two_cpus(void **state)
{
	struct kworld w;
	const char *line;
	uint64_t t = 0;
	unsigned by = 9, j = 0;

	(void)state;
	stay_queued(&w, 2, 50 * SEC, 21, MS);
	assert_non_null(
		kworld_log(&w, "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", 0, &t));
	assert_in_range(t - began_ns, 21 * SEC, 21200 * MS);
	line = kworld_log(&w, "rcu: \t(detected by", 0, NULL);
	assert_non_null(line);
	assert_int_equal(sscanf(line, "rcu: \t(detected by %u, t=%u jiffies", &by, &j), 2);
	assert_int_equal(by, 0);
	assert_in_range(j, 5250, 5260);
	assert_non_null(kworld_log(&w, "rcu: rcu_preempt kthread starved for", 0, NULL));
	assert_non_null(kworld_log(&w, "Sending NMI from CPU 0 to CPUs 1:", 0, NULL));
	assert_non_null(kworld_log(&w, "watchdog: Watchdog detected hard LOCKUP on cpu 1", 0, &t));
	assert_in_range(t - began_ns, 31 * SEC, 31200 * MS); /* the reporter waited 10 s */
	assert_int_equal(klinux_stats(w.k)->hard_lockups, 1);
	assert_int_equal(kworld_log_count(&w, "soft lockup - CPU#1"), 1);
	kworld_end(&w);
}

static void test_self_stall_true_none(void **state)
{
	struct kworld w;
	uint64_t t = 0;

	(void)state;
	fid = SMC_BURN_SIGNALED;
	burn_ns = 30 * SEC;
	kworld_init(&w, 2);
	w.kc.preempt = PREEMPT_MODEL_NONE;
	w.kc.preempt_dynamic = false; /* a real NONE build: both reports (7.7) */
	kworld_run(&w, ready, NULL, 200 * SEC);
	assert_non_null(kworld_log(&w, "rcu: INFO: rcu_sched self-detected stall on CPU", 0, &t));
	assert_in_range(t - began_ns, 20900 * MS, 21100 * MS);
	assert_int_equal(kworld_log_count(&w, "soft lockup - CPU#1"), 1);
	kworld_end(&w);
}

static void hung_waiter(void *arg)
{
	(void)arg;
	ksys_enter("wait");
	kside_wait();
	ksys_exit("wait", 0);
}

static void hung_ready(void *arg)
{
	(void)arg;
	kside_completion_init();
	ktask_create_user(machine->linux, "stuck", hung_waiter, NULL, NULL);
}

static void test_hung_task(void **state)
{
	struct kworld w;
	uint64_t t = 0;

	(void)state;
	kworld_init(&w, 2);
	kworld_run(&w, hung_ready, NULL, 0);
	assert_non_null(kworld_log(&w, "INFO: task stuck:", 0, &t));
	assert_in_range(t, 120 * SEC, 241 * SEC);
	/* and with nothing left that could wake it the run ends by itself */
	assert_int_equal(w.stop, MACHINE_DEADLOCK);
	kworld_end(&w);
}

static void atomic_sleeper(void *arg)
{
	(void)arg;
	ksys_enter("bad");
	kside_spin_lock();
	kside_might_sleep();
	kside_spin_unlock();
	kside_preempt_disable();
	kside_msleep(1);
	kside_preempt_enable();
	ksys_exit("bad", 0);
	kworld_done();
}

static void atomic_ready(void *arg)
{
	(void)arg;
	kworld_done_after(NULL, 1);
	kside_locks_init();
	ktask_create_user(machine->linux, "bad", atomic_sleeper, NULL, NULL);
}

static void test_atomic_sleep(void **state)
{
	struct kworld w;

	(void)state;
	kworld_init(&w, 1);
	kworld_run(&w, atomic_ready, NULL, 10 * SEC);
	assert_int_equal(w.stop, MACHINE_DONE);
	assert_non_null(kworld_log(
		&w,
		"BUG: sleeping function called from invalid context at tests/unit/sched/kside.c:",
		0, NULL));
	assert_true(klinux_stats(w.k)->atomic_sleeps >= 2);
	kworld_end(&w);
}

static void asks_where(void *arg)
{
	(void)arg;
	ksys_enter("where");
	kside_preempt_disable();
	kside_processor_id(); /* fine */
	kside_preempt_enable();
	kside_processor_id(); /* the answer may be old before it is used */
	ksys_exit("where", 0);
	kworld_done();
}

static void where_ready(void *arg)
{
	(void)arg;
	kworld_done_after(NULL, 1);
	ktask_create_user(machine->linux, "where", asks_where, NULL, NULL);
}

/* kernel-surface.md 5.5 */
static void test_processor_id_warns(void **state)
{
	struct kworld w;

	(void)state;
	kworld_init(&w, 2);
	kworld_run(&w, where_ready, NULL, SEC);
	assert_int_equal(kworld_log_count(&w, "BUG: using smp_processor_id() in preemptible"), 1);
	assert_int_equal(w.m->report.count, 1);
	assert_non_null(
		strstr(w.m->report.first->what,
		       "smp_processor_id() in preemptible code (tests/unit/sched/kside.c:"));
	kworld_end(&w);
}

static void ref_user(void *arg)
{
	(void)arg;
	ksys_enter("ref");
	began_ns = kside_refcount_misuse();
	ksys_exit("ref", 0);
	kworld_done();
}

static void ref_ready(void *arg)
{
	(void)arg;
	kworld_done_after(NULL, 1);
	ktask_create_user(machine->linux, "ref", ref_user, NULL, NULL);
}

static void test_refcount_warns(void **state)
{
	struct kworld w;

	(void)state;
	kworld_init(&w, 1);
	kworld_run(&w, ref_ready, NULL, SEC);
	assert_int_equal(began_ns, 0xc0000000u);
	assert_int_equal(w.m->report.count, 1);
	assert_non_null(strstr(w.m->report.first->what, "use-after-free"));
	kworld_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_soft_lockup_signaled_none),
		cmocka_unit_test(test_nothing_signaled_full),
		cmocka_unit_test(test_queued_one_cpu),
		cmocka_unit_test(test_queued_two_cpus),
		cmocka_unit_test(test_hard_lockup_alone),
		cmocka_unit_test(test_hard_lockup_recorded),
		cmocka_unit_test(test_backtrace_wait_ends),
		cmocka_unit_test(test_self_stall_true_none),
		cmocka_unit_test(test_hung_task),
		cmocka_unit_test(test_atomic_sleep),
		cmocka_unit_test(test_processor_id_warns),
		cmocka_unit_test(test_refcount_warns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
