/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_ONCE_H
#define _LINUX_ONCE_H
#include <linux/bug.h>
#endif
