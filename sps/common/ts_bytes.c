/* SPDX-License-Identifier: BSD-3-Clause */
/* The reader and writer of ts_bytes.h. */
#include "ts_bytes.h"

#include <string.h>

#define TLV_HEADER_BYTES 4u
#define TLV_VALUE_MAX 0xffffu

bool ts_get_bytes(struct ts_reader *r, size_t len, struct ts_span *bytes)
{
	if (ts_left(r) < len)
		return false;
	*bytes = (struct ts_span){r->at, len};
	r->at += len;
	return true;
}

static bool get(struct ts_reader *r, void *value, size_t len)
{
	struct ts_span b;

	if (!ts_get_bytes(r, len, &b))
		return false;
	memcpy(value, b.data, len);
	return true;
}

bool ts_get_u16(struct ts_reader *r, uint16_t *value)
{
	return get(r, value, sizeof(*value));
}

bool ts_get_u32(struct ts_reader *r, uint32_t *value)
{
	return get(r, value, sizeof(*value));
}

bool ts_get_u64(struct ts_reader *r, uint64_t *value)
{
	return get(r, value, sizeof(*value));
}

static size_t big16(const uint8_t *p)
{
	return (size_t)p[0] << 8 | p[1];
}

bool ts_tlv_find(struct ts_reader *r, uint16_t tag, struct ts_span *value)
{
	const uint8_t *at = r->at;

	*value = (struct ts_span){NULL, 0};
	while ((size_t)(r->end - at) >= TLV_HEADER_BYTES) {
		const size_t found = big16(at), len = big16(at + 2);

		at += TLV_HEADER_BYTES;
		if (found > tag || len > (size_t)(r->end - at))
			return false;
		if (found == tag) {
			*value = (struct ts_span){at, len};
			r->at = at + len;
			return true;
		}
		at += len;
	}
	return false;
}

uint8_t *ts_put_room(struct ts_writer *w, size_t len)
{
	uint8_t *at = w->base + w->used;

	if (w->failed || len > w->room - w->used) {
		w->failed = true;
		return NULL;
	}
	w->used += len;
	return at;
}

bool ts_put_bytes(struct ts_writer *w, const void *data, size_t len)
{
	uint8_t *at;

	if (!len)
		return !w->failed;
	at = ts_put_room(w, len);
	if (!at)
		return false;
	memcpy(at, data, len);
	return true;
}

bool ts_put_u32(struct ts_writer *w, uint32_t value)
{
	return ts_put_bytes(w, &value, sizeof(value));
}

bool ts_put_u64(struct ts_writer *w, uint64_t value)
{
	return ts_put_bytes(w, &value, sizeof(value));
}

static void put_header(uint8_t *at, uint16_t tag, size_t len)
{
	at[0] = tag >> 8;
	at[1] = (uint8_t)tag;
	at[2] = (uint8_t)(len >> 8);
	at[3] = (uint8_t)len;
}

bool ts_tlv_put(struct ts_writer *w, uint16_t tag, const void *data, size_t len)
{
	size_t most;
	uint8_t *at = ts_tlv_begin(w, tag, &most);

	if (!at || len > most) {
		w->failed = true;
		return false;
	}
	if (len)
		memcpy(at, data, len);
	ts_tlv_end(w, len);
	return true;
}

uint8_t *ts_tlv_begin(struct ts_writer *w, uint16_t tag, size_t *most)
{
	*most = 0;
	if (w->failed || tag < w->last_tag || w->room - w->used < TLV_HEADER_BYTES) {
		w->failed = true;
		return NULL;
	}
	*most = w->room - w->used - TLV_HEADER_BYTES;
	if (*most > TLV_VALUE_MAX)
		*most = TLV_VALUE_MAX;
	w->last_tag = tag;
	return w->base + w->used + TLV_HEADER_BYTES;
}

void ts_tlv_end(struct ts_writer *w, size_t len)
{
	put_header(w->base + w->used, w->last_tag, len);
	w->used += TLV_HEADER_BYTES + len;
}
