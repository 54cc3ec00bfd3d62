/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names for code addresses, and the annotations of memory checkers. Host side: sees libc.
 * libdw opens the debug information of the image once; it is slow, so only reports use it.
 */
#include <dlfcn.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_VALGRIND_H
#include <valgrind/memcheck.h>
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif
#include "linux/kobject_internal.h"

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool source_line(const void *pc, char *out, size_t room)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_linux_proc_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
	};
	Dwfl *dwfl = dwfl_begin(&callbacks);
	bool found = false;
	Dwfl_Line *line;
	int number;
	const char *file;

	if (!dwfl)
		return false;
	if (dwfl_linux_proc_report(dwfl, getpid()) == 0 &&
	    dwfl_report_end(dwfl, NULL, NULL) == 0) {
		line = dwfl_getsrc(dwfl, (Dwarf_Addr)(uintptr_t)pc - 1);
		file = line ? dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL) : NULL;
		if (file) {
			snprintf(out, room, " (%s:%d)", base_name(file), number);
			found = true;
		}
	}
	dwfl_end(dwfl);
	return found;
}

const char *ksite(const void *pc, char text[KSITE_BYTES])
{
	Dl_info info;
	char line[80] = "";

	if (!pc || !dladdr(pc, &info)) {
		snprintf(text, KSITE_BYTES, "unknown code");
		return text;
	}
	source_line(pc, line, sizeof(line));
	if (info.dli_sname)
		snprintf(text, KSITE_BYTES, "%.60s%s", info.dli_sname, line);
	else
		snprintf(text, KSITE_BYTES, "%.60s%s", base_name(info.dli_fname), line);
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
