/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * RSA: known answers, and there and back. PSS and OAEP: the first examples of the test vectors that
 * go with PKCS#1 v2.1, of SHA-1 both. PKCS#1 v1.5: the signature of RFC 7515 A.2 and the encrypted
 * key of RFC 7516 A.2. Those give n, e and d; the DER is of ours.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_direct.h"

#define PSS_PUBLIC                                                                                 \
	"30818902818100a56e4a0e701017589a5187dc7ea841d156f2ec0e36ad52a44dfeb1e61f7ad991d8c51056ff" \
	"edb162b4c0f283a12a88a394dff526ab7291cbb307ceabfce0b1dfd5cd9508096d5b2b8b6df5d671ef6377c0" \
	"921cb23c270a70e2598e6ff89d19f105acc2d3f0cb35f29280e1386b6f64c4ef22e1e1f20d0ce8cffb2249bd" \
	"9a21370203010001"
#define PSS_HASH "cd8b6538cb8e8de566b68bd067569dbf1ee2718e"
#define PSS_SIG                                                                                    \
	"9074308fb598e9701b2294388e52f971faac2b60a5145af185df5287b5ed2887e57ce7fd44dc8634e407c8e0" \
	"e4360bc226f3ec227f9d9e54638e8d31f5051215df6ebb9c2f9579aa77598a38f914b5b9c1bd83c4e2f9f382" \
	"a0d0aa3542ffee65984a601bc69eb28deb27dca12c82c2d4c3f66cd500f1ff2b994d8a4e30cbb33c"
#define OAEP_PAIR                                                                                  \
	"3082025c02010002818100a8b3b284af8eb50b387034a860f146c4919f318763cd6c5598c8ae4811a1e0abc4" \
	"c7e0b082d693a5e7fced675cf4668512772c0cbc64a742c6c630f533c8cc72f62ae833c40bf25842e984bb78" \
	"bdbf97c0107d55bdb662f5c4e0fab9845cb5148ef7392dd3aaff93ae1e6b667bb3d4247616d4f5ba10d4cfd2" \
	"26de88d39f16fb020301000102818053339cfdb79fc8466a655c7316aca85c55fd8f6dd898fdaf119517ef4f" \
	"52e8fd8e258df93fee180fa0e4ab29693cd83b152a553d4ac4d1812b8b9fa5af0e7f55fe7304df41570926f3" \
	"311f15c4d65a732c483116ee3d3d2d0af3549ad9bf7cbfb78ad884f84d5beb04724dc7369b31def37d0cf539" \
	"e9cfcdd3de653729ead5d1024100d32737e7267ffe1341b2d5c0d150a81b586fb3132bed2f8d5262864a9cb9" \
	"f30af38be448598d413a172efb802c21acf1c11c520c2f26a471dcad212eac7ca39d024100cc8853d1d54da6" \
	"30fac004f471f281c7b8982d8224a490edbeb33d3e3d5cc93c4765703d1dd791642f1f116a0dd852be2419b2" \
	"af72bfe9a030e860b0288b5d7702400e12bf1718e9cef5599ba1c3882fe8046a90874eefce8f2ccc20e4f274" \
	"1fb0a33a3848aec9c9305fbecbd2d76819967d4671acc6431e4037968db37878e695c102410095297b0f95a2" \
	"fa67d00707d609dfd4fc05c89dafc2ef6d6ea55bec771ea333734d9251e79082ecda866efef13c459e1a6313" \
	"86b7e354c899f5f112ca85d7158302404f456c502493bdc0ed2ab756a3a6ed4d67352a697d4216e93212b127" \
	"a63d5411ce6fa98d5dbefd73263e3728142743818166ed7dd63687dd2a8ca1d2f4fbd8e1"
#define OAEP_TEXT "6628194e12073db03ba94cda9ef9532397d50dba79b987004afefe34"
#define OAEP_CIPHER                                                                                \
	"354fe67b4a126d5d35fe36c777791a3f7ba13def484e2d3908aff722fad468fb21696de95d0be911c2d3174f" \
	"8afcc201035f7b6d8e69402de5451618c21a535fa9d7bfc5b8dd9fc243f8cf927db31322d6e881eaa91a9961" \
	"70e657a05a266426d98c88003f8477c1227094a0d9fa1e8c4024309ce1ecccb5210035d47ac72e8a"
#define JWS_PAIR                                                                                   \
	"308204a30201000282010100a1f8160ae2e3c9b465ce8d2d656263362b927dbe29e1f02477fc1625cc90a136" \
	"e38bd93497c5b6ea63dd7711e67c7429f956b0fb8a8f089adc4b69893cc1333f53edd019b87784252fec914f" \
	"e4857769594bea4280d32c0f55bf62944f130396bc6e9bdf6ebdd2bda3678eeca0c668f701b38dbffb38c834" \
	"2ce2fe6d27fade4a5a4874979dd4b9cf9adec4c75b05852c2c0f5ef8a5c1750392f944e8ed64c110c6b64760" \
	"9aa4783aeb9c6c9ad755313050638b83665c6f6f7a82a396702a1f641b82d3ebf2392219491fb686872c5716" \
	"f50af8358d9a8b9d17c340728f7f87d89a18d8fcab67ad84590c2ecf759339363c07034d6f606f9e21e05456" \
	"cae5e9a102030100010282010012ae71a469cd0a2bc37e526c4500571f1d61751d64e949707b62590f9d0ba5" \
	"7c963c401e3fcf2f2cd3bdec88e503bfc6439b0b28c82f7d3797671f5213eed8c15a25d8d5cea0025ee3ab2e" \
	"8b7f79216fc63bea562753b40644c6a15127d9b2954540a0bbe1a30556982d4e9fde5f6425f14d4b713441b5" \
	"5dc73b9b4aedcc92ace3927e37f57d0cfd5e7581fa512c8f4961a9eb0b80f8a80746728a55ff46471f342506" \
	"3b9d53642f5ede1e84d613081afa5c22d051285bd63b943b565d898a05685413e53c3c6c6525ff1fe34e3ddc" \
	"70f0d56450fda48ba12e104e9deb9fb81881e1c4bdf25d9247f450c865927968e77334f4414f75a750e13954" \
	"6e3a8a739d02818100e01cc410eb48a6655d54464d0aa4bb6da0b872b774a6a9d11ffe480778f0ddb7311a7e" \
	"902ef9c4b5f75476262ba8176cb35979f014372a1a2829e4136bd001d07c3f3f2e4f25d4c934f63c7109fba2" \
	"e67628a0dc9a73c6058e6def22dcd50950e711ddc16d5586f2a7fa75ea8494c18083e0b65742f8a0d5e73fb2" \
	"d970f0194702818100b903c47e0995b632f4532cb1f3c199145d5f3ae9c7dfeedc7a92a6b47e29c61b42a07a" \
	"a95a64fc600999c5a7b01e01c08cb62ca756527bbcc56078fb0baba5ed38de2d07990ff6300faeadeb6c039a" \
	"97bf1e507e4e7040fa78db8257c8b112ed5e59c3cd092fe5d4e5b51275d41281072a5e785ebaf3dae3709203" \
	"133f5159d702818007029f577024ab9fcc1590c56429d6fb0ce5f820a8f375a866f9cb430093783bfcbb396e" \
	"4529e6ef52374022dd86ba84d9ef58931beec5d05fa53fcf23b633f8538a9eed51e87b097830a39f5d92937b" \
	"e6024b55db36f7e0c09dcbb72975387f615afbb6cb36bbabe7793c2b03ceab66dbb931baf50b55ec9af9311d" \
	"001d628d0281810087ff7afa62b547fee0961b2e9bcd5d6718d39d8ca73db6691f38998de78771762c5da68c" \
	"c243a5383b166bb23dc570e84706ca801ef5f6bae6236a0aafa3770e8f54d1a8da1c5f8d2899f082331ddb0f" \
	"5c8f3dfffa4c8d97102bdafe082a118da6633988880e4b55599ce67af26ebfa5b2c14a9de7b2c4dd96abddd2" \
	"d2224c7502818021877b0c73a1ad6bf19303d0b11336b4e82b8db72b7efb50262a5df8395cc7256eb8cf6c40" \
	"b7608d5936a32dba174126a527062ead8ca305fb7e177f409437c9dcb9718ed82018bcef0f7720a2c475f9db" \
	"26da0e3cb516d084eb25178e828d5cabd49bb3161ac0181fa7f821e80e7ad37936f9943054ad092921ee2c59" \
	"2e4375"
#define JWS_HASH "c88a34847b4ffb12a9326e540f144b3dcc4d5515f18701e7d6e0ee7866c9c705"
#define JWS_SIG                                                                                    \
	"702e218943e88fd11eb5d82dbf7845f34106ae1b81fff7731116add1717d83656d420afd3c96eedd73a2663e" \
	"5166687b000b87226e0187ed1073f945e582adfcef16d85a798ee8c66ddb3db8975b17d09402beedd5d9d970" \
	"07108db28160d5f8040ca7445762b81fbe7ff9d92e0ae76f24f25b33bbe6f44ae61eb1040acb20044d3ef912" \
	"8ed40130795bd4bd3b41eecad066ab651981fde48df77f372dc38b9fafdd3befb18b5da3cc3c2eb02f9e3a41" \
	"d612caad15911273a05f23b9e838faaf849d698429ef5a1e88798236c3d40e604522a544c8f27a7a2db80663" \
	"d16cf7caea56de405cb2215a45b2c25566b55ac1a748a070dfc8a32a469543d019eefb47"
#define JWE_PAIR                                                                                   \
	"308204a40201000282010100b177210da41e6c79cf886bf20ce013e2c6861147ad4b2a3d30a2cea1616cb9ea" \
	"e2db76ce7605a9e03cb55a55337b06e0047a1de6970cf47f79190455dc90d76e821144e4818a0782e728d4d6" \
	"11b31c7c97b2cf140e9ade71b018c649d3710921b2500d19151999d4ce439a9346c2c0b7a05362ecaf551761" \
	"4bc7b1499132fdce20b3feecbe52494381fdfcdc6c888a0bc00124efe437517111198c3fef9203ac603ce3e9" \
	"40ffe0ade1e4e55c704863611a57bb7b2e325aca75490a992fe0b2a34d302e9a219422e421acd8592ee17f44" \
	"92ea1e93369205852d4efe55374bd556c2dad7a3bdc23606532412993507305923429007419a0d614b37e684" \
	"030def470203010001028201005450963aa5ebf27bd937269a24b5dd9cd3d764a45a5828e45394367a0410a5" \
	"304cc21a6b3335b3a51f12c6ad4e3d3861fc9e8c503f19df9c24cbd6fc7843b4a70352f31961d65385451068" \
	"36a0c82953a4bb46996feaf29eaf1cc630d32d943a173ee34a34752a5a29f9829a50773d1ac1287d0a98aee3" \
	"e1cd203e4206a36463db13fd196950c91dfc9ded450150aba714c49c6df95800039826a548570698479cd610" \
	"471e5233674cda3f0954a3f95bd72cee5565f0940152e05b87697f54abb598d2b77e182ec45aad26f5dbbade" \
	"1bf0d4c20f4287e2b2be34f54a41e051645519cca5cbbbaf5464520f0b17ca976b3629cf0388e586835d8b32" \
	"b6cc5d825902818100f60636c3a23a4ba2f48ee10ab1b783030a5df5631f82a168780f6f132114ba4e242f00" \
	"4a7287b5c781c6ebc8a4f75f21743484f6f0d049c700df15c738014e3c9f11f4478801b4e2d55c016276d3a7" \
	"ced7fb170f5a510f92b76850a5bad2d82cd5a35dfcd9dcf4b11554f312dfdd336c5c6df1337f6e268181e94d" \
	"81b0bde6c302818100b8a9422af2affd924c55c748b39bd5494ffa70fb582359635b2b44c55fec92cb6f4523" \
	"62f6beba8dd77dfb206155fb86e2c86ca768fbac69c88a8f74d5105e1e8e933ca59557290fbb58988505f0d6" \
	"320005fc3e315b0dfb76d0efa58b76dd920f1b07b3babbccfc94c875e6a6cef2719e5cef6c06914c0d3a361e" \
	"966922352d02818100c349196d5eb771546f557eb29370bc70cc68daa08ce18f27b2ad6598c498846e0470be" \
	"8559b5f987dcaebe782ce222c4164e9e00ba144b8bc8584c1c2f8b71c3d2ec587ff3288fa1c2845ea0fefb70" \
	"e7522f801572b6876b0964a727764d68c4e5ebe06e15ad3b19d979eddc5c9064022eb8224ea36716ef93e451" \
	"de91219c2b02818100a3ff15d7849ecdc90ee8234b2acfdbb4f74588ef7f902d43b2e5137762c07c821578c6" \
	"7b8e7d46bacfc57fb07b215c77a792ae04639517c2feaa27cb6fa9d09cbcac8070e1d77d8d0e2a199211fb98" \
	"8ee13c6f8f604fe8740a4a767a840875b0d09f85d095a751de83d81ff54ef17d997036431fa21989fc395575" \
	"06c9a9eaa502818078d868e72441101c61181b50470c3d422ad9b01eba4eb7c545e1bf09cb5e2356829de4f4" \
	"10b1a16254650ad5244d172521fb843e636c3433db2e82eaa825739c56ef741ef1f9397e9b497f7854e3d8a8" \
	"aac06a84f4f641f67353c0c56f1f75514522d6002bcf9d28b03fc37952ccbe5915d2f95ed36e9c4886f7a94d" \
	"f13434da"
#define JWE_KEY "04d31fc5549dfcfe0b649dfa3faa6ace6b7cd42d6f6b09dbc8b100f08f9c2ccf"
#define JWE_CIPHER                                                                                 \
	"5068483a0b82ec8b84bdffcd3d5697b063282ce9b0bdcd46caa94828e2b59cdf789c73e896d191856870ed9c" \
	"74fa4166d4d267f0b13d5d2847e7dfe2f09d0f1f9659c8d7c6cb6c467542d4eec1cd17a1a9daf3cb80d67ffd" \
	"d78b2b118767b3dc1c02d4ce839e80423ef04eba8d7d84e33c892b1f98c7364822d4730b9865462adbe98e42" \
	"97fa7e928dd8be4932b1920534f71cc5153baaf7b55983f1a9b6f6630f2466a6b6acc588e6783c3adbf3955e" \
	"de969ac26ee3e1702759e970cfd3f17cae45ddb36bc4e17fa770e20cf210181c78b6f4d5f499c2a245a0f4f8" \
	"3fa58d04cff9c14f8300a9e97fa765977d38706ff81de85a1d936ea99272a5cc478829fc"

static uint32_t import_hex(uint32_t type, uint32_t usage, uint32_t alg, const char *text)
{
	size_t len;
	const uint8_t *der = hex(text, &len);
	uint32_t key;

	assert_int_equal(import_key(type, 0, usage, alg, der, len, &key), 0);
	return key;
}

static void check_verify(uint32_t key, uint32_t alg, const char *hash_hex, const char *sig_hex)
{
	uint8_t sig[256];
	size_t len, sig_len;
	const uint8_t *hash = hex(hash_hex, &len);

	memcpy(sig, hex(sig_hex, &sig_len), sizeof(sig));
	assert_int_equal(verify(CRYPTO_VERIFY_HASH, key, alg, hash, len, sig, sig_len), 0);
	sig[sig_len / 2] ^= 4;
	assert_int_equal(verify(CRYPTO_VERIFY_HASH, key, alg, hash, len, sig, sig_len),
			 PSA_ERROR_INVALID_SIGNATURE);
}

static void test_pss(void **state)
{
	static const uint32_t algs[] = {PSA_ALG_RSA_PSS | 5, PSA_ALG_RSA_PSS_ANY_SALT | 5};

	for (size_t i = 0; i < 2; i++)
		check_verify(import_hex(PSA_KEY_TYPE_RSA_PUBLIC_KEY, PSA_KEY_USAGE_VERIFY_HASH,
					algs[i], PSS_PUBLIC),
			     algs[i], PSS_HASH, PSS_SIG);
}

/* Without a random part, so signing is known as well. */
static void test_pkcs1_sign(void **state)
{
	const uint32_t alg = PSA_ALG_RSA_PKCS1V15_SIGN | 9;
	const uint32_t key = import_hex(PSA_KEY_TYPE_RSA_KEY_PAIR, SIGN_VERIFY, alg, JWS_PAIR);
	size_t len;
	const uint8_t *hash = hex(JWS_HASH, &len);

	assert_int_equal(sign(CRYPTO_SIGN_HASH, key, alg, hash, len), 0);
	assert_answer(1, JWS_SIG);
	check_verify(key, alg, JWS_HASH, JWS_SIG);
}

static void check_decrypt(uint32_t alg, const char *pair, const char *cipher, const char *text)
{
	const uint32_t key = import_hex(PSA_KEY_TYPE_RSA_KEY_PAIR, CRYPT, alg, pair);
	uint8_t in[256];
	size_t len;

	memcpy(in, hex(cipher, &len), sizeof(in));
	assert_int_equal(sign(CRYPTO_ASYMMETRIC_DECRYPT, key, alg, in, len), 0);
	assert_answer(1, text);
	in[1] ^= 1;
	assert_int_equal(sign(CRYPTO_ASYMMETRIC_DECRYPT, key, alg, in, len),
			 PSA_ERROR_INVALID_PADDING);
}

static void test_decrypt(void **state)
{
	check_decrypt(PSA_ALG_RSA_OAEP | 5, OAEP_PAIR, OAEP_CIPHER, OAEP_TEXT);
	check_decrypt(PSA_ALG_RSA_PKCS1V15_CRYPT, JWE_PAIR, JWE_CIPHER, JWE_KEY);
}

static void test_rsa(void **state)
{
	static const uint32_t sign_algs[] = {PSA_ALG_RSA_PKCS1V15_SIGN | 9, PSA_ALG_RSA_PSS | 9,
					     PSA_ALG_RSA_PSS_ANY_SALT | 9,
					     PSA_ALG_RSA_PKCS1V15_SIGN};
	static const uint32_t crypt_algs[] = {PSA_ALG_RSA_PKCS1V15_CRYPT, PSA_ALG_RSA_OAEP | 9};
	uint8_t der[2500], pub[500], sig[128], text[128];
	size_t der_len, pub_len, len;
	uint32_t key, other;

	assert_int_equal(generate_key(PSA_KEY_TYPE_RSA_KEY_PAIR, 1024,
				      SIGN_VERIFY | PSA_KEY_USAGE_EXPORT,
				      PSA_ALG_RSA_PKCS1V15_SIGN | 9, &key),
			 0);
	assert_int_equal(words(CRYPTO_EXPORT_KEY, 1, key), 0);
	memcpy(der, out_tlv(1, &der_len), der_len = answer_len - 4);
	assert_int_equal(words(CRYPTO_EXPORT_PUBLIC_KEY, 1, key), 0);
	memcpy(pub, out_tlv(1, &pub_len), pub_len = answer_len - 4);
	assert_in_range(pub_len, 138, 141);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(import_key(PSA_KEY_TYPE_RSA_KEY_PAIR, 1024, SIGN_VERIFY,
					    sign_algs[i], der, der_len, &key),
				 0);
		assert_int_equal(import_key(PSA_KEY_TYPE_RSA_PUBLIC_KEY, 0,
					    PSA_KEY_USAGE_VERIFY_HASH, sign_algs[i], pub, pub_len,
					    &other),
				 0);
		assert_int_equal(sign(CRYPTO_SIGN_HASH, key, sign_algs[i],
				      "01234567890123456789012345678901", 32),
				 0);
		memcpy(sig, out_tlv(1, &len), 128);
		assert_int_equal(len, 128);
		assert_int_equal(verify(CRYPTO_VERIFY_HASH, other, sign_algs[i],
					"01234567890123456789012345678901", 32, sig, 128),
				 0);
		assert_int_equal(verify(CRYPTO_VERIFY_HASH, other, sign_algs[i],
					"01234567890123456789012345678900", 32, sig, 128),
				 PSA_ERROR_INVALID_SIGNATURE);
		assert_int_equal(verify(CRYPTO_VERIFY_HASH, other, sign_algs[i],
					"01234567890123456789012345678901", 32, sig, 127),
				 PSA_ERROR_INVALID_SIGNATURE);
		if (i < 3)
			assert_int_equal(sign(CRYPTO_SIGN_HASH, key, sign_algs[i], "short", 5),
					 PSA_ERROR_INVALID_ARGUMENT);
		assert_int_equal(sign(CRYPTO_SIGN_HASH, other, sign_algs[i], sig, 32),
				 PSA_ERROR_NOT_PERMITTED);
	}
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(import_key(PSA_KEY_TYPE_RSA_KEY_PAIR, 1024, CRYPT, crypt_algs[i],
					    der, der_len, &key),
				 0);
		for (int salted = 0; salted < 2; salted++) {
			begin();
			w32(key);
			w32(crypt_algs[i]);
			tlv(1, "hello", 5);
			if (salted)
				tlv(2, "sixteen salt byt", 16);
			if (salted && !i) { /* only OAEP has a label */
				assert_int_equal(go(CRYPTO_ASYMMETRIC_ENCRYPT),
						 PSA_ERROR_INVALID_ARGUMENT);
				continue;
			}
			assert_int_equal(go(CRYPTO_ASYMMETRIC_ENCRYPT), 0);
			memcpy(text, out_tlv(1, &len), 128);
			assert_int_equal(len, 128);
			begin();
			w32(key);
			w32(crypt_algs[i]);
			tlv(1, text, 128);
			if (salted)
				tlv(2, "sixteen salt byt", 16);
			assert_int_equal(go(CRYPTO_ASYMMETRIC_DECRYPT), 0);
			assert_memory_equal(out_tlv(1, &len), "hello", 5);
			assert_int_equal(len, 5);
		}
		text[5] ^= 1;
		begin();
		w32(key);
		w32(crypt_algs[i]);
		tlv(1, text, 128);
		assert_int_equal(go(CRYPTO_ASYMMETRIC_DECRYPT), PSA_ERROR_INVALID_PADDING);
		begin();
		w32(key);
		w32(crypt_algs[i]);
		tlv(1, text, 127);
		assert_int_equal(go(CRYPTO_ASYMMETRIC_DECRYPT), PSA_ERROR_INVALID_ARGUMENT);
		begin();
		w32(key);
		w32(crypt_algs[i]);
		tlv(1, der, 118); /* longer than the key takes */
		assert_int_equal(go(CRYPTO_ASYMMETRIC_ENCRYPT), PSA_ERROR_INVALID_ARGUMENT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DIRECT_TEST(test_pss),
		DIRECT_TEST(test_pkcs1_sign),
		DIRECT_TEST(test_decrypt),
		DIRECT_TEST(test_rsa),
	};

	return cmocka_run_group_tests_name("sps/crypto-rsa", tests, NULL, NULL);
}
