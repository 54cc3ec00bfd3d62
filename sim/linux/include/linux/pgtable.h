/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_PGTABLE_H
#define _LINUX_PGTABLE_H
#include <linux/mm.h>
#endif
