/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_FIND_H
#define _LINUX_FIND_H
#include <linux/types.h>
/* @bits when there is none. */
unsigned long find_next_bit(const unsigned long *p, unsigned long bits, unsigned long from);
unsigned long find_next_zero_bit(const unsigned long *p, unsigned long bits, unsigned long from);
#define find_first_bit(p, bits) find_next_bit(p, bits, 0)
#define find_first_zero_bit(p, bits) find_next_zero_bit(p, bits, 0)
#define for_each_set_bit(bit, p, bits)                                                             \
	for ((bit) = find_next_bit(p, bits, 0); (bit) < (bits);                                    \
	     (bit) = find_next_bit(p, bits, (bit) + 1))
#endif
