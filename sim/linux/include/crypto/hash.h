/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _CRYPTO_HASH_H
#define _CRYPTO_HASH_H
/* Synchronous hashes; the algorithm that exists is "sha1". */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/types.h>
struct crypto_shash;
struct shash_desc {
	struct crypto_shash *tfm;
	void *__ctx[] __attribute__((aligned(8)));
};
#define HASH_MAX_DESCSIZE 512
#define SHASH_DESC_ON_STACK(shash, ctx)                                                            \
	char __##shash##_desc[HASH_MAX_DESCSIZE] __attribute__((aligned(8)));                      \
	struct shash_desc *shash = (struct shash_desc *)__##shash##_desc
/* ERR_PTR(-ENOENT) for an algorithm that does not exist. */
struct crypto_shash *crypto_alloc_shash(const char *name, u32 type, u32 mask);
void crypto_free_shash(struct crypto_shash *tfm);
unsigned int crypto_shash_descsize(struct crypto_shash *tfm);
unsigned int crypto_shash_digestsize(struct crypto_shash *tfm);
int crypto_shash_init(struct shash_desc *desc);
int crypto_shash_update(struct shash_desc *desc, const u8 *data, unsigned int len);
int crypto_shash_final(struct shash_desc *desc, u8 *out);
int crypto_shash_digest(struct shash_desc *desc, const u8 *data, unsigned int len, u8 *out);
#endif
