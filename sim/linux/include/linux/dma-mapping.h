/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_DMA_MAPPING_H
#define _LINUX_DMA_MAPPING_H
/* Memory that a device reaches: bus addresses are physical addresses, everything is coherent. */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/types.h>
enum dma_data_direction {
	DMA_BIDIRECTIONAL = 0,
	DMA_TO_DEVICE = 1,
	DMA_FROM_DEVICE = 2,
	DMA_NONE = 3,
};
#define DMA_BIT_MASK(n) (((n) == 64) ? ~0ULL : ((1ULL << (n)) - 1))
struct device;
struct page *dma_alloc_pages(struct device *dev, size_t size, dma_addr_t *handle,
			     enum dma_data_direction dir, gfp_t gfp);
void dma_free_pages(struct device *dev, size_t size, struct page *page, dma_addr_t handle,
		    enum dma_data_direction dir);
void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp);
void dma_free_coherent(struct device *dev, size_t size, void *virt, dma_addr_t handle);
static inline int dma_set_mask_and_coherent(struct device *dev, u64 mask)
{
	(void)dev;
	(void)mask;
	return 0;
}
#endif
