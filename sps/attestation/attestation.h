/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The attestation service (trusted-services.md 3.5): a token that says who asked, on what, signed
 * with the initial attestation key (IAK). Cryptography is the crypto SP's; the key belongs to this
 * SP's endpoint there and never leaves it.
 */
#ifndef SPS_ATTESTATION_H
#define SPS_ATTESTATION_H

#include "opcodes.h"
#include "psa_status.h"
#include "ts_caller.h"
#include "ts_service.h"

#define ATTEST_CHALLENGE_MAX 64u
#define ATTEST_IAK_BYTES 32u
#define ATTEST_CLAIMS_MAX 4096u /* of the claim map; signing adds up to 300 */
#define ATTEST_TOKEN_MAX (ATTEST_CLAIMS_MAX + 300u)
#define ATTEST_MEASUREMENTS_MAX 16

/* A software component of the TPM event log. */
struct measurement {
	const char *name;
	uint32_t name_len;
	const uint8_t *digest;
	uint32_t digest_len;
};

struct attestation {
	struct ts_host *host;
	struct ts_session crypto;
	uint32_t iak; /* key id at the crypto SP; 0 = none yet */
	uint8_t boot_seed[32];
	uint8_t log[4096]; /* a copy of the event log */
	struct measurement measured[ATTEST_MEASUREMENTS_MAX];
	unsigned measured_count;
	uint8_t claims[ATTEST_CLAIMS_MAX], token[ATTEST_TOKEN_MAX];
};

/* ---- CBOR (cbor.c): what the token needs of RFC 8949, in shortest form ---- */
void cbor_int(struct ts_writer *w, int64_t value);
void cbor_bytes(struct ts_writer *w, const void *data, size_t len);
void cbor_text(struct ts_writer *w, const char *text, size_t len);
void cbor_array(struct ts_writer *w, size_t count);
void cbor_map(struct ts_writer *w, size_t pairs);
void cbor_tag(struct ts_writer *w, uint32_t tag);

/* ---- the key (iak.c) ---- */
psa_status iak_import(struct attestation *a, struct ts_span key);
bool iak_exists(const struct attestation *a);
/* Makes one when there is none. */
psa_status iak_public(struct attestation *a, uint8_t out[65]);
psa_status iak_sign(struct attestation *a, const uint8_t hash[32], uint8_t sig[64]);
psa_status crypto_random(struct attestation *a, uint8_t *out, size_t len);
psa_status crypto_sha256(struct attestation *a, const void *data, size_t len, uint8_t out[32]);

/* ---- the event log (event_log.c) ---- */
/* Software components among the records; negative = not an event log. */
int event_log_read(struct attestation *a, const uint8_t *log, size_t len);

/* ---- the token (token.c) ---- */
psa_status token_make(struct attestation *a, uint16_t client, struct ts_span challenge,
		      size_t *len);

extern const struct ts_service attestation_service;

#endif
