/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Intrusive binary heap ordered by (key, issue number): run queues and timer queues. Equal keys
 * keep the order of adding. Not a kernel header; it is here because task_struct and hrtimer embed
 * nodes.
 */
#ifndef _LINUX_KHEAP_H
#define _LINUX_KHEAP_H

struct kheap_node {
	unsigned long long key;
	unsigned long long seq;
	unsigned int slot; /* heap index + 1, 0 = not queued */
};

struct kheap {
	struct kheap_node **at;
	unsigned int count, room;
	unsigned long long next_seq;
};

void kheap_add(struct kheap *heap, struct kheap_node *node, unsigned long long key);
/* Puts a node back at the place its old issue number gives it. */
void kheap_readd(struct kheap *heap, struct kheap_node *node, unsigned long long key);
void kheap_del(struct kheap *heap, struct kheap_node *node); /* no-op when not queued */
void kheap_reset(struct kheap *heap);
void kheap_free(struct kheap *heap);
static inline struct kheap_node *kheap_first(const struct kheap *heap)
{
	return heap->count ? heap->at[0] : (struct kheap_node *)0;
}

#endif
