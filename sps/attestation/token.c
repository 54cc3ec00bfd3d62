/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The token: claims in their order, wrapped as COSE_Sign1 (RFC 9052 4.2) with ES256 and no key id.
 */
#include "attestation.h"

#include <string.h>

#define COSE_SIGN1 18u
#define COSE_ALG 1
#define COSE_ES256 (-7)

/* Labels of the PSA attestation token, first profile. */
enum {
	CLAIM_CLIENT_ID = -75001,
	CLAIM_LIFECYCLE = -75002,
	CLAIM_IMPLEMENTATION = -75003,
	CLAIM_BOOT_SEED = -75004,
	CLAIM_COMPONENTS = -75006,
	CLAIM_NO_COMPONENTS = -75007,
	CLAIM_CHALLENGE = -75008,
	CLAIM_INSTANCE = -75009,
};
enum { COMPONENT_NAME = 1, COMPONENT_DIGEST = 2 };
#define LIFECYCLE_UNKNOWN 0
#define UEID_RANDOM 1

static const char implementation[] = "trustedfirmware.org.ts.attestation_sp";

static void put_components(const struct attestation *a, struct ts_writer *w)
{
	if (!a->measured_count) {
		cbor_int(w, CLAIM_NO_COMPONENTS);
		cbor_int(w, 1);
		return;
	}
	cbor_int(w, CLAIM_COMPONENTS);
	cbor_array(w, a->measured_count);
	for (unsigned i = 0; i < a->measured_count; i++) {
		const struct measurement *m = &a->measured[i];

		cbor_map(w, 2);
		cbor_int(w, COMPONENT_NAME);
		cbor_text(w, m->name, m->name_len);
		cbor_int(w, COMPONENT_DIGEST);
		cbor_bytes(w, m->digest, m->digest_len);
	}
}

/* 0x01 and the hash of the public key. */
static psa_status instance_id(struct attestation *a, uint8_t out[33])
{
	uint8_t key[65];
	psa_status status = iak_public(a, key);

	out[0] = UEID_RANDOM;
	if (!status)
		status = crypto_sha256(a, key, sizeof(key), out + 1);
	return status;
}

static psa_status make_claims(struct attestation *a, uint16_t client, struct ts_span challenge,
			      size_t *len)
{
	struct ts_writer w = ts_writer_of(a->claims, sizeof(a->claims));
	uint8_t instance[33];
	const psa_status status = instance_id(a, instance);

	if (status)
		return status;
	cbor_map(&w, 7);
	cbor_int(&w, CLAIM_CHALLENGE);
	cbor_bytes(&w, challenge.data, challenge.len);
	cbor_int(&w, CLAIM_CLIENT_ID);
	cbor_int(&w, client);
	cbor_int(&w, CLAIM_BOOT_SEED);
	cbor_bytes(&w, a->boot_seed, sizeof(a->boot_seed));
	cbor_int(&w, CLAIM_LIFECYCLE);
	cbor_int(&w, LIFECYCLE_UNKNOWN);
	cbor_int(&w, CLAIM_INSTANCE);
	cbor_bytes(&w, instance, sizeof(instance));
	cbor_int(&w, CLAIM_IMPLEMENTATION);
	cbor_bytes(&w, implementation, sizeof(implementation) - 1);
	put_components(a, &w);
	*len = w.used;
	return w.failed ? PSA_ERROR_INSUFFICIENT_MEMORY : PSA_SUCCESS;
}

static void put_protected(struct ts_writer *w)
{
	uint8_t bytes[8];
	struct ts_writer header = ts_writer_of(bytes, sizeof(bytes));

	cbor_map(&header, 1);
	cbor_int(&header, COSE_ALG);
	cbor_int(&header, COSE_ES256);
	cbor_bytes(w, bytes, header.used);
}

/* What is signed: context, protected header, nothing from outside, payload. */
static psa_status sign(struct attestation *a, size_t claims_len, uint8_t sig[64])
{
	struct ts_writer w = ts_writer_of(a->token, sizeof(a->token));
	uint8_t hash[32];
	psa_status status;

	cbor_array(&w, 4);
	cbor_text(&w, "Signature1", 10);
	put_protected(&w);
	cbor_bytes(&w, NULL, 0);
	cbor_bytes(&w, a->claims, claims_len);
	if (w.failed)
		return PSA_ERROR_INSUFFICIENT_MEMORY;
	status = crypto_sha256(a, a->token, w.used, hash);
	return status ? status : iak_sign(a, hash, sig);
}

psa_status token_make(struct attestation *a, uint16_t client, struct ts_span challenge, size_t *len)
{
	struct ts_writer w = ts_writer_of(a->token, sizeof(a->token));
	uint8_t sig[64];
	size_t claims_len;
	psa_status status = make_claims(a, client, challenge, &claims_len);

	if (!status)
		status = sign(a, claims_len, sig);
	if (status)
		return status;
	cbor_tag(&w, COSE_SIGN1);
	cbor_array(&w, 4);
	put_protected(&w);
	cbor_map(&w, 0);
	cbor_bytes(&w, a->claims, claims_len);
	cbor_bytes(&w, sig, sizeof(sig));
	*len = w.used;
	return w.failed ? PSA_ERROR_INSUFFICIENT_MEMORY : PSA_SUCCESS;
}
