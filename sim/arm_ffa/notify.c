// SPDX-License-Identifier: BSD-3-Clause
/*
 * Notifications (linux-tee.md 4.7): the bitmap at the SPMC, the schedule-receiver and pending
 * interrupts, what is done when one comes, and the operations drivers have.
 *
 * The order of a schedule-receiver interrupt: hard irq -> work on that PE -> INFO_GET until there
 * is no more -> the callback of each partition named. The driver's own callback fetches the bits.
 * Of 6.12 only: one work item for the pending interrupt of all PEs (8.1 no. 9), the callback called
 * through the table's entry after its lock is dropped (no. 8). Of 7.x only: framework
 * notifications, of which there is one, "your RX buffer is full". Of both: the id list read one
 * short (no. 12).
 */
#define pr_fmt(fmt) "ARM FF-A: " fmt

#include <linux/cpuhotplug.h>
#include <linux/errno.h>
#include <linux/hashtable.h>
#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/of_irq.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include "common.h"

#define NOTIFY_ID_MAX 63
#define FLAG_PER_VCPU BIT(0)
#define FLAG_VCPU(vcpu) ((u32)(vcpu) << 16)

/* FFA_NOTIFICATION_GET: whose bits. */
#define GET_SP BIT(0)
#define GET_SPM BIT(2)

/* FFA_NOTIFICATION_INFO_GET, a2 of the answer. */
#define INFO_MORE BIT(0)
#define INFO_LISTS(a2) (((a2) >> 7) & 0x1f)
#define INFO_LIST_IDS(a2, n) ((((a2) >> (12 + 2 * (n))) & 3) + 1)
#define INFO_IDS_64 20
#define INFO_IDS_32 10

#define GET_VM BIT(1)
#define GET_HYP BIT(3)
#define FRAMEWORK_RX_FULL 0 /* bit of a6 and a7 */

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

struct pcpu_irq {
	struct notify_state *state;
	struct work_struct pending_work; /* of this PE, where it is not shared */
};

static struct notify_state {
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
} notify;

/* --- the calls
 * ------------------------------------------------------------------------------------ */
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

/* --- delivery ----------------------------------------------------------------------------------
 */
static struct notifier_cb *table_find(int notify_id, enum notify_type type)
{
	struct notifier_cb *node;

	hash_for_each_possible(notify.table, node, hnode,
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
		read_lock(&notify.lock);
		node = table_find(id, type);
		if (node)
			copy = *node;
		read_unlock(&notify.lock);
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

	hash_for_each_possible(notify.table, node, hnode, notify_id)
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

	read_lock(&notify.lock);
	node = framework_find(FRAMEWORK_RX_FULL, sender, &uuid);
	if (node)
		copy = *node;
	read_unlock(&notify.lock);
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

/* Fetches and delivers what is pending for this endpoint; per-vCPU bits are those of this PE. */
static void get_and_dispatch(void *unused)
{
	ffa_value_t ret, args = {
				 .a0 = FFA_NOTIFICATION_GET,
				 .a1 = FFA_PACK_IDS(smp_processor_id(), drv_info->vm_id),
				 .a2 = get_flags(),
			 };

	ffa_smc(&args, &ret);
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

static void self_notified(u16 vcpu, bool is_per_vcpu, void *cb_data)
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

static void sched_recv_work_fn(struct work_struct *work)
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

static void pending_work_fn(struct work_struct *work)
{
	self_notified(smp_processor_id(), true, NULL);
}

/* --- interrupts ----------------------------------------------------------------------------------
 */
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
	if (notify.sched_recv_irq)
		enable_percpu_irq(notify.sched_recv_irq, IRQ_TYPE_NONE);
	if (notify.pending_irq)
		enable_percpu_irq(notify.pending_irq, IRQ_TYPE_NONE);
	return 0;
}

static int pcpu_irqs_disable(unsigned int cpu)
{
	if (notify.sched_recv_irq)
		disable_percpu_irq(notify.sched_recv_irq);
	if (notify.pending_irq)
		disable_percpu_irq(notify.pending_irq);
	return 0;
}

static void pcpu_irqs_release(void)
{
	if (notify.cpuhp_state > 0) {
		cpuhp_remove_state(notify.cpuhp_state);
		notify.cpuhp_state = 0;
	}
	if (notify.wq) {
		destroy_workqueue(notify.wq);
		notify.wq = NULL;
	}
	if (notify.sched_recv_irq) {
		if (notify.irq_pcpu)
			free_percpu_irq(notify.sched_recv_irq, notify.irq_pcpu);
		irq_dispose_mapping(notify.sched_recv_irq);
		notify.sched_recv_irq = 0;
	}
	if (notify.pending_irq) {
		if (notify.irq_pcpu)
			free_percpu_irq(notify.pending_irq, notify.irq_pcpu);
		irq_dispose_mapping(notify.pending_irq);
		notify.pending_irq = 0;
	}
	if (notify.irq_pcpu) {
		free_percpu(notify.irq_pcpu);
		notify.irq_pcpu = NULL;
	}
}

static int pcpu_irqs_setup(void)
{
	struct pcpu_irq __percpu *pcpu;
	int cpu, rc;

	pcpu = alloc_percpu(struct pcpu_irq);
	if (!pcpu)
		return -ENOMEM;
	for_each_present_cpu(cpu)
	{
		per_cpu_ptr(pcpu, cpu)->state = &notify;
		INIT_WORK(&per_cpu_ptr(pcpu, cpu)->pending_work, pending_work_fn);
	}
	notify.irq_pcpu = pcpu;

	if (notify.sched_recv_irq) {
		rc = request_percpu_irq(notify.sched_recv_irq, sched_recv_handler, "ARM-FFA-SRI",
					pcpu);
		if (rc) {
			pr_err("Error registering percpu SRI nIRQ %u : %d\n", notify.sched_recv_irq,
			       rc);
			notify.sched_recv_irq = 0;
			return rc;
		}
	}
	if (notify.pending_irq) {
		rc = request_percpu_irq(notify.pending_irq, pending_handler, "ARM-FFA-NPI", pcpu);
		if (rc) {
			pr_err("Error registering percpu NPI nIRQ %u : %d\n", notify.pending_irq,
			       rc);
			notify.pending_irq = 0;
			return rc;
		}
	}

	INIT_WORK(&notify.sched_recv_work, sched_recv_work_fn);
	INIT_WORK(&notify.pending_work, pending_work_fn);
	notify.wq = create_workqueue("ffa_pcpu_irq_notification");
	if (!notify.wq)
		return -EINVAL;

	rc = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "ffa/pcpu-irq:starting", pcpu_irqs_enable,
			       pcpu_irqs_disable);
	if (rc < 0)
		return rc;
	notify.cpuhp_state = rc;
	return 0;
}

/* --- start and end
 * -------------------------------------------------------------------------------- */
void ffa_notifications_cleanup(void)
{
	pcpu_irqs_release();
	if (notify.bitmap_created) {
		bitmap_destroy();
		notify.bitmap_created = false;
	}
	notify.enabled = false;
}

void ffa_notifications_setup(void)
{
	int rc, irq;

	memset(&notify, 0, sizeof(notify));

	/* A refused query does not end it: the bitmap may be the hypervisor's business. */
	if (!ffa_features(FFA_NOTIFICATION_BITMAP_CREATE, 0, NULL, NULL)) {
		rc = bitmap_create();
		if (rc) {
			pr_err("Notification bitmap create error %d\n", rc);
			return;
		}
		notify.bitmap_created = true;
	}

	irq = irq_map(FFA_FEAT_SCHEDULE_RECEIVER_INT);
	rc = irq;
	if (irq > 0)
		notify.sched_recv_irq = irq;
	irq = irq_map(FFA_FEAT_NOTIFICATION_PENDING_INT);
	if (irq > 0)
		notify.pending_irq = irq;
	if (!notify.sched_recv_irq && !notify.pending_irq)
		goto err;

	rc = pcpu_irqs_setup();
	if (rc)
		goto err;
	hash_init(notify.table);
	rwlock_init(&notify.lock);
	notify.enabled = true;
	return;

err:
	pr_info("Notification setup failed %d, not enabled\n", rc);
	ffa_notifications_cleanup();
}

/* --- operations
 * ----------------------------------------------------------------------------------- */
/* @dev NULL: the first slot of the id. */
static int sched_recv_cb_update(u16 part_id, const struct ffa_device *dev,
				ffa_sched_recv_cb callback, void *cb_data, bool set)
{
	struct ffa_dev_part_info *slot, *found = NULL;
	struct list_head *head;
	int rc = 0;

	if (!notify.enabled)
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
	return sched_recv_cb_update(drv_info->vm_id, NULL, self_notified, NULL, true);
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

	hash_for_each_possible(notify.table, node, hnode, like->notify_id)
	{
		if (node->notify_id == like->notify_id && node->type == like->type &&
		    node->dev == like->dev)
			return node;
	}
	return NULL;
}

static int notify_check(int notify_id)
{
	if (!notify.enabled)
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

	write_lock(&notify.lock);
	if (bound)
		rc = bind_or_unbind(FFA_NOTIFICATION_BIND, dev->vm_id, bit,
				    per_vcpu ? FLAG_PER_VCPU : 0);
	if (!rc && table_same(like)) {
		if (bound)
			bind_or_unbind(FFA_NOTIFICATION_UNBIND, dev->vm_id, bit, 0);
		rc = -EINVAL;
	} else if (!rc) {
		hash_add(notify.table, &node->hnode, like->notify_id);
		node = NULL;
	}
	write_unlock(&notify.lock);
	kfree(node);
	return rc;
}

static int entry_remove(struct ffa_device *dev, const struct notifier_cb *like)
{
	struct notifier_cb *node;
	int rc = 0;

	write_lock(&notify.lock);
	node = table_same(like);
	if (!node) {
		write_unlock(&notify.lock);
		return -EINVAL;
	}
	hash_del(&node->hnode);
	if (like->type != NOTIFY_FRAMEWORK)
		rc = bind_or_unbind(FFA_NOTIFICATION_UNBIND, dev->vm_id,
				    1ULL << (like->notify_id & 63), 0);
	write_unlock(&notify.lock);
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
	if (!notify.enabled)
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
