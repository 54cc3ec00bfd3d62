/* SPDX-License-Identifier: BSD-3-Clause */
/* See checkers.h. */
#include "core/checkers.h"

#ifdef FFASIM_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#define POISON __asan_poison_memory_region
#define UNPOISON __asan_unpoison_memory_region
#elif defined(HAVE_VALGRIND_H)
#include <valgrind/memcheck.h>
#define POISON VALGRIND_MAKE_MEM_NOACCESS
#define UNPOISON VALGRIND_MAKE_MEM_DEFINED
#else
#define POISON(p, bytes) ((void)(p), (void)(bytes))
#define UNPOISON POISON
#endif

void checkers_poison(const void *p, size_t bytes)
{
	POISON(p, bytes);
}

void checkers_unpoison(const void *p, size_t bytes)
{
	UNPOISON(p, bytes);
}

void checkers_leaks_pass(bool on)
{
#ifdef FFASIM_ASAN
	if (on)
		__lsan_disable();
	else
		__lsan_enable();
#else
	(void)on;
#endif
}
