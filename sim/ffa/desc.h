/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Descriptors that travel in memory: memory transactions (v1.0, v1.1, v1.2), relinquish, partition
 * information and boot information. Structures here are decoded values; encode and decode go
 * through byte offsets, so host alignment and padding never matter. Little-endian only.
 */
#ifndef FFASIM_FFA_DESC_H
#define FFASIM_FFA_DESC_H

#include <stddef.h>
#include <stdint.h>
#include "ffa/ffa.h"

/* 5.2 */
#define FFA_MEM_ATTR_SHARE 0x2f /* normal, write-back, inner shareable */
#define FFA_MEM_ATTR_NS 0x40
#define FFA_PERM_RO 1u
#define FFA_PERM_RW 2u
#define FFA_PERM_DATA 3u
#define FFA_PERM_NX (1u << 2)
#define FFA_PERM_X (2u << 2)
#define FFA_PERM_INSN (3u << 2)
#define FFA_MEM_FLAG_ZERO 1u
#define FFA_MEM_FLAG_TIME_SLICE 2u
#define FFA_RETRIEVE_FLAG_ZERO_AFTER 4u
#define FFA_RETRIEVE_FLAG_TYPE 0x18u
#define FFA_RETRIEVE_FLAG_ZERO_BEFORE 1u
#define FFA_RETRIEVE_FLAG_HINT 0x3e0u
#define FFA_RETRIEVE_FLAG_BYPASS 0x400u
#define FFA_TYPE_SHARE 0x08u
#define FFA_TYPE_LEND 0x10u
#define FFA_TYPE_DONATE 0x18u
#define FFA_MEM_ATTR_TYPE 0x30
#define FFA_MEM_ATTR_DEVICE 0x10 /* nGnRnE */

#define FFA_CONSTITUENT_BYTES 16u
#define FFA_COMPOSITE_BYTES 16u
#define FFA_EMAD_OFFSET_1_0 32u
#define FFA_EMAD_OFFSET_1_1 48u

struct ffa_mem_header {
	endpoint_id sender;
	uint16_t attributes;
	uint32_t flags;
	uint64_t handle, tag;
	uint32_t emad_bytes, emad_count, emad_offset;
};

struct ffa_emad {
	endpoint_id receiver;
	uint8_t permissions, flags;
	uint32_t composite_offset;
	uint64_t impdef[2];
};

struct ffa_composite {
	uint32_t page_count, constituent_count;
};

struct ffa_constituent {
	uint64_t address;
	uint32_t page_count;
};

struct ffa_relinquish {
	uint64_t handle;
	uint32_t flags, count;
	endpoint_id first;
};

/* All return FFA_OK or FFA_INVALID_PARAMETERS when the descriptor does not fit into @len_bytes or
 * a structural field is wrong (5.1). @version decides the layout. */
int ffa_mem_header_decode(const void *buf, size_t len_bytes, uint32_t version,
			  struct ffa_mem_header *out);
int ffa_emad_decode(const void *buf, size_t len_bytes, const struct ffa_mem_header *h, uint32_t i,
		    struct ffa_emad *out);
int ffa_composite_decode(const void *buf, size_t len_bytes, uint32_t offset,
			 struct ffa_composite *out);
/* @buf points at the constituent. */
struct ffa_constituent ffa_constituent_decode(const void *buf);
int ffa_relinquish_decode(const void *buf, size_t len_bytes, struct ffa_relinquish *out);
endpoint_id ffa_relinquish_endpoint(const void *buf, uint32_t i);

/* Return bytes written, 0 when they do not fit. */
size_t ffa_mem_header_encode(void *buf, size_t room_bytes, uint32_t version,
			     const struct ffa_mem_header *h);
uint32_t ffa_emad_bytes(uint32_t version);
/* A whole transaction: header, @emad_count entries (offsets filled in), composite. With no
 * constituents the composite is left out (a retrieve request). */
size_t ffa_mem_encode(void *buf, size_t room_bytes, uint32_t version,
		      const struct ffa_mem_header *h, const struct ffa_emad *emad,
		      uint32_t emad_count, const struct ffa_constituent *c, uint32_t c_count);
size_t ffa_relinquish_encode(void *buf, size_t room_bytes, uint64_t handle, uint32_t flags,
			     const endpoint_id *ids, uint32_t count);

/* Partition information (2.1): 8 bytes for v1.0, 24 from v1.1. */
struct ffa_partition_info {
	endpoint_id id;
	uint16_t ec_count;
	uint32_t properties;
	uint32_t uuid[4];
};
uint32_t ffa_partition_info_bytes(uint32_t version);
void ffa_partition_info_encode(void *buf, uint32_t version, const struct ffa_partition_info *p);
void ffa_partition_info_decode(const void *buf, uint32_t version, struct ffa_partition_info *p);

/* Boot information (7.2) with one device-tree entry. Returns bytes written, 0 = no room. */
size_t ffa_boot_info_encode(void *buf, size_t room_bytes, uint32_t version, uint64_t fdt_va,
			    uint32_t fdt_bytes);

/* Little-endian access at any alignment. */
static inline uint16_t ffa_get16(const void *p)
{
	const uint8_t *b = p;

	return (uint16_t)(b[0] | b[1] << 8);
}
static inline uint32_t ffa_get32(const void *p)
{
	return ffa_get16(p) | (uint32_t)ffa_get16((const uint8_t *)p + 2) << 16;
}
static inline uint64_t ffa_get64(const void *p)
{
	return ffa_get32(p) | (uint64_t)ffa_get32((const uint8_t *)p + 4) << 32;
}
static inline void ffa_put16(void *p, uint16_t v)
{
	uint8_t *b = p;

	b[0] = (uint8_t)v;
	b[1] = (uint8_t)(v >> 8);
}
static inline void ffa_put32(void *p, uint32_t v)
{
	ffa_put16(p, (uint16_t)v);
	ffa_put16((uint8_t *)p + 2, (uint16_t)(v >> 16));
}
static inline void ffa_put64(void *p, uint64_t v)
{
	ffa_put32(p, (uint32_t)v);
	ffa_put32((uint8_t *)p + 4, (uint32_t)(v >> 32));
}

#endif
