/* SPDX-License-Identifier: BSD-3-Clause */
/* One-shot operations with asymmetric keys: PSA's checks in their order, then RSA or a curve. */
#include "crypto.h"

#include <string.h>

static bool is_ecdsa(uint32_t alg)
{
	const uint32_t base = psa_alg_without_hash(alg);

	return base == PSA_ALG_ECDSA || base == PSA_ALG_DETERMINISTIC_ECDSA;
}

static struct prim_rsa rsa_of(const struct key *k, uint32_t alg)
{
	return (struct prim_rsa){k->data, k->len, psa_type_is_pair(k->attr.type), alg};
}

/* Raw PKCS#1 v1.5 and "any" ECDSA sign hashes only. */
static psa_status check_alg(uint32_t alg, bool message)
{
	if (!alg_is_sign_hash(alg))
		return PSA_ERROR_INVALID_ARGUMENT;
	return message && !psa_alg_hash(alg) ? PSA_ERROR_INVALID_ARGUMENT : PSA_SUCCESS;
}

static psa_status check_key(const struct key *k, uint32_t alg)
{
	if (psa_type_is_rsa(k->attr.type))
		return is_ecdsa(alg) ? PSA_ERROR_INVALID_ARGUMENT : PSA_SUCCESS;
	if (psa_type_is_ecc(k->attr.type))
		return is_ecdsa(alg) ? PSA_SUCCESS : PSA_ERROR_INVALID_ARGUMENT;
	return PSA_ERROR_INVALID_ARGUMENT;
}

/* A message becomes its hash. */
static psa_status digest(struct crypto *c, const struct asym *a, struct ts_span *in,
			 uint8_t out[PSA_HASH_MAX_BYTES])
{
	const uint32_t hash = psa_alg_hash(a->alg);

	if (!a->message)
		return PSA_SUCCESS;
	if (!prim_hash_bytes(hash))
		return PSA_ERROR_NOT_SUPPORTED;
	crypto_charge_bytes(c, hash, in->len);
	prim_hash_all(hash, in->data, in->len, out);
	*in = (struct ts_span){out, prim_hash_bytes(hash)};
	return PSA_SUCCESS;
}

/* What signing and verifying begin with: the key, allowed and fit for it, and what is signed. */
static psa_status begin(struct crypto *c, const struct asym *a, bool sign, struct ts_span *in,
			uint8_t *hash, struct key **k)
{
	static const uint32_t usage[2][2] = {
		{PSA_KEY_USAGE_VERIFY_HASH, PSA_KEY_USAGE_VERIFY_MESSAGE},
		{PSA_KEY_USAGE_SIGN_HASH, PSA_KEY_USAGE_SIGN_MESSAGE},
	};
	psa_status status = check_alg(a->alg, a->message);

	if (!status)
		status = key_get_for(c, a->owner, a->key, usage[sign][a->message], a->alg, k);
	if (!status && sign && !psa_type_is_pair((*k)->attr.type))
		status = PSA_ERROR_INVALID_ARGUMENT;
	if (!status)
		status = check_key(*k, a->alg);
	if (!status)
		status = digest(c, a, in, hash);
	return status;
}

psa_status asym_sign(struct crypto *c, const struct asym *a, struct ts_span in, uint8_t *sig,
		     size_t *len)
{
	uint8_t hash[PSA_HASH_MAX_BYTES];
	struct prim_rsa rsa;
	struct key *k;
	const psa_status status = begin(c, a, true, &in, hash, &k);

	if (status)
		return status;
	crypto_charge_key(c, COST_PRIVATE, k->attr.type, k->attr.bits);
	if (psa_type_is_ecc(k->attr.type))
		return prim_ecdsa_sign(&c->rng, key_family(k), k->attr.bits,
				       psa_alg_without_hash(a->alg) == PSA_ALG_DETERMINISTIC_ECDSA
					       ? psa_alg_hash(a->alg)
					       : 0,
				       k->data, in.data, in.len, sig, len);
	rsa = rsa_of(k, a->alg);
	return prim_rsa_sign(&c->rng, &rsa, in.data, in.len, sig, len);
}

psa_status asym_verify(struct crypto *c, const struct asym *a, struct ts_span in,
		       struct ts_span sig)
{
	uint8_t hash[PSA_HASH_MAX_BYTES], point[2 * PSA_ECC_MAX_BYTES + 1];
	size_t point_len = sizeof(point);
	struct prim_rsa rsa;
	struct key *k;
	psa_status status = begin(c, a, false, &in, hash, &k);

	if (status)
		return status;
	crypto_charge_key(c, COST_PUBLIC, k->attr.type, k->attr.bits);
	if (psa_type_is_rsa(k->attr.type)) {
		rsa = rsa_of(k, a->alg);
		return prim_rsa_verify(&c->rng, &rsa, in.data, in.len, sig.data, sig.len);
	}
	status = key_public(k, point, &point_len);
	if (status)
		return status;
	return prim_ecdsa_verify(key_family(k), k->attr.bits, point, point_len, in.data, in.len,
				 sig.data, sig.len);
}

psa_status asym_crypt(struct crypto *c, const struct asym *a, bool encrypt, struct ts_span in,
		      struct ts_span salt, uint8_t *out, size_t *len)
{
	const bool oaep = psa_alg_without_hash(a->alg) == PSA_ALG_RSA_OAEP;
	struct prim_rsa rsa;
	struct key *k;
	psa_status status;

	if (!oaep && salt.len)
		return PSA_ERROR_INVALID_ARGUMENT;
	status = key_get_for(c, a->owner, a->key,
			     encrypt ? PSA_KEY_USAGE_ENCRYPT : PSA_KEY_USAGE_DECRYPT, a->alg, &k);
	if (status)
		return status;
	if (!psa_type_is_asymmetric(k->attr.type) || (!encrypt && !psa_type_is_pair(k->attr.type)))
		return PSA_ERROR_INVALID_ARGUMENT;
	if (!psa_type_is_rsa(k->attr.type))
		return PSA_ERROR_NOT_SUPPORTED;
	if (!oaep && a->alg != PSA_ALG_RSA_PKCS1V15_CRYPT)
		return PSA_ERROR_INVALID_ARGUMENT;
	crypto_charge_key(c, encrypt ? COST_PUBLIC : COST_PRIVATE, k->attr.type, k->attr.bits);
	rsa = rsa_of(k, a->alg);
	return prim_rsa_crypt(&c->rng, &rsa, encrypt, in.data, in.len, salt.data, salt.len, out,
			      len);
}

psa_status asym_agree(struct crypto *c, const struct asym *a, struct ts_span peer, uint8_t *out,
		      size_t *len)
{
	struct key *k;
	psa_status status;

	if (!psa_alg_is(a->alg, PSA_CATEGORY_KEY_AGREEMENT))
		return PSA_ERROR_INVALID_ARGUMENT;
	status = key_get_for(c, a->owner, a->key, PSA_KEY_USAGE_DERIVE, a->alg, &k);
	if (status)
		return status;
	if (psa_alg_agreement_base(a->alg) != PSA_ALG_ECDH)
		return PSA_ERROR_NOT_SUPPORTED;
	if (!psa_type_is_ecc(k->attr.type) || !psa_type_is_pair(k->attr.type))
		return PSA_ERROR_INVALID_ARGUMENT;
	crypto_charge_key(c, COST_PRIVATE, k->attr.type, k->attr.bits);
	return prim_ecdh(key_family(k), k->attr.bits, k->data, peer.data, peer.len, out, len);
}
