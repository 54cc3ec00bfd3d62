/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H
/* Kernel objects; every one is tracked with the place that allocated it (leaks, double free). */
#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>
#define ZERO_SIZE_PTR ((void *)16)
#define ZERO_OR_NULL_PTR(x) ((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)
#define ARCH_KMALLOC_MINALIGN 16
void *kmalloc(size_t size, gfp_t gfp);
void *kzalloc(size_t size, gfp_t gfp);
void *kmalloc_array(size_t n, size_t size, gfp_t gfp);
void *kcalloc(size_t n, size_t size, gfp_t gfp);
void *krealloc(const void *p, size_t size, gfp_t gfp);
void *kmemdup(const void *src, size_t len, gfp_t gfp);
char *kstrdup(const char *s, gfp_t gfp);
void kfree(const void *p);
void kfree_sensitive(const void *p);
size_t ksize(const void *p);
#define kvmalloc kmalloc
#define kvzalloc kzalloc
#define kvcalloc kcalloc
#define kvfree kfree
#define ARCH_DMA_MINALIGN 64
/* 7.x: the type decides the size. */
#define kzalloc_obj(p, ...) ((__typeof__(p) *)kzalloc(sizeof(p), (GFP_KERNEL, ##__VA_ARGS__)))
#define kzalloc_objs(p, n, ...)                                                                    \
	((__typeof__(p) *)kcalloc((n), sizeof(p), (GFP_KERNEL, ##__VA_ARGS__)))
#define kmalloc_objs(p, n, ...)                                                                    \
	((__typeof__(p) *)kmalloc_array((n), sizeof(p), (GFP_KERNEL, ##__VA_ARGS__)))
#define kmalloc_obj(p, ...) ((__typeof__(p) *)kmalloc(sizeof(p), (GFP_KERNEL, ##__VA_ARGS__)))

DEFINE_FREE(kfree, void *, if ((unsigned long)_T < (unsigned long)-4095) kfree(_T))
DEFINE_FREE(kvfree, void *, if ((unsigned long)_T < (unsigned long)-4095) kfree(_T))

#endif
