/* SPDX-License-Identifier: BSD-3-Clause */
/* The MM interface and the variable service, row by row of trusted-services.md 3.9. Under an SPMC
 * and on the PS service: test_spmc.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "mm.h"
#include "ram_store.h"

#define BUFFER MM_BUFFER_BYTES
#define BS VARIABLE_BOOT
#define RT VARIABLE_RUNTIME
#define NV VARIABLE_NON_VOLATILE
#define ERROR(code) (1ull << 63 | (code))

static struct mm mm;
static struct ram_asset assets[50];
static struct ram_store store;
static uint8_t shared[BUFFER]; /* the carve-out */
/* Octets as they travel: typed from the textual UUID, first three fields swapped by hand. */
static const uint8_t service[16] = {0x33, 0xd5, 0x32, 0xed, 0xe6, 0x99, 0x09, 0x42,
				    0x9c, 0xc0, 0x2d, 0x72, 0xcd, 0xd9, 0x98, 0xa7};
static const uint8_t vendor[16] = {1, 2, 3}, other[16] = {9};

static void put64(size_t at, uint64_t value)
{
	memcpy(shared + at, &value, sizeof(value));
}

static uint64_t get64(size_t at)
{
	uint64_t value;

	memcpy(&value, shared + at, sizeof(value));
	return value;
}

static uint32_t get32(size_t at)
{
	uint32_t value;

	memcpy(&value, shared + at, sizeof(value));
	return value;
}

/* Payloads begin at 40: MM header 24, variable header 16. */
#define P 40u

static enum mm_code send(uint64_t function, size_t payload)
{
	memcpy(shared, service, 16);
	put64(16, 16 + payload);
	put64(24, function);
	put64(32, ~0ull);
	return mm_serve(&mm, shared, BUFFER, 0);
}

static uint64_t call(uint64_t function, size_t payload)
{
	assert_int_equal(send(function, payload), MM_SUCCESS);
	return get64(32);
}

/* UTF-16 with its NUL; bytes. */
static size_t name_at(size_t at, const char *text)
{
	size_t n = 0;

	do {
		shared[at + n++] = (uint8_t)*text;
		shared[at + n++] = 0;
	} while (*text++);
	return n;
}

static size_t variable(const uint8_t guid[16], const char *name, uint32_t attributes, uint64_t size)
{
	const size_t n = name_at(P + 36, name);

	memcpy(shared + P, guid, 16);
	put64(P + 16, size);
	put64(P + 24, n);
	memcpy(shared + P + 32, &attributes, 4);
	return P + 36 + n;
}

static uint64_t set_of(const uint8_t guid[16], const char *name, uint32_t attributes,
		       const void *data, size_t size)
{
	const size_t at = variable(guid, name, attributes, size);

	if (size)
		memcpy(shared + at, data, size);
	return call(3, at + size - P);
}

static uint64_t set(const char *name, uint32_t attributes, const char *text)
{
	return set_of(vendor, name, attributes, text, strlen(text));
}

static uint64_t get_of(const uint8_t guid[16], const char *name, uint64_t room)
{
	const size_t at = variable(guid, name, 0, room);

	memset(shared + at, 0xee, room + 1);
	return call(1, at + room - P);
}

static void holds(const char *name, uint32_t attributes, const char *text)
{
	const size_t at = P + 36 + 2 * (strlen(name) + 1);

	assert_int_equal(get_of(vendor, name, 100), 0);
	assert_int_equal(get64(P + 16), strlen(text));
	assert_int_equal(get32(P + 32), attributes);
	assert_memory_equal(shared + at, text, strlen(text));
	assert_int_equal(shared[at + strlen(text)], 0xee);
}

static void missing(const char *name)
{
	assert_int_equal(get_of(vendor, name, 100), ERROR(14));
}

static void set_and_get(void **state)
{
	missing("a");
	assert_int_equal(set("a", BS, "one"), 0);
	assert_int_equal(set("b", BS | RT | NV, "two"), 0);
	holds("a", BS, "one");
	holds("b", BS | RT | NV, "two");
	assert_int_equal(get_of(other, "a", 100), ERROR(14)); /* the GUID is part of the name */
	assert_int_equal(get_of(vendor, "a", 2), ERROR(5));
	assert_int_equal(get64(P + 16), 3);
	assert_int_equal(shared[P + 36 + 4], 0xee);
	assert_int_equal(set("a", BS, "other"), 0);
	holds("a", BS, "other");
	assert_int_equal(set("a", BS | VARIABLE_APPEND, " text"), 0);
	holds("a", BS, "other text");
	assert_int_equal(set("b", BS | RT | NV | VARIABLE_APPEND, "!"), 0);
	holds("b", BS | RT | NV, "two!");
	assert_int_equal(set("b", BS | RT | NV | VARIABLE_APPEND, ""), 0);
	holds("b", BS | RT | NV, "two!");
	assert_int_equal(set("a", BS, ""), 0); /* removed */
	missing("a");
	assert_int_equal(set("a", BS, ""), ERROR(14));
	assert_int_equal(set("b", 0, "x"), 0); /* so is one without access */
	missing("b");
}

static void attributes(void **state)
{
	assert_int_equal(set("a", RT, "x"), ERROR(2));
	assert_int_equal(set("a", BS | 0x80, "x"), ERROR(2));
	assert_int_equal(set("a", BS | NV | 0x10, "x"), ERROR(3)); /* a build option, off */
	assert_int_equal(set("a", BS | NV | 0x20, "x"), ERROR(3));
	assert_int_equal(set("a", BS, "x"), 0);
	assert_int_equal(set("a", BS | NV, "x"), ERROR(2)); /* cannot change */
	holds("a", BS, "x");
}

static void runtime(void **state)
{
	assert_int_equal(set("boot", BS | NV, "1"), 0);
	assert_int_equal(set("both", BS | RT | NV, "2"), 0);
	assert_int_equal(set("volatile", BS | RT, "3"), 0);
	assert_int_equal(call(5, 0), 0);
	holds("boot", BS | NV, "1");
	assert_int_equal(call(6, 0), 0);
	missing("boot");
	holds("both", BS | RT | NV, "2");
	holds("volatile", BS | RT, "3");
	assert_int_equal(set("both", BS | RT | NV, "4"), 0);
	assert_int_equal(set("volatile", BS | RT, "4"), ERROR(8));
	assert_int_equal(set("volatile", BS | RT, ""), ERROR(8));
	assert_int_equal(set("new", BS | NV, "4"), ERROR(2));
	assert_int_equal(set("boot", BS | RT | NV, "4"), ERROR(2));
	assert_int_equal(set("boot", BS | NV, ""), ERROR(14));
}

/* NameSize is the room, and afterwards the length. */
static uint64_t next(const uint8_t guid[16], const char *name, uint64_t room)
{
	memcpy(shared + P, guid, 16);
	memset(shared + P + 24, 0xee, 100);
	name_at(P + 24, name);
	put64(P + 16, room);
	return call(2, 24 + room);
}

static void enumeration(void **state)
{
	assert_int_equal(next(other, "", 64), ERROR(14));
	set("long name", BS, "1");
	set_of(other, "b", BS | RT, "2", 1);
	assert_int_equal(next(other, "", 10), ERROR(5));
	assert_int_equal(get64(P + 16), 20);
	assert_int_equal(next(other, "", 20), 0);
	assert_int_equal(get64(P + 16), 20);
	assert_memory_equal(shared + P, vendor, 16);
	assert_memory_equal(shared + P + 24, "l\0o\0n\0g\0 \0n\0a\0m\0e\0\0\0", 20);
	assert_int_equal(next(vendor, "long name", 64), 0);
	assert_memory_equal(shared + P, other, 16);
	assert_memory_equal(shared + P + 24, "b\0\0\0", 4);
	assert_int_equal(next(other, "b", 64), ERROR(14));
	assert_int_equal(next(other, "nobody", 64), ERROR(2));
	call(6, 0);
	assert_int_equal(next(other, "", 64), 0); /* the one for boot is hidden */
	assert_memory_equal(shared + P + 24, "b\0\0\0", 4);
}

static void limits(void **state)
{
	static char big[VARIABLE_BYTES_MAX + 1];
	char name[4] = "v00";

	memset(big, 'x', sizeof(big));
	assert_int_equal(set_of(vendor, "big", BS | NV, big, sizeof(big)), ERROR(9));
	assert_int_equal(set_of(vendor, "big", BS | NV, big, sizeof(big) - 1), 0);
	assert_int_equal(get_of(vendor, "big", 4096), 0);
	assert_memory_equal(shared + P + 36 + 8, big, 4096);
	assert_int_equal(set("big", BS | NV | VARIABLE_APPEND, "x"), ERROR(9));
	for (unsigned i = 1; i < VARIABLES_MAX; i++) {
		name[1] = (char)('0' + i / 10);
		name[2] = (char)('0' + i % 10);
		assert_int_equal(set(name, BS, "x"), 0);
	}
	assert_int_equal(set("one more", BS, "x"), ERROR(9));
	put64(P, 0);
	memcpy(shared + P + 24, &(uint32_t){BS | NV}, 4);
	assert_int_equal(call(4, 32), 0);
	assert_int_equal(get64(P), 40 * 4096);
	assert_int_equal(get64(P + 8), 0);
	assert_int_equal(get64(P + 16), 4096);
	memcpy(shared + P + 24, &(uint32_t){NV}, 4);
	assert_int_equal(call(4, 32), ERROR(2));
	assert_int_equal(set("v07", BS, ""), 0);
	assert_int_equal(set("one more", BS, "x"), 0);
	assert_int_equal(call(11, 8), 0);
	assert_true(get64(P) >= 36 + 64 + 4096);
}

static uint64_t property(uint64_t function, const char *name, uint32_t flags, uint32_t attributes,
			 uint64_t least, uint64_t most)
{
	const size_t n = name_at(P + 48, name);
	const uint32_t words[2] = {1 | flags << 16, attributes};

	memcpy(shared + P, vendor, 16);
	put64(P + 16, n);
	memcpy(shared + P + 24, words, 8);
	put64(P + 32, least);
	put64(P + 40, most);
	return call(function, 48 + n);
}

static void properties(void **state)
{
	assert_int_equal(property(10, "a", 0, 0, 0, 0), ERROR(14));
	assert_int_equal(property(9, "a", 0, BS, 2, 3), 0);
	assert_int_equal(set("a", BS, "x"), ERROR(2));
	assert_int_equal(set("a", BS, "xxxx"), ERROR(2));
	assert_int_equal(set("a", BS | RT, "xx"), ERROR(2));
	assert_int_equal(set("a", BS, "xx"), 0);
	assert_int_equal(property(9, "a", 1, BS, 2, 3), 0);
	assert_int_equal(set("a", BS, "yy"), ERROR(8));
	assert_int_equal(set("a", BS, ""), ERROR(8));
	holds("a", BS, "xx");
	assert_int_equal(property(10, "a", 0, 0, 0, 0), 0);
	assert_int_equal(get32(P + 24), 0x10001);
	assert_int_equal(get32(P + 28), BS);
	assert_int_equal(get64(P + 32), 2);
	assert_int_equal(get64(P + 40), 3);
}

static bool restart(void)
{
	memset(&mm, 0, sizeof(mm));
	return variables_load(&mm.variables, &store.store);
}

/* Index under the real one's uid; volatile variables are gone. */
static void kept(void **state)
{
	set("gone", BS, "1");
	set("kept", BS | RT | NV, "2");
	assert_true(restart());
	missing("gone");
	holds("kept", BS | RT | NV, "2");
	set("kept", BS | RT | NV, "");
	assert_true(restart());
	missing("kept");
	for (unsigned i = 0; i < store.count; i++)
		assert_true(!assets[i].uid || assets[i].uid == 0x8000000000000001ull);
	store.fails = PSA_ERROR_STORAGE_FAILURE;
	assert_false(restart());
}

static void a_failing_store(void **state)
{
	set("a", BS | NV, "old");
	store.fails = PSA_ERROR_STORAGE_FAILURE;
	assert_int_equal(set("a", BS | NV, "new"), ERROR(7));
	assert_int_equal(set("b", BS | NV, "new"), ERROR(7));
	assert_int_equal(set("a", BS | NV, ""), ERROR(7));
	assert_int_equal(get_of(vendor, "a", 10), ERROR(7));
	store.fails = PSA_ERROR_INSUFFICIENT_STORAGE;
	assert_int_equal(set("b", BS | NV, "new"), ERROR(9));
	store.fails = 0;
	missing("b");
	holds("a", BS | NV, "old");
	assert_true(restart());
	holds("a", BS | NV, "old");
}

static void messages(void **state)
{
	/* the header, and the length in it */
	assert_int_equal(send(5, 0), MM_SUCCESS);
	assert_int_equal(mm_serve(&mm, shared, BUFFER, BUFFER - 23), MM_INVALID_PARAMETER);
	assert_int_equal(mm_serve(&mm, shared, BUFFER, BUFFER + 1), MM_INVALID_PARAMETER);
	assert_int_equal(mm_serve(&mm, shared, BUFFER, ~0ull), MM_INVALID_PARAMETER);
	put64(16, BUFFER - 23);
	assert_int_equal(mm_serve(&mm, shared, BUFFER, 0), MM_INVALID_PARAMETER);
	put64(16, ~0ull);
	assert_int_equal(mm_serve(&mm, shared, BUFFER, 0), MM_INVALID_PARAMETER);
	put64(16, 15);
	assert_int_equal(mm_serve(&mm, shared, BUFFER, 0), MM_INVALID_PARAMETER);
	put64(16, 16);
	shared[3] ^= 1;
	assert_int_equal(mm_serve(&mm, shared, BUFFER, 0), MM_NOT_SUPPORTED);
	/* anywhere in the carve-out */
	memcpy(shared + BUFFER - 40, service, 16);
	put64(BUFFER - 24, 16);
	put64(BUFFER - 16, 5);
	assert_int_equal(mm_serve(&mm, shared, BUFFER, BUFFER - 40), MM_SUCCESS);
	assert_int_equal(get64(BUFFER - 8), 0);
	for (uint64_t function = 0; function < 20; function++)
		if ((function >= 7 && function <= 8) || !function || function > 11)
			assert_int_equal(call(function, 200), ERROR(3));
}

static void lies(void **state)
{
	static const uint8_t shortest[12] = {
		[1] = 36, [2] = 24, [3] = 36, [4] = 32, [9] = 48, [10] = 48, [11] = 8};
	uint64_t x = 0x9e3779b97f4a7c15u;
	size_t at;

	for (unsigned f = 1; f < 12; f++)
		if (shortest[f])
			assert_int_equal(call(f, shortest[f] - 1u), ERROR(2));
	at = variable(vendor, "a", BS, 1);
	assert_int_equal(call(3, at - P), ERROR(2)); /* data that is not there */
	put64(P + 16, ~0ull);
	assert_int_equal(call(3, at - P), ERROR(2));
	put64(P + 16, 0);
	for (uint64_t n = 0; n < 80; n++) {
		put64(P + 24, n);
		assert_int_equal(call(3, at - P), n == 4 ? ERROR(14) : ERROR(2));
	}
	put64(P + 24, ~0ull);
	assert_int_equal(call(3, at - P), ERROR(2));
	/* noise, with small numbers where sizes are */
	for (unsigned i = 0; i < 20000; i++) {
		for (size_t b = P; b < P + 120; b++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			shared[b] = i & 1 ? (uint8_t)x : (uint8_t)x % 3;
		}
		put64(P + 16, x % 60);
		put64(P + 24, x >> 8 & 63);
		send(x >> 20 & 15, x >> 30 & 127);
	}
}

static int fresh(void **state)
{
	memset(assets, 0, sizeof(assets));
	ram_store_init(&store, assets, 50);
	memset(shared, 0, sizeof(shared));
	return !restart();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(set_and_get, fresh),
		cmocka_unit_test_setup(attributes, fresh),
		cmocka_unit_test_setup(runtime, fresh),
		cmocka_unit_test_setup(enumeration, fresh),
		cmocka_unit_test_setup(limits, fresh),
		cmocka_unit_test_setup(properties, fresh),
		cmocka_unit_test_setup(kept, fresh),
		cmocka_unit_test_setup(a_failing_store, fresh),
		cmocka_unit_test_setup(messages, fresh),
		cmocka_unit_test_setup(lies, fresh),
	};

	return cmocka_run_group_tests_name("sps/smm", tests, NULL, NULL);
}
