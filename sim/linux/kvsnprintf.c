/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The kernel's printf: the C conversions plus %pU[bBlL] for UUIDs and %pe for error pointers. A
 * plain %p prints as the kernel prints it before its hash key is ready, so that no address gets
 * out.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include "linux/khost.h"

struct out {
	char *buf;
	size_t room, len;
};

struct spec {
	bool left, zero, plus, space, alt, upper;
	int width, precision; /* -1 = none */
	int size;	      /* bytes of the argument */
};

static void put(struct out *o, char c)
{
	if (o->len + 1 < o->room)
		o->buf[o->len] = c;
	o->len++;
}

static void put_text(struct out *o, const struct spec *s, const char *text, size_t len)
{
	size_t pad = s->width > 0 && (size_t)s->width > len ? (size_t)s->width - len : 0;

	for (; !s->left && pad; pad--)
		put(o, ' ');
	for (size_t i = 0; i < len; i++)
		put(o, text[i]);
	for (; pad; pad--)
		put(o, ' ');
}

static void put_number(struct out *o, const struct spec *s, u64 value, unsigned int base,
		       bool negative)
{
	const char *digits = s->upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char text[32], sign = negative ? '-' : s->plus ? '+' : s->space ? ' ' : 0;
	int n = 0, zeros, pad, prefix = s->alt && base == 16 && value ? 2 : 0;

	do
		text[n++] = digits[value % base];
	while (value /= base);
	zeros = s->precision > n ? s->precision - n : 0;
	if (s->zero && !s->left && s->precision < 0 && s->width > n + prefix + (sign != 0))
		zeros = s->width - n - prefix - (sign != 0);
	pad = s->width - n - zeros - prefix - (sign != 0);
	for (; !s->left && pad > 0; pad--)
		put(o, ' ');
	if (sign)
		put(o, sign);
	if (prefix) {
		put(o, '0');
		put(o, s->upper ? 'X' : 'x');
	}
	for (; zeros > 0; zeros--)
		put(o, '0');
	while (n)
		put(o, text[--n]);
	for (; pad > 0; pad--)
		put(o, ' ');
}

/* %pUb lower, %pUB upper, big endian; %pUl, %pUL little endian (GUID order). */
static const char *put_uuid(struct out *o, const u8 *uuid, const char *fmt)
{
	static const u8 be[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
	static const u8 le[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	const u8 *order = *fmt == 'l' || *fmt == 'L' ? le : be;
	struct spec two = {.width = 2, .precision = 2, .upper = *fmt == 'B' || *fmt == 'L'};

	for (int i = 0; i < 16; i++) {
		put_number(o, &two, uuid[order[i]], 16, false);
		if (i == 3 || i == 5 || i == 7 || i == 9)
			put(o, '-');
	}
	return *fmt == 'b' || *fmt == 'B' || *fmt == 'l' || *fmt == 'L' ? fmt + 1 : fmt;
}

static const char *put_pointer(struct out *o, const struct spec *s, const void *p, const char *fmt)
{
	if (*fmt == 'U')
		return put_uuid(o, p, fmt + 1);
	if (*fmt == 'e') { /* "-ENOMEM" */
		const char *name = IS_ERR(p) ? kh_errno_name((int)-PTR_ERR(p)) : NULL;
		char text[32] = "-";

		if (name) {
			strscpy(text + 1, name, sizeof(text) - 1);
			put_text(o, s, text, strlen(text));
		} else {
			put_number(o, s, (u64)-PTR_ERR(p), 10, IS_ERR(p));
		}
		return fmt + 1;
	}
	while ((*fmt >= 'a' && *fmt <= 'z') || (*fmt >= 'A' && *fmt <= 'Z'))
		fmt++;
	put_text(o, s, "(____ptrval____)", 16);
	return fmt;
}

static const char *parse_flags(const char *fmt, struct spec *s)
{
	for (;; fmt++) {
		if (*fmt == '-')
			s->left = true;
		else if (*fmt == '0')
			s->zero = true;
		else if (*fmt == '+')
			s->plus = true;
		else if (*fmt == ' ')
			s->space = true;
		else if (*fmt == '#')
			s->alt = true;
		else
			return fmt;
	}
}

static const char *parse_size(const char *fmt, struct spec *s)
{
	s->size = 4;
	if (fmt[0] == 'h') {
		s->size = fmt[1] == 'h' ? 1 : 2;
		return fmt + (fmt[1] == 'h' ? 2 : 1);
	}
	if (fmt[0] == 'l' || fmt[0] == 'z' || fmt[0] == 't' || fmt[0] == 'j') {
		s->size = 8;
		return fmt + (fmt[0] == 'l' && fmt[1] == 'l' ? 2 : 1);
	}
	return fmt;
}

static u64 truncate_to(u64 v, int size)
{
	return size == 8 ? v : v & ((1ULL << size * 8) - 1);
}

static s64 extend_from(s64 v, int size)
{
	return size == 8 ? v : size == 4 ? (s32)v : size == 2 ? (s16)v : (s8)v;
}

int k_vsnprintf(char *buf, size_t n, const char *fmt, va_list ap0)
{
	struct out o = {.buf = buf, .room = n};
	va_list ap;

	va_copy(ap, ap0);
	for (; *fmt; fmt++) {
		struct spec s = {.width = 0, .precision = -1};

		if (*fmt != '%') {
			put(&o, *fmt);
			continue;
		}
		fmt = parse_flags(fmt + 1, &s);
		if (*fmt == '*') {
			s.width = va_arg(ap, int);
			fmt++;
			if (s.width < 0) {
				s.left = true;
				s.width = -s.width;
			}
		}
		while (*fmt >= '0' && *fmt <= '9')
			s.width = s.width * 10 + (*fmt++ - '0');
		if (*fmt == '.') {
			s.precision = 0;
			if (*++fmt == '*') {
				s.precision = va_arg(ap, int);
				fmt++;
			}
			while (*fmt >= '0' && *fmt <= '9')
				s.precision = s.precision * 10 + (*fmt++ - '0');
		}
		fmt = parse_size(fmt, &s);
		switch (*fmt) {
		case 'd':
		case 'i': {
			s64 v = extend_from(s.size == 8 ? va_arg(ap, s64) : va_arg(ap, int),
					    s.size);

			put_number(&o, &s, v < 0 ? -(u64)v : (u64)v, 10, v < 0);
			break;
		}
		case 'u':
		case 'x':
		case 'X':
		case 'o': {
			u64 v = s.size == 8 ? va_arg(ap, u64) : va_arg(ap, unsigned int);

			s.upper = *fmt == 'X';
			put_number(&o, &s, truncate_to(v, s.size),
				   *fmt == 'u'	 ? 10
				   : *fmt == 'o' ? 8
						 : 16,
				   false);
			break;
		}
		case 'c': {
			char c = (char)va_arg(ap, int);

			put_text(&o, &s, &c, 1);
			break;
		}
		case 's': {
			const char *text = va_arg(ap, const char *);

			if (!text)
				text = "(null)";
			put_text(&o, &s, text,
				 s.precision >= 0 ? strnlen(text, (size_t)s.precision)
						  : strlen(text));
			break;
		}
		case 'p':
			fmt = put_pointer(&o, &s, va_arg(ap, const void *), fmt + 1) - 1;
			break;
		case '%':
			put(&o, '%');
			break;
		default: /* unknown: shown as it is, as a C programmer would want to see it */
			put(&o, '%');
			if (!*fmt)
				fmt--;
			else
				put(&o, *fmt);
		}
	}
	va_end(ap);
	if (n)
		buf[o.len < n ? o.len : n - 1] = 0;
	return (int)o.len;
}

int k_snprintf(char *buf, size_t n, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = k_vsnprintf(buf, n, fmt, ap);
	va_end(ap);
	return len;
}

int k_scnprintf(char *buf, size_t n, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = k_vsnprintf(buf, n, fmt, ap);
	va_end(ap);
	return len < (int)n ? len : n ? (int)n - 1 : 0;
}

int k_sprintf(char *buf, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = k_vsnprintf(buf, INT_MAX, fmt, ap);
	va_end(ap);
	return len;
}

ssize_t strscpy(char *to, const char *from, size_t n)
{
	size_t len = strnlen(from, n);

	if (!n)
		return -E2BIG;
	memcpy(to, from, len < n ? len : n - 1);
	to[len < n ? len : n - 1] = 0;
	return len < n ? (ssize_t)len : -E2BIG;
}
