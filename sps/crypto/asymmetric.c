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

static bool is_eddsa(uint32_t alg)
{
	return alg == PSA_ALG_PURE_EDDSA;
}

static bool is_edwards(const struct key *k)
{
	return psa_type_is_ecc(k->attr.type) && key_family(k) == PSA_ECC_TWISTED_EDWARDS;
}

static bool is_montgomery(const struct key *k)
{
	return psa_type_is_ecc(k->attr.type) && key_family(k) == PSA_ECC_MONTGOMERY;
}

/* Raw PKCS#1 v1.5 and "any" ECDSA sign hashes only, EdDSA messages only. */
static psa_status check_alg(const struct crypto *c, uint32_t alg, bool message)
{
	if (is_eddsa(alg) ? !message : !alg_is_sign_hash(alg) || (message && !psa_alg_hash(alg)))
		return PSA_ERROR_INVALID_ARGUMENT;
	return offered_alg(c, alg) ? PSA_SUCCESS : PSA_ERROR_NOT_SUPPORTED;
}

static psa_status check_key(const struct key *k, uint32_t alg)
{
	bool fits = false;

	if (psa_type_is_rsa(k->attr.type))
		fits = !is_ecdsa(alg) && !is_eddsa(alg);
	else if (is_edwards(k))
		fits = is_eddsa(alg);
	else if (psa_type_is_ecc(k->attr.type))
		fits = is_ecdsa(alg) && !is_montgomery(k);
	return fits ? PSA_SUCCESS : PSA_ERROR_INVALID_ARGUMENT;
}

/* What every operation begins with: the key, allowed for it and, where a secret is needed, one. */
static psa_status find_key(struct crypto *c, const struct asym *a, uint32_t usage, bool secret,
			   struct key **k)
{
	const psa_status status = key_get_for(c, a->owner, a->key, usage, a->alg, k);

	if (!status && (!psa_type_is_asymmetric((*k)->attr.type) ||
			(secret && !psa_type_is_pair((*k)->attr.type))))
		return PSA_ERROR_INVALID_ARGUMENT;
	return status;
}

/* A message becomes its hash. */
static psa_status digest(struct crypto *c, const struct asym *a, struct ts_span *in,
			 uint8_t out[PSA_HASH_MAX_BYTES])
{
	const uint32_t hash = psa_alg_hash(a->alg);

	if (!a->message || is_eddsa(a->alg))
		return PSA_SUCCESS;
	if (!prim_hash_bytes(hash))
		return PSA_ERROR_NOT_SUPPORTED;
	crypto_charge_bytes(c, hash, 0, in->len);
	prim_hash_all(hash, in->data, in->len, out);
	*in = (struct ts_span){out, prim_hash_bytes(hash)};
	return PSA_SUCCESS;
}

/* What signing and verifying begin with: a key that fits, and what is signed. */
static psa_status begin(struct crypto *c, const struct asym *a, bool sign, struct ts_span *in,
			uint8_t *hash, struct key **k)
{
	static const uint32_t usage[2][2] = {
		{PSA_KEY_USAGE_VERIFY_HASH, PSA_KEY_USAGE_VERIFY_MESSAGE},
		{PSA_KEY_USAGE_SIGN_HASH, PSA_KEY_USAGE_SIGN_MESSAGE},
	};
	psa_status status = check_alg(c, a->alg, a->message);

	if (!status)
		status = find_key(c, a, usage[sign][a->message], sign, k);
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
	if (is_edwards(k))
		return prim_ed_sign(k->attr.bits, k->data, in.data, in.len, sig, len);
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
	if (is_edwards(k))
		return prim_ed_verify(k->attr.bits, point, in.data, in.len, sig.data, sig.len);
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
	status = find_key(c, a, encrypt ? PSA_KEY_USAGE_ENCRYPT : PSA_KEY_USAGE_DECRYPT, !encrypt,
			  &k);
	if (status)
		return status;
	if (!psa_type_is_rsa(k->attr.type) || !offered_alg(c, a->alg))
		return PSA_ERROR_NOT_SUPPORTED;
	if (!oaep && a->alg != PSA_ALG_RSA_PKCS1V15_CRYPT)
		return PSA_ERROR_INVALID_ARGUMENT;
	crypto_charge_key(c, encrypt ? COST_PUBLIC : COST_PRIVATE, k->attr.type, k->attr.bits);
	rsa = rsa_of(k, a->alg);
	return prim_rsa_crypt(&c->rng, &rsa, encrypt, in.data, in.len, salt.data, salt.len, out,
			      len);
}

static psa_status ecdh(const struct key *k, struct ts_span peer, uint8_t *out, size_t *len)
{
	if (!psa_type_is_ecc(k->attr.type) || is_edwards(k))
		return PSA_ERROR_INVALID_ARGUMENT;
	return is_montgomery(k) ? prim_x_agree(k->attr.bits, k->data, peer.data, peer.len, out, len)
				: prim_ecdh(key_family(k), k->attr.bits, k->data, peer.data,
					    peer.len, out, len);
}

psa_status asym_agree(struct crypto *c, const struct asym *a, struct ts_span peer, uint8_t *out,
		      size_t *len)
{
	const uint32_t base = psa_alg_agreement_base(a->alg);
	struct key *k;
	psa_status status;

	if (!psa_alg_is(a->alg, PSA_CATEGORY_KEY_AGREEMENT))
		return PSA_ERROR_INVALID_ARGUMENT;
	status = find_key(c, a, PSA_KEY_USAGE_DERIVE, true, &k);
	if (status)
		return status;
	if ((base != PSA_ALG_ECDH && base != PSA_ALG_FFDH) || !offered_alg(c, base))
		return PSA_ERROR_NOT_SUPPORTED;
	crypto_charge_key(c, COST_PRIVATE, k->attr.type, k->attr.bits);
	if (base == PSA_ALG_ECDH)
		return ecdh(k, peer, out, len);
	if (!psa_type_is_dh(k->attr.type))
		return PSA_ERROR_INVALID_ARGUMENT;
	return prim_dh_agree(k->attr.bits, k->data, peer.data, peer.len, out, len);
}
