/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_RHASHTABLE_H
#define _LINUX_RHASHTABLE_H
/*
 * Hash table of objects that embed a rhash_head and a key. The number of buckets is fixed: growing
 * and shrinking cannot be seen by users. Not modelled: walkers, rhltables, nulls lists.
 */
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/spinlock.h>
#include <linux/types.h>
struct rhash_head {
	struct rhash_head *next;
};
struct rhashtable;
struct rhashtable_compare_arg {
	struct rhashtable *ht;
	const void *key;
};
typedef u32 (*rht_hashfn_t)(const void *data, u32 len, u32 seed);
typedef u32 (*rht_obj_hashfn_t)(const void *data, u32 len, u32 seed);
typedef int (*rht_obj_cmpfn_t)(struct rhashtable_compare_arg *arg, const void *obj);
struct rhashtable_params {
	u16 nelem_hint;
	u16 key_len;
	u16 key_offset;
	u16 head_offset;
	unsigned int max_size;
	u16 min_size;
	bool automatic_shrinking;
	rht_hashfn_t hashfn;
	rht_obj_hashfn_t obj_hashfn;
	rht_obj_cmpfn_t obj_cmpfn;
};
struct rhashtable {
	struct rhashtable_params p;
	struct rhash_head **bucket;
	spinlock_t lock;
	unsigned int nelems;
};
int krhashtable_init(struct rhashtable *ht, const struct rhashtable_params *params);
#define rhashtable_init(ht, params) krhashtable_init((ht), (params))
void *krhashtable_lookup(struct rhashtable *ht, const void *key);
int krhashtable_insert(struct rhashtable *ht, struct rhash_head *obj);
int krhashtable_remove(struct rhashtable *ht, struct rhash_head *obj);
/* The parameters are kept by rhashtable_init(); callers hand over the same ones again. */
static inline void *rhashtable_lookup_fast(struct rhashtable *ht, const void *key,
					   const struct rhashtable_params params)
{
	(void)params;
	return krhashtable_lookup(ht, key);
}
static inline void *rhashtable_lookup(struct rhashtable *ht, const void *key,
				      const struct rhashtable_params params)
{
	(void)params;
	return krhashtable_lookup(ht, key);
}
/* -EEXIST when an object of that key is in already. */
static inline int rhashtable_lookup_insert_fast(struct rhashtable *ht, struct rhash_head *obj,
						const struct rhashtable_params params)
{
	(void)params;
	return krhashtable_insert(ht, obj);
}
/* -ENOENT when @obj is not in. */
static inline int rhashtable_remove_fast(struct rhashtable *ht, struct rhash_head *obj,
					 const struct rhashtable_params params)
{
	(void)params;
	return krhashtable_remove(ht, obj);
}
void rhashtable_free_and_destroy(struct rhashtable *ht, void (*free_fn)(void *obj, void *arg),
				 void *arg);
static inline void rhashtable_destroy(struct rhashtable *ht)
{
	rhashtable_free_and_destroy(ht, NULL, NULL);
}
#endif
