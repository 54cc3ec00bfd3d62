/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bounds-checked reading and writing of service messages (trusted-services.md 3.1): little-endian
 * fixed fields, then TLV records with big-endian headers in ascending order of tags. Nothing here
 * reads or writes outside of what it was given, whatever the bytes say.
 */
#ifndef SPS_TS_BYTES_H
#define SPS_TS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes somebody else owns. */
struct ts_span {
	const uint8_t *data;
	size_t len;
};

struct ts_reader {
	const uint8_t *at, *end;
};

static inline struct ts_reader ts_reader_of(const uint8_t *data, size_t len)
{
	return (struct ts_reader){data, data ? data + len : data};
}
static inline size_t ts_left(const struct ts_reader *r)
{
	return (size_t)(r->end - r->at);
}
/* False, and the reader stays, when not that much is left. */
bool ts_get_u16(struct ts_reader *r, uint16_t *value);
bool ts_get_u32(struct ts_reader *r, uint32_t *value);
bool ts_get_u64(struct ts_reader *r, uint64_t *value);
bool ts_get_bytes(struct ts_reader *r, size_t len, struct ts_span *bytes);
/*
 * Looks for a record from here on and, when found, moves behind it. The search stops, without
 * moving, at a greater tag or at a record that runs past the end: a missing record and a damaged
 * message look alike, as an empty value.
 */
bool ts_tlv_find(struct ts_reader *r, uint16_t tag, struct ts_span *value);

struct ts_writer {
	uint8_t *base;
	size_t used, room;
	uint16_t last_tag;
	bool failed; /* something did not fit, or tags went down; sticks */
};

static inline struct ts_writer ts_writer_of(uint8_t *base, size_t room)
{
	return (struct ts_writer){.base = base, .room = base ? room : 0};
}
/* Place for so many bytes, which count as written; NULL when they do not fit. */
uint8_t *ts_put_room(struct ts_writer *w, size_t len);
bool ts_put_u32(struct ts_writer *w, uint32_t value);
bool ts_put_u64(struct ts_writer *w, uint64_t value);
bool ts_put_bytes(struct ts_writer *w, const void *data, size_t len);
bool ts_tlv_put(struct ts_writer *w, uint16_t tag, const void *data, size_t len);
/* A record of at most @most bytes that is filled in afterwards: ts_tlv_end() says how many. */
uint8_t *ts_tlv_begin(struct ts_writer *w, uint16_t tag, size_t *most);
void ts_tlv_end(struct ts_writer *w, size_t len);

#endif
