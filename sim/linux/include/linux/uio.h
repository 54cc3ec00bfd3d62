/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_UIO_H
#define _LINUX_UIO_H
/* One-segment iterators over user or kernel memory. */
#include <linux/mm.h>
#include <linux/types.h>
struct iovec {
	void __user *iov_base;
	size_t iov_len;
};
struct kvec {
	void *iov_base;
	size_t iov_len;
};
#define ITER_SOURCE 1
#define ITER_DEST 0
struct iov_iter {
	bool kernel;
	unsigned int direction;
	unsigned long base;
	size_t count;
};
typedef unsigned int iov_iter_extraction_t;
static inline void iov_iter_ubuf(struct iov_iter *i, unsigned int dir, void __user *buf, size_t n)
{
	*i = (struct iov_iter){.direction = dir, .base = (unsigned long)buf, .count = n};
}
static inline void iov_iter_kvec(struct iov_iter *i, unsigned int dir, const struct kvec *kvec,
				 unsigned long segs, size_t n)
{
	(void)segs;
	*i = (struct iov_iter){.kernel = true,
			       .direction = dir,
			       .base = (unsigned long)kvec->iov_base,
			       .count = n};
}
static inline bool iov_iter_is_kvec(const struct iov_iter *i)
{
	return i->kernel;
}
static inline size_t iov_iter_count(const struct iov_iter *i)
{
	return i->count;
}
#define iter_iov_addr(i) ((void __user *)(i)->base)
int iov_iter_npages(const struct iov_iter *i, int max);
/* User pages are pinned, kernel pages are not (kernel-surface.md 5.3). Bytes covered or -errno. */
ssize_t iov_iter_extract_pages(struct iov_iter *i, struct page ***pages, size_t maxsize,
			       unsigned int maxpages, iov_iter_extraction_t flags, size_t *offset);
#endif
