/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fuzz target: the descriptor decoders. The first byte is the version; the rest is the descriptor.
 * What decodes must lie inside the buffer, and must come out the same when it is encoded again.
 */
#include <stdlib.h>
#include <string.h>

#include "ffa/desc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(int ok)
{
	if (!ok)
		abort();
}

static void composite(const uint8_t *buf, size_t len, const struct ffa_emad *e)
{
	struct ffa_composite c;

	if (ffa_composite_decode(buf, len, e->composite_offset, &c))
		return;
	must(e->composite_offset + FFA_COMPOSITE_BYTES <= len);
	for (uint64_t i = 0; i < c.constituent_count; i++) {
		const uint64_t at =
			e->composite_offset + FFA_COMPOSITE_BYTES + i * FFA_CONSTITUENT_BYTES;

		if (at + FFA_CONSTITUENT_BYTES > len)
			break;
		ffa_constituent_decode(buf + at);
	}
}

static void transaction(const uint8_t *buf, size_t len, uint32_t version)
{
	struct ffa_mem_header h, again;
	struct ffa_emad e;
	uint8_t out[64];

	if (ffa_mem_header_decode(buf, len, version, &h))
		return;
	must(h.emad_offset + (uint64_t)h.emad_count * h.emad_bytes <= len);
	for (uint32_t i = 0; i < h.emad_count; i++) {
		must(!ffa_emad_decode(buf, len, &h, i, &e));
		composite(buf, len, &e);
	}
	must(ffa_emad_decode(buf, len, &h, h.emad_count, &e) != 0);
	must(ffa_mem_header_encode(out, sizeof(out), version, &h) != 0);
	h.emad_count = 0; /* the entries are not in `out` */
	ffa_put32(out + 28, 0);
	if (!ffa_mem_header_decode(out, sizeof(out), version, &again))
		must(again.sender.v == h.sender.v && again.handle == h.handle &&
		     again.tag == h.tag && again.flags == h.flags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ffa_relinquish rel;
	struct ffa_partition_info p;
	uint8_t info[24];
	uint32_t version;

	if (!len)
		return 0;
	version = FFA_VERSION_1_0 + data[0] % 3;
	data++;
	len--;
	transaction(data, len, version);
	if (!ffa_relinquish_decode(data, len, &rel))
		for (uint32_t i = 0; i < rel.count; i++)
			ffa_relinquish_endpoint(data, i);
	if (len >= ffa_partition_info_bytes(version)) {
		ffa_partition_info_decode(data, version, &p);
		ffa_partition_info_encode(info, version, &p);
		must(!memcmp(info, data, ffa_partition_info_bytes(version)));
	}
	return 0;
}
