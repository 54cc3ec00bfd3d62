/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_SCHED_TYPES_H
#define _LINUX_SCHED_TYPES_H
#include <linux/sched.h>
#endif
