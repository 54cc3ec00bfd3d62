/* SPDX-License-Identifier: BSD-3-Clause */
/* Packed-c: keys, and operations of one call (trusted-services.md 3.2). */
#include "packedc_call.h"

/* ---- keys ---- */

int32_t pc_generate_key(struct ts_call *call)
{
	const struct psa_attributes a = pc_attributes(call);
	uint32_t id = 0;

	return pc_answer_word(call, key_generate(call->state, call->owner, &a, &id), &id);
}

int32_t pc_import_key(struct ts_call *call)
{
	const struct psa_attributes a = pc_attributes(call);
	uint32_t id = 0;

	return pc_answer_word(
		call, key_import(call->state, call->owner, &a, pc_record(call, 1), &id), &id);
}

int32_t pc_destroy_key(struct ts_call *call)
{
	return ts_done(call, key_destroy(call->state, call->owner, pc_word(call)));
}

int32_t pc_purge_key(struct ts_call *call)
{
	return ts_done(call, key_purge(call->state, call->owner, pc_word(call)));
}

int32_t pc_copy_key(struct ts_call *call)
{
	const uint32_t source = pc_word(call);
	const struct psa_attributes a = pc_attributes(call);
	uint32_t id = 0;

	return pc_answer_word(call, key_copy(call->state, call->owner, source, &a, &id), &id);
}

int32_t pc_export_key(struct ts_call *call)
{
	struct crypto *c = call->state;
	size_t len = sizeof(c->scratch);

	return pc_answer_scratch(call, key_export(c, call->owner, pc_word(call), c->scratch, &len),
				 &len);
}

int32_t pc_export_public_key(struct ts_call *call)
{
	struct crypto *c = call->state;
	size_t len = sizeof(c->scratch);

	return pc_answer_scratch(
		call, key_export_public(c, call->owner, pc_word(call), c->scratch, &len), &len);
}

int32_t pc_get_key_attributes(struct ts_call *call)
{
	struct psa_attributes a;
	const psa_status status = key_attributes(call->state, call->owner, pc_word(call), &a);

	if (!status)
		ts_put_bytes(&call->out, &a, sizeof(a));
	return ts_answered(call, status);
}

/* ---- asymmetric ---- */

static struct asym key_and_alg(struct ts_call *call, bool message)
{
	struct asym a = {.owner = call->owner, .message = message};

	a.key = pc_word(call);
	a.alg = pc_word(call);
	return a;
}

int32_t pc_sign(struct ts_call *call)
{
	struct crypto *c = call->state;
	const struct asym a = key_and_alg(call, call->opcode == CRYPTO_SIGN_MESSAGE);
	const struct ts_span in = pc_record(call, 1);
	size_t len = sizeof(c->scratch);

	if (in.len > CRYPTO_SIGNED_BYTES_MAX)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	return pc_answer_scratch(call, asym_sign(c, &a, in, c->scratch, &len), &len);
}

int32_t pc_verify(struct ts_call *call)
{
	const struct asym a = key_and_alg(call, call->opcode == CRYPTO_VERIFY_MESSAGE);
	const struct ts_span in = pc_record(call, 1), sig = pc_record(call, 2);

	if (in.len > CRYPTO_SIGNED_BYTES_MAX || sig.len > CRYPTO_SIGNATURE_BYTES_MAX)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	return ts_done(call, asym_verify(call->state, &a, in, sig));
}

int32_t pc_asymmetric_crypt(struct ts_call *call)
{
	struct crypto *c = call->state;
	const struct asym a = key_and_alg(call, false);
	const struct ts_span in = pc_record(call, 1), salt = pc_record(call, 2);
	size_t len = sizeof(c->scratch);
	const psa_status status = asym_crypt(c, &a, call->opcode == CRYPTO_ASYMMETRIC_ENCRYPT, in,
					     salt, c->scratch, &len);

	return pc_answer_scratch(call, status, &len);
}

int32_t pc_generate_random(struct ts_call *call)
{
	struct crypto *c = call->state;
	const size_t size = pc_word(call);

	if (size > sizeof(c->scratch))
		return RPC_ERROR_RESOURCE_FAILURE;
	crypto_charge_bytes(c, PSA_ALG_SHA_256, 0, size);
	prim_random(&c->rng, c->scratch, size);
	return pc_answer_scratch(call, PSA_SUCCESS, &size);
}

int32_t pc_verify_pkcs7(struct ts_call *call)
{
	struct crypto *c = call->state;
	const struct ts_span der = pc_record(call, 1), hash = pc_record(call, 2),
			     cert = pc_record(call, 3);

	crypto_charge_key(c, COST_PUBLIC, PSA_KEY_TYPE_RSA_PUBLIC_KEY, 2048);
	return ts_done(call, prim_pkcs7_verify(der.data, der.len, hash.data, hash.len, cert.data,
					       cert.len));
}

/* Zero-padded to 64 bytes; EFI_COMPROMISED_DATA loses its bit 63 on the way. */
#define EFI_COMPROMISED_DATA ((int64_t)(1ull << 63 | 0x21))
int32_t pc_uefi_fingerprint(struct ts_call *call)
{
	uint8_t print[64] = {0};
	const struct ts_span der = pc_record(call, 1);

	crypto_charge_bytes(call->state, PSA_ALG_SHA_256, 0, der.len);
	if (!prim_pkcs7_fingerprint(der.data, der.len, print))
		return ts_done(call, EFI_COMPROMISED_DATA);
	ts_tlv_put(&call->out, 1, print, sizeof(print));
	return ts_answered(call, 0);
}

int32_t pc_raw_agreement(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct asym a = {.owner = call->owner};
	size_t len = sizeof(c->scratch);
	psa_status status;

	a.alg = pc_word(call);
	a.key = pc_word(call);
	status = asym_agree(c, &a, pc_record(call, 1), c->scratch, &len);
	return pc_answer_scratch(call, status, &len);
}
