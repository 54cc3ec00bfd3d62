// SPDX-License-Identifier: BSD-3-Clause
/*
 * The schedule-receiver and the notification-pending interrupt: asked for at the SPMC, mapped
 * through the GIC's node, requested for every PE, and turned into work there. Of 6.12 only: one
 * work item for the pending interrupt of all PEs (linux-tee.md 8.1 no. 9).
 */
#define pr_fmt(fmt) "ARM FF-A: " fmt

#include <linux/cpuhotplug.h>
#include <linux/errno.h>
#include <linux/interrupt.h>
#include <linux/of_irq.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include "notify.h"

static irqreturn_t sched_recv_handler(int irq, void *irq_data)
{
	struct pcpu_irq *pcpu = irq_data;

	queue_work(pcpu->state->wq, &pcpu->state->sched_recv_work);
	return IRQ_HANDLED;
}

static irqreturn_t pending_handler(int irq, void *irq_data)
{
	struct pcpu_irq *pcpu = irq_data;

	queue_work_on(smp_processor_id(), pcpu->state->wq,
		      ffa_gen->pending_work_shared ? &pcpu->state->pending_work
						   : &pcpu->pending_work);
	return IRQ_HANDLED;
}

/* Asks for the INTID of an FF-A interrupt and maps it through the GIC's node. */
static int irq_map(u32 feature)
{
	struct of_phandle_args oirq = {.args_count = 1};
	struct device_node *gic;
	u32 intid;
	int irq, rc;

	rc = ffa_features(feature, 0, &intid, NULL);
	if (rc) {
		if (rc != -EOPNOTSUPP)
			pr_err("Failed to retrieve FF-A interrupt %u\n", feature);
		return rc;
	}

	gic = of_find_compatible_node(NULL, NULL, "arm,gic-v3");
	if (!gic)
		return -ENXIO;
	oirq.np = gic;
	oirq.args[0] = intid;
	irq = irq_create_of_mapping(&oirq);
	of_node_put(gic);
	if (irq <= 0) {
		pr_err("Failed to create IRQ mapping!\n");
		return -ENODATA;
	}
	return irq;
}

static int pcpu_irqs_enable(unsigned int cpu)
{
	if (ffa_notify.sched_recv_irq)
		enable_percpu_irq(ffa_notify.sched_recv_irq, IRQ_TYPE_NONE);
	if (ffa_notify.pending_irq)
		enable_percpu_irq(ffa_notify.pending_irq, IRQ_TYPE_NONE);
	return 0;
}

static int pcpu_irqs_disable(unsigned int cpu)
{
	if (ffa_notify.sched_recv_irq)
		disable_percpu_irq(ffa_notify.sched_recv_irq);
	if (ffa_notify.pending_irq)
		disable_percpu_irq(ffa_notify.pending_irq);
	return 0;
}

void notify_irqs_release(void)
{
	if (ffa_notify.cpuhp_state > 0) {
		cpuhp_remove_state(ffa_notify.cpuhp_state);
		ffa_notify.cpuhp_state = 0;
	}
	if (ffa_notify.wq) {
		destroy_workqueue(ffa_notify.wq);
		ffa_notify.wq = NULL;
	}
	if (ffa_notify.sched_recv_irq) {
		if (ffa_notify.irq_pcpu)
			free_percpu_irq(ffa_notify.sched_recv_irq, ffa_notify.irq_pcpu);
		irq_dispose_mapping(ffa_notify.sched_recv_irq);
		ffa_notify.sched_recv_irq = 0;
	}
	if (ffa_notify.pending_irq) {
		if (ffa_notify.irq_pcpu)
			free_percpu_irq(ffa_notify.pending_irq, ffa_notify.irq_pcpu);
		irq_dispose_mapping(ffa_notify.pending_irq);
		ffa_notify.pending_irq = 0;
	}
	if (ffa_notify.irq_pcpu) {
		free_percpu(ffa_notify.irq_pcpu);
		ffa_notify.irq_pcpu = NULL;
	}
}

static int pcpu_irqs_request(void)
{
	struct pcpu_irq __percpu *pcpu;
	int cpu, rc;

	pcpu = alloc_percpu(struct pcpu_irq);
	if (!pcpu)
		return -ENOMEM;
	for_each_present_cpu(cpu)
	{
		per_cpu_ptr(pcpu, cpu)->state = &ffa_notify;
		INIT_WORK(&per_cpu_ptr(pcpu, cpu)->pending_work, notify_pending_work);
	}
	ffa_notify.irq_pcpu = pcpu;

	if (ffa_notify.sched_recv_irq) {
		rc = request_percpu_irq(ffa_notify.sched_recv_irq, sched_recv_handler,
					"ARM-FFA-SRI", pcpu);
		if (rc) {
			pr_err("Error registering percpu SRI nIRQ %u : %d\n",
			       ffa_notify.sched_recv_irq, rc);
			ffa_notify.sched_recv_irq = 0;
			return rc;
		}
	}
	if (ffa_notify.pending_irq) {
		rc = request_percpu_irq(ffa_notify.pending_irq, pending_handler, "ARM-FFA-NPI",
					pcpu);
		if (rc) {
			pr_err("Error registering percpu NPI nIRQ %u : %d\n",
			       ffa_notify.pending_irq, rc);
			ffa_notify.pending_irq = 0;
			return rc;
		}
	}

	INIT_WORK(&ffa_notify.sched_recv_work, notify_sched_recv_work);
	INIT_WORK(&ffa_notify.pending_work, notify_pending_work);
	ffa_notify.wq = create_workqueue("ffa_pcpu_irq_notification");
	if (!ffa_notify.wq)
		return -EINVAL;

	rc = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "ffa/pcpu-irq:starting", pcpu_irqs_enable,
			       pcpu_irqs_disable);
	if (rc < 0)
		return rc;
	ffa_notify.cpuhp_state = rc;
	return 0;
}

int notify_irqs_setup(void)
{
	int rc, irq;

	irq = irq_map(FFA_FEAT_SCHEDULE_RECEIVER_INT);
	rc = irq;
	if (irq > 0)
		ffa_notify.sched_recv_irq = irq;
	irq = irq_map(FFA_FEAT_NOTIFICATION_PENDING_INT);
	if (irq > 0)
		ffa_notify.pending_irq = irq;
	if (!ffa_notify.sched_recv_irq && !ffa_notify.pending_irq)
		return rc;
	return pcpu_irqs_request();
}
