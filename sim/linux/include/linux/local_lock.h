/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_LOCAL_LOCK_H
#define _LINUX_LOCAL_LOCK_H
#include <linux/preempt.h>
#endif
