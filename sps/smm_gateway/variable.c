/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules of variable.h. The index of non-volatile variables is written after the data of a new
 * one and before that of a removed one goes: cut off in between, no name is without its data. */
#include "variable.h"

#include <string.h>

#define ENTRY_BYTES 88u
#define READ_ONLY 1u
_Static_assert(VARIABLES_MAX *ENTRY_BYTES <= VARIABLE_BYTES_MAX, "the index is one asset");

static bool same(const struct variable_name *a, const struct variable_name *b)
{
	return a->bytes == b->bytes && !memcmp(a->guid, b->guid, sizeof(a->guid)) &&
	       !memcmp(a->text, b->text, a->bytes);
}

static bool visible(const struct variables *v, unsigned slot)
{
	return v->slot[slot].name.bytes &&
	       (!v->runtime || v->slot[slot].attributes & VARIABLE_RUNTIME);
}

/* The slot, or VARIABLES_MAX. */
static unsigned find(const struct variables *v, const struct variable_name *name)
{
	unsigned i = 0;

	while (i < VARIABLES_MAX && !(v->slot[i].name.bytes && same(&v->slot[i].name, name)))
		i++;
	return i;
}

static bool non_volatile(const struct variables *v, unsigned slot)
{
	return v->slot[slot].attributes & VARIABLE_NON_VOLATILE;
}

static enum efi_status efi_of(psa_status status)
{
	return !status					  ? EFI_OK
	       : status == PSA_ERROR_INSUFFICIENT_STORAGE ? EFI_OUT_OF_RESOURCES
							  : EFI_DEVICE_ERROR;
}

/* ---- the index ---- */
static enum efi_status save_index(struct variables *v)
{
	memset(v->scratch, 0, sizeof(v->scratch));
	for (unsigned i = 0; i < VARIABLES_MAX; i++) {
		uint8_t *entry = v->scratch + i * ENTRY_BYTES;

		if (!v->slot[i].name.bytes || !non_volatile(v, i))
			continue;
		memcpy(entry, v->slot[i].name.guid, TS_GUID_BYTES);
		memcpy(entry + 16, &v->slot[i].attributes, 4);
		memcpy(entry + 20, &v->slot[i].name.bytes, 2);
		memcpy(entry + 24, v->slot[i].name.text, VARIABLE_NAME_BYTES);
	}
	return efi_of(v->store->ops->set(v->store, VARIABLE_INDEX_UID, v->scratch,
					 VARIABLES_MAX * ENTRY_BYTES, 0));
}

bool variables_load(struct variables *v, struct psa_store *store)
{
	psa_status status;
	size_t len;

	v->store = store;
	status =
		store->ops->get(store, VARIABLE_INDEX_UID, 0, v->scratch, sizeof(v->scratch), &len);
	if (status)
		return status == PSA_ERROR_DOES_NOT_EXIST;
	if (len != VARIABLES_MAX * ENTRY_BYTES)
		return false;
	for (unsigned i = 0; i < VARIABLES_MAX; i++) {
		const uint8_t *entry = v->scratch + i * ENTRY_BYTES;

		memcpy(v->slot[i].name.guid, entry, TS_GUID_BYTES);
		memcpy(&v->slot[i].attributes, entry + 16, 4);
		memcpy(&v->slot[i].name.bytes, entry + 20, 2);
		memcpy(v->slot[i].name.text, entry + 24, VARIABLE_NAME_BYTES);
		if (v->slot[i].name.bytes > VARIABLE_NAME_BYTES)
			return false;
	}
	return true;
}

/* ---- data ---- */
/* The data of a slot into v->scratch. */
static enum efi_status fetch(struct variables *v, unsigned slot, size_t *len)
{
	if (non_volatile(v, slot))
		return efi_of(v->store->ops->get(v->store, VARIABLE_DATA_UID(slot), 0, v->scratch,
						 sizeof(v->scratch), len));
	*len = v->volatile_bytes[slot];
	memcpy(v->scratch, v->volatile_data[slot], *len);
	return EFI_OK;
}

static enum efi_status put(struct variables *v, unsigned slot, const uint8_t *data, size_t len)
{
	if (non_volatile(v, slot))
		return efi_of(v->store->ops->set(v->store, VARIABLE_DATA_UID(slot), data, len, 0));
	memcpy(v->volatile_data[slot], data, len);
	v->volatile_bytes[slot] = (uint32_t)len;
	return EFI_OK;
}

static enum efi_status drop(struct variables *v, unsigned slot)
{
	const struct variable before = v->slot[slot];
	enum efi_status status = EFI_OK;

	memset(&v->slot[slot], 0, sizeof(v->slot[slot]));
	memset(v->volatile_data[slot], 0, v->volatile_bytes[slot]);
	v->volatile_bytes[slot] = 0;
	if (!(before.attributes & VARIABLE_NON_VOLATILE))
		return EFI_OK;
	status = save_index(v);
	if (status)
		v->slot[slot] = before;
	else
		v->store->ops->remove(v->store, VARIABLE_DATA_UID(slot));
	return status;
}

/* ---- the services ---- */
enum efi_status variable_get(struct variables *v, const struct variable_name *name, uint8_t *data,
			     uint64_t *size, uint32_t *attributes)
{
	const unsigned slot = find(v, name);
	enum efi_status status;
	size_t len;

	if (slot == VARIABLES_MAX || !visible(v, slot))
		return EFI_NOT_FOUND;
	status = fetch(v, slot, &len);
	if (status)
		return status;
	*attributes = v->slot[slot].attributes;
	if (len <= *size)
		memcpy(data, v->scratch, len);
	else
		status = EFI_TOO_SMALL;
	*size = len;
	return status;
}

static enum efi_status check_attributes(const struct variables *v, uint32_t attributes)
{
	const uint32_t known = VARIABLE_NON_VOLATILE | VARIABLE_BOOT | VARIABLE_RUNTIME |
			       VARIABLE_HARDWARE_ERROR | VARIABLE_AUTHENTICATED | VARIABLE_APPEND;

	if (attributes & ~known)
		return EFI_INVALID;
	if (attributes & (VARIABLE_AUTHENTICATED | VARIABLE_HARDWARE_ERROR))
		return EFI_UNSUPPORTED;
	if (attributes & VARIABLE_RUNTIME && !(attributes & VARIABLE_BOOT))
		return EFI_INVALID;
	return EFI_OK;
}

static enum efi_status check_property(const struct variables *v, const struct variable_name *name,
				      uint32_t attributes, uint64_t size)
{
	struct variable_property p;

	if (variable_check_get(v, name, &p))
		return EFI_OK;
	if (p.property & READ_ONLY)
		return EFI_WRITE_PROTECTED;
	if (size && (attributes != p.attributes || size < p.least || size > p.most))
		return EFI_INVALID;
	return EFI_OK;
}

static enum efi_status create(struct variables *v, const struct variable_name *name,
			      uint32_t attributes, const uint8_t *data, size_t len)
{
	enum efi_status status;
	unsigned slot = 0;

	while (slot < VARIABLES_MAX && v->slot[slot].name.bytes)
		slot++;
	if (slot == VARIABLES_MAX)
		return EFI_OUT_OF_RESOURCES;
	v->slot[slot] = (struct variable){.name = *name, .attributes = attributes};
	status = put(v, slot, data, len);
	if (!status && non_volatile(v, slot)) {
		status = save_index(v);
		if (status)
			v->store->ops->remove(v->store, VARIABLE_DATA_UID(slot));
	}
	if (status)
		memset(&v->slot[slot], 0, sizeof(v->slot[slot]));
	return status;
}

static enum efi_status append(struct variables *v, unsigned slot, const uint8_t *data, size_t len)
{
	enum efi_status status;
	size_t have;

	status = fetch(v, slot, &have);
	if (status)
		return status;
	if (len > VARIABLE_BYTES_MAX - have)
		return EFI_OUT_OF_RESOURCES;
	memcpy(v->scratch + have, data, len);
	return put(v, slot, v->scratch, have + len);
}

enum efi_status variable_set(struct variables *v, const struct variable_name *name,
			     uint32_t attributes, const uint8_t *data, uint64_t size)
{
	const uint32_t stored = attributes & ~(uint32_t)VARIABLE_APPEND;
	const unsigned slot = find(v, name);
	const bool known = slot < VARIABLES_MAX && visible(v, slot);
	enum efi_status status = check_attributes(v, attributes);

	if (!status)
		status = check_property(v, name, stored, size);
	if (status)
		return status;
	if (attributes & VARIABLE_APPEND && !size)
		return EFI_OK;
	if (!(stored & (VARIABLE_BOOT | VARIABLE_RUNTIME)) || !size) {
		if (!known)
			return EFI_NOT_FOUND;
		if (v->runtime && !non_volatile(v, slot))
			return EFI_WRITE_PROTECTED;
		return drop(v, slot);
	}
	if (v->runtime && !(stored & VARIABLE_RUNTIME))
		return EFI_INVALID;
	if (v->runtime && !(stored & VARIABLE_NON_VOLATILE))
		return EFI_WRITE_PROTECTED;
	if (size > VARIABLE_BYTES_MAX)
		return EFI_OUT_OF_RESOURCES;
	/* One that is hidden at runtime keeps its name from others all the same. */
	if (slot < VARIABLES_MAX && (!known || v->slot[slot].attributes != stored))
		return EFI_INVALID;
	if (!known)
		return create(v, name, stored, data, (size_t)size);
	return attributes & VARIABLE_APPEND ? append(v, slot, data, (size_t)size)
					    : put(v, slot, data, (size_t)size);
}

enum efi_status variable_next(const struct variables *v, struct variable_name *name)
{
	unsigned slot = 0;

	if (name->bytes > 2) {
		slot = find(v, name);
		if (slot == VARIABLES_MAX || !visible(v, slot))
			return EFI_INVALID;
		slot++;
	}
	while (slot < VARIABLES_MAX && !visible(v, slot))
		slot++;
	if (slot == VARIABLES_MAX)
		return EFI_NOT_FOUND;
	*name = v->slot[slot].name;
	return EFI_OK;
}

enum efi_status variable_query(const struct variables *v, uint32_t attributes, uint64_t info[3])
{
	const enum efi_status status = check_attributes(v, attributes);
	uint64_t left = 0;

	if (status)
		return status;
	if (!(attributes & (VARIABLE_BOOT | VARIABLE_RUNTIME)))
		return EFI_INVALID;
	for (unsigned i = 0; i < VARIABLES_MAX; i++)
		left += !v->slot[i].name.bytes;
	info[0] = (uint64_t)VARIABLES_MAX * VARIABLE_BYTES_MAX;
	info[1] = left * VARIABLE_BYTES_MAX;
	info[2] = VARIABLE_BYTES_MAX;
	return EFI_OK;
}

/* ---- properties ---- */
enum efi_status variable_check_set(struct variables *v, const struct variable_name *name,
				   const struct variable_property *property)
{
	unsigned free = VARIABLES_MAX, i;

	for (i = 0; i < VARIABLES_MAX; i++) {
		if (v->check[i].name.bytes && same(&v->check[i].name, name))
			break;
		if (!v->check[i].name.bytes && free == VARIABLES_MAX)
			free = i;
	}
	if (i == VARIABLES_MAX)
		i = free;
	if (i == VARIABLES_MAX)
		return EFI_OUT_OF_RESOURCES;
	v->check[i].name = *name;
	v->check[i].property = *property;
	return EFI_OK;
}

enum efi_status variable_check_get(const struct variables *v, const struct variable_name *name,
				   struct variable_property *property)
{
	for (unsigned i = 0; i < VARIABLES_MAX; i++)
		if (v->check[i].name.bytes && same(&v->check[i].name, name)) {
			*property = v->check[i].property;
			return EFI_OK;
		}
	return EFI_NOT_FOUND;
}
