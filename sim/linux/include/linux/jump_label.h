/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_JUMP_LABEL_H
#define _LINUX_JUMP_LABEL_H
#include <linux/module.h>
#endif
