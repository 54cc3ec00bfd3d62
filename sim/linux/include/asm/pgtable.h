/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _ASM_PGTABLE_H
#define _ASM_PGTABLE_H
#include <linux/mm.h>
#endif
