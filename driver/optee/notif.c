// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wake-ups. Threads of OP-TEE sleep in the Normal world on a key, by a request in the middle of
 * their call, and are woken by another thread's request or by an asynchronous notification. One
 * notification is special: it asks for OP-TEE's bottom half, which is a call of its own and so runs
 * in a work item.
 */
#define pr_fmt(fmt) "optee: " fmt

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "optee_private.h"

struct notif_waiter {
	struct list_head node;
	struct completion done;
	u32 key;
};

int optee_notif_init(struct optee_notif *notif)
{
	spin_lock_init(&notif->lock);
	INIT_LIST_HEAD(&notif->waiters);
	notif->posted = bitmap_zalloc(OPTEE_NOTIF_KEY_MAX + 1, GFP_KERNEL);
	return notif->posted ? 0 : -ENOMEM;
}

void optee_notif_destroy(struct optee_notif *notif)
{
	bitmap_free(notif->posted);
}

/* With the lock held. */
static struct notif_waiter *waiter_find(struct optee_notif *notif, u32 key)
{
	struct notif_waiter *w;

	list_for_each_entry(w, &notif->waiters, node)
	{
		if (w->key == key)
			return w;
	}
	return NULL;
}

/* @timeout in jiffies, 0 = none: then nothing but the wake-up ends the wait. */
int optee_notif_wait(struct optee_notif *notif, u32 key, u32 timeout)
{
	struct notif_waiter *w;
	unsigned long flags;
	int rc = 0;

	if (key > OPTEE_NOTIF_KEY_MAX)
		return -EINVAL;
	w = kmalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return -ENOMEM;
	init_completion(&w->done);
	w->key = key;

	spin_lock_irqsave(&notif->lock, flags);
	if (test_bit(key, notif->posted)) {
		/* The wake-up came before the sleeper. */
		clear_bit(key, notif->posted);
		goto out;
	}
	if (waiter_find(notif, key)) {
		rc = -EBUSY;
		goto out;
	}
	list_add_tail(&w->node, &notif->waiters);
	spin_unlock_irqrestore(&notif->lock, flags);

	if (!timeout)
		wait_for_completion(&w->done);
	else if (!wait_for_completion_timeout(&w->done, timeout))
		rc = -ETIMEDOUT;

	spin_lock_irqsave(&notif->lock, flags);
	list_del(&w->node);
out:
	spin_unlock_irqrestore(&notif->lock, flags);
	kfree(w);
	return rc;
}

int optee_notif_send(struct optee_notif *notif, u32 key)
{
	struct notif_waiter *w;
	unsigned long flags;

	if (key > OPTEE_NOTIF_KEY_MAX)
		return -EINVAL;
	spin_lock_irqsave(&notif->lock, flags);
	w = waiter_find(notif, key);
	if (w)
		complete(&w->done);
	else
		set_bit(key, notif->posted);
	spin_unlock_irqrestore(&notif->lock, flags);
	return 0;
}

/* --- asynchronous ones --------------------------------------------------------------------------
 */
static void bottom_half(struct work_struct *work)
{
	optee_bottom_half(container_of(work, struct optee, notif_work));
}

/* Must not sleep: may be called with interrupts off. */
static void notified(int id, void *data)
{
	struct optee *optee = data;

	if (id == optee->bottom_half_id)
		queue_work(optee->notif_wq, &optee->notif_work);
	else
		optee_notif_send(&optee->notif, id);
}

/* Takes the first notification nobody else has. */
static int bind_any(struct optee *optee)
{
	const struct ffa_notifier_ops *ops = optee->ffa_dev->ops->notifier_ops;
	int id, rc = -EACCES;

	for (id = 0; id < OPTEE_FFA_NOTIF_VALUES && rc == -EACCES; id++) {
		optee->bottom_half_id = id;
		rc = ops->notify_request(optee->ffa_dev, false, notified, optee, id);
	}
	return rc;
}

static int enable(struct optee *optee)
{
	struct ffa_send_direct_data data = {
		.data0 = OPTEE_FFA_ENABLE_ASYNC_NOTIF,
		.data1 = optee->bottom_half_id,
	};
	int rc = optee->ffa_dev->ops->msg_ops->sync_send_receive(optee->ffa_dev, &data);

	if (rc)
		return rc;
	return (s32)data.data0 < 0 ? -EINVAL : 0;
}

int optee_async_init(struct optee *optee)
{
	int rc;

	INIT_WORK(&optee->notif_work, bottom_half);
	optee->notif_wq = create_workqueue("optee_notification");
	if (!optee->notif_wq) {
		rc = -EINVAL;
		goto err;
	}
	rc = bind_any(optee);
	if (rc)
		goto err_wq;
	rc = enable(optee);
	if (rc)
		goto err_bound;
	return 0;

err_bound:
	optee->ffa_dev->ops->notifier_ops->notify_relinquish(optee->ffa_dev, optee->bottom_half_id);
err_wq:
	destroy_workqueue(optee->notif_wq);
err:
	optee->bottom_half_id = -1;
	return rc;
}

void optee_async_destroy(struct optee *optee)
{
	if (optee->bottom_half_id < 0)
		return;
	optee->ffa_dev->ops->notifier_ops->notify_relinquish(optee->ffa_dev, optee->bottom_half_id);
	destroy_workqueue(optee->notif_wq);
	optee->bottom_half_id = -1;
}
