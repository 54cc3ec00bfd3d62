/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_PAGEMAP_H
#define _LINUX_PAGEMAP_H
#include <linux/mm.h>
#endif
