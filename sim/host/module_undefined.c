/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a linked module leaves undefined is looked up where the loader will: in the fake kernel and
 * in the modules loaded before it. What is found nowhere is explained from the surface table.
 * Not modelled: EXPORT_SYMBOL() as a condition, versions, licences and name spaces of exports. What
 * is global counts.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/module_build.h"
#include "host/run.h"
#include "host/surface.h"
#include "host/world.h"

typedef int symbol_fn(const char *name, bool undefined, bool weak, void *arg);

static int symbols_of(const char *path, symbol_fn *fn, void *arg)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = -EINVAL;
	Elf_Scn *scn = NULL;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
	while (elf && (scn = elf_nextscn(elf, scn))) {
		Elf_Data *data = elf_getdata(scn, NULL);
		GElf_Shdr shdr;
		GElf_Sym sym;

		if (!gelf_getshdr(scn, &shdr) || shdr.sh_type != SHT_DYNSYM || !data)
			continue;
		err = 0;
		for (int i = 1; !err && gelf_getsym(data, i, &sym); i++) {
			const char *name = elf_strptr(elf, shdr.sh_link, sym.st_name);

			if (name && *name)
				err = fn(name, sym.st_shndx == SHN_UNDEF,
					 GELF_ST_BIND(sym.st_info) == STB_WEAK, arg);
		}
	}
	if (elf)
		elf_end(elf);
	if (fd >= 0)
		close(fd);
	return err;
}

static int is_it(const char *name, bool undefined, bool weak, void *arg)
{
	(void)weak;
	return !undefined && !strcmp(name, arg);
}

struct check {
	struct build *b;
	unsigned missing;
};

static bool in_modules(struct build *b, const char *symbol)
{
	for (const char *const *m = world_default_modules(); *m; m++) {
		const char *path = world_find_file("module", pool_printf(&b->pool, "%s.ko.so", *m));

		if (path && symbols_of(path, is_it, (void *)symbol) == 1)
			return true;
	}
	for (size_t i = 0; i < b->withs; i++)
		if (symbols_of(b->with[i], is_it, (void *)symbol) == 1)
			return true;
	return false;
}

static int check_symbol(const char *name, bool undefined, bool weak, void *arg)
{
	/* What the compiler itself emits calls to. */
	static const char *const plain[] = {
		"memcpy",  "memmove", "memset", "memcmp",  "bcmp",	 "memchr",
		"strlen",  "strnlen", "strcmp", "strncmp", "strcasecmp", "strchr",
		"strrchr", "strstr",  "strcpy", "strncpy", "strcspn",	 "strspn",
		"strpbrk", "strsep",  "strcat", "strncat", "strncasecmp"};
	struct check *c = arg;
	void *at;
	Dl_info info, own;

	if (!undefined || weak)
		return 0;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (!strcmp(plain[i], name))
			return 0;
	at = dlsym(RTLD_DEFAULT, name);
	if (at && dladdr(at, &info) && dladdr((void *)world_create, &own) &&
	    info.dli_fbase == own.dli_fbase)
		return 0;
	if (in_modules(c->b, name))
		return 0;
	c->missing++;
	if (at)
		fprintf(stderr,
			"%s: undefined: %s is the host's C library, which a kernel has not\n",
			c->b->output, name);
	else
		fprintf(stderr, "%s: undefined: %s%s\n", c->b->output, name,
			surface_say(name, &c->b->pool));
	return 0;
}

int module_check_undefined(struct build *b)
{
	struct check c = {.b = b};

	if (symbols_of(b->output, check_symbol, &c) < 0)
		return complain("%s: cannot be read back", b->output);
	if (c.missing)
		fprintf(stderr,
			"%s: it would not load; exports of another module of yours count with "
			"--with "
			"FILE.ko.so\n",
			b->output);
	return c.missing ? EXIT_FAIL : 0;
}
