/* SPDX-License-Identifier: BSD-3-Clause */
/* As much of <stdio.h> as the SPs use: %s %c %d %u %x, with l, ll and zero padding. */
#ifndef SPS_AARCH64_STDIO_H
#define SPS_AARCH64_STDIO_H
#include <stdarg.h>
#include <stddef.h>

int vsnprintf(char *to, size_t room, const char *fmt, va_list args);
int snprintf(char *to, size_t room, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
