/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_HASHTABLE_H
#define _LINUX_HASHTABLE_H
/* Buckets of 2^n, keyed by an integer. */
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/list.h>
#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define DEFINE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)] = {{NULL}}
#define HASH_SIZE(name) (ARRAY_SIZE(name))
#define HASH_BITS(name) ilog2(HASH_SIZE(name))
#define hash_min(v, bits) (sizeof(v) <= 4 ? hash_32((u32)(v), bits) : hash_64((u64)(v), bits))
#define hash_init(table)                                                                           \
	do {                                                                                       \
		for (size_t i__ = 0; i__ < HASH_SIZE(table); i__++)                                \
			INIT_HLIST_HEAD(&(table)[i__]);                                            \
	} while (0)
#define hash_add(table, node, key) hlist_add_head(node, &(table)[hash_min(key, HASH_BITS(table))])
static inline bool hash_hashed(struct hlist_node *node)
{
	return !hlist_unhashed(node);
}
static inline void hash_del(struct hlist_node *node)
{
	hlist_del_init(node);
}
#define hash_for_each_possible(table, obj, member, key)                                            \
	hlist_for_each_entry(obj, &(table)[hash_min(key, HASH_BITS(table))], member)
#define hash_for_each(table, bkt, obj, member)                                                     \
	for ((bkt) = 0, obj = NULL; obj == NULL && (size_t)(bkt) < HASH_SIZE(table); (bkt)++)      \
	hlist_for_each_entry(obj, &(table)[bkt], member)
#define hash_for_each_safe(table, bkt, tmp, obj, member)                                           \
	for ((bkt) = 0, obj = NULL; obj == NULL && (size_t)(bkt) < HASH_SIZE(table); (bkt)++)      \
	hlist_for_each_entry_safe(obj, tmp, &(table)[bkt], member)
#endif
