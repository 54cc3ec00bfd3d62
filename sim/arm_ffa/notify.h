/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Notifications of arm_ffa (linux-tee.md 4.7): what notify.c (operations, start and end),
 * notify_deliver.c (fetching and handing on) and notify_irq.c (the two interrupts) share.
 */
#ifndef FFASIM_ARM_FFA_NOTIFY_H
#define FFASIM_ARM_FFA_NOTIFY_H

#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include "common.h"

enum notify_type { NOTIFY_SP, NOTIFY_VM, NOTIFY_FRAMEWORK };

/* A driver's interest in one notification. */
struct notifier_cb {
	struct hlist_node hnode;
	enum notify_type type;
	int notify_id;
	struct ffa_device *dev; /* whose messages; NOTIFY_FRAMEWORK only */
	ffa_notifier_cb cb;
	ffa_fwk_notifier_cb framework_cb;
	void *cb_data;
};

struct notify_state;

struct pcpu_irq {
	struct notify_state *state;
	struct work_struct pending_work; /* of this PE, where it is not shared */
};

struct notify_state {
	bool bitmap_created;
	bool enabled;
	unsigned int sched_recv_irq; /* 0 = none */
	unsigned int pending_irq;
	int cpuhp_state;
	struct pcpu_irq __percpu *irq_pcpu;
	struct workqueue_struct *wq;
	struct work_struct sched_recv_work;
	struct work_struct pending_work;
	rwlock_t lock; /* of the table */
	DECLARE_HASHTABLE(table, 6);
};
extern struct notify_state ffa_notify; /* one for the whole module */

/* notify_deliver.c */
void notify_sched_recv_work(struct work_struct *work);
void notify_pending_work(struct work_struct *work);
/* The schedule-receiver callback of this endpoint itself. */
void notify_self(u16 vcpu, bool is_per_vcpu, void *cb_data);

/* notify_irq.c. Setup fails when neither interrupt exists; release undoes what there is of it. */
int notify_irqs_setup(void);
void notify_irqs_release(void);

#endif
