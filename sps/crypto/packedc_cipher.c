/* SPDX-License-Identifier: BSD-3-Clause */
/* Packed-c: cipher and AEAD operations (trusted-services.md 3.2). */
#include "packedc_call.h"

/* ---- cipher ---- */

static psa_status setup_cipher(struct ts_call *call, struct crypto *c, struct op *op)
{
	const uint32_t key = pc_word(call), alg = pc_word(call);

	return cipher_setup(c, op, key, alg, call->opcode == CRYPTO_CIPHER_ENCRYPT_SETUP);
}

static int32_t generate_iv(struct ts_call *call, struct crypto *c, struct op *op)
{
	size_t len = sizeof(c->scratch);

	return pc_answer_scratch(call, cipher_generate_iv(c, op, c->scratch, &len), &len);
}

static int32_t set_iv(struct ts_call *call, struct crypto *c, struct op *op)
{
	return ts_done(call, cipher_set_iv(op, pc_record(call, 1)));
}

static int32_t update_cipher(struct ts_call *call, struct crypto *c, struct op *op)
{
	const struct ts_span in = pc_record(call, 1);
	size_t len = sizeof(c->scratch);

	crypto_charge_bytes(c, op->cipher.alg, op->cipher.key.type, in.len);
	return pc_answer_scratch(call, cipher_update(op, in, c->scratch, &len), &len);
}

static int32_t finish_cipher(struct ts_call *call, struct crypto *c, struct op *op)
{
	size_t len = sizeof(c->scratch);

	crypto_charge_bytes(c, op->cipher.alg, op->cipher.key.type, op->cipher.rest_len);
	return pc_answer_scratch(call, pc_over(op, cipher_finish(op, c->scratch, &len)), &len);
}

const struct pc_class pc_cipher = {
	.class = OP_CIPHER,
	.setup = {[CRYPTO_CIPHER_ENCRYPT_SETUP & 0xff] = setup_cipher,
		  [CRYPTO_CIPHER_DECRYPT_SETUP & 0xff] = setup_cipher},
	.on = {[CRYPTO_CIPHER_GENERATE_IV & 0xff] = generate_iv,
	       [CRYPTO_CIPHER_SET_IV & 0xff] = set_iv,
	       [CRYPTO_CIPHER_UPDATE & 0xff] = update_cipher,
	       [CRYPTO_CIPHER_FINISH & 0xff] = finish_cipher},
};

/* ---- AEAD ---- */

static psa_status setup_aead(struct ts_call *call, struct crypto *c, struct op *op)
{
	const uint32_t key = pc_word(call), alg = pc_word(call);

	return aead_setup(c, op, key, alg, call->opcode == CRYPTO_AEAD_ENCRYPT_SETUP);
}

static int32_t generate_nonce(struct ts_call *call, struct crypto *c, struct op *op)
{
	size_t len = sizeof(c->scratch);

	return pc_answer_scratch(call, aead_generate_nonce(c, op, c->scratch, &len), &len);
}

static int32_t set_nonce(struct ts_call *call, struct crypto *c, struct op *op)
{
	return ts_done(call, aead_set_nonce(op, pc_record(call, 1)));
}

static int32_t set_lengths(struct ts_call *call, struct crypto *c, struct op *op)
{
	const uint32_t ad = pc_word(call), text = pc_word(call);

	return ts_done(call, aead_set_lengths(op, ad, text));
}

static void charge_aead(struct crypto *c, const struct op *op, size_t bytes)
{
	crypto_charge_bytes(c, op->aead.a.alg, op->aead.a.key.type, bytes);
}

static int32_t update_ad(struct ts_call *call, struct crypto *c, struct op *op)
{
	const struct ts_span data = pc_record(call, 1);

	charge_aead(c, op, data.len);
	return ts_done(call, aead_update_ad(op, data));
}

static int32_t update_aead(struct ts_call *call, struct crypto *c, struct op *op)
{
	const struct ts_span in = pc_record(call, 1);
	size_t len = sizeof(c->scratch);

	charge_aead(c, op, in.len);
	return pc_answer_scratch(call, aead_update(op, in, c->scratch, &len), &len);
}

/* Both records are always there; nothing is ever held back for the first. */
static int32_t finish_aead(struct ts_call *call, struct crypto *c, struct op *op)
{
	size_t len = sizeof(c->scratch);
	psa_status status;

	charge_aead(c, op, 0);
	status = pc_over(op, aead_finish(op, c->scratch, &len));
	if (!status) {
		ts_tlv_put(&call->out, 1, NULL, 0);
		ts_tlv_put(&call->out, 2, c->scratch, len);
	}
	return ts_answered(call, status);
}

static int32_t verify_aead(struct ts_call *call, struct crypto *c, struct op *op)
{
	const size_t none = 0; /* the plaintext is out already */

	charge_aead(c, op, 0);
	return pc_answer_scratch(call, pc_over(op, aead_verify(op, pc_record(call, 1))), &none);
}

const struct pc_class pc_aead = {
	.class = OP_AEAD,
	.setup = {[CRYPTO_AEAD_ENCRYPT_SETUP & 0xff] = setup_aead,
		  [CRYPTO_AEAD_DECRYPT_SETUP & 0xff] = setup_aead},
	.on = {[CRYPTO_AEAD_GENERATE_NONCE & 0xff] = generate_nonce,
	       [CRYPTO_AEAD_SET_NONCE & 0xff] = set_nonce,
	       [CRYPTO_AEAD_SET_LENGTHS & 0xff] = set_lengths,
	       [CRYPTO_AEAD_UPDATE_AD & 0xff] = update_ad,
	       [CRYPTO_AEAD_UPDATE & 0xff] = update_aead,
	       [CRYPTO_AEAD_FINISH & 0xff] = finish_aead,
	       [CRYPTO_AEAD_VERIFY & 0xff] = verify_aead},
};
