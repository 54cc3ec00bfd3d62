/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_RHASHTABLE_TYPES_H
#define _LINUX_RHASHTABLE_TYPES_H
#include <linux/rhashtable.h>
#endif
