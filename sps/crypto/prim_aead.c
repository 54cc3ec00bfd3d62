/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * GCM (NIST SP 800-38D) and CCM (SP 800-38C) over AES, piece by piece. OpenSSL has both, but in
 * contexts that cannot be kept in an SP's memory; what it offers flat is the block cipher and the
 * counter mode, so GHASH and the CBC-MAC of CCM are here.
 */
#include "prim.h"

#include <string.h>

static bool is_gcm(const struct prim_aead *a)
{
	return psa_alg_without_length(a->alg) == psa_alg_without_length(PSA_ALG_GCM);
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

static void mac_block(struct prim_aead *a, const uint8_t block[16])
{
	for (int i = 0; i < 16; i++)
		a->mac[i] ^= block[i];
	if (is_gcm(a))
		multiply(a->mac, a->h);
	else
		prim_ecb(&a->key, true, a->mac, a->mac, 16);
}

static void mac_bytes(struct prim_aead *a, const uint8_t *data, size_t len)
{
	while (len) {
		size_t n = 16 - a->part_len;

		n = n < len ? n : len;
		memcpy(a->part + a->part_len, data, n);
		a->part_len += (uint32_t)n;
		data += n;
		len -= n;
		if (a->part_len == 16) {
			mac_block(a, a->part);
			a->part_len = 0;
		}
	}
}

/* Zeros up to the next block. */
static void mac_pad(struct prim_aead *a)
{
	if (!a->part_len)
		return;
	memset(a->part + a->part_len, 0, 16 - a->part_len);
	mac_block(a, a->part);
	a->part_len = 0;
}

static void mac_lengths(struct prim_aead *a, uint64_t first, uint64_t second)
{
	uint8_t block[16];

	put_big(block, first * 8, 8);
	put_big(block + 8, second * 8, 8);
	mac_block(a, block);
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
	mac_block(a, b);
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
	/* GCM authenticates what goes over the wire, CCM what was meant. */
	const bool before = is_gcm(a) != encrypt;

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
	if (is_gcm(a))
		mac_lengths(a, a->ad_len, a->text_len);
	for (int i = 0; i < 16; i++)
		tag[i] = a->mac[i] ^ a->first[i];
}
