/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _CRYPTO_SHA1_H
#define _CRYPTO_SHA1_H
/* SHA-1 as a library (the 7.x form). */
#include <linux/types.h>
#define SHA1_DIGEST_SIZE 20
#define SHA1_BLOCK_SIZE 64
struct sha1_ctx {
	u32 state[5];
	u64 bytecount;
	u8 buf[SHA1_BLOCK_SIZE];
};
void sha1_init(struct sha1_ctx *ctx);
void sha1_update(struct sha1_ctx *ctx, const u8 *data, size_t len);
void sha1_final(struct sha1_ctx *ctx, u8 out[SHA1_DIGEST_SIZE]);
void sha1(const u8 *data, size_t len, u8 out[SHA1_DIGEST_SIZE]);
#endif
