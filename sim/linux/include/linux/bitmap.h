/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_BITMAP_H
#define _LINUX_BITMAP_H
#include <linux/bitops.h>
#include <linux/find.h>
#include <linux/gfp.h>
#include <linux/string.h>
unsigned long *bitmap_zalloc(unsigned int bits, gfp_t gfp);
void bitmap_free(const unsigned long *bitmap);
static inline void bitmap_zero(unsigned long *p, unsigned int bits)
{
	memset(p, 0, BITS_TO_LONGS(bits) * sizeof(long));
}
void bitmap_set(unsigned long *p, unsigned int start, unsigned int n);
void bitmap_clear(unsigned long *p, unsigned int start, unsigned int n);
bool bitmap_empty(const unsigned long *p, unsigned int bits);
#endif
