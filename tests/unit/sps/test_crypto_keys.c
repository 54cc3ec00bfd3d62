/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys of the crypto service: owners, what is refused, lifetimes, slots, policies, copies. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_direct.h"

static const uint8_t zeros[64];

static void test_owners(void **state)
{
	uint32_t key, mac;

	assert_int_equal(generate_key(PSA_KEY_TYPE_AES, 128, CRYPT | PSA_KEY_USAGE_EXPORT,
				      PSA_ALG_CTR, &key),
			 0);
	mac = ok_word(words(CRYPTO_HASH_SETUP, 1, PSA_ALG_SHA_256));
	client = 8;
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, key), PSA_ERROR_INVALID_HANDLE);
	assert_int_equal(words(CRYPTO_GET_KEY_ATTRIBUTES, 1, key), PSA_ERROR_INVALID_HANDLE);
	assert_int_equal(words(CRYPTO_DESTROY_KEY, 1, key), PSA_ERROR_INVALID_HANDLE);
	assert_int_equal(words(CRYPTO_HASH_UPDATE, 1, mac), PSA_ERROR_BAD_STATE);
	assert_int_equal(words(CRYPTO_HASH_ABORT, 1, mac), 0); /* does nothing */
	client = 7;
	assert_int_equal(words(CRYPTO_HASH_UPDATE, 1, mac), 0);
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, key), 0);
}

static void test_key_statuses(void **state)
{
	static const struct {
		uint32_t type, bits;
		int32_t status;
	} generate[] = {
		{PSA_KEY_TYPE_AES, 0, PSA_ERROR_INVALID_ARGUMENT},
		{PSA_KEY_TYPE_AES, 129, PSA_ERROR_INVALID_ARGUMENT},
		{PSA_KEY_TYPE_AES, 64, PSA_ERROR_INVALID_ARGUMENT},
		{PSA_KEY_TYPE_DES, 128, 0},
		{PSA_KEY_TYPE_HMAC, 8 * 4096, 0},
		{PSA_KEY_TYPE_HMAC, 8 * 4097, PSA_ERROR_INSUFFICIENT_MEMORY},
		{PSA_KEY_TYPE_HMAC, 0x10000, PSA_ERROR_NOT_SUPPORTED},
		{PSA_KEY_TYPE_ARC4, 128, PSA_ERROR_NOT_SUPPORTED},
		{0x1234, 128, PSA_ERROR_NOT_SUPPORTED},
		{PSA_KEY_TYPE_RSA_PUBLIC_KEY, 1024, PSA_ERROR_INVALID_ARGUMENT},
		{PSA_KEY_TYPE_RSA_KEY_PAIR, 1025, PSA_ERROR_NOT_SUPPORTED},
		{PSA_KEY_TYPE_RSA_KEY_PAIR, 8192, PSA_ERROR_NOT_SUPPORTED},
		{P256, 255, PSA_ERROR_NOT_SUPPORTED},
		{PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_MONTGOMERY, 255, 0},
		{PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_MONTGOMERY, 256, PSA_ERROR_NOT_SUPPORTED},
		{PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_TWISTED_EDWARDS, 448, 0},
		{PSA_KEY_TYPE_ECC_KEY_PAIR | 0x27, 163, PSA_ERROR_NOT_SUPPORTED}, /* sect k1 */
		{PSA_KEY_TYPE_DH_KEY_PAIR | PSA_DH_RFC7919, 2048, 0},
		{PSA_KEY_TYPE_DH_KEY_PAIR | PSA_DH_RFC7919, 1024, PSA_ERROR_NOT_SUPPORTED},
		{PSA_KEY_TYPE_DH_KEY_PAIR | 0x04, 2048, PSA_ERROR_NOT_SUPPORTED},
		{PSA_KEY_TYPE_ARIA, 192, 0},
		{PSA_KEY_TYPE_ARIA, 64, PSA_ERROR_INVALID_ARGUMENT},
		{PSA_KEY_TYPE_CAMELLIA, 256, 0},
		{PSA_KEY_TYPE_CHACHA20, 256, 0},
		{PSA_KEY_TYPE_CHACHA20, 128, PSA_ERROR_INVALID_ARGUMENT},
		{P256, 521, 0},
	};
	uint32_t key;

	for (size_t i = 0; i < sizeof(generate) / sizeof(generate[0]); i++)
		assert_int_equal(generate_key(generate[i].type, generate[i].bits, 0, 0, &key),
				 generate[i].status);
	assert_int_equal(generate_key(PSA_KEY_TYPE_AES, 128, 4, 0, &key),
			 PSA_ERROR_INVALID_ARGUMENT); /* no such usage */
	assert_int_equal(import_key(PSA_KEY_TYPE_AES, 256, 0, 0, zeros, 16, &key),
			 PSA_ERROR_INVALID_ARGUMENT); /* size and attributes differ */
	assert_int_equal(import_key(PSA_KEY_TYPE_AES, 0, 0, 0, zeros, 15, &key),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(import_key(P256, 256, 0, 0, (uint8_t[32]){0}, 32, &key),
			 PSA_ERROR_INVALID_ARGUMENT); /* scalar 0 */
	assert_int_equal(import_key(P256, 256, 0, 0, memset((uint8_t[32]){0}, 0xff, 32), 32, &key),
			 PSA_ERROR_INVALID_ARGUMENT); /* beyond the order */
	assert_int_equal(import_key(PSA_KEY_TYPE_ECC_PUBLIC_KEY | PSA_ECC_SECP_R1, 256, 0, 0,
				    memset((uint8_t[65]){0}, 4, 65), 65, &key),
			 PSA_ERROR_INVALID_ARGUMENT); /* not on the curve */
	assert_int_equal(import_key(PSA_KEY_TYPE_RSA_KEY_PAIR, 0, 0, 0, "\x30\x82", 2, &key),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, 12345), PSA_ERROR_INVALID_HANDLE);
	assert_int_equal(words(CRYPTO_DESTROY_KEY, 1, 0), 0);
	assert_int_equal(words(CRYPTO_PURGE_KEY, 1, 0), PSA_ERROR_INVALID_HANDLE);
}

/* Another location, read-only, ids that a client may not choose. */
static void test_lifetimes(void **state)
{
	static const struct {
		uint32_t lifetime, id;
		int32_t status;
	} rows[] = {
		{0x100, 1, PSA_ERROR_INVALID_ARGUMENT},
		{0xff, 1, PSA_ERROR_INVALID_ARGUMENT},
		{1, 0, PSA_ERROR_INVALID_ARGUMENT},
		{1, 0x40000000, PSA_ERROR_INVALID_ARGUMENT},
		{1, 0x3fffffff, 0},
		{1, 0x3fffffff, PSA_ERROR_ALREADY_EXISTS},
		{0, 77, 0}, /* volatile: the id is the service's */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		attributes(PSA_KEY_TYPE_AES, 128, rows[i].lifetime, rows[i].id, CRYPT, PSA_ALG_CTR);
		assert_int_equal(go(CRYPTO_GENERATE_KEY), rows[i].status);
	}
	assert_int_not_equal(out_word(), 77);
	assert_int_equal(ram_store_used(&store), 1);
}

static void test_persistent_keys(void **state)
{
	uint8_t key[16] = "sixteen bytes!!", sig[32];
	size_t len;

	begin();
	attributes(PSA_KEY_TYPE_HMAC, 0, 1, 0x100,
		   PSA_KEY_USAGE_SIGN_MESSAGE | PSA_KEY_USAGE_EXPORT, HMAC_256);
	tlv(1, key, sizeof(key));
	assert_int_equal(ok_word(go(CRYPTO_IMPORT_KEY)), 0x100);
	assert_int_equal(words(CRYPTO_PURGE_KEY, 1, 0x100), 0);
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, 0x100), 0); /* from the store again */
	assert_memory_equal(out_tlv(1, &len), key, sizeof(key));
	direct_restart();
	assert_int_equal(words(CRYPTO_GET_KEY_ATTRIBUTES, 1, 0x100), 0);
	assert_memory_equal(
		page,
		((uint32_t[]){PSA_KEY_TYPE_HMAC, 128, 1, 0x100,
			      PSA_KEY_USAGE_SIGN_MESSAGE | PSA_KEY_USAGE_EXPORT, HMAC_256}),
		24);
	words(CRYPTO_MAC_SIGN_SETUP, 2, 0x100, HMAC_256);
	assert_int_equal(words(CRYPTO_MAC_SIGN_FINISH, 1, out_word()), 0);
	memcpy(sig, out_tlv(1, &len), 32);
	client = 9; /* another owner: another key of that id */
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, 0x100), PSA_ERROR_INVALID_HANDLE);
	client = 7;
	store.fails = PSA_ERROR_STORAGE_FAILURE;
	assert_int_equal(words(CRYPTO_DESTROY_KEY, 1, 0x100), PSA_ERROR_STORAGE_FAILURE);
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, 0x101), PSA_ERROR_STORAGE_FAILURE);
	begin();
	attributes(PSA_KEY_TYPE_AES, 128, 1, 0x102, CRYPT, PSA_ALG_CTR);
	assert_int_equal(go(CRYPTO_GENERATE_KEY), PSA_ERROR_STORAGE_FAILURE);
	store.fails = 0;
	assert_int_equal(words(CRYPTO_DESTROY_KEY, 1, 0x100), 0);
	assert_int_equal(words(CRYPTO_DESTROY_KEY, 1, 0x100), PSA_ERROR_INVALID_HANDLE);
	assert_int_equal(ram_store_used(&store), 0);
	/* with nothing behind it, volatile keys work and persistent ones do not */
	crypto->store = &(struct psa_store){&psa_store_null};
	assert_int_equal(generate_key(PSA_KEY_TYPE_AES, 128, 0, 0, &(uint32_t){0}), 0);
	begin();
	attributes(PSA_KEY_TYPE_AES, 128, 1, 0x102, CRYPT, PSA_ALG_CTR);
	assert_int_equal(go(CRYPTO_GENERATE_KEY), PSA_ERROR_STORAGE_FAILURE);
}

static int32_t stored_with(size_t at, uint8_t byte)
{
	const uint8_t old = store.asset[0].data[at];
	int32_t status;

	store.asset[0].data[at] = byte;
	direct_restart();
	status = words(CRYPTO_EXPORT_KEY, 1, 0x100);
	store.asset[0].data[at] = old;
	return status;
}

/* What lies in the store is not trusted: a byte is changed, or it ends too soon. */
static void test_damaged_store(void **state)
{
	enum { LIFETIME = 12, TYPE = 16, BITS = 18, USAGE = 20, LENGTH = 32, MATERIAL = 36 };
	static const struct {
		size_t at;
		uint8_t byte;
		int32_t status;
	} damage[] = {
		{0, 'Q', PSA_ERROR_DATA_INVALID},
		{8, 1, PSA_ERROR_DATA_INVALID},
		{LIFETIME, 0, PSA_ERROR_DATA_INVALID},
		{LIFETIME + 1, 1, PSA_ERROR_DATA_INVALID},
		{TYPE, 0x77, PSA_ERROR_DATA_INVALID},
		{BITS, 64, PSA_ERROR_DATA_INVALID},
		{USAGE + 2, 1, PSA_ERROR_DATA_INVALID},
		{USAGE, 0, PSA_ERROR_NOT_PERMITTED},
		{LENGTH, 0, PSA_ERROR_DATA_INVALID},
		{LENGTH, 17, PSA_ERROR_DATA_INVALID},
		{LENGTH, 15, PSA_ERROR_DATA_INVALID},
		{LENGTH + 3, 0xff, PSA_ERROR_DATA_INVALID},
		{MATERIAL, 9, 0},
	};

	begin();
	attributes(PSA_KEY_TYPE_RAW_DATA, 128, 1, 0x100, PSA_KEY_USAGE_EXPORT, 0);
	tlv(1, "sixteen bytes!!", 16);
	assert_int_equal(ok_word(go(CRYPTO_IMPORT_KEY)), 0x100);
	assert_int_equal(store.asset[0].len, MATERIAL + 16);
	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++)
		assert_int_equal(stored_with(damage[i].at, damage[i].byte), damage[i].status);
	for (store.asset[0].len = 0; store.asset[0].len < MATERIAL + 16; store.asset[0].len++)
		assert_int_equal(stored_with(0, 'P'), PSA_ERROR_DATA_INVALID);
	assert_int_equal(stored_with(0, 'P'), 0); /* whole again */
}

/* 32 slots; persistent keys make way for others, volatile ones never. */
static void test_slots(void **state)
{
	uint32_t id[KEY_SLOTS], key;

	for (uint32_t i = 0; i < 8; i++) {
		begin();
		attributes(PSA_KEY_TYPE_AES, 128, 1, 1 + i, PSA_KEY_USAGE_EXPORT, 0);
		assert_int_equal(go(CRYPTO_GENERATE_KEY), 0);
	}
	for (unsigned i = 0; i < KEY_SLOTS; i++)
		assert_int_equal(generate_key(P256, 521, SIGN_VERIFY, DET_256, &id[i]), 0);
	assert_int_equal(generate_key(PSA_KEY_TYPE_AES, 128, 0, 0, &key),
			 PSA_ERROR_INSUFFICIENT_MEMORY);
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, 3), PSA_ERROR_INSUFFICIENT_MEMORY);
	for (unsigned i = 0; i < KEY_SLOTS; i++) {
		assert_int_equal(sign(CRYPTO_SIGN_HASH, id[i], DET_256, "hash", 4), 0);
		for (unsigned j = 0; j < i; j++)
			assert_int_not_equal(id[i], id[j]);
	}
	assert_int_equal(words(CRYPTO_DESTROY_KEY, 1, id[5]), 0);
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, 3), 0);
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, 4), 0); /* in the place of 3 */
}

static void test_policies(void **state)
{
	const uint32_t any = PSA_ALG_ECDSA | 0xff,
		       at_least_8 = HMAC_256 | 8 << 16 | PSA_ALG_AT_LEAST;
	uint32_t key;

	assert_int_equal(generate_key(P256, 256, PSA_KEY_USAGE_SIGN_HASH, any, &key), 0);
	assert_int_equal(sign(CRYPTO_SIGN_HASH, key, ECDSA_256, "x", 1), 0);
	assert_int_equal(sign(CRYPTO_SIGN_HASH, key, PSA_ALG_ECDSA | 0xa, "x", 1), 0);
	assert_int_equal(sign(CRYPTO_SIGN_HASH, key, DET_256, "x", 1), PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(sign(CRYPTO_SIGN_HASH, key, any, "x", 1), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(sign(CRYPTO_SIGN_HASH, key, HMAC_256, "x", 1), PSA_ERROR_INVALID_ARGUMENT);
	/* who may sign hashes may sign messages; verifying is something else */
	assert_int_equal(sign(CRYPTO_SIGN_MESSAGE, key, ECDSA_256, "x", 1), 0);
	assert_int_equal(verify(CRYPTO_VERIFY_HASH, key, ECDSA_256, "x", 1, zeros, 64),
			 PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, key), PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(words(CRYPTO_EXPORT_PUBLIC_KEY, 1, key), 0);
	assert_int_equal(sign(CRYPTO_SIGN_MESSAGE, key, PSA_ALG_ECDSA, "x", 1),
			 PSA_ERROR_INVALID_ARGUMENT); /* "any" signs hashes only */
	assert_int_equal(
		generate_key(PSA_KEY_TYPE_HMAC, 256, PSA_KEY_USAGE_SIGN_MESSAGE, at_least_8, &key),
		0);
	assert_int_equal(words(CRYPTO_MAC_SIGN_SETUP, 2, key, HMAC_256 | 7 << 16),
			 PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(words(CRYPTO_MAC_SIGN_SETUP, 2, key, HMAC_256 | 8 << 16), 0);
	assert_int_equal(words(CRYPTO_MAC_SIGN_SETUP, 2, key, HMAC_256), 0);
	assert_int_equal(words(CRYPTO_MAC_SIGN_SETUP, 2, key, at_least_8),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(words(CRYPTO_MAC_VERIFY_SETUP, 2, key, HMAC_256), PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(generate_key(P256, 256, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH, &key), 0);
	assert_int_equal(words(CRYPTO_DERIVE_SETUP, 1, PSA_ALG_ECDH), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(words(CRYPTO_DERIVE_SETUP, 1, (PSA_ALG_ECDH & ~0x08000000u) | HKDF_256),
			 0);
	/* an RSA algorithm on a key of a curve */
	assert_int_equal(generate_key(P256, 256, SIGN_VERIFY, PSA_ALG_RSA_PKCS1V15_SIGN | 9, &key),
			 0);
	assert_int_equal(sign(CRYPTO_SIGN_HASH, key, PSA_ALG_RSA_PKCS1V15_SIGN | 9, zeros, 32),
			 PSA_ERROR_INVALID_ARGUMENT);
}

static void test_copies(void **state)
{
	uint32_t key, copy;
	uint8_t bytes[32];
	size_t len;

	memset(bytes, 7, sizeof(bytes));
	assert_int_equal(import_key(P256, 256,
				    SIGN_VERIFY | PSA_KEY_USAGE_COPY | PSA_KEY_USAGE_EXPORT,
				    PSA_ALG_ECDSA | 0xff, bytes, 32, &key),
			 0);
	begin();
	w32(key);
	attributes(0, 0, 0, 0, PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_DERIVE, ECDSA_256);
	copy = ok_word(go(CRYPTO_COPY_KEY));
	assert_int_equal(words(CRYPTO_GET_KEY_ATTRIBUTES, 1, copy), 0);
	assert_memory_equal(
		page + 16,
		((uint32_t[]){PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_SIGN_MESSAGE, ECDSA_256}), 8);
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, copy), PSA_ERROR_NOT_PERMITTED);
	begin();
	w32(copy); /* may not be copied itself */
	attributes(0, 0, 0, 0, 0, 0);
	assert_int_equal(go(CRYPTO_COPY_KEY), PSA_ERROR_NOT_PERMITTED);
	begin();
	w32(key);
	attributes(0, 0, 0, 0, SIGN_VERIFY, DET_256); /* nothing in common */
	assert_int_equal(go(CRYPTO_COPY_KEY), PSA_ERROR_INVALID_ARGUMENT);
	begin();
	w32(key);
	attributes(PSA_KEY_TYPE_AES, 0, 0, 0, 0, 0);
	assert_int_equal(go(CRYPTO_COPY_KEY), PSA_ERROR_INVALID_ARGUMENT);
	begin();
	w32(key);
	attributes(P256, 256, 1, 0x55, PSA_KEY_USAGE_EXPORT, PSA_ALG_ECDSA | 0xff);
	assert_int_equal(ok_word(go(CRYPTO_COPY_KEY)), 0x55);
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, 0x55), 0);
	assert_memory_equal(out_tlv(1, &len), bytes, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DIRECT_TEST(test_owners),	 DIRECT_TEST(test_key_statuses),
		DIRECT_TEST(test_lifetimes),	 DIRECT_TEST(test_persistent_keys),
		DIRECT_TEST(test_damaged_store), DIRECT_TEST(test_slots),
		DIRECT_TEST(test_policies),	 DIRECT_TEST(test_copies),
	};

	return cmocka_run_group_tests_name("sps/crypto-keys", tests, NULL, NULL);
}
