/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Known answers of ciphers (NIST SP 800-38A, SP 800-67, RFC 3713, 5528, 5794, 8439) and AEADs (CCM:
 * SP 800-38C, GCM: McGrew and Viega, ChaCha20-Poly1305: RFC 8439), each message cut at every place.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_direct.h"

#define TEXT                                                                                       \
	"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"                         \
	"30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
#define AES_128 "2b7e151628aed2a6abf7158809cf4f3c"
#define AES_192 "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"
#define AES_256 "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"

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
		assert_int_equal(with_data(CRYPTO_CIPHER_SET_IV, h, data, n), 0);
	}
	*out_len = 0;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(i < 2 ? with_data(CRYPTO_CIPHER_UPDATE, h, in, piece[i])
				       : words(CRYPTO_CIPHER_FINISH, 1, h),
				 0);
		data = out_tlv(1, &n);
		memcpy(out + *out_len, data, n);
		*out_len += n;
		if (i < 2)
			in += piece[i];
	}
}

/* Encrypted and decrypted, cut in two at @cut; a @cut behind the text is none. */
static void check_both_ways(uint32_t key, uint32_t alg, const char *iv, const char *text_hex,
			    const char *out_hex, size_t cut)
{
	size_t text_len, out_len, got_len;
	const uint8_t *text = hex(text_hex, &text_len), *out = hex(out_hex, &out_len);
	uint8_t got[256];

	if (cut > text_len)
		return;
	run_cipher(CRYPTO_CIPHER_ENCRYPT_SETUP, key, alg, iv, text, text_len, cut, got, &got_len);
	assert_int_equal(got_len, out_len);
	assert_memory_equal(got, out, out_len);
	run_cipher(CRYPTO_CIPHER_DECRYPT_SETUP, key, alg, iv, out, out_len, cut, got, &got_len);
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
			check_both_ways(key, modes[i].alg, modes[i].iv, TEXT, modes[i].out, cut);
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

/* ---- one message each ---- */
#define KEY_UP "000102030405060708090a0b0c0d0e0f"
#define KEY_CAMELLIA "0123456789abcdeffedcba9876543210"
#define POEM                                                                                       \
	"4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966" \
	"2049"                                                                                     \
	"20636f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f722074686520667574757265" \
	"2c20"                                                                                     \
	"73756e73637265656e20776f756c642062652069742e"
static const struct {
	uint32_t type, alg;
	const char *key, *iv, *text, *out;
} messages[] = {
	/* RFC 5794 A */
	{PSA_KEY_TYPE_ARIA, PSA_ALG_ECB_NO_PADDING, KEY_UP, "", "00112233445566778899aabbccddeeff",
	 "d718fbd6ab644c739da95f3be6451778"},
	{PSA_KEY_TYPE_ARIA, PSA_ALG_ECB_NO_PADDING, KEY_UP "1011121314151617", "",
	 "00112233445566778899aabbccddeeff", "26449c1805dbe7aa25a468ce263a9e79"},
	{PSA_KEY_TYPE_ARIA, PSA_ALG_ECB_NO_PADDING, KEY_UP "101112131415161718191a1b1c1d1e1f", "",
	 "00112233445566778899aabbccddeeff", "f92bd7c79fb72e2f2b8f80c1972d24fc"},
	/* RFC 3713 A */
	{PSA_KEY_TYPE_CAMELLIA, PSA_ALG_ECB_NO_PADDING, KEY_CAMELLIA, "",
	 "0123456789abcdeffedcba9876543210", "67673138549669730857065648eabe43"},
	{PSA_KEY_TYPE_CAMELLIA, PSA_ALG_ECB_NO_PADDING, KEY_CAMELLIA "0011223344556677", "",
	 "0123456789abcdeffedcba9876543210", "b4993401b3e996f84ee5cee7d79b09b9"},
	{PSA_KEY_TYPE_CAMELLIA, PSA_ALG_ECB_NO_PADDING,
	 KEY_CAMELLIA "00112233445566778899aabbccddeeff", "", "0123456789abcdeffedcba9876543210",
	 "9acc237dff16d76c20ef7c919e3a7509"},
	/* RFC 5528 4, test vector 1: "Single block msg" */
	{PSA_KEY_TYPE_CAMELLIA, PSA_ALG_CTR, "ae6852f8121067cc4bf7a5765577f39e",
	 "00000030000000000000000000000001", "53696e676c6520626c6f636b206d7367",
	 "d09dc29a8214619a20877c76db1f0b3f"},
	/* RFC 8439 A.1, 1: counter from 0 */
	{PSA_KEY_TYPE_CHACHA20, PSA_ALG_STREAM_CIPHER,
	 "0000000000000000000000000000000000000000000000000000000000000000",
	 "000000000000000000000000",
	 "000000000000000000000000000000000000000000000000000000000000000000000000"
	 "00000000000000000000000000000000000000000000000000000000",
	 "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c"
	 "5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"},
};

static void test_messages(void **state)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		size_t len;
		const uint8_t *bytes = hex(messages[i].key, &len);
		uint32_t key;

		assert_int_equal(import_key(messages[i].type, 0, CIPHER_USAGE, messages[i].alg,
					    bytes, len, &key),
				 0);
		for (size_t cut = 0; cut <= 64; cut++)
			check_both_ways(key, messages[i].alg, messages[i].iv, messages[i].text,
					messages[i].out, cut);
	}
}

/* ---- AEAD ---- */
#define DRAFT                                                                                      \
	"496e7465726e65742d4472616674732061726520647261667420646f63756d65"                         \
	"6e74732076616c696420666f722061206d6178696d756d206f6620736978206d"                         \
	"6f6e74687320616e64206d617920626520757064617465642c207265706c6163"                         \
	"65642c206f72206f62736f6c65746564206279206f7468657220646f63756d65"                         \
	"6e747320617420616e792074696d652e20497420697320696e617070726f7072"                         \
	"6961746520746f2075736520496e7465726e65742d4472616674732061732072"                         \
	"65666572656e6365206d6174657269616c206f7220746f206369746520746865"                         \
	"6d206f74686572207468616e206173202fe2809c776f726b20696e2070726f67"                         \
	"726573732e2fe2809d"
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
	uint32_t type; /* 0 = AES */
} aeads[] = {
	/* RFC 8439 2.8.2 */
	{PSA_ALG_CHACHA20_POLY1305,
	 "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
	 "070000004041424344454647", "50515253c0c1c2c3c4c5c6c7", POEM,
	 "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
	 "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
	 "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
	 "3ff4def08e4b7a9de576d26586cec64b6116",
	 "1ae10b594f09e26a7e902ecbd0600691", PSA_KEY_TYPE_CHACHA20},
	/* RFC 8439 A.5 */
	{PSA_ALG_CHACHA20_POLY1305,
	 "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
	 "000000000102030405060708", "f33388860000000000004e91", DRAFT,
	 "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb2"
	 "4c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf"
	 "332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855"
	 "9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4"
	 "b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523e"
	 "af4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a"
	 "0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10"
	 "49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29"
	 "a6ad5cb4022b02709b",
	 "eead9d67890cbb22392336fea1851f38", PSA_KEY_TYPE_CHACHA20},
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
	assert_int_equal(with_data(CRYPTO_AEAD_SET_NONCE, h, nonce, len), 0);
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

		assert_int_equal(with_data(CRYPTO_AEAD_UPDATE_AD, h, ad, ad_cut), 0);
		assert_int_equal(with_data(CRYPTO_AEAD_UPDATE_AD, h, ad + ad_cut, ad_len - ad_cut),
				 0);
		at = 0;
		for (int i = 0; i < 2; i++) {
			assert_int_equal(with_data(CRYPTO_AEAD_UPDATE, h, in + at, piece[i]), 0);
			got = out_tlv(1, &n);
			assert_int_equal(n, piece[i]);
			assert_memory_equal(got, want + at, n);
			at += n;
		}
		if (!encrypt) {
			assert_int_equal(with_data(CRYPTO_AEAD_VERIFY, h, tag, tag_len), 0);
			got = out_tlv(1, &n);
			assert_int_equal(n, 0);
			continue;
		}
		assert_int_equal(words(CRYPTO_AEAD_FINISH, 1, h), 0);
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
		assert_int_equal(import_key(aeads[i].type ? aeads[i].type : PSA_KEY_TYPE_AES, 0,
					    CIPHER_USAGE, aeads[i].alg, bytes, len, &key),
				 0);
		for (size_t cut = 0; cut <= 80; cut++)
			check_aead(i, key, cut);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DIRECT_TEST(test_modes),
		DIRECT_TEST(test_single_des),
		DIRECT_TEST(test_messages),
		DIRECT_TEST(test_aead),
	};

	return cmocka_run_group_tests_name("sps/crypto-kat-cipher", tests, NULL, NULL);
}
