/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What cryptography costs in virtual time: orders of magnitude of portable code on a mid-range
 * Cortex-A. A call is charged before it is made; OpenSSL itself takes no virtual time.
 */
#include "crypto.h"

#define US 1000ull
#define MS 1000000ull

struct key_row {
	uint32_t type;	/* of the public key, without family */
	uint32_t bits;	/* up to */
	uint64_t ns[3]; /* by enum cost_kind */
};
static const struct key_row key_rows[] = {
	{PSA_KEY_TYPE_RSA_PUBLIC_KEY, 1024, {160 * MS, 1500 * US, 80 * US}},
	{PSA_KEY_TYPE_RSA_PUBLIC_KEY, 2048, {1400 * MS, 8 * MS, 250 * US}},
	{PSA_KEY_TYPE_RSA_PUBLIC_KEY, 3072, {5200 * MS, 25 * MS, 530 * US}},
	{PSA_KEY_TYPE_RSA_PUBLIC_KEY, 4096, {14000 * MS, 57 * MS, 900 * US}},
	{PSA_KEY_TYPE_ECC_PUBLIC_KEY, 192, {700 * US, 800 * US, 2200 * US}},
	{PSA_KEY_TYPE_ECC_PUBLIC_KEY, 224, {900 * US, 1000 * US, 2800 * US}},
	{PSA_KEY_TYPE_ECC_PUBLIC_KEY, 256, {1100 * US, 1200 * US, 3500 * US}},
	{PSA_KEY_TYPE_ECC_PUBLIC_KEY, 384, {2800 * US, 3000 * US, 9 * MS}},
	{PSA_KEY_TYPE_ECC_PUBLIC_KEY, 521, {6 * MS, 6500 * US, 19 * MS}},
};

void crypto_charge_key(struct crypto *c, enum cost_kind kind, uint32_t type, uint32_t bits)
{
	const uint32_t base =
		psa_type_is_rsa(type) ? PSA_KEY_TYPE_RSA_PUBLIC_KEY : PSA_KEY_TYPE_ECC_PUBLIC_KEY;

	if (!psa_type_is_asymmetric(type)) {
		crypto_charge_bytes(c, PSA_ALG_SHA_256, bits / 8);
		return;
	}
	for (size_t i = 0; i < sizeof(key_rows) / sizeof(key_rows[0]); i++)
		if (key_rows[i].type == base && bits <= key_rows[i].bits) {
			ts_charge(c->host, key_rows[i].ns[kind]);
			return;
		}
}

struct alg_row {
	uint32_t category; /* of the algorithm */
	uint32_t alg;	   /* 0 = any of the category */
	uint32_t start_ns, kib_ns;
};
static const struct alg_row alg_rows[] = {
	{PSA_CATEGORY_HASH, PSA_ALG_MD5, 400, 3000},
	{PSA_CATEGORY_HASH, PSA_ALG_SHA_1, 500, 5000},
	{PSA_CATEGORY_HASH, PSA_ALG_SHA_384, 900, 9000},
	{PSA_CATEGORY_HASH, PSA_ALG_SHA_512, 900, 9000},
	{PSA_CATEGORY_HASH, 0, 700, 10000},
	{PSA_CATEGORY_MAC, 0, 1500, 14000},
	{PSA_CATEGORY_CIPHER, 0, 600, 16000},
	{PSA_CATEGORY_AEAD, 0, 1200, 30000},
	{PSA_CATEGORY_KEY_DERIVATION, 0, 2000, 40000},
};

void crypto_charge_bytes(struct crypto *c, uint32_t alg, size_t bytes)
{
	for (size_t i = 0; i < sizeof(alg_rows) / sizeof(alg_rows[0]); i++) {
		const struct alg_row *r = &alg_rows[i];

		if (r->category != psa_alg_category(alg) || (r->alg && r->alg != alg))
			continue;
		ts_charge(c->host, r->start_ns + (uint64_t)r->kib_ns * bytes / 1024);
		return;
	}
}
