/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a key may be used for: PSA's comparison of the algorithm in a key's policy, which may be a
 * wildcard (any hash, a MAC or tag of at least this length), with the one that is asked for.
 */
#include "crypto.h"

bool policy_valid(uint32_t usage)
{
	return !(usage & ~PSA_KEY_USAGE_ALL);
}

bool alg_is_sign_hash(uint32_t alg)
{
	switch (psa_alg_without_hash(alg)) {
	case PSA_ALG_RSA_PKCS1V15_SIGN:
	case PSA_ALG_RSA_PSS:
	case PSA_ALG_RSA_PSS_ANY_SALT:
	case PSA_ALG_ECDSA:
	case PSA_ALG_DETERMINISTIC_ECDSA:
		return true;
	default:
		return false;
	}
}

static bool has_length(uint32_t alg)
{
	return psa_alg_is(alg, PSA_CATEGORY_MAC) || psa_alg_is(alg, PSA_CATEGORY_AEAD);
}

bool policy_wildcard(uint32_t alg)
{
	return (alg_is_sign_hash(alg) && psa_alg_hash(alg) == PSA_ALG_ANY_HASH) ||
	       (has_length(alg) && alg & PSA_ALG_AT_LEAST);
}

size_t mac_full_bytes(uint32_t type, uint32_t alg)
{
	if (psa_alg_is_hmac(alg))
		return prim_hash_bytes(psa_alg_hash(alg));
	return psa_alg_without_length(alg) == PSA_ALG_CMAC ? prim_block_bytes(type) : 0;
}

size_t mac_bytes(uint32_t type, uint32_t alg)
{
	return psa_alg_length(alg) ? psa_alg_length(alg) : mac_full_bytes(type, alg);
}

static bool same_but_length(uint32_t a, uint32_t b)
{
	return has_length(a) && psa_alg_without_length(a) == psa_alg_without_length(b);
}

static bool mac_permits(uint32_t type, uint32_t policy, uint32_t alg)
{
	const size_t asked = mac_bytes(type, alg), full = mac_full_bytes(type, alg);

	if (!psa_alg_length(policy))
		return asked == full;
	if (!psa_alg_length(alg) && psa_alg_length(policy) == full)
		return true;
	return policy & PSA_ALG_AT_LEAST && psa_alg_length(policy) <= asked;
}

static bool hash_wildcard_of(uint32_t wild, uint32_t alg)
{
	return alg_is_sign_hash(alg) && psa_alg_hash(wild) == PSA_ALG_ANY_HASH &&
	       psa_alg_without_hash(wild) == psa_alg_without_hash(alg);
}

bool policy_permits(const struct key *key, uint32_t alg)
{
	const uint32_t policy = key->attr.alg;

	if (policy == alg)
		return true;
	if (hash_wildcard_of(policy, alg))
		return true;
	if (same_but_length(policy, alg)) {
		if (psa_alg_is(alg, PSA_CATEGORY_MAC))
			return mac_permits(key->attr.type, policy, alg);
		return policy & PSA_ALG_AT_LEAST && psa_alg_length(policy) <= psa_alg_length(alg);
	}
	/* A key for raw agreement may feed any derivation. */
	return psa_alg_is_raw_agreement(policy) && psa_alg_is(alg, PSA_CATEGORY_KEY_AGREEMENT) &&
	       psa_alg_agreement_base(policy) == psa_alg_agreement_base(alg);
}

/* The longer of two minimum lengths, or the one exact length that both allow. */
static bool intersect_lengths(size_t la, size_t lb, uint32_t a, uint32_t b, uint32_t *both)
{
	const bool wild_a = a & PSA_ALG_AT_LEAST, wild_b = b & PSA_ALG_AT_LEAST;
	const uint32_t longer =
		(uint32_t)(la > lb ? la : lb) << PSA_ALG_LENGTH_SHIFT & PSA_ALG_LENGTH_MASK;

	if (wild_a && wild_b) {
		*both = psa_alg_without_length(a) | longer | PSA_ALG_AT_LEAST;
		return true;
	}
	if (wild_a && la <= lb)
		*both = b;
	else if (wild_b && lb <= la)
		*both = a;
	else if (!wild_a && !wild_b && la == lb)
		*both = psa_alg_without_length(a) | longer;
	else
		return false;
	return true;
}

bool policy_intersect(uint32_t type, uint32_t a, uint32_t b, uint32_t *both)
{
	*both = 0;
	if (a == b) {
		*both = a;
		return true;
	}
	if (!a || !b)
		return true;
	if (hash_wildcard_of(a, b)) {
		*both = b;
		return true;
	}
	if (hash_wildcard_of(b, a)) {
		*both = a;
		return true;
	}
	if (!same_but_length(a, b))
		return false;
	if (psa_alg_is(a, PSA_CATEGORY_MAC))
		return intersect_lengths(mac_bytes(type, a), mac_bytes(type, b), a, b, both);
	return intersect_lengths(psa_alg_length(a), psa_alg_length(b), a, b, both);
}
