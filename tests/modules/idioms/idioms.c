// SPDX-License-Identifier: GPL-2.0-only
/*
 * Idioms of newer drivers: managed resources, deferred probing, platform drivers, scoped cleanup,
 * sized allocations, attributes. The suite leaves a device with attributes behind until exit, for
 * programs to read.
 */
#include <kunit/test.h>
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/ioctl.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of_irq.h>
#include <linux/platform_device.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>

static int probes, undone[8], undone_count;
static int probe_answer;

static void undo(void *data)
{
	undone[undone_count++] = (int)(long)data;
}

static int plat_probe(struct platform_device *pdev)
{
	char *name, *text;
	u32 *numbers;

	probes++;
	numbers = devm_kcalloc(&pdev->dev, 4, sizeof(*numbers), GFP_KERNEL);
	name = devm_kstrdup(&pdev->dev, "a name", GFP_KERNEL);
	text = devm_kasprintf(&pdev->dev, GFP_KERNEL, "%s-%d", name, 7);
	if (!numbers || !name || !text)
		return -ENOMEM;
	if (numbers[3] || strcmp(text, "a name-7"))
		return -EIO;
	devm_kfree(&pdev->dev, name);
	if (devm_add_action_or_reset(&pdev->dev, undo, (void *)1) ||
	    devm_add_action_or_reset(&pdev->dev, undo, (void *)2))
		return -ENOMEM;
	platform_set_drvdata(pdev, text);
	if (probe_answer)
		return dev_err_probe(&pdev->dev, probe_answer, "no %s here\n", "supply");
	return 0;
}
static struct platform_driver plat = {.probe = plat_probe, .driver = {.name = "idioms"}};

static void managed_resources(struct kunit *test)
{
	struct platform_device *pdev;

	probes = undone_count = probe_answer = 0;
	pdev = platform_device_register_simple("idioms", PLATFORM_DEVID_NONE, NULL, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pdev);
	KUNIT_EXPECT_EQ(test, platform_driver_register(&plat), 0);
	KUNIT_EXPECT_EQ(test, probes, 1);
	KUNIT_EXPECT_EQ(test, undone_count, 0);
	KUNIT_EXPECT_STREQ(test, (char *)platform_get_drvdata(pdev), "a name-7");
	platform_driver_unregister(&plat);
	KUNIT_ASSERT_EQ(test, undone_count, 2);
	KUNIT_EXPECT_EQ(test, undone[0], 2); /* the newest first */
	KUNIT_EXPECT_EQ(test, undone[1], 1);
	platform_device_unregister(pdev);
}

/* dev_err_probe() gives the error back; a probe that fails leaves nothing, one that defers comes
 * again. */
static void probe_errors_and_deferral(struct kunit *test)
{
	struct platform_device *pdev, *other;

	probes = undone_count = 0;
	pdev = platform_device_register_simple("idioms", PLATFORM_DEVID_NONE, NULL, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pdev);
	probe_answer = -ENODEV;
	KUNIT_EXPECT_EQ(test, platform_driver_register(&plat), 0);
	KUNIT_EXPECT_EQ(test, undone_count, 2);
	KUNIT_EXPECT_NULL(test, pdev->dev.driver);
	KUNIT_EXPECT_NULL(test, platform_get_drvdata(pdev));
	platform_driver_unregister(&plat);

	probe_answer = -EPROBE_DEFER;
	KUNIT_EXPECT_EQ(test, platform_driver_register(&plat), 0);
	KUNIT_EXPECT_EQ(test, probes, 2);
	probe_answer = 0; /* what it waited for is there: another device binds */
	other = platform_device_register_simple("idioms", 1, NULL, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	KUNIT_EXPECT_EQ(test, probes, 4);
	KUNIT_EXPECT_PTR_EQ(test, pdev->dev.driver, &plat.driver);
	KUNIT_EXPECT_STREQ(test, dev_name(&other->dev), "idioms.1");
	platform_device_unregister(other);
	platform_driver_unregister(&plat);
	platform_device_unregister(pdev);
}

static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(spin);

static int early_return(bool early)
{
	guard(mutex)(&mutex);
	if (early)
		return mutex_is_locked(&mutex);
	return 2 * mutex_is_locked(&mutex);
}

static void guards(struct kunit *test)
{
	bool inside = false;

	KUNIT_EXPECT_EQ(test, early_return(true), 1);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&mutex));
	KUNIT_EXPECT_EQ(test, early_return(false), 2);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&mutex));
	scoped_guard(mutex, &mutex)
	{
		inside = mutex_is_locked(&mutex);
	}
	KUNIT_EXPECT_TRUE(test, inside);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&mutex));
	scoped_guard(spinlock_irqsave, &spin)
	{
		KUNIT_EXPECT_TRUE(test, irqs_disabled());
		KUNIT_EXPECT_FALSE(test, preemptible());
	}
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	mutex_lock(&mutex);
	inside = false;
	scoped_cond_guard(mutex_try, inside = true, &mutex) inside = false;
	KUNIT_EXPECT_TRUE(test, inside); /* taken by us already */
	mutex_unlock(&mutex);
	scoped_guard(rcu) inside = false;
	KUNIT_EXPECT_FALSE(test, inside);
}

static char *keep_or_not(bool keep)
{
	char *p __free(kfree) = kzalloc(32, GFP_KERNEL);

	return keep ? no_free_ptr(p) : NULL;
}

/* What is freed at the end of the scope shows as a leak when it is not. */
static void scoped_memory(struct kunit *test)
{
	struct device_node *np __free(device_node) =
		of_find_compatible_node(NULL, NULL, "arm,gic-v3");
	char *kept = keep_or_not(true);

	KUNIT_EXPECT_NOT_NULL(test, np);
	KUNIT_EXPECT_NULL(test, keep_or_not(false));
	KUNIT_ASSERT_NOT_NULL(test, kept);
	kept[31] = 1; /* still there */
	kfree(kept);
}

struct sized {
	u64 a, b;
};

static void sized_allocations(struct kunit *test)
{
	struct sized *one = kzalloc_obj(*one), *many = kzalloc_objs(*many, 3);

	KUNIT_ASSERT_NOT_NULL(test, one);
	KUNIT_ASSERT_NOT_NULL(test, many);
	KUNIT_EXPECT_EQ(test, ksize(one), sizeof(*one));
	KUNIT_EXPECT_EQ(test, ksize(many), 3 * sizeof(*many));
	KUNIT_EXPECT_EQ(test, one->b | many[2].b, 0ull);
	KUNIT_EXPECT_NULL(test, kzalloc_objs(*many, ~0ul / 8));
	kfree(one);
	kfree(many);
}

/* --- a class with a device and attributes, there as long as the module --- */
static ssize_t level_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", 42);
}
static DEVICE_ATTR_RO(level);
static ssize_t hidden_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "never\n");
}
static DEVICE_ATTR_RO(hidden);
static struct attribute *idiom_attrs[] = {&dev_attr_level.attr, &dev_attr_hidden.attr, NULL};
static umode_t visible(struct kobject *kobj, struct attribute *attr, int n)
{
	return attr == &dev_attr_hidden.attr ? 0 : attr->mode;
}
static const struct attribute_group idiom_group = {.attrs = idiom_attrs, .is_visible = visible};
static const struct attribute_group *idiom_groups[] = {&idiom_group, NULL};
static const struct class idiom_class = {.name = "idiom", .dev_groups = idiom_groups};
static struct device *shown;

/* /dev/idiom: adds, doubles, counts what was written. */
#define IDIOM_ADD _IOWR('i', 1, u32[2])
#define IDIOM_DOUBLE _IO('i', 2)
static u32 written;

static long idiom_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u32 v[2];

	switch (cmd) {
	case IDIOM_ADD:
		if (copy_from_user(v, (void __user *)arg, sizeof(v)))
			return -EFAULT;
		v[0] += v[1];
		return copy_to_user((void __user *)arg, v, sizeof(v)) ? -EFAULT : 0;
	case IDIOM_DOUBLE:
		return 2 * arg;
	}
	return -ENOTTY;
}
static ssize_t idiom_write(struct file *file, const char __user *from, size_t n, loff_t *pos)
{
	written += n;
	return n;
}
static ssize_t idiom_read(struct file *file, char __user *to, size_t n, loff_t *pos)
{
	n = min_t(size_t, n, sizeof(written));
	return copy_to_user(to, &written, n) ? -EFAULT : n;
}
static const struct file_operations idiom_fops = {.owner = THIS_MODULE,
						  .unlocked_ioctl = idiom_ioctl,
						  .write = idiom_write,
						  .read = idiom_read};
static struct miscdevice idiom_misc = {
	.minor = MISC_DYNAMIC_MINOR, .name = "idiom", .fops = &idiom_fops};

static void free_shown(struct device *dev)
{
	kfree(dev);
}

static int __init idioms_init(void)
{
	int err = class_register(&idiom_class);

	if (err)
		return err;
	shown = kzalloc(sizeof(*shown), GFP_KERNEL);
	if (!shown)
		return -ENOMEM;
	shown->class = &idiom_class;
	shown->release = free_shown;
	device_initialize(shown);
	dev_set_name(shown, "idiom0");
	err = device_add(shown);
	if (err)
		return err;
	err = misc_register(&idiom_misc);
	if (!err)
		/* The name is taken now. */
		WARN_ON(misc_register(&(struct miscdevice){.name = "idiom", .fops = &idiom_fops}) !=
			-EBUSY);
	return err;
}
module_init(idioms_init);

static void __exit idioms_exit(void)
{
	misc_deregister(&idiom_misc);
	device_unregister(shown);
	class_unregister(&idiom_class);
}
module_exit(idioms_exit);

static struct kunit_case cases[] = {
	KUNIT_CASE(managed_resources), KUNIT_CASE(probe_errors_and_deferral), KUNIT_CASE(guards),
	KUNIT_CASE(scoped_memory),     KUNIT_CASE(sized_allocations),	      {},
};
static struct kunit_suite suite = {.name = "idioms", .test_cases = cases};
kunit_test_suite(suite);
MODULE_LICENSE("GPL");
