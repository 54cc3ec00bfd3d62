/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The initial attestation key, at the crypto SP: imported once, or made when it is first needed
 * (trusted-services.md 3.5). And what else is asked of the crypto SP, in packed-c.
 */
#include "attestation.h"

#include <string.h>
#include "packedc.h"
#include "psa_crypto.h"

#define SESSION_BYTES 4096u
#define HASH_CHUNK 2048u
#define ECDSA_SHA256 (PSA_ALG_ECDSA | (PSA_ALG_SHA_256 & 0xff))

static struct ts_writer request(struct attestation *a)
{
	return ts_writer_of(a->crypto.buf, SESSION_BYTES);
}

static psa_status call(struct attestation *a, uint16_t opcode, const struct ts_writer *w,
		       size_t *len)
{
	int32_t status;

	*len = 0;
	if (w->failed || ts_session_call(&a->crypto, &a->host->l, opcode, w->used, len, &status))
		return PSA_ERROR_GENERIC_ERROR;
	return status;
}

static psa_status call_word(struct attestation *a, uint16_t opcode, const struct ts_writer *w,
			    uint32_t *value)
{
	size_t len;
	const psa_status status = call(a, opcode, w, &len);

	if (status)
		return status;
	if (len != sizeof(*value))
		return PSA_ERROR_GENERIC_ERROR;
	memcpy(value, a->crypto.buf, sizeof(*value));
	return PSA_SUCCESS;
}

/* A record of exactly @len bytes. */
static psa_status call_bytes(struct attestation *a, uint16_t opcode, const struct ts_writer *w,
			     uint8_t *out, size_t len)
{
	size_t got;
	const psa_status status = call(a, opcode, w, &got);
	struct ts_reader r = ts_reader_of(a->crypto.buf, got);
	struct ts_span value;

	if (status)
		return status;
	if (!ts_tlv_find(&r, 1, &value) || value.len != len)
		return PSA_ERROR_GENERIC_ERROR;
	memcpy(out, value.data, len);
	return PSA_SUCCESS;
}

static void put_attributes(struct ts_writer *w)
{
	const struct psa_attributes attr = {
		.type = PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_SECP_R1,
		.bits = 256,
		.usage = PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH,
		.alg = ECDSA_SHA256,
	};

	ts_put_bytes(w, &attr, sizeof(attr));
}

bool iak_exists(const struct attestation *a)
{
	return a->iak;
}

psa_status iak_import(struct attestation *a, struct ts_span key)
{
	struct ts_writer w = request(a);

	if (iak_exists(a))
		return PSA_ERROR_NOT_PERMITTED;
	put_attributes(&w);
	ts_tlv_put(&w, 1, key.data, key.len);
	return call_word(a, CRYPTO_IMPORT_KEY, &w, &a->iak);
}

static psa_status ensure(struct attestation *a)
{
	struct ts_writer w = request(a);

	if (iak_exists(a))
		return PSA_SUCCESS;
	put_attributes(&w);
	return call_word(a, CRYPTO_GENERATE_KEY, &w, &a->iak);
}

psa_status iak_public(struct attestation *a, uint8_t out[65])
{
	const psa_status status = ensure(a);
	struct ts_writer w = request(a);

	if (status)
		return status;
	ts_put_u32(&w, a->iak);
	return call_bytes(a, CRYPTO_EXPORT_PUBLIC_KEY, &w, out, 65);
}

psa_status iak_sign(struct attestation *a, const uint8_t hash[32], uint8_t sig[64])
{
	const psa_status status = ensure(a);
	struct ts_writer w = request(a);

	if (status)
		return status;
	ts_put_u32(&w, a->iak);
	ts_put_u32(&w, ECDSA_SHA256);
	ts_tlv_put(&w, 1, hash, 32);
	return call_bytes(a, CRYPTO_SIGN_HASH, &w, sig, 64);
}

psa_status crypto_random(struct attestation *a, uint8_t *out, size_t len)
{
	struct ts_writer w = request(a);

	ts_put_u32(&w, (uint32_t)len);
	return call_bytes(a, CRYPTO_GENERATE_RANDOM, &w, out, len);
}

psa_status crypto_sha256(struct attestation *a, const void *data, size_t len, uint8_t out[32])
{
	struct ts_writer w = request(a);
	const uint8_t *at = data;
	uint32_t handle;
	psa_status status;
	size_t n, ignored;

	ts_put_u32(&w, PSA_ALG_SHA_256);
	status = call_word(a, CRYPTO_HASH_SETUP, &w, &handle);
	for (; !status && len; at += n, len -= n) {
		n = len < HASH_CHUNK ? len : HASH_CHUNK;
		w = request(a);
		ts_put_u32(&w, handle);
		ts_tlv_put(&w, 1, at, n);
		status = call(a, CRYPTO_HASH_UPDATE, &w, &ignored);
	}
	if (status)
		return status;
	w = request(a);
	ts_put_u32(&w, handle);
	return call_bytes(a, CRYPTO_HASH_FINISH, &w, out, 32);
}
