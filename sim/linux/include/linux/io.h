/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_IO_H
#define _LINUX_IO_H
#include <linux/mm.h>
#include <linux/types.h>
#endif
