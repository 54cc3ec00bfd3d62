/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Elliptic curves by OpenSSL's group arithmetic. Nonces are made here: from our random source, or
 * from key and hash (RFC 6979), which this OpenSSL cannot do.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "prim.h"

#include <string.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

static const struct curve {
	uint8_t family;
	uint16_t bits;
	int nid;
} curves[] = {
	{PSA_ECC_SECP_R1, 192, NID_X9_62_prime192v1},
	{PSA_ECC_SECP_R1, 224, NID_secp224r1},
	{PSA_ECC_SECP_R1, 256, NID_X9_62_prime256v1},
	{PSA_ECC_SECP_R1, 384, NID_secp384r1},
	{PSA_ECC_SECP_R1, 521, NID_secp521r1},
	{PSA_ECC_SECP_K1, 192, NID_secp192k1},
	{PSA_ECC_SECP_K1, 256, NID_secp256k1},
	{PSA_ECC_BRAINPOOL_P_R1, 256, NID_brainpoolP256r1},
	{PSA_ECC_BRAINPOOL_P_R1, 384, NID_brainpoolP384r1},
	{PSA_ECC_BRAINPOOL_P_R1, 512, NID_brainpoolP512r1},
};

static size_t bytes_of(uint32_t bits)
{
	return (bits + 7) / 8;
}

static const struct curve *curve_of(uint32_t family, uint32_t bits)
{
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		if (curves[i].family == family && curves[i].bits == bits)
			return &curves[i];
	return NULL;
}

size_t prim_ec_bytes(uint32_t family, uint32_t bits)
{
	return curve_of(family, bits) ? bytes_of(bits) : 0;
}

uint32_t prim_ec_bits(uint32_t family, size_t key_len, bool pair)
{
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
		const size_t bytes = bytes_of(curves[i].bits);

		if (curves[i].family == family && key_len == (pair ? bytes : 2 * bytes + 1))
			return curves[i].bits;
	}
	return 0;
}

/* What the calls below need; all in one place, so that it is freed in one. */
struct work {
	EC_GROUP *group;
	EC_KEY *key;
	EC_POINT *point;
	BN_CTX *ctx;
	BIGNUM *d, *x, *k;
	size_t bytes;
};

static bool start(struct work *w, struct prim_rng *rng, uint32_t family, uint32_t bits)
{
	const struct curve *c = curve_of(family, bits);
	OSSL_LIB_CTX *lib = prim_libctx(rng);

	*w = (struct work){0};
	if (!c)
		return false;
	w->bytes = bytes_of(bits);
	w->group = EC_GROUP_new_by_curve_name_ex(lib, NULL, c->nid);
	w->key = EC_KEY_new_by_curve_name_ex(lib, NULL, c->nid);
	w->ctx = BN_CTX_new_ex(lib);
	w->point = w->group ? EC_POINT_new(w->group) : NULL;
	w->d = BN_new();
	w->x = BN_new();
	w->k = BN_new();
	return w->group && w->key && w->ctx && w->point && w->d && w->x && w->k;
}

static void finish(struct work *w)
{
	ERR_clear_error();
	BN_clear_free(w->d);
	BN_clear_free(w->k);
	BN_free(w->x);
	EC_POINT_free(w->point);
	BN_CTX_free(w->ctx);
	EC_KEY_free(w->key);
	EC_GROUP_free(w->group);
	prim_libctx(NULL);
}

static bool in_range(const struct work *w, const BIGNUM *v)
{
	return !BN_is_zero(v) && BN_cmp(v, EC_GROUP_get0_order(w->group)) < 0;
}

/* A secret number of the group: drawn until it is in range (FIPS 186-4 B.4.2). */
static bool draw(struct work *w, struct prim_rng *rng, BIGNUM *v)
{
	const int bits = BN_num_bits(EC_GROUP_get0_order(w->group));
	const size_t bytes = bytes_of((uint32_t)bits);
	uint8_t buf[PSA_ECC_MAX_BYTES];

	do {
		prim_random(rng, buf, bytes);
		if (bits % 8)
			buf[0] &= (uint8_t)((1 << bits % 8) - 1);
		if (!BN_bin2bn(buf, (int)bytes, v))
			return false;
	} while (!in_range(w, v));
	OPENSSL_cleanse(buf, sizeof(buf));
	return true;
}

psa_status prim_ec_generate(struct prim_rng *rng, uint32_t family, uint32_t bits, uint8_t *key)
{
	struct work w;
	psa_status status = PSA_ERROR_INSUFFICIENT_MEMORY;

	if (!curve_of(family, bits))
		return PSA_ERROR_NOT_SUPPORTED;
	if (start(&w, rng, family, bits) && draw(&w, rng, w.d) &&
	    BN_bn2binpad(w.d, key, (int)w.bytes) > 0)
		status = PSA_SUCCESS;
	finish(&w);
	return status;
}

bool prim_ec_valid(uint32_t family, uint32_t bits, const uint8_t *key, size_t len, bool pair)
{
	struct prim_rng none = {0};
	struct work w;
	bool ok = start(&w, &none, family, bits);

	if (ok && pair)
		ok = len == w.bytes && BN_bin2bn(key, (int)len, w.d) && in_range(&w, w.d);
	else if (ok)
		ok = len == 2 * w.bytes + 1 && key[0] == POINT_CONVERSION_UNCOMPRESSED &&
		     EC_POINT_oct2point(w.group, w.point, key, len, w.ctx);
	finish(&w);
	return ok;
}

psa_status prim_ec_public(uint32_t family, uint32_t bits, const uint8_t *key, uint8_t *out,
			  size_t *out_len)
{
	struct prim_rng none = {0};
	struct work w;
	psa_status status = PSA_ERROR_INSUFFICIENT_MEMORY;

	if (!start(&w, &none, family, bits) || !BN_bin2bn(key, (int)w.bytes, w.d) ||
	    !EC_POINT_mul(w.group, w.point, w.d, NULL, NULL, w.ctx))
		goto out;
	status = PSA_ERROR_BUFFER_TOO_SMALL;
	if (*out_len < 2 * w.bytes + 1)
		goto out;
	*out_len = EC_POINT_point2oct(w.group, w.point, POINT_CONVERSION_UNCOMPRESSED, out,
				      *out_len, w.ctx);
	status = *out_len ? PSA_SUCCESS : PSA_ERROR_CORRUPTION_DETECTED;
out:
	finish(&w);
	return status;
}

/* ---- RFC 6979 3.2: HMAC-DRBG over private key and hash ---- */
struct nonce {
	uint8_t key[PSA_HASH_MAX_BYTES], v[PSA_HASH_MAX_BYTES];
	uint32_t hash;
	size_t hlen;
};

static void nonce_v(struct nonce *n)
{
	struct prim_hmac m;

	prim_hmac_init(&m, n->hash, n->key, n->hlen);
	prim_hmac_update(&m, n->v, n->hlen);
	prim_hmac_final(&m, n->v);
}

static void nonce_key(struct nonce *n, uint8_t separator, const uint8_t *seed, size_t len)
{
	struct prim_hmac m;

	prim_hmac_init(&m, n->hash, n->key, n->hlen);
	prim_hmac_update(&m, n->v, n->hlen);
	prim_hmac_update(&m, &separator, 1);
	prim_hmac_update(&m, seed, len);
	prim_hmac_final(&m, n->key);
	nonce_v(n);
}

/* The leftmost bits of a string, as many as the order has. */
static bool bits2int(const struct work *w, const uint8_t *in, size_t len, BIGNUM *v)
{
	const int bits = BN_num_bits(EC_GROUP_get0_order(w->group));

	return BN_bin2bn(in, (int)len, v) &&
	       ((int)len * 8 <= bits || BN_rshift(v, v, (int)len * 8 - bits));
}

static bool derive(struct work *w, uint32_t hash, const uint8_t *h, size_t h_len, BIGNUM *k)
{
	const BIGNUM *order = EC_GROUP_get0_order(w->group);
	const size_t rlen = bytes_of((uint32_t)BN_num_bits(order));
	struct nonce n = {.hash = hash, .hlen = prim_hash_bytes(hash)};
	uint8_t seed[2 * PSA_ECC_MAX_BYTES], t[2 * PSA_HASH_MAX_BYTES + PSA_ECC_MAX_BYTES];

	if (!bits2int(w, h, h_len, k) || (BN_cmp(k, order) >= 0 && !BN_sub(k, k, order)) ||
	    BN_bn2binpad(w->d, seed, (int)rlen) < 0 || BN_bn2binpad(k, seed + rlen, (int)rlen) < 0)
		return false;
	memset(n.v, 1, sizeof(n.v));
	nonce_key(&n, 0, seed, 2 * rlen);
	nonce_key(&n, 1, seed, 2 * rlen);
	for (;;) {
		size_t len = 0;

		while (len < rlen) {
			nonce_v(&n);
			memcpy(t + len, n.v, n.hlen);
			len += n.hlen;
		}
		if (!bits2int(w, t, rlen, k))
			return false;
		if (in_range(w, k))
			break;
		nonce_key(&n, 0, NULL, 0);
	}
	OPENSSL_cleanse(&n, sizeof(n));
	OPENSSL_cleanse(seed, sizeof(seed));
	return true;
}

/* w->k: the inverse of the nonce, w->x: r. */
static bool nonce_point(struct work *w)
{
	const BIGNUM *order = EC_GROUP_get0_order(w->group);

	return EC_POINT_mul(w->group, w->point, w->k, NULL, NULL, w->ctx) &&
	       EC_POINT_get_affine_coordinates(w->group, w->point, w->x, NULL, w->ctx) &&
	       BN_nnmod(w->x, w->x, order, w->ctx) && !BN_is_zero(w->x) &&
	       BN_mod_inverse(w->k, w->k, order, w->ctx);
}

psa_status prim_ecdsa_sign(struct prim_rng *rng, uint32_t family, uint32_t bits,
			   uint32_t deterministic, const uint8_t *key, const uint8_t *hash,
			   size_t hash_len, uint8_t *sig, size_t *sig_len)
{
	struct work w;
	ECDSA_SIG *s = NULL;
	const BIGNUM *r, *t;
	psa_status status = PSA_ERROR_GENERIC_ERROR;

	if (deterministic && !prim_hash_bytes(deterministic))
		return PSA_ERROR_NOT_SUPPORTED;
	if (!start(&w, rng, family, bits) || !BN_bin2bn(key, (int)w.bytes, w.d) ||
	    !EC_KEY_set_private_key(w.key, w.d))
		goto out;
	if (*sig_len < 2 * w.bytes) {
		status = PSA_ERROR_BUFFER_TOO_SMALL;
		goto out;
	}
	if (!(deterministic ? derive(&w, deterministic, hash, hash_len, w.k)
			    : draw(&w, rng, w.k)) ||
	    !nonce_point(&w))
		goto out;
	s = ECDSA_do_sign_ex(hash, (int)hash_len, w.k, w.x, w.key);
	if (!s)
		goto out;
	ECDSA_SIG_get0(s, &r, &t);
	if (BN_bn2binpad(r, sig, (int)w.bytes) < 0 ||
	    BN_bn2binpad(t, sig + w.bytes, (int)w.bytes) < 0)
		goto out;
	*sig_len = 2 * w.bytes;
	status = PSA_SUCCESS;
out:
	ECDSA_SIG_free(s);
	finish(&w);
	return status;
}

psa_status prim_ecdsa_verify(uint32_t family, uint32_t bits, const uint8_t *point, size_t point_len,
			     const uint8_t *hash, size_t hash_len, const uint8_t *sig,
			     size_t sig_len)
{
	struct prim_rng none = {0};
	struct work w;
	ECDSA_SIG *s = ECDSA_SIG_new();
	psa_status status = PSA_ERROR_INSUFFICIENT_MEMORY;
	BIGNUM *r = NULL, *t = NULL;

	if (!start(&w, &none, family, bits) || !s)
		goto out;
	status = PSA_ERROR_INVALID_SIGNATURE;
	if (sig_len != 2 * w.bytes)
		goto out;
	if (!EC_POINT_oct2point(w.group, w.point, point, point_len, w.ctx) ||
	    !EC_KEY_set_public_key(w.key, w.point)) {
		status = PSA_ERROR_CORRUPTION_DETECTED;
		goto out;
	}
	r = BN_bin2bn(sig, (int)w.bytes, NULL);
	t = BN_bin2bn(sig + w.bytes, (int)w.bytes, NULL);
	if (!r || !t || !ECDSA_SIG_set0(s, r, t)) {
		BN_free(r);
		BN_free(t);
		goto out;
	}
	if (ECDSA_do_verify(hash, (int)hash_len, s, w.key) == 1)
		status = PSA_SUCCESS;
out:
	ECDSA_SIG_free(s);
	finish(&w);
	return status;
}

psa_status prim_ecdh(uint32_t family, uint32_t bits, const uint8_t *key, const uint8_t *peer,
		     size_t peer_len, uint8_t *out, size_t *out_len)
{
	struct prim_rng none = {0};
	struct work w;
	psa_status status = PSA_ERROR_INVALID_ARGUMENT;

	if (!start(&w, &none, family, bits) || !BN_bin2bn(key, (int)w.bytes, w.d) ||
	    peer_len != 2 * w.bytes + 1 || peer[0] != POINT_CONVERSION_UNCOMPRESSED ||
	    !EC_POINT_oct2point(w.group, w.point, peer, peer_len, w.ctx) ||
	    !EC_POINT_mul(w.group, w.point, NULL, w.point, w.d, w.ctx) ||
	    !EC_POINT_get_affine_coordinates(w.group, w.point, w.x, NULL, w.ctx))
		goto out;
	status = PSA_ERROR_BUFFER_TOO_SMALL;
	if (*out_len < w.bytes)
		goto out;
	*out_len = w.bytes;
	status = BN_bn2binpad(w.x, out, (int)w.bytes) < 0 ? PSA_ERROR_GENERIC_ERROR : PSA_SUCCESS;
out:
	finish(&w);
	return status;
}
