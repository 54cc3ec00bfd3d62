/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Places of code as reports name them, and the annotations of memory checkers. Host side: sees
 * libc.
 */
#include <stdio.h>
#include <string.h>
#include "core/symbol.h"
#ifdef HAVE_VALGRIND_H
#include <valgrind/memcheck.h>
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif
#include "linux/kobject_internal.h"

const char *ksite(const void *pc, char text[KSITE_BYTES])
{
	const struct symbol *s = symbol_at(pc);
	const char *slash = s->file ? strrchr(s->file, '/') : NULL;

	if (s->file)
		snprintf(text, KSITE_BYTES, "%s (%s:%d)", s->function, slash ? slash + 1 : s->file,
			 s->line);
	else
		snprintf(text, KSITE_BYTES, "%s", s->function);
	return text;
}

void kmem_poison(const void *p, size_t bytes)
{
#ifdef __SANITIZE_ADDRESS__
	__asan_poison_memory_region(p, bytes);
#elif defined(HAVE_VALGRIND_H)
	VALGRIND_MAKE_MEM_NOACCESS(p, bytes);
#else
	(void)p;
	(void)bytes;
#endif
}

void kmem_unpoison(const void *p, size_t bytes)
{
#ifdef __SANITIZE_ADDRESS__
	__asan_unpoison_memory_region(p, bytes);
#elif defined(HAVE_VALGRIND_H)
	VALGRIND_MAKE_MEM_DEFINED(p, bytes);
#else
	(void)p;
	(void)bytes;
#endif
}

void kmight_sleep_at(const void *pc)
{
	char text[KSITE_BYTES];

	if (__builtin_expect(!kmay_sleep(), 0))
		kmight_sleep(ksite(pc, text), 0);
}
