/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Block ciphers and the modes of PSA: AES and DES on OpenSSL's block functions, ARIA and Camellia,
 * which it has by EVP alone, on an EVP context that lives as long as the call; the mode functions
 * keep their state with the caller. The key schedule is made anew in each call: what is kept is the
 * key.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "prim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/aes.h>
#include <openssl/crypto.h>
#include <openssl/des.h>
#include <openssl/evp.h>
#include <openssl/modes.h>

struct schedule {
	union {
		AES_KEY aes;
		DES_key_schedule des[3];
		EVP_CIPHER_CTX *evp;
	};
	block128_f block; /* of 16 bytes, in the direction that was asked for */
};

size_t prim_block_bytes(uint32_t type)
{
	switch (type) {
	case PSA_KEY_TYPE_AES:
	case PSA_KEY_TYPE_ARIA:
	case PSA_KEY_TYPE_CAMELLIA:
		return 16;
	case PSA_KEY_TYPE_DES:
		return 8;
	default:
		return 0;
	}
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

static void evp_block(const uint8_t in[16], uint8_t out[16], const void *key)
{
	const struct schedule *s = key;
	int len;

	/* Without padding a whole block comes out at once, and nothing can fail any more. */
	EVP_CipherUpdate(s->evp, out, &len, in, 16);
}

static void aes_encrypt(const uint8_t in[16], uint8_t out[16], const void *key)
{
	AES_encrypt(in, out, &((const struct schedule *)key)->aes);
}

static void aes_decrypt(const uint8_t in[16], uint8_t out[16], const void *key)
{
	AES_decrypt(in, out, &((const struct schedule *)key)->aes);
}

static void expand_evp(const struct prim_key *k, bool encrypt, struct schedule *s)
{
	char name[24];
	EVP_CIPHER *cipher;

	snprintf(name, sizeof(name), "%s-%u-ECB",
		 k->type == PSA_KEY_TYPE_ARIA ? "ARIA" : "CAMELLIA", k->len * 8);
	cipher = EVP_CIPHER_fetch(prim_libctx(NULL), name, NULL);
	s->evp = EVP_CIPHER_CTX_new();
	/* prim_init() has looked that the ciphers are there; what is left is memory. */
	if (!cipher || !s->evp ||
	    EVP_CipherInit_ex2(s->evp, cipher, k->bytes, NULL, encrypt, NULL) <= 0)
		abort();
	EVP_CIPHER_CTX_set_padding(s->evp, 0);
	EVP_CIPHER_free(cipher);
	s->block = evp_block;
}

static void expand(const struct prim_key *k, bool encrypt, struct schedule *s)
{
	switch (k->type) {
	case PSA_KEY_TYPE_DES:
		expand_des(k, s->des);
		break;
	case PSA_KEY_TYPE_AES:
		if (encrypt)
			AES_set_encrypt_key(k->bytes, (int)k->len * 8, &s->aes);
		else
			AES_set_decrypt_key(k->bytes, (int)k->len * 8, &s->aes);
		s->block = encrypt ? aes_encrypt : aes_decrypt;
		break;
	default:
		expand_evp(k, encrypt, s);
	}
}

static void forget(const struct prim_key *k, struct schedule *s)
{
	if (k->type != PSA_KEY_TYPE_AES && k->type != PSA_KEY_TYPE_DES)
		EVP_CIPHER_CTX_free(s->evp);
	OPENSSL_cleanse(s, sizeof(*s));
}

void prim_ecb(const struct prim_key *k, bool encrypt, const uint8_t *in, uint8_t *out, size_t len)
{
	const size_t block = prim_block_bytes(k->type);
	struct schedule s;

	expand(k, encrypt, &s);
	for (size_t at = 0; at + block <= len; at += block) {
		if (k->type == PSA_KEY_TYPE_DES)
			DES_ecb3_encrypt((const_DES_cblock *)(in + at), (DES_cblock *)(out + at),
					 &s.des[0], &s.des[1], &s.des[2],
					 encrypt ? DES_ENCRYPT : DES_DECRYPT);
		else
			s.block(in + at, out + at, &s);
	}
	forget(k, &s);
}

void prim_cbc(const struct prim_key *k, bool encrypt, uint8_t *iv, const uint8_t *in, uint8_t *out,
	      size_t len)
{
	struct schedule s;

	expand(k, encrypt, &s);
	if (k->type == PSA_KEY_TYPE_DES)
		DES_ede3_cbc_encrypt(in, out, (long)len, &s.des[0], &s.des[1], &s.des[2],
				     (DES_cblock *)iv, encrypt ? DES_ENCRYPT : DES_DECRYPT);
	else if (encrypt)
		CRYPTO_cbc128_encrypt(in, out, len, &s, iv, s.block);
	else
		CRYPTO_cbc128_decrypt(in, out, len, &s, iv, s.block);
	forget(k, &s);
}

void prim_stream(const struct prim_key *k, uint32_t alg, bool encrypt, uint8_t iv[16],
		 uint8_t stream[16], uint32_t *num, const uint8_t *in, uint8_t *out, size_t len)
{
	struct schedule s;
	int at = (int)*num;

	expand(k, true, &s);
	switch (alg) {
	case PSA_ALG_CTR:
		CRYPTO_ctr128_encrypt(in, out, len, &s, iv, stream, num, s.block);
		break;
	case PSA_ALG_CFB:
		CRYPTO_cfb128_encrypt(in, out, len, &s, iv, &at, encrypt, s.block);
		*num = (uint32_t)at;
		break;
	default:
		CRYPTO_ofb128_encrypt(in, out, len, &s, iv, &at, s.block);
		*num = (uint32_t)at;
	}
	forget(k, &s);
}
