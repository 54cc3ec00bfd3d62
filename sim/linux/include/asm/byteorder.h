/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _ASM_BYTEORDER_H
#define _ASM_BYTEORDER_H
/* Little-endian, as every kernel that boots on these machines; big-endian values are swapped. */
#include <linux/types.h>
#define le16_to_cpu(x) ((u16)(__le16)(x))
#define le32_to_cpu(x) ((u32)(__le32)(x))
#define le64_to_cpu(x) ((u64)(__le64)(x))
#define cpu_to_le16(x) ((__le16)(u16)(x))
#define cpu_to_le32(x) ((__le32)(u32)(x))
#define cpu_to_le64(x) ((__le64)(u64)(x))
#define be16_to_cpu(x) __builtin_bswap16((u16)(x))
#define be32_to_cpu(x) __builtin_bswap32((u32)(x))
#define be64_to_cpu(x) ((u64)__builtin_bswap64((u64)(x)))
#define cpu_to_be16(x) __builtin_bswap16((u16)(x))
#define cpu_to_be32(x) __builtin_bswap32((u32)(x))
#define cpu_to_be64(x) ((u64)__builtin_bswap64((u64)(x)))
static inline u16 le16_to_cpup(const __le16 *p)
{
	return *p;
}
static inline u32 le32_to_cpup(const __le32 *p)
{
	return *p;
}
static inline u64 le64_to_cpup(const __le64 *p)
{
	return *p;
}
#endif
