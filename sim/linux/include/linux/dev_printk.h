/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_DEV_PRINTK_H
#define _LINUX_DEV_PRINTK_H
#include <linux/device.h>
#endif
