/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What cryptography costs in virtual time: orders of magnitude of portable code on a mid-range
 * Cortex-A. A call is charged before it is made; OpenSSL itself takes no virtual time.
 */
#include "crypto.h"

#define US 1000ull
#define MS 1000000ull
#define NO_FAMILY (~0xffu)

struct key_row {
	uint32_t mask, type; /* of the public key */
	uint32_t bits;	     /* up to */
	uint64_t ns[3];	     /* by enum cost_kind */
};
/* The first row that fits. */
static const struct key_row key_rows[] = {
	{~0u, PSA_KEY_TYPE_RSA_PUBLIC_KEY, 1024, {160 * MS, 1500 * US, 80 * US}},
	{~0u, PSA_KEY_TYPE_RSA_PUBLIC_KEY, 2048, {1400 * MS, 8 * MS, 250 * US}},
	{~0u, PSA_KEY_TYPE_RSA_PUBLIC_KEY, 3072, {5200 * MS, 25 * MS, 530 * US}},
	{~0u, PSA_KEY_TYPE_RSA_PUBLIC_KEY, 4096, {14000 * MS, 57 * MS, 900 * US}},
	{~0u, PSA_KEY_TYPE_ECC_PUBLIC_KEY | PSA_ECC_MONTGOMERY, 255, {1 * US, 700 * US, 0}},
	{~0u, PSA_KEY_TYPE_ECC_PUBLIC_KEY | PSA_ECC_MONTGOMERY, 448, {2 * US, 2700 * US, 0}},
	{~0u,
	 PSA_KEY_TYPE_ECC_PUBLIC_KEY | PSA_ECC_TWISTED_EDWARDS,
	 255,
	 {1 * US, 500 * US, 1300 * US}},
	{~0u,
	 PSA_KEY_TYPE_ECC_PUBLIC_KEY | PSA_ECC_TWISTED_EDWARDS,
	 448,
	 {2 * US, 2200 * US, 5 * MS}},
	{NO_FAMILY, PSA_KEY_TYPE_ECC_PUBLIC_KEY, 192, {700 * US, 800 * US, 2200 * US}},
	{NO_FAMILY, PSA_KEY_TYPE_ECC_PUBLIC_KEY, 224, {900 * US, 1000 * US, 2800 * US}},
	{NO_FAMILY, PSA_KEY_TYPE_ECC_PUBLIC_KEY, 256, {1100 * US, 1200 * US, 3500 * US}},
	{NO_FAMILY, PSA_KEY_TYPE_ECC_PUBLIC_KEY, 384, {2800 * US, 3000 * US, 9 * MS}},
	{NO_FAMILY, PSA_KEY_TYPE_ECC_PUBLIC_KEY, 521, {6 * MS, 6500 * US, 19 * MS}},
	/* The secret number is drawn; a power of it is what costs. */
	{NO_FAMILY, PSA_KEY_TYPE_DH_PUBLIC_KEY, 2048, {1 * US, 6 * MS, 0}},
	{NO_FAMILY, PSA_KEY_TYPE_DH_PUBLIC_KEY, 3072, {1 * US, 15 * MS, 0}},
	{NO_FAMILY, PSA_KEY_TYPE_DH_PUBLIC_KEY, 4096, {1 * US, 30 * MS, 0}},
	{NO_FAMILY, PSA_KEY_TYPE_DH_PUBLIC_KEY, 6144, {1 * US, 75 * MS, 0}},
	{NO_FAMILY, PSA_KEY_TYPE_DH_PUBLIC_KEY, 8192, {1 * US, 145 * MS, 0}},
};

void crypto_charge_key(struct crypto *c, enum cost_kind kind, uint32_t type, uint32_t bits)
{
	const uint32_t public = psa_type_public_of(type);

	if (!psa_type_is_asymmetric(type)) {
		crypto_charge_bytes(c, PSA_ALG_SHA_256, 0, bits / 8);
		return;
	}
	for (size_t i = 0; i < sizeof(key_rows) / sizeof(key_rows[0]); i++)
		if (key_rows[i].type == (public & key_rows[i].mask) && bits <= key_rows[i].bits) {
			ts_charge(c->host, key_rows[i].ns[kind]);
			return;
		}
}

struct alg_row {
	uint32_t category; /* of the algorithm */
	uint32_t alg;	   /* without length; 0 = any of the category */
	uint32_t type;	   /* of the key; 0 = any */
	uint32_t start_ns, kib_ns;
};
/* The first row that fits. */
static const struct alg_row alg_rows[] = {
	{PSA_CATEGORY_HASH, PSA_ALG_MD5, 0, 400, 3000},
	{PSA_CATEGORY_HASH, PSA_ALG_SHA_1, 0, 500, 5000},
	{PSA_CATEGORY_HASH, PSA_ALG_SHA_384, 0, 900, 9000},
	{PSA_CATEGORY_HASH, PSA_ALG_SHA_512, 0, 900, 9000},
	{PSA_CATEGORY_HASH, PSA_ALG_SHA_512_224, 0, 900, 9000},
	{PSA_CATEGORY_HASH, PSA_ALG_SHA_512_256, 0, 900, 9000},
	{PSA_CATEGORY_HASH, PSA_ALG_SHA3_224, 0, 1300, 14000},
	{PSA_CATEGORY_HASH, PSA_ALG_SHA3_256, 0, 1300, 15000},
	{PSA_CATEGORY_HASH, PSA_ALG_SHA3_384, 0, 1300, 20000},
	{PSA_CATEGORY_HASH, PSA_ALG_SHA3_512, 0, 1300, 28000},
	{PSA_CATEGORY_HASH, 0, 0, 700, 10000},
	{PSA_CATEGORY_MAC, PSA_ALG_CMAC, PSA_KEY_TYPE_DES, 1200, 70000},
	{PSA_CATEGORY_MAC, PSA_ALG_CMAC, PSA_KEY_TYPE_ARIA, 1200, 32000},
	{PSA_CATEGORY_MAC, PSA_ALG_CMAC, PSA_KEY_TYPE_CAMELLIA, 1200, 26000},
	{PSA_CATEGORY_MAC, 0, 0, 1500, 14000},
	{PSA_CATEGORY_CIPHER, 0, PSA_KEY_TYPE_DES, 900, 60000},
	{PSA_CATEGORY_CIPHER, 0, PSA_KEY_TYPE_ARIA, 900, 30000},
	{PSA_CATEGORY_CIPHER, 0, PSA_KEY_TYPE_CAMELLIA, 900, 24000},
	{PSA_CATEGORY_CIPHER, 0, PSA_KEY_TYPE_CHACHA20, 400, 8000},
	{PSA_CATEGORY_CIPHER, 0, 0, 600, 16000},
	{PSA_CATEGORY_AEAD, 0, PSA_KEY_TYPE_ARIA, 1600, 46000},
	{PSA_CATEGORY_AEAD, 0, PSA_KEY_TYPE_CAMELLIA, 1600, 40000},
	{PSA_CATEGORY_AEAD, 0, PSA_KEY_TYPE_CHACHA20, 900, 12000},
	{PSA_CATEGORY_AEAD, 0, 0, 1200, 30000},
	{PSA_CATEGORY_KEY_DERIVATION, 0, 0, 2000, 40000},
};

static bool fits(const struct alg_row *r, uint32_t alg, uint32_t type)
{
	return r->category == psa_alg_category(alg) &&
	       (!r->alg || r->alg == psa_alg_without_length(alg)) && (!r->type || r->type == type);
}

void crypto_charge_bytes(struct crypto *c, uint32_t alg, uint32_t type, size_t bytes)
{
	for (size_t i = 0; i < sizeof(alg_rows) / sizeof(alg_rows[0]); i++) {
		const struct alg_row *r = &alg_rows[i];

		if (!fits(r, alg, type))
			continue;
		ts_charge(c->host, r->start_ns + (uint64_t)r->kib_ns * bytes / 1024);
		return;
	}
}
