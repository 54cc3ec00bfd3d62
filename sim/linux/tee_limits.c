// SPDX-License-Identifier: BSD-3-Clause
/* What depends on the kernel version that is modelled: the fake core drivers ask. */
#include "linux/kernel_internal.h"

unsigned int klinux_tee_max_arg_size(void);
unsigned int klinux_generation(void);

unsigned int klinux_tee_max_arg_size(void)
{
	return klinux_now()->cfg.tee_max_arg_size;
}

unsigned int klinux_generation(void)
{
	return klinux_now()->cfg.generation;
}
