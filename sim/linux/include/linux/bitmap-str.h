/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_BITMAP_STR_H
#define _LINUX_BITMAP_STR_H
#include <linux/bitmap.h>
#endif
