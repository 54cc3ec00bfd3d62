/* SPDX-License-Identifier: BSD-3-Clause */
/* The interface of mm.h. */
#include "mm.h"

#include <string.h>

#define HEADER_BYTES 24u /* GUID, length of what follows */

/* True: the message was one of that service. */
typedef bool mm_handler(struct mm *mm, uint8_t *data, size_t bytes);

static bool variables(struct mm *mm, uint8_t *data, size_t bytes)
{
	return variables_serve(&mm->variables, data, bytes);
}

static const struct {
	uint8_t guid[TS_GUID_BYTES];
	mm_handler *handler;
} services[] = {
	{TS_GUID(0xed32d533, 0x99e6, 0x4209, 0x9cc0, 0x2d72cdd998a7), variables},
};
_Static_assert(sizeof(services) / sizeof(services[0]) <= MM_SERVICES_MAX, "so many are bound");

enum mm_code mm_serve(struct mm *mm, uint8_t *shared, size_t shared_bytes, uint64_t offset)
{
	uint64_t bytes;

	if (shared_bytes > MM_BUFFER_BYTES || offset > shared_bytes ||
	    shared_bytes - offset < HEADER_BYTES)
		return MM_INVALID_PARAMETER;
	memcpy(mm->message, shared + offset, HEADER_BYTES);
	memcpy(&bytes, mm->message + TS_GUID_BYTES, sizeof(bytes));
	if (bytes > shared_bytes - offset - HEADER_BYTES)
		return MM_INVALID_PARAMETER;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		if (memcmp(services[i].guid, mm->message, TS_GUID_BYTES))
			continue;
		memcpy(mm->message + HEADER_BYTES, shared + offset + HEADER_BYTES, (size_t)bytes);
		if (!services[i].handler(mm, mm->message + HEADER_BYTES, (size_t)bytes))
			return MM_INVALID_PARAMETER;
		memcpy(shared + offset + HEADER_BYTES, mm->message + HEADER_BYTES, (size_t)bytes);
		return MM_SUCCESS;
	}
	return MM_NOT_SUPPORTED;
}
