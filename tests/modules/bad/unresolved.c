// SPDX-License-Identifier: GPL-2.0-only
/* Calls a function that no kernel and no module exports. */
#include <linux/module.h>

extern int no_module_exports_this(void);

static int __init unresolved_init(void)
{
	return no_module_exports_this();
}
module_init(unresolved_init);
MODULE_LICENSE("GPL");
