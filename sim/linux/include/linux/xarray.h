/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_XARRAY_H
#define _LINUX_XARRAY_H
/* Internally locked array of pointers (kernel-surface.md 5.4). */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/ktable.h>
#include <linux/spinlock.h>
#define XA_FLAGS_TRACK_FREE 1u
#define XA_FLAGS_ALLOC XA_FLAGS_TRACK_FREE
#define XA_FLAGS_ALLOC1 (XA_FLAGS_TRACK_FREE | 2u)
struct xarray {
	spinlock_t xa_lock;
	gfp_t xa_flags;
	struct ktable table;
};
struct xa_limit {
	u32 max, min;
};
#define XA_LIMIT(min_, max_) ((struct xa_limit){.min = (min_), .max = (max_)})
#define xa_limit_32b XA_LIMIT(0, ~0u)
#define xa_limit_31b XA_LIMIT(0, 0x7fffffffu)
#define xa_limit_16b XA_LIMIT(0, 0xffffu)
#define XARRAY_INIT(name, flags)                                                                   \
	{                                                                                          \
		.xa_flags = (flags)                                                                \
	}
#define DEFINE_XARRAY_FLAGS(name, flags) struct xarray name = XARRAY_INIT(name, flags)
#define DEFINE_XARRAY(name) DEFINE_XARRAY_FLAGS(name, 0)
#define DEFINE_XARRAY_ALLOC(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC)
#define DEFINE_XARRAY_ALLOC1(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC1)
void xa_init_flags(struct xarray *xa, gfp_t flags);
static inline void xa_init(struct xarray *xa)
{
	xa_init_flags(xa, 0);
}
void *xa_load(struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
void *__xa_erase(struct xarray *xa, unsigned long index);
void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, unsigned int filter);
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max,
		    unsigned int filter);
void xa_destroy(struct xarray *xa);
bool xa_empty(const struct xarray *xa);
static inline bool xa_is_err(const void *entry)
{
	return IS_ERR(entry);
}
static inline int xa_err(void *entry)
{
	return IS_ERR(entry) ? (int)PTR_ERR(entry) : 0;
}
#define XA_PRESENT 8u
#define xa_lock(xa) spin_lock(&(xa)->xa_lock)
#define xa_unlock(xa) spin_unlock(&(xa)->xa_lock)
#define xa_lock_irqsave(xa, flags) spin_lock_irqsave(&(xa)->xa_lock, flags)
#define xa_unlock_irqrestore(xa, flags) spin_unlock_irqrestore(&(xa)->xa_lock, flags)
#define xa_for_each_range(xa, index, entry, start, last)                                           \
	for (index = (start), entry = xa_find(xa, &index, last, XA_PRESENT); entry;                \
	     entry = xa_find_after(xa, &index, last, XA_PRESENT))
#define xa_for_each_start(xa, index, entry, start) xa_for_each_range(xa, index, entry, start, ~0ul)
#define xa_for_each(xa, index, entry) xa_for_each_start(xa, index, entry, 0)
#endif
