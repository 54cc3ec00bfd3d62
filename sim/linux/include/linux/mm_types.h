/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H
#include <linux/mm.h>
#endif
