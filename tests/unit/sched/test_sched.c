/* SPDX-License-Identifier: BSD-3-Clause */
/* Scheduler: fairness, classes, placement, preemption models, hotplug. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "kside.h"
#include "kworld.h"

#define MS 1000000ULL
#define SEC 1000000000ULL

static struct task_struct *task[4096];
static uint64_t at_ns[8];
static unsigned pe_seen[8];

static void hog(void *arg)
{
	(void)arg;
	for (;;)
		kuser_work_ns(10 * MS);
}

static struct task_struct *start(const char *comm, void (*fn)(void *), void *arg,
				 struct ktask_attr a)
{
	struct task_struct *t =
		ktask_create_user(((struct klinux *)machine->linux), comm, fn, arg, &a);

	assert_non_null(t);
	return t;
}

static void two_hogs(void *arg)
{
	(void)arg;
	task[0] = start("a", hog, NULL, (struct ktask_attr){.start_pe = -1});
	task[1] = start("b", hog, NULL, (struct ktask_attr){.start_pe = -1});
}

static void test_fair(void **state)
{
	struct kworld w;

	(void)state;
	kworld_init(&w, 1);
	kworld_run(&w, two_hogs, NULL, 2 * SEC);
	assert_int_equal(w.stop, MACHINE_TIME_LIMIT);
	assert_in_range(kside_runtime_ns(task[0]), 950 * MS, 1050 * MS);
	assert_in_range(kside_runtime_ns(task[1]), 950 * MS, 1050 * MS);
	kworld_end(&w);
}

static void nice_hogs(void *arg)
{
	(void)arg;
	task[0] = start("a", hog, NULL, (struct ktask_attr){.start_pe = -1});
	task[1] = start("b", hog, NULL, (struct ktask_attr){.start_pe = -1, .nice = 5});
}

static void test_nice(void **state)
{
	struct kworld w;

	(void)state;
	kworld_init(&w, 1);
	kworld_run(&w, nice_hogs, NULL, 4 * SEC);
	/* 1024 : 335 */
	assert_in_range(kside_runtime_ns(task[0]) * 100 / kside_runtime_ns(task[1]), 280, 330);
	kworld_end(&w);
}

static void rt_sleeper(void *arg)
{
	uint64_t *worst = arg;

	for (int i = 0; i < 50; i++) {
		uint64_t want = machine->now_ns + 10 * MS;

		kuser_sleep_ns(10 * MS);
		if (machine->now_ns - want > *worst)
			*worst = machine->now_ns - want;
	}
	kworld_done();
}

static uint64_t worst_ns;

static void fifo_ready(void *arg)
{
	start("hog", hog, NULL, (struct ktask_attr){.start_pe = -1});
	start("rt", rt_sleeper, &worst_ns,
	      (struct ktask_attr){.start_pe = -1, .policy = KTASK_FIFO, .rt_priority = 10});
	kworld_done_after(arg, 1);
}

static void test_fifo_preempts(void **state)
{
	struct kworld w;

	(void)state;
	kworld_init(&w, 1);
	worst_ns = 0;
	kworld_run(&w, fifo_ready, &w, 10 * SEC);
	assert_int_equal(w.stop, MACHINE_DONE);
	assert_true(worst_ns < 20000); /* irq + wake-up + switch, no tick in between */
	kworld_end(&w);
}

static void kernel_burner(void *arg)
{
	ksys_enter("burn");
	kcharge(*(uint64_t *)arg);
	ksys_exit("burn", 0);
	at_ns[0] = machine->now_ns;
}

static void waker(void *arg)
{
	(void)arg;
	kuser_sleep_ns(10 * MS);
	at_ns[1] = machine->now_ns;
	kworld_done();
}

static uint64_t burn_ns = 100 * MS;

static void model_ready(void *arg)
{
	start("burner", kernel_burner, &burn_ns, (struct ktask_attr){.start_pe = -1});
	start("waker", waker, NULL, (struct ktask_attr){.start_pe = -1});
	kworld_done_after(arg, 1);
}

/* When a task sleeping 10 ms runs again while another one spends 100 ms in the kernel. */
static uint64_t wake_delay(enum preempt_model model)
{
	struct kworld w;
	uint64_t t;

	kworld_init(&w, 1);
	w.kc.preempt = model;
	kworld_run(&w, model_ready, &w, SEC);
	assert_int_equal(w.stop, MACHINE_DONE);
	t = at_ns[1];
	kworld_end(&w);
	return t;
}

static void test_preempt_models(void **state)
{
	(void)state; /* linux-tee.md 7.2 */
	assert_true(wake_delay(PREEMPT_MODEL_NONE) >= 100 * MS);
	assert_true(wake_delay(PREEMPT_MODEL_VOLUNTARY) >= 100 * MS);
	assert_true(wake_delay(PREEMPT_MODEL_FULL) < 15 * MS);
	/* lazy: up to about one tick later than full */
	assert_in_range(wake_delay(PREEMPT_MODEL_LAZY), 10 * MS, 23 * MS);
}

static void resched_burner(void *arg)
{
	ksys_enter("burn");
	for (uint64_t ns = 0; ns < *(uint64_t *)arg; ns += MS) {
		kcharge(MS);
		kside_cond_resched();
	}
	ksys_exit("burn", 0);
}

static void resched_ready(void *arg)
{
	start("burner", resched_burner, &burn_ns, (struct ktask_attr){.start_pe = -1});
	start("waker", waker, NULL, (struct ktask_attr){.start_pe = -1});
	kworld_done_after(arg, 1);
}

/* kernel-surface.md 5.5: cond_resched() gives way where the kernel is not preemptible. */
static void test_cond_resched(void **state)
{
	struct kworld w;

	(void)state;
	kworld_init(&w, 1);
	w.kc.preempt = PREEMPT_MODEL_NONE;
	kworld_run(&w, resched_ready, &w, SEC);
	assert_in_range(at_ns[1], 10 * MS, 20 * MS);
	kworld_end(&w);
}

static void spin_caller(void *arg)
{
	ksys_enter("ioctl");
	smc_burn(*(uint32_t *)arg, 4500 * MS);
	kworld_done(); /* here: at the return to user mode it may wait long for its turn */
	ksys_exit("ioctl", 0);
}

static uint32_t fid = SMC_BURN_SIGNALED;

static void g2_ready(void *arg)
{
	task[0] = start("main", spin_caller, &fid, (struct ktask_attr){.start_pe = -1});
	for (int i = 0; i < 4; i++)
		start("hog", hog, NULL, (struct ktask_attr){.start_pe = -1});
	kworld_done_after(arg, 1);
}

struct hops {
	struct trace_sink sink;
	unsigned count;
	uint32_t who;
};

static void hops_emit(struct trace_sink *sink, const struct trace_rec *rec)
{
	struct hops *h = (struct hops *)sink;

	if (!strcmp(trace_kind_by_id(rec->kind)->name, "sched.migrate") && rec->arg[0] == h->who)
		h->count++;
}

static struct hops hops;

static void g2_ready_traced(void *arg)
{
	hops = (struct hops){.sink = {.emit = hops_emit}, .who = trace_intern("main")};
	trace_add_sink(&machine->trace, &hops.sink);
	g2_ready(arg);
}

/* golden.md G2: 5 tasks on 2 CPUs: the caller gets its share (about 12 s for 4.5 s of work) and
 * moves 30-40 times by itself; with none it does neither. */
static void test_balance_g2(void **state)
{
	struct kworld w;

	(void)state;
	kworld_init(&w, 2);
	kworld_run(&w, g2_ready_traced, &w, 60 * SEC);
	assert_int_equal(w.stop, MACHINE_DONE);
	assert_in_range(w.m->now_ns, 10 * SEC, 14 * SEC);
	assert_in_range(hops.count, 15, 80);
	kworld_end(&w);

	kworld_init(&w, 2);
	w.kc.preempt = PREEMPT_MODEL_NONE;
	kworld_run(&w, g2_ready_traced, &w, 60 * SEC);
	assert_int_equal(w.stop, MACHINE_DONE);
	assert_in_range(w.m->now_ns, 4500 * MS, 5 * SEC);
	assert_int_equal(hops.count, 0);
	kworld_end(&w);
}

static void mover(void *arg)
{
	(void)arg;
	kuser_sleep_ns(20 * MS);
	pe_seen[0] = (unsigned)ktask_pe(task[0]);
	assert_int_equal(ktask_migrate(task[0], 1 - pe_seen[0]), 0);
	kuser_sleep_ns(1 * MS);
	pe_seen[1] = (unsigned)ktask_pe(task[0]);
	assert_int_equal(ktask_set_affinity(task[0], 1u << pe_seen[0]), 0);
	kuser_sleep_ns(1 * MS);
	pe_seen[2] = (unsigned)ktask_pe(task[0]);
	assert_int_equal(ktask_migrate(task[0], 1 - pe_seen[0]), -22); /* outside its affinity */
	assert_int_equal(ktask_set_affinity(task[0], 1ULL << 5), -22);
	kworld_done();
}

static void move_ready(void *arg)
{
	task[0] = start("main", spin_caller, &fid, (struct ktask_attr){.start_pe = 1});
	start("mover", mover, arg, (struct ktask_attr){.start_pe = 0, .affinity = 1});
	kworld_done_after(arg, 1);
}

static struct task_struct *crowd[11];

static void uneven_hogs(void *arg)
{
	for (unsigned i = 0; i < *(unsigned *)arg; i++)
		crowd[i] = start("hog", hog, NULL, (struct ktask_attr){.start_pe = -1});
}

/* optee.md S4: whatever the number of tasks, those of a CPU with one more do not stay the losers:
 * over 30 s each gets its share of four CPUs within a third. */
static void test_balance_uneven(void **state)
{
	static unsigned tasks[] = {5, 6, 7, 9, 10, 11};

	(void)state;
	for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) {
		const uint64_t share = 4 * 30 * SEC / tasks[i];
		struct kworld w;

		kworld_init(&w, 4);
		kworld_run(&w, uneven_hogs, &tasks[i], 30 * SEC);
		for (unsigned t = 0; t < tasks[i]; t++)
			assert_in_range(kside_runtime_ns(crowd[t]), share * 2 / 3, share * 4 / 3);
		kworld_end(&w);
	}
}

static void test_forced_migration(void **state)
{
	struct kworld w;

	(void)state;
	kworld_init(&w, 2);
	kworld_run(&w, move_ready, &w, 2 * SEC);
	assert_int_equal(w.stop, MACHINE_DONE);
	assert_int_equal(pe_seen[0], 1);
	assert_int_equal(pe_seen[1], 0);
	assert_int_equal(pe_seen[2], 1);
	kworld_end(&w);

	/* none: the request waits until the task schedules (golden.md G2: 1 flip, 0 hops) */
	kworld_init(&w, 2);
	w.kc.preempt = PREEMPT_MODEL_NONE;
	kworld_run(&w, move_ready, &w, 2 * SEC);
	assert_int_equal(w.stop, MACHINE_DONE);
	assert_int_equal(pe_seen[1], 1);
	kworld_end(&w);
}

static void idle_ready(void *arg)
{
	(void)arg;
}

static void test_nohz_idle(void **state)
{
	struct kworld w;
	uint64_t ticks;

	(void)state;
	kworld_init(&w, 4);
	kworld_run(&w, idle_ready, NULL, 100 * SEC);
	ticks = klinux_stats(w.k)->ticks;
	assert_true(ticks < 4); /* a ticking CPU would have had 25,000 */
	assert_in_range(klinux_stats(w.k)->irqs, 4 * 24, 4 * 27 + 20); /* watchdog every 4 s each */
	kworld_end(&w);
}

static unsigned up_mask, down_mask;
static int hp_up(unsigned cpu)
{
	assert_int_equal(kside_cpu(), cpu);
	up_mask |= 1u << cpu;
	return 0;
}
static int hp_down(unsigned cpu)
{
	assert_int_equal(kside_cpu(), cpu);
	down_mask |= 1u << cpu;
	return 0;
}

static void unplugger(void *arg)
{
	struct kworld *w = arg;

	ksys_enter("hotplug");
	assert_true(kside_cpuhp_setup(hp_up, hp_down) > 0);
	assert_int_equal(up_mask, 3);
	assert_int_equal(klinux_cpu_down(w->k, 1), 0);
	assert_int_equal(down_mask, 2);
	assert_false(machine->pe[1].online);
	assert_int_equal(ktask_pe(task[0]), 0);
	assert_int_equal(klinux_cpu_down(w->k, 0), -16);
	assert_int_equal(kside_call_on(1, NULL, NULL, 0), -6);
	ksys_exit("hotplug", 0);
	kuser_sleep_ns(50 * MS);
	ksys_enter("hotplug");
	up_mask = 0;
	assert_int_equal(klinux_cpu_up(w->k, 1), 0);
	assert_int_equal(up_mask, 2);
	ksys_exit("hotplug", 0);
	kuser_sleep_ns(50 * MS);
	kworld_done();
}

static void unplug_ready(void *arg)
{
	up_mask = down_mask = 0;
	task[0] =
		start("main", spin_caller, &fid, (struct ktask_attr){.start_pe = 1, .affinity = 2});
	start("plug", unplugger, arg, (struct ktask_attr){.start_pe = 0, .affinity = 1});
	kworld_done_after(arg, 1);
}

/* optee.md S30: the CPU of a preempted caller goes away; the call goes on elsewhere. */
static void test_cpu_down(void **state)
{
	struct kworld w;

	(void)state;
	kworld_init(&w, 2);
	kworld_run(&w, unplug_ready, &w, 3 * SEC);
	assert_int_equal(w.stop, MACHINE_DONE);
	kworld_end(&w);
}

static void brief(void *arg)
{
	(void)arg;
	for (int i = 0; i < 3; i++) {
		kuser_work_ns(50000);
		kuser_sleep_ns(MS);
	}
	kworld_done();
}

static void crowd_ready(void *arg)
{
	for (int i = 0; i < 4096; i++)
		task[i] = start("t", brief, NULL, (struct ktask_attr){.start_pe = -1});
	kworld_done_after(arg, 4096);
}

static void test_crowd(void **state)
{
	struct kworld w;

	(void)state;
	kworld_init(&w, 64);
	kworld_run(&w, crowd_ready, &w, 10 * SEC);
	assert_int_equal(w.stop, MACHINE_DONE);
	assert_true(w.m->now_ns < 2 * SEC);
	kworld_end(&w);
}

static void joiner(void *arg)
{
	(void)arg;
	kuser_join(task[0]);
	assert_true(ktask_exited(task[0]));
	at_ns[0] = machine->now_ns;
	kworld_done();
}

static void worker_5ms(void *arg)
{
	(void)arg;
	kuser_work_ns(5 * MS);
}

static void killer(void *arg)
{
	(void)arg;
	kuser_sleep_ns(30 * MS);
	ktask_kill(task[1]);
	kuser_join(task[1]);
	at_ns[1] = machine->now_ns;
	ktask_kill(task[2]);
	kuser_join(task[2]);
	at_ns[2] = machine->now_ns;
	kworld_done();
}

static uint32_t fid_q = SMC_BURN_SIGNALED;
static void short_smc(void *arg)
{
	ksys_enter("ioctl");
	smc_burn(fid_q, 200 * MS);
	ksys_exit("ioctl", 0);
	(void)arg;
	fail(); /* killed at the return to user mode */
}

static void life_ready(void *arg)
{
	task[0] = start("five", worker_5ms, NULL, (struct ktask_attr){.start_pe = -1});
	start("joiner", joiner, NULL, (struct ktask_attr){.start_pe = -1});
	task[1] = start("hog", hog, NULL, (struct ktask_attr){.start_pe = -1});
	task[2] = start("smc", short_smc, NULL, (struct ktask_attr){.start_pe = -1});
	start("killer", killer, NULL, (struct ktask_attr){.start_pe = -1});
	kworld_done_after(arg, 2);
}

/* golden.md G3: a killed caller stays in the driver loop until the SP replies. */
static void test_life(void **state)
{
	struct kworld w;

	(void)state;
	kworld_init(&w, 4);
	kworld_run(&w, life_ready, &w, 3 * SEC);
	assert_int_equal(w.stop, MACHINE_DONE);
	assert_in_range(at_ns[0], 5 * MS, 6 * MS);
	assert_true(at_ns[1] < 33 * MS);
	assert_in_range(at_ns[2], 200 * MS, 215 * MS);
	assert_string_equal(ktask_state(task[2]), "X");
	kworld_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fair),
		cmocka_unit_test(test_nice),
		cmocka_unit_test(test_fifo_preempts),
		cmocka_unit_test(test_preempt_models),
		cmocka_unit_test(test_cond_resched),
		cmocka_unit_test(test_balance_g2),
		cmocka_unit_test(test_forced_migration),
		cmocka_unit_test(test_balance_uneven),
		cmocka_unit_test(test_nohz_idle),
		cmocka_unit_test(test_cpu_down),
		cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
