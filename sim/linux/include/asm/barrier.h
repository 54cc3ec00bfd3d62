/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _ASM_BARRIER_H
#define _ASM_BARRIER_H
#include <linux/atomic.h>
#endif
