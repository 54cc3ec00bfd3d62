/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_LOG2_H
#define _LINUX_LOG2_H
#include <linux/kernel.h>
#endif
