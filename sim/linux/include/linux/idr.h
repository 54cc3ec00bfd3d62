/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_IDR_H
#define _LINUX_IDR_H
/* Ids to pointers; the caller locks an idr, an ida locks itself (kernel-surface.md 5.4). */
#include <linux/gfp.h>
#include <linux/ktable.h>
struct idr {
	struct ktable table;
	int next;
};
#define IDR_INIT(name)                                                                             \
	{                                                                                          \
		.next = 0                                                                          \
	}
#define DEFINE_IDR(name) struct idr name = IDR_INIT(name)
void idr_init(struct idr *idr);
void idr_destroy(struct idr *idr);
int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t gfp);
int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end, gfp_t gfp);
void *idr_find(const struct idr *idr, unsigned long id);
void *idr_replace(struct idr *idr, void *ptr, unsigned long id);
void *idr_remove(struct idr *idr, unsigned long id);
void *idr_get_next(struct idr *idr, int *next);
int idr_for_each(const struct idr *idr, int (*fn)(int id, void *p, void *data), void *data);
bool idr_is_empty(const struct idr *idr);
#define idr_for_each_entry(idr, entry, id)                                                         \
	for (id = 0; ((entry) = idr_get_next(idr, &(id))) != NULL; id += 1U)
struct ida {
	struct ktable table;
};
#define IDA_INIT(name)                                                                             \
	{                                                                                          \
		.table = { 0 }                                                                     \
	}
#define DEFINE_IDA(name) struct ida name = IDA_INIT(name)
static inline void ida_init(struct ida *ida)
{
	ida->table = (struct ktable){0};
}
int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp);
#define ida_alloc(ida, gfp) ida_alloc_range(ida, 0, ~0u, gfp)
#define ida_alloc_min(ida, min, gfp) ida_alloc_range(ida, min, ~0u, gfp)
#define ida_alloc_max(ida, max, gfp) ida_alloc_range(ida, 0, max, gfp)
void ida_free(struct ida *ida, unsigned int id);
void ida_destroy(struct ida *ida);
#endif
