// SPDX-License-Identifier: GPL-2.0-only
/* Takes a mutex twice. */
#include <linux/module.h>
#include <linux/mutex.h>

static DEFINE_MUTEX(once);

static int __init hangs_init(void)
{
	mutex_lock(&once);
	mutex_lock(&once);
	return 0;
}
module_init(hangs_init);
MODULE_LICENSE("GPL");
