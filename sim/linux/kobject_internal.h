/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of the object half only. */
#ifndef FFASIM_LINUX_KOBJECT_INTERNAL_H
#define FFASIM_LINUX_KOBJECT_INTERNAL_H

#include "linux/kernel_internal.h"

struct page;

#define KSITE_BYTES 160
/* "tstee_open_session (core.c:140)" of a code address, into @text; resolved from debug information
 * only when asked, because that is slow. Returns @text. */
const char *ksite(const void *pc, char text[KSITE_BYTES]);

/* kmight_sleep() that names the caller's code address only when it has something to report. */
void kmight_sleep_at(const void *pc);

struct page *kslab_pages(struct klinux *k);
uint32_t kslab_page_count(const struct klinux *k);
void kslab_account(struct klinux *k, int objects, int64_t bytes);
/* @site NULL = not an allocation of kernel code (user memory): counted and listed nowhere. */
void *kpages_alloc(size_t count, unsigned int gfp, const void *site);
unsigned kpages_check_leaks(struct klinux *k);
void kslab_check_poison(struct klinux *k);

/* kmalloc() on behalf of @site: reports name the module's line, not the helper it called. */
void *kmalloc_at(size_t size, unsigned int gfp, const void *site);
/* Simulated memory for the fake kernel's own tables: no charge, no fault, not counted as a leak. */
void *kinternal_alloc(size_t bytes);
void kinternal_free(void *p);

#endif
