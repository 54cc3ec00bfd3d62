/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_ARRAY_SIZE_H
#define _LINUX_ARRAY_SIZE_H
#include <linux/kernel.h>
#endif
