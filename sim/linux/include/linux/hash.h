/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_HASH_H
#define _LINUX_HASH_H
#include <linux/types.h>
static inline u32 hash_32(u32 v, unsigned int bits)
{
	return (v * 0x61c88647u) >> (32 - bits);
}
static inline u32 hash_64(u64 v, unsigned int bits)
{
	return (u32)((v * 0x61c8864680b583ebULL) >> (64 - bits));
}
#define hash_long(v, bits) hash_64(v, bits)
#define hash_ptr(p, bits) hash_64((unsigned long)(p), bits)
#endif
