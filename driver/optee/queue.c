// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who goes next when OP-TEE has no thread left.
 *
 * Every caller is in the queue from before its first message until its call is over, whether it
 * sleeps or not. One that is refused sleeps and goes to the end. Each call that ends gives one
 * completion to the first that has none; a caller that ends with a completion it did not need
 * passes it on. Threads freed by others than this driver wake nobody.
 */
#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mutex.h>

#include "optee_private.h"

void optee_queue_init(struct optee_queue *q)
{
	mutex_init(&q->mutex);
	INIT_LIST_HEAD(&q->waiters);
}

void optee_queue_destroy(struct optee_queue *q)
{
	mutex_destroy(&q->mutex);
}

void optee_queue_enter(struct optee_queue *q, struct optee_queue_waiter *w)
{
	init_completion(&w->done);
	mutex_lock(&q->mutex);
	list_add_tail(&w->node, &q->waiters);
	mutex_unlock(&q->mutex);
}

void optee_queue_wait(struct optee_queue *q, struct optee_queue_waiter *w)
{
	wait_for_completion(&w->done);

	mutex_lock(&q->mutex);
	list_del(&w->node);
	reinit_completion(&w->done);
	list_add_tail(&w->node, &q->waiters);
	mutex_unlock(&q->mutex);
}

static void wake_one(struct optee_queue *q)
{
	struct optee_queue_waiter *w;

	list_for_each_entry(w, &q->waiters, node)
	{
		if (!completion_done(&w->done)) {
			complete(&w->done);
			return;
		}
	}
}

void optee_queue_leave(struct optee_queue *q, struct optee_queue_waiter *w)
{
	mutex_lock(&q->mutex);
	list_del(&w->node);
	wake_one(q);
	if (completion_done(&w->done))
		wake_one(q);
	mutex_unlock(&q->mutex);
}
