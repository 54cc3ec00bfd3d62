/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the crypto service allows, and what it answers when it does not: the provider's own rules
 * (trusted-services.md 3.2, "Provider behaviour"), PSA's states and policies, owners, persistent
 * keys, limits of slots and contexts, the protobuf encoding (3.3), RSA there and back.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto.pb-c.h"
#include "crypto_direct.h"

#define P256 (PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_SECP_R1)
#define ECDSA_256 (PSA_ALG_ECDSA | 9)
#define DET_256 (PSA_ALG_DETERMINISTIC_ECDSA | 9)
#define HKDF_256 (PSA_ALG_HKDF | 9)
#define HMAC_256 (PSA_ALG_HMAC | 9)
#define SIGN_VERIFY (PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH)
#define CRYPT (PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT)

static const uint8_t zeros[64];

static int set_up(void **state)
{
	direct_open();
	return 0;
}

static int tear_down(void **state)
{
	direct_close();
	return 0;
}

static int32_t words(uint16_t opcode, unsigned count, ...)
{
	va_list list;

	begin();
	va_start(list, count);
	for (unsigned i = 0; i < count; i++)
		w32(va_arg(list, uint32_t));
	va_end(list);
	return go(opcode);
}

static int32_t sign(uint16_t opcode, uint32_t key, uint32_t alg, const void *data, size_t len)
{
	begin();
	w32(key);
	w32(alg);
	tlv(1, data, len);
	return go(opcode);
}

static int32_t verify(uint16_t opcode, uint32_t key, uint32_t alg, const void *data, size_t len,
		      const void *sig, size_t sig_len)
{
	begin();
	w32(key);
	w32(alg);
	tlv(1, data, len);
	tlv(2, sig, sig_len);
	return go(opcode);
}

static int32_t with_data(uint16_t opcode, uint32_t handle, const void *data, size_t len)
{
	begin();
	w32(handle);
	tlv(1, data, len);
	return go(opcode);
}

static uint32_t ok_word(int32_t status)
{
	assert_int_equal(status, 0);
	return out_word();
}

/* ---- the provider's rules ---- */

/* Each opcode with one byte less than its fixed part: RPC -6. Outside of the table: -2. */
static void test_lengths_and_opcodes(void **state)
{
	const struct ts_service *s = &crypto_packedc_service;
	size_t known = 0;

	for (uint32_t opcode = 0; opcode <= 0xffff; opcode++) {
		const struct ts_op *op = known < s->op_count ? &s->ops[known] : NULL;

		begin();
		if (!op || op->opcode != opcode) {
			assert_int_equal(go((uint16_t)opcode), RPC_FAILED(-2));
			continue;
		}
		known++;
		if (!op->fixed_bytes)
			continue;
		for (unsigned i = 0; i + 4 < op->fixed_bytes; i += 4)
			w32(0xffffffff);
		assert_int_equal(go((uint16_t)opcode), RPC_FAILED(-6));
	}
	assert_int_equal(known, s->op_count);
	assert_int_equal(known, 56); /* of trusted-services.md 3.2 */
	assert_int_equal(crypto_protobuf_service.op_count, 12);
}

static void test_signing_limits(void **state)
{
	uint8_t bytes[600] = {1};
	uint32_t key;

	assert_int_equal(generate_key(P256, 256, SIGN_VERIFY, DET_256, &key), 0);
	for (size_t len = 0; len <= 65; len++) {
		const int32_t want = len > 64 ? RPC_FAILED(-6) : 0;

		assert_int_equal(sign(CRYPTO_SIGN_MESSAGE, key, DET_256, bytes, len), want);
		if (len)
			assert_int_equal(sign(CRYPTO_SIGN_HASH, key, DET_256, bytes, len), want);
	}
	assert_int_equal(verify(CRYPTO_VERIFY_HASH, key, DET_256, bytes, 65, bytes, 64),
			 RPC_FAILED(-6));
	assert_int_equal(verify(CRYPTO_VERIFY_HASH, key, DET_256, bytes, 20, bytes, 513),
			 RPC_FAILED(-6));
	assert_int_equal(verify(CRYPTO_VERIFY_HASH, key, DET_256, bytes, 20, bytes, 64),
			 PSA_ERROR_INVALID_SIGNATURE);
}

/* Odd hash lengths sign and verify; another hash does not. */
static void test_odd_hashes(void **state)
{
	static const size_t lengths[] = {20, 24, 32, 64};
	uint8_t hash[64], sig[64];
	uint32_t key;
	size_t len;

	memset(hash, 0x21, sizeof(hash));
	assert_int_equal(generate_key(P256, 256, SIGN_VERIFY, ECDSA_256, &key), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(sign(CRYPTO_SIGN_HASH, key, ECDSA_256, hash, lengths[i]), 0);
		memcpy(sig, out_tlv(1, &len), 64);
		assert_int_equal(len, 64);
		assert_int_equal(
			verify(CRYPTO_VERIFY_HASH, key, ECDSA_256, hash, lengths[i], sig, 64), 0);
		hash[3] ^= 1;
		assert_int_equal(
			verify(CRYPTO_VERIFY_HASH, key, ECDSA_256, hash, lengths[i], sig, 64),
			PSA_ERROR_INVALID_SIGNATURE);
	}
}

/* A missing record is an empty one, and the library decides. */
static void test_missing_records(void **state)
{
	uint32_t h = ok_word(words(CRYPTO_HASH_SETUP, 1, PSA_ALG_SHA_256));
	size_t len;

	assert_int_equal(words(CRYPTO_HASH_UPDATE, 1, h), 0);
	assert_int_equal(words(CRYPTO_HASH_FINISH, 1, h), 0);
	assert_memory_equal(out_tlv(1, &len), "\xe3\xb0\xc4\x42", 4); /* of nothing */
	begin();
	attributes(PSA_KEY_TYPE_AES, 128, 0, 0, CRYPT, PSA_ALG_CTR);
	assert_int_equal(go(CRYPTO_IMPORT_KEY), PSA_ERROR_INVALID_ARGUMENT);
}

static void test_response_too_long(void **state)
{
	assert_int_equal(words(CRYPTO_GENERATE_RANDOM, 1, PAGE_BYTES - 4), 0);
	assert_int_equal(answer_len, PAGE_BYTES);
	assert_int_equal(words(CRYPTO_GENERATE_RANDOM, 1, PAGE_BYTES - 3), RPC_FAILED(-1));
	assert_int_equal(words(CRYPTO_GENERATE_RANDOM, 1, 0xffffffff), RPC_FAILED(-8));
	assert_int_equal(words(CRYPTO_GENERATE_RANDOM, 1, 0), 0);
	assert_int_equal(answer_len, 4);
}

/* ---- keys ---- */

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
		{PSA_KEY_TYPE_CHACHA20, 256, PSA_ERROR_NOT_SUPPORTED},
		{PSA_KEY_TYPE_ARC4, 128, PSA_ERROR_NOT_SUPPORTED},
		{0x1234, 128, PSA_ERROR_NOT_SUPPORTED},
		{PSA_KEY_TYPE_RSA_PUBLIC_KEY, 1024, PSA_ERROR_INVALID_ARGUMENT},
		{PSA_KEY_TYPE_RSA_KEY_PAIR, 1025, PSA_ERROR_NOT_SUPPORTED},
		{PSA_KEY_TYPE_RSA_KEY_PAIR, 8192, PSA_ERROR_NOT_SUPPORTED},
		{P256, 255, PSA_ERROR_NOT_SUPPORTED},
		{PSA_KEY_TYPE_ECC_KEY_PAIR | 0x41, 255, PSA_ERROR_NOT_SUPPORTED},
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

/* ---- contexts ---- */

/* Ten a class; the one set up longest ago makes way, used or not. */
static void test_pool(void **state)
{
	uint32_t h[12], other;

	other = ok_word(words(CRYPTO_DERIVE_SETUP, 1, HKDF_256));
	for (unsigned i = 0; i < 10; i++)
		h[i] = ok_word(words(CRYPTO_HASH_SETUP, 1, PSA_ALG_SHA_256));
	assert_int_equal(h[0], 1);
	assert_int_equal(words(CRYPTO_HASH_UPDATE, 1, h[0]), 0); /* does not refresh it */
	h[10] = ok_word(words(CRYPTO_HASH_SETUP, 1, PSA_ALG_SHA_256));
	assert_int_equal(h[10], 11);
	assert_int_equal(words(CRYPTO_HASH_UPDATE, 1, h[0]), PSA_ERROR_BAD_STATE);
	assert_int_equal(words(CRYPTO_HASH_UPDATE, 1, h[1]), 0);
	client = 8; /* anybody's */
	h[11] = ok_word(words(CRYPTO_HASH_SETUP, 1, PSA_ALG_SHA_256));
	client = 7;
	assert_int_equal(words(CRYPTO_HASH_UPDATE, 1, h[1]), PSA_ERROR_BAD_STATE);
	assert_int_equal(words(CRYPTO_HASH_ABORT, 1, h[1]), 0);
	assert_int_equal(words(CRYPTO_DERIVE_GET_CAPACITY, 1, other), 0); /* its own pool */
	assert_int_equal(words(CRYPTO_MAC_UPDATE, 1, h[5]),
			 PSA_ERROR_BAD_STATE); /* its own class */
	/* a free place is taken before anybody's */
	assert_int_equal(words(CRYPTO_HASH_ABORT, 1, h[4]), 0);
	ok_word(words(CRYPTO_HASH_SETUP, 1, PSA_ALG_MD5));
	assert_int_equal(words(CRYPTO_HASH_UPDATE, 1, h[2]), 0);
	assert_int_equal(words(CRYPTO_HASH_SETUP, 1, 0x020000f0), PSA_ERROR_NOT_SUPPORTED);
	assert_int_equal(words(CRYPTO_HASH_SETUP, 1, HMAC_256), PSA_ERROR_INVALID_ARGUMENT);
}

/* A clone in a full pool: the source may be what makes way, its state is not lost. */
static void test_clone_in_full_pool(void **state)
{
	uint32_t h[10], copy;
	size_t len;

	for (unsigned i = 0; i < 10; i++)
		h[i] = ok_word(words(CRYPTO_HASH_SETUP, 1, PSA_ALG_SHA_256));
	assert_int_equal(with_data(CRYPTO_HASH_UPDATE, h[0], "abc", 3), 0);
	copy = ok_word(words(CRYPTO_HASH_CLONE, 1, h[0]));
	assert_int_equal(words(CRYPTO_HASH_FINISH, 1, h[0]), PSA_ERROR_BAD_STATE);
	assert_int_equal(words(CRYPTO_HASH_FINISH, 1, copy), 0);
	assert_memory_equal(out_tlv(1, &len), "\xba\x78\x16\xbf", 4);
}

static void test_cipher_states(void **state)
{
	uint32_t key, des, h;
	uint8_t iv[16] = {0};
	size_t len;

	assert_int_equal(generate_key(PSA_KEY_TYPE_AES, 128, CRYPT, PSA_ALG_CBC_PKCS7, &key), 0);
	h = ok_word(words(CRYPTO_CIPHER_ENCRYPT_SETUP, 2, key, PSA_ALG_CBC_PKCS7));
	assert_int_equal(with_data(CRYPTO_CIPHER_UPDATE, h, iv, 16),
			 PSA_ERROR_BAD_STATE); /* no IV */
	assert_int_equal(with_data(CRYPTO_CIPHER_SET_IV, h, iv, 16),
			 PSA_ERROR_BAD_STATE); /* ended */
	h = ok_word(words(CRYPTO_CIPHER_ENCRYPT_SETUP, 2, key, PSA_ALG_CBC_PKCS7));
	assert_int_equal(with_data(CRYPTO_CIPHER_SET_IV, h, iv, 15), PSA_ERROR_INVALID_ARGUMENT);
	h = ok_word(words(CRYPTO_CIPHER_ENCRYPT_SETUP, 2, key, PSA_ALG_CBC_PKCS7));
	assert_int_equal(words(CRYPTO_CIPHER_GENERATE_IV, 1, h), 0);
	memcpy(iv, out_tlv(1, &len), 16);
	assert_int_equal(words(CRYPTO_CIPHER_GENERATE_IV, 1, h), PSA_ERROR_BAD_STATE);
	/* padding that is none */
	h = ok_word(words(CRYPTO_CIPHER_DECRYPT_SETUP, 2, key, PSA_ALG_CBC_PKCS7));
	assert_int_equal(with_data(CRYPTO_CIPHER_SET_IV, h, iv, 16), 0);
	assert_int_equal(with_data(CRYPTO_CIPHER_UPDATE, h, "0123456789abcdef", 16), 0);
	assert_int_equal(words(CRYPTO_CIPHER_FINISH, 1, h), PSA_ERROR_INVALID_PADDING);
	h = ok_word(words(CRYPTO_CIPHER_DECRYPT_SETUP, 2, key, PSA_ALG_CBC_PKCS7));
	assert_int_equal(with_data(CRYPTO_CIPHER_SET_IV, h, iv, 16), 0);
	assert_int_equal(with_data(CRYPTO_CIPHER_UPDATE, h, iv, 5), 0);
	assert_int_equal(words(CRYPTO_CIPHER_FINISH, 1, h), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(words(CRYPTO_CIPHER_ENCRYPT_SETUP, 2, key, PSA_ALG_CTR),
			 PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(words(CRYPTO_CIPHER_ENCRYPT_SETUP, 2, key, PSA_ALG_GCM),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(words(CRYPTO_CIPHER_ENCRYPT_SETUP, 2, key + 1, PSA_ALG_CTR),
			 PSA_ERROR_INVALID_HANDLE);
	assert_int_equal(generate_key(PSA_KEY_TYPE_DES, 64, CRYPT, PSA_ALG_CTR, &des), 0);
	assert_int_equal(words(CRYPTO_CIPHER_ENCRYPT_SETUP, 2, des, PSA_ALG_CTR),
			 PSA_ERROR_NOT_SUPPORTED);
	/* whole blocks only */
	assert_int_equal(generate_key(PSA_KEY_TYPE_AES, 128, CRYPT, PSA_ALG_ECB_NO_PADDING, &key),
			 0);
	h = ok_word(words(CRYPTO_CIPHER_ENCRYPT_SETUP, 2, key, PSA_ALG_ECB_NO_PADDING));
	assert_int_equal(with_data(CRYPTO_CIPHER_SET_IV, h, iv, 16), PSA_ERROR_BAD_STATE);
	h = ok_word(words(CRYPTO_CIPHER_ENCRYPT_SETUP, 2, key, PSA_ALG_ECB_NO_PADDING));
	assert_int_equal(with_data(CRYPTO_CIPHER_UPDATE, h, iv, 15), 0);
	assert_int_equal(words(CRYPTO_CIPHER_FINISH, 1, h), PSA_ERROR_INVALID_ARGUMENT);
}

static void test_mac_states(void **state)
{
	uint32_t key, aes, h;

	assert_int_equal(generate_key(PSA_KEY_TYPE_HMAC, 128,
				      PSA_KEY_USAGE_SIGN_MESSAGE | PSA_KEY_USAGE_VERIFY_MESSAGE,
				      HMAC_256, &key),
			 0);
	h = ok_word(words(CRYPTO_MAC_SIGN_SETUP, 2, key, HMAC_256));
	assert_int_equal(words(CRYPTO_MAC_VERIFY_FINISH, 1, h), PSA_ERROR_BAD_STATE);
	h = ok_word(words(CRYPTO_MAC_VERIFY_SETUP, 2, key, HMAC_256));
	assert_int_equal(words(CRYPTO_MAC_SIGN_FINISH, 1, h), PSA_ERROR_BAD_STATE);
	h = ok_word(words(CRYPTO_MAC_VERIFY_SETUP, 2, key, HMAC_256));
	assert_int_equal(words(CRYPTO_MAC_VERIFY_FINISH, 1, h), PSA_ERROR_INVALID_SIGNATURE);
	assert_int_equal(words(CRYPTO_MAC_UPDATE, 1, h), PSA_ERROR_BAD_STATE);
	/* 6.1: a CMAC key whose usage is that of hashes */
	assert_int_equal(generate_key(PSA_KEY_TYPE_AES, 256, SIGN_VERIFY, PSA_ALG_CMAC, &aes), 0);
	assert_int_equal(words(CRYPTO_MAC_SIGN_SETUP, 2, aes, PSA_ALG_CMAC), 0);
	assert_int_equal(generate_key(PSA_KEY_TYPE_AES, 256, SIGN_VERIFY, HMAC_256, &aes), 0);
	assert_int_equal(words(CRYPTO_MAC_SIGN_SETUP, 2, aes, HMAC_256),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(
		generate_key(PSA_KEY_TYPE_HMAC, 256, SIGN_VERIFY, HMAC_256 | 3 << 16, &aes), 0);
	assert_int_equal(words(CRYPTO_MAC_SIGN_SETUP, 2, aes, HMAC_256 | 3 << 16),
			 PSA_ERROR_NOT_SUPPORTED);
	assert_int_equal(
		generate_key(PSA_KEY_TYPE_HMAC, 256, SIGN_VERIFY, HMAC_256 | 33 << 16, &aes), 0);
	assert_int_equal(words(CRYPTO_MAC_SIGN_SETUP, 2, aes, HMAC_256 | 33 << 16),
			 PSA_ERROR_INVALID_ARGUMENT);
}

static void test_aead_states(void **state)
{
	uint32_t key, ccm, h;
	uint8_t nonce[13] = {0};
	size_t len;

	assert_int_equal(generate_key(PSA_KEY_TYPE_AES, 128, CRYPT, PSA_ALG_GCM, &key), 0);
	assert_int_equal(generate_key(PSA_KEY_TYPE_AES, 128, CRYPT, PSA_ALG_CCM, &ccm), 0);
	h = ok_word(words(CRYPTO_AEAD_ENCRYPT_SETUP, 2, key, PSA_ALG_GCM));
	assert_int_equal(with_data(CRYPTO_AEAD_UPDATE, h, nonce, 3), PSA_ERROR_BAD_STATE);
	h = ok_word(words(CRYPTO_AEAD_ENCRYPT_SETUP, 2, key, PSA_ALG_GCM));
	assert_int_equal(words(CRYPTO_AEAD_GENERATE_NONCE, 1, h), 0);
	out_tlv(1, &len);
	assert_int_equal(len, 12);
	assert_int_equal(with_data(CRYPTO_AEAD_SET_NONCE, h, nonce, 12), PSA_ERROR_BAD_STATE);
	h = ok_word(words(CRYPTO_AEAD_DECRYPT_SETUP, 2, key, PSA_ALG_GCM));
	assert_int_equal(words(CRYPTO_AEAD_GENERATE_NONCE, 1, h), PSA_ERROR_BAD_STATE);
	/* announced lengths are kept */
	h = ok_word(words(CRYPTO_AEAD_ENCRYPT_SETUP, 2, key, PSA_ALG_GCM));
	assert_int_equal(words(CRYPTO_AEAD_SET_LENGTHS, 3, h, 2, 3), 0);
	assert_int_equal(with_data(CRYPTO_AEAD_SET_NONCE, h, nonce, 12), 0);
	assert_int_equal(with_data(CRYPTO_AEAD_UPDATE_AD, h, nonce, 3), PSA_ERROR_INVALID_ARGUMENT);
	h = ok_word(words(CRYPTO_AEAD_ENCRYPT_SETUP, 2, key, PSA_ALG_GCM));
	assert_int_equal(words(CRYPTO_AEAD_SET_LENGTHS, 3, h, 2, 3), 0);
	assert_int_equal(with_data(CRYPTO_AEAD_SET_NONCE, h, nonce, 12), 0);
	assert_int_equal(with_data(CRYPTO_AEAD_UPDATE_AD, h, nonce, 2), 0);
	assert_int_equal(with_data(CRYPTO_AEAD_UPDATE, h, nonce, 2), 0);
	assert_int_equal(words(CRYPTO_AEAD_FINISH, 1, h), PSA_ERROR_INVALID_ARGUMENT);
	h = ok_word(words(CRYPTO_AEAD_ENCRYPT_SETUP, 2, key, PSA_ALG_GCM));
	assert_int_equal(with_data(CRYPTO_AEAD_SET_NONCE, h, nonce, 12), 0);
	assert_int_equal(with_data(CRYPTO_AEAD_UPDATE, h, nonce, 2), 0);
	assert_int_equal(with_data(CRYPTO_AEAD_UPDATE_AD, h, nonce, 2), PSA_ERROR_BAD_STATE);
	/* CCM wants them first, and a nonce of 7 to 13 bytes */
	h = ok_word(words(CRYPTO_AEAD_ENCRYPT_SETUP, 2, ccm, PSA_ALG_CCM));
	assert_int_equal(with_data(CRYPTO_AEAD_SET_NONCE, h, nonce, 6), PSA_ERROR_INVALID_ARGUMENT);
	h = ok_word(words(CRYPTO_AEAD_ENCRYPT_SETUP, 2, ccm, PSA_ALG_CCM));
	assert_int_equal(with_data(CRYPTO_AEAD_SET_NONCE, h, nonce, 13), 0);
	assert_int_equal(with_data(CRYPTO_AEAD_UPDATE, h, nonce, 2), PSA_ERROR_BAD_STATE);
	h = ok_word(words(CRYPTO_AEAD_ENCRYPT_SETUP, 2, ccm, PSA_ALG_CCM));
	assert_int_equal(words(CRYPTO_AEAD_SET_LENGTHS, 3, h, 0x10000, 0),
			 PSA_ERROR_INVALID_ARGUMENT);
	/* a wrong tag */
	h = ok_word(words(CRYPTO_AEAD_DECRYPT_SETUP, 2, key, PSA_ALG_GCM));
	assert_int_equal(with_data(CRYPTO_AEAD_SET_NONCE, h, nonce, 12), 0);
	assert_int_equal(with_data(CRYPTO_AEAD_VERIFY, h, nonce, 13), PSA_ERROR_INVALID_SIGNATURE);
	assert_int_equal(words(CRYPTO_AEAD_ENCRYPT_SETUP, 2, key, PSA_ALG_GCM | PSA_ALG_AT_LEAST),
			 PSA_ERROR_INVALID_ARGUMENT);
}

static int32_t input(uint32_t h, uint32_t step, const void *data, size_t len)
{
	begin();
	w32(h);
	w32(step);
	tlv(1, data, len);
	return go(CRYPTO_DERIVE_INPUT_BYTES);
}

static void test_derivation(void **state)
{
	const uint32_t agree = (PSA_ALG_ECDH & ~0x08000000u) | HKDF_256;
	uint32_t h, secret, a, b, made;
	uint8_t peer[65];
	size_t len;

	h = ok_word(words(CRYPTO_DERIVE_SETUP, 1, HKDF_256));
	assert_int_equal(ok_word(words(CRYPTO_DERIVE_GET_CAPACITY, 1, h)), 255 * 32);
	assert_int_equal(words(CRYPTO_DERIVE_SET_CAPACITY, 2, h, 255 * 32 + 1),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(words(CRYPTO_DERIVE_SET_CAPACITY, 2, h, 40), 0);
	assert_int_equal(words(CRYPTO_DERIVE_OUTPUT_BYTES, 2, h, 10), PSA_ERROR_BAD_STATE);
	h = ok_word(words(CRYPTO_DERIVE_SETUP, 1, HKDF_256));
	assert_int_equal(words(CRYPTO_DERIVE_SET_CAPACITY, 2, h, 40), 0);
	assert_int_equal(words(CRYPTO_DERIVE_INPUT_KEY, 3, h, PSA_INPUT_SECRET, 0),
			 PSA_ERROR_INVALID_HANDLE);
	h = ok_word(words(CRYPTO_DERIVE_SETUP, 1, HKDF_256));
	assert_int_equal(words(CRYPTO_DERIVE_SET_CAPACITY, 2, h, 40), 0);
	assert_int_equal(input(h, PSA_INPUT_SECRET, "secret", 6), 0);
	assert_int_equal(input(h, PSA_INPUT_INFO, "info", 4), 0);
	begin();
	w32(h);
	attributes(PSA_KEY_TYPE_AES, 128, 0, 0, CRYPT, PSA_ALG_CTR);
	assert_int_equal(go(CRYPTO_DERIVE_OUTPUT_KEY), PSA_ERROR_NOT_PERMITTED); /* bytes came in */
	assert_int_equal(words(CRYPTO_DERIVE_OUTPUT_BYTES, 2, h, 30), 0);
	assert_int_equal(words(CRYPTO_DERIVE_OUTPUT_BYTES, 2, h, 11), PSA_ERROR_INSUFFICIENT_DATA);
	assert_int_equal(words(CRYPTO_DERIVE_OUTPUT_BYTES, 2, h, 1), PSA_ERROR_INSUFFICIENT_DATA);
	/* from a key: a key may come out, of every kind */
	assert_int_equal(
		generate_key(PSA_KEY_TYPE_DERIVE, 256, PSA_KEY_USAGE_DERIVE, HKDF_256, &secret), 0);
	h = ok_word(words(CRYPTO_DERIVE_SETUP, 1, HKDF_256));
	assert_int_equal(words(CRYPTO_DERIVE_INPUT_KEY, 3, h, PSA_INPUT_SECRET, secret), 0);
	assert_int_equal(input(h, PSA_INPUT_INFO, NULL, 0), 0);
	begin();
	w32(h);
	attributes(P256, 521, 0, 0, SIGN_VERIFY, DET_256);
	made = ok_word(go(CRYPTO_DERIVE_OUTPUT_KEY));
	assert_int_equal(sign(CRYPTO_SIGN_HASH, made, DET_256, "x", 1), 0);
	begin();
	w32(h);
	attributes(PSA_KEY_TYPE_RSA_KEY_PAIR, 1024, 0, 0, 0, 0);
	assert_int_equal(go(CRYPTO_DERIVE_OUTPUT_KEY), PSA_ERROR_NOT_SUPPORTED);
	/* order of TLS 1.2: seed, secret, label */
	h = ok_word(words(CRYPTO_DERIVE_SETUP, 1, PSA_ALG_TLS12_PRF | 9));
	assert_int_equal(input(h, PSA_INPUT_SECRET, "s", 1), PSA_ERROR_BAD_STATE);
	assert_int_equal(words(CRYPTO_DERIVE_SETUP, 1, PSA_ALG_TLS12_PRF | 5),
			 PSA_ERROR_NOT_SUPPORTED);
	/* both sides of an agreement come to the same key */
	assert_int_equal(generate_key(P256, 256, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH, &a), 0);
	assert_int_equal(generate_key(P256, 256, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH, &b), 0);
	for (int i = 0; i < 2; i++) {
		static uint8_t first[32];

		assert_int_equal(words(CRYPTO_EXPORT_PUBLIC_KEY, 1, i ? a : b), 0);
		memcpy(peer, out_tlv(1, &len), 65);
		h = ok_word(words(CRYPTO_DERIVE_SETUP, 1, agree));
		begin();
		w32(h);
		w32(PSA_INPUT_SECRET);
		w32(i ? b : a);
		tlv(1, peer, 65);
		assert_int_equal(go(CRYPTO_DERIVE_AGREEMENT), 0);
		assert_int_equal(input(h, PSA_INPUT_INFO, NULL, 0), 0);
		assert_int_equal(words(CRYPTO_DERIVE_OUTPUT_BYTES, 2, h, 32), 0);
		if (i)
			assert_memory_equal(first, out_tlv(1, &len), 32);
		memcpy(first, out_tlv(1, &len), 32);
	}
	peer[64] ^= 1;
	begin();
	w32(PSA_ALG_ECDH);
	w32(a);
	tlv(1, peer, 65);
	assert_int_equal(go(CRYPTO_RAW_AGREEMENT), PSA_ERROR_INVALID_ARGUMENT);
}

/* ---- RSA ---- */
static void test_rsa(void **state)
{
	static const uint32_t sign_algs[] = {PSA_ALG_RSA_PKCS1V15_SIGN | 9, PSA_ALG_RSA_PSS | 9,
					     PSA_ALG_RSA_PSS_ANY_SALT | 9,
					     PSA_ALG_RSA_PKCS1V15_SIGN};
	static const uint32_t crypt_algs[] = {PSA_ALG_RSA_PKCS1V15_CRYPT, PSA_ALG_RSA_OAEP | 9};
	uint8_t der[2500], pub[500], sig[128], text[128];
	size_t der_len, pub_len, len;
	uint32_t key, other;

	assert_int_equal(generate_key(PSA_KEY_TYPE_RSA_KEY_PAIR, 1024,
				      SIGN_VERIFY | PSA_KEY_USAGE_EXPORT,
				      PSA_ALG_RSA_PKCS1V15_SIGN | 9, &key),
			 0);
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, key), 0);
	memcpy(der, out_tlv(1, &der_len), der_len = answer_len - 4);
	assert_int_equal(words(CRYPTO_EXPORT_PUBLIC_KEY, 1, key), 0);
	memcpy(pub, out_tlv(1, &pub_len), pub_len = answer_len - 4);
	assert_in_range(pub_len, 138, 141);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(import_key(PSA_KEY_TYPE_RSA_KEY_PAIR, 1024, SIGN_VERIFY,
					    sign_algs[i], der, der_len, &key),
				 0);
		assert_int_equal(import_key(PSA_KEY_TYPE_RSA_PUBLIC_KEY, 0,
					    PSA_KEY_USAGE_VERIFY_HASH, sign_algs[i], pub, pub_len,
					    &other),
				 0);
		assert_int_equal(sign(CRYPTO_SIGN_HASH, key, sign_algs[i],
				      "01234567890123456789012345678901", 32),
				 0);
		memcpy(sig, out_tlv(1, &len), 128);
		assert_int_equal(len, 128);
		assert_int_equal(verify(CRYPTO_VERIFY_HASH, other, sign_algs[i],
					"01234567890123456789012345678901", 32, sig, 128),
				 0);
		assert_int_equal(verify(CRYPTO_VERIFY_HASH, other, sign_algs[i],
					"01234567890123456789012345678900", 32, sig, 128),
				 PSA_ERROR_INVALID_SIGNATURE);
		assert_int_equal(verify(CRYPTO_VERIFY_HASH, other, sign_algs[i],
					"01234567890123456789012345678901", 32, sig, 127),
				 PSA_ERROR_INVALID_SIGNATURE);
		if (i < 3)
			assert_int_equal(sign(CRYPTO_SIGN_HASH, key, sign_algs[i], "short", 5),
					 PSA_ERROR_INVALID_ARGUMENT);
		assert_int_equal(sign(CRYPTO_SIGN_HASH, other, sign_algs[i], sig, 32),
				 PSA_ERROR_NOT_PERMITTED);
	}
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(import_key(PSA_KEY_TYPE_RSA_KEY_PAIR, 1024, CRYPT, crypt_algs[i],
					    der, der_len, &key),
				 0);
		for (int salted = 0; salted < 2; salted++) {
			begin();
			w32(key);
			w32(crypt_algs[i]);
			tlv(1, "hello", 5);
			if (salted)
				tlv(2, "sixteen salt byt", 16);
			if (salted && !i) { /* only OAEP has a label */
				assert_int_equal(go(CRYPTO_ASYMMETRIC_ENCRYPT),
						 PSA_ERROR_INVALID_ARGUMENT);
				continue;
			}
			assert_int_equal(go(CRYPTO_ASYMMETRIC_ENCRYPT), 0);
			memcpy(text, out_tlv(1, &len), 128);
			assert_int_equal(len, 128);
			begin();
			w32(key);
			w32(crypt_algs[i]);
			tlv(1, text, 128);
			if (salted)
				tlv(2, "sixteen salt byt", 16);
			assert_int_equal(go(CRYPTO_ASYMMETRIC_DECRYPT), 0);
			assert_memory_equal(out_tlv(1, &len), "hello", 5);
			assert_int_equal(len, 5);
		}
		text[5] ^= 1;
		begin();
		w32(key);
		w32(crypt_algs[i]);
		tlv(1, text, 128);
		assert_int_equal(go(CRYPTO_ASYMMETRIC_DECRYPT), PSA_ERROR_INVALID_PADDING);
		begin();
		w32(key);
		w32(crypt_algs[i]);
		tlv(1, text, 127);
		assert_int_equal(go(CRYPTO_ASYMMETRIC_DECRYPT), PSA_ERROR_INVALID_ARGUMENT);
		begin();
		w32(key);
		w32(crypt_algs[i]);
		tlv(1, der, 118); /* longer than the key takes */
		assert_int_equal(go(CRYPTO_ASYMMETRIC_ENCRYPT), PSA_ERROR_INVALID_ARGUMENT);
	}
}

/* ---- protobuf (3.3) ---- */
static int32_t send(uint16_t opcode, const ProtobufCMessage *m)
{
	uint8_t packed[3000];

	begin();
	raw(packed, protobuf_c_message_pack(m, packed));
	return go_protobuf(opcode);
}

static uint32_t pb_id(void)
{
	CryptoPb__KeyId *out = crypto_pb__key_id__unpack(NULL, answer_len, page);
	const uint32_t id = out ? out->id : 0;

	crypto_pb__key_id__free_unpacked(out, NULL);
	return id;
}

static size_t pb_bytes(uint8_t *to)
{
	CryptoPb__BytesOut *out = crypto_pb__bytes_out__unpack(NULL, answer_len, page);
	size_t len;

	assert_non_null(out);
	len = out->data.len;
	memcpy(to, out->data.data, len);
	crypto_pb__bytes_out__free_unpacked(out, NULL);
	return len;
}

static void test_protobuf(void **state)
{
	CryptoPb__KeyPolicy policy = CRYPTO_PB__KEY_POLICY__INIT;
	CryptoPb__KeyAttributes attr = CRYPTO_PB__KEY_ATTRIBUTES__INIT;
	CryptoPb__AttributesIn in = CRYPTO_PB__ATTRIBUTES_IN__INIT;
	CryptoPb__KeyAndBytes op = CRYPTO_PB__KEY_AND_BYTES__INIT;
	CryptoPb__KeyId id = CRYPTO_PB__KEY_ID__INIT;
	CryptoPb__GenerateRandomIn size = CRYPTO_PB__GENERATE_RANDOM_IN__INIT;
	uint8_t hash[20] = {9}, sig[64], data[100];

	policy.usage = SIGN_VERIFY;
	policy.alg = DET_256;
	attr.type = P256;
	attr.key_bits = 256;
	attr.policy = &policy;
	assert_int_equal(send(CRYPTO_GENERATE_KEY, &in.base), RPC_FAILED(-6)); /* no attributes */
	in.attributes = &attr;
	assert_int_equal(send(CRYPTO_GENERATE_KEY, &in.base), 0);
	id.id = op.id = pb_id();
	assert_int_not_equal(id.id, 0);
	op.alg = DET_256;
	op.input = (ProtobufCBinaryData){sizeof(hash), hash};
	assert_int_equal(send(CRYPTO_SIGN_HASH, &op.base), 0);
	assert_int_equal(pb_bytes(sig), 64);
	op.more = (ProtobufCBinaryData){64, sig};
	assert_int_equal(send(CRYPTO_VERIFY_HASH, &op.base), 0);
	assert_int_equal(answer_len, 0);
	/* the other encoding of the same service: same keys, same signature */
	assert_int_equal(verify(CRYPTO_VERIFY_HASH, id.id, DET_256, hash, 20, sig, 64), 0);
	sig[0] ^= 1;
	assert_int_equal(send(CRYPTO_VERIFY_HASH, &op.base), PSA_ERROR_INVALID_SIGNATURE);
	assert_int_equal(send(CRYPTO_EXPORT_PUBLIC_KEY, &id.base), 0);
	assert_int_equal(pb_bytes(data), 65);
	assert_int_equal(send(CRYPTO_EXPORT_KEY, &id.base), PSA_ERROR_NOT_PERMITTED);
	size.size = 77;
	assert_int_equal(send(CRYPTO_GENERATE_RANDOM, &size.base), 0);
	assert_int_equal(pb_bytes(data), 77);
	size.size = 1ull << 40;
	assert_int_equal(send(CRYPTO_GENERATE_RANDOM, &size.base), RPC_FAILED(-8));
	assert_int_equal(send(CRYPTO_DESTROY_KEY, &id.base), 0);
	assert_int_equal(send(CRYPTO_DESTROY_KEY, &id.base), PSA_ERROR_INVALID_HANDLE);
	op.input.len = 0;
	assert_int_equal(send(CRYPTO_COPY_KEY, &id.base), RPC_FAILED(-2)); /* packed-c only */
	assert_int_equal(send(CRYPTO_VERIFY_PKCS7, &id.base), RPC_FAILED(-2));
	begin();
	w32(0xffffffff); /* no message at all */
	assert_int_equal(go_protobuf(CRYPTO_DESTROY_KEY), RPC_FAILED(-6));
}

/* The wire itself: an id of 5 is two bytes; zero is none. */
static void test_protobuf_wire(void **state)
{
	CryptoPb__AttributesIn *in;
	static const uint8_t wire[] = {0x0a, 0x0a, 0x08, 0x80, 0x48, 0x10, 0x80, 0x01,
				       0x2a, 0x02, 0x08, 0x03, 0x1a, 0x01, 'k'};

	in = crypto_pb__attributes_in__unpack(NULL, sizeof(wire), wire);
	assert_non_null(in);
	assert_int_equal(in->attributes->type, PSA_KEY_TYPE_AES);
	assert_int_equal(in->attributes->key_bits, 128);
	assert_int_equal(in->attributes->policy->usage, 3);
	assert_int_equal(in->data.len, 1); /* field 3, not 2 */
	crypto_pb__attributes_in__free_unpacked(in, NULL);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_lengths_and_opcodes),
		TEST(test_signing_limits),
		TEST(test_odd_hashes),
		TEST(test_missing_records),
		TEST(test_response_too_long),
		TEST(test_owners),
		TEST(test_key_statuses),
		TEST(test_lifetimes),
		TEST(test_persistent_keys),
		TEST(test_slots),
		TEST(test_policies),
		TEST(test_copies),
		TEST(test_pool),
		TEST(test_clone_in_full_pool),
		TEST(test_cipher_states),
		TEST(test_mac_states),
		TEST(test_aead_states),
		TEST(test_derivation),
		TEST(test_rsa),
		TEST(test_protobuf),
		TEST(test_protobuf_wire),
	};

	return cmocka_run_group_tests_name("sps/crypto-rules", tests, NULL, NULL);
}
