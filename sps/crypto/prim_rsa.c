/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * RSA by OpenSSL, in the library context with our random source, so that keys, paddings and salts
 * come from the run's seed. Each call makes the key anew from its DER.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "prim.h"

#include <string.h>
#include <openssl/bn.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#define EXPONENT 65537
#define MIN_BITS 1024

static RSA *parse(const uint8_t *der, size_t len, bool pair)
{
	const uint8_t *at = der;
	RSA *rsa = pair ? d2i_RSAPrivateKey(NULL, &at, (long)len)
			: d2i_RSAPublicKey(NULL, &at, (long)len);

	ERR_clear_error();
	if (rsa && at == der + len)
		return rsa;
	RSA_free(rsa);
	return NULL;
}

static bool sane(const RSA *rsa, bool pair)
{
	const BIGNUM *n, *e, *d, *p, *q;

	RSA_get0_key(rsa, &n, &e, &d);
	if (!n || !e || BN_is_negative(n) || BN_is_negative(e) || !BN_is_odd(n) || !BN_is_odd(e) ||
	    BN_cmp(e, n) >= 0 || BN_is_one(e))
		return false;
	if (!pair)
		return true;
	RSA_get0_factors(rsa, &p, &q);
	if (!d || !p || !q || BN_is_zero(d) || BN_is_negative(d) || BN_cmp(d, n) >= 0 ||
	    !BN_is_odd(p) || !BN_is_odd(q) || BN_is_negative(p) || BN_is_negative(q) ||
	    BN_is_one(p) || BN_is_one(q))
		return false;
	return true;
}

/* p times q: what a key that was put together by hand gets wrong first. */
static bool factors_match(const RSA *rsa)
{
	const BIGNUM *n, *p, *q;
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *product = BN_new();
	bool same;

	RSA_get0_key(rsa, &n, NULL, NULL);
	RSA_get0_factors(rsa, &p, &q);
	same = ctx && product && BN_mul(product, p, q, ctx) && !BN_cmp(product, n);
	BN_free(product);
	BN_CTX_free(ctx);
	return same;
}

uint32_t prim_rsa_bits(const uint8_t *der, size_t len, bool pair)
{
	RSA *rsa = parse(der, len, pair);
	uint32_t bits = 0;

	if (rsa && sane(rsa, pair) && RSA_bits(rsa) <= (int)PSA_RSA_MAX_BITS &&
	    (!pair || factors_match(rsa)))
		bits = (uint32_t)RSA_bits(rsa);
	RSA_free(rsa);
	return bits;
}

psa_status prim_rsa_public(const uint8_t *der, size_t len, uint8_t *out, size_t *out_len)
{
	RSA *rsa = parse(der, len, true);
	psa_status status = PSA_ERROR_BUFFER_TOO_SMALL;
	const int need = rsa ? i2d_RSAPublicKey(rsa, NULL) : -1;

	if (need < 0)
		status = PSA_ERROR_CORRUPTION_DETECTED;
	else if ((size_t)need <= *out_len) {
		*out_len = (size_t)i2d_RSAPublicKey(rsa, &out);
		status = PSA_SUCCESS;
	}
	RSA_free(rsa);
	return status;
}

psa_status prim_rsa_generate(struct prim_rng *rng, uint32_t bits, uint8_t *der, size_t *len)
{
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *key = NULL;
	psa_status status = PSA_ERROR_GENERIC_ERROR;
	uint8_t *at = der;

	if (bits > PSA_RSA_MAX_BITS || bits < MIN_BITS || bits % 8)
		return PSA_ERROR_NOT_SUPPORTED;
	ctx = EVP_PKEY_CTX_new_from_name(prim_libctx(rng), "RSA", NULL);
	if (!ctx || EVP_PKEY_keygen_init(ctx) <= 0 ||
	    EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits) <= 0 ||
	    EVP_PKEY_generate(ctx, &key) <= 0)
		goto out;
	if (i2d_PrivateKey(key, NULL) > (int)*len) {
		status = PSA_ERROR_BUFFER_TOO_SMALL;
		goto out;
	}
	*len = (size_t)i2d_PrivateKey(key, &at);
	status = PSA_SUCCESS;
out:
	ERR_clear_error();
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(ctx);
	prim_libctx(NULL);
	return status;
}

/* ---- operations ---- */
struct work {
	EVP_PKEY *key;
	EVP_PKEY_CTX *ctx;
	EVP_MD *md;
	size_t bytes; /* of the modulus */
};

static void finish(struct work *w)
{
	ERR_clear_error();
	EVP_MD_free(w->md);
	EVP_PKEY_CTX_free(w->ctx);
	EVP_PKEY_free(w->key);
	prim_libctx(NULL);
}

static psa_status start(struct work *w, struct prim_rng *rng, const struct prim_rsa *k)
{
	OSSL_LIB_CTX *lib = prim_libctx(rng);
	const uint32_t hash = psa_alg_hash(k->alg);
	OSSL_DECODER_CTX *dec;
	const uint8_t *at = k->der;
	size_t left = k->len;

	*w = (struct work){0};
	if (hash && !prim_hash_name(hash))
		return PSA_ERROR_NOT_SUPPORTED;
	dec = OSSL_DECODER_CTX_new_for_pkey(&w->key, "DER", "type-specific", "RSA",
					    k->pair ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, lib,
					    NULL);
	if (!dec || !OSSL_DECODER_from_data(dec, &at, &left)) {
		OSSL_DECODER_CTX_free(dec);
		return PSA_ERROR_CORRUPTION_DETECTED;
	}
	OSSL_DECODER_CTX_free(dec);
	w->ctx = EVP_PKEY_CTX_new_from_pkey(lib, w->key, NULL);
	if (hash)
		w->md = EVP_MD_fetch(lib, prim_hash_name(hash), NULL);
	w->bytes = (size_t)EVP_PKEY_get_size(w->key);
	return w->ctx && (!hash || w->md) ? PSA_SUCCESS : PSA_ERROR_INSUFFICIENT_MEMORY;
}

/* As Mbed TLS: as long as the hash, or as long as fits; a verifier may take any. */
static int salt_bytes(const struct work *w, const struct prim_rsa *k, bool verify)
{
	const int hash = EVP_MD_get_size(w->md), fits = (int)w->bytes - hash - 2;

	if (verify && psa_alg_without_hash(k->alg) == PSA_ALG_RSA_PSS_ANY_SALT)
		return RSA_PSS_SALTLEN_AUTO;
	return fits < hash ? fits : hash;
}

static psa_status pad(struct work *w, const struct prim_rsa *k, bool verify, size_t hash_len)
{
	const uint32_t base = psa_alg_without_hash(k->alg);

	if (w->md && hash_len != (size_t)EVP_MD_get_size(w->md))
		return PSA_ERROR_INVALID_ARGUMENT;
	if (base == PSA_ALG_RSA_PKCS1V15_SIGN)
		return EVP_PKEY_CTX_set_rsa_padding(w->ctx, RSA_PKCS1_PADDING) > 0 &&
				       (!w->md || EVP_PKEY_CTX_set_signature_md(w->ctx, w->md) > 0)
			       ? PSA_SUCCESS
			       : PSA_ERROR_GENERIC_ERROR;
	if (!w->md)
		return PSA_ERROR_INVALID_ARGUMENT;
	if (salt_bytes(w, k, false) < 0)
		return PSA_ERROR_INVALID_ARGUMENT;
	return EVP_PKEY_CTX_set_rsa_padding(w->ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
			       EVP_PKEY_CTX_set_signature_md(w->ctx, w->md) > 0 &&
			       EVP_PKEY_CTX_set_rsa_pss_saltlen(w->ctx, salt_bytes(w, k, verify)) >
				       0
		       ? PSA_SUCCESS
		       : PSA_ERROR_GENERIC_ERROR;
}

psa_status prim_rsa_sign(struct prim_rng *rng, const struct prim_rsa *key, const uint8_t *hash,
			 size_t hash_len, uint8_t *sig, size_t *sig_len)
{
	struct work w;
	psa_status status = start(&w, rng, key);

	if (!status && *sig_len < w.bytes)
		status = PSA_ERROR_BUFFER_TOO_SMALL;
	if (!status && EVP_PKEY_sign_init(w.ctx) <= 0)
		status = PSA_ERROR_GENERIC_ERROR;
	if (!status)
		status = pad(&w, key, false, hash_len);
	if (!status && EVP_PKEY_sign(w.ctx, sig, sig_len, hash, hash_len) <= 0)
		status = PSA_ERROR_INVALID_ARGUMENT; /* does not fit the key */
	finish(&w);
	return status;
}

psa_status prim_rsa_verify(struct prim_rng *rng, const struct prim_rsa *key, const uint8_t *hash,
			   size_t hash_len, const uint8_t *sig, size_t sig_len)
{
	struct work w;
	psa_status status = start(&w, rng, key);

	if (!status && EVP_PKEY_verify_init(w.ctx) <= 0)
		status = PSA_ERROR_GENERIC_ERROR;
	if (!status)
		status = pad(&w, key, true, hash_len);
	if (!status && sig_len != w.bytes)
		status = PSA_ERROR_INVALID_SIGNATURE;
	if (!status && EVP_PKEY_verify(w.ctx, sig, sig_len, hash, hash_len) <= 0)
		status = PSA_ERROR_INVALID_SIGNATURE;
	finish(&w);
	return status;
}

static psa_status pad_oaep(struct work *w, const uint8_t *label, size_t label_len)
{
	void *copy;

	if (!w->md)
		return PSA_ERROR_INVALID_ARGUMENT;
	if (EVP_PKEY_CTX_set_rsa_padding(w->ctx, RSA_PKCS1_OAEP_PADDING) <= 0 ||
	    EVP_PKEY_CTX_set_rsa_oaep_md(w->ctx, w->md) <= 0 ||
	    EVP_PKEY_CTX_set_rsa_mgf1_md(w->ctx, w->md) <= 0)
		return PSA_ERROR_GENERIC_ERROR;
	if (!label_len)
		return PSA_SUCCESS;
	copy = OPENSSL_memdup(label, label_len);
	if (!copy || EVP_PKEY_CTX_set0_rsa_oaep_label(w->ctx, copy, (int)label_len) <= 0) {
		OPENSSL_free(copy);
		return PSA_ERROR_INSUFFICIENT_MEMORY;
	}
	return PSA_SUCCESS;
}

/* Decrypted without padding first: what is wrong with it is then known (RFC 8017 7.2.2). */
static psa_status decrypt_pkcs1(struct work *w, const uint8_t *in, size_t in_len, uint8_t *out,
				size_t *out_len)
{
	uint8_t block[PSA_RSA_MAX_BITS / 8];
	size_t len = sizeof(block), at = 2;

	if (EVP_PKEY_CTX_set_rsa_padding(w->ctx, RSA_NO_PADDING) <= 0 ||
	    EVP_PKEY_decrypt(w->ctx, block, &len, in, in_len) <= 0)
		return PSA_ERROR_INVALID_ARGUMENT;
	while (at < len && block[at])
		at++;
	if (block[0] || block[1] != 2 || at < 10 || at == len)
		return PSA_ERROR_INVALID_PADDING;
	at++;
	if (len - at > *out_len)
		return PSA_ERROR_BUFFER_TOO_SMALL;
	*out_len = len - at;
	memcpy(out, block + at, *out_len);
	OPENSSL_cleanse(block, sizeof(block));
	return PSA_SUCCESS;
}

static psa_status decrypt_oaep(struct work *w, const uint8_t *in, size_t in_len, uint8_t *out,
			       size_t *out_len)
{
	uint8_t plain[PSA_RSA_MAX_BITS / 8];
	size_t len = sizeof(plain);

	if (EVP_PKEY_decrypt(w->ctx, plain, &len, in, in_len) <= 0)
		return PSA_ERROR_INVALID_PADDING;
	if (len > *out_len)
		return PSA_ERROR_BUFFER_TOO_SMALL;
	memcpy(out, plain, len);
	*out_len = len;
	OPENSSL_cleanse(plain, sizeof(plain));
	return PSA_SUCCESS;
}

static psa_status do_crypt(struct work *w, bool encrypt, bool oaep, const uint8_t *in,
			   size_t in_len, const uint8_t *label, size_t label_len, uint8_t *out,
			   size_t *out_len)
{
	psa_status status;

	if (encrypt && *out_len < w->bytes)
		return PSA_ERROR_BUFFER_TOO_SMALL;
	if (!encrypt && in_len != w->bytes)
		return PSA_ERROR_INVALID_ARGUMENT;
	if ((encrypt ? EVP_PKEY_encrypt_init(w->ctx) : EVP_PKEY_decrypt_init(w->ctx)) <= 0)
		return PSA_ERROR_GENERIC_ERROR;
	if (oaep) {
		status = pad_oaep(w, label, label_len);
		if (status)
			return status;
	}
	if (!encrypt)
		return oaep ? decrypt_oaep(w, in, in_len, out, out_len)
			    : decrypt_pkcs1(w, in, in_len, out, out_len);
	/* An empty message is one; OpenSSL wants an address for it. */
	return EVP_PKEY_encrypt(w->ctx, out, out_len, in ? in : (const uint8_t *)"", in_len) > 0
		       ? PSA_SUCCESS
		       : PSA_ERROR_INVALID_ARGUMENT;
}

psa_status prim_rsa_crypt(struct prim_rng *rng, const struct prim_rsa *key, bool encrypt,
			  const uint8_t *in, size_t in_len, const uint8_t *label, size_t label_len,
			  uint8_t *out, size_t *out_len)
{
	const bool oaep = psa_alg_without_hash(key->alg) == PSA_ALG_RSA_OAEP;
	struct work w;
	psa_status status = start(&w, rng, key);

	if (!status)
		status = do_crypt(&w, encrypt, oaep, in, in_len, label, label_len, out, out_len);
	finish(&w);
	return status;
}
