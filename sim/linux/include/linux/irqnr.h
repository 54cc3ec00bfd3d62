/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_IRQNR_H
#define _LINUX_IRQNR_H
#include <linux/interrupt.h>
#endif
