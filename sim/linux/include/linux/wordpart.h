/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_WORDPART_H
#define _LINUX_WORDPART_H
#include <linux/kernel.h>
#endif
