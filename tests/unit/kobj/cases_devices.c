/* SPDX-License-Identifier: BSD-3-Clause */
/* Driver core: kernel-surface.md 5.7, linux-tee.md 3.2. */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "linux/kernel_internal.h"
#include "cases.h"

static char events[64]; /* what happened, a letter each */
static int probe_result;
static struct device_driver *driver_at_bind;

static void note(char c)
{
	size_t n = strlen(events);

	events[n] = c;
	events[n + 1] = 0;
}

static int test_match(struct device *dev, const struct device_driver *drv)
{
	return strncmp(dev_name(dev), "good", 4) == 0;
}
static int test_probe(struct device *dev)
{
	note('P');
	dev_set_drvdata(dev, events);
	return probe_result;
}
static bool remove_sleeps;
static void test_remove(struct device *dev)
{
	if (remove_sleeps)
		msleep(5);
	note('R');
}
static int test_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	struct device *dev = data;

	if (action == BUS_NOTIFY_BIND_DRIVER) {
		driver_at_bind = dev->driver;
		note('B');
	} else if (action == BUS_NOTIFY_BOUND_DRIVER) {
		note('D');
	} else if (action == BUS_NOTIFY_UNBIND_DRIVER) {
		note('u');
	}
	return NOTIFY_OK;
}
static void test_release(struct device *dev)
{
	note('F');
	kfree(dev);
}

static const struct bus_type test_bus = {
	.name = "testbus", .match = test_match, .probe = test_probe, .remove = test_remove};
static struct device_driver test_driver = {.name = "drv", .bus = &test_bus};
static struct notifier_block test_nb = {.notifier_call = test_notify};

static struct device *test_device(const char *name)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	dev->bus = &test_bus;
	dev->release = test_release;
	dev_set_name(dev, "%s", name);
	if (device_register(dev)) {
		put_device(dev);
		return NULL;
	}
	return dev;
}

static void begin(void)
{
	events[0] = 0;
	probe_result = 0;
	driver_at_bind = NULL;
	test_nb = (struct notifier_block){.notifier_call = test_notify};
	bus_register(&test_bus);
	bus_register_notifier(&test_bus, &test_nb);
}

int kcase_bus_probe_order(void)
{
	struct device *good, *bad;

	begin();
	bad = test_device("bad");
	good = test_device("good0");
	CHECK(good && bad && !strcmp(events, ""));
	/* Synchronous with the second of the two; dev->driver is set before the notifier runs. */
	CHECK(!driver_register(&test_driver) && !strcmp(events, "BPD"));
	CHECK(driver_at_bind == &test_driver && good->driver == &test_driver && !bad->driver);
	CHECK(dev_get_drvdata(good) == events);
	device_unregister(good);
	CHECK(!strcmp(events, "BPDuRF"));
	device_unregister(bad);
	driver_unregister(&test_driver);
	bus_unregister(&test_bus);
	CHECK(mini_findings() == 0 && klinux_check_leaks(mini_linux()) == 0);
	return 0;
}

int kcase_bus_driver_first(void)
{
	struct device *good;

	begin();
	CHECK(!driver_register(&test_driver));
	CHECK(driver_register(&test_driver) == -EBUSY);
	good = test_device("good0");
	CHECK(!strcmp(events, "BPD"));
	driver_unregister(&test_driver);
	CHECK(!strcmp(events, "BPDuR") && !good->driver && !dev_get_drvdata(good));
	device_unregister(good);
	bus_unregister(&test_bus);
	return 0;
}

int kcase_probe_fails(void)
{
	struct device *good;
	const char *line;
	bool logged = false;
	uint64_t t;

	begin();
	probe_result = -EIO;
	good = test_device("good0");
	CHECK(good && !driver_register(&test_driver)); /* no error to the registrar */
	CHECK(!good->driver && !dev_get_drvdata(good));
	for (size_t i = 0; (line = klinux_log_line(mini_linux(), i, &t)); i++)
		logged |= strstr(line, "good0 failed with error -5") != NULL;
	CHECK(logged);
	device_unregister(good);
	driver_unregister(&test_driver);
	bus_unregister(&test_bus);
	return 0;
}

static int release_too(void *dev)
{
	device_release_driver(dev);
	note('T');
	return 0;
}

/* The kernel holds the device's lock over remove(): who unbinds second comes back when it is done.
 */
int kcase_release_waits(void)
{
	struct device *dev;

	begin();
	dev = test_device("good1");
	CHECK(dev && !driver_register(&test_driver) && dev->driver);
	events[0] = 0;
	remove_sleeps = true;
	CHECK(!IS_ERR(kthread_run(release_too, dev, "second")));
	device_release_driver(dev);
	remove_sleeps = false;
	CHECK(!dev->driver);
	msleep(5);
	CHECK(!strcmp(events, "uRT"));
	driver_unregister(&test_driver);
	device_unregister(dev);
	CHECK(!strcmp(events, "uRTF"));
	bus_unregister(&test_bus);
	return 0;
}

int kcase_device_lifetime(void)
{
	struct device *parent, *child;

	begin();
	parent = test_device("bad-parent");
	child = kzalloc(sizeof(*child), GFP_KERNEL);
	child->bus = &test_bus;
	child->release = test_release;
	child->parent = parent;
	device_initialize(child);
	CHECK(device_add(child) == -EINVAL); /* no name */
	CHECK(!dev_set_name(child, "bad%d", 1) && !device_add(child));
	get_device(child);
	device_unregister(child);
	CHECK(!strcmp(events, "")); /* somebody still holds it */
	put_device(child);
	CHECK(!strcmp(events, "F"));
	device_unregister(parent);
	CHECK(!strcmp(events, "FF") && klinux_check_leaks(mini_linux()) == 0);
	bus_unregister(&test_bus);
	return 0;
}

static int drop_each(struct device *dev, void *data)
{
	++*(int *)data;
	device_unregister(dev);
	return 0;
}
static int drop_all(struct device *dev, void *data)
{
	struct device **all = data;

	for (int i = 0; i < 3; i++) {
		if (all[i])
			device_unregister(all[i]);
		all[i] = NULL;
	}
	return 0;
}
static const struct class test_class = {.name = "tst"};
static int by_name(struct device *dev, const void *data)
{
	return !strcmp(dev_name(dev), data);
}

int kcase_class_find(void)
{
	struct device *dev[3], *found;
	int n = 0;

	begin();
	CHECK(!class_register(&test_class));
	for (int i = 0; i < 3; i++) {
		dev[i] = kzalloc(sizeof(*dev[i]), GFP_KERNEL);
		dev[i]->class = &test_class;
		dev[i]->release = test_release;
		dev_set_name(dev[i], "tst%d", i);
		CHECK(!device_register(dev[i]));
	}
	found = class_find_device(&test_class, NULL, "tst1", by_name);
	CHECK(found == dev[1]);
	device_unregister(dev[1]);
	CHECK(!strcmp(events, "")); /* found with a reference */
	put_device(found);
	CHECK(!strcmp(events, "F"));
	CHECK(!class_find_device(&test_class, dev[2], "tst0",
				 by_name)); /* searches behind @start */
	device_unregister(dev[0]);
	device_unregister(dev[2]);
	class_unregister(&test_class);
	/* Walking a bus may remove the current device, and even all of them. */
	for (int i = 0; i < 3; i++)
		dev[i] = test_device("bad");
	CHECK(!bus_for_each_dev(&test_bus, NULL, &n, drop_each) && n == 3);
	for (int i = 0; i < 3; i++)
		dev[i] = test_device("bad");
	CHECK(!bus_for_each_dev(&test_bus, NULL, dev, drop_all));
	CHECK(!bus_find_next_device(&test_bus, NULL));
	bus_unregister(&test_bus);
	CHECK(mini_findings() == 0 && klinux_check_leaks(mini_linux()) == 0);
	return 0;
}

static ssize_t color_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s is red\n", dev_name(dev));
}
static DEVICE_ATTR_RO(color);
static struct attribute *tst_attrs[] = {&dev_attr_color.attr, NULL};
ATTRIBUTE_GROUPS(tst);

int kcase_attributes(void)
{
	static char page[4096];
	struct kobj_uevent_env *env = kzalloc(sizeof(*env), GFP_KERNEL);
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	begin();
	CHECK(!class_register(&test_class));
	dev->class = &test_class;
	dev->release = test_release;
	dev->groups = tst_groups;
	dev_set_name(dev, "tst0");
	CHECK(!device_register(dev));
	CHECK(klinux_device_attr(mini_linux(), "tst0", "color", page) == 12);
	CHECK(!strcmp(page, "tst0 is red\n"));
	CHECK(klinux_device_attr(mini_linux(), "tst0", "size", page) == -ENOENT);
	CHECK(!add_uevent_var(env, "A=%d", 1) && !add_uevent_var(env, "B=%s", "x"));
	CHECK(env->buflen == 8 && !memcmp(env->buf, "A=1\0B=x", 8));
	device_unregister(dev);
	class_unregister(&test_class);
	bus_unregister(&test_bus);
	kfree(env);
	return 0;
}

static int chain_a(struct notifier_block *nb, unsigned long v, void *d)
{
	note('a');
	return NOTIFY_OK;
}
static int chain_b(struct notifier_block *nb, unsigned long v, void *d)
{
	note('b');
	return v == 2 ? NOTIFY_STOP : NOTIFY_OK;
}

int kcase_notifier_order(void)
{
	struct blocking_notifier_head head = BLOCKING_NOTIFIER_INIT(head);
	struct notifier_block a = {.notifier_call = chain_a},
			      b = {.notifier_call = chain_b, .priority = 5};

	events[0] = 0;
	CHECK(!blocking_notifier_chain_register(&head, &a));
	CHECK(!blocking_notifier_chain_register(&head, &b));
	blocking_notifier_call_chain(&head, 1, NULL);
	CHECK(!strcmp(events, "ba")); /* priority first */
	CHECK(blocking_notifier_call_chain(&head, 2, NULL) == NOTIFY_STOP &&
	      !strcmp(events, "bab"));
	CHECK(!blocking_notifier_chain_unregister(&head, &b));
	CHECK(blocking_notifier_chain_unregister(&head, &b) == -ENOENT);
	return 0;
}
