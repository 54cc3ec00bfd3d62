/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H
#include <linux/compiler.h>
#include <linux/module.h>
#endif
