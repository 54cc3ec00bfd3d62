/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Image recognition and back ends. The head of the file decides who runs it; the native back end is
 * built in, others register themselves from a loadable module.
 */
#include "sp/image.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/hostlib.h"
#include "sp/gimage.h"

static const struct ec_backend *backends[EC_BACKENDS_MAX] = {&native_backend};
static size_t backend_count = 1;

int ec_backend_register(const struct ec_backend *backend)
{
	for (size_t i = 0; i < backend_count; i++)
		if (!strcmp(backends[i]->name, backend->name))
			return backends[i] == backend ? 0 : -EEXIST;
	if (backend_count == EC_BACKENDS_MAX)
		return -ENOSPC;
	backends[backend_count++] = backend;
	return 0;
}

int ec_backend_load(const char *path, const char **why)
{
	/* Never unloaded: contexts of later machines use it again. */
	void *handle;
	const struct ec_backend *backend;

	/* The module and the engine it brings along are no part of a machine. */
	hostlib_begin();
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	hostlib_end((const void *)ec_backend_load);
	if (!handle) {
		*why = "back end module cannot be loaded";
		return -ENOENT;
	}
	backend = dlsym(handle, EC_BACKEND_SYMBOL);
	if (!backend) {
		*why = "not a back end module: no symbol " EC_BACKEND_SYMBOL;
		dlclose(handle);
		return -ENOEXEC;
	}
	return ec_backend_register(backend);
}

static bool is_elf(const uint8_t *head, size_t len_bytes)
{
	return len_bytes >= sizeof(Elf64_Ehdr) && !memcmp(head, ELFMAG, SELFMAG);
}

bool image_is_host_object(const uint8_t *head, size_t len_bytes)
{
	Elf64_Ehdr ehdr;

	if (!is_elf(head, len_bytes))
		return false;
	memcpy(&ehdr, head, sizeof(ehdr));
	return ehdr.e_ident[EI_CLASS] == ELFCLASS64 && ehdr.e_type == ET_DYN &&
	       ehdr.e_machine == EM_X86_64;
}

#define GUEST_BACKEND "el0"

static const struct ec_backend *backend_named(const char *name)
{
	for (size_t i = 0; i < backend_count; i++)
		if (!strcmp(backends[i]->name, name))
			return backends[i];
	return NULL;
}

bool ec_backends_rest(enum ec_rest how)
{
	bool all = true;

	for (size_t i = 0; i < backend_count; i++)
		if (backends[i]->rest)
			all &= backends[i]->rest(how);
	return all;
}

bool ec_backend_loaded(const char *name)
{
	return backend_named(name);
}

static size_t read_head(const char *path, uint8_t *head, size_t room)
{
	FILE *file = path ? fopen(path, "rb") : NULL;
	size_t len = 0;

	if (file) {
		len = fread(head, 1, room, file);
		fclose(file);
	}
	return len;
}

const char *ec_image_backend(const char *path, bool flat)
{
	uint8_t head[sizeof(Elf64_Ehdr)];
	const size_t len = read_head(path, head, sizeof(head));

	if (image_is_host_object(head, len))
		return native_backend.name;
	return gimage_recognises(head, len) || (flat && !is_elf(head, len)) ? GUEST_BACKEND : NULL;
}

static int find_backend(const char *path, bool flat, const struct ec_backend **out,
			const char **why)
{
	uint8_t head[sizeof(Elf64_Ehdr)];
	const char *name;
	size_t len;

	if (!path || access(path, R_OK)) {
		*why = "SP image is missing";
		return -ENOENT;
	}
	len = read_head(path, head, sizeof(head));
	for (size_t i = 0; i < backend_count; i++)
		if (backends[i]->recognises(head, len)) {
			*out = backends[i];
			return 0;
		}
	name = ec_image_backend(path, flat);
	*out = name ? backend_named(name) : NULL;
	if (*out)
		return 0;
	if (name)
		*why = "SP image is AArch64 code: its back end is not loaded";
	else if (is_elf(head, len))
		*why = "SP image is ELF, but not a shared object of this host";
	else
		*why = "SP image is not an ELF shared object";
	return -ENOEXEC;
}

int ec_image_check(const char *path, bool flat, const char **why)
{
	const struct ec_backend *backend;
	int err = find_backend(path, flat, &backend, why);

	return err || !backend->check ? err : backend->check(path, flat, why);
}

int ec_create(const struct ec_config *cfg, struct ec **out, const char **why)
{
	const struct ec_backend *backend;
	int err = find_backend(cfg->image_path, cfg->flat, &backend, why);

	*out = NULL;
	return err ? err : backend->create(cfg, out, why);
}
