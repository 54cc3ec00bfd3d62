/* SPDX-License-Identifier: BSD-3-Clause */
/* Asymmetric operations: known answers of signatures and agreements. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_direct.h"

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
	const struct CMUnitTest tests[] = {
		DIRECT_TEST(test_deterministic_ecdsa),
		DIRECT_TEST(test_ecdh),

	};

	return cmocka_run_group_tests_name("sps/crypto-asymmetric", tests, NULL, NULL);
}
