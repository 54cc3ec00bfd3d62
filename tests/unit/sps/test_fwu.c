/* SPDX-License-Identifier: BSD-3-Clause */
/* The firmware update service, row by row of trusted-services.md 3.7. A reboot is a new start on
 * the records of the run before. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "fwu.h"
#include "keep_direct.h"
#include "ts_direct.h"

#define NWD 0x0000
#define NO_REPLY 0xdeadbeefu

static struct fwu state;
static long boot_index; /* what the boot loader chose; -1 = the active bank */

/* The agent asks its SP for options and traces to it; here there is none. */
uint64_t __wrap_ffasim_sp_option_u64(const struct ffasim_sp *sp, const char *key,
				     uint64_t otherwise);
void __wrap_libsp_trace_at(struct libsp *l, char level, const char *fmt, ...);
uint64_t __wrap_ffasim_sp_option_u64(const struct ffasim_sp *sp, const char *key,
				     uint64_t otherwise)
{
	return strcmp(key, "boot_index") || boot_index < 0 ? otherwise : (uint64_t)boot_index;
}
static unsigned traced;
void __wrap_libsp_trace_at(struct libsp *l, char level, const char *fmt, ...)
{
	assert_int_equal(level, 'D');
	traced++;
}
/* Costs nothing here. */
void __wrap_ffasim_sp_work_ns(struct ffasim_sp *sp, uint64_t ns);
void __wrap_ffasim_sp_work_ns(struct ffasim_sp *sp, uint64_t ns) {}

static uint64_t le(size_t at, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = bytes; i--;)
		value = value << 8 | direct.buf[at + i];
	return value;
}

static struct ts_writer func(uint32_t id)
{
	struct ts_writer w = direct_request();

	ts_put_u32(&w, id);
	return w;
}

/* FWU status of a call: the word in the buffer, which the service status repeats. */
static int32_t ask(const struct ts_writer *w)
{
	int32_t word;

	assert_false(w->failed);
	assert_int_equal(direct_call(NWD, 0, w->used, DIRECT_BYTES), RPC_SUCCESS);
	memcpy(&word, direct.buf, sizeof(word));
	assert_int_equal(direct.status, word);
	assert_true(direct.answered >= 4);
	if (word)
		assert_int_equal(direct.answered, 4);
	return word;
}

static int32_t simple(uint32_t id)
{
	const struct ts_writer w = func(id);

	return ask(&w);
}

static int32_t begin(uint32_t count, const uint8_t *guid)
{
	struct ts_writer w = func(FWU_BEGIN_STAGING);

	ts_put_u32(&w, 0);
	ts_put_u32(&w, 0);
	ts_put_u32(&w, count);
	ts_put_bytes(&w, guid, count * 16);
	return ask(&w);
}

/* The status, or the handle. */
static int32_t open_as(const uint8_t guid[16], uint8_t op, uint32_t *handle)
{
	struct ts_writer w = func(FWU_OPEN);
	int32_t status;

	ts_put_bytes(&w, guid, 16);
	ts_put_bytes(&w, &op, 1);
	status = ask(&w);
	*handle = status ? NO_REPLY : (uint32_t)le(4, 4);
	if (!status)
		assert_int_equal(direct.answered, 8);
	return status;
}

static uint32_t opened(const uint8_t guid[16], uint8_t op)
{
	uint32_t handle;

	assert_int_equal(open_as(guid, op, &handle), FWU_SUCCESS);
	return handle;
}

static int32_t write_to(uint32_t handle, const void *data, size_t len)
{
	struct ts_writer w = func(FWU_WRITE_STREAM);

	ts_put_u32(&w, handle);
	ts_put_u32(&w, (uint32_t)len);
	ts_put_bytes(&w, data, len);
	return ask(&w);
}

static int32_t read_from(uint32_t handle)
{
	struct ts_writer w = func(FWU_READ_STREAM);

	ts_put_u32(&w, handle);
	return ask(&w);
}

static int32_t commit(uint32_t handle, uint32_t acceptance)
{
	struct ts_writer w = func(FWU_COMMIT);

	ts_put_u32(&w, handle);
	ts_put_u32(&w, acceptance);
	ts_put_u32(&w, 0);
	return ask(&w);
}

static int32_t accept_image(const uint8_t guid[16])
{
	struct ts_writer w = func(FWU_ACCEPT_IMAGE);

	ts_put_u32(&w, 0);
	ts_put_bytes(&w, guid, 16);
	return ask(&w);
}

/* Leaves the content behind the head of the response, at 12. */
static uint32_t fetch(unsigned object)
{
	const uint32_t handle = opened(fwu_object_guid[object], 0);

	assert_int_equal(read_from(handle), FWU_SUCCESS);
	assert_int_equal(le(4, 4), le(8, 4));
	assert_int_equal(direct.answered, 12 + le(4, 4));
	return handle;
}

static int reboot(void)
{
	memset(&direct.host, 0, sizeof(direct.host));
	if (keep_direct_again())
		return -1;
	direct.host.l.sp = keep_direct_sp;
	return direct_start(&fwu_service, &state, sizeof(state));
}

static int install(unsigned image, const void *data, size_t len, uint32_t acceptance)
{
	const uint32_t handle = opened(fwu_object_guid[image], 1);

	assert_int_equal(write_to(handle, data, len), FWU_SUCCESS);
	return commit(handle, acceptance);
}

static void discover(void **unused)
{
	static const uint8_t presence[] = {0, 16, 17, 18, 19, 20, 21, 22, 23, 24};

	assert_int_equal(simple(FWU_DISCOVER), FWU_SUCCESS);
	assert_int_equal(direct.answered, 4); /* the quirk */
	assert_int_equal(le(4, 2), 0);
	assert_int_equal(le(6, 1), 1);
	assert_int_equal(le(7, 1), 0);
	assert_int_equal(le(10, 2), 10);
	assert_int_equal(le(12, 8), 0);
	assert_int_equal(le(20, 8), 0);
	assert_memory_equal(direct.buf + 4 + le(8, 2), presence, sizeof(presence));
	assert_int_equal(direct.buf[4 + 24 + 10], 0xee);
}

static void any_opcode(void **unused)
{
	struct ts_writer w = func(FWU_DISCOVER | 0x770000); /* low half alone counts */

	assert_int_equal(direct_call(NWD, 0x1234, w.used, DIRECT_BYTES), RPC_SUCCESS);
	assert_int_equal(direct.answered, 4);
	w = func(FWU_DISCOVER);
	assert_int_equal(direct_call(NWD, 0xffff, w.used, DIRECT_BYTES), RPC_SUCCESS);
}

static void lies_about_lengths(void **unused)
{
	static const struct {
		uint32_t id;
		size_t fixed;
	} all[] = {{FWU_BEGIN_STAGING, 12}, {FWU_OPEN, 17},   {FWU_WRITE_STREAM, 8},
		   {FWU_READ_STREAM, 4},    {FWU_COMMIT, 12}, {FWU_ACCEPT_IMAGE, 20}};
	struct ts_writer w;

	for (size_t n = 0; n < 4; n++)
		assert_int_equal(direct_call(NWD, 0, n, DIRECT_BYTES),
				 RPC_ERROR_INVALID_REQUEST_BODY);
	w = func(FWU_DISCOVER);
	assert_int_equal(direct_call(NWD, 0, 4, 3), RPC_ERROR_INVALID_RESPONSE_BODY);
	w = func(FWU_DISCOVER);
	assert_int_equal(direct_call(NWD, 0, 4, 20), RPC_ERROR_INVALID_RESPONSE_BODY);
	for (uint32_t id = 1; id < 0x200; id++) {
		if (id >= 16 && id <= 24)
			continue;
		w = func(id);
		assert_int_equal(direct_call(NWD, 0, w.used, DIRECT_BYTES),
				 RPC_ERROR_INVALID_VALUE);
	}
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		w = func(all[i].id);
		assert_int_equal(direct_call(NWD, 0, 4 + all[i].fixed - 1, DIRECT_BYTES),
				 RPC_ERROR_INVALID_REQUEST_BODY);
	}
	/* op 2; five GUIDs; more GUIDs than there are; more data than there is */
	w = func(FWU_OPEN);
	ts_put_bytes(&w, fwu_object_guid[0], 16);
	ts_put_bytes(&w, "\2", 1);
	assert_int_equal(direct_call(NWD, 0, w.used, DIRECT_BYTES), RPC_ERROR_INVALID_REQUEST_BODY);
	w = func(FWU_BEGIN_STAGING);
	ts_put_u64(&w, 0);
	ts_put_u32(&w, 5);
	ts_put_room(&w, 80);
	assert_int_equal(direct_call(NWD, 0, w.used, DIRECT_BYTES), RPC_ERROR_INTERNAL);
	w = func(FWU_BEGIN_STAGING);
	ts_put_u64(&w, 0);
	ts_put_u32(&w, 1);
	ts_put_bytes(&w, fwu_object_guid[0], 15);
	assert_int_equal(direct_call(NWD, 0, w.used, DIRECT_BYTES), RPC_ERROR_INVALID_REQUEST_BODY);
	w = func(FWU_WRITE_STREAM);
	ts_put_u32(&w, 0);
	ts_put_u32(&w, ~0u);
	assert_int_equal(direct_call(NWD, 0, w.used, DIRECT_BYTES), RPC_ERROR_INVALID_REQUEST_BODY);
	assert_int_equal(state.state, FWU_REGULAR);
}

/* checkImgDirAccess of the real test program: num_images > 0 (6.1). */
static void image_directory(void **unused)
{
	fetch(FWU_OBJECT_DIRECTORY);
	assert_int_equal(le(4, 4), 24 + 40 * FWU_IMAGES);
	assert_int_equal(le(12, 4), 2);
	assert_int_equal(le(16, 4), 24);
	assert_int_equal(le(20, 4), FWU_IMAGES);
	assert_int_equal(le(24, 4), 1); /* correct boot */
	assert_int_equal(le(28, 4), 40);
	for (unsigned i = 0; i < FWU_IMAGES; i++) {
		assert_memory_equal(direct.buf + 36 + 40 * i, fwu_object_guid[i], 16);
		assert_int_equal(le(36 + 40 * i + 20, 4), FWU_IMAGE_BYTES);
		assert_int_equal(le(36 + 40 * i + 32, 4), 1);
	}
}

/* checkMetadataAccess of the real test program: version 2, active bank accepted (6.1). */
static void metadata(void **unused)
{
	static const uint8_t guid[16] = {0xa0, 0x84, 0x7a, 0x8a, 0x87, 0x83, 0xf6, 0x40,
					 0xab, 0x41, 0xa8, 0xb9, 0xa5, 0xa6, 0x0d, 0x23};
	const uint32_t handle = opened(guid, 0);

	assert_int_equal(read_from(handle), FWU_SUCCESS);
	assert_int_equal(le(12 + 4, 4), 2);
	assert_int_equal(le(12 + 8, 4), 0);
	assert_int_equal(le(12 + 16, 4), 32 + 8 + 80 * FWU_IMAGES);
	assert_int_equal(le(12 + 20, 2), 32);
	assert_int_equal(le(12 + 24, 4), 0xfffffffc); /* accepted, three invalid */
	assert_int_equal(le(12 + 32, 1), 2);
	assert_int_equal(le(12 + 34, 2), FWU_IMAGES);
	assert_int_equal(le(12 + 36, 2), 80);
	assert_int_equal(le(12 + 38, 2), 24);
	assert_memory_equal(direct.buf + 12 + 40, fwu_object_guid[0], 16);
	assert_int_equal(le(12 + 40 + 32 + 16, 4), 1); /* accepted in bank 0 */
	assert_int_equal(le(12 + 40 + 32 + 24 + 16, 4), 0);
	assert_int_equal(commit(handle, 0), FWU_SUCCESS); /* ends the stream */
	assert_int_equal(read_from(handle), FWU_UNKNOWN);
}

/* The known answer of CRC-32 for what the agent shows; computed by an implementation of others
 * (Python's zlib) over bytes 4 and up of the fresh metadata. */
static void metadata_sum(void **unused)
{
	fetch(FWU_OBJECT_METADATA);
	assert_int_equal(le(12, 4), 0x070d5b38u);
}

static void read_in_parts(void **unused)
{
	uint8_t whole[FWU_METADATA_BYTES], parts[FWU_METADATA_BYTES];
	uint32_t handle, got = 0;

	fetch(FWU_OBJECT_METADATA);
	memcpy(whole, direct.buf + 12, sizeof(whole));
	handle = opened(fwu_object_guid[FWU_OBJECT_METADATA], 0);
	while (got < sizeof(parts)) {
		struct ts_writer w = func(FWU_READ_STREAM);

		ts_put_u32(&w, handle);
		assert_int_equal(direct_call(NWD, 0, w.used, 12 + 50), RPC_SUCCESS);
		assert_int_equal(le(8, 4), sizeof(parts));
		assert_in_range(le(4, 4), 1, 50);
		memcpy(parts + got, direct.buf + 12, le(4, 4));
		got += (uint32_t)le(4, 4);
	}
	assert_memory_equal(whole, parts, sizeof(whole));
	assert_int_equal(read_from(handle), FWU_SUCCESS);
	assert_int_equal(le(4, 4), 0);
}

static void out_of_state(void **unused)
{
	uint32_t handle;

	assert_int_equal(simple(FWU_END_STAGING), FWU_DENIED);
	assert_int_equal(simple(FWU_CANCEL_STAGING), FWU_DENIED);
	assert_int_equal(simple(FWU_SELECT_PREVIOUS), FWU_DENIED);
	assert_int_equal(accept_image(fwu_object_guid[0]), FWU_DENIED);
	assert_int_equal(open_as(fwu_object_guid[0], 1, &handle), FWU_DENIED);
	assert_int_equal(open_as(fwu_object_guid[0], 0, &handle), FWU_DENIED);
	assert_int_equal(open_as(fwu_object_guid[FWU_OBJECT_METADATA], 1, &handle), FWU_DENIED);
	assert_int_equal(open_as((const uint8_t[16]){1}, 0, &handle), FWU_UNKNOWN);
	assert_int_equal(begin(1, (const uint8_t[16]){1}), FWU_UNKNOWN);
	assert_int_equal(begin(1, fwu_object_guid[FWU_OBJECT_METADATA]), FWU_UNKNOWN);
	assert_int_equal(state.state, FWU_REGULAR);
	assert_int_equal(begin(1, fwu_object_guid[1]), FWU_SUCCESS);
	assert_int_equal(open_as(fwu_object_guid[0], 1, &handle), FWU_DENIED); /* not in the list */
	assert_int_equal(simple(FWU_CANCEL_STAGING), FWU_SUCCESS);
	assert_int_equal(state.state, FWU_REGULAR);
}

static void streams(void **unused)
{
	static uint8_t half[FWU_IMAGE_BYTES / 4];
	uint32_t handle, first, h[FWU_STREAMS];

	assert_int_equal(begin(0, NULL), FWU_SUCCESS);
	handle = opened(fwu_object_guid[0], 1);
	assert_int_equal(read_from(handle), FWU_DENIED);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(write_to(handle, half, sizeof(half)), FWU_SUCCESS);
	assert_int_equal(write_to(handle, "x", 1), FWU_OUT_OF_BOUNDS);
	assert_int_equal(write_to(handle, "", 0), FWU_SUCCESS);
	assert_int_equal(simple(FWU_END_STAGING), FWU_BUSY);
	/* index in the low half, a count in the high one: an old handle is nobody's */
	assert_int_equal(commit(handle, 0), FWU_SUCCESS);
	assert_int_equal(commit(handle, 0), FWU_UNKNOWN);
	first = opened(fwu_object_guid[1], 1);
	assert_int_equal(first & 0xffff, handle & 0xffff);
	assert_int_equal(first >> 16, (handle >> 16) + 1);
	assert_int_equal(write_to(handle, "x", 1), FWU_UNKNOWN);
	assert_int_equal(write_to(first, "new", 3), FWU_SUCCESS);
	/* the fifth takes the place of the first, which is committed and not accepted */
	for (unsigned i = 0; i < FWU_STREAMS; i++)
		h[i] = opened(fwu_object_guid[FWU_OBJECT_DIRECTORY], 0);
	assert_int_equal(write_to(first, "x", 1), FWU_UNKNOWN);
	assert_int_equal(state.written, 3);
	assert_true(state.meta.accepted[1][0]);
	assert_false(state.meta.accepted[1][1]);
	/* opened longest ago, not used longest ago */
	assert_int_equal(read_from(h[0]), FWU_SUCCESS);
	opened(fwu_object_guid[FWU_OBJECT_DIRECTORY], 0);
	assert_int_equal(read_from(h[0]), FWU_UNKNOWN);
	assert_int_equal(read_from(h[1]), FWU_SUCCESS);
	assert_int_equal(write_to(h[1], "x", 1), FWU_DENIED);
	for (uint32_t i = 4; i < 0x10000; i += 0xfff)
		assert_int_equal(read_from(i), FWU_UNKNOWN);
}

/* ---- over reboots ---- */
static uint32_t booted(enum fwu_state want, unsigned bank)
{
	boot_index = -1;
	assert_int_equal(reboot(), 0);
	assert_int_equal(state.state, want);
	assert_int_equal(state.boot_index, bank);
	return state.meta.bank_state[bank];
}

static void update(void **unused)
{
	assert_int_equal(booted(FWU_REGULAR, 0), FWU_BANK_ACCEPTED);
	assert_int_equal(begin(2, fwu_object_guid[0]), FWU_SUCCESS);
	assert_int_equal(install(0, "kernel", 6, 1), FWU_SUCCESS);
	assert_int_equal(install(1, "monitor", 7, 0), FWU_SUCCESS);
	assert_int_equal(simple(FWU_END_STAGING), FWU_SUCCESS);
	assert_int_equal(state.state, FWU_TRIAL_PENDING);
	assert_int_equal(begin(0, NULL), FWU_DENIED);
	assert_int_equal(accept_image(fwu_object_guid[0]), FWU_DENIED);
	assert_int_equal(booted(FWU_TRIAL, 1), FWU_BANK_VALID);
	assert_int_equal(begin(0, NULL), FWU_DENIED);
	assert_memory_equal(state.image[1][0].data, "kernel", 6);
	assert_int_equal(state.image[1][1].bytes, 7);
	fetch(FWU_OBJECT_DIRECTORY);
	assert_int_equal(le(36 + 32, 4), 0);
	assert_int_equal(le(36 + 40 + 32, 4), 1);
	assert_int_equal(booted(FWU_TRIAL, 1), FWU_BANK_VALID); /* still */
	assert_int_equal(accept_image((const uint8_t[16]){1}), FWU_UNKNOWN);
	assert_int_equal(accept_image(fwu_object_guid[0]), FWU_SUCCESS);
	assert_int_equal(state.state, FWU_REGULAR);
	assert_int_equal(booted(FWU_REGULAR, 1), FWU_BANK_ACCEPTED);
	assert_int_equal(state.meta.previous, 0);
	/* the next one goes to bank 0; what it leaves out comes from bank 1 */
	assert_int_equal(begin(1, fwu_object_guid[0]), FWU_SUCCESS);
	assert_int_equal(install(0, "kernel 2", 8, 0), FWU_SUCCESS);
	assert_int_equal(simple(FWU_END_STAGING), FWU_SUCCESS);
	assert_int_equal(booted(FWU_REGULAR, 0), FWU_BANK_ACCEPTED); /* accepted beforehand */
	assert_memory_equal(state.image[0][0].data, "kernel 2", 8);
	assert_memory_equal(state.image[0][1].data, "monitor", 7);
}

static void staged(void)
{
	assert_int_equal(begin(0, NULL), FWU_SUCCESS);
	assert_int_equal(install(0, "new", 3, 1), FWU_SUCCESS);
}

static void ways_back(void **unused)
{
	/* cut off in staging: the bank is no choice, the agent is as before */
	booted(FWU_REGULAR, 0);
	staged();
	booted(FWU_REGULAR, 0);
	assert_int_equal(state.meta.bank_state[1], FWU_BANK_INVALID);
	/* cancelled while a reboot was due */
	staged();
	assert_int_equal(simple(FWU_END_STAGING), FWU_SUCCESS);
	assert_int_equal(simple(FWU_CANCEL_STAGING), FWU_SUCCESS);
	booted(FWU_REGULAR, 0);
	/* given up in trial */
	staged();
	assert_int_equal(simple(FWU_END_STAGING), FWU_SUCCESS);
	booted(FWU_TRIAL, 1);
	assert_int_equal(simple(FWU_SELECT_PREVIOUS), FWU_SUCCESS);
	booted(FWU_REGULAR, 0);
	/* the boot loader chose the old bank */
	staged();
	assert_int_equal(simple(FWU_END_STAGING), FWU_SUCCESS);
	boot_index = 0;
	assert_int_equal(reboot(), 0);
	fetch(FWU_OBJECT_DIRECTORY);
	assert_int_equal(le(24, 4), 0); /* not a correct boot */
	assert_int_equal(begin(0, NULL), FWU_DENIED);
	assert_int_equal(simple(FWU_CANCEL_STAGING), FWU_SUCCESS);
	booted(FWU_REGULAR, 0);
	assert_true(traced > 0);
}

/* One of the two copies is enough. */
static void damaged_metadata(void **unused)
{
	char path[128];
	FILE *f;

	booted(FWU_REGULAR, 0);
	staged();
	assert_int_equal(simple(FWU_END_STAGING), FWU_SUCCESS);
	snprintf(path, sizeof(path), "%s/fwu/metadata-primary", keep_direct_dir);
	f = fopen(path, "r+");
	assert_non_null(f);
	assert_int_equal(fseek(f, 8, SEEK_SET), 0); /* active */
	fputc(0, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(booted(FWU_TRIAL, 1), FWU_BANK_VALID);
	snprintf(path, sizeof(path), "%s/fwu/metadata-backup", keep_direct_dir);
	assert_int_equal(truncate(path, 10), 0);
	booted(FWU_REGULAR, 0); /* nothing left: as new */
}

static void a_failing_host(void **unused)
{
	char command[160];

	booted(FWU_REGULAR, 0);
	staged();
	snprintf(command, sizeof(command), "mkdir -p %s/fwu/.metadata-primary.new",
		 keep_direct_dir);
	assert_int_equal(system(command), 0);
	assert_int_equal(simple(FWU_END_STAGING), FWU_UNKNOWN);
	assert_int_equal(state.state, FWU_STAGING);
	assert_int_equal(state.meta.active, 0);
	booted(FWU_REGULAR, 0);
}

static void noise(void **unused)
{
	assert_true(direct_noise(0, 20000) > 100);
	for (uint32_t id = 16; id <= 24; id++)
		for (size_t n = 4; n < 40; n++) {
			func(id);
			direct_call(NWD, 0, n, DIRECT_BYTES);
		}
}

static int fresh(void **unused)
{
	memset(&direct.host, 0, sizeof(direct.host));
	return direct_start(&fwu_service, &state, sizeof(state));
}

static int on_records(void **unused)
{
	return keep_direct_begin("fwu");
}

static int drop_records(void **unused)
{
	return keep_direct_end();
}

#define KEPT(test_) cmocka_unit_test_setup_teardown(test_, on_records, drop_records)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(discover, fresh),
		cmocka_unit_test_setup(any_opcode, fresh),
		cmocka_unit_test_setup(lies_about_lengths, fresh),
		cmocka_unit_test_setup(image_directory, fresh),
		cmocka_unit_test_setup(metadata, fresh),
		cmocka_unit_test_setup(metadata_sum, fresh),
		cmocka_unit_test_setup(read_in_parts, fresh),
		cmocka_unit_test_setup(out_of_state, fresh),
		cmocka_unit_test_setup(streams, fresh),
		KEPT(update),
		KEPT(ways_back),
		KEPT(damaged_metadata),
		KEPT(a_failing_host),
		cmocka_unit_test_setup(noise, fresh),
	};

	return cmocka_run_group_tests_name("sps/fwu", tests, NULL, NULL);
}
