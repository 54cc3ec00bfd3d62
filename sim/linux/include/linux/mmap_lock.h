/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_MMAP_LOCK_H
#define _LINUX_MMAP_LOCK_H
#include <linux/mm.h>
#endif
