/* SPDX-License-Identifier: BSD-3-Clause */
/* Encoders and decoders of FF-A descriptors. Byte offsets are those of ffa.md 5.1, 2.1 and 7.2. */
#include "ffa/desc.h"

#include <string.h>

/* Transaction header, ffa.md 5.1. */
enum { TX_SENDER = 0, TX_ATTR = 2, TX_FLAGS = 4, TX_HANDLE = 8, TX_TAG = 16 };
enum { TX10_COUNT = 28, TX11_EMAD_BYTES = 24, TX11_COUNT = 28, TX11_OFFSET = 32 };
enum { EMAD_ID = 0, EMAD_PERM = 2, EMAD_FLAGS = 3, EMAD_COMPOSITE = 4, EMAD12_IMPDEF = 8 };
enum { EMAD_BYTES_1_0 = 16, EMAD_BYTES_1_2 = 32 };
enum { REL_HANDLE = 0, REL_FLAGS = 8, REL_COUNT = 12, REL_IDS = 16 };
enum { BOOT_HEADER_BYTES = 32, BOOT_DESC_BYTES = 32, BOOT10_ENTRY_BYTES = 32 };

_Static_assert(FFA_EMAD_OFFSET_1_0 == 32 && FFA_EMAD_OFFSET_1_1 == 48, "ffa.md 5.1 header sizes");
_Static_assert(TX11_OFFSET + 4 + 12 == FFA_EMAD_OFFSET_1_1, "ffa.md 5.1: 12 reserved bytes @36");
_Static_assert(EMAD12_IMPDEF + 16 + 8 == EMAD_BYTES_1_2, "ffa.md 5.1 EMAD v1.2");
_Static_assert(FFA_MEM_ATTR_SHARE == (2 << 4 | 3 << 2 | 3), "ffa.md 5.2 common value");

static const uint8_t *at(const void *buf, size_t offset)
{
	return (const uint8_t *)buf + offset;
}

static uint8_t *at_w(void *buf, size_t offset)
{
	return (uint8_t *)buf + offset;
}

uint32_t ffa_emad_bytes(uint32_t version)
{
	return version >= FFA_VERSION_1_2 ? EMAD_BYTES_1_2 : EMAD_BYTES_1_0;
}

int ffa_mem_header_decode(const void *buf, size_t len_bytes, uint32_t version,
			  struct ffa_mem_header *out)
{
	const uint8_t *b = buf;
	const bool old = version < FFA_VERSION_1_1;
	uint64_t end;

	if (len_bytes < (old ? FFA_EMAD_OFFSET_1_0 : FFA_EMAD_OFFSET_1_1))
		return FFA_INVALID_PARAMETERS;
	*out = (struct ffa_mem_header){
		.sender = endpoint_of(ffa_get16(b + TX_SENDER)),
		.attributes = old ? b[TX_ATTR] : ffa_get16(b + TX_ATTR),
		.flags = ffa_get32(b + TX_FLAGS),
		.handle = ffa_get64(b + TX_HANDLE),
		.tag = ffa_get64(b + TX_TAG),
		.emad_bytes = old ? EMAD_BYTES_1_0 : ffa_get32(b + TX11_EMAD_BYTES),
		.emad_count = ffa_get32(b + TX11_COUNT),
		.emad_offset = old ? FFA_EMAD_OFFSET_1_0 : ffa_get32(b + TX11_OFFSET),
	};
	_Static_assert(TX10_COUNT == TX11_COUNT, "ffa.md 5.1: the count did not move");
	if (out->emad_bytes != EMAD_BYTES_1_0 && out->emad_bytes != EMAD_BYTES_1_2)
		return FFA_INVALID_PARAMETERS;
	if (!old && (out->emad_offset < FFA_EMAD_OFFSET_1_1 || out->emad_offset % 16))
		return FFA_INVALID_PARAMETERS;
	end = out->emad_offset + (uint64_t)out->emad_count * out->emad_bytes;
	return end > len_bytes ? FFA_INVALID_PARAMETERS : FFA_OK;
}

int ffa_emad_decode(const void *buf, size_t len_bytes, const struct ffa_mem_header *h, uint32_t i,
		    struct ffa_emad *out)
{
	const uint64_t offset = h->emad_offset + (uint64_t)i * h->emad_bytes;
	const uint8_t *b;

	if (i >= h->emad_count || offset + h->emad_bytes > len_bytes)
		return FFA_INVALID_PARAMETERS;
	b = at(buf, offset);
	*out = (struct ffa_emad){
		.receiver = endpoint_of(ffa_get16(b + EMAD_ID)),
		.permissions = b[EMAD_PERM],
		.flags = b[EMAD_FLAGS],
		.composite_offset = ffa_get32(b + EMAD_COMPOSITE),
	};
	if (h->emad_bytes == EMAD_BYTES_1_2) {
		out->impdef[0] = ffa_get64(b + EMAD12_IMPDEF);
		out->impdef[1] = ffa_get64(b + EMAD12_IMPDEF + 8);
	}
	return FFA_OK;
}

int ffa_composite_decode(const void *buf, size_t len_bytes, uint32_t offset,
			 struct ffa_composite *out)
{
	if (!offset || offset % 8 || (uint64_t)offset + FFA_COMPOSITE_BYTES > len_bytes)
		return FFA_INVALID_PARAMETERS;
	out->page_count = ffa_get32(at(buf, offset));
	out->constituent_count = ffa_get32(at(buf, offset + 4));
	return FFA_OK;
}

struct ffa_constituent ffa_constituent_decode(const void *buf)
{
	return (struct ffa_constituent){.address = ffa_get64(buf),
					.page_count = ffa_get32(at(buf, 8))};
}

int ffa_relinquish_decode(const void *buf, size_t len_bytes, struct ffa_relinquish *out)
{
	if (len_bytes < REL_IDS)
		return FFA_INVALID_PARAMETERS;
	*out = (struct ffa_relinquish){
		.handle = ffa_get64(at(buf, REL_HANDLE)),
		.flags = ffa_get32(at(buf, REL_FLAGS)),
		.count = ffa_get32(at(buf, REL_COUNT)),
	};
	if (REL_IDS + 2 * (uint64_t)out->count > len_bytes)
		return FFA_INVALID_PARAMETERS;
	if (out->count)
		out->first = ffa_relinquish_endpoint(buf, 0);
	return FFA_OK;
}

endpoint_id ffa_relinquish_endpoint(const void *buf, uint32_t i)
{
	return endpoint_of(ffa_get16(at(buf, REL_IDS + 2 * (size_t)i)));
}

size_t ffa_mem_header_encode(void *buf, size_t room_bytes, uint32_t version,
			     const struct ffa_mem_header *h)
{
	const bool old = version < FFA_VERSION_1_1;
	const size_t bytes = old ? FFA_EMAD_OFFSET_1_0 : FFA_EMAD_OFFSET_1_1;

	if (room_bytes < bytes)
		return 0;
	memset(buf, 0, bytes);
	ffa_put16(at_w(buf, TX_SENDER), h->sender.v);
	ffa_put16(at_w(buf, TX_ATTR), h->attributes);
	ffa_put32(at_w(buf, TX_FLAGS), h->flags);
	ffa_put64(at_w(buf, TX_HANDLE), h->handle);
	ffa_put64(at_w(buf, TX_TAG), h->tag);
	ffa_put32(at_w(buf, TX11_COUNT), h->emad_count);
	if (!old) {
		ffa_put32(at_w(buf, TX11_EMAD_BYTES), h->emad_bytes);
		ffa_put32(at_w(buf, TX11_OFFSET), h->emad_offset);
	}
	return bytes;
}

size_t ffa_mem_encode(void *buf, size_t room_bytes, uint32_t version,
		      const struct ffa_mem_header *h, const struct ffa_emad *emad,
		      uint32_t emad_count, const struct ffa_constituent *c, uint32_t c_count)
{
	struct ffa_mem_header full = *h;
	uint32_t composite, pages = 0;
	size_t total;

	full.emad_bytes = ffa_emad_bytes(version);
	full.emad_count = emad_count;
	full.emad_offset = version < FFA_VERSION_1_1 ? FFA_EMAD_OFFSET_1_0 : FFA_EMAD_OFFSET_1_1;
	composite = full.emad_offset + emad_count * full.emad_bytes;
	total = composite + (c_count ? FFA_COMPOSITE_BYTES + c_count * FFA_CONSTITUENT_BYTES : 0);
	if (room_bytes < total)
		return 0;
	ffa_mem_header_encode(buf, room_bytes, version, &full);
	for (uint32_t i = 0; i < emad_count; i++) {
		uint8_t *b = at_w(buf, full.emad_offset + i * full.emad_bytes);

		memset(b, 0, full.emad_bytes);
		ffa_put16(b + EMAD_ID, emad[i].receiver.v);
		b[EMAD_PERM] = emad[i].permissions;
		b[EMAD_FLAGS] = emad[i].flags;
		ffa_put32(b + EMAD_COMPOSITE, c_count ? composite : 0);
		if (full.emad_bytes == EMAD_BYTES_1_2) {
			ffa_put64(b + EMAD12_IMPDEF, emad[i].impdef[0]);
			ffa_put64(b + EMAD12_IMPDEF + 8, emad[i].impdef[1]);
		}
	}
	if (!c_count)
		return total;
	memset(at_w(buf, composite), 0, total - composite);
	for (uint32_t i = 0; i < c_count; i++) {
		uint8_t *b = at_w(buf, composite + FFA_COMPOSITE_BYTES + i * FFA_CONSTITUENT_BYTES);

		ffa_put64(b, c[i].address);
		ffa_put32(b + 8, c[i].page_count);
		pages += c[i].page_count;
	}
	ffa_put32(at_w(buf, composite), pages);
	ffa_put32(at_w(buf, composite + 4), c_count);
	return total;
}

size_t ffa_relinquish_encode(void *buf, size_t room_bytes, uint64_t handle, uint32_t flags,
			     const endpoint_id *ids, uint32_t count)
{
	const size_t bytes = REL_IDS + 2 * (size_t)count;

	if (room_bytes < bytes)
		return 0;
	ffa_put64(at_w(buf, REL_HANDLE), handle);
	ffa_put32(at_w(buf, REL_FLAGS), flags);
	ffa_put32(at_w(buf, REL_COUNT), count);
	for (uint32_t i = 0; i < count; i++)
		ffa_put16(at_w(buf, REL_IDS + 2 * (size_t)i), ids[i].v);
	return bytes;
}

uint32_t ffa_partition_info_bytes(uint32_t version)
{
	return version < FFA_VERSION_1_1 ? 8 : 24;
}

void ffa_partition_info_encode(void *buf, uint32_t version, const struct ffa_partition_info *p)
{
	ffa_put16(buf, p->id.v);
	ffa_put16(at_w(buf, 2), p->ec_count);
	ffa_put32(at_w(buf, 4), p->properties);
	if (version >= FFA_VERSION_1_1)
		for (unsigned i = 0; i < 4; i++)
			ffa_put32(at_w(buf, 8 + 4 * i), p->uuid[i]);
}

void ffa_partition_info_decode(const void *buf, uint32_t version, struct ffa_partition_info *p)
{
	*p = (struct ffa_partition_info){
		.id = endpoint_of(ffa_get16(buf)),
		.ec_count = ffa_get16(at(buf, 2)),
		.properties = ffa_get32(at(buf, 4)),
	};
	if (version >= FFA_VERSION_1_1)
		for (unsigned i = 0; i < 4; i++)
			p->uuid[i] = ffa_get32(at(buf, 8 + 4 * i));
}

size_t ffa_boot_info_encode(void *buf, size_t room_bytes, uint32_t version, uint64_t fdt_va,
			    uint32_t fdt_bytes)
{
	uint8_t *b = buf;
	uint8_t *d = at_w(buf, version < FFA_VERSION_1_1 ? 8 : BOOT_HEADER_BYTES);

	if (room_bytes < BOOT_HEADER_BYTES + BOOT_DESC_BYTES)
		return 0;
	memset(b, 0, BOOT_HEADER_BYTES + BOOT_DESC_BYTES);
	if (version < FFA_VERSION_1_1) {
		memcpy(b, "FF-A", 4);
		ffa_put32(b + 4, 1);
		memcpy(d, "TYPE_DT", 7);
		ffa_put64(d + 16, fdt_va);
		ffa_put64(d + 24, fdt_bytes);
		return 8 + BOOT10_ENTRY_BYTES;
	}
	ffa_put32(b, 0xffa);
	ffa_put32(b + 4, version);
	ffa_put32(b + 8, BOOT_HEADER_BYTES + BOOT_DESC_BYTES);
	ffa_put32(b + 12, BOOT_DESC_BYTES);
	ffa_put32(b + 16, 1);
	ffa_put32(b + 20, BOOT_HEADER_BYTES);
	/* name empty, type 0 = FDT, flags 0 = content is an address */
	ffa_put32(d + 20, fdt_bytes);
	ffa_put64(d + 24, fdt_va);
	return BOOT_HEADER_BYTES + BOOT_DESC_BYTES;
}
