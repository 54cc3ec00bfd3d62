/* SPDX-License-Identifier: BSD-3-Clause */
/* Packed-c: hash and MAC operations (trusted-services.md 3.2). */
#include "packedc_call.h"

#include <string.h>

/* ---- hash ---- */

static psa_status setup_hash(struct ts_call *call, struct crypto *c, struct op *op)
{
	return hash_setup(c, op, pc_word(call));
}

static int32_t update_hash(struct ts_call *call, struct crypto *c, struct op *op)
{
	const struct ts_span data = pc_record(call, 1);

	crypto_charge_bytes(c, op->hash.alg, 0, data.len);
	prim_hash_update(&op->hash, data.data, data.len);
	return ts_done(call, PSA_SUCCESS);
}

static size_t end_hash(struct crypto *c, struct op *op)
{
	const size_t len = prim_hash_bytes(op->hash.alg);

	crypto_charge_bytes(c, op->hash.alg, 0, 0);
	prim_hash_final(&op->hash, c->scratch);
	return len;
}

static int32_t finish_hash(struct ts_call *call, struct crypto *c, struct op *op)
{
	const size_t len = end_hash(c, op);

	pool_free(op);
	return pc_answer_scratch(call, PSA_SUCCESS, &len);
}

static int32_t verify_hash(struct ts_call *call, struct crypto *c, struct op *op)
{
	const struct ts_span want = pc_record(call, 1);
	const size_t len = end_hash(c, op);

	if (len != want.len || memcmp(c->scratch, want.data, len))
		return ts_done(call, pool_fail(op, PSA_ERROR_INVALID_SIGNATURE));
	pool_free(op);
	return ts_done(call, PSA_SUCCESS);
}

static int32_t clone_hash(struct ts_call *call, struct crypto *c, struct op *op)
{
	const struct prim_hash hash = op->hash; /* a full pool may give away the source itself */
	struct op *copy = pool_new(c, OP_HASH, call->owner);

	copy->hash = hash;
	return pc_answer_word(call, PSA_SUCCESS, &copy->handle);
}

const struct pc_class pc_hash = {
	.class = OP_HASH,
	.setup = {[CRYPTO_HASH_SETUP & 0xff] = setup_hash},
	.on = {[CRYPTO_HASH_UPDATE & 0xff] = update_hash,
	       [CRYPTO_HASH_FINISH & 0xff] = finish_hash,
	       [CRYPTO_HASH_VERIFY & 0xff] = verify_hash,
	       [CRYPTO_HASH_CLONE & 0xff] = clone_hash},
};

/* ---- MAC ---- */

static psa_status setup_mac(struct ts_call *call, struct crypto *c, struct op *op)
{
	const uint32_t key = pc_word(call), alg = pc_word(call);

	return mac_setup(c, op, key, alg, call->opcode == CRYPTO_MAC_SIGN_SETUP);
}

static int32_t update_mac(struct ts_call *call, struct crypto *c, struct op *op)
{
	const struct ts_span data = pc_record(call, 1);

	mac_charge(c, op, data.len);
	mac_update(op, data);
	return ts_done(call, PSA_SUCCESS);
}

static int32_t sign_finish_mac(struct ts_call *call, struct crypto *c, struct op *op)
{
	size_t len = sizeof(c->scratch);

	mac_charge(c, op, 0);
	return pc_answer_scratch(call, pc_over(op, mac_finish(op, true, c->scratch, &len)), &len);
}

static int32_t verify_finish_mac(struct ts_call *call, struct crypto *c, struct op *op)
{
	const struct ts_span want = pc_record(call, 1);
	size_t len = sizeof(c->scratch);
	psa_status status;

	mac_charge(c, op, 0);
	status = mac_finish(op, false, c->scratch, &len);
	if (!status && (len != want.len || memcmp(c->scratch, want.data, len)))
		status = pool_fail(op, PSA_ERROR_INVALID_SIGNATURE);
	return ts_done(call, pc_over(op, status));
}

const struct pc_class pc_mac = {
	.class = OP_MAC,
	.setup = {[CRYPTO_MAC_SIGN_SETUP & 0xff] = setup_mac,
		  [CRYPTO_MAC_VERIFY_SETUP & 0xff] = setup_mac},
	.on = {[CRYPTO_MAC_UPDATE & 0xff] = update_mac,
	       [CRYPTO_MAC_SIGN_FINISH & 0xff] = sign_finish_mac,
	       [CRYPTO_MAC_VERIFY_FINISH & 0xff] = verify_finish_mac},
};
