/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which algorithms this SP has. The reference lists what clients of the crypto service reach
 * (trusted-services.md 3.2 and 6.2) and says of nothing else whether it is compiled in. Both kinds
 * of deployment are to be had: everything that is here, or by option "algorithms: listed" those
 * lists alone, where the rest answers NOT_SUPPORTED as from a build without it.
 */
#include "crypto.h"

static bool one_of(const uint32_t *list, size_t count, uint32_t value)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == value)
			return true;
	return false;
}
#define ONE_OF(list, value) one_of(list, sizeof(list) / sizeof((list)[0]), value)

static bool hash_listed(uint32_t hash)
{
	static const uint32_t hashes[] = {PSA_ALG_MD5,	   PSA_ALG_RIPEMD160, PSA_ALG_SHA_1,
					  PSA_ALG_SHA_224, PSA_ALG_SHA_256,   PSA_ALG_SHA_384,
					  PSA_ALG_SHA_512};

	return ONE_OF(hashes, hash);
}

static bool alg_listed(uint32_t alg)
{
	static const uint32_t ciphers[] = {PSA_ALG_CTR, PSA_ALG_CFB, PSA_ALG_CBC_NO_PADDING,
					   PSA_ALG_CBC_PKCS7};
	static const uint32_t with_hash[] = {
		PSA_ALG_RSA_PKCS1V15_SIGN, PSA_ALG_ECDSA, PSA_ALG_DETERMINISTIC_ECDSA,
		PSA_ALG_RSA_OAEP,	   PSA_ALG_HKDF,  PSA_ALG_TLS12_PRF,
	};

	switch (psa_alg_category(alg)) {
	case PSA_CATEGORY_HASH:
		return hash_listed(alg);
	case PSA_CATEGORY_MAC:
		return psa_alg_is_hmac(alg) ? hash_listed(psa_alg_hash(alg))
					    : psa_alg_without_length(alg) == PSA_ALG_CMAC;
	case PSA_CATEGORY_CIPHER:
		return ONE_OF(ciphers, alg);
	case PSA_CATEGORY_AEAD:
		return prim_aead_is(alg, PSA_ALG_CCM) || prim_aead_is(alg, PSA_ALG_GCM);
	case PSA_CATEGORY_KEY_AGREEMENT:
		return psa_alg_agreement_base(alg) == PSA_ALG_ECDH;
	default:
		if (alg == PSA_ALG_RSA_PKCS1V15_CRYPT)
			return true;
		return ONE_OF(with_hash, psa_alg_without_hash(alg)) &&
		       (!psa_alg_hash(alg) || hash_listed(psa_alg_hash(alg)));
	}
}

bool offered_alg(const struct crypto *c, uint32_t alg)
{
	return !c->listed_only || alg_listed(alg);
}

bool offered_type(const struct crypto *c, uint32_t type)
{
	static const uint32_t others[] = {PSA_KEY_TYPE_ARIA, PSA_KEY_TYPE_CAMELLIA,
					  PSA_KEY_TYPE_CHACHA20};

	if (!c->listed_only)
		return true;
	if (psa_type_is_ecc(type)) /* 192 to 384, and 521 */
		return (type & 0xff) == PSA_ECC_SECP_R1;
	return !psa_type_is_dh(type) && !ONE_OF(others, type);
}
