/* SPDX-License-Identifier: BSD-3-Clause */
/* The store of ram_store.h. */
#include "ram_store.h"

#include <string.h>

static struct ram_asset *find(const struct ram_store *s, uint64_t uid)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->asset[i].uid == uid)
			return &s->asset[i];
	return NULL;
}

/* 0 with the asset, or why not. */
static psa_status access_asset(struct psa_store *store, uint64_t uid, struct ram_asset **a)
{
	struct ram_store *s = (struct ram_store *)store;

	*a = find(s, uid);
	if (s->fails)
		return s->fails;
	return *a ? PSA_SUCCESS : PSA_ERROR_DOES_NOT_EXIST;
}

static psa_status ram_set(struct psa_store *store, uint64_t uid, const void *data, size_t len,
			  uint32_t flags)
{
	struct ram_asset *a;
	psa_status status = access_asset(store, uid, &a);

	if (status == PSA_ERROR_DOES_NOT_EXIST)
		status = access_asset(store, 0, &a);
	if (status == PSA_ERROR_DOES_NOT_EXIST || len > sizeof(a->data))
		return PSA_ERROR_INSUFFICIENT_STORAGE;
	if (status)
		return status;
	a->uid = uid;
	a->len = len;
	memcpy(a->data, data, len);
	return PSA_SUCCESS;
}

static psa_status ram_get(struct psa_store *store, uint64_t uid, uint64_t offset, void *data,
			  size_t room, size_t *len)
{
	struct ram_asset *a;
	const psa_status status = access_asset(store, uid, &a);

	*len = 0;
	if (status)
		return status;
	if (offset > a->len)
		return PSA_ERROR_INVALID_ARGUMENT;
	*len = a->len - offset < room ? a->len - offset : room;
	memcpy(data, a->data + offset, *len);
	return PSA_SUCCESS;
}

static psa_status ram_get_info(struct psa_store *store, uint64_t uid, struct psa_store_info *info)
{
	struct ram_asset *a;
	const psa_status status = access_asset(store, uid, &a);

	if (!status)
		*info = (struct psa_store_info){a->len, a->len, 0};
	return status;
}

static psa_status ram_remove(struct psa_store *store, uint64_t uid)
{
	struct ram_asset *a;
	const psa_status status = access_asset(store, uid, &a);

	if (!status)
		a->uid = 0;
	return status;
}

static const struct psa_store_ops ops = {"ram", ram_set, ram_get, ram_get_info, ram_remove};

void ram_store_init(struct ram_store *s, struct ram_asset *asset, unsigned count)
{
	*s = (struct ram_store){.store = {&ops}, .asset = asset, .count = count};
}

unsigned ram_store_used(const struct ram_store *s)
{
	unsigned used = 0;

	for (unsigned i = 0; i < s->count; i++)
		used += s->asset[i].uid != 0;
	return used;
}
