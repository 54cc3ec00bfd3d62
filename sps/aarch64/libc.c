/* SPDX-License-Identifier: BSD-3-Clause */
/* The few functions of a C library that an SP needs. Eight bytes at a time where it pays. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void *memcpy(void *to, const void *from, size_t n)
{
	uint8_t *d = to;
	const uint8_t *s = from;

	for (; n >= 8; n -= 8, d += 8, s += 8)
		*(uint64_t *)d = *(const uint64_t *)s;
	while (n--)
		*d++ = *s++;
	return to;
}

void *memset(void *to, int byte, size_t n)
{
	uint8_t *d = to;
	const uint64_t word = (uint8_t)byte * 0x0101010101010101ull;

	for (; n >= 8; n -= 8, d += 8)
		*(uint64_t *)d = word;
	while (n--)
		*d++ = (uint8_t)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const uint8_t *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *s)
{
	const char *at = s;

	while (*at)
		at++;
	return (size_t)(at - s);
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++)
		if (*a != *b || !*a)
			return (uint8_t)*a - (uint8_t)*b;
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

struct out {
	char *to;
	size_t room, used;
};

static void put(struct out *o, char c)
{
	if (o->used + 1 < o->room)
		o->to[o->used] = c;
	o->used++;
}

static void put_number(struct out *o, uint64_t value, unsigned base, unsigned width, char pad)
{
	char digits[24];
	unsigned n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (width > n) {
		put(o, pad);
		width--;
	}
	while (n)
		put(o, digits[--n]);
}

int vsnprintf(char *to, size_t room, const char *fmt, va_list args)
{
	struct out o = {to, room, 0};

	for (; *fmt; fmt++) {
		unsigned width = 0, longs = 0;
		char pad = ' ';
		int64_t value;

		if (*fmt != '%') {
			put(&o, *fmt);
			continue;
		}
		if (*++fmt == '0')
			pad = *fmt++;
		while (*fmt >= '0' && *fmt <= '9')
			width = width * 10 + (unsigned)(*fmt++ - '0');
		for (; *fmt == 'l'; fmt++)
			longs++;
		switch (*fmt) {
		case 's':
			for (const char *s = va_arg(args, const char *); *s; s++)
				put(&o, *s);
			break;
		case 'c':
			put(&o, (char)va_arg(args, int));
			break;
		case 'd':
			value = longs ? va_arg(args, long long) : va_arg(args, int);
			if (value < 0)
				put(&o, '-');
			put_number(&o, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, width,
				   pad);
			break;
		case 'u':
		case 'x':
			put_number(&o,
				   longs ? va_arg(args, unsigned long long)
					 : va_arg(args, unsigned),
				   *fmt == 'u' ? 10 : 16, width, pad);
			break;
		default:
			put(&o, *fmt);
			if (!*fmt)
				fmt--;
		}
	}
	if (room)
		to[o.used < room ? o.used : room - 1] = '\0';
	return (int)o.used;
}

int snprintf(char *to, size_t room, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(to, room, fmt, args);
	va_end(args);
	return n;
}
