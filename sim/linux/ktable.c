/* SPDX-License-Identifier: BSD-3-Clause */
/* Sorted growing arrays, and on them xarray, idr and ida. */
#include <linux/bug.h>
#include <linux/idr.h>
#include <linux/kernel.h>
#include <linux/xarray.h>
#include "linux/kobject_internal.h"
#include "core/watch.h"

#define CALLER __builtin_return_address(0)

struct ktable_slot *ktable_at_or_after(const struct ktable *t, unsigned long index)
{
	unsigned int lo = 0, hi = t->count;

	while (lo < hi) {
		unsigned int mid = (lo + hi) / 2;

		if (t->slot[mid].index < index)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < t->count ? &t->slot[lo] : NULL;
}

struct ktable_slot *ktable_find(const struct ktable *t, unsigned long index)
{
	struct ktable_slot *s = ktable_at_or_after(t, index);

	return s && s->index == index ? s : NULL;
}

int ktable_set(struct ktable *t, unsigned long index, void *entry)
{
	struct ktable_slot *s = ktable_at_or_after(t, index);
	unsigned int at = s ? (unsigned int)(s - t->slot) : t->count;

	if (s && s->index == index) {
		s->entry = entry;
		return 0;
	}
	if (t->count == t->room) {
		unsigned int room = t->room ? 2 * t->room : 8;
		struct ktable_slot *bigger = kinternal_alloc(room * sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		if (t->count)
			memcpy(bigger, t->slot, t->count * sizeof(*bigger));
		kinternal_free(t->slot);
		t->slot = bigger;
		t->room = room;
	}
	memmove(&t->slot[at + 1], &t->slot[at], (t->count - at) * sizeof(*t->slot));
	t->slot[at] = (struct ktable_slot){.index = index, .entry = entry};
	t->count++;
	return 0;
}

bool ktable_remove(struct ktable *t, unsigned long index, void **entry)
{
	struct ktable_slot *s = ktable_find(t, index);

	if (!s)
		return false;
	if (entry)
		*entry = s->entry;
	t->count--;
	memmove(s, s + 1, (size_t)(&t->slot[t->count] - s) * sizeof(*s));
	return true;
}

bool ktable_gap(const struct ktable *t, unsigned long min, unsigned long max, unsigned long *index)
{
	struct ktable_slot *s = ktable_at_or_after(t, min);

	*index = min;
	for (; s && s < t->slot + t->count && s->index == *index; s++) {
		if (*index == max)
			return false;
		(*index)++;
	}
	return true;
}

void ktable_drop(struct ktable *t)
{
	kinternal_free(t->slot);
	*t = (struct ktable){0};
}

/* --- xarray ----------------------------------------------------------------------------------- */
void xa_init_flags(struct xarray *xa, gfp_t flags)
{
	spin_lock_init(&xa->xa_lock);
	xa->xa_flags = flags;
	xa->table = (struct ktable){0};
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	struct ktable_slot *s;

	WATCH(point, xa, CALLER);
	WATCH(acquire, &xa->xa_lock); /* readers find what was complete when it was stored */
	s = ktable_find(&xa->table, index);
	return s ? s->entry : NULL;
}

void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	void *old;
	int err = 0;

	(void)gfp;
	xa_lock(xa);
	old = xa_load(xa, index);
	if (entry)
		err = ktable_set(&xa->table, index, entry);
	else
		ktable_remove(&xa->table, index, NULL);
	xa_unlock(xa);
	return err ? ERR_PTR(err) : old;
}

int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	int err;

	(void)gfp;
	xa_lock(xa);
	err = ktable_find(&xa->table, index) ? -EBUSY : ktable_set(&xa->table, index, entry);
	xa_unlock(xa);
	return err;
}

int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	unsigned long index, min = limit.min;
	int err;

	(void)gfp;
	if (xa->xa_flags == XA_FLAGS_ALLOC1 && min == 0)
		min = 1;
	xa_lock(xa);
	err = ktable_gap(&xa->table, min, limit.max, &index) ? ktable_set(&xa->table, index, entry)
							     : -EBUSY;
	xa_unlock(xa);
	if (!err)
		*id = (u32)index;
	return err;
}

void *__xa_erase(struct xarray *xa, unsigned long index)
{
	void *old = NULL;

	ktable_remove(&xa->table, index, &old);
	return old;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	void *old;

	xa_lock(xa);
	old = __xa_erase(xa, index);
	xa_unlock(xa);
	return old;
}

void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, unsigned int filter)
{
	struct ktable_slot *s;

	(void)filter;
	WATCH(point, xa, CALLER);
	WATCH(acquire, &xa->xa_lock);
	s = ktable_at_or_after(&xa->table, *index);
	if (!s || s->index > max)
		return NULL;
	*index = s->index;
	return s->entry;
}

void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, unsigned int filter)
{
	if (*index == ~0ul)
		return NULL;
	(*index)++;
	return xa_find(xa, index, max, filter);
}

void xa_destroy(struct xarray *xa)
{
	ktable_drop(&xa->table);
}
bool xa_empty(const struct xarray *xa)
{
	return !xa->table.count;
}

/* --- idr, ida --------------------------------------------------------------------------------- */
/* Changes need the caller's lock; look-ups under RCU do not. */
static void idr_write(struct idr *idr, const void *pc)
{
	WATCH(range, &idr->table, sizeof(idr->table), true, pc);
	WATCH(release, idr);
}

void idr_init(struct idr *idr)
{
	*idr = (struct idr){.next = 0};
}
void idr_destroy(struct idr *idr)
{
	ktable_drop(&idr->table);
}
bool idr_is_empty(const struct idr *idr)
{
	return !idr->table.count;
}

int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)
{
	unsigned long max = end > 0 ? (unsigned long)end - 1 : INT_MAX, id;

	(void)gfp;
	idr_write(idr, CALLER);
	if (start < 0)
		return -EINVAL;
	if ((unsigned long)start > max || !ktable_gap(&idr->table, (unsigned long)start, max, &id))
		return -ENOSPC;
	return ktable_set(&idr->table, id, ptr) ? -ENOMEM : (int)id;
}

int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)
{
	int id = idr_alloc(idr, ptr, max(start, idr->next), end, gfp);

	if (id == -ENOSPC)
		id = idr_alloc(idr, ptr, start, end, gfp);
	if (id >= 0)
		idr->next = id + 1;
	return id;
}

void *idr_find(const struct idr *idr, unsigned long id)
{
	struct ktable_slot *s;

	WATCH(point, idr, CALLER);
	WATCH(acquire, idr);
	s = ktable_find(&idr->table, id);
	return s ? s->entry : NULL;
}

void *idr_replace(struct idr *idr, void *ptr, unsigned long id)
{
	struct ktable_slot *s = ktable_find(&idr->table, id);
	void *old;

	idr_write(idr, CALLER);
	if (!s)
		return ERR_PTR(-ENOENT);
	old = s->entry;
	s->entry = ptr;
	return old;
}

void *idr_remove(struct idr *idr, unsigned long id)
{
	void *old = NULL;

	idr_write(idr, CALLER);
	ktable_remove(&idr->table, id, &old);
	return old;
}

void *idr_get_next(struct idr *idr, int *next)
{
	struct ktable_slot *s = ktable_at_or_after(&idr->table, (unsigned long)*next);

	while (s && s < idr->table.slot + idr->table.count && !s->entry)
		s++;
	if (!s || s == idr->table.slot + idr->table.count)
		return NULL;
	*next = (int)s->index;
	return s->entry;
}

int idr_for_each(const struct idr *idr, int (*fn)(int id, void *p, void *data), void *data)
{
	for (unsigned int i = 0; i < idr->table.count; i++) {
		int err = fn((int)idr->table.slot[i].index, idr->table.slot[i].entry, data);

		if (err)
			return err;
	}
	return 0;
}

int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp)
{
	unsigned long id;

	(void)gfp;
	if (max > INT_MAX)
		max = INT_MAX;
	if (!ktable_gap(&ida->table, min, max, &id))
		return -ENOSPC;
	return ktable_set(&ida->table, id, ida) ? -ENOMEM : (int)id;
}

void ida_free(struct ida *ida, unsigned int id)
{
	WARN(!ktable_remove(&ida->table, id, NULL),
	     "ida_free called for id which is not allocated");
}

void ida_destroy(struct ida *ida)
{
	ktable_drop(&ida->table);
}
