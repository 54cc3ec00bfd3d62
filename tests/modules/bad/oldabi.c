// SPDX-License-Identifier: GPL-2.0-only
/* Built against another version of the interface between modules and the loader. */
#include <linux/ffasim_module.h>
#undef FFASIM_MODULE_ABI
#define FFASIM_MODULE_ABI 1
#include <linux/module.h>

static int __init oldabi_init(void)
{
	return 0;
}
module_init(oldabi_init);
MODULE_LICENSE("GPL");
