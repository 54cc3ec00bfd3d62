/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Module loader. A module is a shared object, opened once per process; its writable segments are
 * copied right after relocation and put back for each new machine, so that a reset costs a memcpy
 * and a module starts with the data its author wrote. Host side: sees libc, not <linux/...>.
 *
 * Images bind to each other's exports in load order. A machine that wants other images than the
 * last one had, or in another order, therefore has those from the first difference on opened anew.
 *
 * Not modelled: signatures, version magic of symbols, parameters that change at run time.
 */
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/watch.h"
#include "core/arena.h"
#include "core/symbol.h"
#include "linux/include/linux/ffasim_module.h"
#include "linux/kernel_internal.h"
#include "linux/khost.h"

#define MODULES_MAX 32
#define SEGMENTS_MAX 4
#define PARAMS_MAX 32

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
	uint32_t uses; /* bit per earlier image whose exports it is bound to */
};

struct kmod {
	char name[32];
	struct kmod_file *file;
	bool live, failed;
	bool user;		/* given by the user: what goes wrong in it is a finding */
	unsigned registrations; /* made by its initcalls */
	char *text[PARAMS_MAX]; /* values of charp parameters */
	unsigned texts;
};

struct kmods { /* per machine */
	struct kmod mod[MODULES_MAX];
	unsigned count;
	struct kmod *starting; /* whose initcall runs */
};

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

static void file_forget(struct kmod_file *f)
{
	for (unsigned i = 0; i < f->segments; i++)
		free(f->segment[i].first);
	free(f->path);
	free(f);
}

static void file_close(struct kmod_file *f)
{
	/* Somebody who looked up a symbol may keep the image: then it is found in its first state.
	 */
	for (unsigned i = 0; i < f->segments; i++)
		copy(f->segment[i].at, f->segment[i].first, f->segment[i].bytes);
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

/* The image for place @at in load order; the one of the last machine if it is the same. */
static struct kmod_file *file_at(unsigned at, const char *path, int *err)
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

int kmods_create(struct klinux *k)
{
	k->mods = calloc(1, sizeof(*k->mods));
	return k->mods ? 0 : -ENOMEM;
}

void kmods_destroy(struct klinux *k)
{
	for (unsigned i = 0; k->mods && i < k->mods->count; i++)
		while (k->mods->mod[i].texts)
			free(k->mods->mod[i].text[--k->mods->mod[i].texts]);
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
	mod->file = file_at(mods->count, path, &err);
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

void klinux_module_watch(struct klinux *k)
{
	k->mods->mod[k->mods->count - 1].user = true;
}

/* --- parameters ------------------------------------------------------------------------------- */
static bool set_integer(const struct ffasim_param *p, const char *value)
{
	static const struct {
		const char *type;
		unsigned bytes;
		bool is_signed;
	} types[] = {{"int", 4, true},	 {"uint", 4, false},   {"hexint", 4, false},
		     {"short", 2, true}, {"ushort", 2, false}, {"byte", 1, false},
		     {"long", 8, true},	 {"ulong", 8, false},  {"ullong", 8, false}};
	char *end;
	unsigned i = 0;
	int64_t v;

	while (i < sizeof(types) / sizeof(types[0]) && strcmp(types[i].type, p->type))
		i++;
	if (i == sizeof(types) / sizeof(types[0]))
		return false;
	errno = 0;
	v = types[i].is_signed ? strtoll(value, &end, 0) : (int64_t)strtoull(value, &end, 0);
	if (errno || end == value || *end || (!types[i].is_signed && value[0] == '-'))
		return false;
	if (types[i].bytes < 8 && types[i].is_signed &&
	    (v < -(1ll << (types[i].bytes * 8 - 1)) || v >= 1ll << (types[i].bytes * 8 - 1)))
		return false;
	if (types[i].bytes < 8 && !types[i].is_signed && (uint64_t)v >> (types[i].bytes * 8))
		return false;
	memcpy(p->value, &v, types[i].bytes);
	return true;
}

static bool set_param(struct kmod *mod, const struct ffasim_param *p, const char *value)
{
	if (!strcmp(p->type, "bool")) {
		if (value[0] && strchr("yY1tT", value[0]))
			*(bool *)p->value = true;
		else if (value[0] && strchr("nN0fF", value[0]))
			*(bool *)p->value = false;
		else
			return false;
		return true;
	}
	if (!strcmp(p->type, "charp")) {
		if (mod->texts == PARAMS_MAX)
			return false;
		mod->text[mod->texts] = strdup(value);
		*(char **)p->value = mod->text[mod->texts];
		return mod->text[mod->texts++] != NULL;
	}
	return set_integer(p, value);
}

int klinux_module_param(struct klinux *k, const char *name, const char *value, const char **why)
{
	struct kmod *mod = &k->mods->mod[k->mods->count - 1];
	const struct ffasim_module_desc *d = mod->file->desc;
	size_t n;

	*why = why_text;
	for (const struct ffasim_param *p = d->param; p < d->param_end; p++) {
		if (strcmp(p->name, name))
			continue;
		if (set_param(mod, p, value))
			return 0;
		snprintf(why_text, sizeof(why_text),
			 "parameter '%s' cannot be '%s': it is of type %s", name, value, p->type);
		return -EINVAL;
	}
	n = (size_t)snprintf(why_text, sizeof(why_text), "has no parameter '%s'", name);
	for (const struct ffasim_param *p = d->param; p < d->param_end && n < sizeof(why_text); p++)
		n += (size_t)snprintf(why_text + n, sizeof(why_text) - n, "%s%s",
				      p == d->param ? " (it has: " : ", ", p->name);
	if (d->param < d->param_end && n < sizeof(why_text))
		snprintf(why_text + n, sizeof(why_text) - n, ")");
	return -ENOENT;
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

/* A driver that no one will ever call: most often its module_ffa_driver() line is missing. */
static void check_registrations(struct klinux *k)
{
	for (unsigned i = 0; i < k->mods->count; i++) {
		struct kmod *mod = &k->mods->mod[i];

		if (!mod->user || !mod->live || mod->registrations ||
		    mod->file->desc->kunit < mod->file->desc->kunit_end)
			continue;
		report_add(&k->m->report, FINDING_DETECTOR, machine_where(k->m),
			   "module %s: its init succeeded but registered no driver, bus, class or "
			   "device",
			   mod->name);
	}
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

				if (c->level != level || mod->failed)
					continue;
				mod->live = true;
				mods->starting = mod;
				err = c->fn();
				mods->starting = NULL;
				if (err) {
					init_failed(k, mod, c, err);
					first_err = first_err ? first_err : err;
					mod->live = false;
					mod->failed = true;
				}
			}
		}
	}
	check_registrations(k);
	return first_err;
}

bool kmods_suites(struct klinux *k, unsigned i, struct kunit_suite *const **suite,
		  struct kunit_suite *const **end)
{
	if (i >= k->mods->count)
		return false;
	*suite = k->mods->mod[i].file->desc->kunit;
	*end = k->mods->mod[i].file->desc->kunit_end;
	return true;
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

	if (!mod || !mod->user || err == -ENODEV || err == -ENXIO ||
	    err == -EOPNOTSUPP) /* the firmware is too old for it */
		return;
	report_add(&k->m->report, FINDING_DETECTOR, machine_where(k->m),
		   "module %s: probe of %s by driver %s failed with %d (%s)", mod->name, device,
		   driver, err, kh_errno_name(-err) ? kh_errno_name(-err) : "not an errno");
}

static bool is_used(const struct kmods *mods, const struct kmod *mod)
{
	unsigned place = (unsigned)(mod - mods->mod);

	for (unsigned i = 0; i < mods->count; i++)
		if (mods->mod[i].live && mods->mod[i].file->uses >> place & 1)
			return true;
	return false;
}

/* What `rmmod` refuses: a module with references, one whose exports another one uses, and one
 * without an exit function. */
static int mod_exit(struct kmods *mods, struct kmod *mod)
{
	const struct ffasim_module_desc *d = mod->file->desc;

	if (!mod->live)
		return 0;
	if (d->module->refcount > 0 || is_used(mods, mod))
		return -EWOULDBLOCK;
	if (d->init < d->init_end && d->exit == d->exit_end)
		return -EBUSY;
	WATCH(acquire, d->module);
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
		int err = mod_exit(k->mods, &k->mods->mod[i]);

		first_err = first_err ? first_err : err;
	}
	return first_err ? -EBUSY : 0;
}

int klinux_module_remove(struct klinux *k, const char *name)
{
	for (unsigned i = 0; i < k->mods->count; i++)
		if (!strcmp(k->mods->mod[i].name, name))
			return k->mods->mod[i].live ? mod_exit(k->mods, &k->mods->mod[i]) : -ENOENT;
	return -ENOENT;
}
