// SPDX-License-Identifier: GPL-2.0-only
/* Goes into a module beside its own files: with refuse=1 its init fails, which shows that it is
 * there. */
#include <linux/init.h>
#include <linux/module.h>

static bool refuse;
module_param(refuse, bool, 0);

static int __init marker_init(void)
{
	return refuse ? -EPERM : 0;
}
late_initcall(marker_init);
