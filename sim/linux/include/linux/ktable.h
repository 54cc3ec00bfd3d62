/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_KTABLE_H
#define _LINUX_KTABLE_H
/*
 * Of the simulator: the table behind xarray, idr and ida. Entries sorted by index in one growing
 * array; tables here hold a handful of entries, and an array keeps iteration in index order.
 */
#include <linux/gfp.h>
#include <linux/types.h>
struct ktable_slot {
	unsigned long index;
	void *entry;
};
struct ktable {
	struct ktable_slot *slot;
	unsigned int count, room;
};
/* Slot of @index, or NULL. */
struct ktable_slot *ktable_find(const struct ktable *t, unsigned long index);
/* First slot with an index >= @index, or NULL. */
struct ktable_slot *ktable_at_or_after(const struct ktable *t, unsigned long index);
int ktable_set(struct ktable *t, unsigned long index, void *entry); /* adds or replaces; -ENOMEM */
bool ktable_remove(struct ktable *t, unsigned long index, void **entry);
/* Lowest index in [min, max] without a slot; false when all are taken. */
bool ktable_gap(const struct ktable *t, unsigned long min, unsigned long max, unsigned long *index);
void ktable_drop(struct ktable *t);
#endif
