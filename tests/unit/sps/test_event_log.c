/* SPDX-License-Identifier: BSD-3-Clause */
/* The TPM event log as the attestation SP reads it (trusted-services.md 3.5): an EVENT1 record,
 * then EVENT2 ones; the first digest of an EV_POST_CODE record is the component's. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "attestation.h"

#define SHA256 0x000b
#define SHA384 0x000c
#define SHA512 0x000d
#define POST_CODE 1

static struct attestation a;
static uint8_t log_bytes[5000];
static struct ts_writer w;

static void first_record(uint32_t event_len)
{
	memset(&a, 0, sizeof(a));
	w = ts_writer_of(log_bytes, sizeof(log_bytes));
	memset(ts_put_room(&w, 28), 0, 28);
	ts_put_u32(&w, event_len);
	if (event_len)
		memset(ts_put_room(&w, event_len), 0x55, event_len);
}

static void digest(uint16_t alg, int byte, size_t len)
{
	ts_put_bytes(&w, &alg, 2);
	memset(ts_put_room(&w, len), byte, len);
}

static void head(uint32_t type, uint32_t digests)
{
	ts_put_u32(&w, 0);
	ts_put_u32(&w, type);
	ts_put_u32(&w, digests);
}

static void event(const char *name, size_t len)
{
	ts_put_u32(&w, (uint32_t)len);
	ts_put_bytes(&w, name, len);
}

static int read_it(void)
{
	return event_log_read(&a, log_bytes, w.used);
}

static void is(unsigned i, const char *name, int byte, size_t len)
{
	assert_int_equal(a.measured[i].name_len, strlen(name));
	assert_memory_equal(a.measured[i].name, name, strlen(name));
	assert_int_equal(a.measured[i].digest_len, len);
	for (size_t at = 0; at < len; at++)
		assert_int_equal(a.measured[i].digest[at], byte);
}

static void components(void **state)
{
	first_record(37);
	head(POST_CODE, 1);
	digest(SHA256, 1, 32);
	event("BL_2", 5);
	head(3, 1); /* another type */
	digest(SHA256, 2, 32);
	event("nothing", 8);
	head(POST_CODE, 2);
	digest(SHA512, 3, 64);
	digest(SHA384, 4, 48);
	event("BL_31", 5); /* without its NUL */
	assert_int_equal(read_it(), 0);
	assert_int_equal(a.measured_count, 2);
	is(0, "BL_2", 1, 32);
	is(1, "BL_31", 3, 64);
}

/* Nothing was measured where there is no digest. */
static void no_digest(void **state)
{
	first_record(0);
	head(POST_CODE, 0);
	event("BL_2", 5);
	head(POST_CODE, 1);
	digest(SHA256, 1, 32);
	event("BL_31", 6);
	assert_int_equal(read_it(), 0);
	assert_int_equal(a.measured_count, 1);
	is(0, "BL_31", 1, 32);
}

static void damaged(void **state)
{
	size_t whole, first;

	first_record(4);
	first = w.used;
	head(POST_CODE, 1);
	digest(SHA256, 1, 32);
	event("BL_2", 5);
	whole = w.used;
	for (w.used = 1; w.used < whole; w.used++)
		assert_int_equal(read_it(), w.used == first ? 0 : -1);
	w.used = 0;
	assert_int_equal(read_it(), 0);
	w.used = sizeof(a.log) + 1;
	assert_int_equal(read_it(), -1);
	first_record(0);
	head(POST_CODE, 1);
	digest(0x0004, 1, 20); /* SHA-1 is none of the three */
	event("BL_2", 5);
	assert_int_equal(read_it(), -1);
}

static void too_many(void **state)
{
	first_record(0);
	for (unsigned i = 0; i < ATTEST_MEASUREMENTS_MAX + 2; i++) {
		head(POST_CODE, 1);
		digest(SHA256, 1, 32);
		event("x", 1);
	}
	assert_int_equal(read_it(), 0);
	assert_int_equal(a.measured_count, ATTEST_MEASUREMENTS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(components),
		cmocka_unit_test(no_digest),
		cmocka_unit_test(damaged),
		cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests_name("sps/event_log", tests, NULL, NULL);
}
