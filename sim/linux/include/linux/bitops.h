/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H
/* Single-bit operations; atomic in the simulator because nothing comes in between. */
#include <linux/bits.h>
#include <linux/types.h>
static inline void set_bit(long nr, volatile unsigned long *p)
{
	p[BIT_WORD(nr)] |= BIT_MASK(nr);
}
static inline void clear_bit(long nr, volatile unsigned long *p)
{
	p[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}
static inline void change_bit(long nr, volatile unsigned long *p)
{
	p[BIT_WORD(nr)] ^= BIT_MASK(nr);
}
#define __set_bit set_bit
#define __clear_bit clear_bit
static inline bool test_bit(long nr, const volatile unsigned long *p)
{
	return p[BIT_WORD(nr)] >> (nr % 64) & 1;
}
static inline bool test_and_set_bit(long nr, volatile unsigned long *p)
{
	bool was = test_bit(nr, p);

	set_bit(nr, p);
	return was;
}
static inline bool test_and_clear_bit(long nr, volatile unsigned long *p)
{
	bool was = test_bit(nr, p);

	clear_bit(nr, p);
	return was;
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
