/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Requests and answers of the crypto service: the provider's own rules (trusted-services.md 3.2,
 * "Provider behaviour") and the protobuf encoding (3.3).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto.pb-c.h"
#include "crypto_direct.h"

/* ---- the provider's rules ---- */

/* Each opcode with one byte less than its fixed part: RPC -6. Outside of the table: -2. */
static void test_lengths_and_opcodes(void **state)
{
	const struct ts_service *s = &crypto_packedc_service;
	size_t known = 0;

	for (uint32_t opcode = 0; opcode <= 0xffff; opcode++) {
		const struct ts_op *op = known < s->op_count ? &s->ops[known] : NULL;

		begin();
		if (!op || op->opcode != opcode) {
			assert_int_equal(go((uint16_t)opcode), RPC_FAILED(-2));
			continue;
		}
		known++;
		if (!op->fixed_bytes)
			continue;
		for (unsigned i = 0; i + 4 < op->fixed_bytes; i += 4)
			w32(0xffffffff);
		assert_int_equal(go((uint16_t)opcode), RPC_FAILED(-6));
	}
	assert_int_equal(known, s->op_count);
	assert_int_equal(known, 56); /* of trusted-services.md 3.2 */
	assert_int_equal(crypto_protobuf_service.op_count, 12);
}

static void test_signing_limits(void **state)
{
	uint8_t bytes[600] = {1};
	uint32_t key;

	assert_int_equal(generate_key(P256, 256, SIGN_VERIFY, DET_256, &key), 0);
	for (size_t len = 0; len <= 65; len++) {
		const int32_t want = len > 64 ? RPC_FAILED(-6) : 0;

		assert_int_equal(sign(CRYPTO_SIGN_MESSAGE, key, DET_256, bytes, len), want);
		if (len)
			assert_int_equal(sign(CRYPTO_SIGN_HASH, key, DET_256, bytes, len), want);
	}
	assert_int_equal(verify(CRYPTO_VERIFY_HASH, key, DET_256, bytes, 65, bytes, 64),
			 RPC_FAILED(-6));
	assert_int_equal(verify(CRYPTO_VERIFY_HASH, key, DET_256, bytes, 20, bytes, 513),
			 RPC_FAILED(-6));
	assert_int_equal(verify(CRYPTO_VERIFY_HASH, key, DET_256, bytes, 20, bytes, 64),
			 PSA_ERROR_INVALID_SIGNATURE);
}

/* Odd hash lengths sign and verify; another hash does not. */
static void test_odd_hashes(void **state)
{
	static const size_t lengths[] = {20, 24, 32, 64};
	uint8_t hash[64], sig[64];
	uint32_t key;
	size_t len;

	memset(hash, 0x21, sizeof(hash));
	assert_int_equal(generate_key(P256, 256, SIGN_VERIFY, ECDSA_256, &key), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(sign(CRYPTO_SIGN_HASH, key, ECDSA_256, hash, lengths[i]), 0);
		memcpy(sig, out_tlv(1, &len), 64);
		assert_int_equal(len, 64);
		assert_int_equal(
			verify(CRYPTO_VERIFY_HASH, key, ECDSA_256, hash, lengths[i], sig, 64), 0);
		hash[3] ^= 1;
		assert_int_equal(
			verify(CRYPTO_VERIFY_HASH, key, ECDSA_256, hash, lengths[i], sig, 64),
			PSA_ERROR_INVALID_SIGNATURE);
	}
}

/* A missing record is an empty one, and the library decides. */
static void test_missing_records(void **state)
{
	uint32_t h = ok_word(words(CRYPTO_HASH_SETUP, 1, PSA_ALG_SHA_256));
	size_t len;

	assert_int_equal(words(CRYPTO_HASH_UPDATE, 1, h), 0);
	assert_int_equal(words(CRYPTO_HASH_FINISH, 1, h), 0);
	assert_memory_equal(out_tlv(1, &len), "\xe3\xb0\xc4\x42", 4); /* of nothing */
	begin();
	attributes(PSA_KEY_TYPE_AES, 128, 0, 0, CRYPT, PSA_ALG_CTR);
	assert_int_equal(go(CRYPTO_IMPORT_KEY), PSA_ERROR_INVALID_ARGUMENT);
}

static void test_response_too_long(void **state)
{
	assert_int_equal(words(CRYPTO_GENERATE_RANDOM, 1, PAGE_BYTES - 4), 0);
	assert_int_equal(answer_len, PAGE_BYTES);
	assert_int_equal(words(CRYPTO_GENERATE_RANDOM, 1, PAGE_BYTES - 3), RPC_FAILED(-1));
	assert_int_equal(words(CRYPTO_GENERATE_RANDOM, 1, 0xffffffff), RPC_FAILED(-8));
	assert_int_equal(words(CRYPTO_GENERATE_RANDOM, 1, 0), 0);
	assert_int_equal(answer_len, 4);
}

/* ---- protobuf (3.3) ---- */
static int32_t send(uint16_t opcode, const ProtobufCMessage *m)
{
	uint8_t packed[3000];

	begin();
	raw(packed, protobuf_c_message_pack(m, packed));
	return go_protobuf(opcode);
}

static uint32_t pb_id(void)
{
	CryptoPb__KeyId *out = crypto_pb__key_id__unpack(NULL, answer_len, page);
	const uint32_t id = out ? out->id : 0;

	crypto_pb__key_id__free_unpacked(out, NULL);
	return id;
}

static size_t pb_bytes(uint8_t *to)
{
	CryptoPb__BytesOut *out = crypto_pb__bytes_out__unpack(NULL, answer_len, page);
	size_t len;

	assert_non_null(out);
	len = out->data.len;
	memcpy(to, out->data.data, len);
	crypto_pb__bytes_out__free_unpacked(out, NULL);
	return len;
}

static void test_protobuf(void **state)
{
	CryptoPb__KeyPolicy policy = CRYPTO_PB__KEY_POLICY__INIT;
	CryptoPb__KeyAttributes attr = CRYPTO_PB__KEY_ATTRIBUTES__INIT;
	CryptoPb__AttributesIn in = CRYPTO_PB__ATTRIBUTES_IN__INIT;
	CryptoPb__KeyAndBytes op = CRYPTO_PB__KEY_AND_BYTES__INIT;
	CryptoPb__KeyId id = CRYPTO_PB__KEY_ID__INIT;
	CryptoPb__GenerateRandomIn size = CRYPTO_PB__GENERATE_RANDOM_IN__INIT;
	uint8_t hash[20] = {9}, sig[64], data[100];

	policy.usage = SIGN_VERIFY;
	policy.alg = DET_256;
	attr.type = P256;
	attr.key_bits = 256;
	attr.policy = &policy;
	assert_int_equal(send(CRYPTO_GENERATE_KEY, &in.base), RPC_FAILED(-6)); /* no attributes */
	in.attributes = &attr;
	assert_int_equal(send(CRYPTO_GENERATE_KEY, &in.base), 0);
	id.id = op.id = pb_id();
	assert_int_not_equal(id.id, 0);
	op.alg = DET_256;
	op.input = (ProtobufCBinaryData){sizeof(hash), hash};
	assert_int_equal(send(CRYPTO_SIGN_HASH, &op.base), 0);
	assert_int_equal(pb_bytes(sig), 64);
	op.more = (ProtobufCBinaryData){64, sig};
	assert_int_equal(send(CRYPTO_VERIFY_HASH, &op.base), 0);
	assert_int_equal(answer_len, 0);
	/* the other encoding of the same service: same keys, same signature */
	assert_int_equal(verify(CRYPTO_VERIFY_HASH, id.id, DET_256, hash, 20, sig, 64), 0);
	sig[0] ^= 1;
	assert_int_equal(send(CRYPTO_VERIFY_HASH, &op.base), PSA_ERROR_INVALID_SIGNATURE);
	assert_int_equal(send(CRYPTO_EXPORT_PUBLIC_KEY, &id.base), 0);
	assert_int_equal(pb_bytes(data), 65);
	assert_int_equal(send(CRYPTO_EXPORT_KEY, &id.base), PSA_ERROR_NOT_PERMITTED);
	size.size = 77;
	assert_int_equal(send(CRYPTO_GENERATE_RANDOM, &size.base), 0);
	assert_int_equal(pb_bytes(data), 77);
	size.size = 1ull << 40;
	assert_int_equal(send(CRYPTO_GENERATE_RANDOM, &size.base), RPC_FAILED(-8));
	assert_int_equal(send(CRYPTO_DESTROY_KEY, &id.base), 0);
	assert_int_equal(send(CRYPTO_DESTROY_KEY, &id.base), PSA_ERROR_INVALID_HANDLE);
	op.input.len = 0;
	assert_int_equal(send(CRYPTO_COPY_KEY, &id.base), RPC_FAILED(-2)); /* packed-c only */
	assert_int_equal(send(CRYPTO_VERIFY_PKCS7, &id.base), RPC_FAILED(-2));
	begin();
	w32(0xffffffff); /* no message at all */
	assert_int_equal(go_protobuf(CRYPTO_DESTROY_KEY), RPC_FAILED(-6));
}

/* The wire itself: an id of 5 is two bytes; zero is none. */
static void test_protobuf_wire(void **state)
{
	CryptoPb__AttributesIn *in;
	static const uint8_t wire[] = {0x0a, 0x0a, 0x08, 0x80, 0x48, 0x10, 0x80, 0x01,
				       0x2a, 0x02, 0x08, 0x03, 0x1a, 0x01, 'k'};

	in = crypto_pb__attributes_in__unpack(NULL, sizeof(wire), wire);
	assert_non_null(in);
	assert_int_equal(in->attributes->type, PSA_KEY_TYPE_AES);
	assert_int_equal(in->attributes->key_bits, 128);
	assert_int_equal(in->attributes->policy->usage, 3);
	assert_int_equal(in->data.len, 1); /* field 3, not 2 */
	crypto_pb__attributes_in__free_unpacked(in, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DIRECT_TEST(test_lengths_and_opcodes), DIRECT_TEST(test_signing_limits),
		DIRECT_TEST(test_odd_hashes),	       DIRECT_TEST(test_missing_records),
		DIRECT_TEST(test_response_too_long),   DIRECT_TEST(test_protobuf),
		DIRECT_TEST(test_protobuf_wire),
	};

	return cmocka_run_group_tests_name("sps/crypto-requests", tests, NULL, NULL);
}
