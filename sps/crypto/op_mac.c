/* SPDX-License-Identifier: BSD-3-Clause */
/* Hash and MAC operations: what PSA allows, in which order. */
#include "crypto.h"

#include <string.h>

psa_status hash_setup(const struct crypto *c, struct op *op, uint32_t alg)
{
	if (!psa_alg_is(alg, PSA_CATEGORY_HASH))
		return PSA_ERROR_INVALID_ARGUMENT;
	return offered_alg(c, alg) && prim_hash_init(&op->hash, alg) ? PSA_SUCCESS
								     : PSA_ERROR_NOT_SUPPORTED;
}

static psa_status lengths(const struct key *k, uint32_t alg, uint32_t *len)
{
	const size_t full = mac_full_bytes(k->attr.type, alg), asked = mac_bytes(k->attr.type, alg);

	if (psa_alg_is_hmac(alg) ? k->attr.type != PSA_KEY_TYPE_HMAC
				 : !prim_block_bytes(k->attr.type))
		return PSA_ERROR_INVALID_ARGUMENT;
	if (!full)
		return PSA_ERROR_NOT_SUPPORTED;
	if (k->attr.type == PSA_KEY_TYPE_DES && k->attr.bits == 64)
		return PSA_ERROR_NOT_SUPPORTED;
	if (asked > full)
		return PSA_ERROR_INVALID_ARGUMENT;
	if (asked < 4) /* a MAC that short is no protection */
		return PSA_ERROR_NOT_SUPPORTED;
	*len = (uint32_t)asked;
	return PSA_SUCCESS;
}

psa_status mac_setup(struct crypto *c, struct op *op, uint32_t key, uint32_t alg, bool sign)
{
	struct op_mac *m = &op->mac;
	struct prim_key block;
	struct key *k;
	psa_status status = key_get_for(
		c, op->owner, key, sign ? PSA_KEY_USAGE_SIGN_MESSAGE : PSA_KEY_USAGE_VERIFY_MESSAGE,
		alg, &k);

	if (status)
		return status;
	if (!psa_alg_is(alg, PSA_CATEGORY_MAC))
		return PSA_ERROR_INVALID_ARGUMENT;
	status = lengths(k, alg, &m->len);
	if (status)
		return status;
	if (!offered_alg(c, alg))
		return PSA_ERROR_NOT_SUPPORTED;
	m->alg = psa_alg_without_length(alg);
	m->type = k->attr.type;
	m->sign = sign;
	m->hmac = psa_alg_is_hmac(alg);
	if (m->hmac) {
		prim_hmac_init(&m->h, psa_alg_hash(alg), k->data, k->len);
		return PSA_SUCCESS;
	}
	block = (struct prim_key){.type = k->attr.type, .len = k->len};
	memcpy(block.bytes, k->data, k->len);
	prim_cmac_init(&m->c, &block);
	return PSA_SUCCESS;
}

void mac_charge(struct crypto *c, const struct op *op, size_t bytes)
{
	crypto_charge_bytes(c, op->mac.alg, op->mac.type, bytes);
}

void mac_update(struct op *op, struct ts_span data)
{
	if (op->mac.hmac)
		prim_hmac_update(&op->mac.h, data.data, data.len);
	else
		prim_cmac_update(&op->mac.c, data.data, data.len);
}

psa_status mac_finish(struct op *op, bool sign, uint8_t *out, size_t *len)
{
	uint8_t full[PSA_HASH_MAX_BYTES];

	if (op->mac.sign != sign)
		return pool_fail(op, PSA_ERROR_BAD_STATE);
	if (*len < op->mac.len)
		return pool_fail(op, PSA_ERROR_BUFFER_TOO_SMALL);
	if (op->mac.hmac)
		prim_hmac_final(&op->mac.h, full);
	else
		prim_cmac_final(&op->mac.c, full);
	*len = op->mac.len;
	memcpy(out, full, *len);
	return PSA_SUCCESS;
}
