/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_DMA_HEAP_H
#define _LINUX_DMA_HEAP_H
/* CONFIG_DMABUF_HEAPS is not set: no heap can be added. */
#include <linux/err.h>
#include <linux/types.h>
struct dma_buf;
struct dma_heap;
struct dma_heap_ops {
	struct dma_buf *(*allocate)(struct dma_heap *heap, unsigned long len, u32 fd_flags,
				    u64 heap_flags);
};
struct dma_heap_export_info {
	const char *name;
	const struct dma_heap_ops *ops;
	void *priv;
};
static inline struct dma_heap *dma_heap_add(const struct dma_heap_export_info *info)
{
	(void)info;
	return (struct dma_heap *)ERR_PTR(-EOPNOTSUPP);
}
#endif
