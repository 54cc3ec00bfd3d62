/* SPDX-License-Identifier: BSD-3-Clause */
/* Known answers of key derivation: HKDF (RFC 5869) and what TLS 1.2 derives. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_direct.h"

/* ---- key derivation ---- */
static int32_t input(uint32_t h, uint32_t step, const char *text, bool is_hex)
{
	size_t len = strlen(text);
	const void *data = is_hex ? (const void *)hex(text, &len) : text;

	begin();
	w32(h);
	w32(step);
	tlv(1, data, len);
	return go(CRYPTO_DERIVE_INPUT_BYTES);
}

/* Piece by piece, as one stream. */
static void check_output(uint32_t h, const char *want, size_t step)
{
	size_t len, n;
	const uint8_t *bytes = hex(want, &len), *got;

	for (size_t at = 0; at < len; at += n) {
		begin();
		w32(h);
		w32((uint32_t)(len - at < step ? len - at : step));
		assert_int_equal(go(CRYPTO_DERIVE_OUTPUT_BYTES), 0);
		got = out_tlv(1, &n);
		assert_int_equal(n, len - at < step ? len - at : step);
		assert_memory_equal(got, bytes + at, n);
	}
}

static void test_hkdf(void **state)
{
	const uint32_t alg = PSA_ALG_HKDF | (PSA_ALG_SHA_256 & 0xff);
	const char *ikm = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b";

	for (size_t step = 1; step < 50; step += 7) {
		uint32_t h = set_up_op(CRYPTO_DERIVE_SETUP, alg, 0);

		assert_int_equal(input(h, PSA_INPUT_SALT, "000102030405060708090a0b0c", true), 0);
		assert_int_equal(input(h, PSA_INPUT_SECRET, ikm, true), 0);
		assert_int_equal(input(h, PSA_INPUT_INFO, "f0f1f2f3f4f5f6f7f8f9", true), 0);
		check_output(h,
			     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
			     "34007208d5b887185865",
			     step);
		/* no salt, no info: A.3 */
		h = set_up_op(CRYPTO_DERIVE_SETUP, alg, 0);
		assert_int_equal(input(h, PSA_INPUT_SECRET, ikm, true), 0);
		assert_int_equal(input(h, PSA_INPUT_INFO, "", true), 0);
		check_output(h,
			     "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
			     "9d201395faa4b61a96c8",
			     step);
	}
}

static void test_tls_prf(void **state)
{
	const uint32_t alg = PSA_ALG_TLS12_PRF | (PSA_ALG_SHA_256 & 0xff);

	for (size_t step = 1; step < 110; step += 9) {
		const uint32_t h = set_up_op(CRYPTO_DERIVE_SETUP, alg, 0);

		assert_int_equal(input(h, PSA_INPUT_SEED, "a0ba9f936cda311827a6f796ffd5198c", true),
				 0);
		assert_int_equal(
			input(h, PSA_INPUT_SECRET, "9bbe436ba940f017b17652849a71db35", true), 0);
		assert_int_equal(input(h, PSA_INPUT_LABEL, "test label", false), 0);
		check_output(h,
			     "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a"
			     "6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab"
			     "4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701"
			     "87347b66",
			     step);
	}
}

/* The two halves of A.1: what goes from the one into the other is the PRK. */
static void test_hkdf_halves(void **state)
{
	const char *prk = "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5";
	uint32_t h = set_up_op(CRYPTO_DERIVE_SETUP, PSA_ALG_HKDF_EXTRACT | 9, 0);

	assert_int_equal(input(h, PSA_INPUT_SALT, "000102030405060708090a0b0c", true), 0);
	assert_int_equal(
		input(h, PSA_INPUT_SECRET, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", true),
		0);
	check_output(h, prk, 5);
	assert_int_equal(words(CRYPTO_DERIVE_OUTPUT_BYTES, 2, h, 1), PSA_ERROR_INSUFFICIENT_DATA);
	h = set_up_op(CRYPTO_DERIVE_SETUP, PSA_ALG_HKDF_EXPAND | 9, 0);
	assert_int_equal(input(h, PSA_INPUT_SECRET, prk, true), 0);
	assert_int_equal(input(h, PSA_INPUT_INFO, "f0f1f2f3f4f5f6f7f8f9", true), 0);
	check_output(h,
		     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
		     "34007208d5b887185865",
		     9);
	/* what each does not take */
	h = set_up_op(CRYPTO_DERIVE_SETUP, PSA_ALG_HKDF_EXTRACT | 9, 0);
	assert_int_equal(input(h, PSA_INPUT_SECRET, "00", true), PSA_ERROR_BAD_STATE);
	h = set_up_op(CRYPTO_DERIVE_SETUP, PSA_ALG_HKDF_EXTRACT | 9, 0);
	assert_int_equal(input(h, PSA_INPUT_INFO, "00", true), PSA_ERROR_INVALID_ARGUMENT);
	h = set_up_op(CRYPTO_DERIVE_SETUP, PSA_ALG_HKDF_EXPAND | 9, 0);
	assert_int_equal(input(h, PSA_INPUT_SALT, "00", true), PSA_ERROR_INVALID_ARGUMENT);
	h = set_up_op(CRYPTO_DERIVE_SETUP, PSA_ALG_HKDF_EXPAND | 9, 0);
	assert_int_equal(input(h, PSA_INPUT_INFO, "00", true), PSA_ERROR_BAD_STATE);
	h = set_up_op(CRYPTO_DERIVE_SETUP, PSA_ALG_HKDF_EXPAND | 9, 0);
	assert_int_equal(input(h, PSA_INPUT_SECRET, "00", true), PSA_ERROR_INVALID_ARGUMENT);
}

/* RFC 4279 2: the premaster secret of a PSK is what the PRF alone takes as its secret. */
static void test_tls_psk(void **state)
{
	static const char *const other[2] = {"", "000102030405060708090a0b0c0d0e0f"};
	static const char *const premaster[2] = {
		"0004"
		"00000000"
		"0004"
		"6a656665",
		"0010"
		"000102030405060708090a0b0c0d0e0f"
		"0004"
		"6a656665",
	};
	uint8_t want[48];
	size_t len;

	for (unsigned i = 0; i < 2; i++) {
		uint32_t h = set_up_op(CRYPTO_DERIVE_SETUP, PSA_ALG_TLS12_PRF | 9, 0);

		assert_int_equal(input(h, PSA_INPUT_SEED, "a1a2a3", true), 0);
		assert_int_equal(input(h, PSA_INPUT_SECRET, premaster[i], true), 0);
		assert_int_equal(input(h, PSA_INPUT_LABEL, "master secret", false), 0);
		assert_int_equal(words(CRYPTO_DERIVE_OUTPUT_BYTES, 2, h, 48), 0);
		memcpy(want, out_tlv(1, &len), 48);
		h = set_up_op(CRYPTO_DERIVE_SETUP, PSA_ALG_TLS12_PSK_TO_MS | 9, 0);
		assert_int_equal(input(h, PSA_INPUT_SEED, "a1a2a3", true), 0);
		if (other[i][0]) {
			assert_int_equal(input(h, PSA_INPUT_OTHER_SECRET, other[i], true), 0);
			assert_int_equal(words(CRYPTO_DERIVE_GET_CAPACITY, 1, h), 0);
		}
		assert_int_equal(input(h, PSA_INPUT_SECRET, "6a656665", true), 0);
		assert_int_equal(input(h, PSA_INPUT_LABEL, "master secret", false), 0);
		assert_int_equal(words(CRYPTO_DERIVE_OUTPUT_BYTES, 2, h, 48), 0);
		assert_memory_equal(out_tlv(1, &len), want, 48);
	}
}

/* The premaster secret of EC J-PAKE is the SHA-256 of an x. */
static void test_tls_ecjpake(void **state)
{
	const char *x = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";
	char point[131];
	uint32_t h = set_up_op(CRYPTO_DERIVE_SETUP, PSA_ALG_TLS12_ECJPAKE_TO_PMS, 0);

	snprintf(point, sizeof(point), "04%s%s", x, x);
	assert_int_equal(input(h, PSA_INPUT_SECRET, point, true), 0);
	check_output(h, "ae216c2ef5247a3782c135efa279a3e4cdc61094270f5d2be58c6204b7a612c9", 32);
	assert_int_equal(words(CRYPTO_DERIVE_OUTPUT_BYTES, 2, h, 1), PSA_ERROR_INSUFFICIENT_DATA);
	h = set_up_op(CRYPTO_DERIVE_SETUP, PSA_ALG_TLS12_ECJPAKE_TO_PMS, 0);
	assert_int_equal(input(h, PSA_INPUT_SECRET, x, true), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(words(CRYPTO_DERIVE_SETUP, 1, 0x0800060au), PSA_ERROR_NOT_SUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DIRECT_TEST(test_hkdf),	       DIRECT_TEST(test_tls_prf),
		DIRECT_TEST(test_hkdf_halves), DIRECT_TEST(test_tls_psk),
		DIRECT_TEST(test_tls_ecjpake),
	};

	return cmocka_run_group_tests_name("sps/crypto-kat-derive", tests, NULL, NULL);
}
