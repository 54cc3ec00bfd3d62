/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The TPM event log of measured boot, as TCG's PC Client profile lays it out: one old record that
 * says which digests follow, then new ones. EV_POST_CODE records name software components; one
 * without a digest names nothing that was measured (inferred).
 */
#include "attestation.h"

#include <string.h>

#define EV_POST_CODE 1u
#define SHA1_BYTES 20u

static size_t digest_bytes(uint16_t alg)
{
	switch (alg) {
	case 0x000b:
		return 32; /* SHA-256 */
	case 0x000c:
		return 48;
	case 0x000d:
		return 64;
	default:
		return 0;
	}
}

/* PCR, type, SHA-1 digest, size, event. */
static bool skip_first(struct ts_reader *r)
{
	uint32_t pcr, type, size;
	struct ts_span ignored;

	return ts_get_u32(r, &pcr) && ts_get_u32(r, &type) &&
	       ts_get_bytes(r, SHA1_BYTES, &ignored) && ts_get_u32(r, &size) &&
	       ts_get_bytes(r, size, &ignored);
}

/* The first digest of a record is the one that counts. */
static bool read_digests(struct ts_reader *r, struct ts_span *first)
{
	uint32_t count;

	if (!ts_get_u32(r, &count))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		struct ts_span digest;
		uint16_t alg;

		if (!ts_get_u16(r, &alg) || !digest_bytes(alg) ||
		    !ts_get_bytes(r, digest_bytes(alg), &digest))
			return false;
		if (!i)
			*first = digest;
	}
	return true;
}

static void keep(struct attestation *a, struct ts_span name, struct ts_span digest)
{
	if (a->measured_count == ATTEST_MEASUREMENTS_MAX)
		return;
	/* Names come with their terminating zero. */
	while (name.len && !name.data[name.len - 1])
		name.len--;
	a->measured[a->measured_count++] = (struct measurement){
		(const char *)name.data, (uint32_t)name.len, digest.data, (uint32_t)digest.len};
}

int event_log_read(struct attestation *a, const uint8_t *log, size_t len)
{
	struct ts_reader r;

	if (!len)
		return 0;
	if (len > sizeof(a->log))
		return -1;
	memcpy(a->log, log, len);
	r = ts_reader_of(a->log, len);
	if (!skip_first(&r))
		return -1;
	while (ts_left(&r)) {
		struct ts_span digest = {NULL, 0}, event;
		uint32_t pcr, type, size;

		if (!ts_get_u32(&r, &pcr) || !ts_get_u32(&r, &type) || !read_digests(&r, &digest) ||
		    !ts_get_u32(&r, &size) || !ts_get_bytes(&r, size, &event))
			return -1;
		if (type == EV_POST_CODE && digest.len)
			keep(a, event, digest);
	}
	return 0;
}
