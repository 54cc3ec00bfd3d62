/* SPDX-License-Identifier: BSD-3-Clause */
/* ChaCha20 (RFC 8439), and CMAC (RFC 4493) over the block ciphers. */
#include "prim.h"

#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#define CHACHA_BLOCK 64u

static uint32_t little32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* The call begins at its counter's block; what was used of that is made once more and dropped. */
void prim_chacha20(const struct prim_key *k, uint8_t iv[16], uint32_t *num, const uint8_t *in,
		   uint8_t *out, size_t len)
{
	static const uint8_t zero[CHACHA_BLOCK];
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(prim_libctx(NULL), "ChaCha20", NULL);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	const uint64_t end = *num + (uint64_t)len;
	const uint32_t counter = little32(iv) + (uint32_t)(end / CHACHA_BLOCK);
	uint8_t used[CHACHA_BLOCK];
	int n;

	/* prim_init() has looked that it is there; what is left is memory. */
	if (!cipher || !ctx || EVP_EncryptInit_ex2(ctx, cipher, k->bytes, iv, NULL) <= 0 ||
	    (*num && EVP_EncryptUpdate(ctx, used, &n, zero, (int)*num) <= 0) ||
	    EVP_EncryptUpdate(ctx, out, &n, in, (int)len) <= 0)
		abort();
	EVP_CIPHER_CTX_free(ctx);
	EVP_CIPHER_free(cipher);
	for (int i = 0; i < 4; i++)
		iv[i] = (uint8_t)(counter >> 8 * i);
	*num = (uint32_t)(end % CHACHA_BLOCK);
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
