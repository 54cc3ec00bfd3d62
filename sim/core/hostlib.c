/* SPDX-License-Identifier: BSD-3-Clause */
/* Which loaded objects belong to nobody's machine; see hostlib.h. */
#include "core/hostlib.h"
#include <dlfcn.h>
#include <link.h>
#include <stddef.h>

#define OBJECTS_MAX 128

static uintptr_t before[OBJECTS_MAX], host[OBJECTS_MAX];
static unsigned before_count, host_count;

static bool among(const uintptr_t *list, unsigned count, uintptr_t base)
{
	for (unsigned i = 0; i < count; i++)
		if (list[i] == base)
			return true;
	return false;
}

static int note(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	if (before_count < OBJECTS_MAX)
		before[before_count++] = info->dlpi_addr;
	return 0;
}

void hostlib_begin(void)
{
	before_count = 0;
	dl_iterate_phdr(note, NULL);
}

static int claim(struct dl_phdr_info *info, size_t size, void *image)
{
	(void)size;
	if (info->dlpi_addr != (uintptr_t)image && host_count < OBJECTS_MAX &&
	    !among(before, before_count, info->dlpi_addr) && !hostlib_is(info->dlpi_addr))
		host[host_count++] = info->dlpi_addr;
	return 0;
}

void hostlib_end(const void *symbol)
{
	Dl_info image;

	if (dladdr(symbol, &image))
		dl_iterate_phdr(claim, image.dli_fbase);
}

bool hostlib_is(uintptr_t base)
{
	return among(host, host_count, base);
}
