/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A crypto SP with "algorithms: listed" has what trusted-services.md 3.2 ("Algorithm needs") and
 * 6.2 list, and answers NOT_SUPPORTED to everything else, wherever an algorithm or a type comes in.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_direct.h"

#define NO PSA_ERROR_NOT_SUPPORTED

static int set_up(void **state)
{
	direct_set_up(state);
	crypto->listed_only = true;
	return 0;
}

static const struct {
	uint32_t type, bits;
	int32_t status;
} types[] = {
	{PSA_KEY_TYPE_AES, 192, 0},
	{PSA_KEY_TYPE_DES, 64, 0},
	{PSA_KEY_TYPE_HMAC, 128, 0},
	{PSA_KEY_TYPE_RSA_KEY_PAIR, 1024, 0},
	{P256, 192, 0},
	{P256, 521, 0},
	{PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_SECP_K1, 256, NO},
	{PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_BRAINPOOL_P_R1, 256, NO},
	{PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_MONTGOMERY, 255, NO},
	{PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_TWISTED_EDWARDS, 255, NO},
	{PSA_KEY_TYPE_DH_KEY_PAIR | PSA_DH_RFC7919, 2048, NO},
	{PSA_KEY_TYPE_ARIA, 128, NO},
	{PSA_KEY_TYPE_CAMELLIA, 128, NO},
	{PSA_KEY_TYPE_CHACHA20, 256, NO},
};

static void test_types(void **state)
{
	uint8_t bytes[32] = {1, 2, 3};
	uint32_t key;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		assert_int_equal(generate_key(types[i].type, types[i].bits, 0, 0, &key),
				 types[i].status);
	assert_int_equal(import_key(PSA_KEY_TYPE_CHACHA20, 256, 0, 0, bytes, 32, &key), NO);
	assert_int_equal(import_key(PSA_KEY_TYPE_ARIA, 128, 0, 0, bytes, 16, &key), NO);
	assert_int_equal(import_key(PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_MONTGOMERY, 255, 0, 0,
				    bytes, 32, &key),
			 NO);
	assert_int_equal(import_key(PSA_KEY_TYPE_AES, 128, 0, 0, bytes, 16, &key), 0);
}

static const struct {
	uint16_t setup;
	uint32_t type, alg;
	int32_t status;
} algs[] = {
	{CRYPTO_MAC_SIGN_SETUP, PSA_KEY_TYPE_HMAC, HMAC_256, 0},
	{CRYPTO_MAC_SIGN_SETUP, PSA_KEY_TYPE_HMAC, HMAC_256 | 8 << 16, 0},
	{CRYPTO_MAC_SIGN_SETUP, PSA_KEY_TYPE_HMAC, PSA_ALG_HMAC | 0x11, NO},
	{CRYPTO_MAC_SIGN_SETUP, PSA_KEY_TYPE_AES, PSA_ALG_CMAC, 0},
	{CRYPTO_CIPHER_ENCRYPT_SETUP, PSA_KEY_TYPE_AES, PSA_ALG_CTR, 0},
	{CRYPTO_CIPHER_ENCRYPT_SETUP, PSA_KEY_TYPE_AES, PSA_ALG_CFB, 0},
	{CRYPTO_CIPHER_ENCRYPT_SETUP, PSA_KEY_TYPE_AES, PSA_ALG_CBC_PKCS7, 0},
	{CRYPTO_CIPHER_ENCRYPT_SETUP, PSA_KEY_TYPE_AES, PSA_ALG_OFB, NO},
	{CRYPTO_CIPHER_ENCRYPT_SETUP, PSA_KEY_TYPE_AES, PSA_ALG_CCM_STAR_NO_TAG, NO},
	{CRYPTO_AEAD_ENCRYPT_SETUP, PSA_KEY_TYPE_AES, PSA_ALG_GCM, 0},
	{CRYPTO_AEAD_ENCRYPT_SETUP, PSA_KEY_TYPE_AES, PSA_ALG_CCM, 0},
	{CRYPTO_HASH_SETUP, 0, PSA_ALG_MD5, 0},
	{CRYPTO_HASH_SETUP, 0, PSA_ALG_SHA_512, 0},
	{CRYPTO_HASH_SETUP, 0, PSA_ALG_SHA_512_256, NO},
	{CRYPTO_HASH_SETUP, 0, PSA_ALG_SHA3_256, NO},
	{CRYPTO_DERIVE_SETUP, 0, HKDF_256, 0},
	{CRYPTO_DERIVE_SETUP, 0, PSA_ALG_HKDF | 0x11, NO},
	{CRYPTO_DERIVE_SETUP, 0, PSA_ALG_HKDF_EXPAND | 9, NO},
	{CRYPTO_DERIVE_SETUP, 0, PSA_ALG_TLS12_PRF | 9, 0},
	{CRYPTO_DERIVE_SETUP, 0, (PSA_ALG_ECDH & ~0x08000000u) | HKDF_256, 0},
	{CRYPTO_DERIVE_SETUP, 0, (PSA_ALG_FFDH & ~0x08000000u) | HKDF_256, NO},
};

static void test_algorithms(void **state)
{
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		uint32_t key = algs[i].alg;

		if (algs[i].type)
			assert_int_equal(generate_key(algs[i].type, 128, CRYPT | SIGN_VERIFY,
						      algs[i].alg, &key),
					 0);
		assert_int_equal(words(algs[i].setup, algs[i].type ? 2 : 1, key, algs[i].alg),
				 algs[i].status);
	}
}

static void test_asymmetric(void **state)
{
	uint8_t hash[32] = {7};
	uint32_t key;

	assert_int_equal(generate_key(PSA_KEY_TYPE_RSA_KEY_PAIR, 1024, SIGN_VERIFY | CRYPT,
				      PSA_ALG_RSA_PSS | 9, &key),
			 0);
	assert_int_equal(sign(CRYPTO_SIGN_HASH, key, PSA_ALG_RSA_PSS | 9, hash, 32), NO);
	assert_int_equal(generate_key(P256, 256, SIGN_VERIFY, DET_256, &key), 0);
	assert_int_equal(sign(CRYPTO_SIGN_HASH, key, DET_256, hash, 32), 0);
	assert_int_equal(generate_key(P256, 256, SIGN_VERIFY, PSA_ALG_ECDSA | 0x11, &key), 0);
	assert_int_equal(sign(CRYPTO_SIGN_HASH, key, PSA_ALG_ECDSA | 0x11, hash, 32), NO);
	assert_int_equal(generate_key(P256, 256, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH, &key), 0);
	assert_int_equal(agree(PSA_ALG_ECDH, key, hash, 32), PSA_ERROR_INVALID_ARGUMENT);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, direct_tear_down)
	const struct CMUnitTest tests[] = {TEST(test_types), TEST(test_algorithms),
					   TEST(test_asymmetric)};

	return cmocka_run_group_tests_name("sps/crypto-offered", tests, NULL, NULL);
}
