/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_DEVICE_CLASS_H
#define _LINUX_DEVICE_CLASS_H
#include <linux/device.h>
#endif
