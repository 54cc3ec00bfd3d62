/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory for devices: pages whose bus address is their physical address. */
#include <linux/dma-mapping.h>
#include <linux/mm.h>

struct page *dma_alloc_pages(struct device *dev, size_t size, dma_addr_t *handle,
			     enum dma_data_direction dir, gfp_t gfp)
{
	void *virt = alloc_pages_exact(size, gfp | __GFP_ZERO);

	(void)dev;
	(void)dir;
	if (!virt)
		return NULL;
	*handle = virt_to_phys(virt);
	return virt_to_page(virt);
}

void dma_free_pages(struct device *dev, size_t size, struct page *page, dma_addr_t handle,
		    enum dma_data_direction dir)
{
	(void)dev;
	(void)handle;
	(void)dir;
	free_pages_exact(page_address(page), size);
}

void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp)
{
	struct page *page = dma_alloc_pages(dev, size, handle, DMA_BIDIRECTIONAL, gfp);

	return page ? page_address(page) : NULL;
}

void dma_free_coherent(struct device *dev, size_t size, void *virt, dma_addr_t handle)
{
	if (virt)
		dma_free_pages(dev, size, virt_to_page(virt), handle, DMA_BIDIRECTIONAL);
}
