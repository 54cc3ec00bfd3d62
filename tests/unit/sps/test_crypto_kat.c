/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Known answers, through the service's own opcodes: hashes (FIPS 180-4 and RFC 1321, RIPEMD-160's
 * paper), HMAC (RFC 4231 and its like), CMAC and modes (NIST SP 800-38A, B; SP 800-67), CCM (SP
 * 800-38C), GCM (McGrew and Viega), HKDF (RFC 5869), the PRF of TLS 1.2, deterministic ECDSA (RFC
 * 6979), ECDH (NIST CAVS). Each message also goes in pieces, cut at every place.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_direct.h"

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

static void assert_answer(uint16_t tag, const char *want)
{
	size_t len, want_len;
	const uint8_t *got = out_tlv(tag, &len), *bytes = hex(want, &want_len);

	assert_int_equal(len, want_len);
	assert_memory_equal(got, bytes, len);
}

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
};

static uint32_t set_up_op(uint16_t opcode, uint32_t first, uint32_t second)
{
	begin();
	w32(first);
	if (opcode >> 8 != 2 && opcode >> 8 != 4) /* hash and key derivation have one word */
		w32(second);
	assert_int_equal(go(opcode), 0);
	return out_word();
}

static int32_t feed(uint16_t opcode, uint32_t handle, const void *data, size_t len)
{
	begin();
	w32(handle);
	tlv(1, data, len);
	return go(opcode);
}

/* Without a record of data. */
static int32_t op(uint16_t opcode, uint32_t handle)
{
	begin();
	w32(handle);
	return go(opcode);
}

static void check_hash(uint32_t alg, const char *text, size_t cut, const char *want)
{
	const uint32_t h = set_up_op(CRYPTO_HASH_SETUP, alg, 0);
	size_t len;
	const uint8_t *bytes;
	uint32_t clone;

	assert_int_equal(feed(CRYPTO_HASH_UPDATE, h, text, cut), 0);
	assert_int_equal(op(CRYPTO_HASH_CLONE, h), 0);
	clone = out_word();
	assert_int_not_equal(clone, h);
	assert_int_equal(feed(CRYPTO_HASH_UPDATE, h, text + cut, strlen(text) - cut), 0);
	assert_int_equal(op(CRYPTO_HASH_FINISH, h), 0);
	assert_answer(1, want);
	assert_int_equal(op(CRYPTO_HASH_FINISH, h), PSA_ERROR_BAD_STATE);
	bytes = hex(want, &len);
	assert_int_equal(feed(CRYPTO_HASH_UPDATE, clone, text + cut, strlen(text) - cut), 0);
	assert_int_equal(feed(CRYPTO_HASH_VERIFY, clone, bytes, len), 0);
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

static void check_mac(uint32_t key, uint32_t alg, const uint8_t *text, size_t len, size_t cut,
		      const char *want)
{
	size_t mac_len;
	const uint8_t *mac = hex(want, &mac_len);
	uint32_t h = set_up_op(CRYPTO_MAC_SIGN_SETUP, key, alg);
	uint8_t wrong[64];

	assert_int_equal(feed(CRYPTO_MAC_UPDATE, h, text, cut), 0);
	assert_int_equal(feed(CRYPTO_MAC_UPDATE, h, text + cut, len - cut), 0);
	assert_int_equal(op(CRYPTO_MAC_SIGN_FINISH, h), 0);
	assert_answer(1, want);
	h = set_up_op(CRYPTO_MAC_VERIFY_SETUP, key, alg);
	assert_int_equal(feed(CRYPTO_MAC_UPDATE, h, text, len), 0);
	assert_int_equal(feed(CRYPTO_MAC_VERIFY_FINISH, h, mac, mac_len), 0);
	h = set_up_op(CRYPTO_MAC_VERIFY_SETUP, key, alg);
	assert_int_equal(feed(CRYPTO_MAC_UPDATE, h, text, len), 0);
	memcpy(wrong, mac, mac_len);
	wrong[mac_len - 1] ^= 1;
	assert_int_equal(feed(CRYPTO_MAC_VERIFY_FINISH, h, wrong, mac_len),
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

/* ---- modes ---- */
static const struct {
	uint32_t type, alg;
	const char *key, *iv, *out;
} modes[] = {
	{PSA_KEY_TYPE_AES, PSA_ALG_ECB_NO_PADDING, AES_128, "",
	 "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf43b1cd7f"
	 "598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4"},
	{PSA_KEY_TYPE_AES, PSA_ALG_CBC_NO_PADDING, AES_128, "000102030405060708090a0b0c0d0e0f",
	 "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8"
	 "e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"},
	{PSA_KEY_TYPE_AES, PSA_ALG_CFB, AES_128, "000102030405060708090a0b0c0d0e0f",
	 "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b26751f67"
	 "a3cbb140b1808cf187a4f4dfc04b05357c5d1c0eeac4c66f9ff7f2e6"},
	{PSA_KEY_TYPE_AES, PSA_ALG_OFB, AES_128, "000102030405060708090a0b0c0d0e0f",
	 "3b3fd92eb72dad20333449f8e83cfb4a7789508d16918f03f53c52dac54ed8259740051e"
	 "9c5fecf64344f7a82260edcc304c6528f659c77866a510d9c1d6ae5e"},
	{PSA_KEY_TYPE_AES, PSA_ALG_CTR, AES_128, "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
	 "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3e"
	 "dbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"},
	{PSA_KEY_TYPE_AES, PSA_ALG_CBC_PKCS7, AES_128, "000102030405060708090a0b0c0d0e0f",
	 "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8"
	 "e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a78cb82807230e1321"
	 "d3fae00d18cc2012"},
	{PSA_KEY_TYPE_AES, PSA_ALG_ECB_NO_PADDING, AES_192, "",
	 "bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eefef7afd22"
	 "70e2e60adce0ba2face6444e9a4b41ba738d6c72fb16691603c18e0e"},
	{PSA_KEY_TYPE_AES, PSA_ALG_CBC_NO_PADDING, AES_192, "000102030405060708090a0b0c0d0e0f",
	 "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a571b2420"
	 "12fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd"},
	{PSA_KEY_TYPE_AES, PSA_ALG_CFB, AES_192, "000102030405060708090a0b0c0d0e0f",
	 "cdc80d6fddf18cab34c25909c99a417467ce7f7f81173621961a2b70171d3d7a2e1e8a1d"
	 "d59b88b1c8e60fed1efac4c9c05f9f9ca9834fa042ae8fba584b09ff"},
	{PSA_KEY_TYPE_AES, PSA_ALG_OFB, AES_192, "000102030405060708090a0b0c0d0e0f",
	 "cdc80d6fddf18cab34c25909c99a4174fcc28b8d4c63837c09e81700c11004018d9a9aea"
	 "c0f6596f559c6d4daf59a5f26d9f200857ca6c3e9cac524bd9acc92a"},
	{PSA_KEY_TYPE_AES, PSA_ALG_CTR, AES_192, "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
	 "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e941e36b26b"
	 "d1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050"},
	{PSA_KEY_TYPE_AES, PSA_ALG_CBC_PKCS7, AES_192, "000102030405060708090a0b0c0d0e0f",
	 "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a571b2420"
	 "12fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd612ccd79224b3509"
	 "35d45dd6a98f8176"},
	{PSA_KEY_TYPE_AES, PSA_ALG_ECB_NO_PADDING, AES_256, "",
	 "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870b6ed21b9"
	 "9ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7"},
	{PSA_KEY_TYPE_AES, PSA_ALG_CBC_NO_PADDING, AES_256, "000102030405060708090a0b0c0d0e0f",
	 "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369"
	 "a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"},
	{PSA_KEY_TYPE_AES, PSA_ALG_CFB, AES_256, "000102030405060708090a0b0c0d0e0f",
	 "dc7e84bfda79164b7ecd8486985d386039ffed143b28b1c832113c6331e5407bdf101324"
	 "15e54b92a13ed0a8267ae2f975a385741ab9cef82031623d55b1e471"},
	{PSA_KEY_TYPE_AES, PSA_ALG_OFB, AES_256, "000102030405060708090a0b0c0d0e0f",
	 "dc7e84bfda79164b7ecd8486985d38604febdc6740d20b3ac88f6ad82a4fb08d71ab47a0"
	 "86e86eedf39d1c5bba97c4080126141d67f37be8538f5a8be740e484"},
	{PSA_KEY_TYPE_AES, PSA_ALG_CTR, AES_256, "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
	 "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930da"
	 "a23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"},
	{PSA_KEY_TYPE_AES, PSA_ALG_CBC_PKCS7, AES_256, "000102030405060708090a0b0c0d0e0f",
	 "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369"
	 "a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b3f461796d6b0d6b2"
	 "e0c2a72b4d80e644"},
	{PSA_KEY_TYPE_DES, PSA_ALG_ECB_NO_PADDING,
	 "0123456789abcdef23456789abcdef01456789abcdef0123", "",
	 "714772f339841d34267fcc4bd2949cc3ee11c22a576a303876183f99c0b6de873583992d"
	 "38124eb5c6fcd81a0054e2df6c4a09ac778ee1400533463c6f961f25"},
	{PSA_KEY_TYPE_DES, PSA_ALG_CBC_NO_PADDING,
	 "0123456789abcdef23456789abcdef01456789abcdef0123", "1234567890abcdef",
	 "9d50047a85efb2057a51e45711dae03948cd3b077c4b56a5b30d38701104bbdb9000f41c"
	 "5092c88618b82c0823a7b54a8fb602f7049441c1859872d5dc10b234"},
	{PSA_KEY_TYPE_DES, PSA_ALG_CBC_PKCS7, "0123456789abcdef23456789abcdef01456789abcdef0123",
	 "1234567890abcdef",
	 "9d50047a85efb2057a51e45711dae03948cd3b077c4b56a5b30d38701104bbdb9000f41c"
	 "5092c88618b82c0823a7b54a8fb602f7049441c1859872d5dc10b23408928b2ac35bf1a3"},
	{PSA_KEY_TYPE_DES, PSA_ALG_ECB_NO_PADDING, "0123456789abcdef23456789abcdef01", "",
	 "06ede3d82884090aff322c19f0518486730576972a666e58b6c88cf107340d3d43bee3f3"
	 "b0f9024c23fa1223c747572c0a540720edd996538fb964de76a507a3"},
	{PSA_KEY_TYPE_DES, PSA_ALG_CBC_NO_PADDING, "0123456789abcdef23456789abcdef01",
	 "1234567890abcdef",
	 "a9f1da9821cd5a850a07d19f7683a84b37d49d1dd3d886eba2ae5270a0968844b60c8cb2"
	 "e12248be01770ac5afb25d5259e47f8eaf421e61ad3355d672900deb"},
	{PSA_KEY_TYPE_DES, PSA_ALG_CBC_PKCS7, "0123456789abcdef23456789abcdef01",
	 "1234567890abcdef",
	 "a9f1da9821cd5a850a07d19f7683a84b37d49d1dd3d886eba2ae5270a0968844b60c8cb2"
	 "e12248be01770ac5afb25d5259e47f8eaf421e61ad3355d672900deb7482573a9c8b7160"},
};

#define CIPHER_USAGE (PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT)

/* Both pieces and what finish has left, put together. */
static void run_cipher(uint16_t setup, uint32_t key, uint32_t alg, const char *iv,
		       const uint8_t *in, size_t len, size_t cut, uint8_t *out, size_t *out_len)
{
	const uint32_t h = set_up_op(setup, key, alg);
	const size_t piece[2] = {cut, len - cut};
	const uint8_t *data;
	size_t n;

	if (iv[0]) {
		data = hex(iv, &n);
		assert_int_equal(feed(CRYPTO_CIPHER_SET_IV, h, data, n), 0);
	}
	*out_len = 0;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(i < 2 ? feed(CRYPTO_CIPHER_UPDATE, h, in, piece[i])
				       : op(CRYPTO_CIPHER_FINISH, h),
				 0);
		data = out_tlv(1, &n);
		memcpy(out + *out_len, data, n);
		*out_len += n;
		if (i < 2)
			in += piece[i];
	}
}

static void check_mode(size_t row, uint32_t key, size_t cut)
{
	size_t text_len, out_len, got_len;
	const uint8_t *text = hex(TEXT, &text_len), *out = hex(modes[row].out, &out_len);
	uint8_t got[256];

	run_cipher(CRYPTO_CIPHER_ENCRYPT_SETUP, key, modes[row].alg, modes[row].iv, text, text_len,
		   cut, got, &got_len);
	assert_int_equal(got_len, out_len);
	assert_memory_equal(got, out, out_len);
	run_cipher(CRYPTO_CIPHER_DECRYPT_SETUP, key, modes[row].alg, modes[row].iv, out, out_len,
		   cut, got, &got_len);
	assert_int_equal(got_len, text_len);
	assert_memory_equal(got, text, text_len);
}

static void test_modes(void **state)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		size_t len;
		const uint8_t *bytes = hex(modes[i].key, &len);
		uint32_t key;

		direct_restart();
		assert_int_equal(
			import_key(modes[i].type, 0, CIPHER_USAGE, modes[i].alg, bytes, len, &key),
			0);
		for (size_t cut = 0; cut <= 64; cut++)
			check_mode(i, key, cut);
	}
}

/* One key of 8 bytes, and the example of FIPS 81's time. */
static void test_single_des(void **state)
{
	size_t len, n;
	const uint8_t *bytes = hex("133457799bbcdff1", &len), *text = hex("0123456789abcdef", &n);
	uint8_t got[64];
	size_t got_len;
	uint32_t key;

	assert_int_equal(import_key(PSA_KEY_TYPE_DES, 64, CIPHER_USAGE, PSA_ALG_ECB_NO_PADDING,
				    bytes, len, &key),
			 0);
	run_cipher(CRYPTO_CIPHER_ENCRYPT_SETUP, key, PSA_ALG_ECB_NO_PADDING, "", text, n, 3, got,
		   &got_len);
	bytes = hex("85e813540f0ab405", &len);
	assert_int_equal(got_len, 8);
	assert_memory_equal(got, bytes, 8);
}

/* ---- AEAD ---- */
#define GCM_TEXT                                                                                   \
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"                         \
	"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
#define CCM_TAG(bytes) ((PSA_ALG_CCM & ~PSA_ALG_LENGTH_MASK) | (bytes) << PSA_ALG_LENGTH_SHIFT)
#define GCM_AD "feedfacedeadbeeffeedfacedeadbeefabaddad2"
#define GCM_KEY "feffe9928665731c6d6a8f9467308308"
#define GCM_IV60                                                                                   \
	"9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728"                         \
	"c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b"
static const struct {
	uint32_t alg;
	const char *key, *nonce, *ad, *text, *out, *tag;
} aeads[] = {
	{PSA_ALG_GCM, "00000000000000000000000000000000", "000000000000000000000000", "", "", "",
	 "58e2fccefa7e3061367f1d57a4e7455a"},
	{PSA_ALG_GCM, "00000000000000000000000000000000", "000000000000000000000000", "",
	 "00000000000000000000000000000000", "0388dace60b6a392f328c2b971b2fe78",
	 "ab6e47d42cec13bdf53a67b21257bddf"},
	{PSA_ALG_GCM, GCM_KEY, "cafebabefacedbaddecaf888", GCM_AD, GCM_TEXT,
	 "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
	 "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
	 "5bc94fbc3221a5db94fae95ae7121a47"},
	{PSA_ALG_GCM, GCM_KEY, "cafebabefacedbad", GCM_AD, GCM_TEXT,
	 "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c7423"
	 "73806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598",
	 "3612d2e79e3b0785561be14aaca2fccb"},
	{PSA_ALG_GCM, GCM_KEY, GCM_IV60, GCM_AD, GCM_TEXT,
	 "8ce24998625615b603a033aca13fb894be9112a5c3a211a8ba262a3cca7e2ca7"
	 "01e4a9a4fba43c90ccdcb281d48c7c6fd62875d2aca417034c34aee5",
	 "619cc5aefffe0bfa462af43c1699d050"},
	{CCM_TAG(4), "404142434445464748494a4b4c4d4e4f", "10111213141516", "0001020304050607",
	 "20212223", "7162015b", "4dac255d"},
	{CCM_TAG(6), "404142434445464748494a4b4c4d4e4f", "1011121314151617",
	 "000102030405060708090a0b0c0d0e0f", "202122232425262728292a2b2c2d2e2f",
	 "d2a1f0e051ea5f62081a7792073d593d", "1fc64fbfaccd"},
	{CCM_TAG(8), "404142434445464748494a4b4c4d4e4f", "101112131415161718191a1b",
	 "000102030405060708090a0b0c0d0e0f10111213",
	 "202122232425262728292a2b2c2d2e2f3031323334353637",
	 "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5", "484392fbc1b09951"},
};

static uint32_t start_aead(size_t row, uint16_t setup, uint32_t key, size_t ad_len, size_t text_len)
{
	const uint32_t h = set_up_op(setup, key, aeads[row].alg);
	size_t len;
	const uint8_t *nonce = hex(aeads[row].nonce, &len);

	begin();
	w32(h);
	w32((uint32_t)ad_len);
	w32((uint32_t)text_len);
	assert_int_equal(go(CRYPTO_AEAD_SET_LENGTHS), 0);
	assert_int_equal(feed(CRYPTO_AEAD_SET_NONCE, h, nonce, len), 0);
	return h;
}

static void check_aead(size_t row, uint32_t key, size_t cut)
{
	size_t ad_len, text_len, out_len, tag_len, n, at = 0;
	const uint8_t *ad = hex(aeads[row].ad, &ad_len), *text = hex(aeads[row].text, &text_len);
	const uint8_t *out = hex(aeads[row].out, &out_len), *tag = hex(aeads[row].tag, &tag_len);
	const uint8_t *got;

	for (int encrypt = 1; encrypt >= 0; encrypt--) {
		const uint8_t *in = encrypt ? text : out, *want = encrypt ? out : text;
		const size_t ad_cut = cut < ad_len ? cut : ad_len;
		const size_t text_cut = cut < text_len ? cut : text_len;
		const size_t piece[2] = {text_cut, text_len - text_cut};
		const uint32_t h = start_aead(
			row, encrypt ? CRYPTO_AEAD_ENCRYPT_SETUP : CRYPTO_AEAD_DECRYPT_SETUP, key,
			ad_len, text_len);

		assert_int_equal(feed(CRYPTO_AEAD_UPDATE_AD, h, ad, ad_cut), 0);
		assert_int_equal(feed(CRYPTO_AEAD_UPDATE_AD, h, ad + ad_cut, ad_len - ad_cut), 0);
		at = 0;
		for (int i = 0; i < 2; i++) {
			assert_int_equal(feed(CRYPTO_AEAD_UPDATE, h, in + at, piece[i]), 0);
			got = out_tlv(1, &n);
			assert_int_equal(n, piece[i]);
			assert_memory_equal(got, want + at, n);
			at += n;
		}
		if (!encrypt) {
			assert_int_equal(feed(CRYPTO_AEAD_VERIFY, h, tag, tag_len), 0);
			got = out_tlv(1, &n);
			assert_int_equal(n, 0);
			continue;
		}
		assert_int_equal(op(CRYPTO_AEAD_FINISH, h), 0);
		got = out_tlv(1, &n); /* present even when empty */
		assert_int_equal(n, 0);
		assert_answer(2, aeads[row].tag);
	}
}

static void test_aead(void **state)
{
	for (size_t i = 0; i < sizeof(aeads) / sizeof(aeads[0]); i++) {
		size_t len;
		const uint8_t *bytes = hex(aeads[i].key, &len);
		uint32_t key;

		direct_restart();
		assert_int_equal(import_key(PSA_KEY_TYPE_AES, 128, CIPHER_USAGE, aeads[i].alg,
					    bytes, len, &key),
				 0);
		for (size_t cut = 0; cut <= 61; cut++)
			check_aead(i, key, cut);
	}
}

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

/* ---- curves ---- */
static const struct {
	uint32_t bits, hash;
	const char *key, *r, *s; /* of "sample" */
} rfc6979[] = {
	{192, PSA_ALG_SHA_256, "6FAB034934E4C0FC9AE67F5B5659A9D7D1FEFD187EE09FD4",
	 "4B0B8CE98A92866A2820E20AA6B75B56382E0F9BFD5ECB55",
	 "CCDB006926EA9565CBADC840829D8C384E06DE1F1E381B85"},
	{224, PSA_ALG_SHA_256, "F220266E1105BFE3083E03EC7A3A654651F45E37167E88600BF257C1",
	 "61AA3DA010E8E8406C656BC477A7A7189895E7E840CDFE8FF42307BA",
	 "BC814050DAB5D23770879494F9E0A680DC1AF7161991BDE692B10101"},
	{256, PSA_ALG_SHA_256, "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
	 "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
	 "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"},
	{384, PSA_ALG_SHA_384,
	 "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8"
	 "96D5724E4C70A825F872C9EA60D2EDF5",
	 "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C"
	 "81A648152E44ACF96E36DD1E80FABE46",
	 "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94F"
	 "A329C145786E679E7B82C71A38628AC8"},
	{521, PSA_ALG_SHA_512,
	 "00FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA8"
	 "96EB32F1F47C70855836A6D16FCC1466F6D8FBEC67DB89EC0C08B0E996B83538",
	 "00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E"
	 "25A1EE9017B5D450606ADD152B534931D7D4E8455CC91F9B15BF05EC36E377FA",
	 "00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF2826"
	 "23EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A"},
};

#define SIGN_USAGE (PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH)
static void test_deterministic_ecdsa(void **state)
{
	for (size_t i = 0; i < sizeof(rfc6979) / sizeof(rfc6979[0]); i++) {
		const uint32_t alg = PSA_ALG_DETERMINISTIC_ECDSA | (rfc6979[i].hash & 0xff);
		size_t len, n;
		const uint8_t *bytes = hex(rfc6979[i].key, &len), *got;
		uint8_t sig[2 * 66];
		uint32_t key;

		assert_int_equal(import_key(PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_SECP_R1,
					    rfc6979[i].bits, SIGN_USAGE, alg, bytes, len, &key),
				 0);
		begin();
		w32(key);
		w32(alg);
		tlv(1, "sample", 6);
		assert_int_equal(go(CRYPTO_SIGN_MESSAGE), 0);
		got = out_tlv(1, &n);
		assert_int_equal(n, 2 * len);
		memcpy(sig, got, n);
		assert_memory_equal(sig, hex(rfc6979[i].r, &n), len);
		assert_memory_equal(sig + len, hex(rfc6979[i].s, &n), len);
		begin();
		w32(key);
		w32(alg);
		tlv(1, "sample", 6);
		tlv(2, sig, 2 * len);
		assert_int_equal(go(CRYPTO_VERIFY_MESSAGE), 0);
		sig[7] ^= 0x10;
		begin();
		w32(key);
		w32(alg);
		tlv(1, "sample", 6);
		tlv(2, sig, 2 * len);
		assert_int_equal(go(CRYPTO_VERIFY_MESSAGE), PSA_ERROR_INVALID_SIGNATURE);
	}
}

static void test_ecdh(void **state)
{
	size_t len, peer_len;
	const uint8_t *bytes =
		hex("7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534", &len);
	const uint8_t *peer =
		hex("04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287"
		    "db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac",
		    &peer_len);
	uint32_t key;

	assert_int_equal(import_key(PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_SECP_R1, 256,
				    PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH, bytes, len, &key),
			 0);
	begin();
	w32(PSA_ALG_ECDH);
	w32(key);
	tlv(1, peer, peer_len);
	assert_int_equal(go(CRYPTO_RAW_AGREEMENT), 0);
	assert_answer(1, "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_hashes), TEST(test_hmac),	  TEST(test_cmac),
		TEST(test_modes),  TEST(test_single_des), TEST(test_aead),
		TEST(test_hkdf),   TEST(test_tls_prf),	  TEST(test_deterministic_ecdsa),
		TEST(test_ecdh),
	};

	return cmocka_run_group_tests_name("sps/crypto-kat", tests, NULL, NULL);
}
