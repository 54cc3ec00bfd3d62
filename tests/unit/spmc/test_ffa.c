/* SPDX-License-Identifier: BSD-3-Clause */
/* sim/ffa: names and descriptors (ffa.md 1.2, 2.1, 5.1, 7.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "ffa/desc.h"

static void names(void **state)
{
	(void)state;
	assert_string_equal(ffa_fid_name(0x8400006d), "FFA_RUN");
	assert_string_equal(ffa_fid_name(0xc400006f), "FFA_DIRECT_REQ64");
	assert_null(ffa_fid_name(0x84000059));
	assert_null(ffa_fid_name(0x8400008f));
	assert_string_equal(ffa_error_name(0xfffffffc), "BUSY");
	assert_null(ffa_error_name(5));
	assert_string_equal(ffa_reg_name(FFA_RUN, 1), "ep:vcpu");
	assert_null(ffa_reg_name(FFA_RUN, 2));
	assert_string_equal(ffa_reg_name(FFA_DIRECT_REQ | FFA_FID_64, 1), "src>dst");
}

static void transaction_round_trip(void **state)
{
	static const uint32_t versions[] = {FFA_VERSION_1_0, FFA_VERSION_1_1, FFA_VERSION_1_2};
	static const size_t want[] = {32 + 16 * 2 + 16 + 16 * 2, 48 + 16 * 2 + 16 + 16 * 2,
				      48 + 32 * 2 + 16 + 16 * 2};
	uint8_t buf[512];

	(void)state;
	for (unsigned v = 0; v < 3; v++) {
		const struct ffa_mem_header in = {.sender = endpoint_of(0x1234),
						  .attributes = FFA_MEM_ATTR_SHARE,
						  .flags = 8,
						  .handle = 0x200000000005,
						  .tag = 77};
		const struct ffa_emad e[2] = {
			{.receiver = endpoint_of(0x8002), .permissions = FFA_PERM_RW},
			{.receiver = endpoint_of(0x8003), .permissions = FFA_PERM_RO}};
		const struct ffa_constituent k[2] = {{0x41000000, 3}, {0x42000000, 1}};
		struct ffa_composite c;
		struct ffa_mem_header h;
		struct ffa_emad got;
		size_t n;

		memset(buf, 0xee, sizeof(buf));
		n = ffa_mem_encode(buf, sizeof(buf), versions[v], &in, e, 2, k, 2);
		assert_int_equal(n, want[v]);
		assert_int_equal(ffa_mem_header_decode(buf, n, versions[v], &h), FFA_OK);
		assert_int_equal(h.sender.v, 0x1234);
		assert_int_equal(h.handle, in.handle);
		assert_int_equal(h.tag, 77);
		assert_int_equal(h.emad_count, 2);
		assert_int_equal(ffa_emad_decode(buf, n, &h, 1, &got), FFA_OK);
		assert_int_equal(got.receiver.v, 0x8003);
		assert_int_equal(got.permissions, FFA_PERM_RO);
		assert_int_equal(ffa_emad_decode(buf, n, &h, 2, &got), FFA_INVALID_PARAMETERS);
		assert_int_equal(ffa_composite_decode(buf, n, got.composite_offset, &c), FFA_OK);
		assert_int_equal(c.page_count, 4);
		assert_int_equal(c.constituent_count, 2);
		/* One byte short: nothing may be read past the end. */
		assert_int_equal(ffa_mem_encode(buf, n - 1, versions[v], &in, e, 2, k, 2), 0);
		assert_int_equal(ffa_mem_header_decode(buf, 47 - 16 * !v, versions[v], &h),
				 FFA_INVALID_PARAMETERS);
	}
}

static void header_with_huge_counts_is_refused(void **state)
{
	struct ffa_mem_header h = {.emad_count = 0x10000000, .emad_bytes = 16, .emad_offset = 48};
	uint8_t buf[64] = {0};

	(void)state;
	ffa_mem_header_encode(buf, sizeof(buf), FFA_VERSION_1_1, &h);
	assert_int_equal(ffa_mem_header_decode(buf, sizeof(buf), FFA_VERSION_1_1, &h),
			 FFA_INVALID_PARAMETERS);
}

static void partition_info_is_8_or_24_bytes(void **state)
{
	const struct ffa_partition_info p = {endpoint_of(0x8002), 1, 0x103, {1, 2, 3, 4}};
	struct ffa_partition_info q;
	uint8_t buf[24];

	(void)state;
	assert_int_equal(ffa_partition_info_bytes(FFA_VERSION_1_0), 8);
	assert_int_equal(ffa_partition_info_bytes(FFA_VERSION_1_2), 24);
	ffa_partition_info_encode(buf, FFA_VERSION_1_1, &p);
	ffa_partition_info_decode(buf, FFA_VERSION_1_1, &q);
	assert_memory_equal(&p, &q, sizeof(p));
	memset(buf, 0xaa, sizeof(buf));
	ffa_partition_info_encode(buf, FFA_VERSION_1_0, &p);
	assert_int_equal(buf[8], 0xaa);
}

static void boot_info_layouts(void **state)
{
	uint8_t buf[64];

	(void)state;
	assert_int_equal(ffa_boot_info_encode(buf, 64, FFA_VERSION_1_1, 0x5000, 300), 64);
	assert_int_equal(ffa_get32(buf), 0xffa);
	assert_int_equal(ffa_get64(buf + 32 + 24), 0x5000);
	assert_int_equal(ffa_get32(buf + 32 + 20), 300);
	assert_int_equal(ffa_boot_info_encode(buf, 64, FFA_VERSION_1_0, 0x5000, 300), 40);
	assert_memory_equal(buf, "FF-A", 4);
	assert_int_equal(ffa_get64(buf + 24), 0x5000);
	assert_int_equal(ffa_boot_info_encode(buf, 63, FFA_VERSION_1_1, 0, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(transaction_round_trip),
		cmocka_unit_test(header_with_huge_counts_is_refused),
		cmocka_unit_test(partition_info_is_8_or_24_bytes),
		cmocka_unit_test(boot_info_layouts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
