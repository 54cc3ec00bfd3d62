/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Detectors, with the kernel's thresholds, sampling and texts, in virtual time: soft lockup, hard
 * lockup by the buddy, RCU stall, hung task, sleeping and scheduling in atomic context. They log,
 * count and emit stall.*; whether that fails a run is for the scenario to say.
 *
 * The RCU part takes a grace period as always in progress, so a stall is measured from the last
 * quiescent state of the CPU, and puts the grace-period thread on the CPU that is stuck (golden
 * G3). A CPU that asks another one for its backtrace waits for it with interrupts off, as the
 * kernel does: the "NMI" is an ordinary interrupt here, so a CPU held in the secure world answers
 * only when it is back. The reporter loses its own watchdog samples meanwhile, which is why the
 * hard lockup of G3 comes after the RCU report and later than the detector alone would say it. Not
 * modelled: register dumps.
 */
#include <linux/sched.h>
#include <linux/jiffies.h>
#include "linux/khost.h"
#include "linux/ksched.h"
#include "linux/kobject_internal.h"

TRACE_KIND(trace_stall_soft, "stall.soft", "soft lockup reported", "cpu", "seconds");
TRACE_KIND(trace_stall_hard, "stall.hard", "hard lockup reported by the buddy", "cpu");
TRACE_KIND(trace_stall_rcu, "stall.rcu", "RCU stall reported", "cpu", "jiffies");
TRACE_KIND(trace_stall_hung, "stall.hung", "hung task reported", "task$", "seconds");
TRACE_KIND(trace_bug_atomic, "bug.atomic_sleep", "sleeping or scheduling in atomic context",
	   "task$");

#define HUNG_WARNINGS 10
#define IDLE_CHECKS_MAX 3
#define BACKTRACE_POLLS 10000

struct kwatch {
	struct klinux *k;
	struct ev rcu_ev, hung_ev;
	unsigned hung_warnings;
	uint64_t last_progress;
	unsigned quiet_checks;
	uint64_t atomic_last_ns;
	bool atomic_any;
	uint64_t gp;
	uint64_t backtrace_wanted;  /* CPUs that were asked and have not answered */
	uint64_t backtrace_waiting; /* CPUs that wait for an answer */
};

static uint64_t units(uint64_t ns)
{
	return ns >> 30;
}

static uint64_t sample_ns(const struct klinux *k)
{
	return (uint64_t)k->cfg.watchdog_thresh_s * 2 * 1000000000ULL / 5;
}

/* --- backtrace of another CPU --------------------------------------------------------------------
 */
static void backtrace_answer(void *info)
{
	struct kwatch *w = info;
	uint64_t own = 1ULL << krq_self()->cpu;

	if (!(w->backtrace_wanted & own))
		return;
	klog_printf(4, "NMI backtrace for cpu %u", krq_self()->cpu);
	w->backtrace_wanted &= ~own;
}

/* Runs with interrupts masked. One asker at a time: a second one does without, as in the kernel. */
static void backtrace_ask(unsigned cpu)
{
	struct kwatch *w = ksched_now->k->watch;
	struct krq *self = krq_self();
	uint64_t bit = 1ULL << cpu;

	if (w->backtrace_waiting)
		return;
	klog_printf(6, "Sending NMI from CPU %u to CPUs %u:", self->cpu, cpu);
	if (!(w->backtrace_wanted & bit) && kcall_post(cpu, backtrace_answer, w))
		return;
	w->backtrace_wanted |= bit;
	w->backtrace_waiting = 1ULL << self->cpu;
	for (unsigned i = 0; i < BACKTRACE_POLLS && (w->backtrace_wanted & bit); i++)
		kcharge(cost()->backtrace_poll_ns);
	w->backtrace_waiting = 0;
	self->report_units =
		units(krq_now_ns(self)); /* the wait touches the soft-lockup watchdog */
}

/* --- soft and hard lockup ------------------------------------------------------------------------
 */
void kwatch_feed(struct krq *rq)
{
	rq->feed_pending = false;
	rq->touch_units = rq->report_units = units(krq_now_ns(rq));
}

static void check_buddy(struct krq *rq)
{
	struct ksched *s = ksched_now;
	uint64_t above = s->online & ~((2ULL << rq->cpu) - 1);
	unsigned next = (unsigned)__builtin_ctzll(above ? above : s->online);
	struct krq *other = &s->rq[next];

	if (next == rq->cpu)
		return;
	if (other->hard_touched) {
		other->hard_touched = false;
		return;
	}
	if (other->hrtimer_saved != other->hrtimer_interrupts) {
		other->hrtimer_saved = other->hrtimer_interrupts;
		other->hard_warned = false;
		return;
	}
	if (other->hard_warned)
		return;
	other->hard_warned = true;
	s->k->stats.hard_lockups++;
	klog_printf(0, "watchdog: Watchdog detected hard LOCKUP on cpu %u", next);
	TRACE(&machine->trace, trace_stall_hard, next);
	backtrace_ask(next);
}

static enum hrtimer_restart watchdog_timer(struct hrtimer *timer)
{
	struct krq *rq = krq_self();
	struct klinux *k = ksched_now->k;
	uint64_t now;

	rq->hrtimer_interrupts++;
	if (k->cfg.hardlockup_buddy && rq->hrtimer_interrupts % 3 == 0)
		check_buddy(rq);
	/* Queue the stopper; on an idle CPU it runs at once. */
	if (rq->curr == rq->idle) {
		kwatch_feed(rq);
	} else {
		rq->feed_pending = true;
		krq_resched(rq, false, false);
	}
	hrtimer_forward(timer, (ktime_t)krq_now_ns(rq), (ktime_t)sample_ns(k));
	now = units(krq_now_ns(rq));
	if (now > rq->report_units + 2 * k->cfg.watchdog_thresh_s) {
		uint64_t stuck = now - rq->touch_units;

		rq->report_units = now;
		k->stats.soft_lockups++;
		klog_printf(0, "watchdog: BUG: soft lockup - CPU#%u stuck for %us! [%s:%d]",
			    rq->cpu, (unsigned)stuck, rq->curr->comm, rq->curr->pid);
		TRACE(&machine->trace, trace_stall_soft, rq->cpu, stuck);
	}
	return HRTIMER_RESTART;
}

void kwatch_cpu_online(struct krq *rq)
{
	struct klinux *k = ksched_now->k;
	uint64_t at;

	rq->last_qs_ns = krq_now_ns(rq);
	if (!k->cfg.watchdog_thresh_s)
		return;
	kwatch_feed(rq);
	rq->hard_touched = true;
	rq->hard_warned = false;
	hrtimer_setup(&rq->watchdog, watchdog_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	rq->watchdog.house = 1;
	at = kclock_ns() + sample_ns(k);
	khrtimer_start_on(&rq->watchdog, rq->cpu, at, at);
}

void kwatch_cpu_offline(struct krq *rq)
{
	hrtimer_try_to_cancel(&rq->watchdog);
	rq->feed_pending = false;
}

/* --- RCU stall -----------------------------------------------------------------------------------
 */
void krcu_qs(struct krq *rq)
{
	rq->last_qs_ns = krq_now_ns(rq);
	rq->qs_count++;
	rq->ticks_since_qs = 0;
	rq->rcu_report_ns = 0;
}

static const char *flavour(void)
{
	return ksched_now->dynamic_rcu ? "rcu_preempt" : "rcu_sched";
}

static uint64_t stall_ns(const struct klinux *k)
{
	return (uint64_t)k->cfg.rcu_stall_timeout_s * 1000000000ULL;
}

/* After a report: three times the timeout and three jiffies more. */
static bool stall_due(const struct krq *rq, uint64_t now)
{
	const struct klinux *k = ksched_now->k;
	uint64_t limit = stall_ns(k);

	if (!k->cfg.rcu_stall_timeout_s || now < rq->last_qs_ns + limit)
		return false;
	return !rq->rcu_report_ns || now >= rq->rcu_report_ns + 3 * limit + 3 * TICK_NSEC;
}

static void rcu_report(struct krq *rq, uint64_t jiffies_, uint64_t now)
{
	rq->rcu_report_ns = now;
	ksched_now->k->stats.rcu_stalls++;
	TRACE(&machine->trace, trace_stall_rcu, rq->cpu, jiffies_);
}

/* A CPU that takes its ticks but passes no quiescent state. */
static void self_stall(struct krq *rq)
{
	struct kwatch *w = ksched_now->k->watch;
	uint64_t now = krq_now_ns(rq), t = (now - rq->last_qs_ns) / TICK_NSEC;

	klog_printf(3, "rcu: INFO: %s self-detected stall on CPU", flavour());
	klog_printf(3,
		    "rcu: \t%u-....: (%llu ticks this GP) idle=%04x/1/0x4000000000000000 "
		    "softirq=%llu/%llu fqs=%llu",
		    rq->cpu, (unsigned long long)rq->ticks_since_qs,
		    (unsigned)(ksched_now->k->stats.context_switches & 0xffff),
		    (unsigned long long)rq->timer_softirqs, (unsigned long long)rq->timer_softirqs,
		    (unsigned long long)(t / 2));
	klog_printf(3, "rcu: \t(t=%llu jiffies g=%lld q=1 ncpus=%d)", (unsigned long long)t,
		    (long long)w->gp - 1200, __builtin_popcountll(ksched_now->online));
	rcu_report(rq, t, now);
	krq_resched(rq, false, false);
}

void krcu_tick(struct krq *rq, bool quiescent)
{
	rq->ticks_since_qs++;
	if (quiescent)
		krcu_qs(rq);
	else if (stall_due(rq, krq_now_ns(rq)))
		self_stall(rq);
}

/* A CPU that takes no ticks: seen from another one, which runs this with interrupts masked. */
static void remote_stall(void *info)
{
	struct krq *rq = info, *self = krq_self();
	struct kwatch *w = ksched_now->k->watch;
	uint64_t now = krq_now_ns(self);
	unsigned by = self->cpu;
	unsigned long long t = (now - rq->last_qs_ns) / TICK_NSEC;
	unsigned long j = INITIAL_JIFFIES + now / TICK_NSEC;
	long long gp = (long long)w->gp - 1200;
	const char *f = flavour();

	if (!rq->rcu_report_ns)
		return; /* it took a rest while this was on its way */
	klog_printf(3, "rcu: INFO: %s detected stalls on CPUs/tasks:", f);
	klog_printf(3, "rcu: \t(detected by %u, t=%llu jiffies, g=%lld, q=1 ncpus=%d)", by, t, gp,
		    __builtin_popcountll(ksched_now->online));
	klog_printf(3,
		    "rcu: All QSes seen, last %s kthread activity %llu (%lu-%lu), "
		    "jiffies_till_next_fqs=1, root ->qsmask 0x0",
		    f, t, j, j - (unsigned long)t);
	klog_printf(3,
		    "rcu: %s kthread timer wakeup didn't happen for %llu jiffies! g%lld f0x2 "
		    "RCU_GP_WAIT_FQS(5) ->state=0x200",
		    f, t - 1, gp);
	klog_printf(3, "rcu: \tPossible timer handling issue on cpu=%u timer-softirq=%llu", rq->cpu,
		    (unsigned long long)rq->timer_softirqs);
	klog_printf(3,
		    "rcu: %s kthread starved for %llu jiffies! g%lld f0x2 RCU_GP_WAIT_FQS(5) "
		    "->state=0x200 ->cpu=%u",
		    f, t, gp, rq->cpu);
	klog_printf(
		3,
		"rcu: \tUnless %s kthread gets sufficient CPU time, OOM is now expected behavior.",
		f);
	klog_printf(3, "rcu: RCU grace-period kthread stack dump:");
	klog_printf(3, "rcu: Stack dump where RCU GP kthread last ran:");
	self->rcu_report_ns = now; /* the next report is far away for everybody */
	backtrace_ask(rq->cpu);
}

static bool deaf(unsigned cpu)
{
	return machine->pe[cpu].world == WORLD_S || machine->pe[cpu].ns_irq_masked;
}

/* Which CPU takes neither ticks nor a rest; looked at when the first of them may be due. */
static void rcu_event(struct ev *ev)
{
	struct kwatch *w = ev->ctx;
	struct ksched *s = w->k->sched;
	uint64_t now = machine->now_ns, next = now + stall_ns(w->k), late = 2 * TICK_NSEC;

	for (unsigned cpu = 0; cpu < s->cpus; cpu++) {
		struct krq *rq = &s->rq[cpu];
		uint64_t due, other;

		if (!(s->online >> cpu & 1) || rq->curr == rq->idle ||
		    (w->backtrace_waiting >> cpu & 1))
			continue;
		if (now >= late && stall_due(rq, now - late) && deaf(cpu)) {
			other = s->online & ~(1ULL << cpu);
			/* one CPU alone: nobody is left to look */
			for (uint64_t m = other; m; m &= m - 1)
				if (deaf((unsigned)__builtin_ctzll(m)) &&
				    s->rq[__builtin_ctzll(m)].curr !=
					    s->rq[__builtin_ctzll(m)].idle)
					other &= ~(m & -m);
			if (other &&
			    !kcall_post((unsigned)__builtin_ctzll(other), remote_stall, rq))
				rcu_report(rq, (now - rq->last_qs_ns) / TICK_NSEC, now);
		}
		due = (rq->rcu_report_ns ? rq->rcu_report_ns + 3 * stall_ns(w->k) + 3 * TICK_NSEC
					 : rq->last_qs_ns + stall_ns(w->k)) +
		      late;
		if (due <= now)
			due = now + 1000000000ULL;
		if (due < next)
			next = due;
	}
	w->gp += 4;
	evq_add(&machine->evq, ev, next);
}

/* --- hung tasks ----------------------------------------------------------------------------------
 */
static void report_hung(struct kwatch *w, struct task_struct *p, uint64_t now)
{
	unsigned long long s = (now - p->blocked_since_ns) / 1000000000ULL;

	w->k->stats.hung_tasks++;
	TRACE(&machine->trace, trace_stall_hung, p->who, s);
	if (w->hung_warnings == HUNG_WARNINGS)
		return;
	w->hung_warnings++;
	klog_printf(3, "INFO: task %s:%d blocked for more than %llu seconds.", p->comm, p->pid, s);
	klog_printf(3, "      Not tainted 6.12.95 #1");
	klog_printf(3,
		    "\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables this message.");
	klog_printf(6, "task:%-15s state:D pid:%-5d tgid:%-5d waits for %s", p->comm, p->pid,
		    p->tgid, p->wait_site ? p->wait_site : "?");
	if (w->hung_warnings == HUNG_WARNINGS)
		klog_printf(6, "Future hung task reports are suppressed, see sysctl "
			       "kernel.hung_task_warnings");
}

/* Only housekeeping has happened for several periods and nothing is under way that could end it. */
static void check_progress(struct kwatch *w)
{
	struct ksched *s = w->k->sched;
	unsigned own = evq_queued(&w->rcu_ev) + evq_queued(&w->hung_ev);

	for (unsigned i = 0; i < s->cpus; i++) {
		own += evq_queued(&machine->pe[i].timer);
		if ((s->online >> i & 1) && s->rq[i].curr != s->rq[i].idle) {
			w->quiet_checks = 0;
			return;
		}
	}
	if (s->progress != w->last_progress || machine->evq.count > own || s->user_timers ||
	    !s->live_users) {
		w->last_progress = s->progress;
		w->quiet_checks = 0;
		return;
	}
	if (++w->quiet_checks < IDLE_CHECKS_MAX)
		return;
	for (struct task_struct *p = s->all; p; p = p->all_next)
		if (p->wait_holder)
			report_add(&machine->report, FINDING_NO_PROGRESS, NULL,
				   "%s/%d waits for %s, held by %s/%d", p->comm, p->pid,
				   p->wait_site ? p->wait_site : "?", p->wait_holder->comm,
				   p->wait_holder->pid);
	machine_stop(machine, MACHINE_DEADLOCK, "every task waits and nothing can wake one");
}

static void hung_event(struct ev *ev)
{
	struct kwatch *w = ev->ctx;
	struct klinux *k = w->k;
	uint64_t now = machine->now_ns;
	uint64_t limit = (uint64_t)k->cfg.hung_task_timeout_s * 1000000000ULL;

	evq_add(&machine->evq, ev, now + (limit ? limit : 120000000000ULL));
	for (struct task_struct *p = k->sched->all; p && limit; p = p->all_next) {
		unsigned st = p->__state;

		if (!(st & TASK_UNINTERRUPTIBLE) || (st & (TASK_WAKEKILL | TASK_NOLOAD)) ||
		    p->on_rq)
			continue;
		if (p->hung_switches != p->switches) { /* first look at this wait */
			p->hung_switches = p->switches;
			p->hung_reported = 0;
		}
		if (now - p->blocked_since_ns >= limit)
			report_hung(w, p, now);
	}
	check_progress(w);
}

/* --- atomic context ------------------------------------------------------------------------------
 */
static bool atomic_limit(struct kwatch *w)
{
	uint64_t now = kclock_ns();
	bool quiet = w->atomic_any && now < w->atomic_last_ns + 1000000000ULL;

	if (!quiet) {
		w->atomic_any = true;
		w->atomic_last_ns = now;
	}
	return quiet;
}

bool kmay_sleep(void)
{
	struct pe *pe = pe_self();
	struct krq *rq = &ksched_now->rq[pe->id];

	if (__builtin_expect(rq->curr->preempt_count || pe->ns_irq_masked, 0))
		return false;
	if (rq->need_resched && ksched_now->k->cfg.preempt == PREEMPT_MODEL_VOLUNTARY)
		kcond_resched();
	return true;
}

static void report_sleep(const char *file, int line, const void *caller)
{
	struct task_struct *p = krq_self()->curr;
	struct klinux *k = ksched_now->k;
	char text[KSITE_BYTES];

	if (!k->initcalls && p->pid <= 1)
		return; /* early boot runs with interrupts masked */
	k->stats.atomic_sleeps++;
	TRACE(&machine->trace, trace_bug_atomic, p->who);
	if (atomic_limit(k->watch))
		return;
	klog_printf(3, "BUG: sleeping function called from invalid context at %s:%d", file, line);
	klog_printf(3, "in_atomic(): %d, irqs_disabled(): %d, non_block: 0, pid: %d, name: %s",
		    p->preempt_count != 0, pe_self()->ns_irq_masked, p->pid, p->comm);
	klog_printf(3, "preempt_count: %x, expected: 0", (unsigned)p->preempt_count);
	if (caller)
		klog_printf(3, "Call trace: %s", ksite(caller, text));
	report_add(
		&machine->report, FINDING_DETECTOR, machine_where(machine),
		"sleeping in atomic context: %s, called from %s, preempt_count %x, interrupts %s",
		file, caller ? ksite(caller, text) : "the kernel", (unsigned)p->preempt_count,
		pe_self()->ns_irq_masked ? "off" : "on");
}

void kmight_sleep(const char *file, int line)
{
	if (!kmay_sleep())
		report_sleep(file, line, NULL);
}

void kmight_sleep_in(const char *file, const void *caller)
{
	if (__builtin_expect(!kmay_sleep(), 0))
		report_sleep(file, 0, caller);
}

void katomic_report(void)
{
	struct task_struct *p = ktask_current();
	struct klinux *k = ksched_now->k;

	k->stats.atomic_sleeps++;
	TRACE(&machine->trace, trace_bug_atomic, p->who);
	if (atomic_limit(k->watch))
		return;
	klog_printf(3, "BUG: scheduling while atomic: %s/%d/0x%08x", p->comm, p->pid,
		    (unsigned)p->preempt_count);
	report_add(&machine->report, FINDING_DETECTOR, machine_where(machine),
		   "sleeping in atomic context: scheduling with preempt_count %x",
		   (unsigned)p->preempt_count);
}

/* --- life ----------------------------------------------------------------------------------------
 */
int kwatch_create(struct klinux *k)
{
	struct kwatch *w = kh_alloc(sizeof(*w));

	if (!w)
		return -12; /* ENOMEM */
	w->k = k;
	w->rcu_ev = (struct ev){.fn = rcu_event, .ctx = w, .prio = 50};
	w->hung_ev = (struct ev){.fn = hung_event, .ctx = w, .prio = 51};
	k->watch = w;
	return 0;
}

void kwatch_start(struct klinux *k)
{
	uint64_t now = kclock_ns();

	if (k->cfg.rcu_stall_timeout_s)
		evq_add(&k->m->evq, &k->watch->rcu_ev, now + stall_ns(k));
	evq_add(&k->m->evq, &k->watch->hung_ev,
		now + (k->cfg.hung_task_timeout_s ? (uint64_t)k->cfg.hung_task_timeout_s : 120) *
				1000000000ULL);
}

void kwatch_destroy(struct klinux *k)
{
	if (!k->watch)
		return;
	evq_cancel(&k->m->evq, &k->watch->rcu_ev);
	evq_cancel(&k->m->evq, &k->watch->hung_ev);
	kh_free(k->watch);
	k->watch = NULL;
}
