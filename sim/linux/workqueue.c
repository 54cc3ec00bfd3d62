/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Work queues; see linux/workqueue.h. One pool a CPU; its workers are bound kernel threads named
 * kworker/N:M. When the only running worker of a pool blocks inside a work item and more is queued,
 * another worker takes over (made on demand), so one slow item does not hold up the pool.
 * A queue with max_active 1 (ordered) keeps the rest of its items inactive.
 */
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <linux/kthread.h>
#include <linux/completion.h>
#include "core/watch.h"
#include "linux/khost.h"
#include "linux/ksched.h"

#define WORKERS_MAX 64

struct kworker {
	struct task_struct *task;
	struct kpool *pool;
	struct kworker *next;
	struct work_struct *current_work; /* only compared: the item may be freed meanwhile */
	work_func_t current_func;
	bool idle, sleeping;
};

struct kpool {
	unsigned cpu, nr_workers, nr_running; /* running = busy with an item and not blocked */
	struct kworker *workers;
	struct work_struct *first, *last;
};

struct flusher { /* somebody waits for an item or a queue */
	struct flusher *next;
	struct task_struct *task;
};

struct workqueue_struct {
	char name[24];
	int max_active;
	bool ordered;
	unsigned nr_pending, nr_active; /* queued or running; of which let into a pool */
	struct work_struct *inactive, *inactive_last;
	struct workqueue_struct *next;
};

struct kworkq {
	struct kpool pool[PE_MAX];
	struct workqueue_struct *all;
	struct workqueue_struct *system;
	struct flusher *flushers;
};

TRACE_KIND(trace_work_start, "work.start", "a worker begins a work item", "worker$");
TRACE_KIND(trace_work_end, "work.end", "a worker finished a work item", "worker$");

static struct kworkq *workq(void)
{
	return klinux_now()->workq;
}

void kwork_init(struct work_struct *work, work_func_t fn)
{
	*work = (struct work_struct){.func = fn, .cpu = -1};
}

/* --- pool --------------------------------------------------------------------------------------
 */
static void push(struct kpool *pool, struct work_struct *w)
{
	w->next = NULL;
	w->prev = pool->last;
	if (pool->last)
		pool->last->next = w;
	else
		pool->first = w;
	pool->last = w;
}

static void unlink_work(struct kpool *pool, struct work_struct *w)
{
	if (w->prev)
		w->prev->next = w->next;
	else
		pool->first = w->next;
	if (w->next)
		w->next->prev = w->prev;
	else
		pool->last = w->prev;
	w->next = w->prev = NULL;
}

static struct kworker *runner_in(struct kpool *pool, const struct work_struct *w)
{
	for (struct kworker *k = pool->workers; k; k = k->next)
		if (k->current_work == w && k->current_func == w->func)
			return k;
	return NULL;
}

/* The worker that runs @w now, in any pool. */
static struct kworker *runner_of(const struct work_struct *w)
{
	struct kworkq *q = workq();

	for (unsigned cpu = 0; cpu < ksched_now->cpus; cpu++) {
		struct kworker *k = runner_in(&q->pool[cpu], w);

		if (k)
			return k;
	}
	return NULL;
}

static int worker_main(void *arg);

static struct kworker *worker_add(struct kpool *pool)
{
	struct kworker *k;

	if (pool->nr_workers == WORKERS_MAX)
		return NULL;
	k = kh_alloc(sizeof(*k));
	if (!k)
		return NULL;
	k->pool = pool;
	k->idle = true;
	{
		char comm[TASK_COMM_LEN];

		__builtin_snprintf(comm, sizeof(comm), "kworker/%u:%u", pool->cpu % 100,
				   pool->nr_workers % 100);
		k->task = kthread_create(worker_main, k, "%s", comm);
	}
	if (IS_ERR(k->task)) {
		kh_free(k);
		return NULL;
	}
	kthread_bind(k->task, pool->cpu);
	k->task->cpu = (int)pool->cpu;
	k->task->flags |= PF_WQ_WORKER;
	k->task->worker = k;
	pool->nr_workers++;
	/* at the end: the lowest-numbered idle worker is woken first */
	struct kworker **at = &pool->workers;
	while (*at)
		at = &(*at)->next;
	*at = k;
	return k;
}

/* Makes sure somebody will serve the pool. */
static void kick(struct kpool *pool)
{
	struct kworker *k;

	if (!pool->first || pool->nr_running)
		return;
	for (k = pool->workers; k; k = k->next)
		if (k->idle)
			break;
	if (!k)
		k = worker_add(pool);
	if (k)
		ktask_wake(k->task, TASK_NORMAL, false);
}

void kworker_sleeping(struct task_struct *p)
{
	struct kworker *k = p->worker;

	if (!k || k->idle || k->sleeping)
		return;
	k->sleeping = true;
	k->pool->nr_running--;
	kick(k->pool);
}

void kworker_running(struct task_struct *p)
{
	struct kworker *k = p->worker;

	if (!k || !k->sleeping)
		return;
	k->sleeping = false;
	k->pool->nr_running++;
}

static void wake_flushers(void)
{
	for (struct flusher *f = workq()->flushers; f; f = f->next)
		ktask_wake(f->task, TASK_NORMAL, false);
}

static void activate_next(struct workqueue_struct *wq)
{
	struct work_struct *w = wq->inactive;

	if (!w || wq->nr_active >= (unsigned)wq->max_active)
		return;
	wq->inactive = w->next;
	if (!wq->inactive)
		wq->inactive_last = NULL;
	w->inactive = false;
	wq->nr_active++;
	push(&workq()->pool[w->cpu], w);
	kick(&workq()->pool[w->cpu]);
}

static void finished(struct workqueue_struct *wq)
{
	wq->nr_pending--;
	wq->nr_active--;
	if (wq->ordered)
		activate_next(wq);
	wake_flushers();
}

/* Takes the first item that is not being run by another worker. */
static struct work_struct *take(struct kpool *pool)
{
	for (struct work_struct *w = pool->first; w; w = w->next) {
		if (runner_of(w))
			continue;
		unlink_work(pool, w);
		return w;
	}
	return NULL;
}

static int worker_main(void *arg)
{
	struct kworker *k = arg;
	struct kpool *pool = k->pool;
	struct work_struct *w;

	for (;;) {
		k->idle = false;
		pool->nr_running++;
		while ((w = take(pool))) {
			struct workqueue_struct *wq = w->wq;

			w->pending = false;
			k->current_work = w;
			k->current_func = w->func;
			WATCH(acquire, w);
			TRACE(&machine->trace, trace_work_start, ktask_current()->who);
			w->func(w);
			WATCH(release, w); /* only the address: the item may be gone */
			WATCH(release, wq);
			TRACE(&machine->trace, trace_work_end, ktask_current()->who);
			if (ktask_current()->preempt_count) {
				katomic_report();
				ktask_current()->preempt_count = 0;
			}
			k->current_work = NULL;
			finished(wq);
			kcond_resched();
		}
		pool->nr_running--;
		k->idle = true;
		kset_state(TASK_IDLE);
		/* Items left behind run elsewhere now: their worker takes them when it is done. */
		schedule();
	}
	return 0;
}

/* --- queueing ----------------------------------------------------------------------------------
 */
static void insert(struct workqueue_struct *wq, struct work_struct *w, unsigned cpu)
{
	struct kworker *k = runner_of(w);

	if (k) /* never two at a time: where it runs it will run again */
		cpu = k->pool->cpu;
	WATCH(release, w);
	w->wq = wq;
	w->cpu = (signed char)cpu;
	wq->nr_pending++;
	if (wq->ordered && wq->nr_active >= (unsigned)wq->max_active) {
		w->inactive = true;
		w->next = NULL;
		if (wq->inactive_last)
			wq->inactive_last->next = w;
		else
			wq->inactive = w;
		wq->inactive_last = w;
		return;
	}
	w->inactive = false;
	wq->nr_active++;
	push(&workq()->pool[cpu], w);
	kick(&workq()->pool[cpu]);
}

bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *w)
{
	unsigned at = cpu == WORK_CPU_UNBOUND ? krq_self()->cpu : (unsigned)cpu;

	WATCH(point, w, __builtin_return_address(0));
	if (w->pending) {
		WATCH(release, w); /* the run to come sees what was written up to here */
		return false;
	}
	w->pending = true;
	insert(wq, w, at);
	kcharge(cost()->wakeup_ns);
	kpreempt_check();
	return true;
}

/* Takes a pending item out again. */
static bool unqueue(struct work_struct *w)
{
	struct workqueue_struct *wq = w->wq;

	if (!w->pending || !wq)
		return false;
	if (w->inactive) {
		struct work_struct **at = &wq->inactive;

		while (*at && *at != w)
			at = &(*at)->next;
		if (*at)
			*at = w->next;
		wq->inactive_last = NULL;
		for (struct work_struct *i = wq->inactive; i; i = i->next)
			wq->inactive_last = i;
		wq->nr_pending--;
		w->inactive = false;
	} else {
		unlink_work(&workq()->pool[w->cpu], w);
		finished(wq);
	}
	w->pending = false;
	return true;
}

static void flush_until(bool (*busy)(void *what), void *what)
{
	struct kworkq *q = workq();
	struct flusher f = {.task = ktask_current(), .next = q->flushers};

	kmight_sleep("kernel/workqueue.c", 0);
	q->flushers = &f;
	for (;;) {
		kset_state(TASK_UNINTERRUPTIBLE);
		if (!busy(what))
			break;
		schedule();
	}
	kset_state(TASK_RUNNING);
	WATCH(acquire, what);
	for (struct flusher **at = &q->flushers; *at; at = &(*at)->next)
		if (*at == &f) {
			*at = f.next;
			break;
		}
}

static bool work_busy_cb(void *what)
{
	struct work_struct *w = what;

	return w->pending || runner_of(w);
}

static bool work_running_cb(void *what)
{
	return runner_of(what) != NULL;
}

static bool queue_busy_cb(void *what)
{
	return ((struct workqueue_struct *)what)->nr_pending != 0;
}

bool flush_work(struct work_struct *w)
{
	bool busy = work_busy_cb(w);

	flush_until(work_busy_cb, w);
	return busy;
}

bool cancel_work(struct work_struct *w)
{
	return unqueue(w);
}

bool cancel_work_sync(struct work_struct *w)
{
	bool was = unqueue(w);
	struct kworker *k = runner_of(w);

	if (k && k->task == ktask_current())
		return was;
	flush_until(work_running_cb, w);
	return was;
}

void flush_workqueue(struct workqueue_struct *wq)
{
	flush_until(queue_busy_cb, wq);
}

void drain_workqueue(struct workqueue_struct *wq)
{
	flush_workqueue(wq);
}

/* --- delayed -----------------------------------------------------------------------------------
 */
static void delayed_fire(struct timer_list *t)
{
	struct delayed_work *dw =
		(struct delayed_work *)((char *)t - offsetof(struct delayed_work, timer));

	insert(dw->wq, &dw->work,
	       dw->cpu == WORK_CPU_UNBOUND ? krq_self()->cpu : (unsigned)dw->cpu);
}

void kdelayed_work_init(struct delayed_work *dw, work_func_t fn)
{
	kwork_init(&dw->work, fn);
	timer_setup(&dw->timer, delayed_fire, 0);
	dw->wq = NULL;
	dw->cpu = WORK_CPU_UNBOUND;
}

bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dw,
			   unsigned long delay)
{
	if (dw->work.pending)
		return false;
	if (!delay)
		return queue_work_on(cpu, wq, &dw->work);
	dw->work.pending = true;
	dw->work.wq = NULL; /* not in a pool yet */
	dw->wq = wq;
	dw->cpu = cpu;
	WATCH(release, &dw->work);
	dw->timer.function = delayed_fire;
	mod_timer(&dw->timer, jiffies + delay);
	return true;
}

static bool undelay(struct delayed_work *dw)
{
	if (timer_delete(&dw->timer)) {
		dw->work.pending = false;
		return true;
	}
	return unqueue(&dw->work);
}

bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dw, unsigned long delay)
{
	bool was = undelay(dw);

	queue_delayed_work(wq, dw, delay);
	return was;
}

bool flush_delayed_work(struct delayed_work *dw)
{
	if (timer_delete(&dw->timer))
		insert(dw->wq, &dw->work, krq_self()->cpu);
	return flush_work(&dw->work);
}

bool cancel_delayed_work(struct delayed_work *dw)
{
	return undelay(dw);
}

bool cancel_delayed_work_sync(struct delayed_work *dw)
{
	bool was = undelay(dw);

	cancel_work_sync(&dw->work);
	return was;
}

/* --- queues ------------------------------------------------------------------------------------
 */
static struct workqueue_struct *make(struct kworkq *q, const char *name, unsigned flags, int max)
{
	struct workqueue_struct *wq = kh_alloc(sizeof(*wq));

	if (!wq)
		return NULL;
	__builtin_snprintf(wq->name, sizeof(wq->name), "%s", name);
	wq->max_active = max > 0 ? max : 1024;
	wq->ordered = (flags & WQ_UNBOUND) && max == 1;
	wq->next = q->all;
	q->all = wq;
	return wq;
}

struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active, ...)
{
	char name[24];
	__builtin_va_list args;

	__builtin_va_start(args, max_active);
	__builtin_vsnprintf(name, sizeof(name), fmt, args);
	__builtin_va_end(args);
	return make(workq(), name, flags, max_active);
}

void destroy_workqueue(struct workqueue_struct *wq)
{
	struct workqueue_struct **at = &workq()->all;

	drain_workqueue(wq);
	while (*at && *at != wq)
		at = &(*at)->next;
	if (*at)
		*at = wq->next;
	kh_free(wq);
}

struct workqueue_struct *ksystem_wq(void)
{
	return workq()->system;
}

int kworkq_create(struct klinux *k)
{
	struct kworkq *q = kh_alloc(sizeof(*q));

	if (!q)
		return -12; /* ENOMEM */
	for (unsigned i = 0; i < PE_MAX; i++)
		q->pool[i].cpu = i;
	k->workq = q;
	q->system = make(q, "events", 0, 0);
	return q->system ? 0 : -12;
}

void kworkq_destroy(struct klinux *k)
{
	struct kworkq *q = k->workq;

	if (!q)
		return;
	while (q->all) {
		struct workqueue_struct *wq = q->all;

		q->all = wq->next;
		kh_free(wq);
	}
	for (unsigned i = 0; i < PE_MAX; i++)
		while (q->pool[i].workers) {
			struct kworker *w = q->pool[i].workers;

			q->pool[i].workers = w->next;
			kh_free(w);
		}
	kh_free(q);
	k->workq = NULL;
}
