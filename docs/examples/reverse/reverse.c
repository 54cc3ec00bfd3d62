// SPDX-License-Identifier: BSD-3-Clause
/*
 * A driver in one file: /dev/reverse hands a word to the echo partition and gives it back reversed.
 * One page is shared with the partition for as long as the driver is bound. write() puts the word
 * there, read() has the partition reverse it.
 */
#include <linux/arm_ffa.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uuid.h>

/* Words of the protocol the partition speaks (TS RPC). */
#define RPC_CALL(iface, op) ((unsigned long)(iface) << 16 | (op))
#define RPC_MANAGEMENT 0xff
#define RPC_RETRIEVE 1
#define RPC_RELINQUISH 2
#define RPC_INTERFACE 3
#define ECHO_REVERSE 1

static const uuid_t echo =
	UUID_INIT(0x7e3a5c10, 0x52d1, 0x4b8e, 0x9a, 0x77, 0x1f, 0x0c, 0x6d, 0x2e, 0x4b, 0x01);

struct reverse {
	struct ffa_device *ffa;
	struct miscdevice misc;
	struct mutex lock; /* page, bytes */
	char *page;
	size_t bytes;
	u64 handle;
	u8 iface;
};

/* With -D FORGET_LOCK two readers use the page at once. */
#ifdef FORGET_LOCK
#define hold(r) ((void)(r))
#else
#define hold(r) guard(mutex)(&(r)->lock)
#endif

/* 0, or what the transport or the partition says. */
static int call(struct reverse *r, unsigned long op, u64 a, u64 b, u64 c,
		struct ffa_send_direct_data *msg)
{
	int err;

	*msg = (struct ffa_send_direct_data){op, a, b, c};
	err = r->ffa->ops->msg_ops->sync_send_receive(r->ffa, msg);
	return err ? err : msg->data1 ? -EIO : 0;
}

static ssize_t reverse_write(struct file *file, const char __user *from, size_t n, loff_t *pos)
{
	struct reverse *r = container_of(file->private_data, struct reverse, misc);

	if (n > PAGE_SIZE)
		return -EINVAL;
	hold(r);
	if (copy_from_user(r->page, from, n))
		return -EFAULT;
	r->bytes = n;
	return n;
}

static ssize_t reverse_read(struct file *file, char __user *to, size_t n, loff_t *pos)
{
	struct reverse *r = container_of(file->private_data, struct reverse, misc);
	struct ffa_send_direct_data msg;
	int err;

	hold(r);
	if (n > r->bytes)
		n = r->bytes;
	err = call(r, RPC_CALL(r->iface, ECHO_REVERSE), lower_32_bits(r->handle),
		   upper_32_bits(r->handle), r->bytes, &msg);
	if (err)
		return err;
	return copy_to_user(to, r->page, n) ? -EFAULT : n;
}

static const struct file_operations reverse_fops = {
	.owner = THIS_MODULE,
	.read = reverse_read,
	.write = reverse_write,
};

static int share_page(struct reverse *r)
{
	struct ffa_mem_region_attributes attr = {.receiver = r->ffa->vm_id, .attrs = FFA_MEM_RW};
	struct ffa_mem_ops_args args = {.use_txbuf = true, .attrs = &attr, .nattrs = 1};
	struct scatterlist sg;
	int err;

	sg_init_one(&sg, r->page, PAGE_SIZE);
	args.sg = &sg;
	err = r->ffa->ops->mem_ops->memory_share(&args);
	r->handle = args.g_handle;
	return err;
}

static int reverse_probe(struct ffa_device *ffa)
{
	struct ffa_send_direct_data msg;
	struct reverse *r;
	u32 uuid[4];
	int err;

	r = devm_kzalloc(&ffa->dev, sizeof(*r), GFP_KERNEL);
	if (!r)
		return -ENOMEM;
	r->ffa = ffa;
	mutex_init(&r->lock);
	ffa->ops->msg_ops->mode_32bit_set(ffa);

	export_uuid((u8 *)uuid, &echo);
	msg = (struct ffa_send_direct_data){RPC_CALL(RPC_MANAGEMENT, RPC_INTERFACE), uuid[0],
					    uuid[1], uuid[2], uuid[3]};
	err = ffa->ops->msg_ops->sync_send_receive(ffa, &msg);
	if (err || msg.data1)
		return dev_err_probe(&ffa->dev, err ?: -ENODEV, "no echo service here\n");
	r->iface = msg.data2;

	r->page = (char *)get_zeroed_page(GFP_KERNEL);
	if (!r->page)
		return -ENOMEM;
	err = share_page(r);
	if (err)
		goto free;
	err = call(r, RPC_CALL(RPC_MANAGEMENT, RPC_RETRIEVE), lower_32_bits(r->handle),
		   upper_32_bits(r->handle), 0, &msg);
	if (err)
		goto reclaim;
	r->misc = (struct miscdevice){.minor = MISC_DYNAMIC_MINOR,
				      .name = "reverse",
				      .fops = &reverse_fops,
				      .parent = &ffa->dev};
	err = misc_register(&r->misc);
	if (err)
		goto relinquish;
	ffa_dev_set_drvdata(ffa, r);
	return 0;

relinquish:
	call(r, RPC_CALL(RPC_MANAGEMENT, RPC_RELINQUISH), lower_32_bits(r->handle),
	     upper_32_bits(r->handle), 0, &msg);
reclaim:
	ffa->ops->mem_ops->memory_reclaim(r->handle, 0);
free:
	free_page((unsigned long)r->page);
	return err;
}

static void reverse_remove(struct ffa_device *ffa)
{
	struct reverse *r = ffa_dev_get_drvdata(ffa);
	struct ffa_send_direct_data msg;

	misc_deregister(&r->misc);
	call(r, RPC_CALL(RPC_MANAGEMENT, RPC_RELINQUISH), lower_32_bits(r->handle),
	     upper_32_bits(r->handle), 0, &msg);
	ffa->ops->mem_ops->memory_reclaim(r->handle, 0);
	free_page((unsigned long)r->page);
}

static const struct ffa_device_id reverse_ids[] = {
	{UUID_INIT(0xbdcd76d7, 0x825e, 0x4751, 0x96, 0x3b, 0x86, 0xd4, 0xf8, 0x49, 0x43, 0xac)},
	{}};
MODULE_DEVICE_TABLE(arm_ffa, reverse_ids);

static struct ffa_driver reverse_driver = {
	.name = "reverse",
	.probe = reverse_probe,
	.remove = reverse_remove,
	.id_table = reverse_ids,
};
module_ffa_driver(reverse_driver);

MODULE_DESCRIPTION("A word to a partition and back");
MODULE_LICENSE("Dual BSD/GPL");
