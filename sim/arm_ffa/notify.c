// SPDX-License-Identifier: BSD-3-Clause
/*
 * Notifications (linux-tee.md 4.7): the bitmap at the SPMC, start and end, and the operations
 * drivers have. notify_irq.c has the interrupts, notify_deliver.c what follows from one.
 */
#define pr_fmt(fmt) "ARM FF-A: " fmt

#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "notify.h"

#define NOTIFY_ID_MAX 63
#define FLAG_PER_VCPU BIT(0)
#define FLAG_VCPU(vcpu) ((u32)(vcpu) << 16)

struct notify_state ffa_notify;

/* --- the calls --- */
static int bitmap_create(void)
{
	ffa_value_t ret, args = {
				 .a0 = FFA_NOTIFICATION_BITMAP_CREATE,
				 .a1 = drv_info->vm_id,
				 .a2 = nr_cpu_ids,
			 };

	ffa_smc(&args, &ret);
	return ffa_answer_errno(&ret);
}

static int bitmap_destroy(void)
{
	ffa_value_t ret, args = {.a0 = FFA_NOTIFICATION_BITMAP_DESTROY, .a1 = drv_info->vm_id};

	ffa_smc(&args, &ret);
	return ffa_answer_errno(&ret);
}

static int bind_or_unbind(u32 func_id, u16 sender, u64 bitmap, u32 flags)
{
	ffa_value_t ret, args = {
				 .a0 = func_id,
				 .a1 = FFA_PACK_IDS(sender, drv_info->vm_id),
				 .a2 = func_id == FFA_NOTIFICATION_BIND ? flags : 0,
				 .a3 = (u32)bitmap,
				 .a4 = (u32)(bitmap >> 32),
			 };

	ffa_smc(&args, &ret);
	return ffa_answer_errno(&ret);
}

static int notification_set(u16 receiver, u32 flags, u64 bitmap)
{
	ffa_value_t ret, args = {
				 .a0 = FFA_NOTIFICATION_SET,
				 .a1 = FFA_PACK_IDS(drv_info->vm_id, receiver),
				 .a2 = flags,
				 .a3 = (u32)bitmap,
				 .a4 = (u32)(bitmap >> 32),
			 };

	ffa_smc(&args, &ret);
	return ffa_answer_errno(&ret);
}

/* --- start and end --- */
void ffa_notifications_cleanup(void)
{
	notify_irqs_release();
	if (ffa_notify.bitmap_created) {
		bitmap_destroy();
		ffa_notify.bitmap_created = false;
	}
	ffa_notify.enabled = false;
}

void ffa_notifications_setup(void)
{
	int rc;

	memset(&ffa_notify, 0, sizeof(ffa_notify));

	/* A refused query does not end it: the bitmap may be the hypervisor's business. */
	if (!ffa_features(FFA_NOTIFICATION_BITMAP_CREATE, 0, NULL, NULL)) {
		rc = bitmap_create();
		if (rc) {
			pr_err("Notification bitmap create error %d\n", rc);
			return;
		}
		ffa_notify.bitmap_created = true;
	}

	rc = notify_irqs_setup();
	if (rc)
		goto err;
	hash_init(ffa_notify.table);
	rwlock_init(&ffa_notify.lock);
	ffa_notify.enabled = true;
	return;

err:
	pr_info("Notification setup failed %d, not enabled\n", rc);
	ffa_notifications_cleanup();
}

/* --- operations --- */
/* @dev NULL: the first slot of the id. */
static int sched_recv_cb_update(u16 part_id, const struct ffa_device *dev,
				ffa_sched_recv_cb callback, void *cb_data, bool set)
{
	struct ffa_dev_part_info *slot, *found = NULL;
	struct list_head *head;
	int rc = 0;

	if (!ffa_notify.enabled)
		return -EOPNOTSUPP;
	head = xa_load(&drv_info->partition_info, part_id);
	if (!head) {
		pr_err("%s: Invalid partition ID 0x%x\n", __func__, part_id);
		return -EINVAL;
	}
	list_for_each_entry(slot, head, node) if (!dev || slot->dev == dev)
	{
		found = slot;
		break;
	}
	if (!found) {
		pr_err("%s: No such partition ID 0x%x\n", __func__, part_id);
		return -EINVAL;
	}

	write_lock(&found->rw_lock);
	if (set == (found->callback != NULL)) {
		rc = -EINVAL;
	} else {
		found->callback = callback;
		found->cb_data = cb_data;
	}
	write_unlock(&found->rw_lock);
	if (rc)
		pr_err("Notification callback is %s\n",
		       set ? "already registered" : "not registered");
	return rc;
}

int ffa_notifications_self_register(void)
{
	return sched_recv_cb_update(drv_info->vm_id, NULL, notify_self, NULL, true);
}

static int sched_recv_cb_register(struct ffa_device *dev, ffa_sched_recv_cb cb, void *cb_data)
{
	return sched_recv_cb_update(dev->vm_id, dev, cb, cb_data, true);
}

static int sched_recv_cb_unregister(struct ffa_device *dev)
{
	return sched_recv_cb_update(dev->vm_id, dev, NULL, NULL, false);
}

/* Partitions of the secure world have bit 15 set in their id. */
static enum notify_type type_of(u16 vm_id)
{
	return vm_id & BIT(15) ? NOTIFY_SP : NOTIFY_VM;
}

/* The entry of @like in the table, its device included when it has one. */
static struct notifier_cb *table_same(const struct notifier_cb *like)
{
	struct notifier_cb *node;

	hash_for_each_possible(ffa_notify.table, node, hnode, like->notify_id)
	{
		if (node->notify_id == like->notify_id && node->type == like->type &&
		    node->dev == like->dev)
			return node;
	}
	return NULL;
}

static int notify_check(int notify_id)
{
	if (!ffa_notify.enabled)
		return -EOPNOTSUPP;
	return notify_id > NOTIFY_ID_MAX ? -EINVAL : 0;
}

/* The SMC is made with the table locked, so without preemption. Framework notifications are bound
 * to nobody. */
static int entry_add(struct ffa_device *dev, const struct notifier_cb *like, bool per_vcpu)
{
	const bool bound = like->type != NOTIFY_FRAMEWORK;
	const u64 bit = 1ULL << (like->notify_id & 63);
	struct notifier_cb *node;
	int rc = 0;

	node = kmemdup(like, sizeof(*like), GFP_KERNEL);
	if (!node)
		return -ENOMEM;

	write_lock(&ffa_notify.lock);
	if (bound)
		rc = bind_or_unbind(FFA_NOTIFICATION_BIND, dev->vm_id, bit,
				    per_vcpu ? FLAG_PER_VCPU : 0);
	if (!rc && table_same(like)) {
		if (bound)
			bind_or_unbind(FFA_NOTIFICATION_UNBIND, dev->vm_id, bit, 0);
		rc = -EINVAL;
	} else if (!rc) {
		hash_add(ffa_notify.table, &node->hnode, like->notify_id);
		node = NULL;
	}
	write_unlock(&ffa_notify.lock);
	kfree(node);
	return rc;
}

static int entry_remove(struct ffa_device *dev, const struct notifier_cb *like)
{
	struct notifier_cb *node;
	int rc = 0;

	write_lock(&ffa_notify.lock);
	node = table_same(like);
	if (!node) {
		write_unlock(&ffa_notify.lock);
		return -EINVAL;
	}
	hash_del(&node->hnode);
	if (like->type != NOTIFY_FRAMEWORK)
		rc = bind_or_unbind(FFA_NOTIFICATION_UNBIND, dev->vm_id,
				    1ULL << (like->notify_id & 63), 0);
	write_unlock(&ffa_notify.lock);
	kfree(node);
	return rc;
}

static int notify_request(struct ffa_device *dev, bool per_vcpu, ffa_notifier_cb cb, void *cb_data,
			  int notify_id)
{
	const struct notifier_cb like = {
		.type = type_of(dev->vm_id), .notify_id = notify_id, .cb = cb, .cb_data = cb_data};
	int rc = notify_check(notify_id);

	return rc ? rc : entry_add(dev, &like, per_vcpu);
}

static int notify_relinquish(struct ffa_device *dev, int notify_id)
{
	const struct notifier_cb like = {.type = type_of(dev->vm_id), .notify_id = notify_id};
	int rc = notify_check(notify_id);

	return rc ? rc : entry_remove(dev, &like);
}

/* A driver of 7.x may meet a core of 6.12. */
static int framework_check(int notify_id)
{
	return ffa_gen->framework_notifications ? notify_check(notify_id) : -EOPNOTSUPP;
}

static int fwk_notify_request(struct ffa_device *dev, ffa_fwk_notifier_cb cb, void *cb_data,
			      int notify_id)
{
	const struct notifier_cb like = {.type = NOTIFY_FRAMEWORK,
					 .notify_id = notify_id,
					 .dev = dev,
					 .framework_cb = cb,
					 .cb_data = cb_data};
	int rc = framework_check(notify_id);

	return rc ? rc : entry_add(dev, &like, false);
}

static int fwk_notify_relinquish(struct ffa_device *dev, int notify_id)
{
	const struct notifier_cb like = {
		.type = NOTIFY_FRAMEWORK, .notify_id = notify_id, .dev = dev};
	int rc = framework_check(notify_id);

	return rc ? rc : entry_remove(dev, &like);
}

static int notify_send(struct ffa_device *dev, int notify_id, bool per_vcpu, u16 vcpu)
{
	if (!ffa_notify.enabled)
		return -EOPNOTSUPP;
	return notification_set(dev->vm_id, per_vcpu ? FLAG_PER_VCPU | FLAG_VCPU(vcpu) : 0,
				1ULL << (notify_id & 63));
}

const struct ffa_notifier_ops ffa_drv_notifier_ops = {
	.sched_recv_cb_register = sched_recv_cb_register,
	.sched_recv_cb_unregister = sched_recv_cb_unregister,
	.notify_request = notify_request,
	.notify_relinquish = notify_relinquish,
	.notify_send = notify_send,
	.kfwk_notify_request_ = fwk_notify_request,
	.kfwk_notify_relinquish_ = fwk_notify_relinquish,
};
