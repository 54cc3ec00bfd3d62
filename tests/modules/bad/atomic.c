// SPDX-License-Identifier: GPL-2.0-only
/* Takes a mutex under a spinlock. */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(list_lock);
static DEFINE_MUTEX(big_lock);

static int atomic_probe(struct platform_device *pdev)
{
	spin_lock(&list_lock);
	mutex_lock(&big_lock);
	mutex_unlock(&big_lock);
	spin_unlock(&list_lock);
	return 0;
}

static struct platform_driver atomic_driver = {
	.probe = atomic_probe,
	.driver = {.name = "atomic-context"},
};
static struct platform_device *pdev;

static int __init atomic_init(void)
{
	int err = platform_driver_register(&atomic_driver);

	if (err)
		return err;
	pdev = platform_device_register_simple("atomic-context", PLATFORM_DEVID_NONE, NULL, 0);
	return PTR_ERR_OR_ZERO(pdev);
}
module_init(atomic_init);

static void __exit atomic_exit(void)
{
	platform_device_unregister(pdev);
	platform_driver_unregister(&atomic_driver);
}
module_exit(atomic_exit);
MODULE_LICENSE("GPL");
