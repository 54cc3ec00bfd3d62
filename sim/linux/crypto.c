/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SHA-1 (FIPS 180-4) in the two forms drivers use: the library of 7.x and the shash interface of
 * 6.12. Drivers make version 5 UUIDs with it. Not modelled: other algorithms; asking for one is
 * answered with -ENOENT, as a kernel without it does.
 */
#include <crypto/hash.h>
#include <crypto/sha1.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include "core/fault.h"

FAULT_SITE(fault_shash, FAULT_PLAIN, "kern.shash", "crypto_alloc_shash() finds no memory");

static u32 rol(u32 v, int n)
{
	return v << n | v >> (32 - n);
}

static void block(u32 h[5], const u8 *p)
{
	static const u32 k[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
	u32 w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	for (int i = 0; i < 16; i++)
		w[i] = (u32)p[4 * i] << 24 | (u32)p[4 * i + 1] << 16 | (u32)p[4 * i + 2] << 8 |
		       p[4 * i + 3];
	for (int i = 16; i < 80; i++)
		w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 80; i++) {
		u32 f = i < 20	 ? (b & c) | (~b & d)
			: i < 40 ? b ^ c ^ d
			: i < 60 ? (b & c) | (b & d) | (c & d)
				 : b ^ c ^ d;
		u32 t = rol(a, 5) + f + e + k[i / 20] + w[i];

		e = d;
		d = c;
		c = rol(b, 30);
		b = a;
		a = t;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

void sha1_init(struct sha1_ctx *ctx)
{
	*ctx = (struct sha1_ctx){
		.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
}

void sha1_update(struct sha1_ctx *ctx, const u8 *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		ctx->buf[ctx->bytecount++ % SHA1_BLOCK_SIZE] = data[i];
		if (ctx->bytecount % SHA1_BLOCK_SIZE == 0)
			block(ctx->state, ctx->buf);
	}
}

void sha1_final(struct sha1_ctx *ctx, u8 out[SHA1_DIGEST_SIZE])
{
	u64 bits = ctx->bytecount * 8;
	u8 length[8], pad = 0x80;

	for (int i = 0; i < 8; i++)
		length[i] = (u8)(bits >> (56 - 8 * i));
	do {
		sha1_update(ctx, &pad, 1);
		pad = 0;
	} while (ctx->bytecount % SHA1_BLOCK_SIZE != SHA1_BLOCK_SIZE - 8);
	sha1_update(ctx, length, sizeof(length));
	for (int i = 0; i < SHA1_DIGEST_SIZE; i++)
		out[i] = (u8)(ctx->state[i / 4] >> (24 - 8 * (i % 4)));
	memset(ctx, 0, sizeof(*ctx));
}

void sha1(const u8 *data, size_t len, u8 out[SHA1_DIGEST_SIZE])
{
	struct sha1_ctx ctx;

	sha1_init(&ctx);
	sha1_update(&ctx, data, len);
	sha1_final(&ctx, out);
}

struct crypto_shash {
	unsigned int descsize, digestsize;
};

struct crypto_shash *crypto_alloc_shash(const char *name, u32 type, u32 mask)
{
	struct crypto_shash *tfm;

	might_sleep();
	if (strcmp(name, "sha1"))
		return ERR_PTR(-ENOENT);
	tfm = fault_hit(&fault_shash) ? NULL : kzalloc(sizeof(*tfm), GFP_KERNEL);
	if (!tfm)
		return ERR_PTR(-ENOMEM);
	tfm->descsize = sizeof(struct sha1_ctx);
	tfm->digestsize = SHA1_DIGEST_SIZE;
	return tfm;
}

void crypto_free_shash(struct crypto_shash *tfm)
{
	if (!IS_ERR_OR_NULL(tfm))
		kfree(tfm);
}

unsigned int crypto_shash_descsize(struct crypto_shash *tfm)
{
	return tfm->descsize;
}

unsigned int crypto_shash_digestsize(struct crypto_shash *tfm)
{
	return tfm->digestsize;
}

int crypto_shash_init(struct shash_desc *desc)
{
	sha1_init((struct sha1_ctx *)desc->__ctx);
	return 0;
}

int crypto_shash_update(struct shash_desc *desc, const u8 *data, unsigned int len)
{
	sha1_update((struct sha1_ctx *)desc->__ctx, data, len);
	return 0;
}

int crypto_shash_final(struct shash_desc *desc, u8 *out)
{
	sha1_final((struct sha1_ctx *)desc->__ctx, out);
	return 0;
}

int crypto_shash_digest(struct shash_desc *desc, const u8 *data, unsigned int len, u8 *out)
{
	crypto_shash_init(desc);
	crypto_shash_update(desc, data, len);
	return crypto_shash_final(desc, out);
}
