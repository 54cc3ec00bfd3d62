/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers of the PSA Crypto API 1.0: key types, algorithms, usage flags, lifetimes, and what can be
 * told from them. They are the values on the wire (trusted-services.md 3.2).
 */
#ifndef SPS_PSA_CRYPTO_H
#define SPS_PSA_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "psa_status.h"

/* Key types. */
enum {
	PSA_KEY_TYPE_NONE = 0,
	PSA_KEY_TYPE_RAW_DATA = 0x1001,
	PSA_KEY_TYPE_HMAC = 0x1100,
	PSA_KEY_TYPE_DERIVE = 0x1200,
	PSA_KEY_TYPE_PASSWORD = 0x1203,
	PSA_KEY_TYPE_PASSWORD_HASH = 0x1205,
	PSA_KEY_TYPE_PEPPER = 0x1206,
	PSA_KEY_TYPE_ARC4 = 0x2002,
	PSA_KEY_TYPE_CHACHA20 = 0x2004,
	PSA_KEY_TYPE_DES = 0x2301,
	PSA_KEY_TYPE_AES = 0x2400,
	PSA_KEY_TYPE_CAMELLIA = 0x2403,
	PSA_KEY_TYPE_ARIA = 0x2406,
	PSA_KEY_TYPE_RSA_PUBLIC_KEY = 0x4001,
	PSA_KEY_TYPE_RSA_KEY_PAIR = 0x7001,
	PSA_KEY_TYPE_ECC_PUBLIC_KEY = 0x4100, /* | family */
	PSA_KEY_TYPE_ECC_KEY_PAIR = 0x7100,
	PSA_KEY_TYPE_DH_PUBLIC_KEY = 0x4200, /* | family */
	PSA_KEY_TYPE_DH_KEY_PAIR = 0x7200,
};
enum {
	PSA_ECC_SECP_R1 = 0x12,
	PSA_ECC_SECP_K1 = 0x17,
	PSA_ECC_BRAINPOOL_P_R1 = 0x30,
	PSA_ECC_MONTGOMERY = 0x41,
	PSA_ECC_TWISTED_EDWARDS = 0x42,
	PSA_DH_RFC7919 = 0x03,
};

static inline bool psa_type_is_public(uint32_t type)
{
	return (type & 0x7000) == 0x4000;
}
static inline bool psa_type_is_pair(uint32_t type)
{
	return (type & 0x7000) == 0x7000;
}
static inline bool psa_type_is_asymmetric(uint32_t type)
{
	return type & 0x4000;
}
static inline bool psa_type_is_rsa(uint32_t type)
{
	return (type & ~0x3000u) == PSA_KEY_TYPE_RSA_PUBLIC_KEY;
}
static inline bool psa_type_is_ecc(uint32_t type)
{
	return (type & ~0x30ffu) == PSA_KEY_TYPE_ECC_PUBLIC_KEY;
}
static inline bool psa_type_is_dh(uint32_t type)
{
	return (type & ~0x30ffu) == PSA_KEY_TYPE_DH_PUBLIC_KEY;
}
static inline uint32_t psa_type_public_of(uint32_t type)
{
	return type & ~0x3000u;
}

/* Algorithms. */
enum {
	PSA_ALG_NONE = 0,
	PSA_ALG_MD5 = 0x02000003,
	PSA_ALG_RIPEMD160 = 0x02000004,
	PSA_ALG_SHA_1 = 0x02000005,
	PSA_ALG_SHA_224 = 0x02000008,
	PSA_ALG_SHA_256 = 0x02000009,
	PSA_ALG_SHA_384 = 0x0200000a,
	PSA_ALG_SHA_512 = 0x0200000b,
	PSA_ALG_SHA_512_224 = 0x0200000c,
	PSA_ALG_SHA_512_256 = 0x0200000d,
	PSA_ALG_SHA3_224 = 0x02000010,
	PSA_ALG_SHA3_256 = 0x02000011,
	PSA_ALG_SHA3_384 = 0x02000012,
	PSA_ALG_SHA3_512 = 0x02000013,
	PSA_ALG_ANY_HASH = 0x020000ff,
	PSA_ALG_HMAC = 0x03800000, /* | hash */
	PSA_ALG_CMAC = 0x03c00200,
	PSA_ALG_STREAM_CIPHER = 0x04800100,
	PSA_ALG_CTR = 0x04c01000,
	PSA_ALG_CFB = 0x04c01100,
	PSA_ALG_OFB = 0x04c01200,
	PSA_ALG_CCM_STAR_NO_TAG = 0x04c01300,
	PSA_ALG_ECB_NO_PADDING = 0x04404400,
	PSA_ALG_CBC_NO_PADDING = 0x04404000,
	PSA_ALG_CBC_PKCS7 = 0x04404100,
	PSA_ALG_CCM = 0x05500100,
	PSA_ALG_GCM = 0x05500200,
	PSA_ALG_CHACHA20_POLY1305 = 0x05100500,
	PSA_ALG_RSA_PKCS1V15_SIGN = 0x06000200, /* | hash; alone: raw */
	PSA_ALG_RSA_PSS = 0x06000300,
	PSA_ALG_RSA_PSS_ANY_SALT = 0x06001300,
	PSA_ALG_ECDSA = 0x06000600, /* | hash; alone: any */
	PSA_ALG_DETERMINISTIC_ECDSA = 0x06000700,
	PSA_ALG_PURE_EDDSA = 0x06000800,
	PSA_ALG_RSA_PKCS1V15_CRYPT = 0x07000200,
	PSA_ALG_RSA_OAEP = 0x07000300, /* | hash */
	PSA_ALG_HKDF = 0x08000100,     /* | hash */
	PSA_ALG_TLS12_PRF = 0x08000200,
	PSA_ALG_TLS12_PSK_TO_MS = 0x08000300,
	PSA_ALG_HKDF_EXTRACT = 0x08000400,
	PSA_ALG_HKDF_EXPAND = 0x08000500,
	PSA_ALG_TLS12_ECJPAKE_TO_PMS = 0x08000609,
	PSA_ALG_FFDH = 0x09010000, /* | key derivation */
	PSA_ALG_ECDH = 0x09020000,
};
enum {
	PSA_CATEGORY_HASH = 0x02,
	PSA_CATEGORY_MAC = 0x03,
	PSA_CATEGORY_CIPHER = 0x04,
	PSA_CATEGORY_AEAD = 0x05,
	PSA_CATEGORY_SIGN = 0x06,
	PSA_CATEGORY_ASYMMETRIC_ENCRYPTION = 0x07,
	PSA_CATEGORY_KEY_DERIVATION = 0x08,
	PSA_CATEGORY_KEY_AGREEMENT = 0x09,
};
#define PSA_ALG_LENGTH_MASK 0x003f0000u /* of a MAC or an AEAD tag; MAC: 0 = whole */
#define PSA_ALG_LENGTH_SHIFT 16
#define PSA_ALG_AT_LEAST 0x00008000u

static inline uint32_t psa_alg_category(uint32_t alg)
{
	return alg >> 24 & 0x7f;
}
static inline bool psa_alg_is(uint32_t alg, uint32_t category)
{
	return psa_alg_category(alg) == category;
}
/* The hash in a composed algorithm; 0 when it names none. */
static inline uint32_t psa_alg_hash(uint32_t alg)
{
	return alg & 0xff ? 0x02000000u | (alg & 0xff) : 0;
}
static inline uint32_t psa_alg_without_hash(uint32_t alg)
{
	return alg & ~0xffu;
}
static inline size_t psa_alg_length(uint32_t alg)
{
	return (alg & PSA_ALG_LENGTH_MASK) >> PSA_ALG_LENGTH_SHIFT;
}
/* MAC with its whole length, AEAD with a tag of 0: for comparing. */
static inline uint32_t psa_alg_without_length(uint32_t alg)
{
	return alg & ~(PSA_ALG_LENGTH_MASK | PSA_ALG_AT_LEAST);
}
static inline bool psa_alg_is_hmac(uint32_t alg)
{
	return (psa_alg_without_length(alg) & ~0xffu) == PSA_ALG_HMAC;
}
static inline uint32_t psa_alg_agreement_base(uint32_t alg)
{
	return (alg & 0xff7f0000u) | 0x09000000u;
}
static inline uint32_t psa_alg_agreement_kdf(uint32_t alg)
{
	return (alg & 0xfe00ffffu) | 0x08000000u;
}
static inline bool psa_alg_is_raw_agreement(uint32_t alg)
{
	return psa_alg_is(alg, PSA_CATEGORY_KEY_AGREEMENT) &&
	       psa_alg_agreement_kdf(alg) == 0x08000000u;
}

/* Usage. */
enum {
	PSA_KEY_USAGE_EXPORT = 1,
	PSA_KEY_USAGE_COPY = 2,
	PSA_KEY_USAGE_ENCRYPT = 0x100,
	PSA_KEY_USAGE_DECRYPT = 0x200,
	PSA_KEY_USAGE_SIGN_MESSAGE = 0x400,
	PSA_KEY_USAGE_VERIFY_MESSAGE = 0x800,
	PSA_KEY_USAGE_SIGN_HASH = 0x1000,
	PSA_KEY_USAGE_VERIFY_HASH = 0x2000,
	PSA_KEY_USAGE_DERIVE = 0x4000,
	PSA_KEY_USAGE_VERIFY_DERIVATION = 0x8000,
};
#define PSA_KEY_USAGE_ALL 0xff03u

/* Lifetimes: persistence in 7:0, location above. */
enum {
	PSA_KEY_LIFETIME_VOLATILE = 0,
	PSA_KEY_LIFETIME_PERSISTENT = 1,
	PSA_KEY_PERSISTENCE_READ_ONLY = 0xff,
};
/* Ids a client may choose. */
#define PSA_KEY_ID_USER_MIN 0x00000001u
#define PSA_KEY_ID_USER_MAX 0x3fffffffu
#define PSA_KEY_ID_VENDOR_MAX 0x7fffffffu

/* Inputs of a key derivation. */
enum {
	PSA_INPUT_SECRET = 0x0101,
	PSA_INPUT_PASSWORD = 0x0102,
	PSA_INPUT_OTHER_SECRET = 0x0103,
	PSA_INPUT_LABEL = 0x0201,
	PSA_INPUT_SALT = 0x0202,
	PSA_INPUT_INFO = 0x0203,
	PSA_INPUT_SEED = 0x0204,
};

/* Attributes of a key, as they travel: six words (trusted-services.md 3.2). */
struct psa_attributes {
	uint32_t type, bits, lifetime, id, usage, alg;
};

#define PSA_HASH_MAX_BYTES 64u
#define PSA_HASH_BLOCK_MAX_BYTES 144u /* SHA3-224 */
#define PSA_RSA_MAX_BITS 4096u
#define PSA_ECC_MAX_BITS 521u
#define PSA_ECC_MAX_BYTES 66u
#define PSA_DH_MAX_BITS 8192u
#define PSA_AGREED_MAX_BYTES (PSA_DH_MAX_BITS / 8)

#endif
