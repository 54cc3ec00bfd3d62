/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_DEVICE_DEVRES_H
#define _LINUX_DEVICE_DEVRES_H
#include <linux/device.h>
#endif
