/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Images of modules. A module is a shared object, opened once per process; its writable segments
 * are copied right after relocation and put back for each new machine, so that a reset costs a
 * memcpy and a module starts with the data its author wrote. Host side: sees libc, not <linux/...>.
 *
 * Images bind to each other's exports in load order. A machine that wants other images than the
 * last one had, or in another order, therefore has those from the first difference on opened anew.
 *
 * Not modelled: signatures, version magic of symbols.
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/arena.h"
#include "core/symbol.h"
#include "core/writable.h"
#include "linux/include/linux/ffasim_module.h"
#include "linux/kernel_internal.h"
#include "linux/kmod_files.h"

/* In load order. A pool: what the machine wants next is checked against it, entry by entry. */
static struct kmod_file *files[MODULES_MAX];
static unsigned file_count;
static char why_text[700];

__attribute__((no_sanitize("address"))) static void copy(uint8_t *to, const uint8_t *from,
							 size_t bytes)
{
	/* Over the red zones of instrumented globals as well, so not memcpy(). */
	volatile uint8_t *t = to;

	for (size_t i = 0; i < bytes; i++)
		t[i] = from[i];
}

struct walk {
	uintptr_t base;
	struct kmod_file *file;
};

static void add_segment(void *ctx, uint8_t *at, size_t bytes)
{
	struct kmod_file *f = ctx;
	struct segment *s = realloc(f->segment, (f->segments + 1) * sizeof(*s));

	if (!s)
		abort();
	f->segment = s;
	s += f->segments++;
	*s = (struct segment){.at = at, .bytes = bytes, .first = malloc(bytes)};
	if (!s->first)
		abort();
	copy(s->first, at, bytes);
}

static int add_segments(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct walk *w = arg;

	(void)size;
	if (info->dlpi_addr != w->base)
		return 0;
	writable_parts(info, add_segment, w->file);
	return 1;
}

void kmod_file_restore(struct kmod_file *f)
{
	for (unsigned i = 0; i < f->segments; i++)
		copy(f->segment[i].at, f->segment[i].first, f->segment[i].bytes);
}

static void file_forget(struct kmod_file *f)
{
	for (unsigned i = 0; i < f->segments; i++)
		free(f->segment[i].first);
	free(f->segment);
	free(f->path);
	free(f);
}

static void file_close(struct kmod_file *f)
{
	/* Somebody who looked up a symbol may keep the image: then it is found in its first state.
	 */
	kmod_file_restore(f);
	dlclose(f->handle);
	file_forget(f);
}

/* Later images may be bound to earlier ones, never the other way round. */
static void files_close_from(unsigned first)
{
	while (file_count > first)
		file_close(files[--file_count]);
	symbol_forget();
}

/* "tee_shm_foo" of "...: undefined symbol: tee_shm_foo" in clear words. */
static void explain_dlerror(const char *text)
{
	const char *symbol = strstr(text, "undefined symbol: ");
	const char *colon = strstr(text, ": ");
	size_t n;

	if (!symbol) {
		snprintf(why_text, sizeof(why_text), "%s", colon ? colon + 2 : text);
		return;
	}
	symbol += strlen("undefined symbol: ");
	n = strcspn(symbol, " ,\n");
	snprintf(why_text, sizeof(why_text),
		 "unresolved symbol '%.*s': neither the fake kernel nor a module loaded before it "
		 "exports it",
		 (int)n, symbol);
}

/* Which earlier image @f got a symbol from; those cannot be unloaded before it. */
static void note_use(struct kmod_file *f, const char *symbol)
{
	struct link_map *map;
	Dl_info info;

	for (unsigned i = 0; i < file_count; i++) {
		void *at = dlsym(files[i]->handle, symbol);

		if (at && dladdr(at, &info) && !dlinfo(files[i]->handle, RTLD_DI_LINKMAP, &map) &&
		    (uintptr_t)info.dli_fbase == map->l_addr) {
			f->uses |= 1u << i;
			return;
		}
	}
}

static void note_uses(struct kmod_file *f, const struct link_map *map)
{
	const ElfW(Sym) *symbols = NULL;
	const char *strings = NULL;
	const ElfW(Rela) * table[2] = {NULL, NULL};
	size_t bytes[2] = {0, 0};

	for (const ElfW(Dyn) *d = map->l_ld; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_SYMTAB)
			symbols = (const void *)d->d_un.d_ptr;
		else if (d->d_tag == DT_STRTAB)
			strings = (const void *)d->d_un.d_ptr;
		else if (d->d_tag == DT_RELA || d->d_tag == DT_JMPREL)
			table[d->d_tag == DT_JMPREL] = (const void *)d->d_un.d_ptr;
		else if (d->d_tag == DT_RELASZ || d->d_tag == DT_PLTRELSZ)
			bytes[d->d_tag == DT_PLTRELSZ] = d->d_un.d_val;
	}
	for (int t = 0; t < 2 && symbols && strings; t++) {
		for (size_t i = 0; table[t] && i < bytes[t] / sizeof(**table); i++) {
			const ElfW(Sym) *s = &symbols[ELF64_R_SYM(table[t][i].r_info)];

			if (s->st_name && s->st_shndx == SHN_UNDEF)
				note_use(f, strings + s->st_name);
		}
	}
}

/* What the loader would only call "invalid": NULL when the file is a shared object of this machine.
 */
static const char *wrong_kind(const char *path)
{
	unsigned char h[20] = {0};
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(h, 1, sizeof(h), f) : 0;
	const unsigned type = h[16] | h[17] << 8, machine_id = h[18] | h[19] << 8;
	static char text[160];

	if (f)
		fclose(f);
	if (n < sizeof(h) || memcmp(h, ELFMAG, SELFMAG))
		return "not an ELF file; `ffasim module build` makes modules from C files";
	if (h[EI_CLASS] != ELFCLASS64 || machine_id != EM_X86_64) {
		snprintf(text, sizeof(text),
			 "built for %s, but modules run on this host: build its sources with "
			 "`ffasim "
			 "module build`",
			 machine_id == EM_AARCH64    ? "AArch64"
			 : machine_id == EM_ARM	     ? "Arm"
			 : h[EI_CLASS] == ELFCLASS32 ? "a 32-bit machine"
						     : "another machine");
		return text;
	}
	if (type == ET_REL)
		return "an object file, as a kernel build makes .ko files: build its sources with "
		       "`ffasim module build`";
	return type == ET_DYN ? NULL : "not a shared object";
}

static struct kmod_file *file_open(const char *path, int *err)
{
	char real[4096];
	struct kmod_file *f;
	struct link_map *map;

	*err = -ENOEXEC;
	if (!realpath(path, real)) {
		snprintf(why_text, sizeof(why_text), "cannot read %s: %s", path, strerror(errno));
		*err = -ENOENT;
		return NULL;
	}
	if (wrong_kind(real)) {
		snprintf(why_text, sizeof(why_text), "%s", wrong_kind(real));
		return NULL;
	}
	f = calloc(1, sizeof(*f));
	if (!f)
		abort();
	f->handle = dlopen(real, RTLD_NOW | RTLD_GLOBAL);
	if (!f->handle) {
		explain_dlerror(dlerror());
		free(f);
		return NULL;
	}
	f->desc = dlsym(f->handle, "ffasim_module");
	if (!f->desc || dlinfo(f->handle, RTLD_DI_LINKMAP, &map)) {
		snprintf(why_text, sizeof(why_text),
			 "not a module: no file of it includes <linux/module.h>");
		goto refuse;
	}
	if (f->desc->abi != FFASIM_MODULE_ABI) {
		snprintf(why_text, sizeof(why_text),
			 "built for another ABI version (%u, this kernel has %u): build it again",
			 f->desc->abi, FFASIM_MODULE_ABI);
		goto refuse;
	}
	if (f->desc->init == f->desc->init_end && f->desc->kunit == f->desc->kunit_end) {
		snprintf(why_text, sizeof(why_text), "has no module_init()");
		goto refuse;
	}
	dl_iterate_phdr(add_segments, &(struct walk){.base = map->l_addr, .file = f});
	note_uses(f, map);
	f->path = strdup(path);
	symbol_images_changed();
	return f;
refuse:
	file_close(f);
	return NULL;
}

struct kmod_file *kmod_file_at(unsigned at, const char *path, int *err, const char **why)
{
	unsigned depth;
	struct kmod_file *f;

	if (at < file_count && !strcmp(files[at]->path, path))
		return files[at];
	depth = arena_depth_set(0); /* images outlive the machine */
	files_close_from(at);
	f = file_open(path, err);
	if (f)
		files[file_count++] = f;
	else
		*why = why_text;
	arena_depth_set(depth);
	return f;
}

/* By handle: dlsym(RTLD_DEFAULT) would bind the library to the image for good, and what a later
 * machine opens would meet its exports first. */
void *klinux_module_symbol(const char *name)
{
	void *at = NULL;

	for (unsigned i = 0; i < file_count && !at; i++)
		at = dlsym(files[i]->handle, name);
	return at;
}

__attribute__((destructor)) static void drop_files(void)
{
	while (file_count)
		file_forget(files[--file_count]);
}
