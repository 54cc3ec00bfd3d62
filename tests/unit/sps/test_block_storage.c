/* SPDX-License-Identifier: BSD-3-Clause */
/* The block storage service, row by row of trusted-services.md 3.6, in memory and on records. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "block_storage.h"
#include "core/fault.h"
#include "keep_direct.h"
#include "ts_direct.h"

#define NWD 0x0000
#define OTHER 0x8003

static struct block_storage state;

/* Octets as they travel: typed from the textual UUIDs, first three fields swapped by hand. */
static const uint8_t its_part[16] = {0x3b, 0xd5, 0xf7, 0x92, 0x7e, 0x12, 0x2b, 0x43,
				     0x81, 0x5c, 0x9a, 0x95, 0xb8, 0x0d, 0x69, 0xb7};
static const uint8_t ps_part[16] = {0xda, 0x56, 0x14, 0x70, 0x50, 0x9b, 0xb2, 0x49,
				    0x97, 0x22, 0x47, 0x51, 0x0f, 0x85, 0x1c, 0xcd};
static const uint8_t fwu_primary[16] = {0xa6, 0xf8, 0x9e, 0xc3, 0x97, 0xec, 0x83, 0x48,
					0xaa, 0x64, 0x02, 0x5f, 0x40, 0xf7, 0xd9, 0x22};
static const uint8_t fwu_backup[16] = {0x65, 0x20, 0xd8, 0xc3, 0xf3, 0x58, 0xcb, 0x4f,
				       0xa8, 0xfc, 0x77, 0x24, 0x34, 0xbf, 0xc9, 0x1d};
/* The same UUID in the order of its text: nobody's. */
static const uint8_t textual[16] = {0x92, 0xf7, 0xd5, 0x3b, 0x12, 0x7e, 0x43, 0x2b,
				    0x81, 0x5c, 0x9a, 0x95, 0xb8, 0x0d, 0x69, 0xb7};

static uint64_t le(size_t at, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = bytes; i--;)
		value = value << 8 | direct.buf[at + i];
	return value;
}

static psa_status ask_as(uint16_t owner, uint16_t opcode, const struct ts_writer *w)
{
	assert_int_equal(direct_call(owner, opcode, w->used, DIRECT_BYTES), RPC_SUCCESS);
	if (direct.status)
		assert_int_equal(direct.answered, 0);
	return (psa_status)direct.status;
}

static psa_status with_guid(uint16_t owner, uint16_t opcode, const uint8_t guid[16])
{
	struct ts_writer w = direct_request();

	ts_put_bytes(&w, guid, 16);
	return ask_as(owner, opcode, &w);
}

static struct ts_writer at(uint64_t handle, uint64_t lba, uint32_t offset)
{
	struct ts_writer w = direct_request();

	ts_put_u64(&w, handle);
	ts_put_u64(&w, lba);
	ts_put_u32(&w, offset);
	return w;
}

static psa_status read_as(uint16_t owner, uint64_t handle, uint64_t lba, uint32_t offset,
			  uint32_t len)
{
	struct ts_writer w = at(handle, lba, offset);

	ts_put_u32(&w, len);
	return ask_as(owner, BLOCK_READ, &w);
}

static psa_status write_as(uint16_t owner, uint64_t handle, uint64_t lba, uint32_t offset,
			   const void *data, size_t len)
{
	struct ts_writer w = at(handle, lba, offset);

	ts_put_bytes(&w, data, len);
	return ask_as(owner, BLOCK_WRITE, &w);
}

static psa_status erase(uint64_t handle, uint64_t lba, uint32_t count)
{
	const struct ts_writer w = at(handle, lba, count);

	return ask_as(NWD, BLOCK_ERASE, &w);
}

static psa_status close_as(uint16_t owner, uint64_t handle)
{
	struct ts_writer w = direct_request();

	ts_put_u64(&w, handle);
	return ask_as(owner, BLOCK_CLOSE, &w);
}

static void holds(uint64_t handle, uint64_t lba, uint32_t offset, const void *want, uint32_t len)
{
	assert_int_equal(read_as(NWD, handle, lba, offset, len), PSA_SUCCESS);
	assert_int_equal(direct.answered, len);
	assert_memory_equal(direct.buf, want, len);
}

static void partition_info(void **unused)
{
	static const struct {
		const uint8_t *guid;
		unsigned blocks;
	} all[] = {{its_part, 96}, {ps_part, 96}, {fwu_primary, 4}, {fwu_backup, 4}};

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(with_guid(NWD, BLOCK_GET_PARTITION_INFO, all[i].guid),
				 PSA_SUCCESS);
		assert_int_equal(direct.answered, 44);
		assert_int_equal(le(0, 8), all[i].blocks);
		assert_int_equal(le(8, 4), 256);
		assert_memory_equal(direct.buf + 12, all[i].guid, 16);
	}
	assert_int_equal(with_guid(NWD, BLOCK_GET_PARTITION_INFO, textual),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(with_guid(NWD, BLOCK_OPEN, textual), PSA_ERROR_INVALID_ARGUMENT);
}

static void handles(void **unused)
{
	/* the index of the partition */
	assert_int_equal(with_guid(NWD, BLOCK_OPEN, fwu_backup), PSA_SUCCESS);
	assert_int_equal(direct.answered, 8);
	assert_int_equal(le(0, 8), 3);
	assert_int_equal(with_guid(NWD, BLOCK_OPEN, ps_part), PSA_SUCCESS);
	assert_int_equal(le(0, 8), 1);
	assert_int_equal(read_as(NWD, 3, 0, 0, 1), PSA_SUCCESS);
	/* below 8 and not open here; 8 and above */
	for (uint64_t h = 0; h < 8; h++)
		if (h != 1 && h != 3)
			assert_int_equal(read_as(NWD, h, 0, 0, 1), PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(read_as(NWD, 8, 0, 0, 1), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(read_as(NWD, ~0ull, 0, 0, 1), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(close_as(NWD, 8), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(close_as(NWD, 0), PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(close_as(NWD, 3), PSA_SUCCESS);
	assert_int_equal(read_as(NWD, 3, 0, 0, 1), PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(close_as(NWD, 3), PSA_ERROR_NOT_PERMITTED);
}

static void first_opener_has_it(void **unused)
{
	assert_int_equal(with_guid(NWD, BLOCK_OPEN, its_part), PSA_SUCCESS);
	assert_int_equal(write_as(NWD, 0, 0, 0, "secret", 6), PSA_SUCCESS);
	assert_int_equal(with_guid(OTHER, BLOCK_OPEN, its_part), PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(read_as(OTHER, 0, 0, 0, 6), PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(write_as(OTHER, 0, 0, 0, "x", 1), PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(close_as(OTHER, 0), PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(close_as(NWD, 0), PSA_SUCCESS);
	assert_int_equal(with_guid(OTHER, BLOCK_OPEN, its_part), PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(with_guid(OTHER, BLOCK_OPEN, ps_part), PSA_SUCCESS); /* its own */
	assert_int_equal(with_guid(NWD, BLOCK_OPEN, its_part), PSA_SUCCESS);
	holds(0, 0, 0, "secret", 6);
}

static void read_and_write(void **unused)
{
	uint8_t erased[256], big[300];

	memset(erased, 0xff, sizeof(erased));
	memset(big, 0x5a, sizeof(big));
	assert_int_equal(with_guid(NWD, BLOCK_OPEN, its_part), PSA_SUCCESS);
	holds(0, 95, 0, erased, 256);
	assert_int_equal(write_as(NWD, 0, 95, 10, "hello", 5), PSA_SUCCESS);
	assert_int_equal(direct.answered, 8);
	assert_int_equal(le(0, 8), 5);
	holds(0, 95, 10, "hello", 5);
	holds(0, 95, 15, erased, 200);
	/* clipped at the end of the block, never across */
	assert_int_equal(write_as(NWD, 0, 0, 250, big, sizeof(big)), PSA_SUCCESS);
	assert_int_equal(le(0, 8), 6);
	holds(0, 1, 0, erased, 256);
	assert_int_equal(read_as(NWD, 0, 0, 250, 1000), PSA_SUCCESS);
	assert_int_equal(direct.answered, 6);
	assert_memory_equal(direct.buf, big, 6);
	assert_int_equal(read_as(NWD, 0, 0, 255, UINT32_MAX), PSA_SUCCESS);
	assert_int_equal(direct.answered, 1);
	assert_int_equal(read_as(NWD, 0, 0, 0, 0), PSA_SUCCESS);
	assert_int_equal(direct.answered, 0);
	assert_int_equal(read_as(NWD, 0, 0, 256, 1), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(read_as(NWD, 0, 96, 0, 1), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(read_as(NWD, 0, 1ull << 32, 0, 1), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(write_as(NWD, 0, 0, 256, "x", 1), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(write_as(NWD, 0, 96, 0, "x", 1), PSA_ERROR_INVALID_ARGUMENT);
	/* the neighbour's first block is not the 97th of this one */
	assert_int_equal(with_guid(NWD, BLOCK_OPEN, ps_part), PSA_SUCCESS);
	holds(1, 0, 0, erased, 256);
}

static void erases(void **unused)
{
	uint8_t erased[256];

	memset(erased, 0xff, sizeof(erased));
	assert_int_equal(with_guid(NWD, BLOCK_OPEN, fwu_primary), PSA_SUCCESS);
	for (unsigned lba = 0; lba < 4; lba++)
		assert_int_equal(write_as(NWD, 2, lba, 0, "data", 4), PSA_SUCCESS);
	assert_int_equal(erase(2, 1, 2), PSA_SUCCESS);
	holds(2, 0, 0, "data", 4);
	holds(2, 1, 0, erased, 256);
	holds(2, 2, 0, erased, 256);
	holds(2, 3, 0, "data", 4);
	assert_int_equal(erase(2, 3, 2), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(erase(2, 4, 0), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(erase(2, ~0ull, 2), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(erase(2, 0, UINT32_MAX), PSA_ERROR_INVALID_ARGUMENT);
	holds(2, 3, 0, "data", 4);
	assert_int_equal(erase(0, 0, 1), PSA_ERROR_NOT_PERMITTED);
}

static void lies_about_lengths(void **unused)
{
	static const uint8_t fixed[] = {16, 16, 8, 24, 20, 20};

	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(
			direct_call(NWD, (uint16_t)(0x101 + i), fixed[i] - 1u, DIRECT_BYTES),
			RPC_ERROR_INVALID_REQUEST_BODY);
	assert_int_equal(direct_call(NWD, 0x100, 64, DIRECT_BYTES), RPC_ERROR_INVALID_VALUE);
	assert_int_equal(direct_call(NWD, 0x107, 64, DIRECT_BYTES), RPC_ERROR_INVALID_VALUE);
	/* a response that does not fit: nothing is opened, nothing written */
	direct_request();
	memcpy(direct.buf, its_part, 16);
	assert_int_equal(direct_call(NWD, BLOCK_GET_PARTITION_INFO, 16, 43), RPC_ERROR_INTERNAL);
	memcpy(direct.buf, its_part, 16);
	assert_int_equal(direct_call(NWD, BLOCK_OPEN, 16, 7), RPC_ERROR_INTERNAL);
	assert_int_equal(read_as(NWD, 0, 0, 0, 1), PSA_ERROR_NOT_PERMITTED);
}

static void noise(void **unused)
{
	assert_int_equal(with_guid(NWD, BLOCK_OPEN, its_part), PSA_SUCCESS);
	for (uint16_t opcode = 0x100; opcode < 0x109; opcode++)
		direct_noise(opcode, 3000);
	for (unsigned i = 96; i < DISK_BLOCKS; i++)
		for (unsigned at = 0; at < DISK_BLOCK_BYTES; at++)
			assert_int_equal(state.disk.block[i][at], 0xff);
}

/* ---- records ---- */
static void next_run(void)
{
	assert_int_equal(keep_direct_again(), 0);
	direct_start(&block_storage_service, &state, sizeof(state));
	block_disk_init(&state.disk, keep_direct_sp);
	assert_int_equal(with_guid(NWD, BLOCK_OPEN, its_part), PSA_SUCCESS);
}

static void records_outlive_the_run(void **unused)
{
	uint8_t erased[256];

	memset(erased, 0xff, sizeof(erased));
	assert_int_equal(with_guid(NWD, BLOCK_OPEN, its_part), PSA_SUCCESS);
	assert_int_equal(write_as(NWD, 0, 7, 3, "kept", 4), PSA_SUCCESS);
	assert_int_equal(write_as(NWD, 0, 8, 0, "gone", 4), PSA_SUCCESS);
	assert_int_equal(erase(0, 8, 1), PSA_SUCCESS);
	next_run();
	holds(0, 7, 3, "kept", 4);
	holds(0, 8, 0, erased, 256);
	holds(0, 9, 0, erased, 256);
}

static void a_bad_block(void **unused)
{
	char path[128];

	assert_int_equal(with_guid(NWD, BLOCK_OPEN, its_part), PSA_SUCCESS);
	assert_int_equal(write_as(NWD, 0, 7, 0, "one", 3), PSA_SUCCESS);
	assert_int_equal(write_as(NWD, 0, 8, 0, "two", 3), PSA_SUCCESS);
	snprintf(path, sizeof(path), "%s/block_storage/block-007", keep_direct_dir);
	assert_int_equal(truncate(path, 255), 0);
	next_run();
	assert_int_equal(read_as(NWD, 0, 7, 0, 3), PSA_ERROR_STORAGE_FAILURE);
	assert_int_equal(write_as(NWD, 0, 7, 0, "x", 1), PSA_ERROR_STORAGE_FAILURE);
	holds(0, 8, 0, "two", 3);
	assert_int_equal(erase(0, 7, 1), PSA_SUCCESS);
	assert_int_equal(write_as(NWD, 0, 7, 0, "new", 3), PSA_SUCCESS);
	holds(0, 7, 0, "new", 3);
}

/* What the host does not take is not there: the old content stays, in this run too. */
static void a_failing_host(void **unused)
{
	char command[160];

	assert_int_equal(with_guid(NWD, BLOCK_OPEN, its_part), PSA_SUCCESS);
	assert_int_equal(write_as(NWD, 0, 7, 0, "old", 3), PSA_SUCCESS);
	snprintf(command, sizeof(command), "mkdir %s/block_storage/.block-007.new",
		 keep_direct_dir);
	assert_int_equal(system(command), 0);
	assert_int_equal(write_as(NWD, 0, 7, 0, "new", 3), PSA_ERROR_STORAGE_FAILURE);
	holds(0, 7, 0, "old", 3);
}

/* Full, read-only, or cut off between the writing and the renaming of a block. */
static void a_disk_that_refuses(void **unused)
{
	static const char *const site[] = {"state.write", "state.rename"};
	pid_t child;
	int how;

	assert_int_equal(with_guid(NWD, BLOCK_OPEN, its_part), PSA_SUCCESS);
	assert_int_equal(write_as(NWD, 0, 7, 0, "old", 3), PSA_SUCCESS);
	for (size_t i = 0; i < 2; i++) {
		fault_arm(site[i], 1, 0, -ENOSPC);
		assert_int_equal(write_as(NWD, 0, 7, 0, "new", 3), PSA_ERROR_INSUFFICIENT_STORAGE);
		fault_arm(site[i], 1, 0, -EFBIG);
		assert_int_equal(write_as(NWD, 0, 7, 0, "new", 3), PSA_ERROR_INSUFFICIENT_STORAGE);
		fault_arm(site[i], 1, 0, -EROFS);
		assert_int_equal(write_as(NWD, 0, 7, 0, "new", 3), PSA_ERROR_STORAGE_FAILURE);
		fault_reset_all();
		holds(0, 7, 0, "old", 3);
		next_run();
		holds(0, 7, 0, "old", 3);
	}
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		fault_reset_all();
		fault_arm("state.killed", 1, 1, 0);
		write_as(NWD, 0, 7, 0, "new", 3);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
	next_run();
	holds(0, 7, 0, "old", 3);
}

/* An erase of several blocks is one step for each of them. */
static void killed_in_an_erase(void **unused)
{
	uint8_t erased[3];
	pid_t child;
	int how;

	memset(erased, 0xff, sizeof(erased));
	assert_int_equal(with_guid(NWD, BLOCK_OPEN, its_part), PSA_SUCCESS);
	for (unsigned b = 7; b < 10; b++)
		assert_int_equal(write_as(NWD, 0, b, 0, "old", 3), PSA_SUCCESS);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		fault_reset_all();
		fault_arm("state.killed", 2, 1, 0);
		erase(0, 7, 3);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFSIGNALED(how));
	next_run();
	holds(0, 7, 0, erased, 3);
	holds(0, 8, 0, "old", 3);
	holds(0, 9, 0, "old", 3);
}

static int in_memory(void **unused)
{
	return direct_start(&block_storage_service, &state, sizeof(state));
}

static int on_records(void **unused)
{
	if (keep_direct_begin("block_storage"))
		return -1;
	direct_start(&block_storage_service, &state, sizeof(state));
	block_disk_init(&state.disk, keep_direct_sp);
	return 0;
}

static int drop_records(void **unused)
{
	return keep_direct_end();
}

#define EITHER(test_)                                                                              \
	{"memory: " #test_, test_, in_memory, NULL, NULL},                                         \
	{                                                                                          \
		"records: " #test_, test_, on_records, drop_records, NULL                          \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EITHER(partition_info),
		EITHER(handles),
		EITHER(first_opener_has_it),
		EITHER(read_and_write),
		EITHER(erases),
		cmocka_unit_test_setup(lies_about_lengths, in_memory),
		cmocka_unit_test_setup(noise, in_memory),
		cmocka_unit_test_setup_teardown(records_outlive_the_run, on_records, drop_records),
		cmocka_unit_test_setup_teardown(a_bad_block, on_records, drop_records),
		cmocka_unit_test_setup_teardown(a_failing_host, on_records, drop_records),
		cmocka_unit_test_setup_teardown(a_disk_that_refuses, on_records, drop_records),
		cmocka_unit_test_setup_teardown(killed_in_an_erase, on_records, drop_records),
	};

	return cmocka_run_group_tests_name("sps/block_storage", tests, NULL, NULL);
}
