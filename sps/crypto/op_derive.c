/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Key derivation: HKDF (RFC 5869) and the PRF of TLS 1.2 (RFC 5246 5), on their own or fed by a key
 * agreement. Inputs come in PSA's order; output is a stream that goes on from call to call.
 */
#include "crypto.h"

#include <string.h>

#define PSK_BYTES_MAX 128u

static bool is_hkdf(const struct op_derive *d)
{
	return psa_alg_without_hash(d->kdf) == PSA_ALG_HKDF;
}

static bool is_psk(const struct op_derive *d)
{
	return psa_alg_without_hash(d->kdf) == PSA_ALG_TLS12_PSK_TO_MS;
}

psa_status derive_setup(struct op *op, uint32_t alg)
{
	struct op_derive *d = op->derive;
	const bool agreement = psa_alg_is(alg, PSA_CATEGORY_KEY_AGREEMENT);

	if (!agreement && !psa_alg_is(alg, PSA_CATEGORY_KEY_DERIVATION))
		return PSA_ERROR_INVALID_ARGUMENT;
	if (agreement && psa_alg_is_raw_agreement(alg))
		return PSA_ERROR_INVALID_ARGUMENT;
	if (agreement && psa_alg_agreement_base(alg) != PSA_ALG_ECDH)
		return PSA_ERROR_NOT_SUPPORTED;
	d->alg = alg;
	d->kdf = agreement ? psa_alg_agreement_kdf(alg) : alg;
	d->hash = psa_alg_hash(d->kdf);
	if (!is_hkdf(d) && !is_psk(d) && psa_alg_without_hash(d->kdf) != PSA_ALG_TLS12_PRF)
		return PSA_ERROR_NOT_SUPPORTED;
	if (!prim_hash_bytes(d->hash))
		return PSA_ERROR_NOT_SUPPORTED;
	if (!is_hkdf(d) && d->hash != PSA_ALG_SHA_256 && d->hash != PSA_ALG_SHA_384)
		return PSA_ERROR_NOT_SUPPORTED;
	d->capacity = 255 * prim_hash_bytes(d->hash);
	return PSA_SUCCESS;
}

psa_status derive_set_capacity(struct op *op, uint64_t capacity)
{
	if (capacity > op->derive->capacity)
		return PSA_ERROR_INVALID_ARGUMENT;
	op->derive->capacity = capacity;
	return PSA_SUCCESS;
}

static psa_status add_text(struct op_derive *d, struct ts_span data)
{
	if (data.len > sizeof(d->text) - d->label_len - d->seed_len)
		return PSA_ERROR_INSUFFICIENT_MEMORY;
	if (data.len)
		memcpy(d->text + d->label_len + d->seed_len, data.data, data.len);
	return PSA_SUCCESS;
}

static psa_status hkdf_input(struct op_derive *d, uint32_t step, struct ts_span data)
{
	struct prim_hmac extract;
	psa_status status;

	switch (step) {
	case PSA_INPUT_SALT:
		if (d->state != DERIVE_INIT)
			return PSA_ERROR_BAD_STATE;
		prim_hmac_init(&d->extract, d->hash, data.data, data.len);
		d->state = DERIVE_STARTED;
		return PSA_SUCCESS;
	case PSA_INPUT_SECRET:
		if (d->state == DERIVE_INIT)
			prim_hmac_init(&d->extract, d->hash, NULL, 0);
		else if (d->state != DERIVE_STARTED)
			return PSA_ERROR_BAD_STATE;
		extract = d->extract; /* the secret takes its place */
		prim_hmac_update(&extract, data.data, data.len);
		prim_hmac_final(&extract, d->secret);
		d->secret_len = (uint32_t)prim_hash_bytes(d->hash);
		d->state = DERIVE_KEYED;
		return PSA_SUCCESS;
	case PSA_INPUT_INFO:
		if (d->info_set || d->state == DERIVE_READY)
			return PSA_ERROR_BAD_STATE;
		status = add_text(d, data);
		if (status)
			return status;
		d->label_len = (uint32_t)data.len;
		d->info_set = true;
		return PSA_SUCCESS;
	default:
		return PSA_ERROR_INVALID_ARGUMENT;
	}
}

/* RFC 4279 2, RFC 5489 2: length and other secret (zeros by default), length and PSK. */
static psa_status psk_secret(struct op_derive *d, struct ts_span psk)
{
	uint32_t at = d->other_set ? d->secret_len : 0;

	if (psk.len > PSK_BYTES_MAX)
		return PSA_ERROR_INVALID_ARGUMENT;
	if (!d->other_set) {
		d->secret[at++] = (uint8_t)(psk.len >> 8);
		d->secret[at++] = (uint8_t)psk.len;
		memset(d->secret + at, 0, psk.len);
		at += (uint32_t)psk.len;
	}
	d->secret[at++] = (uint8_t)(psk.len >> 8);
	d->secret[at++] = (uint8_t)psk.len;
	if (psk.len)
		memcpy(d->secret + at, psk.data, psk.len);
	d->secret_len = at + (uint32_t)psk.len;
	return PSA_SUCCESS;
}

/* An HMAC key longer than a block is its hash: short enough for d->secret. */
static void tls_secret(struct op_derive *d, struct ts_span key)
{
	if (key.len > sizeof(d->secret)) {
		prim_hash_all(d->hash, key.data, key.len, d->secret);
		d->secret_len = (uint32_t)prim_hash_bytes(d->hash);
		return;
	}
	if (key.len)
		memcpy(d->secret, key.data, key.len);
	d->secret_len = (uint32_t)key.len;
}

static psa_status other_secret(struct op_derive *d, struct ts_span data)
{
	if (!is_psk(d) || d->state != DERIVE_SEEDED || d->other_set)
		return is_psk(d) ? PSA_ERROR_BAD_STATE : PSA_ERROR_INVALID_ARGUMENT;
	if (data.len > PSK_BYTES_MAX)
		return PSA_ERROR_INVALID_ARGUMENT;
	d->secret[0] = (uint8_t)(data.len >> 8);
	d->secret[1] = (uint8_t)data.len;
	if (data.len)
		memcpy(d->secret + 2, data.data, data.len);
	d->secret_len = (uint32_t)data.len + 2;
	d->other_set = true;
	return PSA_SUCCESS;
}

/* text gets the seed first; the label then goes in front of it. */
static psa_status tls_label(struct op_derive *d, struct ts_span label)
{
	if (label.len > sizeof(d->text) - d->seed_len)
		return PSA_ERROR_INSUFFICIENT_MEMORY;
	memmove(d->text + label.len, d->text, d->seed_len);
	if (label.len)
		memcpy(d->text, label.data, label.len);
	d->label_len = (uint32_t)label.len;
	return PSA_SUCCESS;
}

static psa_status tls_input(struct op_derive *d, uint32_t step, struct ts_span data)
{
	psa_status status = PSA_SUCCESS;

	switch (step) {
	case PSA_INPUT_SEED:
		if (d->state != DERIVE_INIT)
			return PSA_ERROR_BAD_STATE;
		status = add_text(d, data);
		d->seed_len = status ? 0 : (uint32_t)data.len;
		d->state = DERIVE_SEEDED;
		return status;
	case PSA_INPUT_OTHER_SECRET:
		return other_secret(d, data);
	case PSA_INPUT_SECRET:
		if (d->state != DERIVE_SEEDED)
			return PSA_ERROR_BAD_STATE;
		if (is_psk(d))
			status = psk_secret(d, data);
		else
			tls_secret(d, data);
		d->state = DERIVE_KEYED;
		return status;
	case PSA_INPUT_LABEL:
		if (d->state != DERIVE_KEYED)
			return PSA_ERROR_BAD_STATE;
		status = tls_label(d, data);
		d->state = DERIVE_READY;
		return status;
	default:
		return PSA_ERROR_INVALID_ARGUMENT;
	}
}

static psa_status input(struct op_derive *d, uint32_t step, struct ts_span data)
{
	return is_hkdf(d) ? hkdf_input(d, step, data) : tls_input(d, step, data);
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
	uint8_t secret[PSA_ECC_MAX_BYTES];
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

static void hkdf_block(struct op_derive *d)
{
	const uint8_t number = (uint8_t)++d->block_number;
	struct prim_hmac m;

	prim_hmac_init(&m, d->hash, d->secret, d->secret_len);
	if (number > 1)
		prim_hmac_update(&m, d->block, prim_hash_bytes(d->hash));
	prim_hmac_update(&m, d->text, d->label_len);
	prim_hmac_update(&m, &number, 1);
	prim_hmac_final(&m, d->block);
}

/* A(i) = HMAC(A(i-1)), A(0) = label and seed; block i = HMAC(A(i), label and seed). */
static void tls_block(struct op_derive *d)
{
	const size_t hlen = prim_hash_bytes(d->hash), text = d->label_len + d->seed_len;
	const bool first = !d->block_number++;
	struct prim_hmac m;

	prim_hmac_init(&m, d->hash, d->secret, d->secret_len);
	prim_hmac_update(&m, first ? d->text : d->a, first ? text : hlen);
	prim_hmac_final(&m, d->a);
	prim_hmac_init(&m, d->hash, d->secret, d->secret_len);
	prim_hmac_update(&m, d->a, hlen);
	prim_hmac_update(&m, d->text, text);
	prim_hmac_final(&m, d->block);
}

static bool ready(const struct op_derive *d)
{
	if (!is_hkdf(d))
		return d->state == DERIVE_READY;
	return d->state == DERIVE_READY || (d->state == DERIVE_KEYED && d->info_set);
}

psa_status derive_output(struct op *op, uint8_t *out, size_t len)
{
	struct op_derive *d = op->derive;
	const uint32_t hlen = (uint32_t)prim_hash_bytes(d->hash);

	if (len > d->capacity || (!len && !d->capacity)) {
		d->capacity = 0; /* and so for every later one */
		return PSA_ERROR_INSUFFICIENT_DATA;
	}
	if (!ready(d))
		return pool_fail(op, PSA_ERROR_BAD_STATE);
	d->state = DERIVE_READY;
	d->capacity -= len;
	while (len) {
		size_t n;

		if (!d->block_left) {
			if (is_hkdf(d))
				hkdf_block(d);
			else
				tls_block(d);
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

static psa_status output_material(struct op *op, struct key *k)
{
	const uint32_t bits = k->attr.bits;
	psa_status status = key_bits_check(k->attr.type, bits);

	if (status)
		return status;
	if (psa_type_is_ecc(k->attr.type) && psa_type_is_pair(k->attr.type))
		return output_scalar(op, k);
	if (psa_type_is_asymmetric(k->attr.type))
		return PSA_ERROR_NOT_SUPPORTED;
	if (bits / 8 > sizeof(k->data))
		return PSA_ERROR_INSUFFICIENT_MEMORY;
	k->len = bits / 8;
	status = derive_output(op, k->data, k->len);
	if (!status && k->attr.type == PSA_KEY_TYPE_DES)
		key_des_parity(k->data, k->len);
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
	status = output_material(op, k);
	if (!status)
		status = key_finish(c, k, id);
	if (status)
		key_abandon(k);
	return status;
}
