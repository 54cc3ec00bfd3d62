/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which CPU gets a task: at wake-up, at fork, by the periodic and the new-idle balancer, by force.
 * Every such choice is put to the oracle with the answer of the plain kernel as the usual one.
 *
 * The periodic balancer acts like the kernel's on one flat domain: a busy CPU looks every 16 ms
 * times the number of CPUs, or a tick earlier by the seed's chance (on hardware nothing keeps step
 * with tasks that alternate at ticks; here the balancer would never see some of them waiting),
 * pulls when the busiest has more than 117 % of its load, and moves a
 * task that is heavier than half the difference only after earlier attempts failed. That is what
 * makes five equal tasks on two CPUs change places now and then (golden G2). Not modelled: cache
 * topology, capacity, NUMA, task groups.
 */
#include <linux/sched.h>
#include <linux/cpumask.h>
#include "linux/ksched.h"

TRACE_KIND(trace_sched_migrate, "sched.migrate", "a task changes its PE", "task$", "from", "to");

#define SCAN_MAX 32 /* tasks looked at per pull, as sched_nr_migrate */

static unsigned nth_bit(uint64_t mask, unsigned n)
{
	while (n--)
		mask &= mask - 1;
	return (unsigned)__builtin_ctzll(mask);
}

static unsigned ask(uint64_t allowed, unsigned usual, const char *where)
{
	unsigned n = (unsigned)__builtin_popcountll(allowed);
	unsigned index = (unsigned)__builtin_popcountll(allowed & ((1ULL << usual) - 1));

	if (n <= 1)
		return usual;
	return nth_bit(allowed, oracle_choose(&machine->oracle, ORACLE_MIGRATE, n, index, where));
}

/* CPUs on their way down are already out of @online. */
static uint64_t usable(const struct task_struct *p)
{
	uint64_t mask = p->affinity & ksched_now->online;

	return mask ? mask : ksched_now->online;
}

static bool lighter(const struct krq *a, const struct krq *b)
{
	return a->nr_running < b->nr_running ||
	       (a->nr_running == b->nr_running && a->load < b->load);
}

unsigned kselect_cpu(struct task_struct *p, bool fork)
{
	struct ksched *s = ksched_now;
	uint64_t allowed = usable(p), idle = allowed & s->idle_mask;
	unsigned prev = (unsigned)p->cpu, best;

	if (p->migrate_disabled && (allowed >> prev & 1))
		return prev;
	if (!(allowed & (allowed - 1)))
		return (unsigned)__builtin_ctzll(allowed);
	if (idle >> prev & 1) {
		best = prev;
	} else if (idle) {
		best = (unsigned)__builtin_ctzll(idle);
	} else if (fork || s->cpus <= 8) {
		best = allowed >> prev & 1 ? prev : (unsigned)__builtin_ctzll(allowed);
		for (uint64_t m = allowed; m; m &= m - 1) {
			unsigned cpu = (unsigned)__builtin_ctzll(m);

			if (lighter(&s->rq[cpu], &s->rq[best]))
				best = cpu;
		}
	} else {
		/* many CPUs, all busy: the old one or the waker's, without looking at the rest */
		unsigned here = machine->running ? machine->running->id : prev;

		best = allowed >> prev & 1 ? prev : (unsigned)__builtin_ctzll(allowed);
		if ((allowed >> here & 1) && lighter(&s->rq[here], &s->rq[best]))
			best = here;
	}
	return ask(allowed, best, fork ? "sched.fork" : "sched.wakeup");
}

/* Moves a task that does not run now. */
void ktask_move(struct task_struct *p, unsigned to)
{
	struct ksched *s = ksched_now;
	struct krq *from = &s->rq[p->cpu], *rq = &s->rq[to];
	unsigned from_cpu = from->cpu;

	if (from == rq)
		return;
	if (p->on_rq) {
		krq_dequeue(from, p);
		from->nr_running--;
		rq->nr_running++;
		if (p->policy == KTASK_NORMAL) {
			from->load -= p->weight;
			rq->load += p->weight;
		}
	}
	krq_update_curr(rq);
	p->vruntime += rq->min_vruntime - from->min_vruntime;
	p->cpu = (int)to;
	p->last_moved_ns = kclock_ns();
	s->k->stats.migrations++;
	TRACE(&machine->trace, trace_sched_migrate, p->who, from_cpu, to);
	if (p->on_rq) {
		krq_enqueue(rq, p, false);
		krq_check_preempt(rq, p, true);
	}
}

/* The movable task of @from whose last move is longest ago, not heavier than @limit; NULL = none.
 * That spreads moves evenly, as the kernel's ageing list does over time. */
static struct task_struct *candidate(struct krq *from, unsigned to, uint64_t limit, unsigned failed)
{
	struct task_struct *best = NULL;
	unsigned n = from->fair.count < SCAN_MAX ? from->fair.count : SCAN_MAX;

	for (unsigned i = 0; i < n; i++) {
		struct task_struct *p =
			(struct task_struct *)((char *)from->fair.at[i] -
					       offsetof(struct task_struct, rq_node));

		if (!(p->affinity >> to & 1) || p->migrate_disabled)
			continue;
		if ((p->weight >> (failed < 16 ? failed : 16)) > limit)
			continue;
		if (!best || p->last_moved_ns < best->last_moved_ns ||
		    (p->last_moved_ns == best->last_moved_ns && p->pid < best->pid))
			best = p;
	}
	return best;
}

/* Of several with the same load any may be it (the kernel compares averages that never are quite
 * equal): the seed's chance decides. */
static struct krq *busiest(struct krq *rq)
{
	struct ksched *s = ksched_now;
	uint64_t load = 0, equal = 0;

	for (uint64_t m = s->online; m; m &= m - 1) {
		const unsigned cpu = (unsigned)__builtin_ctzll(m);
		const struct krq *other = &s->rq[cpu];

		if (other == rq || other->nr_running < 2 || !other->fair.count ||
		    other->load < load)
			continue;
		if (other->load > load)
			equal = 0;
		load = other->load;
		equal |= 1ULL << cpu;
	}
	if (!equal)
		return NULL;
	if (equal & (equal - 1)) {
		const unsigned n = (unsigned)__builtin_popcountll(equal);

		return &s->rq[nth_bit(equal, (unsigned)(oracle_random(&machine->oracle) % n))];
	}
	return &s->rq[__builtin_ctzll(equal)];
}

static bool pull(struct krq *rq, bool idle)
{
	struct krq *from = busiest(rq);
	struct task_struct *p;
	unsigned cpu;

	if (!from)
		return false;
	if (!idle && from->load * 100 <= rq->load * 117) {
		rq->balance_failed = 0;
		return false;
	}
	p = candidate(from, rq->cpu, idle ? UINT64_MAX : (from->load - rq->load) / 2,
		      rq->balance_failed);
	if (!p) {
		rq->balance_failed++;
		return false;
	}
	rq->balance_failed = 0;
	cpu = ask((1ULL << rq->cpu) | (1ULL << from->cpu), rq->cpu, "sched.balance");
	if (cpu != rq->cpu)
		return false;
	ktask_move(p, rq->cpu);
	return true;
}

/* A CPU with more than it can run and an idle one that may not have noticed. */
static void kick_idle(struct krq *rq)
{
	struct ksched *s = ksched_now;
	uint64_t idle = s->idle_mask & s->online;
	struct task_struct *p = NULL;
	unsigned cpu = 0;

	for (; idle && !p; idle &= idle - 1) {
		cpu = (unsigned)__builtin_ctzll(idle);
		p = candidate(rq, cpu, UINT64_MAX, 0);
	}
	if (p && ask((1ULL << cpu) | (1ULL << rq->cpu), cpu, "sched.balance") == cpu)
		ktask_move(p, cpu);
}

void kbalance_tick(struct krq *rq)
{
	struct ksched *s = ksched_now;
	uint64_t now = krq_now_ns(rq);

	if (s->cpus == 1 || now < rq->next_balance_ns)
		return;
	rq->next_balance_ns = now + (uint64_t)16000000 * s->cpus;
	if (oracle_random(&machine->oracle) & 1)
		rq->next_balance_ns -= s->k->cfg.tick_ns;
	if (rq->nr_running > 1 && rq->fair.count && (s->idle_mask & s->online))
		kick_idle(rq);
	else
		pull(rq, false);
}

bool kbalance_newidle(struct krq *rq)
{
	return ksched_now->cpus > 1 && pull(rq, true);
}

/* --- affinity ----------------------------------------------------------------------------------
 */
static void leave_if_outside(struct task_struct *p)
{
	uint64_t allowed = p->affinity & ksched_now->online;

	if (!allowed || (allowed >> p->cpu & 1))
		return;
	if (p->on_cpu) {
		krq_resched(&ksched_now->rq[p->cpu], false, true);
		return;
	}
	ktask_move(p, kselect_cpu(p, false));
}

int ktask_set_affinity(struct task_struct *p, uint64_t mask)
{
	if (!(mask & ksched_now->online))
		return -22; /* EINVAL */
	p->affinity = mask;
	if (p->__state != TASK_DEAD)
		leave_if_outside(p);
	return 0;
}

int ktask_migrate(struct task_struct *p, unsigned pe)
{
	if (pe >= ksched_now->cpus || !(ksched_now->online >> pe & 1) || !(p->affinity >> pe & 1))
		return -22; /* EINVAL */
	if (p->__state == TASK_DEAD || (unsigned)p->cpu == pe)
		return 0;
	if (!p->on_cpu) {
		ktask_move(p, pe);
		return 0;
	}
	p->migrate_to = (int)pe;
	krq_resched(&ksched_now->rq[p->cpu], false, true);
	return 0;
}

int set_cpus_allowed_ptr(struct task_struct *p, const struct cpumask *mask)
{
	int ret = ktask_set_affinity(p, mask->bits[0]);

	if (!ret && p == ktask_current() && !(p->affinity >> p->cpu & 1))
		schedule();
	return ret;
}
