/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Waiting at S-EL1 (optee.md 1.12): a thread that must wait leaves for the Normal world by the RPC
 * NOTIFICATION WAIT on a value of its own, 64 + thread id; who wakes it marks it done and leaves by
 * NOTIFICATION SEND of that value. The mark decides, not the notification: a wake that overtakes
 * the sleep (D28) is found when the sleep returns, and a wait that returns for no reason goes on.
 */
#include "optee/optee.h"

void optee_queue_add(struct optee_queue *q, struct optee_waiter *w, struct optee_thread *t,
		     bool reader)
{
	*w = (struct optee_waiter){.t = t, .reader = reader};
	if (q->last)
		q->last->next = w;
	else
		q->first = w;
	q->last = w;
}

static void take_out(struct optee_queue *q, struct optee_waiter *w)
{
	struct optee_waiter **at = &q->first, *before = NULL;

	while (*at && *at != w) {
		before = *at;
		at = &(*at)->next;
	}
	if (!*at)
		return;
	*at = w->next;
	if (q->last == w)
		q->last = before;
}

static uint32_t value_of(const struct optee_thread *t)
{
	return OPTEE_NOTIF_ASYNC_VALUES + t->id;
}

uint32_t optee_queue_sleep(struct optee_queue *q, struct optee_waiter *w, uint32_t timeout_ms)
{
	uint32_t ret;

	do {
		ret = optee_rpc_wait(w->t, value_of(w->t), timeout_ms);
	} while (!w->done && !(timeout_ms && ret));
	take_out(q, w);
	return w->done ? TEE_SUCCESS : TEE_ERROR_TIMEOUT;
}

bool optee_queue_wake(struct optee_thread *t, struct optee_queue *q)
{
	bool readers = false, any = false;
	struct optee_waiter *w = q->first;

	while (w) {
		if (w->done || (any && !(readers && w->reader))) {
			w = w->next;
			continue;
		}
		w->done = true;
		any = true;
		readers = w->reader;
		optee_rpc_send(t, value_of(w->t));
		if (!readers)
			return true;
		w = q->first; /* while this thread was away, sleepers left the queue */
	}
	return any;
}
