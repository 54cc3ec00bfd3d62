/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_SPRINTF_H
#define _LINUX_SPRINTF_H
#include <linux/kernel.h>
#endif
