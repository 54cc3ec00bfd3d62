/* SPDX-License-Identifier: BSD-3-Clause */
/* Multipart operations: the pools of contexts, and PSA's states of each class. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_direct.h"

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
	assert_int_equal(derive_input(h, PSA_INPUT_SECRET, "secret", 6), 0);
	assert_int_equal(derive_input(h, PSA_INPUT_INFO, "info", 4), 0);
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
	assert_int_equal(derive_input(h, PSA_INPUT_INFO, NULL, 0), 0);
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
	assert_int_equal(derive_input(h, PSA_INPUT_SECRET, "s", 1), PSA_ERROR_BAD_STATE);
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
		assert_int_equal(derive_input_agreed(h, i ? b : a, peer, 65), 0);
		assert_int_equal(derive_input(h, PSA_INPUT_INFO, NULL, 0), 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		DIRECT_TEST(test_pool),		 DIRECT_TEST(test_clone_in_full_pool),
		DIRECT_TEST(test_cipher_states), DIRECT_TEST(test_mac_states),
		DIRECT_TEST(test_aead_states),	 DIRECT_TEST(test_derivation),
	};

	return cmocka_run_group_tests_name("sps/crypto-contexts", tests, NULL, NULL);
}
