/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What operations are charged: each algorithm that the service has costs something, more bytes cost
 * more, and a heavy operation is charged before it is made. ts_charge() is caught at the linker.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_direct.h"

void __wrap_ts_charge(struct ts_host *host, uint64_t ns);

static uint64_t charged;

void __wrap_ts_charge(struct ts_host *host, uint64_t ns)
{
	(void)host;
	charged += ns;
}

/* The work of a call, without what dispatch costs (ts_service.c charges that itself). */
static uint64_t cost_of_update(uint16_t update, uint32_t h, size_t len)
{
	static const uint8_t zeros[4096];

	charged = 0;
	assert_int_equal(with_data(update, h, zeros, len), 0);
	return charged;
}

static void check_update(uint16_t update, uint32_t h, const char *what)
{
	const uint64_t few = cost_of_update(update, h, 16), many = cost_of_update(update, h, 4096);

	if (!few || many < few + 4 * 1000)
		fail_msg("%s: 16 bytes cost %llu ns, 4096 cost %llu ns", what,
			 (unsigned long long)few, (unsigned long long)many);
}

static void test_hashes(void **state)
{
	for (uint32_t alg = 0x02000001; alg < 0x02000100; alg++)
		if (prim_hash_bytes(alg)) {
			const uint32_t h = set_up_op(CRYPTO_HASH_SETUP, alg, 0);

			check_update(CRYPTO_HASH_UPDATE, h, prim_hash_name(alg));
			charged = 0;
			assert_int_equal(words(CRYPTO_HASH_FINISH, 1, h), 0);
			assert_true(charged > 0);
		}
}

static const struct {
	uint32_t type, bits, alg;
	uint16_t setup, update, more; /* @more: its IV or nonce */
	const char *what;
} keyed[] = {
#define MAC CRYPTO_MAC_SIGN_SETUP, CRYPTO_MAC_UPDATE, 0
#define CIPHER CRYPTO_CIPHER_ENCRYPT_SETUP, CRYPTO_CIPHER_UPDATE, CRYPTO_CIPHER_GENERATE_IV
#define AEAD CRYPTO_AEAD_ENCRYPT_SETUP, CRYPTO_AEAD_UPDATE, CRYPTO_AEAD_GENERATE_NONCE
	{PSA_KEY_TYPE_HMAC, 128, HMAC_256, MAC, "HMAC"},
	{PSA_KEY_TYPE_AES, 128, PSA_ALG_CMAC, MAC, "CMAC, AES"},
	{PSA_KEY_TYPE_DES, 192, PSA_ALG_CMAC, MAC, "CMAC, DES"},
	{PSA_KEY_TYPE_ARIA, 128, PSA_ALG_CMAC, MAC, "CMAC, ARIA"},
	{PSA_KEY_TYPE_CAMELLIA, 128, PSA_ALG_CMAC, MAC, "CMAC, Camellia"},
	{PSA_KEY_TYPE_AES, 128, PSA_ALG_CTR, CIPHER, "CTR, AES"},
	{PSA_KEY_TYPE_AES, 128, PSA_ALG_CCM_STAR_NO_TAG, CIPHER, "CCM*"},
	{PSA_KEY_TYPE_DES, 192, PSA_ALG_CBC_NO_PADDING, CIPHER, "CBC, DES"},
	{PSA_KEY_TYPE_ARIA, 256, PSA_ALG_OFB, CIPHER, "OFB, ARIA"},
	{PSA_KEY_TYPE_CAMELLIA, 256, PSA_ALG_CFB, CIPHER, "CFB, Camellia"},
	{PSA_KEY_TYPE_CHACHA20, 256, PSA_ALG_STREAM_CIPHER, CIPHER, "ChaCha20"},
	{PSA_KEY_TYPE_AES, 128, PSA_ALG_GCM, AEAD, "GCM, AES"},
	{PSA_KEY_TYPE_ARIA, 128, PSA_ALG_GCM, AEAD, "GCM, ARIA"},
	{PSA_KEY_TYPE_CAMELLIA, 128, PSA_ALG_GCM, AEAD, "GCM, Camellia"},
	{PSA_KEY_TYPE_CHACHA20, 256, PSA_ALG_CHACHA20_POLY1305, AEAD, "ChaCha20-Poly1305"},
};

static void test_keyed(void **state)
{
	for (size_t i = 0; i < sizeof(keyed) / sizeof(keyed[0]); i++) {
		uint32_t key, h;

		assert_int_equal(generate_key(keyed[i].type, keyed[i].bits, CRYPT | SIGN_VERIFY,
					      keyed[i].alg, &key),
				 0);
		h = set_up_op(keyed[i].setup, key, keyed[i].alg);
		if (keyed[i].more)
			assert_int_equal(words(keyed[i].more, 1, h), 0);
		check_update(keyed[i].update, h, keyed[i].what);
	}
}

static void test_derivation(void **state)
{
	static const uint32_t algs[] = {HKDF_256, PSA_ALG_HKDF_EXTRACT | 9, PSA_ALG_TLS12_PRF | 9,
					PSA_ALG_TLS12_PSK_TO_MS | 9, PSA_ALG_TLS12_ECJPAKE_TO_PMS};

	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		const uint32_t h = set_up_op(CRYPTO_DERIVE_SETUP, algs[i], 0);

		charged = 0;
		derive_input(h, PSA_INPUT_SALT, "salt", 4);
		assert_true(charged > 0);
	}
}

/* Every asymmetric key: making it, the private and the public operation. */
static const struct {
	uint32_t type, bits;
	bool verifies;
} pairs[] = {
	{PSA_KEY_TYPE_RSA_KEY_PAIR, 1024, true},
	{PSA_KEY_TYPE_RSA_KEY_PAIR, 4096, true},
	{P256, 192, true},
	{P256, 521, true},
	{PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_SECP_K1, 256, true},
	{PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_BRAINPOOL_P_R1, 512, true},
	{PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_MONTGOMERY, 255, false},
	{PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_MONTGOMERY, 448, false},
	{PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_TWISTED_EDWARDS, 255, true},
	{PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_TWISTED_EDWARDS, 448, true},
	{PSA_KEY_TYPE_DH_KEY_PAIR | PSA_DH_RFC7919, 2048, false},
	{PSA_KEY_TYPE_DH_KEY_PAIR | PSA_DH_RFC7919, 8192, false},
};

static void test_keys(void **state)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		for (int kind = COST_GENERATE; kind <= COST_PUBLIC; kind++) {
			charged = 0;
			crypto_charge_key(crypto, kind, pairs[i].type, pairs[i].bits);
			if (!charged && (kind != COST_PUBLIC || pairs[i].verifies))
				fail_msg("type %#x, %u bits, kind %d costs nothing", pairs[i].type,
					 pairs[i].bits, kind);
		}
}

/* The charge comes with the call, as much as the table says. */
static void test_calls(void **state)
{
	uint32_t key;

	charged = 0;
	assert_int_equal(generate_key(P256, 256, SIGN_VERIFY, ECDSA_256, &key), 0);
	assert_true(charged >= 1100000);
	charged = 0;
	assert_int_equal(sign(CRYPTO_SIGN_HASH, key, ECDSA_256, "hash", 4), 0);
	assert_true(charged >= 1200000);
	charged = 0;
	assert_int_equal(sign(CRYPTO_SIGN_HASH, key, HMAC_256, "hash", 4),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_true(charged < 10000); /* nothing was made */
	assert_int_equal(generate_key(PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_TWISTED_EDWARDS, 448,
				      SIGN_VERIFY, PSA_ALG_PURE_EDDSA, &key),
			 0);
	charged = 0;
	assert_int_equal(sign(CRYPTO_SIGN_MESSAGE, key, PSA_ALG_PURE_EDDSA, "text", 4), 0);
	assert_true(charged >= 2200000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DIRECT_TEST(test_hashes), DIRECT_TEST(test_keyed), DIRECT_TEST(test_derivation),
		DIRECT_TEST(test_keys),	  DIRECT_TEST(test_calls),
	};

	return cmocka_run_group_tests_name("sps/crypto-costs", tests, NULL, NULL);
}
