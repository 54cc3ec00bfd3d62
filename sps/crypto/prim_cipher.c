/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * AES and DES in the modes of PSA, on OpenSSL's block functions and its mode functions with state
 * of the caller's; CMAC (RFC 4493) over CBC. The key schedule is made anew in each call: what is
 * kept is the key.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "prim.h"

#include <string.h>
#include <openssl/aes.h>
#include <openssl/crypto.h>
#include <openssl/des.h>
#include <openssl/modes.h>

union schedule {
	AES_KEY aes;
	DES_key_schedule des[3];
};

size_t prim_block_bytes(uint32_t type)
{
	return type == PSA_KEY_TYPE_AES ? 16 : type == PSA_KEY_TYPE_DES ? 8 : 0;
}

/* DES with two keys is K1 K2 K1, with one K1 K1 K1. */
static void expand_des(const struct prim_key *k, DES_key_schedule ks[3])
{
	static const uint8_t which[3][3] = {{0, 0, 0}, {0, 1, 0}, {0, 1, 2}};

	for (unsigned i = 0; i < 3; i++) {
		DES_cblock part;

		memcpy(part, k->bytes + 8 * which[k->len / 8 - 1][i], 8);
		DES_set_key_unchecked(&part, &ks[i]);
	}
}

static void expand(const struct prim_key *k, bool encrypt, union schedule *s)
{
	if (k->type == PSA_KEY_TYPE_DES)
		expand_des(k, s->des);
	else if (encrypt)
		AES_set_encrypt_key(k->bytes, (int)k->len * 8, &s->aes);
	else
		AES_set_decrypt_key(k->bytes, (int)k->len * 8, &s->aes);
}

void prim_ecb(const struct prim_key *k, bool encrypt, const uint8_t *in, uint8_t *out, size_t len)
{
	const size_t block = prim_block_bytes(k->type);
	union schedule s;

	expand(k, encrypt, &s);
	for (size_t at = 0; at + block <= len; at += block) {
		if (k->type == PSA_KEY_TYPE_AES && encrypt)
			AES_encrypt(in + at, out + at, &s.aes);
		else if (k->type == PSA_KEY_TYPE_AES)
			AES_decrypt(in + at, out + at, &s.aes);
		else
			DES_ecb3_encrypt((const_DES_cblock *)(in + at), (DES_cblock *)(out + at),
					 &s.des[0], &s.des[1], &s.des[2],
					 encrypt ? DES_ENCRYPT : DES_DECRYPT);
	}
	OPENSSL_cleanse(&s, sizeof(s));
}

void prim_cbc(const struct prim_key *k, bool encrypt, uint8_t *iv, const uint8_t *in, uint8_t *out,
	      size_t len)
{
	union schedule s;

	expand(k, encrypt, &s);
	if (k->type == PSA_KEY_TYPE_DES)
		DES_ede3_cbc_encrypt(in, out, (long)len, &s.des[0], &s.des[1], &s.des[2],
				     (DES_cblock *)iv, encrypt ? DES_ENCRYPT : DES_DECRYPT);
	else
		AES_cbc_encrypt(in, out, len, &s.aes, iv, encrypt ? AES_ENCRYPT : AES_DECRYPT);
	OPENSSL_cleanse(&s, sizeof(s));
}

void prim_stream(const struct prim_key *k, uint32_t alg, bool encrypt, uint8_t iv[16],
		 uint8_t stream[16], uint32_t *num, const uint8_t *in, uint8_t *out, size_t len)
{
	union schedule s;
	int at = (int)*num;

	expand(k, true, &s);
	switch (alg) {
	case PSA_ALG_CTR:
		CRYPTO_ctr128_encrypt(in, out, len, &s.aes, iv, stream, num,
				      (block128_f)AES_encrypt);
		break;
	case PSA_ALG_CFB:
		CRYPTO_cfb128_encrypt(in, out, len, &s.aes, iv, &at, encrypt,
				      (block128_f)AES_encrypt);
		*num = (uint32_t)at;
		break;
	default:
		CRYPTO_ofb128_encrypt(in, out, len, &s.aes, iv, &at, (block128_f)AES_encrypt);
		*num = (uint32_t)at;
	}
	OPENSSL_cleanse(&s, sizeof(s));
}

/* ---- CMAC ---- */

void prim_cmac_init(struct prim_cmac *m, const struct prim_key *key)
{
	*m = (struct prim_cmac){.key = *key};
}

static void absorb(struct prim_cmac *m, const uint8_t *data, size_t len)
{
	uint8_t sink[256];

	while (len) {
		const size_t n = len < sizeof(sink) ? len : sizeof(sink);

		prim_cbc(&m->key, true, m->chain, data, sink, n);
		data += n;
		len -= n;
	}
}

/* The last block, full or not, waits for prim_cmac_final(). */
void prim_cmac_update(struct prim_cmac *m, const uint8_t *data, size_t len)
{
	const size_t block = prim_block_bytes(m->key.type);
	size_t n;

	if (!len)
		return;
	if (m->rest_len + len > block) {
		n = block - m->rest_len;
		memcpy(m->rest + m->rest_len, data, n);
		absorb(m, m->rest, block);
		m->rest_len = 0;
		data += n;
		len -= n;
		n = (len - 1) / block * block;
		absorb(m, data, n);
		data += n;
		len -= n;
	}
	memcpy(m->rest + m->rest_len, data, len);
	m->rest_len += (uint32_t)len;
}

/* Times x in GF(2^n). */
static void doubled(uint8_t *b, size_t block)
{
	const uint8_t carry = b[0] >> 7;

	for (size_t i = 0; i < block; i++)
		b[i] = (uint8_t)(b[i] << 1 | (i + 1 < block ? b[i + 1] >> 7 : 0));
	b[block - 1] ^= carry ? (block == 16 ? 0x87 : 0x1b) : 0;
}

void prim_cmac_final(struct prim_cmac *m, uint8_t *out)
{
	const size_t block = prim_block_bytes(m->key.type);
	uint8_t sub[16] = {0}, zero[16] = {0};

	prim_ecb(&m->key, true, zero, sub, block);
	doubled(sub, block);
	if (m->rest_len < block) {
		doubled(sub, block);
		memset(m->rest + m->rest_len, 0, block - m->rest_len);
		m->rest[m->rest_len] = 0x80;
	}
	for (size_t i = 0; i < block; i++)
		m->rest[i] ^= sub[i];
	absorb(m, m->rest, block);
	memcpy(out, m->chain, block);
	OPENSSL_cleanse(sub, sizeof(sub));
	OPENSSL_cleanse(m, sizeof(*m));
}
