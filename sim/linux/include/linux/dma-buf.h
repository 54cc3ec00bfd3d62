/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_DMA_BUF_H
#define _LINUX_DMA_BUF_H
/* CONFIG_DMA_SHARED_BUFFER is not set: no descriptor is a dma-buf. */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/scatterlist.h>
#include <linux/types.h>
struct dma_buf {
	size_t size;
	struct file *file;
	void *priv;
};
static inline struct dma_buf *dma_buf_get(int fd)
{
	(void)fd;
	return (struct dma_buf *)ERR_PTR(-EINVAL);
}
static inline void dma_buf_put(struct dma_buf *dmabuf)
{
	(void)dmabuf;
}
#endif
