/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which parts of an image may change: by hand-made program headers, and by what the kernel says of
 * every image of this process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "core/writable.h"

#define BASE 0x10000000u
#define PARTS_MAX 8

struct parts {
	uintptr_t start[PARTS_MAX], end[PARTS_MAX];
	unsigned count;
};

static void note(void *ctx, uint8_t *at, size_t bytes)
{
	struct parts *p = ctx;

	assert_true(p->count < PARTS_MAX && bytes);
	p->start[p->count] = (uintptr_t)at;
	p->end[p->count++] = (uintptr_t)at + bytes;
}

static ElfW(Phdr) phdr(uint32_t type, uint32_t flags, uintptr_t vaddr, size_t bytes)
{
	return (ElfW(Phdr)){.p_type = type, .p_flags = flags, .p_vaddr = vaddr, .p_memsz = bytes};
}

static struct parts parts_of(ElfW(Phdr) data, ElfW(Phdr) relro)
{
	const ElfW(Phdr) ph[] = {phdr(PT_LOAD, PF_R | PF_X, 0, 0x2800), data, relro};
	struct parts p = {0};

	writable_parts(&(struct dl_phdr_info){.dlpi_addr = BASE, .dlpi_phdr = ph, .dlpi_phnum = 3},
		       note, &p);
	return p;
}

static void want(const struct parts *p, unsigned i, uintptr_t start, uintptr_t end)
{
	assert_in_range(i + 1, 1, p->count);
	assert_int_equal(p->start[i], BASE + start);
	assert_int_equal(p->end[i], BASE + end);
}

static void test_rounded_down(void **state)
{
	const ElfW(Phdr) data = phdr(PT_LOAD, PF_R | PF_W, 0x3df8, 0x2000);
	struct parts p;

	(void)state;
	p = parts_of(data, phdr(PT_NULL, 0, 0, 0));
	assert_int_equal(p.count, 1);
	want(&p, 0, 0x3df8, 0x5df8);
	/* Ends with a page, as linkers like it. */
	p = parts_of(data, phdr(PT_GNU_RELRO, PF_R, 0x3df8, 0x208));
	assert_int_equal(p.count, 1);
	want(&p, 0, 0x4000, 0x5df8);
	/* Ends in the middle of one: all of that page is writable. */
	p = parts_of(data, phdr(PT_GNU_RELRO, PF_R, 0x3df8, 0x300));
	assert_int_equal(p.count, 1);
	want(&p, 0, 0x4000, 0x5df8);
	/* So small that nothing is protected. */
	p = parts_of(data, phdr(PT_GNU_RELRO, PF_R, 0x3df8, 0x100));
	assert_int_equal(p.count, 1);
	want(&p, 0, 0x3df8, 0x5df8);
	/* All there is. */
	p = parts_of(phdr(PT_LOAD, PF_R | PF_W, 0x3df8, 0x208),
		     phdr(PT_GNU_RELRO, PF_R, 0x3df8, 0x208));
	assert_int_equal(p.count, 0);
	/* Behind data of the program. */
	p = parts_of(data, phdr(PT_GNU_RELRO, PF_R, 0x4080, 0x1010));
	assert_int_equal(p.count, 2);
	want(&p, 0, 0x3df8, 0x4000);
	want(&p, 1, 0x5000, 0x5df8);
}

static bool is_writable(uintptr_t at)
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[512], access[5];
	unsigned long start, end;
	bool yes = false;

	assert_non_null(f);
	while (!yes && fgets(line, sizeof(line), f))
		yes = sscanf(line, "%lx-%lx %4s", &start, &end, access) == 3 && at >= start &&
		      at < end && access[1] == 'w';
	fclose(f);
	return yes;
}

/* Pages of writable segments are writable exactly where a part has a byte of them. */
static int check_image(struct dl_phdr_info *image, size_t size, void *checked)
{
	struct parts p = {0};

	(void)size;
	writable_parts(image, note, &p);
	for (int i = 0; i < image->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &image->dlpi_phdr[i];
		const uintptr_t start = image->dlpi_addr + ph->p_vaddr, end = start + ph->p_memsz;

		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_W))
			continue;
		for (uintptr_t page = start & ~(uintptr_t)4095; page < end; page += 4096) {
			bool told = false;

			for (unsigned k = 0; k < p.count; k++)
				told |= p.start[k] < page + 4096 && p.end[k] > page;
			assert_int_equal(is_writable(page), told);
			++*(unsigned *)checked;
		}
	}
	return 0;
}

static void test_this_process(void **state)
{
	unsigned checked = 0;

	(void)state;
	dl_iterate_phdr(check_image, &checked);
	assert_true(checked > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rounded_down),
		cmocka_unit_test(test_this_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
