/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * AEAD operations, in pieces. The nonce goes in when the first byte does, so that lengths may be
 * announced before or after it; CCM must know them by then.
 */
#include "crypto.h"

#include <string.h>

static bool is_ccm(uint32_t alg)
{
	return prim_aead_is(alg, PSA_ALG_CCM);
}

static bool is_chacha(uint32_t alg)
{
	return prim_aead_is(alg, PSA_ALG_CHACHA20_POLY1305);
}

static bool fits(uint32_t alg, uint32_t type)
{
	if (is_chacha(alg)) /* its tag is never cut (Mbed TLS) */
		return type == PSA_KEY_TYPE_CHACHA20 && alg == PSA_ALG_CHACHA20_POLY1305;
	return (is_ccm(alg) || prim_aead_is(alg, PSA_ALG_GCM)) && prim_block_bytes(type) == 16;
}

/* SP 800-38C A.1, SP 800-38D 5.2.1.2 */
static bool tag_valid(uint32_t alg)
{
	const size_t len = psa_alg_length(alg);

	if (is_ccm(alg))
		return len >= 4 && len <= 16 && len % 2 == 0;
	return len == 4 || len == 8 || (len >= 12 && len <= 16);
}

psa_status aead_setup(struct crypto *c, struct op *op, uint32_t key, uint32_t alg, bool encrypt)
{
	struct op_aead *o = &op->aead;
	struct key *k;
	psa_status status;

	if (!psa_alg_is(alg, PSA_CATEGORY_AEAD) || policy_wildcard(alg))
		return PSA_ERROR_INVALID_ARGUMENT;
	status = key_get_for(c, op->owner, key,
			     encrypt ? PSA_KEY_USAGE_ENCRYPT : PSA_KEY_USAGE_DECRYPT, alg, &k);
	if (status)
		return status;
	if (!fits(alg, k->attr.type) || !offered_alg(c, alg))
		return prim_block_bytes(k->attr.type) == 8 ? PSA_ERROR_INVALID_ARGUMENT
							   : PSA_ERROR_NOT_SUPPORTED;
	if (!tag_valid(alg))
		return PSA_ERROR_INVALID_ARGUMENT;
	o->a.alg = alg;
	o->a.tag_len = (uint32_t)psa_alg_length(alg);
	o->a.key = (struct prim_key){.type = k->attr.type, .len = k->len};
	memcpy(o->a.key.bytes, k->data, k->len);
	o->encrypt = encrypt;
	return PSA_SUCCESS;
}

psa_status aead_set_nonce(struct op *op, struct ts_span nonce)
{
	struct op_aead *o = &op->aead;

	if (o->nonce_set)
		return pool_fail(op, PSA_ERROR_BAD_STATE);
	if (is_chacha(o->a.alg) && nonce.len != 12)
		return pool_fail(op, nonce.len == 8 ? PSA_ERROR_NOT_SUPPORTED
						    : PSA_ERROR_INVALID_ARGUMENT);
	if (!nonce.len || nonce.len > sizeof(o->nonce) ||
	    (is_ccm(o->a.alg) && (nonce.len < 7 || nonce.len > 13)))
		return pool_fail(op, PSA_ERROR_INVALID_ARGUMENT);
	memcpy(o->nonce, nonce.data, nonce.len);
	o->nonce_len = (uint32_t)nonce.len;
	o->nonce_set = true;
	return PSA_SUCCESS;
}

psa_status aead_generate_nonce(struct crypto *c, struct op *op, uint8_t *nonce, size_t *len)
{
	struct op_aead *o = &op->aead;
	const size_t bytes = is_ccm(o->a.alg) ? 13 : 12;

	if (o->nonce_set || !o->encrypt)
		return pool_fail(op, PSA_ERROR_BAD_STATE);
	if (*len < bytes)
		return pool_fail(op, PSA_ERROR_BUFFER_TOO_SMALL);
	prim_random(&c->rng, nonce, bytes);
	*len = bytes;
	return aead_set_nonce(op, (struct ts_span){nonce, bytes});
}

psa_status aead_set_lengths(struct op *op, uint32_t ad, uint32_t text)
{
	struct op_aead *o = &op->aead;

	if (o->lengths_set || o->started)
		return pool_fail(op, PSA_ERROR_BAD_STATE);
	if (is_ccm(o->a.alg) && ad >> 16)
		return pool_fail(op, PSA_ERROR_INVALID_ARGUMENT);
	o->lengths_set = true;
	o->ad_left = ad;
	o->text_left = text;
	return PSA_SUCCESS;
}

static psa_status begin(struct op_aead *o)
{
	if (o->started)
		return PSA_SUCCESS;
	if (!o->nonce_set || (is_ccm(o->a.alg) && !o->lengths_set))
		return PSA_ERROR_BAD_STATE;
	/* The length field of CCM is what the nonce leaves of 15 bytes (SP 800-38C A.2.1). */
	if (is_ccm(o->a.alg) && o->nonce_len > 11 && o->text_left >> 8 * (15 - o->nonce_len))
		return PSA_ERROR_INVALID_ARGUMENT;
	prim_aead_start(&o->a, o->nonce, o->nonce_len, o->ad_left, o->text_left);
	o->started = true;
	return PSA_SUCCESS;
}

psa_status aead_update_ad(struct op *op, struct ts_span data)
{
	struct op_aead *o = &op->aead;
	psa_status status = o->body ? PSA_ERROR_BAD_STATE : begin(o);

	if (!status && o->lengths_set && data.len > o->ad_left)
		status = PSA_ERROR_INVALID_ARGUMENT;
	if (status)
		return pool_fail(op, status);
	if (o->lengths_set)
		o->ad_left -= data.len;
	if (data.len)
		prim_aead_ad(&o->a, data.data, data.len);
	return PSA_SUCCESS;
}

psa_status aead_update(struct op *op, struct ts_span in, uint8_t *out, size_t *len)
{
	struct op_aead *o = &op->aead;
	psa_status status = begin(o);

	if (!status && o->lengths_set && (o->ad_left || in.len > o->text_left))
		status = PSA_ERROR_INVALID_ARGUMENT;
	if (!status && *len < in.len)
		status = PSA_ERROR_BUFFER_TOO_SMALL;
	if (status)
		return pool_fail(op, status);
	if (o->lengths_set)
		o->text_left -= in.len;
	o->body = true;
	if (in.len)
		prim_aead_text(&o->a, o->encrypt, in.data, out, in.len);
	*len = in.len;
	return PSA_SUCCESS;
}

static psa_status end(struct op_aead *o, bool encrypt, uint8_t tag[16])
{
	psa_status status;

	if (o->encrypt != encrypt || !o->nonce_set)
		return PSA_ERROR_BAD_STATE;
	if (o->lengths_set && (o->ad_left || o->text_left))
		return PSA_ERROR_INVALID_ARGUMENT;
	status = begin(o);
	if (!status)
		prim_aead_tag(&o->a, tag);
	return status;
}

psa_status aead_finish(struct op *op, uint8_t *tag, size_t *len)
{
	uint8_t full[16];
	const psa_status status = end(&op->aead, true, full);

	if (status)
		return pool_fail(op, status);
	if (*len < op->aead.a.tag_len)
		return pool_fail(op, PSA_ERROR_BUFFER_TOO_SMALL);
	*len = op->aead.a.tag_len;
	memcpy(tag, full, *len);
	return PSA_SUCCESS;
}

psa_status aead_verify(struct op *op, struct ts_span tag)
{
	uint8_t full[16];
	psa_status status = end(&op->aead, false, full);

	if (!status && (tag.len != op->aead.a.tag_len || memcmp(tag.data, full, tag.len)))
		status = PSA_ERROR_INVALID_SIGNATURE;
	return pool_fail(op, status);
}
