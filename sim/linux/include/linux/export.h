/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_EXPORT_H
#define _LINUX_EXPORT_H
#include <linux/module.h>
#endif
