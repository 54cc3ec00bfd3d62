/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _ASM_MEMORY_H
#define _ASM_MEMORY_H
#include <linux/mm.h>
#endif
