/* SPDX-License-Identifier: BSD-3-Clause */
/* What the image loader takes and what it says to the rest (optee.md 3.13). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sp/ec.h"
#include "sp/gimage.h"

static const char *corpus;

static int load(const char *name, bool flat, struct gimage *g, const char **why)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", corpus, name);
	return gimage_load(path, flat, g, why);
}

static uint64_t put_offset, put_value;

static void put(void *ctx, uint64_t offset, uint64_t value)
{
	(void)ctx;
	put_offset = offset;
	put_value = value;
}

static void good_elf(void **state)
{
	uint64_t offset, bytes;
	const char *why;
	uint8_t page[4096] = {0};
	struct gimage g;

	(void)state;
	assert_int_equal(load("good.elf", false, &g, &why), 0);
	assert_int_equal(g.format, GIMAGE_ELF);
	assert_int_equal(g.segment_count, 2);
	assert_int_equal(g.segment[0].va, 0);
	assert_int_equal(g.segment[0].access, EC_MAP_R | EC_MAP_X);
	assert_int_equal(g.segment[1].va, 0x1000);
	assert_int_equal(g.segment[1].pages, 3);
	assert_int_equal(g.segment[1].access, EC_MAP_R | EC_MAP_W);
	assert_int_equal(g.entry, 0);
	assert_true(g.has_sp_head);
	assert_int_equal(g.stack_bytes, 65536);
	gimage_fill(&g, 0, page);
	assert_int_equal(page[0] | (uint32_t)page[3] << 24, 0xd4000001u);
	assert_true(gimage_relocate(&g, 0x40000000, put, NULL));
	assert_int_equal(put_offset, 0x1008);
	assert_int_equal(put_value, 0x40000004);
	assert_true(gimage_symbol(&g, "start", &offset, &bytes));
	assert_int_equal(offset, 0);
	assert_string_equal(gimage_symbol_at(&g, 8, &offset), "start");
	assert_int_equal(offset, 8);
	assert_false(gimage_symbol(&g, "nobody", &offset, &bytes));
	gimage_free(&g);
}

/* An SP package is its image, whatever surrounds it. */
static void package(void **state)
{
	const char *why;
	struct gimage g;

	(void)state;
	assert_int_equal(load("package.sp", false, &g, &why), 0);
	assert_int_equal(g.segment_count, 2);
	assert_int_equal(g.format, GIMAGE_ELF);
	gimage_free(&g);
}

/* Flat: read and execute, entered at the first byte, no stack: SP = 0. */
static void flat(void **state)
{
	const char *why;
	struct gimage g;

	(void)state;
	assert_int_equal(load("flat.bin", true, &g, &why), 0);
	assert_int_equal(g.format, GIMAGE_FLAT);
	assert_int_equal(g.segment[0].access, EC_MAP_R | EC_MAP_X);
	assert_int_equal(g.entry, 0);
	assert_int_equal(g.stack_bytes, 0);
	gimage_free(&g);
	assert_true(load("flat.bin", false, &g, &why) < 0);
	assert_non_null(strstr(why, "elf-format"));
}

static void refused(void **state)
{
	static const struct {
		const char *file, *why;
	} bad[] = {
		{"overlap.elf", "overlap"},
		{"entry-outside.elf", "entry point"},
		{"entry-in-data.elf", "entry point"},
		{"writable-code.elf", "writable and executable"},
		{"other-machine.elf", "AArch64"},
		{"package-image-outside.sp", "inside the file"},
		{"package-manifest-behind.sp", "before the image"},
		{"bad-relocation.elf", "relocation"},
		{"relocation-outside.elf", "relocation"},
		{"not-there.elf", "missing"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *why = "";
		struct gimage g;

		assert_true(load(bad[i].file, true, &g, &why) < 0);
		if (!strstr(why, bad[i].why))
			fail_msg("%s: %s", bad[i].file, why);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_elf),
		cmocka_unit_test(package),
		cmocka_unit_test(flat),
		cmocka_unit_test(refused),
	};

	corpus = argc > 1 ? argv[1] : ".";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
