/* SPDX-License-Identifier: BSD-3-Clause */
/* What a key of each type looks like: sizes, formats, generation, public parts. */
#include "crypto.h"

#include <string.h>

struct row {
	uint32_t type;
	uint16_t bits[3]; /* 0,0,0 = any number of bytes */
};
static const struct row rows[] = {
	{PSA_KEY_TYPE_RAW_DATA, {0}},
	{PSA_KEY_TYPE_HMAC, {0}},
	{PSA_KEY_TYPE_DERIVE, {0}},
	{PSA_KEY_TYPE_PASSWORD, {0}},
	{PSA_KEY_TYPE_PASSWORD_HASH, {0}},
	{PSA_KEY_TYPE_PEPPER, {0}},
	{PSA_KEY_TYPE_AES, {128, 192, 256}},
	{PSA_KEY_TYPE_ARIA, {128, 192, 256}},
	{PSA_KEY_TYPE_CAMELLIA, {128, 192, 256}},
	{PSA_KEY_TYPE_DES, {64, 128, 192}},
	{PSA_KEY_TYPE_CHACHA20, {256, 256, 256}},
};

static const struct row *row_of(uint32_t type)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].type == type)
			return &rows[i];
	return NULL;
}

static psa_status unstructured_bits(const struct row *r, uint32_t bits)
{
	if (bits % 8)
		return PSA_ERROR_INVALID_ARGUMENT;
	if (!r->bits[0])
		return PSA_SUCCESS;
	for (int i = 0; i < 3; i++)
		if (r->bits[i] == bits)
			return PSA_SUCCESS;
	return PSA_ERROR_INVALID_ARGUMENT;
}

/* Curves whose keys are strings (prim_xed.c). */
static bool is_xed(uint32_t type)
{
	return psa_type_is_ecc(type) && prim_xed_bytes(type & 0xff, 255);
}

static size_t ecc_bytes(uint32_t type, uint32_t bits)
{
	return is_xed(type) ? prim_xed_bytes(type & 0xff, bits) : prim_ec_bytes(type & 0xff, bits);
}

static bool dh_fits(uint32_t type, uint32_t bits)
{
	return (type & 0xff) == PSA_DH_RFC7919 && prim_dh_group(bits);
}

psa_status key_bits_check(const struct crypto *c, uint32_t type, uint32_t bits)
{
	const struct row *r = row_of(type);

	if (!offered_type(c, type))
		return PSA_ERROR_NOT_SUPPORTED;
	if (r)
		return unstructured_bits(r, bits);
	if (psa_type_is_rsa(type))
		return bits > PSA_RSA_MAX_BITS || bits % 8 ? PSA_ERROR_NOT_SUPPORTED : PSA_SUCCESS;
	if (psa_type_is_ecc(type))
		return ecc_bytes(type, bits) ? PSA_SUCCESS : PSA_ERROR_NOT_SUPPORTED;
	if (psa_type_is_dh(type))
		return dh_fits(type, bits) ? PSA_SUCCESS : PSA_ERROR_NOT_SUPPORTED;
	return PSA_ERROR_NOT_SUPPORTED;
}

uint32_t key_family(const struct key *key)
{
	return key->attr.type & 0xff;
}

static psa_status accept_rsa(struct key *k)
{
	const uint32_t bits = prim_rsa_bits(k->data, k->len, psa_type_is_pair(k->attr.type));

	if (!bits)
		return PSA_ERROR_INVALID_ARGUMENT;
	k->attr.bits = bits;
	return bits % 8 ? PSA_ERROR_NOT_SUPPORTED : PSA_SUCCESS;
}

static psa_status accept_ecc(struct key *k)
{
	const bool pair = psa_type_is_pair(k->attr.type);
	const uint32_t asked = k->attr.bits;
	uint32_t bits = prim_ec_bits(key_family(k), k->len, pair);

	/* Two curves may have keys of one length; what the attributes say decides. */
	if (asked && prim_ec_bytes(key_family(k), asked) &&
	    k->len == (pair ? 1 : 2) * prim_ec_bytes(key_family(k), asked) + !pair)
		bits = asked;
	if (!bits)
		return asked && !prim_ec_bytes(key_family(k), asked) ? PSA_ERROR_NOT_SUPPORTED
								     : PSA_ERROR_INVALID_ARGUMENT;
	k->attr.bits = bits;
	return prim_ec_valid(key_family(k), bits, k->data, k->len, pair)
		       ? PSA_SUCCESS
		       : PSA_ERROR_INVALID_ARGUMENT;
}

static psa_status accept_xed(struct key *k)
{
	const bool pair = psa_type_is_pair(k->attr.type);
	const uint32_t bits = prim_xed_bits(key_family(k), k->len);

	if (k->attr.bits && !prim_xed_bytes(key_family(k), k->attr.bits))
		return PSA_ERROR_NOT_SUPPORTED;
	if (!bits)
		return PSA_ERROR_INVALID_ARGUMENT;
	k->attr.bits = bits;
	if (pair)
		prim_xed_clamp(key_family(k), k->data, k->len);
	return prim_xed_valid(key_family(k), bits, k->data, k->len, pair)
		       ? PSA_SUCCESS
		       : PSA_ERROR_INVALID_ARGUMENT;
}

static psa_status accept_dh(struct key *k)
{
	if (key_family(k) != PSA_DH_RFC7919)
		return PSA_ERROR_NOT_SUPPORTED;
	k->attr.bits = k->len * 8;
	return prim_dh_group(k->attr.bits) && prim_dh_valid(k->attr.bits, k->data, k->len,
							    psa_type_is_pair(k->attr.type))
		       ? PSA_SUCCESS
		       : PSA_ERROR_INVALID_ARGUMENT;
}

static psa_status accept_unstructured(struct key *k)
{
	const struct row *r = row_of(k->attr.type);

	if (!r)
		return PSA_ERROR_NOT_SUPPORTED;
	k->attr.bits = k->len * 8;
	return unstructured_bits(r, k->attr.bits);
}

psa_status key_accept(const struct crypto *c, struct key *key)
{
	const uint32_t type = key->attr.type;
	psa_status status;

	if (psa_type_is_rsa(type))
		status = accept_rsa(key);
	else if (is_xed(type))
		status = accept_xed(key);
	else if (psa_type_is_ecc(type))
		status = accept_ecc(key);
	else if (psa_type_is_dh(type))
		status = accept_dh(key);
	else
		status = accept_unstructured(key);
	return status || offered_type(c, type) ? status : PSA_ERROR_NOT_SUPPORTED;
}

static void des_parity(uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const unsigned ones = (unsigned)__builtin_popcount(data[i] >> 1);

		data[i] = (uint8_t)((data[i] & 0xfe) | !(ones & 1));
	}
}

psa_status key_material_generate(struct crypto *c, struct key *key)
{
	const uint32_t bits = key->attr.bits, type = key->attr.type;
	size_t len = sizeof(key->data);
	psa_status status;

	if (psa_type_is_rsa(type)) {
		status = prim_rsa_generate(&c->rng, bits, key->data, &len);
		key->len = status ? 0 : (uint32_t)len;
		return status;
	}
	if (psa_type_is_dh(type)) {
		key->len = bits / 8;
		return prim_dh_generate(&c->rng, bits, key->data);
	}
	if (psa_type_is_ecc(type) && !is_xed(type)) {
		key->len = (uint32_t)prim_ec_bytes(key_family(key), bits);
		return prim_ec_generate(&c->rng, key_family(key), bits, key->data);
	}
	if (bits / 8 > sizeof(key->data))
		return PSA_ERROR_INSUFFICIENT_MEMORY;
	key->len = (uint32_t)key_string_bytes(type, bits);
	prim_random(&c->rng, key->data, key->len);
	key_string_finish(key);
	return PSA_SUCCESS;
}

bool key_is_string(uint32_t type)
{
	return !psa_type_is_asymmetric(type) || (is_xed(type) && psa_type_is_pair(type));
}

size_t key_string_bytes(uint32_t type, uint32_t bits)
{
	return is_xed(type) ? ecc_bytes(type, bits) : bits / 8;
}

void key_string_finish(struct key *key)
{
	if (key->attr.type == PSA_KEY_TYPE_DES)
		des_parity(key->data, key->len);
	else if (is_xed(key->attr.type))
		prim_xed_clamp(key_family(key), key->data, key->len);
}

static psa_status public_of_pair(const struct key *key, uint8_t *out, size_t *len)
{
	const uint32_t type = key->attr.type, bits = key->attr.bits;

	if (psa_type_is_rsa(type))
		return prim_rsa_public(key->data, key->len, out, len);
	if (psa_type_is_dh(type))
		return prim_dh_public(bits, key->data, out, len);
	return is_xed(type) ? prim_xed_public(type & 0xff, bits, key->data, out, len)
			    : prim_ec_public(type & 0xff, bits, key->data, out, len);
}

psa_status key_public(const struct key *key, uint8_t *out, size_t *len)
{
	if (psa_type_is_pair(key->attr.type))
		return public_of_pair(key, out, len);
	if (*len < key->len)
		return PSA_ERROR_BUFFER_TOO_SMALL;
	memcpy(out, key->data, key->len);
	*len = key->len;
	return PSA_SUCCESS;
}
