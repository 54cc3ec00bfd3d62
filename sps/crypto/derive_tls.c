/* SPDX-License-Identifier: BSD-3-Clause */
/* What TLS 1.2 derives: its PRF (RFC 5246 5), premaster secrets of a PSK and of EC J-PAKE. */
#include "derive_kdf.h"

#include <string.h>

#define PSK_BYTES_MAX 128u

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
	if (key.len > prim_hash_block_bytes(d->hash)) {
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
	if (d->state != DERIVE_SEEDED || d->other_set)
		return PSA_ERROR_BAD_STATE;
	if (data.len > PSA_AGREED_MAX_BYTES)
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
		status = derive_add_text(d, data);
		d->seed_len = status ? 0 : (uint32_t)data.len;
		d->state = DERIVE_SEEDED;
		return status;
	case PSA_INPUT_SECRET:
		if (d->state != DERIVE_SEEDED)
			return PSA_ERROR_BAD_STATE;
		tls_secret(d, data);
		d->state = DERIVE_KEYED;
		return PSA_SUCCESS;
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

/* With a PSK it is the premaster secret that the PRF starts from. */
static psa_status psk_input(struct op_derive *d, uint32_t step, struct ts_span data)
{
	if (step == PSA_INPUT_OTHER_SECRET)
		return other_secret(d, data);
	if (step != PSA_INPUT_SECRET)
		return tls_input(d, step, data);
	if (d->state != DERIVE_SEEDED)
		return PSA_ERROR_BAD_STATE;
	d->state = DERIVE_KEYED;
	return psk_secret(d, data);
}

static bool ready(const struct op_derive *d)
{
	return d->state == DERIVE_READY;
}

/* A(i) = HMAC(A(i-1)), A(0) = label and seed; block i = HMAC(A(i), label and seed). */
static void tls_next(struct op_derive *d)
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

static bool prf_hash(uint32_t hash)
{
	return hash == PSA_ALG_SHA_256 || hash == PSA_ALG_SHA_384;
}

const struct derive_kdf kdf_tls_prf = {PSA_ALG_TLS12_PRF, prf_hash, 255,
				       tls_input,	  ready,    tls_next};
const struct derive_kdf kdf_tls_psk = {
	PSA_ALG_TLS12_PSK_TO_MS, prf_hash, 255, psk_input, ready, tls_next};

/* ---- EC J-PAKE: the hash of the x of a point of P-256 (RFC draft-cragie-tls-ecjpake 8.7) ---- */

#define COORDINATE_BYTES 32u

static psa_status ecjpake_input(struct op_derive *d, uint32_t step, struct ts_span data)
{
	if (step != PSA_INPUT_SECRET || data.len != 1 + 2 * COORDINATE_BYTES || data.data[0] != 4)
		return PSA_ERROR_INVALID_ARGUMENT;
	if (d->state != DERIVE_INIT)
		return PSA_ERROR_BAD_STATE;
	memcpy(d->secret, data.data + 1, COORDINATE_BYTES);
	d->state = DERIVE_READY;
	return PSA_SUCCESS;
}

static void ecjpake_next(struct op_derive *d)
{
	prim_hash_all(d->hash, d->secret, COORDINATE_BYTES, d->block);
}

static bool ecjpake_hash(uint32_t hash)
{
	return hash == psa_alg_hash(PSA_ALG_TLS12_ECJPAKE_TO_PMS);
}

const struct derive_kdf kdf_tls_ecjpake = {0x08000600,	  ecjpake_hash, 1,
					   ecjpake_input, ready,	ecjpake_next};
