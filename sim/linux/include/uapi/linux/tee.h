/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _UAPI_LINUX_TEE_H
#define _UAPI_LINUX_TEE_H
#include <linux/tee.h>
#endif
