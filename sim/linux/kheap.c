/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Intrusive binary heap; see linux/kheap.h. Growing is the only allocation and stops once the
 * heap has seen its largest population. Lack of memory there ends the process: there is no sane
 * simulated answer to it.
 */
#include <linux/kheap.h>
#include "linux/khost.h"

static int before(const struct kheap_node *a, const struct kheap_node *b)
{
	return a->key < b->key || (a->key == b->key && a->seq < b->seq);
}

static void put(struct kheap *heap, unsigned int i, struct kheap_node *node)
{
	heap->at[i] = node;
	node->slot = i + 1;
}

static void sift_up(struct kheap *heap, unsigned int i, struct kheap_node *node)
{
	while (i > 0) {
		unsigned int up = (i - 1) / 2;

		if (!before(node, heap->at[up]))
			break;
		put(heap, i, heap->at[up]);
		i = up;
	}
	put(heap, i, node);
}

static void sift_down(struct kheap *heap, unsigned int i, struct kheap_node *node)
{
	for (;;) {
		unsigned int child = 2 * i + 1;

		if (child >= heap->count)
			break;
		if (child + 1 < heap->count && before(heap->at[child + 1], heap->at[child]))
			child++;
		if (!before(heap->at[child], node))
			break;
		put(heap, i, heap->at[child]);
		i = child;
	}
	put(heap, i, node);
}

void kheap_readd(struct kheap *heap, struct kheap_node *node, unsigned long long key)
{
	if (node->slot)
		kheap_del(heap, node);
	if (heap->count == heap->room) {
		unsigned int room = heap->room ? heap->room * 2 : 16;
		struct kheap_node **at = kh_resize(heap->at, room * sizeof(*at));

		if (!at)
			__builtin_trap();
		heap->at = at;
		heap->room = room;
	}
	node->key = key;
	heap->count++;
	sift_up(heap, heap->count - 1, node);
}

void kheap_add(struct kheap *heap, struct kheap_node *node, unsigned long long key)
{
	node->seq = ++heap->next_seq;
	kheap_readd(heap, node, key);
}

void kheap_del(struct kheap *heap, struct kheap_node *node)
{
	unsigned int i;
	struct kheap_node *last;

	if (!node->slot)
		return;
	i = node->slot - 1;
	node->slot = 0;
	heap->count--;
	last = heap->at[heap->count];
	if (last == node)
		return;
	if (i > 0 && before(last, heap->at[(i - 1) / 2]))
		sift_up(heap, i, last);
	else
		sift_down(heap, i, last);
}

void kheap_reset(struct kheap *heap)
{
	heap->count = 0;
	heap->next_seq = 0;
}

void kheap_free(struct kheap *heap)
{
	kh_free(heap->at);
	*heap = (struct kheap){0};
}
