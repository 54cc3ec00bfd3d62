// SPDX-License-Identifier: GPL-2.0-only
/* Nothing ever starts it: module_init() is missing. */
#include <linux/module.h>

int bad_noinit_value = 3;
MODULE_LICENSE("GPL");
