/* SPDX-License-Identifier: BSD-3-Clause */
/* Hashes by OpenSSL's flat contexts, SHA-3 by ours, and HMAC over them (RFC 2104). */
#define OPENSSL_SUPPRESS_DEPRECATED /* the flat contexts are why we use these */
#include "prim.h"

#include <string.h>
#include <openssl/crypto.h>
#include <openssl/md5.h>
#include <openssl/ripemd.h>
#include <openssl/sha.h>

struct row {
	uint32_t alg;
	uint16_t bytes, block_bytes;
	const char *name;
	int (*init)(void *ctx);
	int (*update)(void *ctx, const void *data, size_t len);
	int (*final)(unsigned char *out, void *ctx);
};

/* One pointer type for all contexts. */
#define FAMILY(prefix, ctx)                                                                        \
	static int prefix##_init(void *c)                                                          \
	{                                                                                          \
		_Static_assert(sizeof(ctx) <= sizeof(((struct prim_hash *)0)->raw), "room");       \
		return prefix##_Init((ctx *)c);                                                    \
	}                                                                                          \
	static int prefix##_update(void *c, const void *data, size_t len)                          \
	{                                                                                          \
		return prefix##_Update((ctx *)c, data, len);                                       \
	}                                                                                          \
	static int prefix##_final(unsigned char *out, void *c)                                     \
	{                                                                                          \
		return prefix##_Final(out, (ctx *)c);                                              \
	}
FAMILY(MD5, MD5_CTX)
FAMILY(RIPEMD160, RIPEMD160_CTX)
FAMILY(SHA1, SHA_CTX)
FAMILY(SHA224, SHA256_CTX)
FAMILY(SHA256, SHA256_CTX)
FAMILY(SHA384, SHA512_CTX)
FAMILY(SHA512, SHA512_CTX)

/* SHA-512/t is SHA-512, cut, from another beginning: what SHA-512 with each word of its beginning
 * changed makes of the name (FIPS 180-4 5.3.6). */
static int truncated_init(SHA512_CTX *c, const char *name)
{
	uint8_t start[SHA512_DIGEST_LENGTH];
	SHA512_CTX maker;

	SHA512_Init(&maker);
	for (int i = 0; i < 8; i++)
		maker.h[i] ^= 0xa5a5a5a5a5a5a5a5ull;
	SHA512_Update(&maker, name, strlen(name));
	SHA512_Final(start, &maker);
	SHA512_Init(c);
	for (int i = 0; i < 8; i++) {
		c->h[i] = 0;
		for (int j = 0; j < 8; j++)
			c->h[i] = c->h[i] << 8 | start[8 * i + j];
	}
	return 1;
}

#define TRUNCATED(bits)                                                                            \
	static int SHA512_##bits##_init(void *c)                                                   \
	{                                                                                          \
		return truncated_init(c, "SHA-512/" #bits);                                        \
	}                                                                                          \
	static int SHA512_##bits##_final(unsigned char *out, void *c)                              \
	{                                                                                          \
		uint8_t whole[SHA512_DIGEST_LENGTH];                                               \
                                                                                                   \
		SHA512_Final(whole, c);                                                            \
		memcpy(out, whole, (bits) / 8);                                                    \
		return 1;                                                                          \
	}
TRUNCATED(224)
TRUNCATED(256)
#define SHA512_224_update SHA512_update
#define SHA512_256_update SHA512_update

static int SHA3_update(void *c, const void *data, size_t len)
{
	prim_keccak_update(c, data, len);
	return 1;
}
#define KECCAK(bits)                                                                               \
	static int SHA3_##bits##_init(void *c)                                                     \
	{                                                                                          \
		_Static_assert(sizeof(struct prim_keccak) <= sizeof(((struct prim_hash *)0)->raw), \
			       "room");                                                            \
		prim_keccak_init(c, (bits) / 8);                                                   \
		return 1;                                                                          \
	}                                                                                          \
	static int SHA3_##bits##_final(unsigned char *out, void *c)                                \
	{                                                                                          \
		prim_keccak_final(c, out, (bits) / 8);                                             \
		return 1;                                                                          \
	}
KECCAK(224)
KECCAK(256)
KECCAK(384)
KECCAK(512)
#define SHA3_224_update SHA3_update
#define SHA3_256_update SHA3_update
#define SHA3_384_update SHA3_update
#define SHA3_512_update SHA3_update

#define ROW(alg, bytes, block, name, prefix)                                                       \
	{                                                                                          \
		alg, bytes, block, name, prefix##_init, prefix##_update, prefix##_final            \
	}
static const struct row rows[] = {
	ROW(PSA_ALG_MD5, 16, 64, "MD5", MD5),
	ROW(PSA_ALG_RIPEMD160, 20, 64, "RIPEMD160", RIPEMD160),
	ROW(PSA_ALG_SHA_1, 20, 64, "SHA1", SHA1),
	ROW(PSA_ALG_SHA_224, 28, 64, "SHA224", SHA224),
	ROW(PSA_ALG_SHA_256, 32, 64, "SHA256", SHA256),
	ROW(PSA_ALG_SHA_384, 48, 128, "SHA384", SHA384),
	ROW(PSA_ALG_SHA_512, 64, 128, "SHA512", SHA512),
	ROW(PSA_ALG_SHA_512_224, 28, 128, "SHA512-224", SHA512_224),
	ROW(PSA_ALG_SHA_512_256, 32, 128, "SHA512-256", SHA512_256),
	ROW(PSA_ALG_SHA3_224, 28, 144, "SHA3-224", SHA3_224),
	ROW(PSA_ALG_SHA3_256, 32, 136, "SHA3-256", SHA3_256),
	ROW(PSA_ALG_SHA3_384, 48, 104, "SHA3-384", SHA3_384),
	ROW(PSA_ALG_SHA3_512, 64, 72, "SHA3-512", SHA3_512),
};

static const struct row *row_of(uint32_t alg)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].alg == alg)
			return &rows[i];
	return NULL;
}

size_t prim_hash_bytes(uint32_t alg)
{
	const struct row *r = row_of(alg);

	return r ? r->bytes : 0;
}

size_t prim_hash_block_bytes(uint32_t alg)
{
	const struct row *r = row_of(alg);

	return r ? r->block_bytes : 0;
}

const char *prim_hash_name(uint32_t alg)
{
	const struct row *r = row_of(alg);

	return r ? r->name : NULL;
}

bool prim_hash_init(struct prim_hash *h, uint32_t alg)
{
	const struct row *r = row_of(alg);

	*h = (struct prim_hash){.alg = alg};
	return r && r->init(h->raw);
}

void prim_hash_update(struct prim_hash *h, const void *data, size_t len)
{
	const struct row *r = row_of(h->alg);

	if (r && len)
		r->update(h->raw, data, len);
}

void prim_hash_final(struct prim_hash *h, uint8_t *out)
{
	const struct row *r = row_of(h->alg);

	if (r)
		r->final(out, h->raw);
	OPENSSL_cleanse(h, sizeof(*h));
}

void prim_hash_all(uint32_t alg, const void *data, size_t len, uint8_t *out)
{
	struct prim_hash h;

	prim_hash_init(&h, alg);
	prim_hash_update(&h, data, len);
	prim_hash_final(&h, out);
}

bool prim_hmac_init(struct prim_hmac *m, uint32_t hash, const void *key, size_t len)
{
	const size_t block = prim_hash_block_bytes(hash);
	uint8_t ipad[PSA_HASH_BLOCK_MAX_BYTES] = {0};

	if (!block)
		return false;
	if (len > block)
		prim_hash_all(hash, key, len, ipad);
	else if (len)
		memcpy(ipad, key, len);
	for (size_t i = 0; i < block; i++) {
		m->opad[i] = ipad[i] ^ 0x5c;
		ipad[i] ^= 0x36;
	}
	prim_hash_init(&m->inner, hash);
	prim_hash_update(&m->inner, ipad, block);
	OPENSSL_cleanse(ipad, sizeof(ipad));
	return true;
}

void prim_hmac_update(struct prim_hmac *m, const void *data, size_t len)
{
	prim_hash_update(&m->inner, data, len);
}

void prim_hmac_final(struct prim_hmac *m, uint8_t *out)
{
	const uint32_t hash = m->inner.alg;
	uint8_t inner[PSA_HASH_MAX_BYTES];
	struct prim_hash h;

	prim_hash_final(&m->inner, inner);
	prim_hash_init(&h, hash);
	prim_hash_update(&h, m->opad, prim_hash_block_bytes(hash));
	prim_hash_update(&h, inner, prim_hash_bytes(hash));
	prim_hash_final(&h, out);
	OPENSSL_cleanse(m, sizeof(*m));
}
