/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * rhashtable: buckets of singly linked objects. Insert, remove and lookup take the table's own
 * spinlock; an object is found by comparing the bytes of its key, or by the user's obj_cmpfn.
 * Not modelled: resizing (invisible), RCU walks during a resize.
 */
#include <linux/kernel.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#define BUCKETS 64u

static void *object_of(const struct rhashtable *ht, struct rhash_head *head)
{
	return (u8 *)head - ht->p.head_offset;
}

static const void *key_of(const struct rhashtable *ht, struct rhash_head *head)
{
	return (u8 *)object_of(ht, head) + ht->p.key_offset;
}

static u32 bucket_of(const struct rhashtable *ht, const void *key)
{
	const u8 *k = key;
	u32 h = 2166136261u;

	if (ht->p.hashfn)
		return ht->p.hashfn(key, ht->p.key_len, 0) % BUCKETS;
	for (u32 i = 0; i < ht->p.key_len; i++)
		h = (h ^ k[i]) * 16777619u;
	return h % BUCKETS;
}

static u32 bucket_of_object(const struct rhashtable *ht, struct rhash_head *head)
{
	if (ht->p.obj_hashfn)
		return ht->p.obj_hashfn(object_of(ht, head), ht->p.key_len, 0) % BUCKETS;
	return bucket_of(ht, key_of(ht, head));
}

static struct rhash_head *find(struct rhashtable *ht, u32 bucket, const void *key)
{
	struct rhashtable_compare_arg arg = {.ht = ht, .key = key};

	for (struct rhash_head *h = ht->bucket[bucket]; h; h = h->next) {
		if (ht->p.obj_cmpfn ? !ht->p.obj_cmpfn(&arg, object_of(ht, h))
				    : !memcmp(key_of(ht, h), key, ht->p.key_len))
			return h;
	}
	return NULL;
}

int krhashtable_init(struct rhashtable *ht, const struct rhashtable_params *params)
{
	memset(ht, 0, sizeof(*ht));
	if ((!params->key_len && !params->obj_hashfn) || (params->obj_hashfn && !params->obj_cmpfn))
		return -EINVAL;
	ht->p = *params;
	spin_lock_init(&ht->lock);
	ht->bucket = kcalloc(BUCKETS, sizeof(*ht->bucket), GFP_KERNEL);
	return ht->bucket ? 0 : -ENOMEM;
}

void *krhashtable_lookup(struct rhashtable *ht, const void *key)
{
	struct rhash_head *h;

	spin_lock(&ht->lock);
	h = find(ht, bucket_of(ht, key), key);
	spin_unlock(&ht->lock);
	return h ? object_of(ht, h) : NULL;
}

int krhashtable_insert(struct rhashtable *ht, struct rhash_head *obj)
{
	u32 b = bucket_of_object(ht, obj);
	int err = 0;

	spin_lock(&ht->lock);
	if (ht->p.key_len && find(ht, b, key_of(ht, obj))) {
		err = -EEXIST;
	} else {
		obj->next = ht->bucket[b];
		ht->bucket[b] = obj;
		ht->nelems++;
	}
	spin_unlock(&ht->lock);
	return err;
}

int krhashtable_remove(struct rhashtable *ht, struct rhash_head *obj)
{
	int err = -ENOENT;

	spin_lock(&ht->lock);
	for (struct rhash_head **at = &ht->bucket[bucket_of_object(ht, obj)]; *at;
	     at = &(*at)->next) {
		if (*at != obj)
			continue;
		*at = obj->next;
		ht->nelems--;
		err = 0;
		break;
	}
	spin_unlock(&ht->lock);
	return err;
}

void rhashtable_free_and_destroy(struct rhashtable *ht, void (*free_fn)(void *obj, void *arg),
				 void *arg)
{
	might_sleep();
	for (u32 b = 0; ht->bucket && b < BUCKETS; b++) {
		struct rhash_head *h = ht->bucket[b], *next;

		for (; h && free_fn; h = next) {
			next = h->next;
			free_fn(object_of(ht, h), arg);
		}
	}
	kfree(ht->bucket);
	ht->bucket = NULL;
	ht->nelems = 0;
}
