// SPDX-License-Identifier: BSD-3-Clause
/*
 * What is done when a notification comes (linux-tee.md 4.7).
 *
 * The order of a schedule-receiver interrupt: hard irq -> work on that PE -> INFO_GET until there
 * is no more -> the callback of each partition named. The driver's own callback fetches the bits.
 * Of 6.12 only: the callback called through the table's entry after its lock is dropped (8.1
 * no. 8). Of 7.x only: framework notifications, of which there is one, "your RX buffer is full".
 * Of both: the id list read one short (no. 12).
 */
#define pr_fmt(fmt) "ARM FF-A: " fmt

#include <linux/errno.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include "notify.h"

/* FFA_NOTIFICATION_GET: whose bits. */
#define GET_SP BIT(0)
#define GET_VM BIT(1)
#define GET_SPM BIT(2)
#define GET_HYP BIT(3)
#define FRAMEWORK_RX_FULL 0 /* bit of a6 and a7 */

/* FFA_NOTIFICATION_INFO_GET, a2 of the answer. */
#define INFO_MORE BIT(0)
#define INFO_LISTS(a2) (((a2) >> 7) & 0x1f)
#define INFO_LIST_IDS(a2, n) ((((a2) >> (12 + 2 * (n))) & 3) + 1)
#define INFO_IDS_64 20
#define INFO_IDS_32 10

static struct notifier_cb *table_find(int notify_id, enum notify_type type)
{
	struct notifier_cb *node;

	hash_for_each_possible(ffa_notify.table, node, hnode,
			       notify_id) if (node->notify_id == notify_id &&
					      node->type == type) return node;
	return NULL;
}

static void bitmap_dispatch(u64 bitmap, enum notify_type type)
{
	int id;

	for (id = 0; bitmap; id++, bitmap >>= 1) {
		struct notifier_cb *node, copy = {0};

		if (!(bitmap & 1))
			continue;
		read_lock(&ffa_notify.lock);
		node = table_find(id, type);
		if (node)
			copy = *node;
		read_unlock(&ffa_notify.lock);
		if (node && ffa_gen->callback_unlocked)
			copy = *node; /* as built, it may be gone by now */
		if (copy.cb)
			copy.cb(id, copy.cb_data);
	}
}

/* Messages of one device; a header without UUID stands for any service of its partition. */
static struct notifier_cb *framework_find(int notify_id, u16 sender, const uuid_t *uuid)
{
	struct notifier_cb *node;

	hash_for_each_possible(ffa_notify.table, node, hnode, notify_id)
	{
		if (node->type != NOTIFY_FRAMEWORK || node->notify_id != notify_id ||
		    node->dev->vm_id != sender)
			continue;
		if (uuid_is_null(uuid) || uuid_equal(uuid, &node->dev->uuid))
			return node;
	}
	return NULL;
}

/* The message that fills RX: copied out and RX given back before anybody looks at it. */
static void rx_full_dispatch(void)
{
	const struct ffa_indirect_msg *msg = drv_info->rx_buffer;
	struct notifier_cb *node, copy = {0};
	uuid_t uuid = {};
	void *buf = NULL;
	u16 sender;

	mutex_lock(&drv_info->rx_lock);
	sender = FFA_SENDER_ID(msg->send_recv_id);
	if (drv_info->version >= FFA_VERSION_1_2 && msg->offset >= sizeof(*msg))
		uuid_copy(&uuid, &msg->uuid);
	if (msg->offset <= drv_info->rxtx_bufsz && msg->size <= drv_info->rxtx_bufsz - msg->offset)
		buf = kmemdup((const char *)msg + msg->offset, msg->size, GFP_KERNEL);
	ffa_rx_release();
	mutex_unlock(&drv_info->rx_lock);
	if (!buf)
		return;

	read_lock(&ffa_notify.lock);
	node = framework_find(FRAMEWORK_RX_FULL, sender, &uuid);
	if (node)
		copy = *node;
	read_unlock(&ffa_notify.lock);
	if (copy.framework_cb)
		copy.framework_cb(FRAMEWORK_RX_FULL, copy.cb_data, buf);
	kfree(buf);
}

/* Whose bits: under a hypervisor those of VMs as well. */
static u32 get_flags(void)
{
	if (ffa_gen->framework_notifications && drv_info->vm_id)
		return GET_SP | GET_VM | GET_SPM | GET_HYP;
	return GET_SP | GET_SPM;
}

/* Of this PE, which may be another one than that of the interrupt: the worker of a CPU that has
 * gone offline since then is bound to none. */
static void get_here(ffa_value_t *ret)
{
	ffa_value_t args = {.a0 = FFA_NOTIFICATION_GET, .a2 = get_flags()};

	migrate_disable();
	args.a1 = FFA_PACK_IDS(smp_processor_id(), drv_info->vm_id);
	ffa_smc(&args, ret);
	migrate_enable();
}

/* Fetches and delivers what is pending for this endpoint; per-vCPU bits are those of this PE. */
static void get_and_dispatch(void *unused)
{
	ffa_value_t ret;

	get_here(&ret);
	if (ret.a0 == FFA_ERROR) {
		int rc = ffa_answer_errno(&ret);

		if (rc != -ENODATA)
			pr_err("Failed to retrieve notifications with %d!\n", rc);
		return;
	}
	bitmap_dispatch((u32)ret.a4 | (u64)(u32)ret.a5 << 32, NOTIFY_VM);
	bitmap_dispatch((u32)ret.a2 | (u64)(u32)ret.a3 << 32, NOTIFY_SP);
	if (ffa_gen->framework_notifications && (ret.a6 | ret.a7) & BIT(FRAMEWORK_RX_FULL))
		rx_full_dispatch();
}

void notify_self(u16 vcpu, bool is_per_vcpu, void *cb_data)
{
	if (is_per_vcpu)
		smp_call_function_single(vcpu, get_and_dispatch, cb_data, false);
	else
		get_and_dispatch(cb_data);
}

static void receiver_schedule(u16 part_id, u16 vcpu, bool is_per_vcpu)
{
	struct list_head *head = xa_load(&drv_info->partition_info, part_id);
	struct ffa_dev_part_info *slot;

	if (!head) {
		pr_err("Invalid partition ID 0x%x\n", part_id);
		return;
	}
	list_for_each_entry(slot, head, node)
	{
		ffa_sched_recv_cb callback;
		void *cb_data;

		read_lock(&slot->rw_lock);
		callback = slot->callback;
		cb_data = slot->cb_data;
		read_unlock(&slot->rw_lock);
		if (callback)
			callback(vcpu, is_per_vcpu, cb_data);
	}
}

/* One answer of INFO_GET: lists of a partition id, then vCPU ids; 16 bits each from a3 on. */
static void info_lists_handle(const ffa_value_t *ret)
{
	bool wide = ret->a0 == FFA_FN_NATIVE(SUCCESS);
	int max_ids = wide ? INFO_IDS_64 : INFO_IDS_32;
	const unsigned long *regs = &ret->a3;
	u16 ids[INFO_IDS_64];
	int used = 0, list, n;

	for (n = 0; n < max_ids; n++)
		ids[n] = wide ? regs[n / 4] >> (16 * (n % 4)) : regs[n / 2] >> (16 * (n % 2));

	for (list = 0; list < INFO_LISTS(ret->a2) && used < max_ids - 1; list++) {
		int count = INFO_LIST_IDS(ret->a2, list);
		u16 part_id = ids[used++];

		if (count == 1) {
			receiver_schedule(part_id, 0, false);
			continue;
		}
		for (n = 0; n < count && used < max_ids - 1; n++)
			receiver_schedule(part_id, ids[used++], true);
	}
}

void notify_sched_recv_work(struct work_struct *work)
{
	ffa_value_t ret, args = {.a0 = FFA_FN_NATIVE(NOTIFICATION_INFO_GET)};

	do {
		ffa_smc(&args, &ret);
		if (ret.a0 != FFA_FN_NATIVE(SUCCESS) && ret.a0 != FFA_SUCCESS) {
			if (ret.a2 != (unsigned long)(long)FFA_RET_NO_DATA)
				pr_err("Notification Info fetch failed: 0x%lx (0x%lx)", ret.a0,
				       ret.a2);
			return;
		}
		info_lists_handle(&ret);
	} while (ret.a2 & INFO_MORE);
}

void notify_pending_work(struct work_struct *work)
{
	migrate_disable(); /* see get_here() */
	notify_self(smp_processor_id(), true, NULL);
	migrate_enable();
}
