// SPDX-License-Identifier: BSD-3-Clause
/*
 * The two generations of the core driver as rows (linux-tee.md 4.9). Code asks for a property,
 * never for a version. Interfaces that differ in form only (arguments, layouts of structures a
 * driver is compiled with) are in <linux/arm_ffa.h>; both forms work with both rows.
 *
 * Not modelled: the platform driver of 7.x and its device-tree node, and the way 6.12 misplaces the
 * second answer of PARTITION_INFO_GET_REGS.
 */
#include <linux/generation.h>
#include "common.h"

static const struct ffa_generation generations[] = {
	{
		.version = FFA_VERSION_1_1,
		.yield_max_us = 2000,
		.indirect_header_bytes = offsetof(struct ffa_indirect_msg, res1),
		.pending_work_shared = true,
		.callback_unlocked = true,
	},
	{
		.version = FFA_VERSION_1_2,
		.yield_max_us = 1250,
		.indirect_header_bytes = sizeof(struct ffa_indirect_msg),
		.framework_notifications = true,
	},
};

const struct ffa_generation *ffa_gen = &generations[0];

void ffa_generation_init(void)
{
	ffa_gen = &generations[klinux_generation() ? 1 : 0];
}
