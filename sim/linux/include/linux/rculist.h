/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_RCULIST_H
#define _LINUX_RCULIST_H
#include <linux/rcupdate.h>
#include <linux/list.h>
#endif
