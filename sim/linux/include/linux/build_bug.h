/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_BUILD_BUG_H
#define _LINUX_BUILD_BUG_H
#include <linux/bug.h>
#endif
