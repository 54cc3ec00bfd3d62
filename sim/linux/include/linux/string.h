/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H
/* Memory and string functions: the compiler's and the host's, under their usual names. */
#include <linux/types.h>
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
int strcasecmp(const char *a, const char *b);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *find);
char *strcpy(char *to, const char *from);
char *strncpy(char *to, const char *from, size_t n);
char *strcat(char *to, const char *from);
char *strncat(char *to, const char *from, size_t n);
char *strpbrk(const char *s, const char *any);
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);
char *strsep(char **s, const char *separators);
int strncasecmp(const char *a, const char *b, size_t n);
/* -E2BIG when truncated. */
ssize_t strscpy(char *to, const char *from, size_t n);
/* The first byte that is not @c, or NULL. */
void *memchr_inv(const void *start, int c, size_t n);
void *memdup_user(const void __user *from, size_t n);
#endif
