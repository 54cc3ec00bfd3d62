/* SPDX-License-Identifier: BSD-3-Clause */
/* Blocking notifier chains: called in order of priority, on the caller's task. */
#include <linux/errno.h>
#include <linux/notifier.h>

int blocking_notifier_chain_register(struct blocking_notifier_head *nh, struct notifier_block *nb)
{
	struct notifier_block **at = &nh->head;

	for (; *at && (*at)->priority >= nb->priority; at = &(*at)->next)
		if (*at == nb)
			return -EEXIST;
	nb->next = *at;
	*at = nb;
	return 0;
}

int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh, struct notifier_block *nb)
{
	for (struct notifier_block **at = &nh->head; *at; at = &(*at)->next) {
		if (*at == nb) {
			*at = nb->next;
			return 0;
		}
	}
	return -ENOENT;
}

int blocking_notifier_call_chain(struct blocking_notifier_head *nh, unsigned long v, void *data)
{
	int ret = NOTIFY_DONE;
	struct notifier_block *next;

	for (struct notifier_block *nb = nh->head; nb; nb = next) {
		next = nb->next;
		ret = nb->notifier_call(nb, v, data);
		if (ret & NOTIFY_STOP_MASK)
			break;
	}
	return ret;
}
