// SPDX-License-Identifier: BSD-3-Clause
/*
 * Life of a TEE device: minors, the class, users, contexts.
 *
 * A device has two lives. The struct device lives as long as anybody holds its kobject. The
 * descriptor (the driver's code) may be called as long as the device has users; users are counted
 * under the device's mutex and unregistering waits, without limit, for the last one. Behaviour:
 * linux-tee.md 1.1, 2.1, 2.2, 2.4.
 */
#define pr_fmt(fmt) "tee: " fmt

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/bitmap.h>
#include <linux/string.h>
#include "tee_private.h"

/* Minors 0..15 are /dev/tee0..15, 16..31 are /dev/teepriv0..15. */
#define TEE_MINORS 32
#define TEE_MINORS_EACH (TEE_MINORS / 2)

static DECLARE_BITMAP(minors_in_use, TEE_MINORS);
static DEFINE_SPINLOCK(minors_lock);
static dev_t tee_devt;

unsigned int tee_max_arg_size = TEE_MAX_ARG_SIZE;

/* --- users ------------------------------------------------------------------------------------ */
bool tee_device_get(struct tee_device *teedev)
{
	bool alive;

	mutex_lock(&teedev->mutex);
	alive = teedev->desc != NULL;
	if (alive)
		teedev->num_users++;
	mutex_unlock(&teedev->mutex);
	return alive;
}

/*
 * Whoever unregisters frees the device as soon as it is told, so the mutex must be out of use by
 * then. 6.12 tells under the mutex: with the last reference that of a shared memory, whose
 * descriptor does not hold the struct device, mutex_unlock() is a use after free there.
 */
void tee_device_put(struct tee_device *teedev)
{
	bool last = false;

	mutex_lock(&teedev->mutex);
	/* A put without a get: the device was already detached. */
	if (!WARN_ON(!teedev->desc)) {
		last = --teedev->num_users == 0;
		if (last)
			teedev->desc = NULL;
	}
	mutex_unlock(&teedev->mutex);
	if (last)
		complete(&teedev->c_no_users);
}

/* --- contexts --------------------------------------------------------------------------------- */
void teedev_ctx_get(struct tee_context *ctx)
{
	if (!ctx->releasing)
		kref_get(&ctx->refcount);
}

static void context_release(struct kref *ref)
{
	struct tee_context *ctx = container_of(ref, struct tee_context, refcount);

	/* The driver may allocate and free shared memory on this context now. */
	ctx->releasing = true;
	ctx->teedev->desc->ops->release(ctx);
	kfree(ctx);
}

void teedev_ctx_put(struct tee_context *ctx)
{
	if (!ctx->releasing)
		kref_put(&ctx->refcount, context_release);
}

struct tee_context *teedev_open(struct tee_device *teedev)
{
	struct tee_context *ctx;
	int rc;

	if (!tee_device_get(teedev))
		return ERR_PTR(-EINVAL);

	ctx = kzalloc(sizeof(*ctx), GFP_KERNEL);
	if (!ctx) {
		rc = -ENOMEM;
		goto err_device;
	}
	kref_init(&ctx->refcount);
	ctx->teedev = teedev;

	rc = teedev->desc->ops->open(ctx);
	if (rc)
		goto err_context;
	return ctx;

err_context:
	kfree(ctx);
err_device:
	tee_device_put(teedev);
	return ERR_PTR(rc);
}
EXPORT_SYMBOL_GPL(teedev_open);

void teedev_close_context(struct tee_context *ctx)
{
	struct tee_device *teedev = ctx->teedev;

	/* The context outlives this when shared memory of it is still referenced. */
	teedev_ctx_put(ctx);
	tee_device_put(teedev);
}
EXPORT_SYMBOL_GPL(teedev_close_context);

static int tee_open(struct inode *inode, struct file *filp)
{
	struct tee_context *ctx;

	ctx = teedev_open(container_of(inode->i_cdev, struct tee_device, cdev));
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	ctx->supp_nowait = false;
	filp->private_data = ctx;
	return 0;
}

static int tee_release(struct inode *inode, struct file *filp)
{
	teedev_close_context(filp->private_data);
	return 0;
}

const struct file_operations tee_fops = {
	.owner = THIS_MODULE,
	.open = tee_open,
	.release = tee_release,
	.unlocked_ioctl = tee_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* --- devices ---------------------------------------------------------------------------------- */
static ssize_t implementation_id_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct tee_device *teedev = container_of(dev, struct tee_device, dev);
	struct tee_ioctl_version_data vers;

	teedev->desc->ops->get_version(teedev, &vers);
	return scnprintf(buf, PAGE_SIZE, "%d\n", vers.impl_id);
}
static DEVICE_ATTR_RO(implementation_id);

static struct attribute *tee_dev_attrs[] = {
	&dev_attr_implementation_id.attr,
	NULL,
};
ATTRIBUTE_GROUPS(tee_dev);

const struct class tee_class = {
	.name = "tee",
	.dev_groups = tee_dev_groups,
};

static void minor_free(int id)
{
	spin_lock(&minors_lock);
	clear_bit(id, minors_in_use);
	spin_unlock(&minors_lock);
}

static void tee_dev_release(struct device *dev)
{
	struct tee_device *teedev = container_of(dev, struct tee_device, dev);

	minor_free(teedev->id);
	mutex_destroy(&teedev->mutex);
	idr_destroy(&teedev->idr);
	kfree(teedev);
}

struct tee_device *tee_device_alloc(const struct tee_desc *teedesc, struct device *dev,
				    struct tee_shm_pool *pool, void *driver_data)
{
	const struct tee_driver_ops *ops;
	struct tee_device *teedev;
	bool privileged;
	int first, end, rc;

	if (!teedesc || !teedesc->name || !teedesc->ops)
		return ERR_PTR(-EINVAL);
	ops = teedesc->ops;
	if (!ops->get_version || !ops->open || !ops->release)
		return ERR_PTR(-EINVAL);

	teedev = kzalloc(sizeof(*teedev), GFP_KERNEL);
	if (!teedev)
		return ERR_PTR(-ENOMEM);

	privileged = teedesc->flags & TEE_DESC_PRIVILEGED;
	first = privileged ? TEE_MINORS_EACH : 0;
	end = privileged ? TEE_MINORS : TEE_MINORS_EACH;

	spin_lock(&minors_lock);
	teedev->id = find_next_zero_bit(minors_in_use, end, first);
	if (teedev->id < end)
		set_bit(teedev->id, minors_in_use);
	spin_unlock(&minors_lock);
	if (teedev->id >= end) {
		rc = -ENOMEM;
		goto err;
	}

	snprintf(teedev->name, sizeof(teedev->name), "tee%s%d", privileged ? "priv" : "",
		 teedev->id - first);

	teedev->dev.class = &tee_class;
	teedev->dev.release = tee_dev_release;
	teedev->dev.parent = dev;
	teedev->dev.devt = MKDEV(MAJOR(tee_devt), teedev->id);

	rc = dev_set_name(&teedev->dev, "%s", teedev->name);
	if (rc)
		goto err_devt;

	cdev_init(&teedev->cdev, &tee_fops);
	teedev->cdev.owner = teedesc->owner;

	dev_set_drvdata(&teedev->dev, driver_data);
	device_initialize(&teedev->dev);

	/* The registration itself is the first user. */
	teedev->num_users = 1;
	init_completion(&teedev->c_no_users);
	mutex_init(&teedev->mutex);
	idr_init(&teedev->idr);

	teedev->desc = teedesc;
	teedev->pool = pool;
	return teedev;

err_devt:
	pr_err("no name for device %s\n", teedev->name);
err:
	pr_err("could not set up a %s device, error %d\n", teedesc->name, rc);
	/*
	 * With the unprivileged half full, the id is the first of the privileged half and its bit
	 * is cleared although it belongs to somebody else (linux-tee.md 8.5 L8).
	 */
	if (teedev->id < TEE_MINORS)
		minor_free(teedev->id);
	kfree(teedev);
	return ERR_PTR(rc);
}
EXPORT_SYMBOL_GPL(tee_device_alloc);

void tee_device_set_dev_groups(struct tee_device *teedev, const struct attribute_group **dev_groups)
{
	teedev->dev.groups = dev_groups;
}
EXPORT_SYMBOL_GPL(tee_device_set_dev_groups);

int tee_device_register(struct tee_device *teedev)
{
	int rc;

	if (teedev->flags & TEE_DEVICE_FLAG_REGISTERED) {
		pr_err("%s is already registered\n", teedev->name);
		return -EINVAL;
	}

	rc = cdev_device_add(&teedev->cdev, &teedev->dev);
	if (rc) {
		pr_err("%s could not be added (major %d, minor %d): %d\n", teedev->name,
		       MAJOR(teedev->dev.devt), MINOR(teedev->dev.devt), rc);
		return rc;
	}
	teedev->flags |= TEE_DEVICE_FLAG_REGISTERED;
	return 0;
}
EXPORT_SYMBOL_GPL(tee_device_register);

void tee_device_unregister(struct tee_device *teedev)
{
	if (!teedev)
		return;

	/* No new opens from here on; files already open go on working. */
	if (teedev->flags & TEE_DEVICE_FLAG_REGISTERED)
		cdev_device_del(&teedev->cdev, &teedev->dev);

	tee_device_put(teedev);
	wait_for_completion(&teedev->c_no_users);

	teedev->pool = NULL;
	put_device(&teedev->dev);
}
EXPORT_SYMBOL_GPL(tee_device_unregister);

void *tee_get_drvdata(struct tee_device *teedev)
{
	return dev_get_drvdata(&teedev->dev);
}
EXPORT_SYMBOL_GPL(tee_get_drvdata);

int tee_devices_init(void)
{
	int rc = class_register(&tee_class);

	if (rc) {
		pr_err("class could not be registered: %d\n", rc);
		return rc;
	}
	rc = alloc_chrdev_region(&tee_devt, 0, TEE_MINORS, "tee");
	if (rc) {
		pr_err("no character device region: %d\n", rc);
		class_unregister(&tee_class);
	}
	return rc;
}

void tee_devices_exit(void)
{
	unregister_chrdev_region(tee_devt, TEE_MINORS);
	class_unregister(&tee_class);
}
