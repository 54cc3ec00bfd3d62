/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H
#include <linux/mm.h>
#include <linux/slab.h>
#endif
