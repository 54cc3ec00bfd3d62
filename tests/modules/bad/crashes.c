// SPDX-License-Identifier: GPL-2.0-only
/* Uses a pointer that nobody set. */
#include <linux/module.h>

struct settings {
	int level;
};
static struct settings *volatile settings;

static int __init crashes_init(void)
{
	return settings->level;
}
module_init(crashes_init);
MODULE_LICENSE("GPL");
