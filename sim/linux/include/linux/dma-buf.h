/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_DMA - BUF_H
#define _LINUX_DMA -BUF_H
#include <linux/types.h>
#endif
