/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_UNALIGNED_H
#define _LINUX_UNALIGNED_H
/* Loads and stores at any address. */
#include <linux/string.h>
#include <linux/types.h>
#define get_unaligned(p)                                                                           \
	({                                                                                         \
		__typeof__(*(p)) v__;                                                              \
		memcpy(&v__, (p), sizeof(v__));                                                    \
		v__;                                                                               \
	})
#define put_unaligned(v, p)                                                                        \
	do {                                                                                       \
		__typeof__(*(p)) v__ = (v);                                                        \
		memcpy((p), &v__, sizeof(v__));                                                    \
	} while (0)
static inline u32 get_unaligned_le32(const void *p)
{
	u32 v;

	memcpy(&v, p, sizeof(v));
	return v;
}
static inline u64 get_unaligned_le64(const void *p)
{
	u64 v;

	memcpy(&v, p, sizeof(v));
	return v;
}
static inline u32 get_unaligned_be32(const void *p)
{
	return __builtin_bswap32(get_unaligned_le32(p));
}
static inline u64 get_unaligned_be64(const void *p)
{
	return __builtin_bswap64(get_unaligned_le64(p));
}
#endif
