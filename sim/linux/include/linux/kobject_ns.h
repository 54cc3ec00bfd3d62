/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_KOBJECT_NS_H
#define _LINUX_KOBJECT_NS_H
#include <linux/kobject.h>
#endif
