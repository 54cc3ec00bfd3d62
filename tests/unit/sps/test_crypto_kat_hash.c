/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Known answers of hashes (FIPS 180-4, FIPS 202, RFC 1321, RIPEMD-160's paper), HMAC (RFC 4231 and
 * its like) and CMAC (NIST SP 800-38B). Each message also goes in pieces, cut at every place.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include "crypto_direct.h"

/* ---- hashes and HMAC ---- */
static const struct {
	uint32_t alg;
	const char *abc, *longer, *hmac, *hmac_long_key;
} hashes[] = {
	{PSA_ALG_MD5, "900150983cd24fb0d6963f7d28e17f72", "8215ef0796a20bcaaae116d3876c664a",
	 "750c783e6ab0b503eaa86e310a5db738", "bfecaf4efff90a3a668f3922fec3762d"},
	{PSA_ALG_RIPEMD160, "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
	 "12a053384a9c0c88e405a06c27dcf49ada62eb2b", "dda6c0213a485a9e24f4742064a7f033b43c4069",
	 "71bb52d26408e5a221393d5811b03cc7f94bcd3a"},
	{PSA_ALG_SHA_1, "a9993e364706816aba3e25717850c26c9cd0d89d",
	 "84983e441c3bd26ebaae4aa1f95129e5e54670f1", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
	 "90d0dace1c1bdc957339307803160335bde6df2b"},
	{PSA_ALG_SHA_224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
	 "75388b16512776cc5dba5da1fd890150b0c6455cb4f58b1952522525",
	 "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44",
	 "95e9a0db962095adaebe9b2d6f0dbce2d499f112f2d2b7273fa6870e"},
	{PSA_ALG_SHA_256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
	 "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	 "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
	{PSA_ALG_SHA_384,
	 "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072b"
	 "a1e7cc2358baeca134c825a7",
	 "3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05abfe8f450de5f36bc6b0455a85"
	 "20bc4e6f5fe95b1fe3c8452b",
	 "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca"
	 "5e69e2c78b3239ecfab21649",
	 "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab"
	 "4030fe8296248df163f44952"},
	{PSA_ALG_SHA_512,
	 "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a"
	 "274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	 "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c33596fd15c1"
	 "3b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445",
	 "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75"
	 "c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
	 "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037"
	 "e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"},
	{PSA_ALG_SHA_512_224, "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa",
	 "e5302d6d54bb242275d1e7622d68df6eb02dedd13f564c13dbda2174",
	 "4a530b31a79ebcce36916546317c45f247d83241dfb818fd37254bde",
	 "29bef8ce88b54d4226c3c7718ea9e32ace2429026f089e38cea9aeda"},
	{PSA_ALG_SHA_512_256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
	 "bde8e1f9f19bb9fd3406c90ec6bc47bd36d8ada9f11880dbc8a22a7078b6a461",
	 "6df7b24630d5ccb2ee335407081a87188c221489768fa2020513b2d593359456",
	 "87123c45f7c537a404f8f47cdbedda1fc9bec60eeb971982ce7ef10e774e6539"},
	{PSA_ALG_SHA3_224, "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf",
	 "8a24108b154ada21c9fd5574494479ba5c7e7ab76ef264ead0fcce33",
	 "7fdb8dd88bd2f60d1b798634ad386811c2cfc85bfaf5d52bbace5e66",
	 "b4a1f04c00287a9b7f6075b313d279b833bc8f75124352d05fb9995f"},
	{PSA_ALG_SHA3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
	 "41c0dba2a9d6240849100376a8235e2c82e1b9998a999e21db32dd97496d3376",
	 "c7d4072e788877ae3596bbb0da73b887c9171f93095b294ae857fbe2645e1ba5",
	 "ed73a374b96c005235f948032f09674a58c0ce555cfc1f223b02356560312c3b"},
	{PSA_ALG_SHA3_384,
	 "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b2"
	 "98d88cea927ac7f539f1edf228376d25",
	 "991c665755eb3a4b6bbdfb75c78a492e8c56a22c5c4d7e429bfdbc32b9d4ad5a"
	 "a04a1f076e62fea19eef51acd0657c22",
	 "f1101f8cbf9766fd6764d2ed61903f21ca9b18f57cf3e1a23ca13508a93243ce"
	 "48c045dc007f26a21b3f5e0e9df4c20a",
	 "0fc19513bf6bd878037016706a0e57bc528139836b9a42c3d419e498e0e1fb96"
	 "16fd669138d33a1105e07c72b6953bcc"},
	{PSA_ALG_SHA3_512,
	 "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
	 "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
	 "04a371e84ecfb5b8b77cb48610fca8182dd457ce6f326a0fd3d7ec2f1e91636d"
	 "ee691fbe0c985302ba1b0d8dc78c086346b533b49c030d99a27daf1139d6e75e",
	 "5a4bfeab6166427c7a3647b747292b8384537cdb89afb3bf5665e4c5e709350b"
	 "287baec921fd7ca0ee7a0c31d022a95e1fc92ba9d77df883960275beb4e62024",
	 "00f751a9e50695b090ed6911a4b65524951cdc15a73a5d58bb55215ea2cd839a"
	 "c79d2b44a39bafab27e83fde9e11f6340b11d991b1b91bf2eee7fc872426c3a4"},
};

static void check_hash(uint32_t alg, const char *text, size_t cut, const char *want)
{
	const uint32_t h = set_up_op(CRYPTO_HASH_SETUP, alg, 0);
	size_t len;
	const uint8_t *bytes;
	uint32_t clone;

	assert_int_equal(with_data(CRYPTO_HASH_UPDATE, h, text, cut), 0);
	assert_int_equal(words(CRYPTO_HASH_CLONE, 1, h), 0);
	clone = out_word();
	assert_int_not_equal(clone, h);
	assert_int_equal(with_data(CRYPTO_HASH_UPDATE, h, text + cut, strlen(text) - cut), 0);
	assert_int_equal(words(CRYPTO_HASH_FINISH, 1, h), 0);
	assert_answer(1, want);
	assert_int_equal(words(CRYPTO_HASH_FINISH, 1, h), PSA_ERROR_BAD_STATE);
	bytes = hex(want, &len);
	assert_int_equal(with_data(CRYPTO_HASH_UPDATE, clone, text + cut, strlen(text) - cut), 0);
	assert_int_equal(with_data(CRYPTO_HASH_VERIFY, clone, bytes, len), 0);
}

static void test_hashes(void **state)
{
	const char *longer = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		for (size_t cut = 0; cut <= 3; cut++)
			check_hash(hashes[i].alg, "abc", cut, hashes[i].abc);
		for (size_t cut = 0; cut <= strlen(longer); cut++)
			check_hash(hashes[i].alg, longer, cut, hashes[i].longer);
	}
}

/* SHA-3 of every length around its blocks, in pieces, as OpenSSL's own has it. */
static void test_sponge(void **state)
{
	static const struct {
		uint32_t alg;
		const char *name;
	} sponges[] = {{PSA_ALG_SHA3_224, "SHA3-224"},
		       {PSA_ALG_SHA3_256, "SHA3-256"},
		       {PSA_ALG_SHA3_384, "SHA3-384"},
		       {PSA_ALG_SHA3_512, "SHA3-512"}};
	uint8_t text[700], want[64];
	size_t want_len, len;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * i + i / 7);
	for (size_t i = 0; i < 4; i++)
		for (size_t n = 0; n <= sizeof(text); n += n % 72 > 68 ? 1 : 3) {
			const uint32_t h = set_up_op(CRYPTO_HASH_SETUP, sponges[i].alg, 0);

			assert_true(EVP_Q_digest(NULL, sponges[i].name, NULL, text, n, want,
						 &want_len));
			assert_int_equal(with_data(CRYPTO_HASH_UPDATE, h, text, n / 3), 0);
			assert_int_equal(with_data(CRYPTO_HASH_UPDATE, h, text + n / 3, n - n / 3),
					 0);
			assert_int_equal(words(CRYPTO_HASH_FINISH, 1, h), 0);
			assert_memory_equal(out_tlv(1, &len), want, want_len);
			assert_int_equal(len, want_len);
		}
}

static void check_mac(uint32_t key, uint32_t alg, const uint8_t *text, size_t len, size_t cut,
		      const char *want)
{
	size_t mac_len;
	const uint8_t *mac = hex(want, &mac_len);
	uint32_t h = set_up_op(CRYPTO_MAC_SIGN_SETUP, key, alg);
	uint8_t wrong[64];

	assert_int_equal(with_data(CRYPTO_MAC_UPDATE, h, text, cut), 0);
	assert_int_equal(with_data(CRYPTO_MAC_UPDATE, h, text + cut, len - cut), 0);
	assert_int_equal(words(CRYPTO_MAC_SIGN_FINISH, 1, h), 0);
	assert_answer(1, want);
	h = set_up_op(CRYPTO_MAC_VERIFY_SETUP, key, alg);
	assert_int_equal(with_data(CRYPTO_MAC_UPDATE, h, text, len), 0);
	assert_int_equal(with_data(CRYPTO_MAC_VERIFY_FINISH, h, mac, mac_len), 0);
	h = set_up_op(CRYPTO_MAC_VERIFY_SETUP, key, alg);
	assert_int_equal(with_data(CRYPTO_MAC_UPDATE, h, text, len), 0);
	memcpy(wrong, mac, mac_len);
	wrong[mac_len - 1] ^= 1;
	assert_int_equal(with_data(CRYPTO_MAC_VERIFY_FINISH, h, wrong, mac_len),
			 PSA_ERROR_INVALID_SIGNATURE);
}

#define MAC_USAGE (PSA_KEY_USAGE_SIGN_MESSAGE | PSA_KEY_USAGE_VERIFY_MESSAGE)
static void test_hmac(void **state)
{
	const char *text = "what do ya want for nothing?";
	const char *text2 = "Test Using Larger Than Block-Size Key - Hash Key First";
	uint8_t long_key[131];
	char half[33];
	uint32_t key;

	memset(long_key, 0xaa, sizeof(long_key));
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		const uint32_t alg = PSA_ALG_HMAC | (hashes[i].alg & 0xff);

		assert_int_equal(import_key(PSA_KEY_TYPE_HMAC, 0, MAC_USAGE, alg, "Jefe", 4, &key),
				 0);
		check_mac(key, alg, (const uint8_t *)text, strlen(text), 5, hashes[i].hmac);
		assert_int_equal(import_key(PSA_KEY_TYPE_HMAC, 0, MAC_USAGE, alg, long_key,
					    sizeof(long_key), &key),
				 0);
		check_mac(key, alg, (const uint8_t *)text2, strlen(text2), 0,
			  hashes[i].hmac_long_key);
		/* truncated to 16 bytes: another algorithm, which the policy must name */
		assert_int_equal(import_key(PSA_KEY_TYPE_HMAC, 0, MAC_USAGE, alg | 16 << 16, "Jefe",
					    4, &key),
				 0);
		memcpy(half, hashes[i].hmac, 32);
		half[32] = 0;
		check_mac(key, alg | 16 << 16, (const uint8_t *)text, strlen(text), 28, half);
		direct_restart();
	}
}

/* ---- CMAC: SP 800-38B D.1 to D.3, messages of 0, 16, 40, 64 bytes; SP 800-67 keys for DES ---- */
#define TEXT                                                                                       \
	"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"                         \
	"30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
#define AES_128 "2b7e151628aed2a6abf7158809cf4f3c"
#define AES_192 "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"
#define AES_256 "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
#define DES_3 "0123456789abcdef23456789abcdef01456789abcdef0123"
static const struct {
	uint32_t type;
	const char *key;
	size_t len;
	const char *mac;
} cmacs[] = {
	{PSA_KEY_TYPE_AES, AES_128, 0, "bb1d6929e95937287fa37d129b756746"},
	{PSA_KEY_TYPE_AES, AES_128, 16, "070a16b46b4d4144f79bdd9dd04a287c"},
	{PSA_KEY_TYPE_AES, AES_128, 40, "dfa66747de9ae63030ca32611497c827"},
	{PSA_KEY_TYPE_AES, AES_128, 64, "51f0bebf7e3b9d92fc49741779363cfe"},
	{PSA_KEY_TYPE_AES, AES_192, 0, "d17ddf46adaacde531cac483de7a9367"},
	{PSA_KEY_TYPE_AES, AES_192, 16, "9e99a7bf31e710900662f65e617c5184"},
	{PSA_KEY_TYPE_AES, AES_192, 40, "8a1de5be2eb31aad089a82e6ee908b0e"},
	{PSA_KEY_TYPE_AES, AES_192, 64, "a1d5df0eed790f794d77589659f39a11"},
	{PSA_KEY_TYPE_AES, AES_256, 0, "028962f61b7bf89efc6b551f4667d983"},
	{PSA_KEY_TYPE_AES, AES_256, 16, "28a7023f452e8f82bd4bf28d8c37c35c"},
	{PSA_KEY_TYPE_AES, AES_256, 40, "aaf3d8f1de5640c232f5b169b9c911e6"},
	{PSA_KEY_TYPE_AES, AES_256, 64, "e1992190549f6ed5696a2c056c315410"},
	{PSA_KEY_TYPE_DES, DES_3, 0, "7db0d37df936c550"},
	{PSA_KEY_TYPE_DES, DES_3, 16, "30239cf1f52e6609"},
	{PSA_KEY_TYPE_DES, DES_3, 40, "4594903f905fa7bd"},
};

static void test_cmac(void **state)
{
	size_t key_len, text_len;
	uint8_t text[64];

	memcpy(text, hex(TEXT, &text_len), sizeof(text));
	for (size_t i = 0; i < sizeof(cmacs) / sizeof(cmacs[0]); i++) {
		const uint8_t *bytes = hex(cmacs[i].key, &key_len);
		uint32_t key;

		direct_restart();
		assert_int_equal(
			import_key(cmacs[i].type, 0, MAC_USAGE, PSA_ALG_CMAC, bytes, key_len, &key),
			0);
		for (size_t cut = 0; cut <= cmacs[i].len; cut++)
			check_mac(key, PSA_ALG_CMAC, text, cmacs[i].len, cut, cmacs[i].mac);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DIRECT_TEST(test_hashes),
		DIRECT_TEST(test_sponge),
		DIRECT_TEST(test_hmac),
		DIRECT_TEST(test_cmac),
	};

	return cmocka_run_group_tests_name("sps/crypto-kat-hash", tests, NULL, NULL);
}
