/* SPDX-License-Identifier: BSD-3-Clause */
/* Host memory for the fake kernel's own structures; see khost.h. */
#include <stdio.h>
#include <stdlib.h>
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

void kh_stderr(const char *line)
{
	fprintf(stderr, "%s\n", line);
}
