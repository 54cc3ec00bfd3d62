/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ciphers and AEADs in pieces against OpenSSL's whole ones: modes that no RFC has numbers of for
 * ARIA and Camellia, and lengths that no vector has.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/evp.h>
#ifdef HAVE_VALGRIND_H
#include <valgrind/memcheck.h>
#else
#define VALGRIND_MAKE_MEM_DEFINED(p, len) ((void)(p), (void)(len))
#endif

#include "crypto_direct.h"

#define TEXT_BYTES 320

static uint8_t text[TEXT_BYTES], key_bytes[32], iv[16];

static int set_up(void **state)
{
	for (unsigned i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 37 + i / 5);
	for (unsigned i = 0; i < 32; i++)
		key_bytes[i] = (uint8_t)(0xc3 ^ i * 11);
	for (unsigned i = 0; i < 16; i++)
		iv[i] = (uint8_t)(0xfa + i); /* carries soon when it is counted up */
	memset(iv + 12, 0xff, 4);
	return direct_set_up(state);
}

static size_t with_openssl(const char *name, size_t iv_len, size_t len, const void *ad,
			   size_t ad_len, uint8_t *out, uint8_t tag[16])
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	const bool ccm = strstr(name, "CCM");
	int n, total = 0;

	assert_non_null(cipher);
	assert_int_equal(EVP_EncryptInit_ex2(ctx, cipher, NULL, NULL, NULL), 1);
	if (tag)
		assert_int_equal(
			EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)iv_len, NULL), 1);
	if (ccm)
		assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, NULL), 1);
	assert_int_equal(EVP_EncryptInit_ex2(ctx, NULL, key_bytes, iv, NULL), 1);
	if (ccm)
		assert_int_equal(EVP_EncryptUpdate(ctx, NULL, &n, NULL, (int)len), 1);
	if (tag)
		assert_int_equal(EVP_EncryptUpdate(ctx, NULL, &n, ad, (int)ad_len), 1);
	EVP_CIPHER_CTX_set_padding(ctx, strstr(name, "CBC") != NULL);
	assert_int_equal(EVP_EncryptUpdate(ctx, out, &n, text, (int)len), 1);
	total = n;
	assert_int_equal(EVP_EncryptFinal_ex(ctx, out + total, &n), 1);
	total += n;
	if (tag)
		assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag), 1);
	if (tag) /* Memcheck loses track of it in OpenSSL's GCM over ARIA, right as it is */
		VALGRIND_MAKE_MEM_DEFINED(tag, 16);
	EVP_CIPHER_CTX_free(ctx);
	EVP_CIPHER_free(cipher);
	return (size_t)total;
}

/* In three pieces. */
static size_t with_service(uint16_t update, uint32_t h, size_t len, uint8_t *out)
{
	const size_t cut[4] = {0, len / 3, len - len / 4, len};
	size_t total = 0, n;

	for (int i = 0; i < 3; i++) {
		const uint8_t *got;

		assert_int_equal(with_data(update, h, text + cut[i], cut[i + 1] - cut[i]), 0);
		got = out_tlv(1, &n);
		memcpy(out + total, got, n);
		total += n;
	}
	return total;
}

static const struct {
	uint32_t type, key_len, alg, iv_len;
	const char *name;
} ciphers[] = {
	{PSA_KEY_TYPE_ARIA, 16, PSA_ALG_CTR, 16, "ARIA-128-CTR"},
	{PSA_KEY_TYPE_ARIA, 24, PSA_ALG_CFB, 16, "ARIA-192-CFB"},
	{PSA_KEY_TYPE_ARIA, 32, PSA_ALG_OFB, 16, "ARIA-256-OFB"},
	{PSA_KEY_TYPE_ARIA, 32, PSA_ALG_CBC_PKCS7, 16, "ARIA-256-CBC"},
	{PSA_KEY_TYPE_CAMELLIA, 16, PSA_ALG_CTR, 16, "CAMELLIA-128-CTR"},
	{PSA_KEY_TYPE_CAMELLIA, 24, PSA_ALG_CFB, 16, "CAMELLIA-192-CFB"},
	{PSA_KEY_TYPE_CAMELLIA, 32, PSA_ALG_OFB, 16, "CAMELLIA-256-OFB"},
	{PSA_KEY_TYPE_CAMELLIA, 32, PSA_ALG_CBC_PKCS7, 16, "CAMELLIA-256-CBC"},
	{PSA_KEY_TYPE_AES, 32, PSA_ALG_CTR, 16, "AES-256-CTR"},
};

static void test_ciphers(void **state)
{
	uint8_t want[TEXT_BYTES + 32], got[TEXT_BYTES + 32];

	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++) {
		uint32_t key;

		assert_int_equal(import_key(ciphers[i].type, 0, CRYPT, ciphers[i].alg, key_bytes,
					    ciphers[i].key_len, &key),
				 0);
		for (size_t len = 0; len <= TEXT_BYTES; len += 1 + len / 9) {
			const uint32_t h =
				set_up_op(CRYPTO_CIPHER_ENCRYPT_SETUP, key, ciphers[i].alg);
			size_t n, more;
			const size_t want_len =
				with_openssl(ciphers[i].name, 16, len, NULL, 0, want, NULL);

			assert_int_equal(with_data(CRYPTO_CIPHER_SET_IV, h, iv, 16), 0);
			n = with_service(CRYPTO_CIPHER_UPDATE, h, len, got);
			assert_int_equal(words(CRYPTO_CIPHER_FINISH, 1, h), 0);
			memcpy(got + n, out_tlv(1, &more), answer_len - 4);
			assert_int_equal(n + more, want_len);
			assert_memory_equal(got, want, want_len);
		}
	}
}

/* ChaCha20 counts from 0 in PSA; OpenSSL takes the counter in front of the nonce. */
static void test_chacha20(void **state)
{
	uint8_t want[TEXT_BYTES + 32], got[TEXT_BYTES + 32];
	uint32_t key;

	memset(iv, 0, 4);
	assert_int_equal(import_key(PSA_KEY_TYPE_CHACHA20, 256, CRYPT, PSA_ALG_STREAM_CIPHER,
				    key_bytes, 32, &key),
			 0);
	for (size_t len = 0; len <= TEXT_BYTES; len++) {
		const uint32_t h =
			set_up_op(CRYPTO_CIPHER_ENCRYPT_SETUP, key, PSA_ALG_STREAM_CIPHER);

		with_openssl("ChaCha20", 16, len, NULL, 0, want, NULL);
		assert_int_equal(with_data(CRYPTO_CIPHER_SET_IV, h, iv + 4, 12), 0);
		assert_int_equal(with_service(CRYPTO_CIPHER_UPDATE, h, len, got), len);
		assert_memory_equal(got, want, len);
	}
	assert_int_equal(words(CRYPTO_CIPHER_ENCRYPT_SETUP, 2, key, PSA_ALG_CTR),
			 PSA_ERROR_NOT_PERMITTED);
	assert_int_equal(
		import_key(PSA_KEY_TYPE_CHACHA20, 256, CRYPT, PSA_ALG_CTR, key_bytes, 32, &key), 0);
	assert_int_equal(words(CRYPTO_CIPHER_ENCRYPT_SETUP, 2, key, PSA_ALG_CTR),
			 PSA_ERROR_NOT_SUPPORTED);
	assert_int_equal(import_key(PSA_KEY_TYPE_AES, 256, CRYPT, PSA_ALG_STREAM_CIPHER, key_bytes,
				    32, &key),
			 0);
	assert_int_equal(words(CRYPTO_CIPHER_ENCRYPT_SETUP, 2, key, PSA_ALG_STREAM_CIPHER),
			 PSA_ERROR_NOT_SUPPORTED);
}

static const struct {
	uint32_t type, key_len, alg, nonce_len;
	const char *name;
} aeads[] = {
	{PSA_KEY_TYPE_AES, 16, PSA_ALG_CCM, 13, "AES-128-CCM"},
	{PSA_KEY_TYPE_AES, 32, PSA_ALG_GCM, 12, "AES-256-GCM"},
	{PSA_KEY_TYPE_ARIA, 16, PSA_ALG_CCM, 13, "ARIA-128-CCM"},
	{PSA_KEY_TYPE_ARIA, 32, PSA_ALG_GCM, 12, "ARIA-256-GCM"},
	{PSA_KEY_TYPE_CHACHA20, 32, PSA_ALG_CHACHA20_POLY1305, 12, "ChaCha20-Poly1305"},
};

static uint32_t start(size_t row, uint16_t setup, uint32_t key, size_t ad_len, size_t len)
{
	const uint32_t h = set_up_op(setup, key, aeads[row].alg);

	assert_int_equal(words(CRYPTO_AEAD_SET_LENGTHS, 3, h, (uint32_t)ad_len, (uint32_t)len), 0);
	assert_int_equal(with_data(CRYPTO_AEAD_SET_NONCE, h, iv, aeads[row].nonce_len), 0);
	assert_int_equal(with_data(CRYPTO_AEAD_UPDATE_AD, h, text, ad_len / 2), 0);
	assert_int_equal(
		with_data(CRYPTO_AEAD_UPDATE_AD, h, text + ad_len / 2, ad_len - ad_len / 2), 0);
	return h;
}

static void check_aead(size_t i, uint32_t key, size_t ad_len, size_t len)
{
	uint8_t want[TEXT_BYTES], got[TEXT_BYTES], tag[16];
	uint32_t h = start(i, CRYPTO_AEAD_ENCRYPT_SETUP, key, ad_len, len);
	size_t n;

	with_openssl(aeads[i].name, aeads[i].nonce_len, len, text, ad_len, want, tag);
	assert_int_equal(with_service(CRYPTO_AEAD_UPDATE, h, len, got), len);
	assert_memory_equal(got, want, len);
	assert_int_equal(words(CRYPTO_AEAD_FINISH, 1, h), 0);
	assert_memory_equal(out_tlv(2, &n), tag, 16);
	h = start(i, CRYPTO_AEAD_DECRYPT_SETUP, key, ad_len, len);
	assert_int_equal(with_data(CRYPTO_AEAD_UPDATE, h, want, len), 0);
	assert_memory_equal(out_tlv(1, &n), text, len);
	assert_int_equal(with_data(CRYPTO_AEAD_VERIFY, h, tag, 16), 0);
}

static void test_aeads(void **state)
{
	for (size_t i = 0; i < sizeof(aeads) / sizeof(aeads[0]); i++) {
		uint32_t key;

		assert_int_equal(import_key(aeads[i].type, 0, CRYPT, aeads[i].alg, key_bytes,
					    aeads[i].key_len, &key),
				 0);
		for (size_t len = 0; len <= TEXT_BYTES; len += 1 + len / 9)
			for (size_t ad_len = 0; ad_len < 40; ad_len += 13)
				check_aead(i, key, ad_len, len);
	}
}

/* Camellia: OpenSSL has neither of its AEADs. GCM's text is its counter mode from 2 on. */
static void test_camellia_gcm(void **state)
{
	uint8_t want[TEXT_BYTES + 16], got[TEXT_BYTES], tag[16];
	uint32_t key, h;
	size_t n;

	memcpy(iv + 12, "\0\0\0\2", 4);
	assert_int_equal(
		import_key(PSA_KEY_TYPE_CAMELLIA, 128, CRYPT, PSA_ALG_GCM, key_bytes, 16, &key), 0);
	h = set_up_op(CRYPTO_AEAD_ENCRYPT_SETUP, key, PSA_ALG_GCM);
	assert_int_equal(with_data(CRYPTO_AEAD_SET_NONCE, h, iv, 12), 0);
	assert_int_equal(with_service(CRYPTO_AEAD_UPDATE, h, 300, got), 300);
	with_openssl("CAMELLIA-128-CTR", 16, 300, NULL, 0, want, NULL);
	assert_memory_equal(got, want, 300);
	assert_int_equal(words(CRYPTO_AEAD_FINISH, 1, h), 0);
	memcpy(tag, out_tlv(2, &n), 16);
	for (int wrong = 0; wrong < 2; wrong++) {
		h = set_up_op(CRYPTO_AEAD_DECRYPT_SETUP, key, PSA_ALG_GCM);
		assert_int_equal(with_data(CRYPTO_AEAD_SET_NONCE, h, iv, 12), 0);
		assert_int_equal(with_data(CRYPTO_AEAD_UPDATE, h, got, 300), 0);
		tag[3] ^= wrong;
		assert_int_equal(with_data(CRYPTO_AEAD_VERIFY, h, tag, 16),
				 wrong ? PSA_ERROR_INVALID_SIGNATURE : 0);
	}
}

/* CCM* without a tag is what CCM makes of the text. */
static void test_ccm_star(void **state)
{
	uint8_t want[TEXT_BYTES], got[TEXT_BYTES], tag[16];
	uint32_t key, h;

	assert_int_equal(import_key(PSA_KEY_TYPE_AES, 128, CRYPT, PSA_ALG_CCM_STAR_NO_TAG,
				    key_bytes, 16, &key),
			 0);
	h = set_up_op(CRYPTO_CIPHER_ENCRYPT_SETUP, key, PSA_ALG_CCM_STAR_NO_TAG);
	assert_int_equal(with_data(CRYPTO_CIPHER_SET_IV, h, iv, 13), 0);
	with_openssl("AES-128-CCM", 13, 300, "x", 1, want, tag);
	assert_int_equal(with_service(CRYPTO_CIPHER_UPDATE, h, 300, got), 300);
	assert_memory_equal(got, want, 300);
	h = set_up_op(CRYPTO_CIPHER_ENCRYPT_SETUP, key, PSA_ALG_CCM_STAR_NO_TAG);
	assert_int_equal(with_data(CRYPTO_CIPHER_SET_IV, h, iv, 16), PSA_ERROR_INVALID_ARGUMENT);
}

/* What ChaCha20-Poly1305 does not take (statuses of Mbed TLS). */
static void test_chacha_rules(void **state)
{
	const uint32_t alg = PSA_ALG_CHACHA20_POLY1305;
	const uint32_t cut = (alg & ~PSA_ALG_LENGTH_MASK) | 12 << PSA_ALG_LENGTH_SHIFT;
	uint32_t key, h;
	size_t len;

	assert_int_equal(generate_key(PSA_KEY_TYPE_CHACHA20, 256, CRYPT, alg, &key), 0);
	h = set_up_op(CRYPTO_AEAD_ENCRYPT_SETUP, key, alg);
	assert_int_equal(with_data(CRYPTO_AEAD_SET_NONCE, h, iv, 8), PSA_ERROR_NOT_SUPPORTED);
	h = set_up_op(CRYPTO_AEAD_ENCRYPT_SETUP, key, alg);
	assert_int_equal(with_data(CRYPTO_AEAD_SET_NONCE, h, iv, 13), PSA_ERROR_INVALID_ARGUMENT);
	h = set_up_op(CRYPTO_AEAD_ENCRYPT_SETUP, key, alg);
	assert_int_equal(words(CRYPTO_AEAD_GENERATE_NONCE, 1, h), 0);
	out_tlv(1, &len);
	assert_int_equal(len, 12);
	assert_int_equal(generate_key(PSA_KEY_TYPE_CHACHA20, 256, CRYPT, cut, &key), 0);
	assert_int_equal(words(CRYPTO_AEAD_ENCRYPT_SETUP, 2, key, cut), PSA_ERROR_NOT_SUPPORTED);
	assert_int_equal(generate_key(PSA_KEY_TYPE_CHACHA20, 256, CRYPT, PSA_ALG_GCM, &key), 0);
	assert_int_equal(words(CRYPTO_AEAD_ENCRYPT_SETUP, 2, key, PSA_ALG_GCM),
			 PSA_ERROR_NOT_SUPPORTED);
	assert_int_equal(generate_key(PSA_KEY_TYPE_AES, 256, CRYPT, alg, &key), 0);
	assert_int_equal(words(CRYPTO_AEAD_ENCRYPT_SETUP, 2, key, alg), PSA_ERROR_NOT_SUPPORTED);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, direct_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_ciphers),	 TEST(test_chacha20), TEST(test_aeads),
		TEST(test_camellia_gcm), TEST(test_ccm_star), TEST(test_chacha_rules),
	};

	return cmocka_run_group_tests_name("sps/crypto-evp", tests, NULL, NULL);
}
