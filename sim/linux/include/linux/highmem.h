/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_HIGHMEM_H
#define _LINUX_HIGHMEM_H
#include <linux/mm.h>
#endif
