/* SPDX-License-Identifier: BSD-3-Clause */
/* Packed-c: key derivation operations (trusted-services.md 3.2). */
#include "packedc_call.h"

static psa_status setup_derive(struct ts_call *call, struct crypto *c, struct op *op)
{
	return derive_setup(c, op, pc_word(call));
}

static void charge(struct crypto *c, const struct op *op, size_t bytes)
{
	crypto_charge_bytes(c, op->derive->kdf, 0, bytes);
}

static int32_t get_capacity(struct ts_call *call, struct crypto *c, struct op *op)
{
	const uint32_t capacity = (uint32_t)op->derive->capacity;

	return pc_answer_word(call, PSA_SUCCESS, &capacity);
}

static int32_t set_capacity(struct ts_call *call, struct crypto *c, struct op *op)
{
	return ts_done(call, derive_set_capacity(op, pc_word(call)));
}

static int32_t input_bytes(struct ts_call *call, struct crypto *c, struct op *op)
{
	const uint32_t step = pc_word(call);
	const struct ts_span data = pc_record(call, 1);

	charge(c, op, data.len);
	return ts_done(call, derive_input_bytes(op, step, data));
}

static int32_t input_key(struct ts_call *call, struct crypto *c, struct op *op)
{
	const uint32_t step = pc_word(call), key = pc_word(call);

	charge(c, op, 0);
	return ts_done(call, derive_input_key(c, op, step, key));
}

static int32_t output_bytes(struct ts_call *call, struct crypto *c, struct op *op)
{
	const size_t len = pc_word(call);

	if (len > sizeof(c->scratch))
		return RPC_ERROR_RESOURCE_FAILURE;
	charge(c, op, len);
	return pc_answer_scratch(call, derive_output(op, c->scratch, len), &len);
}

static int32_t output_key(struct ts_call *call, struct crypto *c, struct op *op)
{
	const struct psa_attributes a = pc_attributes(call);
	uint32_t id = 0;
	psa_status status;

	charge(c, op, a.bits / 8 & 0xffff);
	status = derive_output_key(c, op, &a, &id);
	return pc_answer_word(call, status, &id);
}

static int32_t agreement(struct ts_call *call, struct crypto *c, struct op *op)
{
	const uint32_t step = pc_word(call), key = pc_word(call);

	return ts_done(call, derive_agree(c, op, step, key, pc_record(call, 1)));
}

const struct pc_class pc_derive = {
	.class = OP_DERIVE,
	.setup = {[CRYPTO_DERIVE_SETUP & 0xff] = setup_derive},
	.on = {[CRYPTO_DERIVE_GET_CAPACITY & 0xff] = get_capacity,
	       [CRYPTO_DERIVE_SET_CAPACITY & 0xff] = set_capacity,
	       [CRYPTO_DERIVE_INPUT_BYTES & 0xff] = input_bytes,
	       [CRYPTO_DERIVE_INPUT_KEY & 0xff] = input_key,
	       [CRYPTO_DERIVE_OUTPUT_BYTES & 0xff] = output_bytes,
	       [CRYPTO_DERIVE_OUTPUT_KEY & 0xff] = output_key,
	       [CRYPTO_DERIVE_AGREEMENT & 0xff] = agreement},
};
