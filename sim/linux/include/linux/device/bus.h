/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_DEVICE_BUS_H
#define _LINUX_DEVICE_BUS_H
#include <linux/device.h>
#endif
