/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Host memory for the fake kernel's own structures. Files that include <linux/...> must not see
 * libc headers; this is their way to the heap. Never used on a hot path.
 */
#ifndef FFASIM_LINUX_KHOST_H
#define FFASIM_LINUX_KHOST_H

#include <stddef.h>

void *kh_alloc(size_t bytes); /* zeroed; NULL = no memory */
void *kh_resize(void *p, size_t bytes);
void kh_free(void *p);
const char *kh_errno_name(int err); /* "ENOMEM"; NULL = no such number */
void kh_stderr(const char *line);   /* debugging aid of unit tests */

#endif
