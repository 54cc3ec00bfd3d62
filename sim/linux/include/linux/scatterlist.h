/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_SCATTERLIST_H
#define _LINUX_SCATTERLIST_H
/* Scatter lists of physical pages; adjacent pages merge into one entry. */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/types.h>
struct scatterlist {
	unsigned long page_link; /* struct page, bit 1 = last entry */
	unsigned int offset;
	unsigned int length;
	dma_addr_t dma_address;
};
struct sg_table {
	struct scatterlist *sgl;
	unsigned int nents, orig_nents;
};
#define SG_END 2ul
static inline struct page *sg_page(struct scatterlist *sg)
{
	return (struct page *)(sg->page_link & ~3ul);
}
static inline bool sg_is_last(struct scatterlist *sg)
{
	return sg->page_link & SG_END;
}
static inline void sg_mark_end(struct scatterlist *sg)
{
	sg->page_link |= SG_END;
}
static inline struct scatterlist *sg_next(struct scatterlist *sg)
{
	return sg_is_last(sg) ? NULL : sg + 1;
}
static inline dma_addr_t sg_phys(struct scatterlist *sg)
{
	return page_to_phys(sg_page(sg)) + sg->offset;
}
static inline void *sg_virt(struct scatterlist *sg)
{
	return (char *)page_address(sg_page(sg)) + sg->offset;
}
static inline void sg_set_page(struct scatterlist *sg, struct page *page, unsigned int len,
			       unsigned int offset)
{
	sg->page_link = (sg->page_link & 3ul) | (unsigned long)page;
	sg->offset = offset;
	sg->length = len;
}
void sg_init_table(struct scatterlist *sg, unsigned int n);
void sg_set_buf(struct scatterlist *sg, const void *buf, unsigned int len);
void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int len);
int sg_nents(struct scatterlist *sg);
int sg_alloc_table(struct sg_table *table, unsigned int n, gfp_t gfp);
int sg_alloc_table_from_pages(struct sg_table *table, struct page **pages, unsigned int n,
			      unsigned int offset, unsigned long size, gfp_t gfp);
void sg_free_table(struct sg_table *table);
#define for_each_sg(list, sg, n, i) for (i = 0, sg = (list); i < (n); i++, sg = sg_next(sg))
#define for_each_sgtable_sg(t, sg, i) for_each_sg((t)->sgl, sg, (t)->orig_nents, i)
#endif
