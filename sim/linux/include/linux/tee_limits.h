/* SPDX-License-Identifier: BSD-3-Clause */
/* What the fake tee module asks its kernel; a real one has TEE_MAX_ARG_SIZE compiled in. */
#ifndef _LINUX_TEE_LIMITS_H
#define _LINUX_TEE_LIMITS_H

unsigned int klinux_tee_max_arg_size(void); /* 1024 or 4096; 0 = TEE_MAX_ARG_SIZE */

#endif
