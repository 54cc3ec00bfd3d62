/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The packed-c encoding of the crypto service (trusted-services.md 3.2): one row an opcode. Rows of
 * multipart operations go to the tables of their class, which get the context that the request's
 * first word names. A missing record counts as empty; what that means is for the library to say.
 */
#include "packedc_call.h"

struct psa_attributes pc_attributes(struct ts_call *call)
{
	struct psa_attributes a;

	a.type = pc_word(call);
	a.bits = pc_word(call);
	a.lifetime = pc_word(call);
	a.id = pc_word(call);
	a.usage = pc_word(call);
	a.alg = pc_word(call);
	return a;
}

int32_t pc_answer_word(struct ts_call *call, psa_status status, const uint32_t *value)
{
	if (!status)
		ts_put_u32(&call->out, *value);
	return ts_answered(call, status);
}

int32_t pc_answer_scratch(struct ts_call *call, psa_status status, const size_t *len)
{
	const struct crypto *c = call->state;

	if (!status)
		ts_tlv_put(&call->out, 1, c->scratch, *len);
	return ts_answered(call, status);
}

/* ---- contexts ---- */

static const struct pc_class *class_of(const struct ts_call *call)
{
	static const struct pc_class *const classes[] = {
		[2] = &pc_hash, [3] = &pc_cipher, [4] = &pc_derive, [5] = &pc_mac, [6] = &pc_aead};

	return classes[call->opcode >> 8];
}

static int32_t set_up(struct ts_call *call)
{
	const struct pc_class *class = class_of(call);
	struct op *op = pool_new(call->state, class->class, call->owner);
	const uint32_t handle = op->handle;
	const psa_status status = class->setup[call->opcode & 0xff](call, call->state, op);

	if (status)
		pool_free(op);
	return pc_answer_word(call, status, &handle);
}

static int32_t on_context(struct ts_call *call)
{
	const struct pc_class *class = class_of(call);
	struct op *op = pool_active(call->state, class->class, call->owner, pc_word(call));

	if (!op)
		return ts_done(call, PSA_ERROR_BAD_STATE);
	return class->on[call->opcode & 0xff](call, call->state, op);
}

static int32_t abort_op(struct ts_call *call)
{
	struct op *op = pool_find(call->state, class_of(call)->class, call->owner, pc_word(call));

	if (op)
		pool_free(op);
	return ts_done(call, PSA_SUCCESS);
}

/* ---- the table ---- */

#define ATTR CRYPTO_ATTRIBUTES_BYTES
#define BASE 2000, 1000 /* parsing and dispatch; the operation itself: costs.c */
static const struct ts_op ops[] = {
	{CRYPTO_GENERATE_KEY, ATTR, pc_generate_key, "generate_key", BASE},
	{CRYPTO_DESTROY_KEY, 4, pc_destroy_key, "destroy_key", BASE},
	{CRYPTO_EXPORT_KEY, 4, pc_export_key, "export_key", BASE},
	{CRYPTO_EXPORT_PUBLIC_KEY, 4, pc_export_public_key, "export_public_key", BASE},
	{CRYPTO_IMPORT_KEY, ATTR, pc_import_key, "import_key", BASE},
	{CRYPTO_SIGN_HASH, 8, pc_sign, "sign_hash", BASE},
	{CRYPTO_VERIFY_HASH, 8, pc_verify, "verify_hash", BASE},
	{CRYPTO_ASYMMETRIC_DECRYPT, 8, pc_asymmetric_crypt, "asymmetric_decrypt", BASE},
	{CRYPTO_ASYMMETRIC_ENCRYPT, 8, pc_asymmetric_crypt, "asymmetric_encrypt", BASE},
	{CRYPTO_GENERATE_RANDOM, 4, pc_generate_random, "generate_random", BASE},
	{CRYPTO_COPY_KEY, 4 + ATTR, pc_copy_key, "copy_key", BASE},
	{CRYPTO_PURGE_KEY, 4, pc_purge_key, "purge_key", BASE},
	{CRYPTO_GET_KEY_ATTRIBUTES, 4, pc_get_key_attributes, "get_key_attributes", BASE},
	{CRYPTO_SIGN_MESSAGE, 8, pc_sign, "sign_message", BASE},
	{CRYPTO_VERIFY_MESSAGE, 8, pc_verify, "verify_message", BASE},
	{CRYPTO_VERIFY_PKCS7, 0, pc_verify_pkcs7, "verify_pkcs7_signature", BASE},
	{CRYPTO_UEFI_FINGERPRINT, 0, pc_uefi_fingerprint, "get_uefi_priv_auth_var_fingerprint",
	 BASE},
	{CRYPTO_HASH_SETUP, 4, set_up, "hash_setup", BASE},
	{CRYPTO_HASH_UPDATE, 4, on_context, "hash_update", BASE},
	{CRYPTO_HASH_FINISH, 4, on_context, "hash_finish", BASE},
	{CRYPTO_HASH_ABORT, 4, abort_op, "hash_abort", BASE},
	{CRYPTO_HASH_VERIFY, 4, on_context, "hash_verify", BASE},
	{CRYPTO_HASH_CLONE, 4, on_context, "hash_clone", BASE},
	{CRYPTO_CIPHER_ENCRYPT_SETUP, 8, set_up, "cipher_encrypt_setup", BASE},
	{CRYPTO_CIPHER_DECRYPT_SETUP, 8, set_up, "cipher_decrypt_setup", BASE},
	{CRYPTO_CIPHER_GENERATE_IV, 4, on_context, "cipher_generate_iv", BASE},
	{CRYPTO_CIPHER_SET_IV, 4, on_context, "cipher_set_iv", BASE},
	{CRYPTO_CIPHER_UPDATE, 4, on_context, "cipher_update", BASE},
	{CRYPTO_CIPHER_FINISH, 4, on_context, "cipher_finish", BASE},
	{CRYPTO_CIPHER_ABORT, 4, abort_op, "cipher_abort", BASE},
	{CRYPTO_DERIVE_SETUP, 4, set_up, "key_derivation_setup", BASE},
	{CRYPTO_DERIVE_GET_CAPACITY, 4, on_context, "key_derivation_get_capacity", BASE},
	{CRYPTO_DERIVE_SET_CAPACITY, 8, on_context, "key_derivation_set_capacity", BASE},
	{CRYPTO_DERIVE_INPUT_BYTES, 8, on_context, "key_derivation_input_bytes", BASE},
	{CRYPTO_DERIVE_INPUT_KEY, 12, on_context, "key_derivation_input_key", BASE},
	{CRYPTO_DERIVE_OUTPUT_BYTES, 8, on_context, "key_derivation_output_bytes", BASE},
	{CRYPTO_DERIVE_OUTPUT_KEY, 4 + ATTR, on_context, "key_derivation_output_key", BASE},
	{CRYPTO_DERIVE_ABORT, 4, abort_op, "key_derivation_abort", BASE},
	{CRYPTO_DERIVE_AGREEMENT, 12, on_context, "key_derivation_key_agreement", BASE},
	{CRYPTO_RAW_AGREEMENT, 8, pc_raw_agreement, "raw_key_agreement", BASE},
	{CRYPTO_MAC_SIGN_SETUP, 8, set_up, "mac_sign_setup", BASE},
	{CRYPTO_MAC_VERIFY_SETUP, 8, set_up, "mac_verify_setup", BASE},
	{CRYPTO_MAC_UPDATE, 4, on_context, "mac_update", BASE},
	{CRYPTO_MAC_SIGN_FINISH, 4, on_context, "mac_sign_finish", BASE},
	{CRYPTO_MAC_VERIFY_FINISH, 4, on_context, "mac_verify_finish", BASE},
	{CRYPTO_MAC_ABORT, 4, abort_op, "mac_abort", BASE},
	{CRYPTO_AEAD_ENCRYPT_SETUP, 8, set_up, "aead_encrypt_setup", BASE},
	{CRYPTO_AEAD_DECRYPT_SETUP, 8, set_up, "aead_decrypt_setup", BASE},
	{CRYPTO_AEAD_GENERATE_NONCE, 4, on_context, "aead_generate_nonce", BASE},
	{CRYPTO_AEAD_SET_NONCE, 4, on_context, "aead_set_nonce", BASE},
	{CRYPTO_AEAD_SET_LENGTHS, 12, on_context, "aead_set_lengths", BASE},
	{CRYPTO_AEAD_UPDATE_AD, 4, on_context, "aead_update_ad", BASE},
	{CRYPTO_AEAD_UPDATE, 4, on_context, "aead_update", BASE},
	{CRYPTO_AEAD_FINISH, 4, on_context, "aead_finish", BASE},
	{CRYPTO_AEAD_VERIFY, 4, on_context, "aead_verify", BASE},
	{CRYPTO_AEAD_ABORT, 4, abort_op, "aead_abort", BASE},
};

const struct ts_service crypto_packedc_service = {
	.name = "crypto",
	.uuid = CRYPTO_UUID,
	.ops = ops,
	.op_count = sizeof(ops) / sizeof(ops[0]),
	.start = crypto_start,
};
