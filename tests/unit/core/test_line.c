/* SPDX-License-Identifier: BSD-3-Clause */
/* A line is found with and without the table of addresses, which clang does not write. */
#include <dlfcn.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <gelf.h>
#include <link.h>
#include "core/line.h"

struct file {
	char *bytes;
	size_t len;
	Elf *elf;
	Dwarf *dwarf;
};

static void read_self(struct file *f)
{
	const int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	f->len = (size_t)lseek(fd, 0, SEEK_END);
	f->bytes = malloc(f->len);
	assert_non_null(f->bytes);
	assert_int_equal(pread(fd, f->bytes, f->len, 0), f->len);
	close(fd);
}

/* As if the compiler had not written it. False = there is none. */
static bool without_section(struct file *f, const char *name)
{
	const Elf64_Ehdr *head = (const void *)f->bytes;
	Elf64_Shdr *section = (void *)(f->bytes + head->e_shoff);
	char *names = f->bytes + section[head->e_shstrndx].sh_offset;

	for (unsigned i = 0; i < head->e_shnum; i++) {
		if (strcmp(names + section[i].sh_name, name))
			continue;
		memcpy(names + section[i].sh_name, ".nothing", strlen(".nothing") + 1);
		return true;
	}
	return false;
}

static void open_self(struct file *f)
{
	f->elf = elf_memory(f->bytes, f->len);
	assert_non_null(f->elf);
	f->dwarf = dwarf_begin_elf(f->elf, DWARF_C_READ, NULL);
	assert_non_null(f->dwarf);
}

static void close_self(struct file *f)
{
	dwarf_end(f->dwarf);
	elf_end(f->elf);
	free(f->bytes);
}

enum { LINE_OF_HERE = __LINE__ + 1 };
static uint64_t here(void)
{
	struct link_map *map;
	Dl_info info;

	assert_true(dladdr1((void *)(uintptr_t)here, &info, (void **)&map, RTLD_DL_LINKMAP));
	return (uint64_t)(uintptr_t)here - map->l_addr;
}

static void is_found(struct file *f)
{
	const char *file = NULL;
	int line = 0;

	open_self(f);
	assert_true(line_at(f->dwarf, here(), &file, &line));
	assert_non_null(strstr(file, "tests/unit/core/test_line.c"));
	assert_in_range(line, LINE_OF_HERE, LINE_OF_HERE + 1);
	/* What no unit has stays as it was. */
	file = NULL;
	line = 7;
	assert_false(line_at(f->dwarf, 8, &file, &line));
	assert_null(file);
	assert_int_equal(line, 7);
	close_self(f);
}

static void as_compiled(void **state)
{
	struct file f;

	read_self(&f);
	is_found(&f);
}

static void without_table(void **state)
{
	struct file f;
	bool had;

	read_self(&f);
	had = without_section(&f, ".debug_aranges");
#ifndef __clang__
	assert_true(had);
#else
	(void)had;
#endif
	is_found(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_compiled),
		cmocka_unit_test(without_table),
	};

	elf_version(EV_CURRENT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
