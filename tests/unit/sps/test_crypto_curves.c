/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Curves whose keys are strings, and finite fields: X25519 and X448 (RFC 7748), Ed25519 and Ed448
 * (RFC 8032), the groups of RFC 7919, whose numbers here come from the RFC's formula for the primes
 * by another program's arithmetic.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/evp.h>

#include "crypto_direct.h"

#define MONTGOMERY_PAIR (PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_MONTGOMERY)
#define MONTGOMERY_PUBLIC (PSA_KEY_TYPE_ECC_PUBLIC_KEY | PSA_ECC_MONTGOMERY)
#define EDWARDS_PAIR (PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_TWISTED_EDWARDS)
#define EDWARDS_PUBLIC (PSA_KEY_TYPE_ECC_PUBLIC_KEY | PSA_ECC_TWISTED_EDWARDS)
#define DH_PAIR (PSA_KEY_TYPE_DH_KEY_PAIR | PSA_DH_RFC7919)
#define DH_PUBLIC (PSA_KEY_TYPE_DH_PUBLIC_KEY | PSA_DH_RFC7919)
#define SIGN_MESSAGES (PSA_KEY_USAGE_SIGN_MESSAGE | PSA_KEY_USAGE_VERIFY_MESSAGE)

static uint32_t import_hex(uint32_t type, uint32_t bits, uint32_t usage, uint32_t alg,
			   const char *text)
{
	size_t len;
	const uint8_t *bytes = hex(text, &len);
	uint32_t key;

	assert_int_equal(import_key(type, bits, usage, alg, bytes, len, &key), 0);
	return key;
}

static const struct {
	uint32_t bits;
	const char *key, *public, *peer, *secret;
} agreements[] = {
	/* 5.2, first; the public key is of no interest there */
	{255, "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4", NULL,
	 "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
	 "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
	/* 6.1, Bob's side */
	{255, "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
	 "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
	 "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
	 "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
	/* 6.2, both sides */
	{448,
	 "9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28dd9c9baf574a94197448973910063"
	 "82a6f127ab1d9ac2d8c0a598726b",
	 "9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c22c5d9bbc836647241d953d40c5b"
	 "12da88120d53177f80e532c41fa0",
	 "3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b43027d8b972fc3e34fb4232a13ca706"
	 "dcb57aec3dae07bdc1c67bf33609",
	 "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c335543936521c"
	 "24403085d59a449a5037514a879d"},
	{448,
	 "1c306a7ac2a0e2e0990b294470cba339e6453772b075811d8fad0d1d6927c120bb5ee8972b0d3e21374c"
	 "9c921b09d1b0366f10b65173992d",
	 "3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b43027d8b972fc3e34fb4232a13ca706"
	 "dcb57aec3dae07bdc1c67bf33609",
	 "9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c22c5d9bbc836647241d953d40c5b"
	 "12da88120d53177f80e532c41fa0",
	 "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c335543936521c"
	 "24403085d59a449a5037514a879d"},
};

static void test_montgomery(void **state)
{
	for (size_t i = 0; i < sizeof(agreements) / sizeof(agreements[0]); i++) {
		const uint32_t key = import_hex(MONTGOMERY_PAIR, agreements[i].bits,
						PSA_KEY_USAGE_DERIVE | PSA_KEY_USAGE_EXPORT,
						PSA_ALG_ECDH, agreements[i].key);
		size_t len, n;
		const uint8_t *peer = hex(agreements[i].peer, &len), *own;

		assert_int_equal(agree(PSA_ALG_ECDH, key, peer, len), 0);
		assert_answer(1, agreements[i].secret);
		if (agreements[i].public) {
			assert_int_equal(words(CRYPTO_EXPORT_PUBLIC_KEY, 1, key), 0);
			assert_answer(1, agreements[i].public);
		}
		/* What comes out has its fixed bits set (RFC 7748 5), and is the same key. */
		assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, key), 0);
		own = out_tlv(1, &n);
		assert_int_equal(n, len);
		assert_int_equal(own[0] & (len == 32 ? 7 : 3), 0);
		assert_int_equal(own[len - 1] >> 6 & (len == 32 ? 3 : 2), len == 32 ? 1 : 2);
		import_hex(MONTGOMERY_PUBLIC, 0, 0, 0, agreements[i].peer); /* bits by length */
		assert_int_equal(agree(PSA_ALG_ECDH, key, peer, len - 1),
				 PSA_ERROR_INVALID_ARGUMENT);
		assert_int_equal(agree(PSA_ALG_ECDH, key, (uint8_t[56]){0}, len),
				 PSA_ERROR_INVALID_ARGUMENT); /* of small order: no secret */
		assert_int_equal(agree(PSA_ALG_FFDH, key, peer, len), PSA_ERROR_NOT_PERMITTED);
	}
}

/* What is made and derived works, and only for what it is. */
static void test_montgomery_keys(void **state)
{
	uint32_t a, b, secret, h, made;
	uint8_t peer[56], first[56];
	size_t len;

	assert_int_equal(generate_key(MONTGOMERY_PAIR, 448, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH, &a),
			 0);
	assert_int_equal(generate_key(MONTGOMERY_PAIR, 448, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH, &b),
			 0);
	assert_int_equal(words(CRYPTO_EXPORT_PUBLIC_KEY, 1, a), 0);
	memcpy(peer, out_tlv(1, &len), 56);
	assert_int_equal(agree(PSA_ALG_ECDH, b, peer, 56), 0);
	memcpy(first, out_tlv(1, &len), 56);
	assert_int_equal(words(CRYPTO_EXPORT_PUBLIC_KEY, 1, b), 0);
	memcpy(peer, out_tlv(1, &len), 56);
	assert_int_equal(agree(PSA_ALG_ECDH, a, peer, 56), 0);
	assert_memory_equal(out_tlv(1, &len), first, 56);
	assert_int_equal(generate_key(MONTGOMERY_PAIR, 255, SIGN_VERIFY, ECDSA_256, &a), 0);
	assert_int_equal(sign(CRYPTO_SIGN_HASH, a, ECDSA_256, first, 32),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(import_key(MONTGOMERY_PAIR, 448, 0, 0, first, 32, &a),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(import_key(MONTGOMERY_PAIR, 0, 0, 0, first, 33, &a),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(import_key(MONTGOMERY_PAIR, 256, 0, 0, first, 32, &a),
			 PSA_ERROR_NOT_SUPPORTED);
	assert_int_equal(
		generate_key(PSA_KEY_TYPE_DERIVE, 256, PSA_KEY_USAGE_DERIVE, HKDF_256, &secret), 0);
	h = set_up_op(CRYPTO_DERIVE_SETUP, HKDF_256, 0);
	assert_int_equal(words(CRYPTO_DERIVE_INPUT_KEY, 3, h, PSA_INPUT_SECRET, secret), 0);
	assert_int_equal(derive_input(h, PSA_INPUT_INFO, NULL, 0), 0);
	begin();
	w32(h);
	attributes(MONTGOMERY_PAIR, 255, 0, 0, PSA_KEY_USAGE_EXPORT, PSA_ALG_ECDH);
	made = ok_word(go(CRYPTO_DERIVE_OUTPUT_KEY));
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, made), 0);
	assert_int_equal(out_tlv(1, &len)[31] >> 6, 1);
	assert_int_equal(len, 32);
}

static const struct {
	uint32_t bits;
	const char *key, *public, *message, *sig;
} signatures[] = {
	/* 7.1, tests 1 to 3 */
	{255, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
	 "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
	 "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701"
	 "cf9b46bd25bf5f0595bbe24655141438e7a100b"},
	{255, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	 "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
	 "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d"
	 "0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
	{255, "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
	 "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
	 "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f7609"
	 "84dc6594a7c15e9716ed28dc027beceea1ec40a"},
	/* 7.4, "blank" and "1 octet" */
	{448,
	 "6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3528c8a3fcc2f044e39a3fc5b9"
	 "4492f8f032e7549a20098f95b",
	 "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df"
	 "1e50f6cd1fa1abeafe8256180",
	 "",
	 "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22d"
	 "dd47d7828c59bd0a21bfd3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda"
	 "8530a113a0f4dbb61149f05a7363268c71d95808ff2e652600"},
	{448,
	 "c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463afbea67c5e8d2877c5e3bc397a"
	 "659949ef8021e954e0a12274e",
	 "43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4c"
	 "b82169c235160627b4c3a9480",
	 "03",
	 "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8"
	 "ccdf633fc1bf037ab7cd779805e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905"
	 "e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00"},
};

static void check_signature(size_t row)
{
	const uint32_t alg = PSA_ALG_PURE_EDDSA;
	const uint32_t pair =
		import_hex(EDWARDS_PAIR, signatures[row].bits, SIGN_MESSAGES | PSA_KEY_USAGE_EXPORT,
			   alg, signatures[row].key);
	const uint32_t public = import_hex(EDWARDS_PUBLIC, 0, PSA_KEY_USAGE_VERIFY_MESSAGE, alg,
					   signatures[row].public);
	size_t len, sig_len;
	const uint8_t *text = hex(signatures[row].message, &len), *got;
	uint8_t sig[114], longer[2] = {0x72, 0};

	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, pair), 0);
	assert_answer(1, signatures[row].key); /* as it came */
	assert_int_equal(words(CRYPTO_EXPORT_PUBLIC_KEY, 1, pair), 0);
	assert_answer(1, signatures[row].public);
	assert_int_equal(sign(CRYPTO_SIGN_MESSAGE, pair, alg, text, len), 0);
	assert_answer(1, signatures[row].sig);
	got = out_tlv(1, &sig_len);
	memcpy(sig, got, sig_len);
	assert_int_equal(verify(CRYPTO_VERIFY_MESSAGE, public, alg, text, len, sig, sig_len), 0);
	assert_int_equal(verify(CRYPTO_VERIFY_MESSAGE, pair, alg, text, len, sig, sig_len), 0);
	assert_int_equal(verify(CRYPTO_VERIFY_MESSAGE, public, alg, longer, 2, sig, sig_len),
			 PSA_ERROR_INVALID_SIGNATURE);
	assert_int_equal(verify(CRYPTO_VERIFY_MESSAGE, public, alg, text, len, sig, sig_len - 1),
			 PSA_ERROR_INVALID_SIGNATURE);
	sig[9] ^= 1;
	assert_int_equal(verify(CRYPTO_VERIFY_MESSAGE, public, alg, text, len, sig, sig_len),
			 PSA_ERROR_INVALID_SIGNATURE);
	assert_int_equal(sign(CRYPTO_SIGN_MESSAGE, public, alg, text, len),
			 PSA_ERROR_NOT_PERMITTED);
}

static void test_edwards(void **state)
{
	uint32_t key;

	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++)
		check_signature(i);
	/* It signs messages, no hashes, and goes with no other curve. */
	assert_int_equal(generate_key(EDWARDS_PAIR, 255, SIGN_VERIFY, PSA_ALG_PURE_EDDSA, &key), 0);
	assert_int_equal(sign(CRYPTO_SIGN_HASH, key, PSA_ALG_PURE_EDDSA, "hash", 4),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(sign(CRYPTO_SIGN_MESSAGE, key, PSA_ALG_PURE_EDDSA, "text", 4), 0);
	assert_int_equal(generate_key(EDWARDS_PAIR, 255, SIGN_VERIFY, ECDSA_256, &key), 0);
	assert_int_equal(sign(CRYPTO_SIGN_MESSAGE, key, ECDSA_256, "text", 4),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(generate_key(P256, 256, SIGN_VERIFY, PSA_ALG_PURE_EDDSA, &key), 0);
	assert_int_equal(sign(CRYPTO_SIGN_MESSAGE, key, PSA_ALG_PURE_EDDSA, "text", 4),
			 PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(generate_key(EDWARDS_PAIR, 255, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH, &key),
			 0);
	assert_int_equal(agree(PSA_ALG_ECDH, key, "01234567890123456789012345678901", 32),
			 PSA_ERROR_INVALID_ARGUMENT);
}

/* ---- finite fields ---- */
#define ALICE "560d7e456bf26693ff108e431c11bae29f8a6a65116ff22d5c9d9223d0"
#define BOB "11e1319d50ce81f3fcdd5b98aca530de93a163d17fa863a0c8dcde71bc"
static const struct {
	uint32_t bits;
	const char *alice, *bob, *secret; /* SHA-256 of 2^a, 2^b, 2^ab */
} fields[] = {
	{2048, "1ec99124591c93cc41f2f78f0a185da6708bb3fd3c3d9a43e3d69b9b19a847c6",
	 "306c8a2671854e06792be2d34cbd531f200732a8a69f469e702a992ef352ef3a",
	 "a56abd10e53637f47e2e8419dc4ebb0b20d23a0eca56f17b59dff7329233e68e"},
	{3072, "bef16e16378f20f5bacee7b38aeb905f3e6ad07d55e0c006bc0a866097a8ae11",
	 "38f70248bb201eaebc7aaa5ce5928013e32aceeac0a598870026ba08846d7ffe",
	 "9ce4c14c067afc210f708b1cad83c0607c429b1d7f6ac1c622a6dc0f498387ad"},
	{4096, "76cf0b6d58c3d36d1c7bcc4e1f6a4f4a25d36a2e0b6f5b99710c91c5bc112765",
	 "6230f2ccf77c7fe89f4e9219725bb4ed5c8dc6734faa9cec658494b36a05c7d8",
	 "51cd31885a16d903dca9509a854b845f43f477a2874b05073320734bf3b0bcce"},
	{6144, "fa37b1baec024a546ad9eb8e2d79e1c88d99125d264e8c041b9bb14eba78cadc",
	 "9538d39b6ce1925e60591c3e8a3092591923932bcc7c79dec4e543b7e3c7dbac",
	 "a54389e2fbb58ae9cf07e1f50e0e03e216d7e2236dae7aee090d79f4ae98cc70"},
	{8192, "b7438fcbecfc5820e513ee0b163c40b62460abf1b8eb792d43e9e7215094de76",
	 "9fc935dd7c5aef2e04ce88e0d7c0dbd418f03cfbbcb12557fb5584c4c382857f",
	 "6c08261cda6f013ce05f7f4379c3e738bb1ab98a27fadabdf3f3e2aa80f0be97"},
};

static void assert_hashed_answer(const char *want)
{
	uint8_t hash[32];
	size_t len, n;
	const uint8_t *got = out_tlv(1, &len);

	assert_true(EVP_Q_digest(NULL, "SHA256", NULL, got, len, hash, NULL));
	assert_memory_equal(hash, hex(want, &n), 32);
}

/* A private key as long as the prime. */
static uint32_t import_dh(uint32_t bits, const char *secret)
{
	uint8_t padded[1024] = {0};
	size_t len;
	const uint8_t *bytes = hex(secret, &len);
	uint32_t key;

	memcpy(padded + bits / 8 - len, bytes, len);
	assert_int_equal(import_key(DH_PAIR, bits, PSA_KEY_USAGE_DERIVE, PSA_ALG_FFDH, padded,
				    bits / 8, &key),
			 0);
	return key;
}

static void test_finite_fields(void **state)
{
	uint8_t peer[1024];

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const uint32_t bits = fields[i].bits, a = import_dh(bits, ALICE);
		const uint32_t b = import_dh(bits, BOB);
		size_t len;

		assert_int_equal(words(CRYPTO_EXPORT_PUBLIC_KEY, 1, a), 0);
		assert_hashed_answer(fields[i].alice);
		assert_int_equal(words(CRYPTO_EXPORT_PUBLIC_KEY, 1, b), 0);
		assert_hashed_answer(fields[i].bob);
		memcpy(peer, out_tlv(1, &len), bits / 8);
		assert_int_equal(len, bits / 8);
		assert_int_equal(agree(PSA_ALG_FFDH, a, peer, len), 0);
		assert_hashed_answer(fields[i].secret);
		assert_int_equal(agree(PSA_ALG_FFDH, a, peer, len - 1), PSA_ERROR_INVALID_ARGUMENT);
	}
}

/* Numbers that give the secret away are no public keys: 0, 1, p - 1, and whatever is larger. */
static void test_finite_field_keys(void **state)
{
	uint8_t peer[256] = {0}, first[32];
	const uint32_t kdf = (PSA_ALG_FFDH & ~0x08000000u) | HKDF_256;
	uint32_t a, b, key, h;
	size_t len;

	a = import_dh(2048, ALICE);
	assert_int_equal(agree(PSA_ALG_FFDH, a, peer, 256), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(import_key(DH_PUBLIC, 2048, 0, 0, peer, 256, &key),
			 PSA_ERROR_INVALID_ARGUMENT);
	peer[255] = 1;
	assert_int_equal(agree(PSA_ALG_FFDH, a, peer, 256), PSA_ERROR_INVALID_ARGUMENT);
	memset(peer, 0xff, sizeof(peer));
	assert_int_equal(agree(PSA_ALG_FFDH, a, peer, 256), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(import_key(DH_PAIR, 0, 0, 0, peer, 255, &key), PSA_ERROR_INVALID_ARGUMENT);
	assert_int_equal(generate_key(P256, 256, PSA_KEY_USAGE_DERIVE, PSA_ALG_FFDH, &key), 0);
	assert_int_equal(agree(PSA_ALG_FFDH, key, peer, 256), PSA_ERROR_INVALID_ARGUMENT);
	/* two that are made, into a derivation */
	assert_int_equal(generate_key(DH_PAIR, 2048, PSA_KEY_USAGE_DERIVE, kdf, &a), 0);
	assert_int_equal(generate_key(DH_PAIR, 2048, PSA_KEY_USAGE_DERIVE, kdf, &b), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(words(CRYPTO_EXPORT_PUBLIC_KEY, 1, i ? a : b), 0);
		memcpy(peer, out_tlv(1, &len), 256);
		h = set_up_op(CRYPTO_DERIVE_SETUP, kdf, 0);
		assert_int_equal(derive_input_agreed(h, i ? b : a, peer, 256), 0);
		assert_int_equal(derive_input(h, PSA_INPUT_INFO, NULL, 0), 0);
		assert_int_equal(words(CRYPTO_DERIVE_OUTPUT_BYTES, 2, h, 32), 0);
		if (i)
			assert_memory_equal(first, out_tlv(1, &len), 32);
		memcpy(first, out_tlv(1, &len), 32);
	}
	begin();
	w32(h);
	attributes(DH_PAIR, 2048, 0, 0, 0, 0);
	assert_int_equal(go(CRYPTO_DERIVE_OUTPUT_KEY), PSA_ERROR_NOT_SUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DIRECT_TEST(test_montgomery),	     DIRECT_TEST(test_montgomery_keys),
		DIRECT_TEST(test_edwards),	     DIRECT_TEST(test_finite_fields),
		DIRECT_TEST(test_finite_field_keys),
	};

	return cmocka_run_group_tests_name("sps/crypto-curves", tests, NULL, NULL);
}
