/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _ASM_SMP_H
#define _ASM_SMP_H
#include <linux/smp.h>
#endif
