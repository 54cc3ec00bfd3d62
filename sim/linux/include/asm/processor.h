/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _ASM_PROCESSOR_H
#define _ASM_PROCESSOR_H
/* cpu_relax(): a step of a waiting loop, which takes time. */
#include <linux/atomic.h>
#endif
