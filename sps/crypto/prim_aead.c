/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * GCM (NIST SP 800-38D), CCM (SP 800-38C) and ChaCha20-Poly1305 (RFC 8439), piece by piece. OpenSSL
 * has them, but in contexts that cannot be kept in an SP's memory; what it offers flat are ciphers,
 * the counter mode and numbers, so GHASH, the CBC-MAC of CCM and Poly1305 are here.
 */
#include "prim.h"

#include <stdlib.h>
#include <string.h>
#include <openssl/bn.h>

bool prim_aead_is(uint32_t alg, uint32_t base)
{
	return psa_alg_without_length(alg) == psa_alg_without_length(base);
}

static bool is_gcm(const struct prim_aead *a)
{
	return prim_aead_is(a->alg, PSA_ALG_GCM);
}

static bool is_ccm(const struct prim_aead *a)
{
	return prim_aead_is(a->alg, PSA_ALG_CCM);
}

static uint64_t big64(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return v;
}

static void put_big(uint8_t *p, uint64_t v, size_t bytes)
{
	while (bytes--) {
		p[bytes] = (uint8_t)v;
		v >>= 8;
	}
}

/* y = y * h in GF(2^128) with GCM's reflected bits. */
static void multiply(uint8_t y[16], const uint8_t h[16])
{
	uint64_t zh = 0, zl = 0, vh = big64(h), vl = big64(h + 8);

	for (int i = 0; i < 128; i++) {
		const uint64_t bit = (uint64_t)(y[i / 8] >> (7 - i % 8) & 1);
		const uint64_t reduce = -(vl & 1) & 0xe100000000000000ull;

		zh ^= -bit & vh;
		zl ^= -bit & vl;
		vl = vh << 63 | vl >> 1;
		vh = vh >> 1 ^ reduce;
	}
	put_big(y, zh, 8);
	put_big(y + 8, zl, 8);
}

/* sum = (sum + block + 2^128) * r modulo 2^130 - 5, for each block (RFC 8439 2.5). */
static void poly_blocks(struct prim_aead *a, const uint8_t *data, size_t len)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *sum = BN_lebin2bn(a->mac, sizeof(a->mac), NULL);
	BIGNUM *r = BN_lebin2bn(a->h, sizeof(a->h), NULL);
	BIGNUM *p = BN_new(), *m = BN_new();
	bool ok = ctx && sum && r && p && m && BN_set_bit(p, 130) && BN_sub_word(p, 5);

	for (size_t at = 0; ok && at < len; at += 16)
		ok = BN_lebin2bn(data + at, 16, m) && BN_set_bit(m, 128) && BN_add(sum, sum, m) &&
		     BN_mod_mul(sum, sum, r, p, ctx);
	if (!ok || BN_bn2lebinpad(sum, a->mac, sizeof(a->mac)) < 0)
		abort(); /* out of memory */
	BN_clear_free(sum);
	BN_clear_free(r);
	BN_clear_free(m);
	BN_free(p);
	BN_CTX_free(ctx);
}

/* Whole blocks. */
static void mac_blocks(struct prim_aead *a, const uint8_t *data, size_t len)
{
	uint8_t sink[256];

	if (is_gcm(a)) {
		for (size_t at = 0; at < len; at += 16) {
			for (int i = 0; i < 16; i++)
				a->mac[i] ^= data[at + i];
			multiply(a->mac, a->h);
		}
		return;
	}
	if (!is_ccm(a)) {
		poly_blocks(a, data, len);
		return;
	}
	for (size_t at = 0; at < len; at += sizeof(sink)) {
		const size_t n = len - at < sizeof(sink) ? len - at : sizeof(sink);

		prim_cbc(&a->key, true, a->mac, data + at, sink, n);
	}
}

static void mac_bytes(struct prim_aead *a, const uint8_t *data, size_t len)
{
	size_t n = (16 - a->part_len) % 16;

	n = n < len ? n : len;
	if (n) {
		memcpy(a->part + a->part_len, data, n);
		a->part_len += (uint32_t)n;
		data += n;
		len -= n;
		if (a->part_len < 16)
			return;
		mac_blocks(a, a->part, 16);
		a->part_len = 0;
	}
	n = len / 16 * 16;
	if (n)
		mac_blocks(a, data, n);
	if (len > n)
		memcpy(a->part, data + n, len - n);
	a->part_len = (uint32_t)(len - n);
}

/* Zeros up to the next block. */
static void mac_pad(struct prim_aead *a)
{
	if (!a->part_len)
		return;
	memset(a->part + a->part_len, 0, 16 - a->part_len);
	mac_blocks(a, a->part, 16);
	a->part_len = 0;
}

static void mac_lengths(struct prim_aead *a, uint64_t first, uint64_t second)
{
	uint8_t block[16];

	put_big(block, first * 8, 8);
	put_big(block + 8, second * 8, 8);
	mac_blocks(a, block, 16);
}

/* The one-time key of Poly1305 is block 0 of the stream; 22 bits of r are always zero. */
static void chacha_start(struct prim_aead *a, const uint8_t nonce[12])
{
	static const uint8_t zero[32];
	uint8_t iv[16] = {0}, key[32];
	uint32_t num = 0;

	memcpy(iv + 4, nonce, 12);
	prim_chacha20(&a->key, iv, &num, zero, key, sizeof(key));
	memcpy(a->h, key, 16);
	memcpy(a->first, key + 16, 16);
	for (int i = 3; i < 16; i += 4)
		a->h[i] &= 0x0f;
	for (int i = 4; i < 16; i += 4)
		a->h[i] &= 0xfc;
	a->counter[0] = 1;
	memcpy(a->counter + 4, nonce, 12);
}

static void chacha_tag(struct prim_aead *a, uint8_t tag[16])
{
	uint8_t block[16];
	unsigned carry = 0;

	for (int i = 0; i < 8; i++) {
		block[i] = (uint8_t)(a->ad_len >> 8 * i);
		block[8 + i] = (uint8_t)(a->text_len >> 8 * i);
	}
	mac_blocks(a, block, 16);
	for (int i = 0; i < 16; i++) {
		carry += a->mac[i] + a->first[i];
		tag[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

static void gcm_start(struct prim_aead *a, const uint8_t *nonce, size_t len)
{
	const uint8_t zero[16] = {0};

	prim_ecb(&a->key, true, zero, a->h, 16);
	if (len == 12) {
		memcpy(a->counter, nonce, 12);
		put_big(a->counter + 12, 1, 4);
	} else {
		mac_bytes(a, nonce, len);
		mac_pad(a);
		mac_lengths(a, 0, len);
		memcpy(a->counter, a->mac, 16);
		memset(a->mac, 0, 16);
	}
	prim_ecb(&a->key, true, a->counter, a->first, 16);
	put_big(a->counter + 12, (big64(a->counter + 8) & 0xffffffff) + 1, 4);
}

static void ccm_start(struct prim_aead *a, const uint8_t *nonce, size_t len, uint64_t ad_len,
		      uint64_t text_len)
{
	const size_t q = 15 - len;
	uint8_t b[16] = {0}, ad[6];

	b[0] = (uint8_t)((ad_len ? 0x40 : 0) | (a->tag_len - 2) / 2 << 3 | (q - 1));
	memcpy(b + 1, nonce, len);
	put_big(b + 1 + len, text_len, q < 8 ? q : 8);
	mac_blocks(a, b, 16);
	a->counter[0] = (uint8_t)(q - 1);
	memcpy(a->counter + 1, nonce, len);
	memset(a->counter + 1 + len, 0, q);
	prim_ecb(&a->key, true, a->counter, a->first, 16);
	a->counter[15] = 1;
	if (ad_len && ad_len < 0xff00) {
		put_big(ad, ad_len, 2);
		mac_bytes(a, ad, 2);
	} else if (ad_len) {
		ad[0] = 0xff;
		ad[1] = 0xfe;
		put_big(ad + 2, ad_len, 4);
		mac_bytes(a, ad, 6);
	}
}

void prim_aead_start(struct prim_aead *a, const uint8_t *nonce, size_t nonce_len, uint64_t ad_len,
		     uint64_t text_len)
{
	if (is_gcm(a))
		gcm_start(a, nonce, nonce_len);
	else if (!is_ccm(a))
		chacha_start(a, nonce);
	else
		ccm_start(a, nonce, nonce_len, ad_len, text_len);
}

void prim_aead_ad(struct prim_aead *a, const uint8_t *data, size_t len)
{
	mac_bytes(a, data, len);
	a->ad_len += len;
}

/* GCM counts in 32 bits only; OpenSSL's counter mode carries on. So pieces end where it wraps. */
static size_t until_wrap(const struct prim_aead *a, size_t len)
{
	const uint64_t left =
		(0x100000000ull - (big64(a->counter + 8) & 0xffffffff)) * 16 + (16 - a->num) % 16;

	return is_gcm(a) && len > left ? (size_t)left : len;
}

static void crypt(struct prim_aead *a, const uint8_t *in, uint8_t *out, size_t len)
{
	if (!is_gcm(a) && !is_ccm(a)) {
		prim_chacha20(&a->key, a->counter, &a->num, in, out, len);
		return;
	}
	while (len) {
		const size_t n = until_wrap(a, len);
		uint8_t high[12];

		memcpy(high, a->counter, 12);
		prim_stream(&a->key, PSA_ALG_CTR, true, a->counter, a->stream, &a->num, in, out, n);
		if (is_gcm(a))
			memcpy(a->counter, high, 12);
		in += n;
		out += n;
		len -= n;
	}
}

void prim_aead_text(struct prim_aead *a, bool encrypt, const uint8_t *in, uint8_t *out, size_t len)
{
	/* CCM authenticates what was meant, the others what goes over the wire. */
	const bool before = is_ccm(a) == encrypt;

	if (!a->text_len)
		mac_pad(a); /* the additional data ends here */
	if (before)
		mac_bytes(a, in, len);
	crypt(a, in, out, len);
	if (!before)
		mac_bytes(a, out, len);
	a->text_len += len;
}

void prim_aead_tag(struct prim_aead *a, uint8_t tag[16])
{
	mac_pad(a);
	if (!is_gcm(a) && !is_ccm(a)) {
		chacha_tag(a, tag);
		return;
	}
	if (is_gcm(a))
		mac_lengths(a, a->ad_len, a->text_len);
	for (int i = 0; i < 16; i++)
		tag[i] = a->mac[i] ^ a->first[i];
}
