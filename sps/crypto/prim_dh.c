/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finite field Diffie-Hellman in the groups of RFC 7919, whose numbers OpenSSL knows: generator 2,
 * keys as long as the prime. Private keys are drawn short, as the RFC's appendix A allows.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "prim.h"

#include <string.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/dh.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

static const struct group {
	uint16_t bits, secret_bits; /* the RFC: 225, 275, 325, 375, 400 at least */
	int nid;
} groups[] = {
	{2048, 232, NID_ffdhe2048}, {3072, 280, NID_ffdhe3072}, {4096, 328, NID_ffdhe4096},
	{6144, 376, NID_ffdhe6144}, {8192, 408, NID_ffdhe8192},
};

static const struct group *group_of(uint32_t bits)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (groups[i].bits == bits)
			return &groups[i];
	return NULL;
}

bool prim_dh_group(uint32_t bits)
{
	return group_of(bits) != NULL;
}

struct work {
	DH *dh;
	const BIGNUM *p, *g;
	BN_CTX *ctx;
	BIGNUM *x, *y, *end; /* end: p - 1 */
	size_t bytes;
};

static bool start(struct work *w, uint32_t bits)
{
	const struct group *g = group_of(bits);

	*w = (struct work){.bytes = bits / 8};
	if (!g)
		return false;
	w->dh = DH_new_by_nid(g->nid);
	w->ctx = BN_CTX_new();
	w->x = BN_new();
	w->y = BN_new();
	if (!w->dh || !w->ctx || !w->x || !w->y)
		return false;
	DH_get0_pqg(w->dh, &w->p, NULL, &w->g);
	w->end = BN_dup(w->p);
	return w->end && BN_sub_word(w->end, 1);
}

static void finish(struct work *w)
{
	BN_clear_free(w->x);
	BN_free(w->y);
	BN_free(w->end);
	BN_CTX_free(w->ctx);
	DH_free(w->dh);
	ERR_clear_error();
}

/* 1 and p - 1 are their own squares: no secrets. */
static bool in_range(const struct work *w, const BIGNUM *v)
{
	return !BN_is_zero(v) && !BN_is_one(v) && BN_cmp(v, w->end) < 0;
}

psa_status prim_dh_generate(struct prim_rng *rng, uint32_t bits, uint8_t *key)
{
	const struct group *g = group_of(bits);
	size_t bytes;

	if (!g)
		return PSA_ERROR_NOT_SUPPORTED;
	bytes = g->secret_bits / 8;
	memset(key, 0, bits / 8 - bytes);
	prim_random(rng, key + bits / 8 - bytes, bytes);
	key[bits / 8 - bytes] |= 0x80; /* as long as it should be, and so never too small */
	return PSA_SUCCESS;
}

bool prim_dh_valid(uint32_t bits, const uint8_t *key, size_t len, bool pair)
{
	struct work w;
	bool ok = start(&w, bits) && len == w.bytes && BN_bin2bn(key, (int)len, w.x);

	/* Any number is a private key but those that make one of the two public ones above. */
	ok = ok && (pair ? !BN_is_zero(w.x) && BN_cmp(w.x, w.end) < 0 : in_range(&w, w.x));
	finish(&w);
	return ok;
}

static psa_status power(struct work *w, const BIGNUM *base, uint8_t *out, size_t *out_len)
{
	if (*out_len < w->bytes)
		return PSA_ERROR_BUFFER_TOO_SMALL;
	BN_set_flags(w->x, BN_FLG_CONSTTIME);
	if (!BN_mod_exp(w->y, base, w->x, w->p, w->ctx))
		return PSA_ERROR_INSUFFICIENT_MEMORY;
	if (!in_range(w, w->y))
		return PSA_ERROR_INVALID_ARGUMENT;
	*out_len = w->bytes;
	return BN_bn2binpad(w->y, out, (int)w->bytes) < 0 ? PSA_ERROR_GENERIC_ERROR : PSA_SUCCESS;
}

psa_status prim_dh_public(uint32_t bits, const uint8_t *key, uint8_t *out, size_t *out_len)
{
	struct work w;
	psa_status status = PSA_ERROR_INSUFFICIENT_MEMORY;

	if (start(&w, bits) && BN_bin2bn(key, (int)w.bytes, w.x))
		status = power(&w, w.g, out, out_len);
	finish(&w);
	return status;
}

psa_status prim_dh_agree(uint32_t bits, const uint8_t *key, const uint8_t *peer, size_t peer_len,
			 uint8_t *out, size_t *out_len)
{
	struct work w;
	psa_status status = PSA_ERROR_INVALID_ARGUMENT;

	if (start(&w, bits) && peer_len == w.bytes && BN_bin2bn(key, (int)w.bytes, w.x) &&
	    BN_bin2bn(peer, (int)peer_len, w.y) && in_range(&w, w.y))
		status = power(&w, w.y, out, out_len);
	finish(&w);
	return status;
}
