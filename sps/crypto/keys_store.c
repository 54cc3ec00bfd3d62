/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Persistent keys in the store, in the format of Mbed TLS: magic, version, lifetime, type, bits,
 * policy, length, material. The owner is the upper half of the uid (trusted-services.md 3.2).
 */
#include "crypto.h"

#include <string.h>

static const uint8_t magic[8] = "PSA\0KEY";
#define VERSION 0u
#define ALG2_NONE 0u

static uint64_t uid_of(uint16_t owner, uint32_t id)
{
	return (uint64_t)owner << 32 | id;
}

psa_status key_store_save(struct crypto *c, const struct key *k)
{
	struct ts_writer w = ts_writer_of(c->scratch, sizeof(c->scratch));
	const uint64_t uid = uid_of(k->owner, k->attr.id);
	struct psa_store_info info;
	psa_status status = c->store->ops->get_info(c->store, uid, &info);

	if (!status)
		return PSA_ERROR_ALREADY_EXISTS;
	if (status != PSA_ERROR_DOES_NOT_EXIST)
		return status;
	ts_put_bytes(&w, magic, sizeof(magic));
	ts_put_u32(&w, VERSION);
	ts_put_u32(&w, k->attr.lifetime);
	ts_put_u32(&w, k->attr.bits << 16 | k->attr.type);
	ts_put_u32(&w, k->attr.usage);
	ts_put_u32(&w, k->attr.alg);
	ts_put_u32(&w, ALG2_NONE);
	ts_put_u32(&w, k->len);
	ts_put_bytes(&w, k->data, k->len);
	return c->store->ops->set(c->store, uid, c->scratch, w.used, 0);
}

psa_status key_store_load(struct crypto *c, struct key *k)
{
	struct ts_reader r;
	struct ts_span head, data;
	uint32_t version, type_bits, alg2, len;
	size_t got;
	const psa_status status = c->store->ops->get(c->store, uid_of(k->owner, k->attr.id), 0,
						     c->scratch, sizeof(c->scratch), &got);

	if (status)
		return status;
	r = ts_reader_of(c->scratch, got);
	if (!ts_get_bytes(&r, sizeof(magic), &head) || memcmp(head.data, magic, sizeof(magic)) ||
	    !ts_get_u32(&r, &version) || version != VERSION || !ts_get_u32(&r, &k->attr.lifetime) ||
	    !ts_get_u32(&r, &type_bits) || !ts_get_u32(&r, &k->attr.usage) ||
	    !ts_get_u32(&r, &k->attr.alg) || !ts_get_u32(&r, &alg2) || !ts_get_u32(&r, &len) ||
	    len > sizeof(k->data) || !ts_get_bytes(&r, len, &data))
		return PSA_ERROR_DATA_INVALID;
	/* Whatever lies there, a key of a slot has material and is no volatile one. */
	if (!len || (uint8_t)k->attr.lifetime == PSA_KEY_LIFETIME_VOLATILE ||
	    k->attr.lifetime >> 8 || !policy_valid(k->attr.usage))
		return PSA_ERROR_DATA_INVALID;
	k->attr.type = type_bits & 0xffff;
	memcpy(k->data, data.data, len);
	k->len = len;
	return key_accept(c, k) || k->attr.bits != type_bits >> 16 ? PSA_ERROR_DATA_INVALID
								   : PSA_SUCCESS;
}

psa_status key_store_remove(struct crypto *c, uint16_t owner, uint32_t id)
{
	return c->store->ops->remove(c->store, uid_of(owner, id));
}
