// SPDX-License-Identifier: BSD-3-Clause
/* A module whose init reads through a null pointer. */
#include <linux/module.h>

static int *volatile nothing;

static int faulty_init(void)
{
	return *nothing;
}
module_init(faulty_init);
MODULE_LICENSE("GPL");
