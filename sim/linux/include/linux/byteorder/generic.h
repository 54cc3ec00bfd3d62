/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_BYTEORDER_GENERIC_H
#define _LINUX_BYTEORDER_GENERIC_H
#include <asm/byteorder.h>
#endif
