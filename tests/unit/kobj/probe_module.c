/* SPDX-License-Identifier: BSD-3-Clause */
/* A module whose data tells whether it was put back to its first state, and that misuses memory. */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/spinlock.h>

static int loads = 7;
static char *kept;
int kobj_probe_loads(void);
int kobj_probe_loads(void)
{
	return loads;
}
void kobj_probe_touch(void);
void kobj_probe_touch(void)
{
	loads++;
}

/* Not a tail call, which would leave the caller's address as the place of allocation. */
static noinline char *probe_make(void)
{
	char *p = kzalloc(24, GFP_KERNEL);

	barrier();
	return p;
}

void kobj_probe_leak(void);
void kobj_probe_leak(void)
{
	kept = probe_make();
}

void kobj_probe_double_free(void);
void kobj_probe_double_free(void)
{
	char *p = probe_make();

	kfree(p);
	kfree(p);
	barrier();
}

void kobj_probe_atomic(void);
void kobj_probe_atomic(void)
{
	static DEFINE_SPINLOCK(spin);
	static DEFINE_MUTEX(mutex);

	spin_lock(&spin);
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	spin_unlock(&spin);
}

static int __init probe_early(void)
{
	loads++;
	return 0;
}
subsys_initcall(probe_early);

static int __init probe_init(void)
{
	pr_info("probe %d\n", ++loads);
	return 0;
}
module_init(probe_init);

static void __exit probe_exit(void)
{
	loads = -1;
}
module_exit(probe_exit);
MODULE_LICENSE("GPL");
