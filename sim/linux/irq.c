/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts: entry on the interrupted flow, acknowledge loop, handlers, and at the exit the one
 * place where a preemptible kernel takes the CPU from kernel code. Also masking, registration,
 * per-CPU interrupts, threaded handlers, tasklets and what device-tree look-ups drivers need.
 *
 * Linux irq number = INTID + 16. Not modelled: nesting, levels, chips, wake-up, domains.
 */
#include <linux/sched.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/of_irq.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include "linux/khost.h"
#include "linux/ksched.h"

#define ACTIONS_MAX 256
#define SHARED_MAX 4

struct irq_action {
	irq_handler_t handler, thread_fn;
	void *dev_id;
	const char *name;
	bool percpu, used, embedder;
	struct task_struct *thread;
	unsigned long pending; /* times the thread was asked to run */
};

struct irq_line {
	struct irq_action act[SHARED_MAX];
	unsigned depth; /* disable depth */
	uint64_t count;
	struct irq_data data;
};

struct kirqs {
	struct irq_line line[INTID_MAX];
	struct device_node gic, ffa;
};

TRACE_KIND(trace_irq_enter, "irq.enter", "Linux begins to serve an interrupt", "intid",
	   "latency_ns");
TRACE_KIND(trace_irq_exit, "irq.exit", "Linux is done with the pending interrupts");
TRACE_KIND(trace_irq_device, "irq.device", "a device interrupt reached its handler", "intid",
	   "name$");

/* --- masking -----------------------------------------------------------------------------------
 */
void kirq_mask(void)
{
	pe_self()->ns_irq_masked = true;
}

void kirq_unmask(void)
{
	struct pe *pe = pe_self();

	pe->ns_irq_masked = false;
	if (pe_irq_pending(pe))
		pe_point();
}

unsigned long klocal_irq_save(void)
{
	struct pe *pe = pe_self();
	unsigned long flags = pe->ns_irq_masked;

	pe->ns_irq_masked = true;
	return flags;
}

void klocal_irq_restore(unsigned long flags)
{
	if (!flags)
		kirq_unmask();
}

bool irqs_disabled(void)
{
	return pe_self()->ns_irq_masked;
}

void local_irq_disable(void)
{
	kirq_mask();
}

void local_irq_enable(void)
{
	kirq_unmask();
}

/* --- entry -------------------------------------------------------------------------------------
 */
static void run_line(struct krq *rq, unsigned intid)
{
	struct irq_line *line = &ksched_now->irqs->line[intid];

	line->count++;
	for (unsigned i = 0; i < SHARED_MAX; i++) {
		struct irq_action *a = &line->act[i];
		irqreturn_t ret = IRQ_WAKE_THREAD;
		void *dev_id = a->dev_id;

		if (!a->used)
			continue;
		TRACE(&machine->trace, trace_irq_device, intid, trace_intern(a->name));
		if (a->embedder) {
			ksched_now->progress++;
			continue;
		}
		if (a->percpu)
			dev_id = kpercpu_ptr(dev_id, (int)rq->cpu);
		if (a->handler)
			ret = a->handler((int)intid + KSCHED_IRQ_OFFSET, dev_id);
		if (ret == IRQ_WAKE_THREAD && a->thread) {
			a->pending++;
			ktask_wake(a->thread, TASK_NORMAL, false);
		}
	}
}

static void run_tasklets(struct krq *rq)
{
	preempt_count_add(SOFTIRQ_OFFSET);
	while (rq->tasklets) {
		struct tasklet_struct *t = rq->tasklets;

		rq->tasklets = t->next;
		t->queued = false;
		t->callback(t);
	}
	preempt_count_sub(SOFTIRQ_OFFSET);
}

static void interrupt(struct pe *pe)
{
	struct ksched *s = ksched_now;
	struct krq *rq = &s->rq[pe->id];
	uint64_t *max = &s->k->stats.max_irq_latency_ns[pe->id];
	struct task_struct *curr = rq->curr;
	uint64_t pend_ns;
	unsigned intid;

	pe->ns_irq_masked = true;
	if (!curr) { /* before boot or after CPU_OFF: nobody is there to serve it */
		while (intc_ack(machine, pe, &pend_ns) != INTID_NONE)
			;
		pe->ns_irq_masked = false;
		return;
	}
	curr->preempt_count += HARDIRQ_OFFSET;
	kcharge(cost()->irq_entry_ns);
	while ((intid = intc_ack(machine, pe, &pend_ns)) != INTID_NONE) {
		uint64_t latency = pe->now_ns > pend_ns ? pe->now_ns - pend_ns : 0;

		s->k->stats.irqs++;
		if (latency > *max)
			*max = latency;
		TRACE(&machine->trace, trace_irq_enter, intid, latency);
		if (intid == INTID_TIMER)
			ktimer_interrupt(rq);
		else if (intid == INTID_CALL)
			kcalls_run(rq);
		else if (intid != INTID_RESCHED)
			run_line(rq, intid);
	}
	TRACE(&machine->trace, trace_irq_exit);
	curr->preempt_count -= HARDIRQ_OFFSET;
	if (rq->tasklets && !(curr->preempt_count & SOFTIRQ_MASK))
		run_tasklets(rq);
	kpreempt_irq_exit();
	pe_self()->ns_irq_masked = false;
}

const struct ns_world_ops klinux_ns_ops = {
	.interrupt = interrupt,
	.may_preempt = kask_may_preempt,
	.may_move = kask_may_move,
	.preempt = kask_preempt,
	.move = kask_move,
};

/* --- registration ------------------------------------------------------------------------------
 */
static struct irq_line *line_of(unsigned int irq)
{
	unsigned intid = irq - KSCHED_IRQ_OFFSET;

	return intid < INTID_MAX ? &ksched_now->irqs->line[intid] : NULL;
}

static void spi_enable(unsigned int irq, bool on)
{
	unsigned intid = irq - KSCHED_IRQ_OFFSET;

	if (intid >= 32)
		intc_enable(machine, 0, intid, on);
}

static struct irq_action *action_add(struct irq_line *line)
{
	for (unsigned i = 0; line && i < SHARED_MAX; i++)
		if (!line->act[i].used)
			return &line->act[i];
	return NULL;
}

static struct irq_action *action_find(struct irq_line *line, const void *dev_id)
{
	for (unsigned i = 0; line && i < SHARED_MAX; i++)
		if (line->act[i].used && line->act[i].dev_id == dev_id)
			return &line->act[i];
	return NULL;
}

static int irq_thread(void *arg)
{
	struct irq_action *a = arg;

	for (;;) {
		kset_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		if (!a->pending) {
			schedule();
			continue;
		}
		kset_state(TASK_RUNNING);
		a->pending = 0;
		a->thread_fn(0, a->dev_id);
	}
	kset_state(TASK_RUNNING);
	return 0;
}

int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn,
			 unsigned long flags, const char *name, void *dev_id)
{
	struct irq_line *line = line_of(irq);
	struct irq_action *a = action_add(line);

	if (!line || (!handler && !thread_fn))
		return -22; /* EINVAL */
	if (!a || (line->act[0].used && !(flags & IRQF_SHARED)))
		return -16; /* EBUSY */
	*a = (struct irq_action){.handler = handler,
				 .thread_fn = thread_fn,
				 .dev_id = dev_id,
				 .name = name,
				 .used = true};
	if (thread_fn) {
		a->thread = kthread_create(irq_thread, a, "irq/%u-%s", irq, name);
		if (IS_ERR(a->thread)) {
			a->used = false;
			return -12; /* ENOMEM */
		}
		sched_set_fifo(a->thread);
		wake_up_process(a->thread);
	}
	spi_enable(irq, true);
	return 0;
}

const void *free_irq(unsigned int irq, void *dev_id)
{
	struct irq_line *line = line_of(irq);
	struct irq_action *a = action_find(line, dev_id);

	if (!a)
		return NULL;
	a->used = false;
	if (a->thread)
		kthread_stop(a->thread);
	if (!action_find(line, line->act[0].dev_id))
		spi_enable(irq, false);
	return a->name;
}

int request_percpu_irq(unsigned int irq, irq_handler_t handler, const char *name,
		       void *percpu_dev_id)
{
	struct irq_line *line = line_of(irq);
	struct irq_action *a = action_add(line);

	if (!line || irq - KSCHED_IRQ_OFFSET >= 32 || !percpu_dev_id)
		return -22; /* EINVAL */
	if (!a || line->act[0].used)
		return -16; /* EBUSY */
	*a = (struct irq_action){.handler = handler,
				 .dev_id = percpu_dev_id,
				 .name = name,
				 .percpu = true,
				 .used = true};
	return 0;
}

void free_percpu_irq(unsigned int irq, void *percpu_dev_id)
{
	struct irq_action *a = action_find(line_of(irq), percpu_dev_id);

	if (a)
		a->used = false;
}

void enable_percpu_irq(unsigned int irq, unsigned int type)
{
	(void)type;
	intc_enable(machine, krq_self()->cpu, irq - KSCHED_IRQ_OFFSET, true);
}

void disable_percpu_irq(unsigned int irq)
{
	intc_enable(machine, krq_self()->cpu, irq - KSCHED_IRQ_OFFSET, false);
}

void disable_irq_nosync(unsigned int irq)
{
	struct irq_line *line = line_of(irq);

	if (line && !line->depth++)
		spi_enable(irq, false);
}

void disable_irq(unsigned int irq)
{
	kmight_sleep("kernel/irq/manage.c", 0);
	disable_irq_nosync(irq);
	synchronize_irq(irq);
}

void enable_irq(unsigned int irq)
{
	struct irq_line *line = line_of(irq);

	if (line && line->depth && !--line->depth)
		spi_enable(irq, true);
}

/* Handlers never sleep, so only a threaded handler can still be under way. */
void synchronize_irq(unsigned int irq)
{
	struct irq_line *line = line_of(irq);

	for (unsigned i = 0; line && i < SHARED_MAX; i++)
		while (line->act[i].used && line->act[i].thread && line->act[i].pending)
			schedule_timeout_uninterruptible(1);
}

int irq_set_affinity(unsigned int irq, const struct cpumask *mask)
{
	uint64_t online = mask->bits[0] & ksched_now->online;

	if (!online)
		return -22; /* EINVAL */
	intc_set_target(machine, irq - KSCHED_IRQ_OFFSET, (unsigned)__builtin_ctzll(online));
	return 0;
}

int irq_set_irqchip_state(unsigned int irq, enum irqchip_irq_state which, bool state)
{
	unsigned intid = irq - KSCHED_IRQ_OFFSET;

	if (!line_of(irq) || which != IRQCHIP_STATE_PENDING)
		return -22; /* EINVAL */
	if (state)
		intc_raise(machine, pe_self()->id, intid);
	else
		intc_clear(machine, pe_self()->id, intid);
	return 0;
}

int klinux_device_irq(struct klinux *k, unsigned intid, unsigned pe, const char *name)
{
	struct irq_action *a;

	if (intid < 32 || intid >= INTID_MAX || pe >= k->m->pe_count)
		return -22; /* EINVAL */
	a = action_add(&k->sched->irqs->line[intid]);
	if (!a)
		return -16; /* EBUSY */
	*a = (struct irq_action){.name = name, .used = true, .embedder = true, .dev_id = a};
	intc_set_target(k->m, intid, pe);
	intc_enable(k->m, pe, intid, true);
	return 0;
}

/* --- tasklets ----------------------------------------------------------------------------------
 */
void tasklet_setup(struct tasklet_struct *t, void (*callback)(struct tasklet_struct *))
{
	*t = (struct tasklet_struct){.callback = callback};
}

void tasklet_schedule(struct tasklet_struct *t)
{
	struct krq *rq = krq_self();
	struct tasklet_struct **at = &rq->tasklets;

	if (t->queued)
		return;
	t->queued = true;
	t->next = NULL;
	while (*at)
		at = &(*at)->next;
	*at = t;
	if (!in_interrupt())
		intc_raise(machine, rq->cpu, INTID_RESCHED); /* ksoftirqd: soon */
}

void tasklet_kill(struct tasklet_struct *t)
{
	while (t->queued)
		schedule_timeout_uninterruptible(1);
}

/* --- device tree -------------------------------------------------------------------------------
 */
int kirqs_create(struct ksched *s)
{
	s->irqs = kh_alloc(sizeof(*s->irqs));
	if (!s->irqs)
		return -12; /* ENOMEM */
	s->irqs->gic.name = "arm,gic-v3";
	for (unsigned i = 0; i < INTID_MAX; i++)
		s->irqs->line[i].data = (struct irq_data){.irq = i + KSCHED_IRQ_OFFSET, .hwirq = i};
	return 0;
}

void kirqs_destroy(struct ksched *s)
{
	kh_free(s->irqs);
	s->irqs = NULL;
}

struct irq_data *irq_get_irq_data(unsigned int irq)
{
	struct irq_line *line = line_of(irq);

	return line ? &line->data : NULL;
}

struct device_node *of_find_compatible_node(struct device_node *from, const char *type,
					    const char *compatible)
{
	struct device_node *gic = &ksched_now->irqs->gic;

	(void)type;
	if (from || __builtin_strcmp(compatible, gic->name))
		return NULL;
	return of_node_get(gic);
}

struct device_node *of_node_get(struct device_node *node)
{
	if (node)
		node->refs++;
	return node;
}

void of_node_put(struct device_node *node)
{
	if (node)
		node->refs--;
}

/* One cell: the INTID itself (as for SGIs); three cells: GICv3 binding (0 SPI, 1 PPI). */
unsigned int irq_create_of_mapping(struct of_phandle_args *args)
{
	unsigned intid = args->args[0];

	if (args->args_count >= 3)
		intid = args->args[0] == 0 ? args->args[1] + 32 : args->args[1] + 16;
	return intid < INTID_MAX ? intid + KSCHED_IRQ_OFFSET : 0;
}

void irq_dispose_mapping(unsigned int irq)
{
	(void)irq;
}

int of_irq_count(struct device_node *dev)
{
	(void)dev;
	return 0;
}

int of_irq_get(struct device_node *dev, int index)
{
	(void)dev;
	(void)index;
	return -22; /* EINVAL */
}

const struct cpumask *of_irq_get_affinity(struct device_node *dev, int index)
{
	(void)dev;
	(void)index;
	return NULL;
}
