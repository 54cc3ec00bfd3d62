/* SPDX-License-Identifier: BSD-3-Clause */
/* CBOR heads in their shortest form (RFC 8949 3, 4.2.1). */
#include "attestation.h"

#include <string.h>

enum { MAJOR_UNSIGNED, MAJOR_NEGATIVE, MAJOR_BYTES, MAJOR_TEXT, MAJOR_ARRAY, MAJOR_MAP, MAJOR_TAG };

static void head(struct ts_writer *w, unsigned major, uint64_t value)
{
	const unsigned follow = value < 24 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : 4;
	const uint8_t more = follow == 1 ? 24 : follow == 2 ? 25 : 26;
	uint8_t *at = ts_put_room(w, 1 + follow);

	if (!at)
		return;
	at[0] = (uint8_t)(major << 5 | (follow ? more : value));
	for (unsigned i = 0; i < follow; i++)
		at[1 + i] = (uint8_t)(value >> 8 * (follow - 1 - i));
}

void cbor_int(struct ts_writer *w, int64_t value)
{
	if (value < 0)
		head(w, MAJOR_NEGATIVE, (uint64_t)(-1 - value));
	else
		head(w, MAJOR_UNSIGNED, (uint64_t)value);
}

void cbor_bytes(struct ts_writer *w, const void *data, size_t len)
{
	head(w, MAJOR_BYTES, len);
	ts_put_bytes(w, data, len);
}

void cbor_text(struct ts_writer *w, const char *text, size_t len)
{
	head(w, MAJOR_TEXT, len);
	ts_put_bytes(w, text, len);
}

void cbor_array(struct ts_writer *w, size_t count)
{
	head(w, MAJOR_ARRAY, count);
}

void cbor_map(struct ts_writer *w, size_t pairs)
{
	head(w, MAJOR_MAP, pairs);
}

void cbor_tag(struct ts_writer *w, uint32_t tag)
{
	head(w, MAJOR_TAG, tag);
}
