/* SPDX-License-Identifier: BSD-3-Clause */
/* Images of modules, kept from machine to machine. */
#ifndef FFASIM_LINUX_KMOD_FILES_H
#define FFASIM_LINUX_KMOD_FILES_H

#include <stddef.h>
#include <stdint.h>

#define MODULES_MAX 32

struct ffasim_module_desc;

struct segment {
	uint8_t *at;
	uint8_t *first; /* what the segment held after relocation */
	size_t bytes;
};

struct kmod_file { /* per process */
	char *path;
	void *handle;
	const struct ffasim_module_desc *desc;
	struct segment *segment; /* parts that may change */
	unsigned segments;
	uint32_t uses; /* bit per earlier image whose exports it is bound to */
};

/* The image for place @at in load order; the one of the last machine if it is the same. NULL with
 * -errno and a reason. */
struct kmod_file *kmod_file_at(unsigned at, const char *path, int *err, const char **why);
/* Its data as its author wrote them. */
void kmod_file_restore(struct kmod_file *f);

#endif
