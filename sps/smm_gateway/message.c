/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages of the variable service, function by function (trusted-services.md 3.9). */
#include "variable.h"

#include <string.h>

#define HEADER_BYTES 16u /* function, return status */

enum function {
	GET_VARIABLE = 1,
	GET_NEXT_VARIABLE_NAME = 2,
	SET_VARIABLE = 3,
	QUERY_VARIABLE_INFO = 4,
	READY_TO_BOOT = 5,
	EXIT_BOOT_SERVICE = 6,
	VAR_CHECK_PROPERTY_SET = 9,
	VAR_CHECK_PROPERTY_GET = 10,
	GET_PAYLOAD_SIZE = 11,
};

static uint64_t get64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static void put64(uint8_t *p, uint64_t v)
{
	memcpy(p, &v, sizeof(v));
}

/* UTF-16 with a NUL at its end and nowhere else, of @bytes that may be a lie. */
static bool take_name(struct variable_name *name, const uint8_t *guid, const uint8_t *text,
		      uint64_t bytes, size_t room)
{
	if (bytes > room || bytes > VARIABLE_NAME_BYTES || bytes < 2 || bytes % 2)
		return false;
	for (uint64_t i = 0; i < bytes; i += 2)
		if (!(text[i] | text[i + 1]) != (i == bytes - 2))
			return false;
	memset(name, 0, sizeof(*name));
	memcpy(name->guid, guid, TS_GUID_BYTES);
	memcpy(name->text, text, (size_t)bytes);
	name->bytes = (uint16_t)bytes;
	return true;
}

/* GUID@0, DataSize@16, NameSize@24, Attributes@32, Name@36, then the data. */
static enum efi_status access_variable(struct variables *v, uint8_t *p, size_t room, bool write)
{
	struct variable_name name;
	uint64_t size;
	uint32_t attributes;
	enum efi_status status;
	size_t at;

	if (room < 36 || !take_name(&name, p, p + 36, get64(p + 24), room - 36) || name.bytes < 4)
		return EFI_INVALID;
	at = 36u + name.bytes;
	size = get64(p + 16);
	if (size > room - at)
		return EFI_INVALID;
	memcpy(&attributes, p + 32, sizeof(attributes));
	if (write)
		return variable_set(v, &name, attributes, p + at, size);
	status = variable_get(v, &name, p + at, &size, &attributes);
	if (status && status != EFI_TOO_SMALL)
		return status;
	put64(p + 16, size);
	memcpy(p + 32, &attributes, sizeof(attributes));
	return status;
}

/* GUID@0, NameSize@16, Name@24; NameSize is the room for the answer. */
static enum efi_status next_name(struct variables *v, uint8_t *p, size_t room)
{
	struct variable_name name;
	enum efi_status status;
	uint64_t bytes, used = 2;

	if (room < 24)
		return EFI_INVALID;
	bytes = get64(p + 16);
	if (bytes < 2 || bytes > room - 24)
		return EFI_INVALID;
	while (used <= bytes && p[24 + used - 2] | p[24 + used - 1])
		used += 2;
	if (!take_name(&name, p, p + 24, used, (size_t)bytes))
		return EFI_INVALID;
	status = variable_next(v, &name);
	if (status)
		return status;
	put64(p + 16, name.bytes);
	if (name.bytes > bytes)
		return EFI_TOO_SMALL;
	memcpy(p, name.guid, TS_GUID_BYTES);
	memcpy(p + 24, name.text, name.bytes);
	return EFI_OK;
}

/* Three sizes, attributes@24. */
static enum efi_status query(struct variables *v, uint8_t *p, size_t room)
{
	uint64_t info[3];
	uint32_t attributes;
	enum efi_status status;

	if (room < 32)
		return EFI_INVALID;
	memcpy(&attributes, p + 24, sizeof(attributes));
	status = variable_query(v, attributes, info);
	if (!status)
		memcpy(p, info, sizeof(info));
	return status;
}

/* GUID@0, NameSize@16, property@24, Name@48. */
static enum efi_status check_property(struct variables *v, uint8_t *p, size_t room, bool write)
{
	struct variable_property property;
	struct variable_name name;
	enum efi_status status;

	_Static_assert(sizeof(property) == 24, "as it travels");
	if (room < 48 || !take_name(&name, p, p + 48, get64(p + 16), room - 48) || name.bytes < 4)
		return EFI_INVALID;
	memcpy(&property, p + 24, sizeof(property));
	if (write)
		return variable_check_set(v, &name, &property);
	status = variable_check_get(v, &name, &property);
	if (!status)
		memcpy(p + 24, &property, sizeof(property));
	return status;
}

static enum efi_status serve(struct variables *v, uint64_t function, uint8_t *p, size_t room)
{
	switch (function) {
	case GET_VARIABLE:
		return access_variable(v, p, room, false);
	case SET_VARIABLE:
		return access_variable(v, p, room, true);
	case GET_NEXT_VARIABLE_NAME:
		return next_name(v, p, room);
	case QUERY_VARIABLE_INFO:
		return query(v, p, room);
	case READY_TO_BOOT:
		return EFI_OK;
	case EXIT_BOOT_SERVICE:
		v->runtime = true;
		return EFI_OK;
	case VAR_CHECK_PROPERTY_SET:
		return check_property(v, p, room, true);
	case VAR_CHECK_PROPERTY_GET:
		return check_property(v, p, room, false);
	case GET_PAYLOAD_SIZE:
		if (room < 8)
			return EFI_INVALID;
		put64(p, VARIABLE_BYTES_MAX + VARIABLE_NAME_BYTES + 36);
		return EFI_OK;
	default:
		return EFI_UNSUPPORTED;
	}
}

bool variables_serve(struct variables *v, uint8_t *msg, size_t bytes)
{
	enum efi_status status;

	if (bytes < HEADER_BYTES)
		return false;
	status = serve(v, get64(msg), msg + HEADER_BYTES, bytes - HEADER_BYTES);
	put64(msg + 8, status ? EFI_ERROR_BIT | (uint64_t)status : EFI_OK);
	return true;
}
