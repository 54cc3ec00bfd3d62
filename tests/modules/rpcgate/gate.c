// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver for Trusted Services endpoints, unlike the project's own on purpose: sessions of all
 * contexts stand in one hash table of reference-counted objects, everything the probe makes is a
 * managed resource of the device (there is no remove function), locks are guards, and the number of
 * calls can be read in sysfs. Used by tests to show that any driver file runs, not only the ones
 * the simulator was made with.
 */
#include <linux/arm_ffa.h>
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rhashtable.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/tee_core.h>

#include "wire.h"

static unsigned int session_limit = 64;
module_param(session_limit, uint, 0444);
MODULE_PARM_DESC(session_limit, "sessions a context may have (at most 64)");

#define SESSIONS_MAX 64

struct gate {
	struct ffa_device *to;
	struct tee_device *teedev;
	struct tee_shm_pool pool;
	struct rhashtable sessions;
	atomic_t calls;
};

struct gate_client { /* one open of the device */
	struct mutex lock;
	DECLARE_BITMAP(ids, SESSIONS_MAX);
	u32 number;
};

struct gate_session {
	struct rhash_head node;
	u64 key; /* client number, session id */
	struct kref refs;
	u8 service;
};

static const struct rhashtable_params session_params = {
	.key_len = sizeof(u64),
	.key_offset = offsetof(struct gate_session, key),
	.head_offset = offsetof(struct gate_session, node),
	.automatic_shrinking = true,
};
static DEFINE_MUTEX(table_lock); /* lookup and reference are one step */
static u32 clients;

static u64 session_key(const struct gate_client *c, u32 id)
{
	return (u64)c->number << 32 | id;
}

static void session_free(struct kref *refs)
{
	kfree(container_of(refs, struct gate_session, refs));
}

static struct gate_session *session_get(struct gate *gate, const struct gate_client *c, u32 id)
{
	u64 key = session_key(c, id);
	struct gate_session *s;

	guard(mutex)(&table_lock);
	s = rhashtable_lookup_fast(&gate->sessions, &key, session_params);
	if (s)
		kref_get(&s->refs);
	return s;
}

/* --- operations of the TEE device ------------------------------------------------------------- */
static void gate_get_version(struct tee_device *teedev, struct tee_ioctl_version_data *vers)
{
	struct gate *gate = tee_get_drvdata(teedev);

	*vers = (struct tee_ioctl_version_data){
		.impl_id = TEE_IMPL_ID_TSTEE,
		.impl_caps = lower_16_bits(gate->to->vm_id),
	};
}

static int gate_open(struct tee_context *ctx)
{
	struct gate_client *c = kzalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	mutex_init(&c->lock);
	scoped_guard(mutex, &table_lock) c->number = ++clients;
	ctx->data = c;
	return 0;
}

static int session_drop(struct gate *gate, struct gate_client *c, u32 id)
{
	struct gate_session *s = session_get(gate, c, id);

	if (!s)
		return -EINVAL;
	scoped_guard(mutex, &table_lock)
	{
		if (rhashtable_remove_fast(&gate->sessions, &s->node, session_params)) {
			kref_put(&s->refs, session_free);
			return -EINVAL; /* somebody else closed it at the same time */
		}
	}
	scoped_guard(mutex, &c->lock) clear_bit(id, c->ids);
	kref_put(&s->refs, session_free); /* the table's */
	kref_put(&s->refs, session_free);
	return 0;
}

static void gate_release(struct tee_context *ctx)
{
	struct gate *gate = tee_get_drvdata(ctx->teedev);
	struct gate_client *c = ctx->data;
	unsigned long id;

	for_each_set_bit(id, c->ids, SESSIONS_MAX) session_drop(gate, c, id);
	mutex_destroy(&c->lock);
	kfree(c);
	ctx->data = NULL;
}

static int gate_open_session(struct tee_context *ctx, struct tee_ioctl_open_session_arg *arg,
			     struct tee_param *param)
{
	struct gate_session *s __free(kfree) = kzalloc(sizeof(*s), GFP_KERNEL);
	struct gate *gate = tee_get_drvdata(ctx->teedev);
	struct gate_client *c = ctx->data;
	unsigned int limit = min(session_limit, (unsigned int)SESSIONS_MAX);
	int err;
	u32 id = 0;

	if (!s)
		return -ENOMEM;
	kref_init(&s->refs);
	err = gate_lookup(gate->to, arg->uuid, &s->service);
	if (err)
		return err;
	scoped_guard(mutex, &c->lock)
	{
		id = find_first_zero_bit(c->ids, SESSIONS_MAX);
		if (id >= limit)
			return -EBUSY;
		set_bit(id, c->ids);
	}
	s->key = session_key(c, id);
	err = rhashtable_lookup_insert_fast(&gate->sessions, &s->node, session_params);
	if (err) {
		scoped_guard(mutex, &c->lock) clear_bit(id, c->ids);
		return err;
	}
	retain_and_null_ptr(s);
	arg->session = id;
	arg->ret = 0;
	return 0;
}

static int gate_close_session(struct tee_context *ctx, u32 session)
{
	return session_drop(tee_get_drvdata(ctx->teedev), ctx->data, session);
}

static int with_memory(struct gate *gate, struct gate_call *call, struct tee_shm *shm,
		       struct tee_param *param)
{
	int err;

	if (call->len > tee_shm_get_size(shm))
		return -EINVAL;
	call->handle = shm->sec_world_id;
	err = gate_call(gate->to, call);
	if (!err && call->len <= tee_shm_get_size(shm))
		param[0].u.value.a = call->len;
	return err;
}

static int gate_invoke(struct tee_context *ctx, struct tee_ioctl_invoke_arg *arg,
		       struct tee_param *param)
{
	struct gate *gate = tee_get_drvdata(ctx->teedev);
	struct gate_session *s = session_get(gate, ctx->data, arg->session);
	u32 shm_id = lower_32_bits(param[0].u.value.a);
	struct gate_call call = {.opcode = lower_16_bits(arg->func), .handle = ~0ull};
	struct tee_shm *shm;
	int err;

	if (!s)
		return -EINVAL;
	call.service = s->service;
	call.len = lower_32_bits(param[0].u.value.b);
	kref_put(&s->refs, session_free);
	atomic_inc(&gate->calls);
	if (!shm_id) {
		err = gate_call(gate->to, &call);
	} else {
		shm = tee_shm_get_from_id(ctx, shm_id);
		if (IS_ERR(shm))
			return PTR_ERR(shm);
		err = with_memory(gate, &call, shm, param);
		tee_shm_put(shm);
	}
	if (!err)
		arg->ret = call.status;
	return err;
}

/* --- memory ----------------------------------------------------------------------------------- */
static int gate_share(struct tee_context *ctx, struct tee_shm *shm, struct page **pages,
		      size_t count, unsigned long start)
{
	struct gate *gate = tee_get_drvdata(ctx->teedev);
	const struct ffa_mem_ops *mem = gate->to->ops->mem_ops;
	struct ffa_mem_region_attributes borrower = {.receiver = gate->to->vm_id,
						     .attrs = FFA_MEM_RW};
	struct ffa_mem_ops_args args = {.use_txbuf = true, .attrs = &borrower, .nattrs = 1};
	struct sg_table table;
	u32 status;
	int err =
		sg_alloc_table_from_pages(&table, pages, count, 0, count << PAGE_SHIFT, GFP_KERNEL);

	if (err)
		return err;
	args.sg = table.sgl;
	err = mem->memory_share(&args);
	sg_free_table(&table);
	if (err)
		return err;
	err = gate_manage(gate->to, GATE_MAP, args.g_handle, &status);
	if (!err && status)
		err = -EINVAL;
	if (err)
		mem->memory_reclaim(args.g_handle, 0);
	else
		shm->sec_world_id = args.g_handle;
	return err;
}

static int gate_unshare(struct tee_context *ctx, struct tee_shm *shm)
{
	struct gate *gate = tee_get_drvdata(ctx->teedev);
	u32 status;
	int err = gate_manage(gate->to, GATE_UNMAP, shm->sec_world_id, &status);

	if (err)
		return err;
	return status ? -EINVAL : gate->to->ops->mem_ops->memory_reclaim(shm->sec_world_id, 0);
}

static int pool_alloc(struct tee_shm_pool *pool, struct tee_shm *shm, size_t size, size_t align)
{
	return tee_dyn_shm_alloc_helper(shm, size, align, gate_share);
}

static void pool_free(struct tee_shm_pool *pool, struct tee_shm *shm)
{
	tee_dyn_shm_free_helper(shm, gate_unshare);
}

static void pool_gone(struct tee_shm_pool *pool)
{
	/* It is part of the gate. */
}

static const struct tee_shm_pool_ops pool_ops = {
	.alloc = pool_alloc,
	.free = pool_free,
	.destroy_pool = pool_gone,
};

/* --- device ----------------------------------------------------------------------------------- */
static ssize_t calls_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct tee_device *teedev = container_of(dev, struct tee_device, dev);
	struct gate *gate = tee_get_drvdata(teedev);

	return sysfs_emit(buf, "%d\n", atomic_read(&gate->calls));
}
static DEVICE_ATTR_RO(calls);
static struct attribute *gate_attrs[] = {&dev_attr_calls.attr, NULL};
ATTRIBUTE_GROUPS(gate);

static const struct tee_driver_ops gate_ops = {
	.get_version = gate_get_version,
	.open = gate_open,
	.release = gate_release,
	.open_session = gate_open_session,
	.close_session = gate_close_session,
	.invoke_func = gate_invoke,
};

static const struct tee_desc gate_desc = {
	.name = "rpcgate-clnt",
	.ops = &gate_ops,
	.owner = THIS_MODULE,
};

static void table_gone(void *data)
{
	rhashtable_free_and_destroy(data, NULL, NULL);
}

static void device_gone(void *data)
{
	tee_device_unregister(data);
}

static int gate_probe(struct ffa_device *to)
{
	struct device *dev = &to->dev;
	struct gate *gate = devm_kzalloc(dev, sizeof(*gate), GFP_KERNEL);
	u32 version = 0;
	int err;

	if (!gate)
		return -ENOMEM;
	gate->to = to;
	gate->pool.ops = &pool_ops;
	to->ops->msg_ops->mode_32bit_set(to);
	err = gate_manage(to, GATE_VERSION, 0, &version);
	if (err || version != 1)
		return dev_err_probe(dev, err ? err : -EINVAL, "protocol version %u\n", version);
	err = rhashtable_init(&gate->sessions, &session_params);
	if (!err)
		err = devm_add_action_or_reset(dev, table_gone, &gate->sessions);
	if (err)
		return err;
	gate->teedev = tee_device_alloc(&gate_desc, NULL, &gate->pool, gate);
	if (IS_ERR(gate->teedev))
		return PTR_ERR(gate->teedev);
	err = devm_add_action_or_reset(dev, device_gone, gate->teedev);
	if (err)
		return err;
	tee_device_set_dev_groups(gate->teedev, gate_groups);
	return tee_device_register(gate->teedev);
}

/* bdcd76d7-825e-4751-963b-86d4f84943ac */
static const struct ffa_device_id gate_ids[] = {
	{UUID_INIT(0xbdcd76d7, 0x825e, 0x4751, 0x96, 0x3b, 0x86, 0xd4, 0xf8, 0x49, 0x43, 0xac)},
	{},
};

static struct ffa_driver gate_driver = {
	.name = "rpcgate",
	.probe = gate_probe,
	.id_table = gate_ids,
};
module_ffa_driver(gate_driver);

MODULE_DESCRIPTION("Another driver for Trusted Services endpoints");
MODULE_LICENSE("GPL");
