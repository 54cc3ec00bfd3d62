// SPDX-License-Identifier: BSD-3-Clause
/*
 * Discovery: which partitions exist, one bus device for each (linux-tee.md 4.6).
 *
 * Two passes, count then fetch, with no lock between them. The register method validates what the
 * firmware says as 7.x does; the missing checks of 6.12 (8.1 no. 2) are not modelled.
 */
#define pr_fmt(fmt) "ARM FF-A: " fmt

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uuid.h>
#include "common.h"

#define INFO_COUNT_ONLY BIT(0)
#define INFO_SIZE_1_0 8 /* a record without UUID */

/* FFA_PARTITION_INFO_GET_REGS, a2 of the answer. */
#define REGS_LAST_INDEX(a2) ((u16)(a2))
#define REGS_CURRENT_INDEX(a2) ((u16)((a2) >> 16))
#define REGS_TAG(a2) ((u16)((a2) >> 32))
#define REGS_RECORD_SIZE(a2) ((u16)((a2) >> 48))
#define REGS_RECORDS_MAX 5 /* three registers each, x3..x17 */

/* Through the RX buffer. @buffer NULL: only counts. */
static int info_get_rx(const uuid_t *uuid, struct ffa_partition_info *buffer, int num)
{
	ffa_value_t ret, args = {.a0 = FFA_PARTITION_INFO_GET};
	u32 words[4], size, n;
	bool count_only = drv_info->version > FFA_VERSION_1_0 && (!buffer || !num);
	int count;

	memcpy(words, uuid, sizeof(words));
	args.a1 = words[0];
	args.a2 = words[1];
	args.a3 = words[2];
	args.a4 = words[3];
	args.a5 = count_only ? INFO_COUNT_ONLY : 0;

	mutex_lock(&drv_info->rx_lock);
	ffa_smc(&args, &ret);
	if (ret.a0 == FFA_ERROR) {
		mutex_unlock(&drv_info->rx_lock);
		return ffa_answer_errno(&ret);
	}

	count = ret.a2;
	size = drv_info->version > FFA_VERSION_1_0 ? ret.a3 : INFO_SIZE_1_0;
	if (buffer && count <= num)
		for (n = 0; n < count; n++)
			memcpy(buffer + n, (char *)drv_info->rx_buffer + n * size,
			       min_t(u32, size, sizeof(*buffer)));

	/* A count-only query never passed the buffer's ownership. */
	if (!count_only)
		ffa_rx_release();
	mutex_unlock(&drv_info->rx_lock);
	return count;
}

/* Through registers, up to five records an answer. */
static int info_get_regs(const uuid_t *uuid, struct ffa_partition_info *buffer, int num)
{
	u16 start = 0, tag = 0;
	int count = 0;
	u64 halves[2];

	memcpy(halves, uuid, sizeof(halves));
	do {
		ffa_value_t ret, args = {
					 .a0 = FFA_PARTITION_INFO_GET_REGS,
					 .a1 = halves[0],
					 .a2 = halves[1],
					 .a3 = start | (u64)tag << 16,
				 };
		u16 current_index, size, n;

		ffa_smc(&args, &ret);
		if (ret.a0 == FFA_ERROR)
			return ffa_answer_errno(&ret);

		if (!count)
			count = REGS_LAST_INDEX(ret.a2) + 1;
		if (!buffer || !num)
			return count;

		current_index = REGS_CURRENT_INDEX(ret.a2);
		size = REGS_RECORD_SIZE(ret.a2);
		tag = REGS_TAG(ret.a2);
		if (current_index < start || current_index >= count || current_index >= num ||
		    current_index - start >= REGS_RECORDS_MAX || size < sizeof(*buffer))
			return -EINVAL;
		for (n = 0; n <= current_index - start; n++)
			memcpy(buffer + start + n, (u64 *)&ret.a3 + n * 3, sizeof(*buffer));
		start = current_index + 1;
	} while (start < count);
	return count;
}

/* All partitions with @uuid; nil = all. *@buffer is the caller's to free when > 0 is returned. */
static int partition_probe(const uuid_t *uuid, struct ffa_partition_info **buffer)
{
	int (*get)(const uuid_t *uuid, struct ffa_partition_info *buffer, int num) = info_get_rx;
	struct ffa_partition_info *list;
	int count;

	if (!ffa_features(FFA_PARTITION_INFO_GET_REGS, 0, NULL, NULL))
		get = info_get_regs;

	count = get(uuid, NULL, 0);
	if (count <= 0)
		return count;
	list = kcalloc(count, sizeof(*list), GFP_KERNEL);
	if (!list)
		return -ENOMEM;

	count = get(uuid, list, count);
	if (count <= 0)
		kfree(list);
	else
		*buffer = list;
	return count;
}

static int partition_info_get(const char *uuid_str, struct ffa_partition_info *buffer)
{
	struct ffa_partition_info *list;
	uuid_t uuid;
	int count;

	if (!uuid_str || uuid_parse(uuid_str, &uuid)) {
		pr_err("invalid uuid (%s)\n", uuid_str ? uuid_str : "null");
		return -ENODEV;
	}
	count = partition_probe(&uuid, &list);
	if (count <= 0)
		return -ENOENT;
	memcpy(buffer, list, count * sizeof(*list));
	kfree(list);
	return 0;
}

static u32 api_version_get(void)
{
	return drv_info->version;
}

const struct ffa_info_ops ffa_drv_info_ops = {
	.api_version_get = api_version_get,
	.partition_info_get = partition_info_get,
};

/* --- FF-A 1.0: the UUID is found when a driver asks for one -------------------------------------
 */
static void uuid_match(struct ffa_device *fdev, const uuid_t *uuid)
{
	struct ffa_partition_info *list;
	int count = partition_probe(uuid, &list), n;

	if (count <= 0)
		return;
	for (n = 0; n < count; n++)
		if (list[n].id == fdev->vm_id)
			uuid_copy(&fdev->uuid, uuid);
	kfree(list);
}

static int bus_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	struct device *dev = data;
	struct ffa_device *fdev = to_ffa_dev(dev);

	/* Only the first entry of the driver's table is tried. */
	if (action == BUS_NOTIFY_BIND_DRIVER && uuid_is_null(&fdev->uuid))
		uuid_match(fdev, &to_ffa_driver(dev->driver)->id_table->uuid);
	return NOTIFY_OK;
}

static struct notifier_block bus_nb = {
	.notifier_call = bus_notify,
};
static bool bus_nb_registered;

/* --- devices ------------------------------------------------------------------------------------
 */
/* The callback slot of a device; slots of one vm id form a list. */
static int slot_add(struct ffa_device *dev)
{
	struct ffa_dev_part_info *slot;
	struct list_head *head;
	int rc;

	slot = kzalloc(sizeof(*slot), GFP_KERNEL);
	if (!slot)
		return -ENOMEM;
	rwlock_init(&slot->rw_lock);
	slot->dev = dev;

	head = xa_load(&drv_info->partition_info, dev->vm_id);
	if (!head) {
		head = kzalloc(sizeof(*head), GFP_KERNEL);
		if (!head) {
			rc = -ENOMEM;
			goto err_slot;
		}
		INIT_LIST_HEAD(head);
		rc = xa_insert(&drv_info->partition_info, dev->vm_id, head, GFP_KERNEL);
		if (rc)
			goto err_head;
	}
	list_add(&slot->node, head);
	return 0;

err_head:
	kfree(head);
err_slot:
	kfree(slot);
	return rc;
}

static void slots_free(void)
{
	struct ffa_dev_part_info *slot, *next;
	struct list_head *head;
	unsigned long vm_id;

	xa_for_each(&drv_info->partition_info, vm_id, head)
	{
		xa_erase(&drv_info->partition_info, vm_id);
		list_for_each_entry_safe(slot, next, head, node)
		{
			list_del(&slot->node);
			kfree(slot);
		}
		kfree(head);
	}
}

/* The bus below may be one of 6.12, or of 7.x, which wants a parent: whichever form it has. */
struct ffa_device *ffa_device_register_below(const struct ffa_partition_info *part_info,
					     const struct ffa_ops *ops, struct device *parent)
	__attribute__((weak));
extern __typeof__(ffa_device_register) ffa_device_register __attribute__((weak));

static struct ffa_device *device_add_to_bus(const struct ffa_partition_info *info)
{
	return ffa_device_register_below ? ffa_device_register_below(info, &ffa_drv_ops, NULL)
					 : ffa_device_register(info, &ffa_drv_ops);
}

/* The driver's own endpoint has a device too, unless the firmware listed it. */
static int host_setup(void)
{
	struct ffa_partition_info host = {.id = drv_info->vm_id};
	struct ffa_device *dev;
	int rc;

	if (xa_load(&drv_info->partition_info, drv_info->vm_id))
		return 0;
	dev = device_add_to_bus(&host);
	if (!dev)
		return -ENOMEM;
	rc = slot_add(dev);
	if (rc)
		ffa_device_unregister(dev);
	return rc;
}

int ffa_partitions_setup(void)
{
	struct ffa_partition_info *list;
	int count, n, rc;

	xa_init(&drv_info->partition_info);
	if (drv_info->version == FFA_VERSION_1_0) {
		rc = bus_register_notifier(&ffa_bus_type, &bus_nb);
		bus_nb_registered = !rc;
		if (rc)
			pr_err("Failed to register FF-A bus notifiers\n");
	}

	count = partition_probe(&uuid_null, &list);
	if (count <= 0) {
		pr_info("%s: No partitions found, error %d\n", __func__, count);
		return -EINVAL;
	}

	for (n = 0; n < count; n++) {
		const struct ffa_partition_info *info = &list[n];
		/* A driver that is already there probes the device inside. */
		struct ffa_device *dev = device_add_to_bus(info);

		if (!dev) {
			pr_err("%s: failed to register partition ID 0x%x\n", __func__, info->id);
			continue;
		}
		if (drv_info->version > FFA_VERSION_1_0 &&
		    !(info->properties & FFA_PARTITION_AARCH64_EXEC))
			ffa_drv_msg_ops.mode_32bit_set(dev);
		if (slot_add(dev)) {
			pr_err("%s: failed to set up partition ID 0x%x\n", __func__, info->id);
			ffa_device_unregister(dev);
		}
	}
	kfree(list);

	rc = host_setup();
	if (rc)
		ffa_partitions_cleanup();
	return rc;
}

void ffa_partitions_cleanup(void)
{
	if (bus_nb_registered) {
		bus_unregister_notifier(&ffa_bus_type, &bus_nb);
		bus_nb_registered = false;
	}
	ffa_devices_unregister();
	slots_free();
	xa_destroy(&drv_info->partition_info);
}
