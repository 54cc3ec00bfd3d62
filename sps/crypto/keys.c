/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Key slots: who owns which key, how keys come and go. Volatile keys live in a slot and get their
 * id from it; persistent ones live in the store and are in a slot while they are used. A full table
 * gives away the slot of the persistent key that was used longest ago.
 */
#include "crypto.h"

#include <string.h>

/* Ids of volatile keys: the last ones that an implementation may give (as Mbed TLS). */
#define VOLATILE_ID_MIN (PSA_KEY_ID_VENDOR_MAX - KEY_SLOTS + 1)

static bool is_volatile(const struct psa_attributes *a)
{
	return (uint8_t)a->lifetime == PSA_KEY_LIFETIME_VOLATILE;
}

void key_abandon(struct key *key)
{
	memset(key, 0, offsetof(struct key, data) + key->len);
}

static struct key *slot_take(struct crypto *c)
{
	struct key *old = NULL;

	for (unsigned i = 0; i < KEY_SLOTS; i++) {
		struct key *k = &c->key[i];

		if (!k->used)
			return k;
		if (!is_volatile(&k->attr) && (!old || k->last_use < old->last_use))
			old = k;
	}
	if (old)
		key_abandon(old);
	return old;
}

psa_status key_get(struct crypto *c, uint16_t owner, uint32_t id, struct key **key)
{
	psa_status status;
	struct key *k;

	for (unsigned i = 0; i < KEY_SLOTS; i++) {
		k = &c->key[i];
		if (k->used && k->owner == owner && k->attr.id == id) {
			k->last_use = ++c->uses;
			*key = k;
			return PSA_SUCCESS;
		}
	}
	if (!id || id >= VOLATILE_ID_MIN)
		return PSA_ERROR_INVALID_HANDLE;
	k = slot_take(c);
	if (!k)
		return PSA_ERROR_INSUFFICIENT_MEMORY;
	k->owner = owner;
	k->attr.id = id;
	status = key_store_load(c, k);
	if (status) {
		key_abandon(k);
		return status == PSA_ERROR_DOES_NOT_EXIST ? PSA_ERROR_INVALID_HANDLE : status;
	}
	k->used = true;
	k->last_use = ++c->uses;
	*key = k;
	return PSA_SUCCESS;
}

psa_status key_get_for(struct crypto *c, uint16_t owner, uint32_t id, uint32_t usage, uint32_t alg,
		       struct key **key)
{
	psa_status status = key_get(c, owner, id, key);
	struct key *k = *key;

	if (status)
		return status;
	if (psa_type_is_public(k->attr.type))
		usage &= ~(uint32_t)PSA_KEY_USAGE_EXPORT; /* always allowed */
	if ((k->attr.usage & usage) != usage)
		return PSA_ERROR_NOT_PERMITTED;
	if (usage == PSA_KEY_USAGE_EXPORT || usage == PSA_KEY_USAGE_COPY || !usage)
		return PSA_SUCCESS;
	if (!alg || policy_wildcard(alg))
		return PSA_ERROR_INVALID_ARGUMENT;
	return policy_permits(k, alg) ? PSA_SUCCESS : PSA_ERROR_NOT_PERMITTED;
}

psa_status key_begin(struct crypto *c, uint16_t owner, const struct psa_attributes *a,
		     struct key **key)
{
	struct key *k;

	if (a->lifetime >> 8) /* another location */
		return PSA_ERROR_INVALID_ARGUMENT;
	if (!is_volatile(a)) {
		if ((uint8_t)a->lifetime == PSA_KEY_PERSISTENCE_READ_ONLY)
			return PSA_ERROR_INVALID_ARGUMENT;
		if (a->id < PSA_KEY_ID_USER_MIN || a->id > PSA_KEY_ID_USER_MAX)
			return PSA_ERROR_INVALID_ARGUMENT;
	}
	if (!policy_valid(a->usage))
		return PSA_ERROR_INVALID_ARGUMENT;
	if (a->bits > 0xfff8)
		return PSA_ERROR_NOT_SUPPORTED;
	k = slot_take(c);
	if (!k)
		return PSA_ERROR_INSUFFICIENT_MEMORY;
	k->owner = owner;
	k->attr = *a;
	/* Who may sign hashes may sign messages. */
	if (a->usage & PSA_KEY_USAGE_SIGN_HASH)
		k->attr.usage |= PSA_KEY_USAGE_SIGN_MESSAGE;
	if (a->usage & PSA_KEY_USAGE_VERIFY_HASH)
		k->attr.usage |= PSA_KEY_USAGE_VERIFY_MESSAGE;
	if (is_volatile(a))
		k->attr.id = VOLATILE_ID_MIN + (uint32_t)(k - c->key);
	*key = k;
	return PSA_SUCCESS;
}

psa_status key_finish(struct crypto *c, struct key *key, uint32_t *id)
{
	if (!is_volatile(&key->attr)) {
		const psa_status status = key_store_save(c, key);

		if (status)
			return status;
	}
	key->used = true;
	key->last_use = ++c->uses;
	*id = key->attr.id;
	return PSA_SUCCESS;
}

psa_status key_generate(struct crypto *c, uint16_t owner, const struct psa_attributes *a,
			uint32_t *id)
{
	struct key *k;
	psa_status status;

	if (!a->bits || psa_type_is_public(a->type))
		return PSA_ERROR_INVALID_ARGUMENT;
	status = key_begin(c, owner, a, &k);
	if (status)
		return status;
	status = key_bits_check(c, a->type, a->bits);
	if (!status) {
		crypto_charge_key(c, COST_GENERATE, a->type, a->bits);
		status = key_material_generate(c, k);
	}
	if (!status)
		status = key_finish(c, k, id);
	if (status)
		key_abandon(k);
	return status;
}

psa_status key_import(struct crypto *c, uint16_t owner, const struct psa_attributes *a,
		      struct ts_span data, uint32_t *id)
{
	struct key *k;
	psa_status status;

	if (!data.len)
		return PSA_ERROR_INVALID_ARGUMENT;
	status = key_begin(c, owner, a, &k);
	if (status)
		return status;
	if (data.len > sizeof(k->data)) {
		status = PSA_ERROR_INSUFFICIENT_MEMORY;
		goto fail;
	}
	memcpy(k->data, data.data, data.len);
	k->len = (uint32_t)data.len;
	status = key_accept(c, k);
	if (!status && a->bits && a->bits != k->attr.bits)
		status = PSA_ERROR_INVALID_ARGUMENT;
	if (!status)
		status = key_finish(c, k, id);
	if (!status)
		return PSA_SUCCESS;
fail:
	key_abandon(k);
	return status;
}

psa_status key_copy(struct crypto *c, uint16_t owner, uint32_t source,
		    const struct psa_attributes *a, uint32_t *id)
{
	struct psa_attributes made = *a;
	struct key *from, *k;
	psa_status status = key_get_for(c, owner, source, PSA_KEY_USAGE_COPY, 0, &from);

	if (status)
		return status;
	if ((a->type && a->type != from->attr.type) || (a->bits && a->bits != from->attr.bits))
		return PSA_ERROR_INVALID_ARGUMENT;
	if (!policy_valid(a->usage) ||
	    !policy_intersect(from->attr.type, from->attr.alg, a->alg, &made.alg))
		return PSA_ERROR_INVALID_ARGUMENT;
	made.type = from->attr.type;
	made.bits = from->attr.bits;
	if (made.usage & PSA_KEY_USAGE_SIGN_HASH)
		made.usage |= PSA_KEY_USAGE_SIGN_MESSAGE;
	if (made.usage & PSA_KEY_USAGE_VERIFY_HASH)
		made.usage |= PSA_KEY_USAGE_VERIFY_MESSAGE;
	made.usage &= from->attr.usage;
	/* The source must not lose its slot to the copy. */
	from->last_use = ++c->uses;
	status = key_begin(c, owner, &made, &k);
	if (status)
		return status;
	if (k == from || !from->used) {
		key_abandon(k);
		return PSA_ERROR_INSUFFICIENT_MEMORY;
	}
	memcpy(k->data, from->data, from->len);
	k->len = from->len;
	status = key_finish(c, k, id);
	if (status)
		key_abandon(k);
	return status;
}

psa_status key_destroy(struct crypto *c, uint16_t owner, uint32_t id)
{
	psa_status status = PSA_SUCCESS;
	struct key *k;

	if (!id)
		return PSA_SUCCESS;
	status = key_get(c, owner, id, &k);
	if (status)
		return status;
	if (!is_volatile(&k->attr))
		status = key_store_remove(c, owner, id);
	key_abandon(k);
	return status;
}

psa_status key_purge(struct crypto *c, uint16_t owner, uint32_t id)
{
	struct key *k;
	const psa_status status = key_get(c, owner, id, &k);

	if (!status && !is_volatile(&k->attr))
		key_abandon(k);
	return status;
}

psa_status key_attributes(struct crypto *c, uint16_t owner, uint32_t id, struct psa_attributes *a)
{
	struct key *k;
	const psa_status status = key_get(c, owner, id, &k);

	if (!status)
		*a = k->attr;
	return status;
}

psa_status key_export(struct crypto *c, uint16_t owner, uint32_t id, uint8_t *out, size_t *len)
{
	struct key *k;
	const psa_status status = key_get_for(c, owner, id, PSA_KEY_USAGE_EXPORT, 0, &k);

	if (status)
		return status;
	if (*len < k->len)
		return PSA_ERROR_BUFFER_TOO_SMALL;
	memcpy(out, k->data, k->len);
	*len = k->len;
	return PSA_SUCCESS;
}

psa_status key_export_public(struct crypto *c, uint16_t owner, uint32_t id, uint8_t *out,
			     size_t *len)
{
	struct key *k;
	const psa_status status = key_get(c, owner, id, &k);

	if (status)
		return status;
	if (!psa_type_is_asymmetric(k->attr.type))
		return PSA_ERROR_INVALID_ARGUMENT;
	if (psa_type_is_pair(k->attr.type))
		crypto_charge_key(c, COST_PRIVATE, k->attr.type, k->attr.bits);
	return key_public(k, out, len);
}
