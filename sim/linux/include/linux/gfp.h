/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H
#include <linux/types.h>
#define __GFP_ZERO 0x100u
#define __GFP_NOWARN 0x200u
#define __GFP_DIRECT_RECLAIM 0x400u
#define __GFP_ACCOUNT 0u
#define GFP_KERNEL (__GFP_DIRECT_RECLAIM)
#define GFP_KERNEL_ACCOUNT GFP_KERNEL
#define GFP_USER GFP_KERNEL
#define GFP_ATOMIC 0u
#define GFP_NOWAIT 0u
struct page;
#define gfpflags_allow_blocking(f) (!!((f)&__GFP_DIRECT_RECLAIM))
/* Physically contiguous, whole pages, order 10 at most (kernel-surface.md 5.2). */
void *alloc_pages_exact(size_t size, gfp_t gfp);
void free_pages_exact(void *virt, size_t size);
struct page *alloc_pages(gfp_t gfp, unsigned int order);
void __free_pages(struct page *page, unsigned int order);
#define alloc_page(gfp) alloc_pages(gfp, 0)
#define __free_page(page) __free_pages(page, 0)
unsigned long __get_free_pages(gfp_t gfp, unsigned int order);
void free_pages(unsigned long addr, unsigned int order);
#define __get_free_page(gfp) __get_free_pages(gfp, 0)
#define get_zeroed_page(gfp) __get_free_pages((gfp) | __GFP_ZERO, 0)
#define free_page(addr) free_pages(addr, 0)
#endif
