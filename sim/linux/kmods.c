/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Module loader. A module is a shared object, opened once per process; its writable segments are
 * copied right after relocation and put back for each new machine, so that a reset costs a memcpy
 * and a module starts with the data its author wrote. Host side: sees libc, not <linux/...>.
 *
 * Not modelled: module parameters, signatures, unloading of the code itself.
 */
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/symbol.h"
#include "linux/include/linux/ffasim_module.h"
#include "linux/kernel_internal.h"
#include "linux/khost.h"

#define MODULES_MAX 32
#define SEGMENTS_MAX 4

struct segment {
	uint8_t *at;
	uint8_t *first; /* what the segment held after relocation */
	size_t bytes;
};

struct kmod_file { /* per process */
	char *path;
	void *handle;
	const struct ffasim_module_desc *desc;
	struct segment segment[SEGMENTS_MAX];
	unsigned segments;
	struct kmod_file *next;
};

struct kmod {
	char name[32];
	struct kmod_file *file;
	bool live;
	bool user;		/* given by the user: what goes wrong in it is a finding */
	unsigned registrations; /* made by its initcalls */
};

struct kmods { /* per machine */
	struct kmod mod[MODULES_MAX];
	unsigned count;
	struct kmod *starting; /* whose initcall runs */
};

static struct kmod_file *files;
static char why_text[300];

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

static int add_segments(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct walk *w = arg;
	uintptr_t relro = 0, relro_end = 0;

	(void)size;
	if (info->dlpi_addr != w->base)
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type != PT_GNU_RELRO)
			continue;
		relro = info->dlpi_addr + ph->p_vaddr;
		relro_end = (relro + ph->p_memsz + 4095) & ~(uintptr_t)4095;
	}
	for (int i = 0; i < info->dlpi_phnum && w->file->segments < SEGMENTS_MAX; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + ph->p_vaddr, end = start + ph->p_memsz;
		struct segment *s = &w->file->segment[w->file->segments];

		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_W))
			continue;
		/* The part made read-only after relocation cannot have changed. */
		if (relro && start >= (relro & ~(uintptr_t)4095) && start < relro_end)
			start = relro_end < end ? relro_end : end;
		if (start == end)
			continue;
		s->at = (uint8_t *)start;
		s->bytes = end - start;
		s->first = malloc(s->bytes);
		if (!s->first)
			abort();
		copy(s->first, s->at, s->bytes);
		w->file->segments++;
	}
	return 1;
}

static struct kmod_file *file_open(const char *path, int *err)
{
	struct kmod_file *f;
	struct link_map *map;
	FILE *probe;

	for (f = files; f; f = f->next)
		if (!strcmp(f->path, path))
			return f;
	probe = fopen(path, "rb");
	if (!probe) {
		snprintf(why_text, sizeof(why_text), "no such file: %s", path);
		*err = -ENOENT;
		return NULL;
	}
	fclose(probe);
	f = calloc(1, sizeof(*f));
	if (!f)
		abort();
	f->handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
	if (!f->handle) {
		const char *text = dlerror(), *colon = strstr(text, ": ");

		snprintf(why_text, sizeof(why_text), "%s", colon ? colon + 2 : text);
		free(f);
		*err = -ENOEXEC;
		return NULL;
	}
	f->desc = dlsym(f->handle, "ffasim_module");
	if (!f->desc || f->desc->abi != FFASIM_MODULE_ABI ||
	    dlinfo(f->handle, RTLD_DI_LINKMAP, &map)) {
		snprintf(why_text, sizeof(why_text), "%s",
			 f->desc ? "built for another ABI version"
				 : "not a module: it exports no ffasim_module");
		goto refuse;
	}
	if (f->desc->init == f->desc->init_end) {
		snprintf(why_text, sizeof(why_text), "has no module_init()");
		goto refuse;
	}
	dl_iterate_phdr(add_segments, &(struct walk){.base = map->l_addr, .file = f});
	f->path = strdup(path);
	f->next = files;
	files = f;
	symbol_images_changed();
	return f;
refuse:
	dlclose(f->handle);
	free(f);
	*err = -ENOEXEC;
	return NULL;
}

static void forget(struct kmod_file *f)
{
	for (unsigned i = 0; i < f->segments; i++)
		free(f->segment[i].first);
	free(f->path);
	free(f);
}

__attribute__((destructor)) static void drop_files(void)
{
	while (files) {
		struct kmod_file *f = files;

		files = f->next;
		forget(f);
	}
}

/*
 * Modules find each other's symbols by name, so the two flavours of a module must not be loaded at
 * the same time: all of them leave before the first one of the other flavour comes. Last loaded
 * first, because a module keeps those loaded that it depends on.
 */
static void unload_all(void)
{
	while (files) {
		struct kmod_file *f = files;

		files = f->next;
		dlclose(f->handle);
		forget(f);
	}
	symbol_forget();
}

int kmods_create(struct klinux *k)
{
	static bool loaded_instrumented;

	if (k->cfg.instrumented_modules != loaded_instrumented)
		unload_all();
	loaded_instrumented = k->cfg.instrumented_modules;
	k->mods = calloc(1, sizeof(*k->mods));
	return k->mods ? 0 : -ENOMEM;
}

void kmods_destroy(struct klinux *k)
{
	free(k->mods);
	k->mods = NULL;
}

int klinux_module_add(struct klinux *k, const char *name, const char *path, const char **why)
{
	struct kmods *mods = k->mods;
	struct kmod *mod;
	int err = 0;

	if (mods->count == MODULES_MAX) {
		*why = "too many modules";
		return -ENOSPC;
	}
	mod = &mods->mod[mods->count];
	mod->file = file_open(path, &err);
	if (!mod->file) {
		*why = why_text;
		return err;
	}
	for (unsigned i = 0; i < mod->file->segments; i++) {
		struct segment *s = &mod->file->segment[i];

		copy(s->at, s->first, s->bytes);
	}
	snprintf(mod->name, sizeof(mod->name), "%s", name);
	mods->count++;
	return 0;
}

static void init_failed(struct klinux *k, struct kmod *mod, const struct ffasim_initcall *call,
			int err)
{
	klog_printf(3, "initcall %s of module %s returned with error code %d", call->name,
		    mod->name, err);
	report_add(&k->m->report, FINDING_DETECTOR, machine_where(k->m),
		   "module %s: %s failed with %d (%s)", mod->name, call->name, err,
		   kh_errno_name(-err) ? kh_errno_name(-err) : "not an errno");
}

int kmods_run_initcalls(struct klinux *k)
{
	struct kmods *mods = k->mods;
	int first_err = 0;

	for (int level = 0; level <= FFASIM_INIT_LATE; level++) {
		for (unsigned i = 0; i < mods->count; i++) {
			struct kmod *mod = &mods->mod[i];

			for (const struct ffasim_initcall *c = mod->file->desc->init;
			     c < mod->file->desc->init_end; c++) {
				int err;

				if (c->level != level)
					continue;
				mod->live = true;
				mods->starting = mod;
				err = c->fn();
				mods->starting = NULL;
				if (err) {
					init_failed(k, mod, c, err);
					first_err = first_err ? first_err : err;
					mod->live = false;
				}
			}
		}
	}
	return first_err;
}

void kmods_registered(void)
{
	struct kmods *mods = klinux_now()->mods;

	if (mods && mods->starting)
		mods->starting->registrations++;
}

static struct kmod *mod_of(struct kmods *mods, const struct module *module)
{
	for (unsigned i = 0; i < mods->count; i++)
		if (mods->mod[i].file->desc->module == module)
			return &mods->mod[i];
	return NULL;
}

/* Built-in drivers may decline a device, that is the scenario's business; for a module under test
 * it is what its author wants to hear first. */
void kmods_probe_failed(struct module *owner, const char *driver, const char *device, int err)
{
	struct klinux *k = klinux_now();
	struct kmod *mod = mod_of(k->mods, owner);

	if (!mod || !mod->user || err == -ENODEV || err == -ENXIO)
		return;
	report_add(&k->m->report, FINDING_DETECTOR, machine_where(k->m),
		   "module %s: probe of %s by driver %s failed with %d (%s)", mod->name, device,
		   driver, err, kh_errno_name(-err) ? kh_errno_name(-err) : "not an errno");
}

static int mod_exit(struct kmod *mod)
{
	const struct ffasim_module_desc *d = mod->file->desc;

	if (!mod->live)
		return 0;
	if (d->module->refcount > 0)
		return -EWOULDBLOCK;
	d->module->state = 2;
	mod->live = false;
	for (const struct ffasim_exitcall *c = d->exit_end; c-- > d->exit;)
		c->fn();
	return 0;
}

int klinux_modules_exit(struct klinux *k)
{
	int first_err = 0;

	for (unsigned i = k->mods->count; i-- > 0;) {
		int err = mod_exit(&k->mods->mod[i]);

		first_err = first_err ? first_err : err;
	}
	return first_err ? -EBUSY : 0;
}

int klinux_module_remove(struct klinux *k, const char *name)
{
	for (unsigned i = 0; i < k->mods->count; i++)
		if (!strcmp(k->mods->mod[i].name, name))
			return k->mods->mod[i].live ? mod_exit(&k->mods->mod[i]) : -ENOENT;
	return -ENOENT;
}
