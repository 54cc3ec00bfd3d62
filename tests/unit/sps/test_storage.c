/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The storage service, row by row of trusted-services.md 3.4, on both back ends: the flash of the
 * real SPs and records that outlive the run. What only one of them does has tests of its own, and
 * so has the directory below the second.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/fault.h"
#include "its_client.h"
#include "keep_direct.h"
#include "sp/keep.h"
#include "storage.h"

#define NWD 0x0000
#define OTHER 0x8003

static struct {
	struct ts_host host;
	struct storage st;
} sp;
static const struct ts_hosted hosted = {&its_service, 0};
static uint8_t shared[8192];
static size_t answered;

/* The RPC status; the service's in *status. */
static int32_t call_as(uint16_t owner, uint16_t opcode, const struct ts_writer *w, size_t room,
		       int64_t *status)
{
	struct ts_rpc_request req = {.source_id = owner,
				     .opcode = opcode,
				     .data = shared,
				     .size_bytes = room,
				     .request_bytes = w->used};
	const int32_t rpc = ts_host_serve(&sp.host, &hosted, &req);

	answered = rpc ? 0 : req.response_bytes;
	*status = req.service_status;
	return rpc;
}

static psa_status ask(uint16_t owner, uint16_t opcode, const struct ts_writer *w)
{
	int64_t status;

	assert_false(w->failed);
	assert_int_equal(call_as(owner, opcode, w, sizeof(shared), &status), RPC_SUCCESS);
	if (status && opcode != ITS_GET_SUPPORT)
		assert_int_equal(answered, 0);
	return (psa_status)status;
}

static struct ts_writer with_uid(uint64_t uid)
{
	struct ts_writer w = ts_writer_of(shared, sizeof(shared));

	ts_put_u64(&w, uid);
	return w;
}

static psa_status set_as(uint16_t owner, uint64_t uid, const void *data, size_t len, uint32_t flags)
{
	struct ts_writer w = with_uid(uid);

	ts_put_u64(&w, len);
	ts_put_u32(&w, flags);
	ts_put_bytes(&w, data, len);
	return ask(owner, ITS_SET, &w);
}

static psa_status set(uint64_t uid, const void *data, size_t len)
{
	return set_as(NWD, uid, data, len, 0);
}

static psa_status get_as(uint16_t owner, uint64_t uid, uint64_t offset, uint64_t size)
{
	struct ts_writer w = with_uid(uid);

	ts_put_u64(&w, offset);
	ts_put_u64(&w, size);
	return ask(owner, ITS_GET, &w);
}

static void holds(uint64_t uid, const void *want, size_t len)
{
	assert_int_equal(get_as(NWD, uid, 0, sizeof(shared)), PSA_SUCCESS);
	assert_int_equal(answered, len);
	assert_memory_equal(shared, want, len);
}

static psa_status remove_one(uint64_t uid)
{
	const struct ts_writer w = with_uid(uid);

	return ask(NWD, ITS_REMOVE, &w);
}

static psa_status create(uint64_t uid, uint64_t capacity, uint32_t flags)
{
	struct ts_writer w = with_uid(uid);

	ts_put_u64(&w, capacity);
	ts_put_u32(&w, flags);
	return ask(NWD, ITS_CREATE, &w);
}

static psa_status extend(uint64_t uid, uint64_t offset, const void *data, size_t len)
{
	struct ts_writer w = with_uid(uid);

	ts_put_u64(&w, offset);
	ts_put_u64(&w, len);
	ts_put_bytes(&w, data, len);
	return ask(NWD, ITS_SET_EXTENDED, &w);
}

static void info_is(uint64_t uid, uint64_t capacity, uint64_t size, uint32_t flags)
{
	const struct ts_writer w = with_uid(uid);
	struct ts_reader r;
	uint64_t c = 0, s = 0;
	uint32_t f = 0;

	assert_int_equal(ask(NWD, ITS_GET_INFO, &w), PSA_SUCCESS);
	r = ts_reader_of(shared, answered);
	assert_true(ts_get_u64(&r, &c) && ts_get_u64(&r, &s) && ts_get_u32(&r, &f));
	assert_int_equal(ts_left(&r), 0);
	assert_int_equal(c, capacity);
	assert_int_equal(s, size);
	assert_int_equal(f, flags);
}

static void lies(uint16_t opcode, const struct ts_writer *w, size_t room, int32_t want)
{
	int64_t status;

	assert_int_equal(call_as(NWD, opcode, w, room, &status), want);
}

/* ---- rows of 3.4 that hold for either store ---- */
static void set_get_remove(void **state)
{
	assert_int_equal(set(7, "content", 7), PSA_SUCCESS);
	holds(7, "content", 7);
	info_is(7, 7, 7, 0);
	assert_int_equal(get_as(NWD, 7, 3, 100), PSA_SUCCESS); /* clipped to what there is */
	assert_int_equal(answered, 4);
	assert_memory_equal(shared, "tent", 4);
	assert_int_equal(get_as(NWD, 7, 7, 1), PSA_SUCCESS); /* offset == size */
	assert_int_equal(answered, 0);
	assert_int_equal(get_as(NWD, 7, 8, 0), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(set(7, "other", 5), PSA_SUCCESS);
	holds(7, "other", 5);
	assert_int_equal(set(8, NULL, 0), PSA_SUCCESS); /* length 0 */
	holds(8, "", 0);
	assert_int_equal(remove_one(7), PSA_SUCCESS);
	assert_int_equal(get_as(NWD, 7, 0, 1), PSA_ERROR_DOES_NOT_EXIST);
	assert_int_equal(remove_one(7), PSA_ERROR_DOES_NOT_EXIST);
	assert_int_equal(remove_one(8), PSA_SUCCESS);
}

static void uid_zero(void **state)
{
	const struct ts_writer w = with_uid(0);

	assert_int_equal(ask(NWD, ITS_GET_INFO, &w), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(set(0, "x", 1), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(get_as(NWD, 0, 0, 1), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(remove_one(0), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(create(0, 1, 0), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(extend(0, 0, "x", 1), PSA_ERROR_INVALID_ARGUMENT);
}

static void owners(void **state)
{
	assert_int_equal(set(5, "mine", 4), PSA_SUCCESS);
	assert_int_equal(get_as(OTHER, 5, 0, 4), PSA_ERROR_DOES_NOT_EXIST);
	assert_int_equal(set_as(OTHER, 5, "yours", 5, 0), PSA_SUCCESS);
	holds(5, "mine", 4);
	assert_int_equal(get_as(OTHER, 5, 0, 100), PSA_SUCCESS);
	assert_int_equal(answered, 5);
	assert_int_equal(remove_one(5), PSA_SUCCESS);
	assert_int_equal(get_as(OTHER, 5, 0, 1), PSA_SUCCESS);
}

static void flags(void **state)
{
	assert_int_equal(set_as(NWD, 1, "x", 1, 8), PSA_ERROR_NOT_SUPPORTED);
	assert_int_equal(set_as(NWD, 1, "x", 1, 2 | 4), PSA_SUCCESS);
	info_is(1, 1, 1, 6);
	assert_int_equal(set_as(NWD, 2, "once", 4, PSA_STORE_WRITE_ONCE), PSA_SUCCESS);
	assert_int_equal(set(2, "twice", 5), PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(remove_one(2), PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(extend(2, 0, "x", 1), PSA_ERROR_NOT_PERMITTED);
	holds(2, "once", 4);
	assert_int_equal(create(3, 8, PSA_STORE_WRITE_ONCE), PSA_ERROR_NOT_SUPPORTED);
	assert_int_equal(create(3, 8, 0x80), PSA_SUCCESS); /* stored unchecked */
	info_is(3, 8, 0, 0x80);
}

static void create_and_extend(void **state)
{
	assert_int_equal(extend(4, 0, "x", 1), PSA_ERROR_DOES_NOT_EXIST);
	assert_int_equal(create(4, 10, 0), PSA_SUCCESS);
	assert_int_equal(create(4, 10, 0), PSA_ERROR_ALREADY_EXISTS);
	info_is(4, 10, 0, 0);
	assert_int_equal(extend(4, 1, "x", 1), PSA_ERROR_INVALID_ARGUMENT); /* a gap */
	assert_int_equal(extend(4, 0, "abcdef", 6), PSA_SUCCESS);
	assert_int_equal(extend(4, 6, "ghij", 4), PSA_SUCCESS);
	assert_int_equal(extend(4, 2, "CD", 2), PSA_SUCCESS);
	holds(4, "abCDefghij", 10);
	info_is(4, 10, 10, 0);
	assert_int_equal(extend(4, 10, "k", 1), PSA_ERROR_INVALID_ARGUMENT); /* beyond capacity */
	assert_int_equal(extend(4, ~0ull, "k", 1), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(create(6, 4097, 0), PSA_ERROR_INSUFFICIENT_STORAGE);
}

static void sizes(void **state)
{
	static uint8_t big[ASSET_BYTES_MAX + 1];

	memset(big, 0x5a, sizeof(big));
	assert_int_equal(set(9, big, sizeof(big)), PSA_ERROR_INSUFFICIENT_STORAGE);
	assert_int_equal(set(9, big, sizeof(big) - 1), PSA_SUCCESS);
	holds(9, big, sizeof(big) - 1);
	assert_int_equal(get_as(NWD, 9, 0, ~0ull), PSA_SUCCESS); /* size > buffer: clipped */
	assert_int_equal(answered, ASSET_BYTES_MAX);
}

static void lies_about_lengths(void **state)
{
	struct ts_writer w = with_uid(1);
	int64_t status;

	lies(ITS_SET, &w, sizeof(shared), RPC_ERROR_INVALID_REQUEST_BODY); /* shorter than fixed */
	ts_put_u64(&w, 5);
	ts_put_u32(&w, 0);
	ts_put_bytes(&w, "four", 4);
	lies(ITS_SET, &w, sizeof(shared), RPC_ERROR_INVALID_REQUEST_BODY);
	w = with_uid(1);
	ts_put_u64(&w, ~0ull); /* overflows */
	ts_put_u32(&w, 0);
	lies(ITS_SET, &w, sizeof(shared), RPC_ERROR_INVALID_REQUEST_BODY);
	w = with_uid(1);
	ts_put_u64(&w, 0);
	ts_put_u64(&w, ~0ull);
	lies(ITS_SET_EXTENDED, &w, sizeof(shared), RPC_ERROR_INVALID_REQUEST_BODY);
	w = with_uid(1);
	lies(ITS_GET_INFO, &w, 19, RPC_ERROR_INVALID_RESPONSE_BODY);
	w.used = 0;
	lies(ITS_GET_SUPPORT, &w, 3, RPC_ERROR_INVALID_RESPONSE_BODY);
	assert_int_equal(call_as(NWD, ITS_GET_SUPPORT, &w, 4, &status), RPC_SUCCESS);
	assert_int_equal(answered, 4);
	assert_int_equal(shared[0], 1);
	lies(0x107, &w, sizeof(shared), RPC_ERROR_INVALID_VALUE);
	lies(0xff, &w, sizeof(shared), RPC_ERROR_INVALID_VALUE);
}

/* ---- the flash ---- */
static void flash_limits(void **state)
{
	static uint8_t data[ASSET_BYTES_MAX];

	/* ten records */
	for (uint64_t uid = 1; uid <= FLASH_FILES; uid++)
		assert_int_equal(set(uid, "x", 1), PSA_SUCCESS);
	assert_int_equal(set(11, "x", 1), PSA_ERROR_INSUFFICIENT_STORAGE);
	assert_int_equal(set(3, "again", 5), PSA_SUCCESS);
	for (uint64_t uid = 1; uid <= FLASH_FILES; uid++)
		assert_int_equal(remove_one(uid), PSA_SUCCESS);
	/* 3560 + 4096 bytes, none across */
	assert_int_equal(set(1, data, 3560), PSA_SUCCESS);
	assert_int_equal(set(2, data, 4096), PSA_SUCCESS);
	assert_int_equal(set(3, data, 1), PSA_ERROR_INSUFFICIENT_STORAGE);
	assert_int_equal(remove_one(1), PSA_SUCCESS);
	assert_int_equal(set(3, data, 3561), PSA_ERROR_INSUFFICIENT_STORAGE);
	/* a SET that does not fit loses what was there */
	assert_int_equal(set(3, data, 100), PSA_SUCCESS);
	assert_int_equal(set(3, data, 4000), PSA_ERROR_INSUFFICIENT_STORAGE);
	assert_int_equal(get_as(NWD, 3, 0, 1), PSA_ERROR_DOES_NOT_EXIST);
}

/* What lies behind a removed asset moves, and stays what it was. */
static void flash_compacts(void **state)
{
	uint8_t data[1000];

	for (uint64_t uid = 1; uid <= 7; uid++) {
		memset(data, (int)uid, sizeof(data));
		assert_int_equal(set(uid, data, sizeof(data)), PSA_SUCCESS);
	}
	assert_int_equal(remove_one(2), PSA_SUCCESS);
	assert_int_equal(remove_one(5), PSA_SUCCESS);
	memset(data, 9, sizeof(data));
	assert_int_equal(set(9, data, sizeof(data)), PSA_SUCCESS);
	for (uint64_t uid = 1; uid <= 9; uid++) {
		if (uid == 2 || uid == 5 || uid == 8)
			continue;
		memset(data, (int)uid, sizeof(data));
		holds(uid, data, sizeof(data));
	}
}

static void flash_forgets(void **state)
{
	assert_int_equal(set(1, "x", 1), PSA_SUCCESS);
	assert_null(memmem(sp.st.flash.block[1], FLASH_BLOCK_BYTES, "secret", 6));
	assert_int_equal(set(2, "secret", 6), PSA_SUCCESS);
	assert_int_equal(remove_one(2), PSA_SUCCESS);
	assert_null(memmem(sp.st.flash.block, sizeof(sp.st.flash.block), "secret", 6));
}

/* ---- records ---- */
static void many_records(void **state)
{
	for (uint64_t uid = 1; uid <= 300; uid++)
		assert_int_equal(set(uid, &uid, sizeof(uid)), PSA_SUCCESS);
	for (uint64_t uid = 1; uid <= 300; uid++)
		holds(uid, &uid, sizeof(uid));
}

static void records_outlive_the_run(void **state)
{
	assert_int_equal(set(1, "kept", 4), PSA_SUCCESS);
	assert_int_equal(create(2, 9, 4), PSA_SUCCESS);
	assert_int_equal(keep_direct_again(), 0);
	memset(&sp, 0, sizeof(sp));
	assert_true(kept_store_init(&sp.st.kept, keep_direct_sp));
	sp.st.store = &sp.st.kept.store;
	sp.host.state = (uint8_t *)&sp.st;
	holds(1, "kept", 4);
	info_is(2, 9, 0, 4);
}

static void damage(const char *name, long at, int byte)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/its/%s", keep_direct_dir, name);
	f = fopen(path, "r+");
	assert_non_null(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	assert_int_equal(fputc(byte, f), byte);
	assert_int_equal(fclose(f), 0);
}

/* A damaged record is one asset that fails; it can be written anew. */
static void damaged_record(void **state)
{
	assert_int_equal(set(0x21, "one", 3), PSA_SUCCESS);
	assert_int_equal(set(0x22, "two", 3), PSA_SUCCESS);
	damage("0000-0000000000000021", KEPT_HEAD_BYTES + 1, 'N');
	assert_int_equal(get_as(NWD, 0x21, 0, 3), PSA_ERROR_STORAGE_FAILURE);
	holds(0x22, "two", 3);
	damage("0000-0000000000000022", 24, 0xff); /* its size */
	assert_int_equal(get_as(NWD, 0x22, 0, 3), PSA_ERROR_STORAGE_FAILURE);
	assert_int_equal(remove_one(0x22), PSA_ERROR_STORAGE_FAILURE);
}

/* What the host does not take is refused, and the old content stays. */
static void a_host_that_refuses(void **state)
{
	static const struct {
		int64_t err;
		psa_status status;
	} answer[] = {
		{-ENOSPC, PSA_ERROR_INSUFFICIENT_STORAGE},
		{-EDQUOT, PSA_ERROR_INSUFFICIENT_STORAGE},
		{-EFBIG, PSA_ERROR_INSUFFICIENT_STORAGE},
		{-EROFS, PSA_ERROR_STORAGE_FAILURE},
		{-EACCES, PSA_ERROR_STORAGE_FAILURE},
		{1, PSA_ERROR_STORAGE_FAILURE},
	};
	static const char *const site[] = {"state.write", "state.rename"};

	assert_int_equal(create(2, 9, 0), PSA_SUCCESS);
	assert_int_equal(set(1, "old", 3), PSA_SUCCESS);
	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < sizeof(answer) / sizeof(answer[0]); j++) {
			fault_arm(site[i], 1, 0, answer[j].err);
			assert_int_equal(set(1, "new", 3), answer[j].status);
			assert_int_equal(set(3, "new", 3), answer[j].status);
			assert_int_equal(extend(2, 0, "new", 3), answer[j].status);
			fault_reset_all();
			holds(1, "old", 3);
			info_is(2, 9, 0, 0);
			assert_int_equal(get_as(NWD, 3, 0, 1), PSA_ERROR_DOES_NOT_EXIST);
		}
	assert_int_equal(set(1, "new", 3), PSA_SUCCESS);
	holds(1, "new", 3);
}

static void a_limit_on_files(void **state)
{
	static const uint8_t data[600];
	struct rlimit before, small;

	assert_int_equal(set(1, "old", 3), PSA_SUCCESS);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){500, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(set(1, data, sizeof(data)), PSA_ERROR_INSUFFICIENT_STORAGE);
	assert_int_equal(set(2, data, 400), PSA_SUCCESS);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	holds(1, "old", 3);
	holds(2, data, 400);
}

/* @change is killed at its @nth passage of state.killed; false = it has fewer. */
static bool killed_in(void (*change)(void), uint64_t nth)
{
	const pid_t child = fork();
	int how;

	assert_true(child >= 0);
	if (!child) {
		fault_reset_all();
		fault_arm("state.killed", nth, 1, 0);
		change();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_int_equal(keep_direct_again(), 0);
	return WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL;
}

static void set_new(void)
{
	set(1, "new", 3);
}
static void extend_it(void)
{
	extend(2, 1, "XY", 2);
}
static void remove_it(void)
{
	remove_one(1);
}

static void killed_before_the_change(void **state)
{
	char path[256];

	assert_int_equal(set(1, "old", 3), PSA_SUCCESS);
	assert_int_equal(create(2, 9, 4), PSA_SUCCESS);
	assert_int_equal(extend(2, 0, "abc", 3), PSA_SUCCESS);
	assert_true(killed_in(set_new, 1));
	holds(1, "old", 3);
	/* what it left is gone */
	snprintf(path, sizeof(path), "%s/its/.0000-0000000000000001.new", keep_direct_dir);
	assert_int_equal(access(path, F_OK), -1);
	assert_true(killed_in(extend_it, 1));
	holds(2, "abc", 3);
	assert_true(killed_in(remove_it, 1));
	holds(1, "old", 3);
	/* each of them is one step: there is no second place */
	assert_false(killed_in(set_new, 2));
	holds(1, "new", 3);
	assert_false(killed_in(extend_it, 2));
	holds(2, "aXY", 3);
	assert_false(killed_in(remove_it, 2));
	assert_int_equal(get_as(NWD, 1, 0, 1), PSA_ERROR_DOES_NOT_EXIST);
}

static void the_directory(void **state)
{
	char text[8], path[256];
	size_t len;
	int fd;

	assert_int_equal(keep_load("its", "absent", text, sizeof(text), &len), -ENOENT);
	assert_int_equal(keep_save("../its", "x", "y", 1), -EINVAL);
	assert_int_equal(keep_save("its", "../x", "y", 1), -EINVAL);
	assert_int_equal(keep_save("its", ".x", "y", 1), -EINVAL);
	assert_int_equal(keep_save("its", "", "y", 1), -EINVAL);
	assert_int_equal(keep_save("its", "long", "0123456789", 10), 0);
	assert_int_equal(keep_load("its", "long", text, sizeof(text), &len), 0);
	assert_int_equal(len, 10);
	assert_memory_equal(text, "01234567", 8);
	/* what a killed writer left is no record, and no obstacle */
	snprintf(path, sizeof(path), "%s/its/.long.new", keep_direct_dir);
	fd = open(path, O_WRONLY | O_CREAT, 0666);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(keep_load("its", "long", text, sizeof(text), &len), 0);
	assert_int_equal(keep_save("its", "long", "new", 3), 0);
	assert_int_equal(keep_load("its", "long", text, sizeof(text), &len), 0);
	assert_int_equal(len, 3);
	assert_int_equal(keep_drop("its", "long"), 0);
	assert_int_equal(keep_drop("its", "long"), -ENOENT);
	keep_close();
	assert_int_equal(keep_load("its", "x", text, sizeof(text), &len), -ENOSYS);
	/* another layout is left alone */
	snprintf(path, sizeof(path), "%s/ffasim-state", keep_direct_dir);
	fd = open(path, O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, "2\n", 2), 2);
	close(fd);
	assert_int_equal(keep_open(keep_direct_dir), -EPROTO);
	assert_int_equal(keep_open("/proc/nowhere"), -ENOENT);
}

static int with_flash(void **state)
{
	memset(&sp, 0, sizeof(sp));
	sp.host.state = (uint8_t *)&sp.st;
	return its_service.start(&sp.host, &sp.st); /* host.l.sp NULL: no records */
}

static int with_records(void **state)
{
	memset(&sp, 0, sizeof(sp));
	sp.host.state = (uint8_t *)&sp.st;
	if (keep_direct_begin("its") || !kept_store_init(&sp.st.kept, keep_direct_sp))
		return -1;
	sp.st.store = &sp.st.kept.store;
	return 0;
}

static int drop_records(void **state)
{
	return keep_direct_end();
}

#define EITHER(test_)                                                                              \
	{"flash: " #test_, test_, with_flash, NULL, NULL},                                         \
	{                                                                                          \
		"records: " #test_, test_, with_records, drop_records, NULL                        \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EITHER(set_get_remove),
		EITHER(uid_zero),
		EITHER(owners),
		EITHER(flags),
		EITHER(create_and_extend),
		EITHER(sizes),
		EITHER(lies_about_lengths),
		cmocka_unit_test_setup(flash_limits, with_flash),
		cmocka_unit_test_setup(flash_compacts, with_flash),
		cmocka_unit_test_setup(flash_forgets, with_flash),
		cmocka_unit_test_setup_teardown(many_records, with_records, drop_records),
		cmocka_unit_test_setup_teardown(records_outlive_the_run, with_records,
						drop_records),
		cmocka_unit_test_setup_teardown(damaged_record, with_records, drop_records),
		cmocka_unit_test_setup_teardown(a_host_that_refuses, with_records, drop_records),
		cmocka_unit_test_setup_teardown(a_limit_on_files, with_records, drop_records),
		cmocka_unit_test_setup_teardown(killed_before_the_change, with_records,
						drop_records),
		cmocka_unit_test_setup_teardown(the_directory, with_records, drop_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
