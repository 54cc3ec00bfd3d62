// SPDX-License-Identifier: GPL-2.0-only
/* kernel-surface.md 5.6: work queues, interrupts, CPU hotplug. */
#include <kunit/test.h>
#include <linux/acpi.h>
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/of_irq.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

static int runs, ran_on;
static void count_work(struct work_struct *work)
{
	ran_on = smp_processor_id();
	runs++;
}
static void slow_work(struct work_struct *work)
{
	msleep(5);
	runs++;
}

static void work_pending_once(struct kunit *test)
{
	struct work_struct w;

	runs = 0;
	INIT_WORK(&w, count_work);
	preempt_disable();
	KUNIT_EXPECT_TRUE(test, schedule_work(&w));
	KUNIT_EXPECT_FALSE(test, schedule_work(&w));
	preempt_enable();
	flush_work(&w);
	KUNIT_EXPECT_EQ(test, runs, 1);
	KUNIT_EXPECT_TRUE(test, schedule_work(&w)); /* and again once it has begun */
	flush_work(&w);
	KUNIT_EXPECT_EQ(test, runs, 2);
}

/* Items of one CPU do not wait for a sleeping one; one item never runs twice at a time. */
static void workqueue_workers(struct kunit *test)
{
	struct workqueue_struct *wq = create_workqueue("contract");
	struct work_struct slow, quick;

	KUNIT_ASSERT_NOT_NULL(test, wq);
	runs = 0;
	INIT_WORK(&slow, slow_work);
	INIT_WORK(&quick, count_work);
	queue_work_on(1, wq, &slow);
	queue_work_on(1, wq, &quick);
	flush_work(&quick);
	KUNIT_EXPECT_EQ(test, runs, 1); /* the quick one, while the other sleeps */
	KUNIT_EXPECT_EQ(test, ran_on, 1);
	flush_work(&slow);
	destroy_workqueue(wq);
}

static void queue_work_is_local(struct kunit *test)
{
	struct workqueue_struct *wq = create_workqueue("contract");
	struct work_struct w;
	int here;

	INIT_WORK(&w, count_work);
	preempt_disable();
	here = smp_processor_id();
	KUNIT_EXPECT_TRUE(test, queue_work(wq, &w));
	KUNIT_EXPECT_FALSE(test, queue_work(wq, &w));
	preempt_enable();
	flush_work(&w);
	KUNIT_EXPECT_EQ(test, ran_on, here);
	destroy_workqueue(wq);
}

static void queue_work_on_needs_idle_item(struct kunit *test)
{
	struct workqueue_struct *wq = create_workqueue("contract");
	struct work_struct w;
	int other;

	runs = 0;
	INIT_WORK(&w, count_work);
	preempt_disable();
	other = !smp_processor_id();
	/* Pending here, so that nobody takes it up meanwhile. */
	KUNIT_EXPECT_TRUE(test, queue_work(wq, &w));
	KUNIT_EXPECT_FALSE(test, queue_work_on(other, wq, &w)); /* pending anywhere: no effect */
	preempt_enable();
	flush_work(&w);
	KUNIT_EXPECT_EQ(test, ran_on, !other);
	KUNIT_EXPECT_TRUE(test, queue_work_on(other, wq, &w));
	flush_work(&w);
	KUNIT_EXPECT_EQ(test, ran_on, other);
	KUNIT_EXPECT_EQ(test, runs, 2);
	destroy_workqueue(wq);
}

static void cancel_work_waits(struct kunit *test)
{
	struct work_struct w;

	runs = 0;
	INIT_WORK(&w, slow_work);
	schedule_work(&w);
	msleep(1); /* it runs now */
	KUNIT_EXPECT_FALSE(test, cancel_work_sync(&w));
	KUNIT_EXPECT_EQ(test, runs, 1);
	preempt_disable();
	schedule_work(&w);
	preempt_enable_no_resched();
	if (cancel_work_sync(&w))
		KUNIT_EXPECT_EQ(test, runs, 1);
	else
		KUNIT_EXPECT_EQ(test, runs, 2);
}

static void destroy_workqueue_drains(struct kunit *test)
{
	struct workqueue_struct *wq = create_workqueue("contract");
	struct work_struct a, b;

	runs = 0;
	INIT_WORK(&a, slow_work);
	INIT_WORK(&b, slow_work);
	queue_work(wq, &a);
	queue_work(wq, &b);
	destroy_workqueue(wq);
	KUNIT_EXPECT_EQ(test, runs, 2);
}

/* A PPI that nobody else uses. */
static irqreturn_t take(int irq, void *cookie)
{
	++*(int *)cookie;
	return IRQ_HANDLED;
}

static unsigned int spare_irq(void)
{
	struct of_phandle_args args = {.args_count = 3, .args = {1, 6, 1}}; /* PPI 6: INTID 22 */

	args.np = of_find_compatible_node(NULL, NULL, "arm,gic-v3");
	return irq_create_of_mapping(&args);
}

static void percpu_irq_registration(struct kunit *test)
{
	int __percpu *counts = alloc_percpu(int);
	unsigned int irq = spare_irq();

	KUNIT_ASSERT_GT(test, irq, 0u);
	KUNIT_EXPECT_EQ(test, request_percpu_irq(irq, take, "contract", counts), 0);
	KUNIT_EXPECT_EQ(test, request_percpu_irq(irq, take, "again", counts), -EBUSY);
	free_percpu_irq(irq, counts);
	KUNIT_EXPECT_EQ(test, request_percpu_irq(irq, take, "contract", counts), 0);
	free_percpu_irq(irq, counts);
	irq_dispose_mapping(irq);
	free_percpu(counts);
}

static void raise_here(void *info)
{
	irq_set_irqchip_state(*(unsigned int *)info, IRQCHIP_STATE_PENDING, true);
}
static void enable_here(void *info)
{
	enable_percpu_irq(*(unsigned int *)info, IRQ_TYPE_NONE);
}
static void disable_here(void *info)
{
	disable_percpu_irq(*(unsigned int *)info);
}

/* Off everywhere until enabled, and then only where it was enabled; the cookie is that CPU's. */
static void percpu_irq_enabled_here(struct kunit *test)
{
	int __percpu *counts = alloc_percpu(int);
	unsigned int irq = spare_irq();

	KUNIT_ASSERT_EQ(test, request_percpu_irq(irq, take, "contract", counts), 0);
	smp_call_function_single(1, enable_here, &irq, 1);
	for (int cpu = 0; cpu < 2; cpu++)
		smp_call_function_single(cpu, raise_here, &irq, 1);
	udelay(20);
	KUNIT_EXPECT_EQ(test, *per_cpu_ptr(counts, 0), 0);
	KUNIT_EXPECT_EQ(test, *per_cpu_ptr(counts, 1), 1);
	smp_call_function_single(0, enable_here, &irq, 1); /* it was pending there */
	udelay(20);
	KUNIT_EXPECT_EQ(test, *per_cpu_ptr(counts, 0), 1);
	smp_call_function_single(1, disable_here, &irq, 1);
	smp_call_function_single(1, raise_here, &irq, 1);
	udelay(20);
	KUNIT_EXPECT_EQ(test, *per_cpu_ptr(counts, 1), 1);
	smp_call_function_single(0, disable_here, &irq, 1);
	free_percpu_irq(irq, counts);
	free_percpu(counts);
}

static void device_tree_interrupts(struct kunit *test)
{
	struct device_node *np = of_find_compatible_node(NULL, NULL, "arm,gic-v3");
	unsigned int irq = spare_irq();

	KUNIT_ASSERT_NOT_NULL(test, np);
	KUNIT_EXPECT_GT(test, irq, 0u);
	KUNIT_EXPECT_EQ(test, irqd_to_hwirq(irq_get_irq_data(irq)), 22ul);
	irq_dispose_mapping(irq);
	KUNIT_EXPECT_NULL(test, of_find_compatible_node(NULL, NULL, "nobody,nothing"));
	of_node_put(np);
	KUNIT_EXPECT_TRUE(test, acpi_disabled != 0);
}

static int ups, downs, up_on[8], down_on[8];
static int up(unsigned int cpu)
{
	up_on[ups++] = (int)cpu == smp_processor_id() ? (int)cpu : -1;
	return 0;
}
static int down(unsigned int cpu)
{
	down_on[downs++] = (int)cpu == smp_processor_id() ? (int)cpu : -1;
	return 0;
}

static void hotplug_state_set_up(struct kunit *test)
{
	int state;

	ups = downs = 0;
	state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "contract", up, down);
	KUNIT_EXPECT_GT(test, state, 0);
	KUNIT_ASSERT_EQ(test, ups, (int)nr_cpu_ids);
	for (int i = 0; i < ups; i++)
		KUNIT_EXPECT_EQ(test, up_on[i], i); /* each on its own CPU */
	cpuhp_remove_state(state);
}

static void hotplug_state_removed(struct kunit *test)
{
	int state;

	ups = downs = 0;
	state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "contract", NULL, down);
	KUNIT_EXPECT_EQ(test, downs, 0);
	cpuhp_remove_state(state);
	KUNIT_ASSERT_EQ(test, downs, (int)nr_cpu_ids);
	for (int i = 0; i < downs; i++)
		KUNIT_EXPECT_GE(test, down_on[i], 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(work_pending_once),	     KUNIT_CASE(workqueue_workers),
	KUNIT_CASE(queue_work_is_local),     KUNIT_CASE(queue_work_on_needs_idle_item),
	KUNIT_CASE(cancel_work_waits),	     KUNIT_CASE(destroy_workqueue_drains),
	KUNIT_CASE(percpu_irq_registration), KUNIT_CASE(percpu_irq_enabled_here),
	KUNIT_CASE(device_tree_interrupts),  KUNIT_CASE(hotplug_state_set_up),
	KUNIT_CASE(hotplug_state_removed),   {},
};
static struct kunit_suite suite = {.name = "deferred", .test_cases = cases};
kunit_test_suite(suite);
