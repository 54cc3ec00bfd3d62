/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names for code addresses, and the annotations of memory checkers. Host side: sees libc.
 * libdw opens the debug information of the image once; it is slow, so only reports use it.
 */
#include <dlfcn.h>
#include <elfutils/libdwfl.h>
#include <pthread.h>
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

/* Function and line from the image's symbol table and debug information: most functions of a module
 * are static, so the dynamic symbols alone would name the wrong one. */
struct query {
	const void *pc;
	char name[70], line[80];
};

static void *resolve(void *arg)
{
	struct query *q = arg;
	static char no_search[] = "";
	static char *no_search_path = no_search;
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_linux_proc_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.debuginfo_path = &no_search_path,
	};
	Dwarf_Addr at = (Dwarf_Addr)(uintptr_t)q->pc - 1; /* inside the call instruction */
	Dwfl *dwfl = dwfl_begin(&callbacks);

	if (!dwfl)
		return NULL;
	if (dwfl_linux_proc_report(dwfl, getpid()) == 0 && dwfl_report_end(dwfl, NULL, NULL) == 0) {
		Dwfl_Module *module = dwfl_addrmodule(dwfl, at);
		const char *function = module ? dwfl_module_addrname(module, at) : NULL;
		Dwfl_Line *source = dwfl_getsrc(dwfl, at);
		int number;
		const char *file =
			source ? dwfl_lineinfo(source, NULL, &number, NULL, NULL, NULL) : NULL;

		if (function)
			snprintf(q->name, sizeof(q->name), "%s", function);
		if (file)
			snprintf(q->line, sizeof(q->line), " (%s:%d)", base_name(file), number);
	}
	dwfl_end(dwfl);
	return NULL;
}

const char *ksite(const void *pc, char text[KSITE_BYTES])
{
	/* Few places are reported, but in a campaign often. */
	static struct {
		const void *pc;
		char text[KSITE_BYTES];
	} known[64];
	unsigned slot = (unsigned)((uintptr_t)pc >> 2) % 64;
	struct query q = {.pc = pc};
	pthread_t thread;
	Dl_info info;

	if (pc && known[slot].pc == pc) {
		memcpy(text, known[slot].text, KSITE_BYTES);
		return text;
	}
	if (!pc || !dladdr(pc, &info)) {
		snprintf(text, KSITE_BYTES, "unknown code");
		return text;
	}
	/* The caller is on a small fiber stack, libdw needs a large one. The thread is waited for
	 * at once, so nothing runs beside the machine. */
	if (!pthread_create(&thread, NULL, resolve, &q))
		pthread_join(thread, NULL);
	snprintf(text, KSITE_BYTES, "%s%s", *q.name ? q.name : base_name(info.dli_fname), q.line);
	known[slot].pc = pc;
	memcpy(known[slot].text, text, KSITE_BYTES);
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
