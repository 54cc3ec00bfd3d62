/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The attestation SP beside the crypto SP (trusted-services.md 3.5, 6.1). The token is taken apart
 * by libcbor and its signature checked by OpenSSL, with nothing of ours in between.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <cbor.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "attestation.h"
#include "mini_spmc.h"

static struct mini_sp *crypto, *attest;
static uint8_t *page;
static uint64_t handle;
static uint8_t interface_id;

static void boot(const struct ec_option *option, size_t count)
{
	interface_id = 0;
	crypto = mini_add("crypto", NULL, 0);
	attest = mini_add("attestation", option, count);
	mini_manifest(attest, "sps/attestation/attestation.dtb");
	mini_boot(crypto);
	mini_boot(attest);
	page = mini_buffer(attest, &handle);
}

static int32_t ask(uint16_t op, size_t len, uint32_t *got)
{
	struct smc_regs r;

	mini_request(attest,
		     (uint32_t[5]){(uint32_t)interface_id << 16 | op, (uint32_t)handle,
				   handle >> 32, (uint32_t)len, 0},
		     &r);
	*got = r.x[6];
	return (int32_t)r.x[4] ? -1000 + (int32_t)r.x[4] : (int32_t)r.x[5];
}

static int32_t get_token(size_t challenge_len, uint8_t *token, size_t *len)
{
	uint32_t got;
	int32_t status;

	page[0] = 0;
	page[1] = 1;
	page[2] = (uint8_t)(challenge_len >> 8);
	page[3] = (uint8_t)challenge_len;
	for (size_t i = 0; i < challenge_len; i++)
		page[4 + i] = (uint8_t)(i * 3);
	status = ask(ATTEST_GET_TOKEN, 4 + challenge_len, &got);
	*len = 0;
	if (status)
		return status;
	*len = (size_t)page[2] << 8 | page[3];
	CHECK_EQ(got, *len + 4);
	memcpy(token, page + 4, *len);
	return 0;
}

static void export_key(uint8_t key[65])
{
	uint32_t got;

	CHECK_EQ(ask(ATTEST_EXPORT_IAK, 0, &got), 0);
	CHECK_EQ(got, 4 + 65);
	memcpy(key, page + 4, 65);
}

/* ES256 over the Sig_structure (RFC 9052 4.4), which is built here by libcbor. */
static bool signature_ok(const uint8_t key[65], const cbor_item_t *protected,
			 const cbor_item_t *payload, const cbor_item_t *signature)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 5),
		OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)key, 65),
		OSSL_PARAM_END,
	};
	cbor_item_t *sig_structure = cbor_new_definite_array(4), *text, *none;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	const uint8_t *raw = cbor_bytestring_handle(signature);
	ECDSA_SIG *sig = ECDSA_SIG_new();
	unsigned char *bytes = NULL, *der = NULL;
	size_t room, len;
	EVP_PKEY *pkey = NULL;
	int der_len;
	bool built, ok;

	text = cbor_build_string("Signature1");
	none = cbor_build_bytestring(NULL, 0);
	built = cbor_array_push(sig_structure, text) &&
		cbor_array_push(sig_structure, (cbor_item_t *)protected) &&
		cbor_array_push(sig_structure, none) &&
		cbor_array_push(sig_structure, (cbor_item_t *)payload);
	len = cbor_serialize_alloc(sig_structure, &bytes, &room);
	ECDSA_SIG_set0(sig, BN_bin2bn(raw, 32, NULL), BN_bin2bn(raw + 32, 32, NULL));
	der_len = i2d_ECDSA_SIG(sig, &der);
	ok = built && EVP_PKEY_fromdata_init(ctx) > 0 &&
	     EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) > 0 &&
	     EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, pkey) > 0 &&
	     EVP_DigestVerify(md, der, (size_t)der_len, bytes, len) == 1;
	cbor_decref(&text);
	cbor_decref(&none);
	cbor_decref(&sig_structure);
	free(bytes);
	OPENSSL_free(der);
	ECDSA_SIG_free(sig);
	EVP_MD_CTX_free(md);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return ok;
}

static int64_t number(const cbor_item_t *item)
{
	if (cbor_isa_negint(item))
		return -1 - (int64_t)cbor_get_int(item);
	CHECK(cbor_isa_uint(item));
	return (int64_t)cbor_get_int(item);
}

static bool bytes_are(const cbor_item_t *item, const void *want, size_t len)
{
	return cbor_isa_bytestring(item) && cbor_bytestring_length(item) == len &&
	       (!want || !memcmp(cbor_bytestring_handle(item), want, len));
}

static void check_ueid(const cbor_item_t *item, const uint8_t key[65])
{
	uint8_t want[33] = {1};

	EVP_Digest(key, 65, want + 1, NULL, EVP_sha256(), NULL);
	CHECK(bytes_are(item, want, 33));
}

/* The claims, in their order. */
static void check_claims(const cbor_item_t *map, const uint8_t key[65], size_t challenge_len,
			 size_t components)
{
	static const int64_t labels[] = {-75008, -75001, -75004, -75002, -75009, -75003};
	const struct cbor_pair *pair = cbor_map_handle(map);
	uint8_t challenge[64];

	CHECK_EQ(cbor_map_size(map), 7);
	CHECK(cbor_map_is_definite(map));
	for (int i = 0; i < 6; i++)
		CHECK_EQ(number(pair[i].key), labels[i]);
	for (size_t i = 0; i < sizeof(challenge); i++)
		challenge[i] = (uint8_t)(i * 3);
	CHECK(bytes_are(pair[0].value, challenge, challenge_len));
	CHECK_EQ(number(pair[1].value), 0); /* the Normal world's id */
	CHECK(bytes_are(pair[2].value, NULL, 32));
	CHECK_EQ(number(pair[3].value), 0);
	check_ueid(pair[4].value, key);
	CHECK(bytes_are(pair[5].value, "trustedfirmware.org.ts.attestation_sp", 37));
	if (!components) {
		CHECK_EQ(number(pair[6].key), -75007);
		CHECK_EQ(number(pair[6].value), 1);
		return;
	}
	CHECK_EQ(number(pair[6].key), -75006);
	CHECK_EQ(cbor_array_size(pair[6].value), components);
	for (size_t i = 0; i < components; i++) {
		const cbor_item_t *c = cbor_array_handle(pair[6].value)[i];
		const struct cbor_pair *field = cbor_map_handle(c);

		CHECK_EQ(cbor_map_size(c), 2);
		CHECK_EQ(number(field[0].key), 1);
		CHECK(cbor_isa_string(field[0].value));
		CHECK(i || !memcmp(cbor_string_handle(field[0].value), "BL_2", 4));
		CHECK_EQ(number(field[1].key), 2);
		CHECK(bytes_are(field[1].value, NULL, 32));
	}
}

static void check_token(const uint8_t *token, size_t len, const uint8_t key[65],
			size_t challenge_len, size_t components)
{
	struct cbor_load_result result, inner;
	cbor_item_t *cose, *header, *claims, **part;

	CHECK_EQ(token[0], 0xd2); /* tag 18 in one byte, which libcbor 0.8 does not take */
	cose = cbor_load(token + 1, len - 1, &result);
	CHECK(cose && result.error.code == CBOR_ERR_NONE && result.read == len - 1);
	CHECK(cbor_isa_array(cose));
	CHECK_EQ(cbor_array_size(cose), 4);
	part = cbor_array_handle(cose);
	header =
		cbor_load(cbor_bytestring_handle(part[0]), cbor_bytestring_length(part[0]), &inner);
	CHECK(header && cbor_isa_map(header));
	CHECK_EQ(cbor_map_size(header), 1);
	CHECK_EQ(number(cbor_map_handle(header)[0].key), 1);
	CHECK_EQ(number(cbor_map_handle(header)[0].value), -7);
	CHECK(cbor_isa_map(part[1]));
	CHECK_EQ(cbor_map_size(part[1]), 0); /* no key id */
	CHECK(bytes_are(part[3], NULL, 64));
	CHECK(signature_ok(key, part[0], part[2], part[3]));
	cbor_bytestring_handle(part[2])[5] ^= 1;
	CHECK(!signature_ok(key, part[0], part[2], part[3]));
	cbor_bytestring_handle(part[2])[5] ^= 1;
	claims =
		cbor_load(cbor_bytestring_handle(part[2]), cbor_bytestring_length(part[2]), &inner);
	CHECK(claims && cbor_isa_map(claims));
	check_claims(claims, key, challenge_len, components);
	cbor_decref(&claims);
	cbor_decref(&header);
	cbor_decref(&cose);
}

static void check_all(size_t components)
{
	static const size_t lengths[] = {32, 48, 64};
	uint8_t key[65], token[ATTEST_TOKEN_MAX];
	uint32_t got, size;
	size_t len;

	export_key(key);
	for (int i = 0; i < 3; i++) {
		memcpy(page, &(uint32_t){(uint32_t)lengths[i]}, 4);
		CHECK_EQ(ask(ATTEST_GET_TOKEN_SIZE, 4, &got), 0);
		CHECK_EQ(got, 4);
		memcpy(&size, page, 4);
		CHECK_EQ(get_token(lengths[i], token, &len), 0);
		CHECK_EQ(len, size);
		check_token(token, len, key, lengths[i], components);
	}
}

static void body_token(void)
{
	boot(NULL, 0);
	check_all(0);
}

/* One SP with all services: attestation is interface 4 and asks its neighbour. */
static void body_one_sp(void)
{
	attest = mini_add("se_proxy", NULL, 0);
	mini_manifest(attest, "sps/se_proxy/se_proxy.dtb");
	mini_boot(attest);
	page = mini_buffer(attest, &handle);
	interface_id = 4;
	check_all(0);
}

static void body_measured(void)
{
	static const struct ec_option mock = {"event_log", "mock"};

	boot(&mock, 1);
	check_all(8);
}

/* 3.5 and invalidChallengeLen of 6.1 */
static void body_challenges(void)
{
	uint8_t token[ATTEST_TOKEN_MAX];
	uint32_t got;
	size_t len;

	boot(NULL, 0);
	CHECK_EQ(get_token(0, token, &len), PSA_ERROR_INVALID_ARGUMENT);
	CHECK_EQ(get_token(33, token, &len), PSA_ERROR_INVALID_ARGUMENT);
	CHECK_EQ(get_token(65, token, &len), -1006);
	CHECK_EQ(ask(ATTEST_GET_TOKEN, 0, &got), -1006); /* no record */
	memset(page, 0xff, 4);
	CHECK_EQ(ask(ATTEST_GET_TOKEN_SIZE, 4, &got), PSA_ERROR_INVALID_ARGUMENT);
	CHECK_EQ(ask(ATTEST_GET_TOKEN_SIZE, 3, &got), -1006);
	CHECK_EQ(ask(0x106, 0, &got), -1002);
}

static int32_t import(size_t len)
{
	uint32_t got;

	memcpy(page, (uint8_t[]){0, 1, 0, (uint8_t)len}, 4);
	memset(page + 4, 0x42, len);
	return ask(ATTEST_IMPORT_IAK, 4 + len, &got);
}

/* selfGeneratedIak and provisionedIak of 6.1 */
static void body_own_key(void)
{
	uint8_t first[65], again[65];
	uint32_t got;

	boot(NULL, 0);
	CHECK_EQ(ask(ATTEST_IAK_EXISTS, 0, &got), PSA_ERROR_DOES_NOT_EXIST);
	export_key(first);
	export_key(again);
	CHECK(!memcmp(first, again, 65));
	CHECK_EQ(ask(ATTEST_IAK_EXISTS, 0, &got), 0);
	CHECK_EQ(import(32), PSA_ERROR_NOT_PERMITTED);
}

static void body_provisioned_key(void)
{
	uint8_t key[65], token[ATTEST_TOKEN_MAX];
	uint32_t got;
	size_t len;

	boot(NULL, 0);
	CHECK_EQ(import(33), -1006);
	CHECK_EQ(import(31), PSA_ERROR_INVALID_ARGUMENT); /* no key of the curve */
	CHECK_EQ(ask(ATTEST_IAK_EXISTS, 0, &got), PSA_ERROR_DOES_NOT_EXIST);
	CHECK_EQ(import(32), 0);
	CHECK_EQ(import(32), PSA_ERROR_NOT_PERMITTED);
	export_key(key);
	CHECK_EQ(get_token(32, token, &len), 0);
	check_token(token, len, key, 32, 0);
}

/* Preempted all the time, in itself and in the crypto SP it calls: the same token. */
static uint8_t quiet[ATTEST_TOKEN_MAX], busy[ATTEST_TOKEN_MAX];
static size_t quiet_len, busy_len;

static void body_quiet(void)
{
	boot(NULL, 0);
	CHECK_EQ(get_token(64, quiet, &quiet_len), 0);
}

static void body_busy(void)
{
	boot(NULL, 0);
	mini.tick_ns = 40000;
	pe_timer_set(pe_self(), pe_self()->now_ns + mini.tick_ns);
	CHECK_EQ(get_token(64, busy, &busy_len), 0);
	CHECK(mini.ticks_taken > 50);
}

#define TEST(name)                                                                                 \
	static void test_##name(void **state)                                                      \
	{                                                                                          \
		mini_test(1, body_##name);                                                         \
	}
TEST(token)
TEST(measured)
TEST(one_sp)
TEST(challenges)
TEST(own_key)
TEST(provisioned_key)

static void test_preempted(void **state)
{
	mini_test(1, body_quiet);
	mini_test(1, body_busy);
	assert_int_equal(quiet_len, busy_len);
	assert_memory_equal(quiet, busy, quiet_len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_token),	  cmocka_unit_test(test_measured),
		cmocka_unit_test(test_one_sp),	  cmocka_unit_test(test_challenges),
		cmocka_unit_test(test_own_key),	  cmocka_unit_test(test_provisioned_key),
		cmocka_unit_test(test_preempted),
	};

	return cmocka_run_group_tests_name("sps/attestation", tests, NULL, NULL);
}
