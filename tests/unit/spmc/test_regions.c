/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory and device regions, boot information, unknown properties: ffa.md 7.2, 7.3, optee.md 3.12.
 */
#include "harness.h"

#include <errno.h>
#include <libfdt.h>
#include <string.h>

#define FIXED 0x0f0ff000u

static void region(const char *name, uint64_t base, uint64_t offset, uint32_t pages,
		   uint32_t attributes)
{
	const fdt64_t b = cpu_to_fdt64(base), o = cpu_to_fdt64(offset);

	dtb_node(name);
	if (base)
		dtb_bytes("base-address", &b, sizeof(b));
	if (offset)
		dtb_bytes("load-address-relative-offset", &o, sizeof(o));
	dtb_u32("pages-count", pages);
	dtb_u32("attributes", attributes);
	dtb_end_node();
}

static void begin_regions(const char *compatible)
{
	dtb_node(strstr(compatible, "device") ? "device-regions" : "memory-regions");
	dtb_bytes("compatible", compatible, (uint32_t)strlen(compatible) + 1);
}

static void good_regions(void)
{
	dtb_u32("frobnicate", 1);
	begin_regions(MANIFEST_MEMORY_REGIONS);
	region("anywhere", 0, 0, 2, 3);
	region("fixed", FIXED, 0, 1, 1);
	region("data", 0, 0x1000, 1, 3);
	dtb_end_node();
	begin_regions(MANIFEST_DEVICE_REGIONS);
	region("uart", 0x1c0b0000, 0, 1, 3);
	dtb_end_node();
}

/* Where the SPMC says the region is. */
static uint64_t written_back(const char *compatible, const char *name)
{
	const void *dtb = h.s->sp[0]->dtb, *p;
	int node = fdt_node_offset_by_compatible(dtb, -1, compatible), len;

	node = fdt_subnode_offset(dtb, node, name);
	p = fdt_getprop(dtb, node, "base-address", &len);
	return p && len == 8 ? fdt64_ld(p) : 0;
}

static const struct ec_map *map_of(const char *compatible, const char *name)
{
	return ec_map_find(&h.sp[0]->ec, written_back(compatible, name));
}

static void body_regions(void)
{
	const struct ec_map *m;

	CHECK_EQ(h.boot_result, 0);
	m = map_of(MANIFEST_MEMORY_REGIONS, "anywhere");
	CHECK(m != NULL);
	CHECK_EQ(m->pages, 2);
	CHECK_EQ(m->access, EC_MAP_R | EC_MAP_W);
	CHECK(!physmem_is_ns(&h.m->mem, m->pa, PHYS_PAGE_BYTES));
	m = map_of(MANIFEST_MEMORY_REGIONS, "fixed");
	CHECK_EQ(m->pa.v, FIXED);
	CHECK_EQ(m->access, EC_MAP_R);
	/* The second page of the image became data, the first is still code. */
	CHECK_EQ(written_back(MANIFEST_MEMORY_REGIONS, "data"), EC_IMAGE_VA + 0x1000);
	CHECK_EQ(map_of(MANIFEST_MEMORY_REGIONS, "data")->access, EC_MAP_R | EC_MAP_W);
	CHECK_EQ(ec_map_find(&h.sp[0]->ec, EC_IMAGE_VA)->access, EC_MAP_R | EC_MAP_X);
	m = map_of(MANIFEST_DEVICE_REGIONS, "uart");
	CHECK_EQ(m->pa.v, 0x1c0b0000);
	CHECK_EQ(m->access, EC_MAP_R | EC_MAP_W | EC_MAP_DEVICE);
	CHECK_EQ(h.sp[0]->boot_magic, 0xffa); /* optee.md 3.12: default x0 */
	CHECK_EQ(seen("sp.console"), 1);
	CHECK_EQ(last_arg("sp.console", 1),
		 trace_intern("manifest: frobnicate: unknown property, ignored"));
}

static void optee_3_12_regions(void **state)
{
	static const struct hcfg cfg = {.sp = {{"s1", 2, .more = good_regions}}};

	(void)state;
	with_machine(&cfg, body_regions);
}

static void outside_of_the_image(void)
{
	begin_regions(MANIFEST_MEMORY_REGIONS);
	region("data", 0, 0x2000, 1, 3);
	dtb_end_node();
}

static void no_such_memory(void)
{
	begin_regions(MANIFEST_MEMORY_REGIONS);
	region("data", 0x06248000, 0, 1, 3);
	dtb_end_node();
}

static void body_refused(void)
{
	CHECK_EQ(h.boot_result, -EINVAL);
	CHECK_EQ(strcmp(h.err.text, "data: region cannot be mapped"), 0);
}

static void body_nowhere(void)
{
	CHECK_EQ(h.boot_result, -EINVAL);
	CHECK_EQ(strcmp(h.err.text, "data: region is not in the machine's memory"), 0);
}

static void optee_3_12_regions_without_memory(void **state)
{
	static const struct hcfg outside = {.sp = {{"s1", 2, .more = outside_of_the_image}}};
	static const struct hcfg nowhere = {.sp = {{"s1", 2, .more = no_such_memory}}};

	(void)state;
	with_machine(&outside, body_refused);
	with_machine(&nowhere, body_nowhere);
}

#define CARVE_OUT 0x40010000u

static void carve_out(void)
{
	begin_regions(MANIFEST_MEMORY_REGIONS);
	region("mm-comm-buffer", CARVE_OUT, 0, 8, 0xb);
	dtb_end_node();
}

/* Trusted-services.md 2.6: a carve-out, so Linux never gets its pages. Another SP may have it too.
 */
static void body_carve_out(void)
{
	pa_t pa;

	CHECK_EQ(h.boot_result, 0);
	for (unsigned i = 0; i < 64; i++) {
		CHECK(physmem_alloc(&h.m->mem, PHYS_NS, 1, &pa));
		CHECK(pa.v < CARVE_OUT || pa.v >= CARVE_OUT + 8 * PHYS_PAGE_BYTES);
	}
	CHECK(pa.v > CARVE_OUT);
}

static void carve_outs_are_reserved(void **state)
{
	static const struct hcfg cfg = {
		.sp = {{"s1", 2, .more = carve_out}, {"s2", 2, .more = carve_out}}};

	(void)state;
	with_machine(&cfg, body_carve_out);
}

/* Somebody took the page before the partitions boot. */
static void in_use(void)
{
	pa_t pa;

	CHECK(physmem_alloc(&h.m->mem, PHYS_NS, 1, &pa));
	begin_regions(MANIFEST_MEMORY_REGIONS);
	region("data", pa.v, 0, 1, 3);
	dtb_end_node();
}

static void body_in_use(void)
{
	CHECK_EQ(h.boot_result, -EINVAL);
	CHECK_EQ(strcmp(h.err.text, "data: region overlaps memory that somebody else has already"),
		 0);
}

static void a_region_in_use_is_refused(void **state)
{
	static const struct hcfg cfg = {.sp = {{"s1", 2, .more = in_use}}};

	(void)state;
	with_machine(&cfg, body_in_use);
}

static void asks(void)
{
	dtb_u32("gp-register-num", 0);
}

static void body_without(void)
{
	CHECK_EQ(h.boot_result, 0);
	CHECK_EQ(h.sp[0]->boot_info_va, 0);
	CHECK_EQ(h.sp[1]->boot_magic, 0xffa);
}

/* Under Hafnium who does not ask gets none. */
static void ffa_7_2_boot_information_is_asked_for(void **state)
{
	static const struct hcfg cfg = {.profile = "hafnium-2.x",
					.sp = {{"s1", 2}, {"s2", 2, .more = asks}}};

	(void)state;
	with_machine(&cfg, body_without);
}

/* ---- refusals, with the place they are about ---- */
struct bad {
	void (*write)(void);
	const char *text, *node, *property;
};

static void bad_access(void)
{
	begin_regions(MANIFEST_MEMORY_REGIONS);
	region("good", 0, 0, 1, 3);
	region("rwx", 0, 0, 1, 7);
	dtb_end_node();
}
static void bad_pages(void)
{
	begin_regions(MANIFEST_MEMORY_REGIONS);
	region("none", 0, 0, 0, 3);
	dtb_end_node();
}
static void bad_base(void)
{
	begin_regions(MANIFEST_MEMORY_REGIONS);
	region("odd", 0x0f0ff010, 0, 1, 3);
	dtb_end_node();
}
static void bad_both(void)
{
	begin_regions(MANIFEST_MEMORY_REGIONS);
	region("both", FIXED, 0x1000, 1, 3);
	dtb_end_node();
}
static void bad_offset(void)
{
	begin_regions(MANIFEST_MEMORY_REGIONS);
	region("odd", 0, 0x1010, 1, 3);
	dtb_end_node();
}
static void bad_device(void)
{
	begin_regions(MANIFEST_DEVICE_REGIONS);
	region("nowhere", 0, 0, 1, 3);
	dtb_end_node();
}
static void bad_device_code(void)
{
	begin_regions(MANIFEST_DEVICE_REGIONS);
	region("code", 0x1c0b0000, 0, 1, 5);
	dtb_end_node();
}

static void optee_3_12_refused_regions(void **state)
{
	static const struct bad rows[] = {
		{bad_access, "x.dts: attributes: not RO, RW or RX", "rwx", "attributes"},
		{bad_pages, "x.dts: pages-count: zero or too many", "none", "pages-count"},
		{bad_base, "x.dts: base-address: not page aligned", "odd", "base-address"},
		{bad_both, "x.dts: load-address-relative-offset: beside a base-address", "both",
		 "load-address-relative-offset"},
		{bad_offset, "x.dts: load-address-relative-offset: not page aligned", "odd",
		 "load-address-relative-offset"},
		{bad_device, "x.dts: base-address: required in a device region", "nowhere",
		 "base-address"},
		{bad_device_code, "x.dts: attributes: not RO or RW", "code", "attributes"},
	};
	static uint8_t dtb[DTB_MAX_BYTES];
	struct machine_config mc;
	struct spmc_error err;
	struct machine *m;
	struct spmc *s;

	(void)state;
	machine_config_init(&mc);
	m = machine_create(&mc);
	assert_int_equal(spmc_create(m, &(struct spmc_config){0}, &s, &err), 0);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct hsp sp = {"x", 2, .more = rows[i].write};
		const struct spmc_partition_config pc = {.name = "x",
							 .dtb = dtb,
							 .dtb_bytes = make_dtb(dtb, &sp, i),
							 .manifest_path = "x.dts"};

		assert_int_equal(spmc_add_partition(s, &pc, &err), -EINVAL);
		assert_string_equal(err.text, rows[i].text);
		assert_string_equal(err.node, rows[i].node);
		assert_string_equal(err.property, rows[i].property);
	}
	spmc_destroy(s);
	machine_destroy(m);
}

/* Each property is in the table once, and says why where it is ignored. */
static void ffa_7_3_table_of_properties(void **state)
{
	static const char *const read[] = {"compatible",
					   "uuid",
					   "ffa-version",
					   "execution-state",
					   "messaging-method",
					   "ns-interrupts-action",
					   "boot-order",
					   "id",
					   "elf-format",
					   "gp-register-num",
					   "vm-availability-messages"};
	size_t n;
	const struct manifest_property *p = manifest_properties(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		assert_true(!p[i].optee_ignores || p[i].optee_ignores[0]);
		for (size_t k = 0; k < i; k++)
			assert_false(p[i].place == p[k].place && !strcmp(p[i].name, p[k].name));
	}
	for (size_t r = 0; r < sizeof(read) / sizeof(read[0]); r++) {
		size_t i = 0;

		while (i < n && strcmp(p[i].name, read[r]))
			i++;
		assert_true(i < n);
		assert_null(p[i].optee_ignores);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(optee_3_12_regions),
		cmocka_unit_test(carve_outs_are_reserved),
		cmocka_unit_test(a_region_in_use_is_refused),
		cmocka_unit_test(optee_3_12_regions_without_memory),
		cmocka_unit_test(ffa_7_2_boot_information_is_asked_for),
		cmocka_unit_test(optee_3_12_refused_regions),
		cmocka_unit_test(ffa_7_3_table_of_properties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
