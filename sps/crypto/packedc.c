/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The packed-c encoding of the crypto service (trusted-services.md 3.2): one row an opcode, one
 * handler a row. A missing record counts as empty; what that means is for the library to say.
 */
#include "packedc.h"

#include <string.h>
#include "crypto.h"

/* ---- common to the handlers ---- */

static uint32_t word(struct ts_call *call)
{
	uint32_t value = 0;

	ts_get_u32(&call->in, &value); /* present: the row's fixed length says so */
	return value;
}

static struct ts_span record(struct ts_call *call, uint16_t tag)
{
	struct ts_span value;

	ts_tlv_find(&call->in, tag, &value);
	return value;
}

static struct psa_attributes attributes(struct ts_call *call)
{
	struct psa_attributes a;

	a.type = word(call);
	a.bits = word(call);
	a.lifetime = word(call);
	a.id = word(call);
	a.usage = word(call);
	a.alg = word(call);
	return a;
}

/* Success carries one word. */
static int32_t answer_word(struct ts_call *call, psa_status status, const uint32_t *value)
{
	if (!status)
		ts_put_u32(&call->out, *value);
	return ts_answered(call, status);
}

/* Success carries what lies in scratch. */
static int32_t answer_scratch(struct ts_call *call, psa_status status, const size_t *len)
{
	const struct crypto *c = call->state;

	if (!status)
		ts_tlv_put(&call->out, 1, c->scratch, *len);
	return ts_answered(call, status);
}

/* ---- keys ---- */

static int32_t generate_key(struct ts_call *call)
{
	const struct psa_attributes a = attributes(call);
	uint32_t id = 0;

	return answer_word(call, key_generate(call->state, call->owner, &a, &id), &id);
}

static int32_t import_key(struct ts_call *call)
{
	const struct psa_attributes a = attributes(call);
	uint32_t id = 0;

	return answer_word(call, key_import(call->state, call->owner, &a, record(call, 1), &id),
			   &id);
}

static int32_t destroy_key(struct ts_call *call)
{
	return ts_done(call, key_destroy(call->state, call->owner, word(call)));
}

static int32_t purge_key(struct ts_call *call)
{
	return ts_done(call, key_purge(call->state, call->owner, word(call)));
}

static int32_t copy_key(struct ts_call *call)
{
	const uint32_t source = word(call);
	const struct psa_attributes a = attributes(call);
	uint32_t id = 0;

	return answer_word(call, key_copy(call->state, call->owner, source, &a, &id), &id);
}

static int32_t export_key(struct ts_call *call)
{
	struct crypto *c = call->state;
	size_t len = sizeof(c->scratch);

	return answer_scratch(call, key_export(c, call->owner, word(call), c->scratch, &len), &len);
}

static int32_t export_public_key(struct ts_call *call)
{
	struct crypto *c = call->state;
	size_t len = sizeof(c->scratch);

	return answer_scratch(call, key_export_public(c, call->owner, word(call), c->scratch, &len),
			      &len);
}

static int32_t get_key_attributes(struct ts_call *call)
{
	struct psa_attributes a;
	const psa_status status = key_attributes(call->state, call->owner, word(call), &a);

	if (!status)
		ts_put_bytes(&call->out, &a, sizeof(a));
	return ts_answered(call, status);
}

/* ---- asymmetric ---- */

static struct asym key_and_alg(struct ts_call *call, bool message)
{
	struct asym a = {.owner = call->owner, .message = message};

	a.key = word(call);
	a.alg = word(call);
	return a;
}

static int32_t sign(struct ts_call *call)
{
	struct crypto *c = call->state;
	const struct asym a = key_and_alg(call, call->opcode == CRYPTO_SIGN_MESSAGE);
	const struct ts_span in = record(call, 1);
	size_t len = sizeof(c->scratch);

	if (in.len > CRYPTO_SIGNED_BYTES_MAX)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	return answer_scratch(call, asym_sign(c, &a, in, c->scratch, &len), &len);
}

static int32_t verify(struct ts_call *call)
{
	const struct asym a = key_and_alg(call, call->opcode == CRYPTO_VERIFY_MESSAGE);
	const struct ts_span in = record(call, 1), sig = record(call, 2);

	if (in.len > CRYPTO_SIGNED_BYTES_MAX || sig.len > CRYPTO_SIGNATURE_BYTES_MAX)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	return ts_done(call, asym_verify(call->state, &a, in, sig));
}

static int32_t asymmetric_crypt(struct ts_call *call)
{
	struct crypto *c = call->state;
	const struct asym a = key_and_alg(call, false);
	const struct ts_span in = record(call, 1), salt = record(call, 2);
	size_t len = sizeof(c->scratch);
	const psa_status status = asym_crypt(c, &a, call->opcode == CRYPTO_ASYMMETRIC_ENCRYPT, in,
					     salt, c->scratch, &len);

	return answer_scratch(call, status, &len);
}

static int32_t generate_random(struct ts_call *call)
{
	struct crypto *c = call->state;
	const size_t size = word(call);

	if (size > sizeof(c->scratch))
		return RPC_ERROR_RESOURCE_FAILURE;
	crypto_charge_bytes(c, PSA_ALG_SHA_256, size);
	prim_random(&c->rng, c->scratch, size);
	return answer_scratch(call, PSA_SUCCESS, &size);
}

static int32_t verify_pkcs7(struct ts_call *call)
{
	struct crypto *c = call->state;
	const struct ts_span der = record(call, 1), hash = record(call, 2), cert = record(call, 3);

	crypto_charge_key(c, COST_PUBLIC, PSA_KEY_TYPE_RSA_PUBLIC_KEY, 2048);
	return ts_done(call, prim_pkcs7_verify(der.data, der.len, hash.data, hash.len, cert.data,
					       cert.len));
}

/* Zero-padded to 64 bytes; EFI_COMPROMISED_DATA loses its bit 63 on the way. */
#define EFI_COMPROMISED_DATA ((int64_t)(1ull << 63 | 0x21))
static int32_t uefi_fingerprint(struct ts_call *call)
{
	uint8_t print[64] = {0};
	const struct ts_span der = record(call, 1);

	crypto_charge_bytes(call->state, PSA_ALG_SHA_256, der.len);
	if (!prim_pkcs7_fingerprint(der.data, der.len, print))
		return ts_done(call, EFI_COMPROMISED_DATA);
	ts_tlv_put(&call->out, 1, print, sizeof(print));
	return ts_answered(call, 0);
}

/* ---- contexts: what all classes have in common ---- */

static enum op_class class_of(uint16_t opcode)
{
	static const enum op_class classes[] = {
		[2] = OP_HASH, [3] = OP_CIPHER, [4] = OP_DERIVE, [5] = OP_MAC, [6] = OP_AEAD};

	return classes[opcode >> 8];
}

/* The context that the request's first word names; NULL = BAD_STATE. */
static struct op *context(struct ts_call *call)
{
	return pool_active(call->state, class_of(call->opcode), call->owner, word(call));
}

static int32_t abort_op(struct ts_call *call)
{
	struct op *op = pool_find(call->state, class_of(call->opcode), call->owner, word(call));

	if (op)
		pool_free(op);
	return ts_done(call, PSA_SUCCESS);
}

static int32_t set_up(struct ts_call *call, struct op *op, psa_status status)
{
	const uint32_t handle = op->handle;

	if (status)
		pool_free(op);
	return answer_word(call, status, &handle);
}

static struct op *fresh(struct ts_call *call)
{
	return pool_new(call->state, class_of(call->opcode), call->owner);
}

/* A finish that succeeds ends the context; one that fails leaves it where it is. */
static psa_status over(struct op *op, psa_status status)
{
	if (!status)
		pool_free(op);
	return status;
}

/* ---- hash ---- */

static int32_t do_hash_setup(struct ts_call *call)
{
	const uint32_t alg = word(call);
	struct op *op = fresh(call);

	return set_up(call, op, hash_setup(op, alg));
}

static int32_t hash_update(struct ts_call *call)
{
	struct op *op = context(call);
	const struct ts_span data = record(call, 1);

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	crypto_charge_bytes(call->state, op->hash.alg, data.len);
	prim_hash_update(&op->hash, data.data, data.len);
	return ts_done(call, PSA_SUCCESS);
}

static size_t hash_end(struct crypto *c, struct op *op)
{
	const size_t len = prim_hash_bytes(op->hash.alg);

	prim_hash_final(&op->hash, c->scratch);
	return len;
}

static int32_t hash_finish(struct ts_call *call)
{
	struct op *op = context(call);
	size_t len;

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	len = hash_end(call->state, op);
	pool_free(op);
	return answer_scratch(call, PSA_SUCCESS, &len);
}

static int32_t hash_verify(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct op *op = context(call);
	const struct ts_span want = record(call, 1);
	size_t len;

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	len = hash_end(c, op);
	if (len != want.len || memcmp(c->scratch, want.data, len))
		return ts_done(call, pool_fail(op, PSA_ERROR_INVALID_SIGNATURE));
	pool_free(op);
	return ts_done(call, PSA_SUCCESS);
}

static int32_t hash_clone(struct ts_call *call)
{
	struct op *op = context(call), *copy;
	struct prim_hash hash;

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	hash = op->hash; /* the source may be the one that a full pool gives away */
	copy = fresh(call);
	copy->hash = hash;
	return set_up(call, copy, PSA_SUCCESS);
}

/* ---- cipher ---- */

static int32_t do_cipher_setup(struct ts_call *call)
{
	const uint32_t key = word(call), alg = word(call);
	struct op *op = fresh(call);

	return set_up(call, op,
		      cipher_setup(call->state, op, key, alg,
				   call->opcode == CRYPTO_CIPHER_ENCRYPT_SETUP));
}

static int32_t do_cipher_generate_iv(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct op *op = context(call);
	size_t len = sizeof(c->scratch);

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	return answer_scratch(call, cipher_generate_iv(c, op, c->scratch, &len), &len);
}

static int32_t do_cipher_set_iv(struct ts_call *call)
{
	struct op *op = context(call);

	return ts_done(call, op ? cipher_set_iv(op, record(call, 1)) : PSA_ERROR_BAD_STATE);
}

static int32_t do_cipher_update(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct op *op = context(call);
	const struct ts_span in = record(call, 1);
	size_t len = sizeof(c->scratch);

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	crypto_charge_bytes(c, op->cipher.alg, in.len);
	return answer_scratch(call, cipher_update(op, in, c->scratch, &len), &len);
}

static int32_t do_cipher_finish(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct op *op = context(call);
	size_t len = sizeof(c->scratch);

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	return answer_scratch(call, over(op, cipher_finish(op, c->scratch, &len)), &len);
}

/* ---- MAC ---- */

static int32_t do_mac_setup(struct ts_call *call)
{
	const uint32_t key = word(call), alg = word(call);
	struct op *op = fresh(call);

	return set_up(call, op,
		      mac_setup(call->state, op, key, alg, call->opcode == CRYPTO_MAC_SIGN_SETUP));
}

static int32_t do_mac_update(struct ts_call *call)
{
	struct op *op = context(call);
	const struct ts_span data = record(call, 1);

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	crypto_charge_bytes(call->state, PSA_ALG_HMAC, data.len);
	mac_update(op, data);
	return ts_done(call, PSA_SUCCESS);
}

static int32_t mac_sign_finish(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct op *op = context(call);
	size_t len = sizeof(c->scratch);

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	return answer_scratch(call, over(op, mac_finish(op, true, c->scratch, &len)), &len);
}

static int32_t mac_verify_finish(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct op *op = context(call);
	const struct ts_span want = record(call, 1);
	size_t len = sizeof(c->scratch);
	psa_status status;

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	status = mac_finish(op, false, c->scratch, &len);
	if (!status && (len != want.len || memcmp(c->scratch, want.data, len)))
		status = pool_fail(op, PSA_ERROR_INVALID_SIGNATURE);
	return ts_done(call, over(op, status));
}

/* ---- key derivation ---- */

static int32_t do_derive_setup(struct ts_call *call)
{
	const uint32_t alg = word(call);
	struct op *op = fresh(call);

	return set_up(call, op, derive_setup(op, alg));
}

static int32_t derive_get_capacity(struct ts_call *call)
{
	struct op *op = context(call);
	uint32_t capacity;

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	capacity = (uint32_t)op->derive->capacity;
	return answer_word(call, PSA_SUCCESS, &capacity);
}

static int32_t do_derive_set_capacity(struct ts_call *call)
{
	struct op *op = context(call);

	return ts_done(call, op ? derive_set_capacity(op, word(call)) : PSA_ERROR_BAD_STATE);
}

static int32_t do_derive_input_bytes(struct ts_call *call)
{
	struct op *op = context(call);
	const uint32_t step = word(call);
	const struct ts_span data = record(call, 1);

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	crypto_charge_bytes(call->state, PSA_ALG_HKDF, data.len);
	return ts_done(call, derive_input_bytes(op, step, data));
}

static int32_t do_derive_input_key(struct ts_call *call)
{
	struct op *op = context(call);
	const uint32_t step = word(call), key = word(call);

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	return ts_done(call, derive_input_key(call->state, op, step, key));
}

static int32_t derive_output_bytes(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct op *op = context(call);
	const size_t len = word(call);

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	if (len > sizeof(c->scratch))
		return RPC_ERROR_RESOURCE_FAILURE;
	crypto_charge_bytes(c, PSA_ALG_HKDF, len);
	return answer_scratch(call, derive_output(op, c->scratch, len), &len);
}

static int32_t do_derive_output_key(struct ts_call *call)
{
	struct op *op = context(call);
	const struct psa_attributes a = attributes(call);
	uint32_t id = 0;

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	crypto_charge_bytes(call->state, PSA_ALG_HKDF, a.bits / 8 & 0xffff);
	return answer_word(call, derive_output_key(call->state, op, &a, &id), &id);
}

static int32_t derive_agreement(struct ts_call *call)
{
	struct op *op = context(call);
	const uint32_t step = word(call), key = word(call);

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	return ts_done(call, derive_agree(call->state, op, step, key, record(call, 1)));
}

static int32_t raw_agreement(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct asym a = {.owner = call->owner};
	size_t len = sizeof(c->scratch);
	psa_status status;

	a.alg = word(call);
	a.key = word(call);
	status = asym_agree(c, &a, record(call, 1), c->scratch, &len);
	return answer_scratch(call, status, &len);
}

/* ---- AEAD ---- */

static int32_t do_aead_setup(struct ts_call *call)
{
	const uint32_t key = word(call), alg = word(call);
	struct op *op = fresh(call);

	return set_up(
		call, op,
		aead_setup(call->state, op, key, alg, call->opcode == CRYPTO_AEAD_ENCRYPT_SETUP));
}

static int32_t do_aead_generate_nonce(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct op *op = context(call);
	size_t len = sizeof(c->scratch);

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	return answer_scratch(call, aead_generate_nonce(c, op, c->scratch, &len), &len);
}

static int32_t do_aead_set_nonce(struct ts_call *call)
{
	struct op *op = context(call);

	return ts_done(call, op ? aead_set_nonce(op, record(call, 1)) : PSA_ERROR_BAD_STATE);
}

static int32_t do_aead_set_lengths(struct ts_call *call)
{
	struct op *op = context(call);
	const uint32_t ad = word(call), text = word(call);

	return ts_done(call, op ? aead_set_lengths(op, ad, text) : PSA_ERROR_BAD_STATE);
}

static int32_t do_aead_update_ad(struct ts_call *call)
{
	struct op *op = context(call);
	const struct ts_span data = record(call, 1);

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	crypto_charge_bytes(call->state, op->aead.a.alg, data.len);
	return ts_done(call, aead_update_ad(op, data));
}

static int32_t do_aead_update(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct op *op = context(call);
	const struct ts_span in = record(call, 1);
	size_t len = sizeof(c->scratch);

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	crypto_charge_bytes(c, op->aead.a.alg, in.len);
	return answer_scratch(call, aead_update(op, in, c->scratch, &len), &len);
}

/* Both records are always there; nothing is ever held back for the first. */
static int32_t do_aead_finish(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct op *op = context(call);
	size_t len = sizeof(c->scratch);
	psa_status status;

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	status = over(op, aead_finish(op, c->scratch, &len));
	if (!status) {
		ts_tlv_put(&call->out, 1, NULL, 0);
		ts_tlv_put(&call->out, 2, c->scratch, len);
	}
	return ts_answered(call, status);
}

static int32_t do_aead_verify(struct ts_call *call)
{
	struct op *op = context(call);
	const size_t none = 0; /* the plaintext is out already */
	psa_status status;

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	status = over(op, aead_verify(op, record(call, 1)));
	return answer_scratch(call, status, &none);
}

/* ---- the table ---- */

#define ATTR CRYPTO_ATTRIBUTES_BYTES
#define BASE 2000, 1000 /* parsing and dispatch; the operation itself: costs.c */
static const struct ts_op ops[] = {
	{CRYPTO_GENERATE_KEY, ATTR, generate_key, "generate_key", BASE},
	{CRYPTO_DESTROY_KEY, 4, destroy_key, "destroy_key", BASE},
	{CRYPTO_EXPORT_KEY, 4, export_key, "export_key", BASE},
	{CRYPTO_EXPORT_PUBLIC_KEY, 4, export_public_key, "export_public_key", BASE},
	{CRYPTO_IMPORT_KEY, ATTR, import_key, "import_key", BASE},
	{CRYPTO_SIGN_HASH, 8, sign, "sign_hash", BASE},
	{CRYPTO_VERIFY_HASH, 8, verify, "verify_hash", BASE},
	{CRYPTO_ASYMMETRIC_DECRYPT, 8, asymmetric_crypt, "asymmetric_decrypt", BASE},
	{CRYPTO_ASYMMETRIC_ENCRYPT, 8, asymmetric_crypt, "asymmetric_encrypt", BASE},
	{CRYPTO_GENERATE_RANDOM, 4, generate_random, "generate_random", BASE},
	{CRYPTO_COPY_KEY, 4 + ATTR, copy_key, "copy_key", BASE},
	{CRYPTO_PURGE_KEY, 4, purge_key, "purge_key", BASE},
	{CRYPTO_GET_KEY_ATTRIBUTES, 4, get_key_attributes, "get_key_attributes", BASE},
	{CRYPTO_SIGN_MESSAGE, 8, sign, "sign_message", BASE},
	{CRYPTO_VERIFY_MESSAGE, 8, verify, "verify_message", BASE},
	{CRYPTO_VERIFY_PKCS7, 0, verify_pkcs7, "verify_pkcs7_signature", BASE},
	{CRYPTO_UEFI_FINGERPRINT, 0, uefi_fingerprint, "get_uefi_priv_auth_var_fingerprint", BASE},
	{CRYPTO_HASH_SETUP, 4, do_hash_setup, "hash_setup", BASE},
	{CRYPTO_HASH_UPDATE, 4, hash_update, "hash_update", BASE},
	{CRYPTO_HASH_FINISH, 4, hash_finish, "hash_finish", BASE},
	{CRYPTO_HASH_ABORT, 4, abort_op, "hash_abort", BASE},
	{CRYPTO_HASH_VERIFY, 4, hash_verify, "hash_verify", BASE},
	{CRYPTO_HASH_CLONE, 4, hash_clone, "hash_clone", BASE},
	{CRYPTO_CIPHER_ENCRYPT_SETUP, 8, do_cipher_setup, "cipher_encrypt_setup", BASE},
	{CRYPTO_CIPHER_DECRYPT_SETUP, 8, do_cipher_setup, "cipher_decrypt_setup", BASE},
	{CRYPTO_CIPHER_GENERATE_IV, 4, do_cipher_generate_iv, "cipher_generate_iv", BASE},
	{CRYPTO_CIPHER_SET_IV, 4, do_cipher_set_iv, "cipher_set_iv", BASE},
	{CRYPTO_CIPHER_UPDATE, 4, do_cipher_update, "cipher_update", BASE},
	{CRYPTO_CIPHER_FINISH, 4, do_cipher_finish, "cipher_finish", BASE},
	{CRYPTO_CIPHER_ABORT, 4, abort_op, "cipher_abort", BASE},
	{CRYPTO_DERIVE_SETUP, 4, do_derive_setup, "key_derivation_setup", BASE},
	{CRYPTO_DERIVE_GET_CAPACITY, 4, derive_get_capacity, "key_derivation_get_capacity", BASE},
	{CRYPTO_DERIVE_SET_CAPACITY, 8, do_derive_set_capacity, "key_derivation_set_capacity",
	 BASE},
	{CRYPTO_DERIVE_INPUT_BYTES, 8, do_derive_input_bytes, "key_derivation_input_bytes", BASE},
	{CRYPTO_DERIVE_INPUT_KEY, 12, do_derive_input_key, "key_derivation_input_key", BASE},
	{CRYPTO_DERIVE_OUTPUT_BYTES, 8, derive_output_bytes, "key_derivation_output_bytes", BASE},
	{CRYPTO_DERIVE_OUTPUT_KEY, 4 + ATTR, do_derive_output_key, "key_derivation_output_key",
	 BASE},
	{CRYPTO_DERIVE_ABORT, 4, abort_op, "key_derivation_abort", BASE},
	{CRYPTO_DERIVE_AGREEMENT, 12, derive_agreement, "key_derivation_key_agreement", BASE},
	{CRYPTO_RAW_AGREEMENT, 8, raw_agreement, "raw_key_agreement", BASE},
	{CRYPTO_MAC_SIGN_SETUP, 8, do_mac_setup, "mac_sign_setup", BASE},
	{CRYPTO_MAC_VERIFY_SETUP, 8, do_mac_setup, "mac_verify_setup", BASE},
	{CRYPTO_MAC_UPDATE, 4, do_mac_update, "mac_update", BASE},
	{CRYPTO_MAC_SIGN_FINISH, 4, mac_sign_finish, "mac_sign_finish", BASE},
	{CRYPTO_MAC_VERIFY_FINISH, 4, mac_verify_finish, "mac_verify_finish", BASE},
	{CRYPTO_MAC_ABORT, 4, abort_op, "mac_abort", BASE},
	{CRYPTO_AEAD_ENCRYPT_SETUP, 8, do_aead_setup, "aead_encrypt_setup", BASE},
	{CRYPTO_AEAD_DECRYPT_SETUP, 8, do_aead_setup, "aead_decrypt_setup", BASE},
	{CRYPTO_AEAD_GENERATE_NONCE, 4, do_aead_generate_nonce, "aead_generate_nonce", BASE},
	{CRYPTO_AEAD_SET_NONCE, 4, do_aead_set_nonce, "aead_set_nonce", BASE},
	{CRYPTO_AEAD_SET_LENGTHS, 12, do_aead_set_lengths, "aead_set_lengths", BASE},
	{CRYPTO_AEAD_UPDATE_AD, 4, do_aead_update_ad, "aead_update_ad", BASE},
	{CRYPTO_AEAD_UPDATE, 4, do_aead_update, "aead_update", BASE},
	{CRYPTO_AEAD_FINISH, 4, do_aead_finish, "aead_finish", BASE},
	{CRYPTO_AEAD_VERIFY, 4, do_aead_verify, "aead_verify", BASE},
	{CRYPTO_AEAD_ABORT, 4, abort_op, "aead_abort", BASE},
};

const struct ts_service crypto_packedc_service = {
	.name = "crypto",
	.uuid = CRYPTO_UUID,
	.ops = ops,
	.op_count = sizeof(ops) / sizeof(ops[0]),
	.start = crypto_start,
};
