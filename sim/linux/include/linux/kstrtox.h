/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_KSTRTOX_H
#define _LINUX_KSTRTOX_H
/* Text to numbers; base 0 takes 0x and 0 prefixes; a trailing newline is allowed. */
#include <linux/types.h>
int kstrtoull(const char *s, unsigned int base, unsigned long long *res);
int kstrtoll(const char *s, unsigned int base, long long *res);
int kstrtouint(const char *s, unsigned int base, unsigned int *res);
int kstrtoint(const char *s, unsigned int base, int *res);
int kstrtoul(const char *s, unsigned int base, unsigned long *res);
int kstrtol(const char *s, unsigned int base, long *res);
int kstrtou8(const char *s, unsigned int base, u8 *res);
int kstrtou16(const char *s, unsigned int base, u16 *res);
int kstrtobool(const char *s, bool *res);
#define kstrtou32 kstrtouint
#define kstrtou64 kstrtoull
#endif
