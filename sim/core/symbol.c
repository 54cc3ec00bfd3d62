/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libdw reads the debug information; it needs more stack than a fiber has, so it works on a thread
 * of its own that is waited for at once: nothing runs beside the machine.
 */
#include "core/symbol.h"
#include "core/arena.h"
#include "core/line.h"
#include <dlfcn.h>
#include <elfutils/libdwfl.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024

struct known {
	struct known *next;
	const void *pc;
	struct symbol symbol;
	char text[]; /* function, file and image, each with its end */
};

/* Outlives machines and what is put back of them: one variable here, set once, the rest on the
 * host's heap, never in an arena. */
struct symbols {
	struct known *bucket[BUCKETS];
	Dwfl *dwfl; /* images as they were when it was opened */
};
static struct symbols *symbols;

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *symbol_short_path(const char *file)
{
	static const char *const tops[] = {"driver/", "sim/", "sps/", "tests/"};

	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		const char *at = strstr(file, tops[i]);

		if (at && (at == file || at[-1] == '/'))
			return at;
	}
	return base_name(file);
}

/*
 * What the loader mapped, not what /proc/self/maps shows: libdw maps the files it reads once more,
 * and where the host puts such a copy right below the image, both look like one image with another
 * base; its addresses then have no lines, in this process and not in the next.
 */
static int report_image(struct dl_phdr_info *info, size_t size, void *arg)
{
	uintptr_t start = UINTPTR_MAX, end = 0;
	char *path = realpath(*info->dlpi_name ? info->dlpi_name : "/proc/self/exe", NULL);

	(void)size;
	for (unsigned i = 0; path && i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		const uintptr_t at = info->dlpi_addr + ph->p_vaddr;

		if (ph->p_type != PT_LOAD)
			continue;
		if (at < start)
			start = at;
		if (at + ph->p_memsz > end)
			end = at + ph->p_memsz;
	}
	if (start < end)
		dwfl_report_module(arg, path, start & ~(uintptr_t)4095,
				   (end + 4095) & ~(uintptr_t)4095);
	free(path);
	return 0;
}

static Dwfl *open_images(void)
{
	Dwfl *dwfl;

	static char no_search[] = "";
	static char *no_search_path = no_search;
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_linux_proc_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.debuginfo_path = &no_search_path,
	};

	dwfl = dwfl_begin(&callbacks);
	if (dwfl)
		dl_iterate_phdr(report_image, dwfl);
	if (dwfl && dwfl_report_end(dwfl, NULL, NULL)) {
		dwfl_end(dwfl);
		dwfl = NULL;
	}
	return dwfl;
}

struct query {
	const void *pc;
	const char *function, *file;
	int line;
};

static void *resolve(void *arg)
{
	struct query *q = arg;
	Dwarf_Addr at = (Dwarf_Addr)(uintptr_t)q->pc - 1; /* inside the call instruction */
	Dwfl_Module *module;
	Dwarf_Addr base;
	Dwarf *dwarf;

	if (!symbols->dwfl)
		symbols->dwfl = open_images();
	module = symbols->dwfl ? dwfl_addrmodule(symbols->dwfl, at) : NULL;
	if (!module)
		return NULL;
	q->function = dwfl_module_addrname(module, at);
	dwarf = dwfl_module_getdwarf(module, &base);
	if (dwarf)
		line_at(dwarf, at - base, &q->file, &q->line);
	return NULL;
}

static struct known *learn(const void *pc)
{
	struct query q = {.pc = pc};
	const char *image = "unknown code", *file;
	size_t function_bytes, file_bytes, image_bytes;
	struct known *k;
	pthread_t thread;
	bool unknown;
	Dl_info info;

	if (dladdr(pc, &info)) {
		image = base_name(info.dli_fname);
		if (!pthread_create(&thread, NULL, resolve, &q))
			pthread_join(thread, NULL);
		if (!q.function)
			q.function = info.dli_sname;
	}
	unknown = !q.function;
	if (unknown)
		q.function = image;
	file = q.file ? symbol_short_path(q.file) : "";
	/* The compiler's parts of a function ("f.cold", "f.isra.0") are that function. */
	function_bytes = (unknown ? strlen(q.function) : strcspn(q.function + 1, ".") + 1) + 1;
	file_bytes = strlen(file) + 1;
	image_bytes = strlen(image) + 1;
	k = calloc(1, sizeof(*k) + function_bytes + file_bytes + image_bytes);
	if (!k)
		abort();
	k->pc = pc;
	k->symbol.function = memcpy(k->text, q.function, function_bytes - 1);
	k->symbol.file = memcpy(k->text + function_bytes, file, file_bytes);
	k->symbol.image = memcpy(k->text + function_bytes + file_bytes, image, image_bytes);
	k->symbol.line = q.line;
	k->symbol.unknown = unknown;
	if (!q.file)
		k->symbol.file = NULL;
	return k;
}

const struct symbol *symbol_at(const void *pc)
{
	const unsigned depth = arena_depth_set(0);
	struct known **b, *k;

	if (!symbols)
		symbols = calloc(1, sizeof(*symbols));
	if (!symbols)
		abort();
	b = &symbols->bucket[((uintptr_t)pc >> 2) % BUCKETS];
	for (k = *b; k; k = k->next)
		if (k->pc == pc)
			break;
	if (!k) {
		k = learn(pc);
		k->next = *b;
		*b = k;
	}
	arena_depth_set(depth);
	return &k->symbol;
}

void symbol_images_changed(void)
{
	if (symbols && symbols->dwfl)
		dwfl_end(symbols->dwfl);
	if (symbols)
		symbols->dwfl = NULL;
}

/* The table stays: a snapshot that is taken now must know it. */
void symbol_forget(void)
{
	symbol_images_changed();
	for (size_t i = 0; symbols && i < BUCKETS; i++)
		while (symbols->bucket[i]) {
			struct known *k = symbols->bucket[i];

			symbols->bucket[i] = k->next;
			free(k);
		}
}

__attribute__((destructor)) static void drop_table(void)
{
	symbol_forget();
	free(symbols);
	symbols = NULL;
}
