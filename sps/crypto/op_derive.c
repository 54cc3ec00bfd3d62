/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Key derivation, on its own or fed by a key agreement. Inputs come in PSA's order; output is a
 * stream that goes on from call to call. The functions themselves: derive_kdf.h.
 */
#include "derive_kdf.h"

#include <string.h>

static const struct derive_kdf *kdf_of(uint32_t alg)
{
	static const struct derive_kdf *const kdfs[] = {&kdf_hkdf,	  &kdf_hkdf_extract,
							&kdf_hkdf_expand, &kdf_tls_prf,
							&kdf_tls_psk,	  &kdf_tls_ecjpake};

	for (size_t i = 0; i < sizeof(kdfs) / sizeof(kdfs[0]); i++)
		if (kdfs[i]->alg == psa_alg_without_hash(alg))
			return kdfs[i];
	return NULL;
}

psa_status derive_setup(const struct crypto *c, struct op *op, uint32_t alg)
{
	struct op_derive *d = op->derive;
	const bool agreement = psa_alg_is(alg, PSA_CATEGORY_KEY_AGREEMENT);
	const uint32_t base = psa_alg_agreement_base(alg);
	const struct derive_kdf *kdf;

	if (!agreement && !psa_alg_is(alg, PSA_CATEGORY_KEY_DERIVATION))
		return PSA_ERROR_INVALID_ARGUMENT;
	if (agreement && psa_alg_is_raw_agreement(alg))
		return PSA_ERROR_INVALID_ARGUMENT;
	if (agreement && ((base != PSA_ALG_ECDH && base != PSA_ALG_FFDH) || !offered_alg(c, base)))
		return PSA_ERROR_NOT_SUPPORTED;
	d->alg = alg;
	d->kdf = agreement ? psa_alg_agreement_kdf(alg) : alg;
	d->hash = psa_alg_hash(d->kdf);
	kdf = kdf_of(d->kdf);
	if (!kdf || !prim_hash_bytes(d->hash) || !kdf->hash_fits(d->hash) ||
	    !offered_alg(c, d->kdf))
		return PSA_ERROR_NOT_SUPPORTED;
	d->capacity = kdf->blocks_max * prim_hash_bytes(d->hash);
	return PSA_SUCCESS;
}

psa_status derive_set_capacity(struct op *op, uint64_t capacity)
{
	if (capacity > op->derive->capacity)
		return PSA_ERROR_INVALID_ARGUMENT;
	op->derive->capacity = capacity;
	return PSA_SUCCESS;
}

psa_status derive_add_text(struct op_derive *d, struct ts_span data)
{
	if (data.len > sizeof(d->text) - d->label_len - d->seed_len)
		return PSA_ERROR_INSUFFICIENT_MEMORY;
	if (data.len)
		memcpy(d->text + d->label_len + d->seed_len, data.data, data.len);
	return PSA_SUCCESS;
}

static psa_status input(struct op_derive *d, uint32_t step, struct ts_span data)
{
	return kdf_of(d->kdf)->input(d, step, data);
}

/* Which types of keys each step takes; bytes always may. */
static bool type_fits(uint32_t step, uint32_t type)
{
	switch (step) {
	case PSA_INPUT_SECRET:
	case PSA_INPUT_OTHER_SECRET:
		return type == PSA_KEY_TYPE_DERIVE;
	case PSA_INPUT_LABEL:
	case PSA_INPUT_SALT:
	case PSA_INPUT_INFO:
	case PSA_INPUT_SEED:
		return type == PSA_KEY_TYPE_RAW_DATA;
	default:
		return false;
	}
}

psa_status derive_input_bytes(struct op *op, uint32_t step, struct ts_span data)
{
	if (!type_fits(step, PSA_KEY_TYPE_DERIVE) && !type_fits(step, PSA_KEY_TYPE_RAW_DATA))
		return pool_fail(op, PSA_ERROR_INVALID_ARGUMENT);
	return pool_fail(op, input(op->derive, step, data));
}

psa_status derive_input_key(struct crypto *c, struct op *op, uint32_t step, uint32_t key)
{
	struct key *k;
	psa_status status;

	status = key_get_for(c, op->owner, key, PSA_KEY_USAGE_DERIVE, op->derive->alg, &k);
	if (!status && !type_fits(step, k->attr.type))
		status = PSA_ERROR_INVALID_ARGUMENT;
	if (!status)
		status = input(op->derive, step, (struct ts_span){k->data, k->len});
	if (!status && step == PSA_INPUT_SECRET)
		op->derive->may_output_key = true;
	return pool_fail(op, status);
}

psa_status derive_agree(struct crypto *c, struct op *op, uint32_t step, uint32_t key,
			struct ts_span peer)
{
	const struct asym a = {op->owner, key, op->derive->alg, false};
	uint8_t secret[PSA_AGREED_MAX_BYTES];
	size_t len = sizeof(secret);
	psa_status status;

	if (!psa_alg_is(op->derive->alg, PSA_CATEGORY_KEY_AGREEMENT))
		return PSA_ERROR_INVALID_ARGUMENT;
	status = asym_agree(c, &a, peer, secret, &len);
	if (!status && !type_fits(step, PSA_KEY_TYPE_DERIVE))
		status = PSA_ERROR_INVALID_ARGUMENT;
	if (!status)
		status = input(op->derive, step, (struct ts_span){secret, len});
	if (!status && step == PSA_INPUT_SECRET)
		op->derive->may_output_key = true;
	return pool_fail(op, status);
}

psa_status derive_output(struct op *op, uint8_t *out, size_t len)
{
	struct op_derive *d = op->derive;
	const struct derive_kdf *kdf = kdf_of(d->kdf);
	const uint32_t hlen = (uint32_t)prim_hash_bytes(d->hash);

	if (len > d->capacity || (!len && !d->capacity)) {
		d->capacity = 0; /* and so for every later one */
		return PSA_ERROR_INSUFFICIENT_DATA;
	}
	if (!kdf->ready(d))
		return pool_fail(op, PSA_ERROR_BAD_STATE);
	d->state = DERIVE_READY;
	d->capacity -= len;
	while (len) {
		size_t n;

		if (!d->block_left) {
			kdf->next(d);
			d->block_left = hlen;
		}
		n = len < d->block_left ? len : d->block_left;
		memcpy(out, d->block + hlen - d->block_left, n);
		d->block_left -= (uint32_t)n;
		out += n;
		len -= n;
	}
	return PSA_SUCCESS;
}

/* Drawn until it is a private key of the curve (PSA 1.0, key derivation output). */
static psa_status output_scalar(struct op *op, struct key *k)
{
	const uint32_t family = key_family(k), bits = k->attr.bits;
	const size_t bytes = prim_ec_bytes(family, bits);
	psa_status status;

	do {
		status = derive_output(op, k->data, bytes);
		if (status)
			return status;
		if (bits % 8)
			k->data[0] &= (uint8_t)((1u << bits % 8) - 1);
		/* k + 1: from 0 .. n-2 to 1 .. n-1 */
		for (size_t i = bytes; i-- && !++k->data[i];)
			;
	} while (!prim_ec_valid(family, bits, k->data, bytes, true));
	k->len = (uint32_t)bytes;
	return PSA_SUCCESS;
}

static psa_status output_material(const struct crypto *c, struct op *op, struct key *k)
{
	const uint32_t bits = k->attr.bits;
	psa_status status = key_bits_check(c, k->attr.type, bits);

	if (status)
		return status;
	if (!key_is_string(k->attr.type))
		return psa_type_is_ecc(k->attr.type) && psa_type_is_pair(k->attr.type)
			       ? output_scalar(op, k)
			       : PSA_ERROR_NOT_SUPPORTED;
	if (bits / 8 > sizeof(k->data))
		return PSA_ERROR_INSUFFICIENT_MEMORY;
	k->len = (uint32_t)key_string_bytes(k->attr.type, bits);
	status = derive_output(op, k->data, k->len);
	if (!status)
		key_string_finish(k);
	return status;
}

psa_status derive_output_key(struct crypto *c, struct op *op, const struct psa_attributes *a,
			     uint32_t *id)
{
	struct key *k;
	psa_status status;

	if (!a->bits)
		return PSA_ERROR_INVALID_ARGUMENT;
	if (!op->derive->may_output_key)
		return PSA_ERROR_NOT_PERMITTED;
	status = key_begin(c, op->owner, a, &k);
	if (status)
		return status;
	status = output_material(c, op, k);
	if (!status)
		status = key_finish(c, k, id);
	if (status)
		key_abandon(k);
	return status;
}
