/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cryptography as functions of bytes: everything of OpenSSL that the services use, behind state
 * that is flat. A context of a multipart operation lies in the SP's memory and holds no pointer, so
 * it is reset, rewound and copied (hash_clone) like any other bytes; no object of OpenSSL outlives
 * a call.
 *
 * These files are built without points in both flavours of an image: a call is atomic. What it
 * costs is charged by whoever calls (costs.h).
 *
 * Randomness comes from struct prim_rng, which the SP seeds from the run's seed. OpenSSL draws from
 * the same one: its random source lives in a library context of our own (prim_rng.c).
 *
 * Functions return a PSA status unless they say otherwise. Buffers: *len is the room before and the
 * length after; too little room is PSA_ERROR_BUFFER_TOO_SMALL.
 */
#ifndef SPS_CRYPTO_PRIM_H
#define SPS_CRYPTO_PRIM_H

#include <stdalign.h>
#include "psa_crypto.h"

/* ---- randomness (prim_rng.c) ---- */
struct prim_rng {
	uint8_t key[32];
	uint64_t counter;
};
/* Once a process, before anything below: false when OpenSSL cannot be set up. */
bool prim_init(void);
void prim_random(struct prim_rng *rng, void *out, size_t len);
/* The library context whose random source is @rng until the next call. */
void *prim_libctx(struct prim_rng *rng);

/* ---- hashes (prim_hash.c) ---- */
struct prim_hash {
	uint32_t alg;
	alignas(8) uint8_t raw[216];
};
size_t prim_hash_bytes(uint32_t alg); /* 0 = not supported */
size_t prim_hash_block_bytes(uint32_t alg);
const char *prim_hash_name(uint32_t alg); /* OpenSSL's */
bool prim_hash_init(struct prim_hash *h, uint32_t alg);
void prim_hash_update(struct prim_hash *h, const void *data, size_t len);
void prim_hash_final(struct prim_hash *h, uint8_t *out);
/* SHA-3 (prim_keccak.c): what struct prim_hash holds of it, and how that is used. */
struct prim_keccak {
	uint64_t lane[25];
	uint32_t rate, at; /* bytes: of a block, of them taken in */
};
void prim_keccak_init(struct prim_keccak *k, size_t hash_bytes);
void prim_keccak_update(struct prim_keccak *k, const uint8_t *data, size_t len);
void prim_keccak_final(struct prim_keccak *k, uint8_t *out, size_t hash_bytes);
void prim_hash_all(uint32_t alg, const void *data, size_t len, uint8_t *out);

struct prim_hmac {
	struct prim_hash inner;
	uint8_t opad[PSA_HASH_BLOCK_MAX_BYTES];
};
bool prim_hmac_init(struct prim_hmac *m, uint32_t hash, const void *key, size_t len);
void prim_hmac_update(struct prim_hmac *m, const void *data, size_t len);
void prim_hmac_final(struct prim_hmac *m, uint8_t *out); /* the whole MAC */

/* ---- ciphers (prim_block.c, prim_cipher.c) ---- */
struct prim_key { /* AES, ARIA, Camellia of 16, 24, 32 bytes; DES of 8, 16, 24; ChaCha20 of 32 */
	uint32_t type;
	uint32_t len;
	uint8_t bytes[32];
};
size_t prim_block_bytes(uint32_t type); /* 0 = no block cipher of ours */
/* Whole blocks. @iv is the chaining state and changes. */
void prim_ecb(const struct prim_key *k, bool encrypt, const uint8_t *in, uint8_t *out, size_t len);
void prim_cbc(const struct prim_key *k, bool encrypt, uint8_t *iv, const uint8_t *in, uint8_t *out,
	      size_t len);
/* Any length, blocks of 16 bytes only: CTR, CFB and OFB. @stream and @num say where in a block the
 * stream is. */
void prim_stream(const struct prim_key *k, uint32_t alg, bool encrypt, uint8_t iv[16],
		 uint8_t stream[16], uint32_t *num, const uint8_t *in, uint8_t *out, size_t len);
/* ChaCha20: @iv is the counter (32 bits, little-endian) and the nonce of 12 bytes, @num says how
 * many bytes of the counter's block were used. */
void prim_chacha20(const struct prim_key *k, uint8_t iv[16], uint32_t *num, const uint8_t *in,
		   uint8_t *out, size_t len);

struct prim_cmac {
	struct prim_key key;
	uint8_t chain[16], rest[16];
	uint32_t rest_len;
};
void prim_cmac_init(struct prim_cmac *m, const struct prim_key *key);
void prim_cmac_update(struct prim_cmac *m, const uint8_t *data, size_t len);
void prim_cmac_final(struct prim_cmac *m, uint8_t *out); /* one block */

/* ---- AEAD (prim_aead.c): GCM and CCM over blocks of 16 bytes, ChaCha20-Poly1305 ---- */
struct prim_aead {
	struct prim_key key;
	uint32_t alg, tag_len;
	uint8_t h[16];	   /* GCM: E(0); Poly1305: r */
	uint8_t mac[17];   /* GHASH, CBC-MAC or Poly1305's sum so far */
	uint8_t part[16];  /* of a block that is not full yet */
	uint8_t first[16]; /* for the tag: E(counter 0); Poly1305: s */
	uint8_t counter[16], stream[16];
	uint32_t part_len, num;
	uint64_t ad_len, text_len; /* so far */
};
bool prim_aead_is(uint32_t alg, uint32_t base); /* whatever the tag's length */
/* CCM needs both lengths before the first byte; GCM ignores them. */
void prim_aead_start(struct prim_aead *a, const uint8_t *nonce, size_t nonce_len, uint64_t ad_len,
		     uint64_t text_len);
void prim_aead_ad(struct prim_aead *a, const uint8_t *data, size_t len);
void prim_aead_text(struct prim_aead *a, bool encrypt, const uint8_t *in, uint8_t *out, size_t len);
void prim_aead_tag(struct prim_aead *a, uint8_t tag[16]);

/* ---- RSA (prim_rsa.c): keys are DER of PKCS#1 ---- */
psa_status prim_rsa_generate(struct prim_rng *rng, uint32_t bits, uint8_t *der, size_t *len);
/* Bits of a well-formed key, with nothing behind it; 0 = it is not one. */
uint32_t prim_rsa_bits(const uint8_t *der, size_t len, bool pair);
psa_status prim_rsa_public(const uint8_t *der, size_t len, uint8_t *out, size_t *out_len);
struct prim_rsa {
	const uint8_t *der;
	size_t len;
	bool pair;
	uint32_t alg; /* PSA_ALG_RSA_* */
};
psa_status prim_rsa_sign(struct prim_rng *rng, const struct prim_rsa *key, const uint8_t *hash,
			 size_t hash_len, uint8_t *sig, size_t *sig_len);
psa_status prim_rsa_verify(struct prim_rng *rng, const struct prim_rsa *key, const uint8_t *hash,
			   size_t hash_len, const uint8_t *sig, size_t sig_len);
/* @label is of OAEP. */
psa_status prim_rsa_crypt(struct prim_rng *rng, const struct prim_rsa *key, bool encrypt,
			  const uint8_t *in, size_t in_len, const uint8_t *label, size_t label_len,
			  uint8_t *out, size_t *out_len);

/* ---- elliptic curves: prim_ec.c those with points 04 x y, prim_xed.c those of RFC 7748, 8032 ----
 */
/* 0 = no curve of ours. */
size_t prim_ec_bytes(uint32_t family, uint32_t bits);
/* Curve of a key of this length; 0 = none. */
uint32_t prim_ec_bits(uint32_t family, size_t key_len, bool pair);
psa_status prim_ec_generate(struct prim_rng *rng, uint32_t family, uint32_t bits, uint8_t *key);
bool prim_ec_valid(uint32_t family, uint32_t bits, const uint8_t *key, size_t len, bool pair);
psa_status prim_ec_public(uint32_t family, uint32_t bits, const uint8_t *key, uint8_t *out,
			  size_t *out_len);
/* @deterministic: the hash of RFC 6979, or 0 for a random nonce. */
psa_status prim_ecdsa_sign(struct prim_rng *rng, uint32_t family, uint32_t bits,
			   uint32_t deterministic, const uint8_t *key, const uint8_t *hash,
			   size_t hash_len, uint8_t *sig, size_t *sig_len);
psa_status prim_ecdsa_verify(uint32_t family, uint32_t bits, const uint8_t *point, size_t point_len,
			     const uint8_t *hash, size_t hash_len, const uint8_t *sig,
			     size_t sig_len);
psa_status prim_ecdh(uint32_t family, uint32_t bits, const uint8_t *key, const uint8_t *peer,
		     size_t peer_len, uint8_t *out, size_t *out_len);

/* X25519 and X448, Ed25519 and Ed448: all keys are strings of the same length. */
size_t prim_xed_bytes(uint32_t family, uint32_t bits);
uint32_t prim_xed_bits(uint32_t family, size_t key_len);
/* What is exported of a private key for X25519 and X448 has its fixed bits set (RFC 7748 5). */
void prim_xed_clamp(uint32_t family, uint8_t *key, size_t len);
bool prim_xed_valid(uint32_t family, uint32_t bits, const uint8_t *key, size_t len, bool pair);
psa_status prim_xed_public(uint32_t family, uint32_t bits, const uint8_t *key, uint8_t *out,
			   size_t *out_len);
psa_status prim_x_agree(uint32_t bits, const uint8_t *key, const uint8_t *peer, size_t peer_len,
			uint8_t *out, size_t *out_len);
psa_status prim_ed_sign(uint32_t bits, const uint8_t *key, const uint8_t *message, size_t len,
			uint8_t *sig, size_t *sig_len);
psa_status prim_ed_verify(uint32_t bits, const uint8_t *key, const uint8_t *message, size_t len,
			  const uint8_t *sig, size_t sig_len);

/* ---- finite fields (prim_dh.c): the groups of RFC 7919; all keys are as long as the prime ---- */
bool prim_dh_group(uint32_t bits);
psa_status prim_dh_generate(struct prim_rng *rng, uint32_t bits, uint8_t *key);
bool prim_dh_valid(uint32_t bits, const uint8_t *key, size_t len, bool pair);
psa_status prim_dh_public(uint32_t bits, const uint8_t *key, uint8_t *out, size_t *out_len);
psa_status prim_dh_agree(uint32_t bits, const uint8_t *key, const uint8_t *peer, size_t peer_len,
			 uint8_t *out, size_t *out_len);

/* ---- PKCS#7 (prim_pkcs7.c) ---- */
/* 0, or the negative error number of Mbed TLS. @cert may be empty: the first one inside is used. */
int32_t prim_pkcs7_verify(const uint8_t *der, size_t len, const uint8_t *hash, size_t hash_len,
			  const uint8_t *cert, size_t cert_len);
/* SHA-256 over the signer's common name and the last certificate's signed part; false = broken. */
bool prim_pkcs7_fingerprint(const uint8_t *der, size_t len, uint8_t out[32]);

#endif
