/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_UUID_H
#define _LINUX_UUID_H
/* UUIDs as 16 octets in the order of their text form. */
#include <linux/string.h>
#include <linux/types.h>
#define UUID_SIZE 16
#define UUID_STRING_LEN 36
typedef struct {
	__u8 b[UUID_SIZE];
} uuid_t;
typedef struct {
	__u8 b[UUID_SIZE];
} guid_t;
#define UUID_INIT(a, b_, c, d0, d1, d2, d3, d4, d5, d6, d7)                                        \
	((uuid_t){{((a) >> 24) & 0xff, ((a) >> 16) & 0xff, ((a) >> 8) & 0xff, (a)&0xff,            \
		   ((b_) >> 8) & 0xff, (b_)&0xff, ((c) >> 8) & 0xff, (c)&0xff, (d0), (d1), (d2),   \
		   (d3), (d4), (d5), (d6), (d7)}})
#define GUID_INIT(a, b_, c, d0, d1, d2, d3, d4, d5, d6, d7)                                        \
	((guid_t){{(a)&0xff, ((a) >> 8) & 0xff, ((a) >> 16) & 0xff, ((a) >> 24) & 0xff, (b_)&0xff, \
		   ((b_) >> 8) & 0xff, (c)&0xff, ((c) >> 8) & 0xff, (d0), (d1), (d2), (d3), (d4),  \
		   (d5), (d6), (d7)}})
extern const uuid_t uuid_null;
extern const guid_t guid_null;
static inline bool uuid_equal(const uuid_t *a, const uuid_t *b)
{
	return !memcmp(a, b, 16);
}
static inline void uuid_copy(uuid_t *to, const uuid_t *from)
{
	memcpy(to, from, 16);
}
static inline bool uuid_is_null(const uuid_t *u)
{
	return uuid_equal(u, &uuid_null);
}
static inline void import_uuid(uuid_t *to, const __u8 *from)
{
	memcpy(to, from, 16);
}
static inline void export_uuid(__u8 *to, const uuid_t *from)
{
	memcpy(to, from, 16);
}
int uuid_parse(const char *text, uuid_t *uuid); /* 36 characters; -EINVAL */
void uuid_gen(uuid_t *uuid);
#endif
