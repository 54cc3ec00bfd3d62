// SPDX-License-Identifier: BSD-3-Clause
/* The size limit of a TEE argument block, a property of the kernel version that is modelled. */
#include "linux/kernel_internal.h"

unsigned int klinux_tee_max_arg_size(void);

unsigned int klinux_tee_max_arg_size(void)
{
	return klinux_now()->cfg.tee_max_arg_size;
}
