/* SPDX-License-Identifier: BSD-3-Clause */
/* As much of <string.h> as the SPs use; a guest image has no libc. */
#ifndef SPS_AARCH64_STRING_H
#define SPS_AARCH64_STRING_H
#include <stddef.h>

void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);

#endif
