/* SPDX-License-Identifier: BSD-3-Clause */
/* Words of the scenario language. Everything here is pure: text in, value out. */
#include "host/words.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int diag_at(struct diag *d, const char *file, int line, int column, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (d->set)
		return -EINVAL;
	d->set = true;
	n = line ? snprintf(d->text, sizeof(d->text), "%s:%d:%d: ", file, line, column)
		 : snprintf(d->text, sizeof(d->text), "%s: ", file);
	if (n < 0 || n >= (int)sizeof(d->text))
		n = 0;
	va_start(ap, fmt);
	vsnprintf(d->text + n, sizeof(d->text) - n, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

struct pool_block {
	struct pool_block *next;
	_Alignas(16) char data[];
};

void *pool_alloc(struct pool *pool, size_t bytes)
{
	struct pool_block *b = calloc(1, sizeof(*b) + bytes);

	if (!b)
		return NULL;
	b->next = pool->blocks;
	pool->blocks = b;
	return b->data;
}

char *pool_strdup(struct pool *pool, const char *text)
{
	size_t n = strlen(text) + 1;
	char *p = pool_alloc(pool, n);

	return p ? memcpy(p, text, n) : NULL;
}

char *pool_printf(struct pool *pool, const char *fmt, ...)
{
	char buf[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	return pool_strdup(pool, buf);
}

void pool_free(struct pool *pool)
{
	while (pool->blocks) {
		struct pool_block *b = pool->blocks;

		pool->blocks = b->next;
		free(b);
	}
}

/* Edit distance with transpositions; words longer than the table compare by their first part. */
static unsigned distance(const char *a, const char *b)
{
	enum { MAX = 40 };
	unsigned d[MAX + 1][MAX + 1];
	size_t n = strnlen(a, MAX), m = strnlen(b, MAX);

	for (size_t i = 0; i <= n; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			unsigned best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			if (d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[n][m];
}

const char *word_nearest(const char *word, const char *const *list, size_t count)
{
	const char *best = NULL;
	unsigned least = ~0u;

	for (size_t i = 0; i < count; i++) {
		const char *dot = strrchr(list[i], '.');
		unsigned now = distance(word, list[i]);

		/* "kmaloc" is meant to be kern.kmalloc: the first part is easily left out. */
		if (dot && !strchr(word, '.') && distance(word, dot + 1) + 1 < now)
			now = distance(word, dot + 1) + 1;
		if (now < least) {
			least = now;
			best = list[i];
		}
	}
	return best;
}

bool word_u64(const char *text, uint64_t *out)
{
	char digits[40];
	size_t n = 0;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	for (const char *p = text; *p; p++) {
		if (*p == '_' || *p == ',')
			continue;
		if (n + 1 >= sizeof(digits))
			return false;
		digits[n++] = *p;
	}
	digits[n] = '\0';
	errno = 0;
	*out = strtoull(digits, &end, digits[0] == '0' && (digits[1] | 32) == 'x' ? 16 : 10);
	return !*end && !errno;
}

bool word_i64(const char *text, int64_t *out)
{
	uint64_t v;

	if (!word_u64(text + (*text == '-'), &v))
		return false;
	*out = *text == '-' ? -(int64_t)v : (int64_t)v;
	return true;
}

struct unit {
	const char *name;
	uint64_t factor;
};

static bool with_unit(const char *text, const struct unit *units, uint64_t *out)
{
	double v;
	char *end;
	size_t digits = strspn(text, "0123456789._");

	if (!digits)
		return false;
	v = strtod(text, &end);
	for (const char *p = end; *p == '_'; p = end)
		return false;
	for (; units->name; units++) {
		if (!strcmp(end, units->name)) {
			uint64_t whole;

			/* Whole numbers stay exact. */
			if (!strpbrk(text, ".eE")) {
				whole = strtoull(text, NULL, 10);
				return !__builtin_mul_overflow(whole, units->factor, out);
			}
			v = v * (double)units->factor + 0.5;
			if (v >= 1.8e19)
				return false;
			*out = (uint64_t)v;
			return true;
		}
	}
	return false;
}

bool word_time(const char *text, uint64_t *out_ns)
{
	static const struct unit units[] = {
		{"ns", 1},	   {"us", 1000},	 {"ms", 1000000},
		{"s", 1000000000}, {"min", 60000000000}, {"h", 3600000000000},
		{NULL, 0}};

	if (!strcmp(text, "0")) {
		*out_ns = 0;
		return true;
	}
	return with_unit(text, units, out_ns);
}

bool word_bytes(const char *text, uint64_t *out)
{
	static const struct unit units[] = {
		{"B", 1}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}, {NULL, 0}};

	return word_u64(text, out) || with_unit(text, units, out);
}

static const struct {
	const char *name;
	int value;
} errnos[] = {
	{"EPERM", EPERM},
	{"ENOENT", ENOENT},
	{"EINTR", EINTR},
	{"EIO", EIO},
	{"ENXIO", ENXIO},
	{"E2BIG", E2BIG},
	{"EBADF", EBADF},
	{"EAGAIN", EAGAIN},
	{"ENOMEM", ENOMEM},
	{"EACCES", EACCES},
	{"EFAULT", EFAULT},
	{"EBUSY", EBUSY},
	{"EEXIST", EEXIST},
	{"ENODEV", ENODEV},
	{"EINVAL", EINVAL},
	{"EMFILE", EMFILE},
	{"ENOTTY", ENOTTY},
	{"ENOSPC", ENOSPC},
	{"ERANGE", ERANGE},
	{"EDEADLK", EDEADLK},
	{"ENOSYS", ENOSYS},
	{"ENODATA", ENODATA},
	{"ETIME", ETIME},
	{"EPROTO", EPROTO},
	{"EOPNOTSUPP", EOPNOTSUPP},
	{"ETIMEDOUT", ETIMEDOUT},
	{"ECANCELED", ECANCELED},
	{"ERESTARTSYS", 512},
	{"EWOULDBLOCK", EWOULDBLOCK},
};

bool word_errno(const char *text, int64_t *out)
{
	for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++) {
		if (!strcmp(text, errnos[i].name)) {
			*out = errnos[i].value;
			return true;
		}
	}
	return false;
}

const char *word_errno_name(int64_t err)
{
	if (err < 0)
		err = -err;
	for (size_t i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++) {
		if (errnos[i].value == err)
			return errnos[i].name;
	}
	return NULL;
}

/* Function ids as a scenario may name them; "64" forms carry the suffix. */
static const struct {
	const char *name;
	uint32_t value;
} fids[] = {
	{"ERROR", 0x84000060},
	{"SUCCESS", 0x84000061},
	{"SUCCESS64", 0xc4000061},
	{"INTERRUPT", 0x84000062},
	{"VERSION", 0x84000063},
	{"FEATURES", 0x84000064},
	{"RX_RELEASE", 0x84000065},
	{"RXTX_MAP", 0x84000066},
	{"RXTX_MAP64", 0xc4000066},
	{"RXTX_UNMAP", 0x84000067},
	{"PARTITION_INFO_GET", 0x84000068},
	{"ID_GET", 0x84000069},
	{"MSG_POLL", 0x8400006a},
	{"MSG_WAIT", 0x8400006b},
	{"MSG_YIELD", 0x8400006c},
	{"RUN", 0x8400006d},
	{"MSG_SEND", 0x8400006e},
	{"DIRECT_REQ", 0x8400006f},
	{"DIRECT_REQ64", 0xc400006f},
	{"DIRECT_RESP", 0x84000070},
	{"DIRECT_RESP64", 0xc4000070},
	{"MEM_DONATE", 0x84000071},
	{"MEM_DONATE64", 0xc4000071},
	{"MEM_LEND", 0x84000072},
	{"MEM_LEND64", 0xc4000072},
	{"MEM_SHARE", 0x84000073},
	{"MEM_SHARE64", 0xc4000073},
	{"MEM_RETRIEVE_REQ", 0x84000074},
	{"MEM_RETRIEVE_REQ64", 0xc4000074},
	{"MEM_RETRIEVE_RESP", 0x84000075},
	{"MEM_RELINQUISH", 0x84000076},
	{"MEM_RECLAIM", 0x84000077},
	{"MEM_FRAG_RX", 0x8400007a},
	{"MEM_FRAG_TX", 0x8400007b},
	{"NORMAL_WORLD_RESUME", 0x8400007c},
	{"NOTIFICATION_BITMAP_CREATE", 0x8400007d},
	{"NOTIFICATION_BITMAP_DESTROY", 0x8400007e},
	{"NOTIFICATION_BIND", 0x8400007f},
	{"NOTIFICATION_UNBIND", 0x84000080},
	{"NOTIFICATION_SET", 0x84000081},
	{"NOTIFICATION_GET", 0x84000082},
	{"NOTIFICATION_INFO_GET", 0x84000083},
	{"NOTIFICATION_INFO_GET64", 0xc4000083},
	{"RX_ACQUIRE", 0x84000084},
	{"SPM_ID_GET", 0x84000085},
	{"MSG_SEND2", 0x84000086},
	{"SECONDARY_EP_REGISTER64", 0xc4000087},
	{"MEM_PERM_GET", 0x84000088},
	{"MEM_PERM_SET", 0x84000089},
	{"CONSOLE_LOG", 0x8400008a},
	{"CONSOLE_LOG64", 0xc400008a},
	{"PARTITION_INFO_GET_REGS64", 0xc400008b},
	{"EL3_INTR_HANDLE", 0x8400008c},
	{"DIRECT_REQ2", 0xc400008d},
	{"DIRECT_RESP2", 0xc400008e},
};

static const char *const ffa_errors[] = {
	"NOT_SUPPORTED", "INVALID_PARAMETERS",
	"NO_MEMORY",	 "BUSY",
	"INTERRUPTED",	 "DENIED",
	"RETRY",	 "ABORTED",
	"NO_DATA",
};

bool word_ffa(const char *text, uint64_t *out)
{
	const char *name = strncmp(text, "FFA_", 4) ? text : text + 4;

	for (size_t i = 0; i < sizeof(fids) / sizeof(fids[0]); i++) {
		if (!strcmp(name, fids[i].name)) {
			*out = fids[i].value;
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(ffa_errors) / sizeof(ffa_errors[0]); i++) {
		if (!strcmp(name, ffa_errors[i])) {
			*out = (uint32_t)(-1 - (int)i);
			return true;
		}
	}
	return false;
}

const char *word_fid_name(uint64_t fid)
{
	for (size_t i = 0; i < sizeof(fids) / sizeof(fids[0]); i++) {
		if (fids[i].value == (uint32_t)fid)
			return fids[i].name;
	}
	return NULL;
}

const char *word_ffa_error_name(int32_t v)
{
	int i = -1 - v;

	return i >= 0 && i < (int)(sizeof(ffa_errors) / sizeof(ffa_errors[0])) ? ffa_errors[i]
									       : NULL;
}

/* Results of the text_*() functions survive seven more calls. */
static char *ring(void)
{
	static char buf[8][48];
	static unsigned next;

	return buf[next++ % 8];
}

const char *text_thousands(uint64_t value)
{
	char digits[32], *out = ring(), *p = out;
	int n = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);

	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return out;
}

const char *text_ms(uint64_t ns)
{
	char *out = ring();

	snprintf(out, 48, "%llu.%03llu ms", (unsigned long long)(ns / 1000000),
		 (unsigned long long)(ns / 1000 % 1000));
	return out;
}

const char *text_time(uint64_t ns)
{
	static const struct unit units[] = {
		{"min", 60000000000}, {"s", 1000000000}, {"ms", 1000000}, {"us", 1000}, {"ns", 1}};
	char *out = ring();

	for (size_t i = 0; i < 5; i++) {
		if (ns % units[i].factor == 0 && (ns || i == 4)) {
			snprintf(out, 48, "%llu%s", (unsigned long long)(ns / units[i].factor),
				 units[i].name);
			break;
		}
	}
	return out;
}

bool text_glob(const char *pattern, const char *text)
{
	const char *star = NULL, *back = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = pattern++;
			back = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star + 1;
			text = ++back;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

/* Results of TEE calls. */
static const struct {
	const char *name;
	uint32_t value;
} tee_errors[] = {
	{"TEE_SUCCESS", 0},
	{"TEE_ERROR_GENERIC", 0xffff0000},
	{"TEE_ERROR_ACCESS_DENIED", 0xffff0001},
	{"TEE_ERROR_CANCEL", 0xffff0002},
	{"TEE_ERROR_BAD_PARAMETERS", 0xffff0006},
	{"TEE_ERROR_BAD_STATE", 0xffff0007},
	{"TEE_ERROR_ITEM_NOT_FOUND", 0xffff0008},
	{"TEE_ERROR_NOT_IMPLEMENTED", 0xffff0009},
	{"TEE_ERROR_NOT_SUPPORTED", 0xffff000a},
	{"TEE_ERROR_OUT_OF_MEMORY", 0xffff000c},
	{"TEE_ERROR_BUSY", 0xffff000d},
	{"TEE_ERROR_COMMUNICATION", 0xffff000e},
	{"TEE_ERROR_SHORT_BUFFER", 0xffff0010},
	{"TEE_ERROR_TIMEOUT", 0xffff3001},
	{"TEE_ERROR_TARGET_DEAD", 0xffff3024},
};

bool word_tee(const char *text, uint64_t *out)
{
	for (size_t i = 0; i < sizeof(tee_errors) / sizeof(tee_errors[0]); i++) {
		if (!strcmp(text, tee_errors[i].name)) {
			*out = tee_errors[i].value;
			return true;
		}
	}
	return false;
}

const char *word_tee_name(uint64_t value)
{
	for (size_t i = 0; i < sizeof(tee_errors) / sizeof(tee_errors[0]); i++) {
		if (value && tee_errors[i].value == value)
			return tee_errors[i].name;
	}
	return NULL;
}
