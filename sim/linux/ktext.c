/* SPDX-License-Identifier: BSD-3-Clause */
/* Text to numbers, formatted copies, random bytes. */
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/random.h>
#include <linux/slab.h>
#include "linux/kernel_internal.h"
#include "linux/kobject_internal.h"

static int digit(char c)
{
	if (isdigit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

static int parse(const char *s, unsigned int base, bool *negative, unsigned long long *res)
{
	unsigned long long v = 0;
	bool any = false;

	*negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	if ((base == 0 || base == 16) && s[0] == '0' && (s[1] | 0x20) == 'x') {
		base = 16;
		s += 2;
	} else if (base == 0) {
		base = s[0] == '0' && isdigit(s[1]) ? 8 : 10;
	}
	for (; digit(*s) < (int)base; s++, any = true) {
		if (check_mul_overflow(v, (unsigned long long)base, &v) ||
		    check_add_overflow(v, (unsigned long long)digit(*s), &v))
			return -ERANGE;
	}
	if (*s == '\n')
		s++;
	*res = v;
	return any && !*s ? 0 : -EINVAL;
}

static int parse_unsigned(const char *s, unsigned int base, unsigned long long max,
			  unsigned long long *res)
{
	bool negative;
	int err = parse(s, base, &negative, res);

	if (err)
		return err;
	return negative ? -EINVAL : *res > max ? -ERANGE : 0;
}

static int parse_signed(const char *s, unsigned int base, long long max, long long *res)
{
	unsigned long long v;
	bool negative;
	int err = parse(s, base, &negative, &v);

	if (err)
		return err;
	if (v > (unsigned long long)max + negative)
		return -ERANGE;
	*res = negative ? (long long)-v : (long long)v;
	return 0;
}

#define PARSER(name, type, wide, how, max)                                                         \
	int name(const char *s, unsigned int base, type *res)                                      \
	{                                                                                          \
		wide v = 0;                                                                        \
		int err = how(s, base, max, &v);                                                   \
                                                                                                   \
		if (!err)                                                                          \
			*res = (type)v;                                                            \
		return err;                                                                        \
	}
PARSER(kstrtoull, unsigned long long, unsigned long long, parse_unsigned, ~0ULL)
PARSER(kstrtoul, unsigned long, unsigned long long, parse_unsigned, ~0UL)
PARSER(kstrtouint, unsigned int, unsigned long long, parse_unsigned, ~0U)
PARSER(kstrtou16, u16, unsigned long long, parse_unsigned, 0xffff)
PARSER(kstrtou8, u8, unsigned long long, parse_unsigned, 0xff)
PARSER(kstrtoll, long long, long long, parse_signed, (long long)(~0ULL >> 1))
PARSER(kstrtol, long, long long, parse_signed, LONG_MAX)
PARSER(kstrtoint, int, long long, parse_signed, INT_MAX)

int kstrtobool(const char *s, bool *res)
{
	if (!s)
		return -EINVAL;
	switch (s[0]) {
	case 'y':
	case 'Y':
	case 't':
	case 'T':
	case '1':
		*res = true;
		return 0;
	case 'n':
	case 'N':
	case 'f':
	case 'F':
	case '0':
		*res = false;
		return 0;
	case 'o':
	case 'O':
		if ((s[1] | 0x20) != 'n' && (s[1] | 0x20) != 'f')
			return -EINVAL;
		*res = (s[1] | 0x20) == 'n';
		return 0;
	}
	return -EINVAL;
}

static char *print_at(gfp_t gfp, const char *fmt, va_list ap, const void *site)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	text = kmalloc_at((size_t)n + 1, gfp, site);
	if (text)
		vsnprintf(text, (size_t)n + 1, fmt, ap);
	return text;
}

char *kvasprintf(gfp_t gfp, const char *fmt, va_list ap)
{
	return print_at(gfp, fmt, ap, __builtin_return_address(0));
}

char *kasprintf(gfp_t gfp, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = print_at(gfp, fmt, ap, __builtin_return_address(0));
	va_end(ap);
	return text;
}

void get_random_bytes(void *buf, size_t len)
{
	u8 *b = buf;

	while (len--)
		*b++ = (u8)oracle_random(&machine->oracle);
}

void *memchr_inv(const void *start, int c, size_t n)
{
	for (const unsigned char *p = start; n--; p++)
		if (*p != (unsigned char)c)
			return (void *)p;
	return NULL;
}
