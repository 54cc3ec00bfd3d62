// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-surface.md 5.7: the driver core. Files, mappings and descriptors need a user's calls;
 * their rows have tests in tests/unit/kobj.
 */
#include <kunit/test.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/platform_device.h>

static char events[64]; /* what happened, a letter each */
static int probe_result;
static struct device_driver *driver_at_bind;

static void note(char c)
{
	size_t n = strlen(events);

	events[n] = c;
	events[n + 1] = 0;
}

static int good_match(struct device *dev, const struct device_driver *drv)
{
	return !strncmp(dev_name(dev), "good", 4);
}
static int note_probe(struct device *dev)
{
	note('P');
	dev_set_drvdata(dev, events);
	return probe_result;
}
static void note_remove(struct device *dev)
{
	note('R');
}
static ssize_t color_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s is red\n", dev_name(dev));
}
static DEVICE_ATTR_RO(color);
static struct attribute *row_attrs[] = {&dev_attr_color.attr, NULL};
ATTRIBUTE_GROUPS(row);

static const struct bus_type row_bus = {.name = "row",
					.dev_groups = row_groups,
					.match = good_match,
					.probe = note_probe,
					.remove = note_remove};
static struct device_driver row_driver = {.name = "row", .bus = &row_bus};
static const struct class row_class = {.name = "row"};

static int note_action(struct notifier_block *nb, unsigned long action, void *data)
{
	struct device *dev = data;

	if (action == BUS_NOTIFY_BIND_DRIVER) {
		driver_at_bind = dev->driver;
		note('B');
	}
	return NOTIFY_OK;
}
static struct notifier_block row_nb = {.notifier_call = note_action};

static void free_device(struct device *dev)
{
	note('F');
	kfree(dev);
}

static struct device *device_new(const struct bus_type *bus, const struct class *class)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	dev->bus = bus;
	dev->class = class;
	dev->release = free_device;
	device_initialize(dev);
	return dev;
}

static struct device *device_named(const struct bus_type *bus, const struct class *class,
				   const char *name)
{
	struct device *dev = device_new(bus, class);

	dev_set_name(dev, "%s", name);
	if (device_add(dev)) {
		put_device(dev);
		return NULL;
	}
	return dev;
}

static int begin(struct kunit *test)
{
	events[0] = 0;
	probe_result = 0;
	driver_at_bind = NULL;
	return bus_register(&row_bus) ?: class_register(&row_class);
}
static void end(struct kunit *test)
{
	class_unregister(&row_class);
	bus_unregister(&row_bus);
}

static void device_is_embedded(struct kunit *test)
{
	struct holder {
		int before;
		struct device dev;
	} h = {0};

	device_initialize(&h.dev);
	dev_set_drvdata(&h.dev, &h);
	KUNIT_EXPECT_PTR_EQ(test, h.dev.driver_data, &h); /* the driver reads the field */
	KUNIT_EXPECT_PTR_EQ(test, container_of(&h.dev, struct holder, dev), &h);
}

/* From then on only put_device() frees. */
static void device_initialize_counts_one(struct kunit *test)
{
	struct device *dev = device_new(NULL, NULL);

	get_device(dev);
	put_device(dev);
	KUNIT_EXPECT_STREQ(test, events, "");
	put_device(dev);
	KUNIT_EXPECT_STREQ(test, events, "F");
}

static void device_register_failure_needs_put(struct kunit *test)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	dev->release = free_device;
	KUNIT_EXPECT_EQ(test, device_register(dev), -EINVAL); /* no name */
	KUNIT_EXPECT_STREQ(test, events, "");
	put_device(dev);
	KUNIT_EXPECT_STREQ(test, events, "F");
}

static void device_unregister_removes_then_puts(struct kunit *test)
{
	struct device *dev = device_named(&row_bus, NULL, "good");

	KUNIT_ASSERT_EQ(test, driver_register(&row_driver), 0);
	get_device(dev);
	device_unregister(dev);
	KUNIT_EXPECT_STREQ(test, events, "PR");
	put_device(dev);
	KUNIT_EXPECT_STREQ(test, events, "PRF");
	driver_unregister(&row_driver);
}

static void put_device_releases(struct kunit *test)
{
	struct device *parent = device_named(NULL, &row_class, "parent");
	struct device *child = device_new(NULL, &row_class);

	child->parent = parent;
	dev_set_name(child, "child");
	KUNIT_ASSERT_EQ(test, device_add(child), 0);
	device_unregister(parent);
	KUNIT_EXPECT_STREQ(test, events, ""); /* the child holds it */
	device_unregister(child);
	KUNIT_EXPECT_STREQ(test, events, "FF");
}

static void dev_set_name_formats(struct kunit *test)
{
	struct device *dev = device_new(NULL, NULL);

	KUNIT_EXPECT_EQ(test, dev_set_name(dev, "%s-%04x", "arm-ffa", 0x81), 0);
	KUNIT_EXPECT_STREQ(test, dev_name(dev), "arm-ffa-0081");
	KUNIT_EXPECT_EQ(test, dev_set_name(dev, "other"), 0); /* the first one is freed */
	KUNIT_EXPECT_STREQ(test, dev_name(dev), "other");
	put_device(dev);
}

/* Cleared by the core when a probe fails and after remove. */
static void drvdata_is_cleared(struct kunit *test)
{
	struct device *dev = device_named(&row_bus, NULL, "good");

	probe_result = -ENODEV;
	KUNIT_ASSERT_EQ(test, driver_register(&row_driver), 0);
	KUNIT_EXPECT_NULL(test, dev_get_drvdata(dev));
	driver_unregister(&row_driver);
	probe_result = 0;
	KUNIT_ASSERT_EQ(test, driver_register(&row_driver), 0);
	KUNIT_EXPECT_PTR_EQ(test, dev_get_drvdata(dev), events);
	driver_unregister(&row_driver);
	KUNIT_EXPECT_NULL(test, dev_get_drvdata(dev));
	device_unregister(dev);
}

static void bus_binds_either_way(struct kunit *test)
{
	struct device *bad = device_named(&row_bus, NULL, "bad");
	struct device *first = device_named(&row_bus, NULL, "good1"), *second;

	bus_register_notifier(&row_bus, &row_nb);
	KUNIT_EXPECT_EQ(test, driver_register(&row_driver), 0);
	KUNIT_EXPECT_STREQ(test, events, "BP"); /* bind is told before the probe */
	second = device_named(&row_bus, NULL, "good2");
	KUNIT_EXPECT_STREQ(test, events, "BPBP"); /* synchronous both times */
	KUNIT_EXPECT_PTR_EQ(test, second->driver, &row_driver);
	KUNIT_EXPECT_NULL(test, bad->driver);
	device_unregister(second);
	probe_result = -ENXIO; /* a failing probe is no error of the registration */
	second = device_named(&row_bus, NULL, "good3");
	KUNIT_EXPECT_NOT_NULL(test, second);
	KUNIT_EXPECT_NULL(test, second->driver);
	driver_unregister(&row_driver);
	KUNIT_EXPECT_NULL(test, first->driver);
	bus_unregister_notifier(&row_bus, &row_nb);
	device_unregister(bad);
	device_unregister(first);
	device_unregister(second);
}

static void bus_notifier_gets_the_device(struct kunit *test)
{
	struct device *dev;

	KUNIT_ASSERT_EQ(test, driver_register(&row_driver), 0);
	KUNIT_EXPECT_EQ(test, bus_register_notifier(&row_bus, &row_nb), 0);
	dev = device_named(&row_bus, NULL, "good");
	KUNIT_EXPECT_PTR_EQ(test, driver_at_bind, &row_driver); /* set before the notifier runs */
	KUNIT_EXPECT_EQ(test, bus_unregister_notifier(&row_bus, &row_nb), 0);
	device_unregister(dev);
	driver_unregister(&row_driver);
}

static int drop_each(struct device *dev, void *data)
{
	++*(int *)data;
	device_unregister(dev);
	return 0;
}
static int stop_at_second(struct device *dev, void *data)
{
	return ++*(int *)data == 2 ? 77 : 0;
}

static void bus_walk_survives_removal(struct kunit *test)
{
	int n = 0;

	for (int i = 0; i < 3; i++)
		device_named(&row_bus, NULL, "bad");
	KUNIT_EXPECT_EQ(test, bus_for_each_dev(&row_bus, NULL, &n, stop_at_second), 77);
	KUNIT_EXPECT_EQ(test, n, 2);
	n = 0;
	KUNIT_EXPECT_EQ(test, bus_for_each_dev(&row_bus, NULL, &n, drop_each), 0);
	KUNIT_EXPECT_EQ(test, n, 3);
	KUNIT_EXPECT_STREQ(test, events, "FFF");
}

static void bus_next_moves_the_reference(struct kunit *test)
{
	struct device *a = device_named(&row_bus, NULL, "bad1"), *found;
	struct device *b = device_named(&row_bus, NULL, "bad2");

	found = bus_find_next_device(&row_bus, NULL);
	KUNIT_EXPECT_PTR_EQ(test, found, a);
	found = bus_find_next_device(&row_bus, found);
	KUNIT_EXPECT_PTR_EQ(test, found, b);
	device_unregister(a);
	KUNIT_EXPECT_STREQ(test, events, "F"); /* the reference on it went */
	device_unregister(b);
	KUNIT_EXPECT_STREQ(test, events, "F");
	put_device(found);
	KUNIT_EXPECT_STREQ(test, events, "FF");
	KUNIT_EXPECT_NULL(test, bus_find_next_device(&row_bus, NULL));
}

static int by_name(struct device *dev, const void *data)
{
	return !strcmp(dev_name(dev), data);
}

static void class_find_holds(struct kunit *test)
{
	struct device *a = device_named(NULL, &row_class, "one"), *found;
	struct device *b = device_named(NULL, &row_class, "two");

	KUNIT_EXPECT_EQ(test, class_register(&row_class), -EEXIST);
	KUNIT_EXPECT_NULL(test, class_find_device(&row_class, a, "one", by_name)); /* after it */
	found = class_find_device(&row_class, a, "two", by_name);
	KUNIT_EXPECT_PTR_EQ(test, found, b);
	device_unregister(b);
	KUNIT_EXPECT_STREQ(test, events, "");
	put_device(found);
	KUNIT_EXPECT_STREQ(test, events, "F");
	device_unregister(a);
}

static int told_add, told_remove;
static int on_add(struct device *dev)
{
	told_add++;
	return 0;
}
static void on_remove(struct device *dev)
{
	told_remove++;
}

static void class_interface_told_of_each(struct kunit *test)
{
	struct class_interface i = {
		.class = &row_class, .add_dev = on_add, .remove_dev = on_remove};
	struct device *a = device_named(NULL, &row_class, "one"), *b;

	told_add = told_remove = 0;
	KUNIT_EXPECT_EQ(test, class_interface_register(&i), 0);
	KUNIT_EXPECT_EQ(test, told_add, 1); /* what is there */
	b = device_named(NULL, &row_class, "two");
	KUNIT_EXPECT_EQ(test, told_add, 2); /* and what comes */
	device_unregister(b);
	KUNIT_EXPECT_EQ(test, told_remove, 1);
	class_interface_unregister(&i);
	KUNIT_EXPECT_EQ(test, told_remove, 2);
	device_unregister(a);
}

static struct device_attribute late = __ATTR_RO(color);

static void attributes_come_and_go(struct kunit *test)
{
	struct device *dev = device_named(NULL, &row_class, "one");
	char *page = (char *)get_zeroed_page(GFP_KERNEL);

	KUNIT_EXPECT_EQ(test, device_create_file(dev, &late), 0);
	KUNIT_EXPECT_EQ(test, device_create_file(dev, &late), -EEXIST);
	device_remove_file(dev, &late);
	KUNIT_EXPECT_EQ(test, device_create_file(dev, &late), 0);
	KUNIT_EXPECT_EQ(test, late.show(dev, &late, page), 11l);
	KUNIT_EXPECT_STREQ(test, page, "one is red\n");
	KUNIT_EXPECT_EQ(test, sysfs_emit(page, "%5000d", 1), (int)PAGE_SIZE - 1); /* one page */
	KUNIT_EXPECT_PTR_EQ(test, row_groups[0]->attrs[0], &dev_attr_color.attr);
	KUNIT_EXPECT_NULL(test, row_groups[1]);
	free_page((unsigned long)page);
	device_unregister(dev);
}

static void uevent_variables(struct kunit *test)
{
	struct kobj_uevent_env *env = kzalloc(sizeof(*env), GFP_KERNEL);

	KUNIT_EXPECT_EQ(test, add_uevent_var(env, "A=%d", 1), 0);
	KUNIT_EXPECT_EQ(test, add_uevent_var(env, "B=%s", "x"), 0);
	KUNIT_EXPECT_EQ(test, env->buflen, 8);
	KUNIT_EXPECT_MEMEQ(test, env->buf, "A=1\0B=x", 8);
	KUNIT_EXPECT_EQ(test, add_uevent_var(env, "%9000d", 1), -ENOMEM);
	kfree(env);
}

static void chrdev_majors_are_dynamic(struct kunit *test)
{
	dev_t a, b;

	KUNIT_EXPECT_EQ(test, alloc_chrdev_region(&a, 4, 32, "one"), 0);
	KUNIT_EXPECT_EQ(test, alloc_chrdev_region(&b, 0, 1, "two"), 0);
	KUNIT_EXPECT_EQ(test, MINOR(a), 4u);
	KUNIT_EXPECT_NE(test, MAJOR(a), MAJOR(b));
	unregister_chrdev_region(a, 32);
	unregister_chrdev_region(b, 1);
}

static void device_numbers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, MKDEV(3, 5), (dev_t)((3u << 20) | 5));
	KUNIT_EXPECT_EQ(test, MAJOR(MKDEV(4095, 1048575)), 4095u);
	KUNIT_EXPECT_EQ(test, MINOR(MKDEV(4095, 1048575)), 1048575u);
}

static void module_references(struct kunit *test)
{
	int before = module_refcount(THIS_MODULE);

	KUNIT_EXPECT_TRUE(test, try_module_get(NULL)); /* built-in code has none */
	module_put(NULL);
	KUNIT_EXPECT_TRUE(test, try_module_get(THIS_MODULE));
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), before + 1);
	module_put(THIS_MODULE);
	KUNIT_EXPECT_STREQ(test, module_name(THIS_MODULE), "contract");
}

/* 3: subsys before rootfs before device, whatever the order in the file. */
static char levels[8];
static int at_device(void)
{
	strcat(levels, "d");
	return 0;
}
static int at_rootfs(void)
{
	strcat(levels, "r");
	return 0;
}
static int at_subsys(void)
{
	strcat(levels, "s");
	return 0;
}
device_initcall(at_device);
rootfs_initcall(at_rootfs);
subsys_initcall(at_subsys);

static void initcalls_in_order_of_level(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, levels, "srd");
}

static char order[8];
static int chain_a(struct notifier_block *nb, unsigned long v, void *d)
{
	strcat(order, "a");
	return NOTIFY_OK;
}
static int chain_b(struct notifier_block *nb, unsigned long v, void *d)
{
	strcat(order, "b");
	return v == 2 ? NOTIFY_STOP : NOTIFY_OK;
}

/* 5.8 */
static void notifier_chain_order(struct kunit *test)
{
	struct blocking_notifier_head head = BLOCKING_NOTIFIER_INIT(head);
	struct notifier_block a = {.notifier_call = chain_a},
			      b = {.notifier_call = chain_b, .priority = 5};

	order[0] = 0;
	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_register(&head, &b), 0);
	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_register(&head, &a), 0);
	blocking_notifier_call_chain(&head, 1, NULL);
	KUNIT_EXPECT_STREQ(test, order, "ba");
	KUNIT_EXPECT_EQ(test, blocking_notifier_call_chain(&head, 2, NULL), NOTIFY_STOP);
	KUNIT_EXPECT_STREQ(test, order, "bab");
	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_unregister(&head, &b), 0);
	KUNIT_EXPECT_EQ(test, blocking_notifier_chain_unregister(&head, &b), -ENOENT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(device_is_embedded),
	KUNIT_CASE(device_initialize_counts_one),
	KUNIT_CASE(device_register_failure_needs_put),
	KUNIT_CASE(device_unregister_removes_then_puts),
	KUNIT_CASE(put_device_releases),
	KUNIT_CASE(dev_set_name_formats),
	KUNIT_CASE(drvdata_is_cleared),
	KUNIT_CASE(bus_binds_either_way),
	KUNIT_CASE(bus_notifier_gets_the_device),
	KUNIT_CASE(bus_walk_survives_removal),
	KUNIT_CASE(bus_next_moves_the_reference),
	KUNIT_CASE(class_find_holds),
	KUNIT_CASE(class_interface_told_of_each),
	KUNIT_CASE(attributes_come_and_go),
	KUNIT_CASE(uevent_variables),
	KUNIT_CASE(chrdev_majors_are_dynamic),
	KUNIT_CASE(device_numbers),
	KUNIT_CASE(module_references),
	KUNIT_CASE(initcalls_in_order_of_level),
	KUNIT_CASE(notifier_chain_order),
	{},
};
static struct kunit_suite suite = {
	.name = "devices", .init = begin, .exit = end, .test_cases = cases};
kunit_test_suite(suite);
