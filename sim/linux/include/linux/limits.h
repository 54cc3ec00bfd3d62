/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_LIMITS_H
#define _LINUX_LIMITS_H
#include <linux/types.h>
#define U8_MAX ((u8)~0U)
#define U16_MAX ((u16)~0U)
#define U32_MAX ((u32)~0U)
#define U64_MAX ((u64)~0ULL)
#define S32_MAX ((s32)(U32_MAX >> 1))
#undef INT_MAX
#define INT_MAX ((int)(~0U >> 1))
#undef INT_MIN
#define INT_MIN (-INT_MAX - 1)
#undef UINT_MAX
#define UINT_MAX (~0U)
#undef LONG_MAX
#define LONG_MAX ((long)(~0UL >> 1))
#undef ULONG_MAX
#define ULONG_MAX (~0UL)
#undef SIZE_MAX
#define SIZE_MAX (~(size_t)0)
#endif
