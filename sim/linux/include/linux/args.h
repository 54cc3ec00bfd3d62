/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_ARGS_H
#define _LINUX_ARGS_H
#include <linux/compiler.h>
#endif
