/* SPDX-License-Identifier: BSD-3-Clause */
/* Host memory for the fake kernel's own structures; see khost.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "linux/khost.h"

void *kh_alloc(size_t bytes)
{
	return calloc(1, bytes);
}

void *kh_resize(void *p, size_t bytes)
{
	return realloc(p, bytes);
}

void kh_free(void *p)
{
	free(p);
}

const char *kh_errno_name(int err)
{
	/* Those that never reach user space, so libc does not know them. */
	static const struct {
		int err;
		const char *name;
	} internal[] = {{512, "ERESTARTSYS"},
			{513, "ERESTARTNOINTR"},
			{515, "ENOIOCTLCMD"},
			{517, "EPROBE_DEFER"},
			{524, "ENOTSUPP"}};

	for (size_t i = 0; i < sizeof(internal) / sizeof(internal[0]); i++)
		if (internal[i].err == err)
			return internal[i].name;
	return strerrorname_np(err);
}

void kh_stderr(const char *line)
{
	fprintf(stderr, "%s\n", line);
}
