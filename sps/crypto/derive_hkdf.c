/* SPDX-License-Identifier: BSD-3-Clause */
/* HKDF (RFC 5869), and its two halves on their own. */
#include "derive_kdf.h"

#include <string.h>

static psa_status take_salt(struct op_derive *d, struct ts_span salt)
{
	if (d->state != DERIVE_INIT)
		return PSA_ERROR_BAD_STATE;
	prim_hmac_init(&d->extract, d->hash, salt.data, salt.len);
	d->state = DERIVE_STARTED;
	return PSA_SUCCESS;
}

static psa_status extract(struct op_derive *d, struct ts_span secret)
{
	struct prim_hmac m;

	if (d->state != DERIVE_STARTED)
		return PSA_ERROR_BAD_STATE;
	m = d->extract; /* the secret takes its place */
	prim_hmac_update(&m, secret.data, secret.len);
	prim_hmac_final(&m, d->secret);
	d->secret_len = (uint32_t)prim_hash_bytes(d->hash);
	d->state = DERIVE_KEYED;
	return PSA_SUCCESS;
}

static psa_status take_info(struct op_derive *d, struct ts_span info)
{
	psa_status status;

	if (d->info_set || d->state == DERIVE_READY)
		return PSA_ERROR_BAD_STATE;
	status = derive_add_text(d, info);
	if (status)
		return status;
	d->label_len = (uint32_t)info.len;
	d->info_set = true;
	return PSA_SUCCESS;
}

static psa_status input(struct op_derive *d, uint32_t step, struct ts_span data)
{
	switch (step) {
	case PSA_INPUT_SALT:
		return take_salt(d, data);
	case PSA_INPUT_SECRET:
		if (d->state == DERIVE_INIT) /* no salt is an empty one */
			take_salt(d, (struct ts_span){NULL, 0});
		return extract(d, data);
	case PSA_INPUT_INFO:
		return take_info(d, data);
	default:
		return PSA_ERROR_INVALID_ARGUMENT;
	}
}

/* Here the salt is not optional (Mbed TLS). */
static psa_status extract_input(struct op_derive *d, uint32_t step, struct ts_span data)
{
	if (step == PSA_INPUT_SALT)
		return take_salt(d, data);
	return step == PSA_INPUT_SECRET ? extract(d, data) : PSA_ERROR_INVALID_ARGUMENT;
}

/* The secret is the PRK itself. */
static psa_status expand_input(struct op_derive *d, uint32_t step, struct ts_span data)
{
	if (step == PSA_INPUT_INFO) /* must not come first (Mbed TLS) */
		return d->state == DERIVE_INIT ? PSA_ERROR_BAD_STATE : take_info(d, data);
	if (step != PSA_INPUT_SECRET)
		return PSA_ERROR_INVALID_ARGUMENT;
	if (d->state != DERIVE_INIT)
		return PSA_ERROR_BAD_STATE;
	if (data.len != prim_hash_bytes(d->hash))
		return PSA_ERROR_INVALID_ARGUMENT;
	memcpy(d->secret, data.data, data.len);
	d->secret_len = (uint32_t)data.len;
	d->state = DERIVE_KEYED;
	return PSA_SUCCESS;
}

static bool keyed(const struct op_derive *d)
{
	return d->state == DERIVE_KEYED || d->state == DERIVE_READY;
}

static bool ready(const struct op_derive *d)
{
	return keyed(d) && d->info_set;
}

static void next(struct op_derive *d)
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

static void extracted(struct op_derive *d)
{
	memcpy(d->block, d->secret, d->secret_len);
}

static bool any_hash(uint32_t hash)
{
	return true;
}

const struct derive_kdf kdf_hkdf = {PSA_ALG_HKDF, any_hash, 255, input, ready, next};
const struct derive_kdf kdf_hkdf_extract = {PSA_ALG_HKDF_EXTRACT, any_hash, 1,
					    extract_input,	  keyed,    extracted};
const struct derive_kdf kdf_hkdf_expand = {PSA_ALG_HKDF_EXPAND, any_hash, 255,
					   expand_input,	ready,	  next};
