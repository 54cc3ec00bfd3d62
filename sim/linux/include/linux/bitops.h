/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H
/* Single-bit operations: atomic also where the caller is instrumented. */
#include <linux/bits.h>
#include <linux/types.h>
static inline void set_bit(long nr, volatile unsigned long *p)
{
	(void)__atomic_fetch_or(p + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_RELAXED);
}
static inline void clear_bit(long nr, volatile unsigned long *p)
{
	(void)__atomic_fetch_and(p + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_RELAXED);
}
static inline void change_bit(long nr, volatile unsigned long *p)
{
	(void)__atomic_fetch_xor(p + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_RELAXED);
}
/* The plain forms, for words that a lock protects. */
static inline void __set_bit(long nr, unsigned long *p)
{
	p[BIT_WORD(nr)] |= BIT_MASK(nr);
}
static inline void __clear_bit(long nr, unsigned long *p)
{
	p[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}
static inline bool test_bit(long nr, const volatile unsigned long *p)
{
	return p[BIT_WORD(nr)] >> (nr % 64) & 1;
}
static inline bool test_and_set_bit(long nr, volatile unsigned long *p)
{
	return __atomic_fetch_or(p + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr);
}
static inline bool test_and_clear_bit(long nr, volatile unsigned long *p)
{
	return __atomic_fetch_and(p + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr);
}
static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}
static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}
static inline unsigned long __ffs(unsigned long x)
{
	return (unsigned long)__builtin_ctzl(x);
}
static inline unsigned long __fls(unsigned long x)
{
	return 63 - (unsigned long)__builtin_clzl(x);
}
static inline unsigned int hweight32(u32 x)
{
	return (unsigned int)__builtin_popcount(x);
}
static inline unsigned int hweight64(u64 x)
{
	return (unsigned int)__builtin_popcountll(x);
}
#endif
