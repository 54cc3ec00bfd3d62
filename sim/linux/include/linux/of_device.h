/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_OF_DEVICE_H
#define _LINUX_OF_DEVICE_H
#include <linux/of.h>
#endif
