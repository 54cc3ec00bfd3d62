/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_ALIGN_H
#define _LINUX_ALIGN_H
#include <linux/kernel.h>
#endif
