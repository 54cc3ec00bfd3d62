/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_SIZES_H
#define _LINUX_SIZES_H
#define SZ_1 0x1
#define SZ_512 0x200
#define SZ_1K 0x400
#define SZ_2K 0x800
#define SZ_4K 0x1000
#define SZ_8K 0x2000
#define SZ_16K 0x4000
#define SZ_32K 0x8000
#define SZ_64K 0x10000
#define SZ_1M 0x100000
#define SZ_2M 0x200000
#define SZ_4M 0x400000
#endif
