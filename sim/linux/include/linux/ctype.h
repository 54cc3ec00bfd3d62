/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_CTYPE_H
#define _LINUX_CTYPE_H
#include <linux/types.h>
static inline int isdigit(int c)
{
	return c >= '0' && c <= '9';
}
static inline int isspace(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline int isxdigit(int c)
{
	return isdigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}
#endif
