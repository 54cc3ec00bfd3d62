/* SPDX-License-Identifier: BSD-3-Clause */
/* Descriptors by byte offset (ffa.md 5.1), so that single fields can be spoilt. */
#include "memory.h"

#include <string.h>

#define ENTRY_BYTES 16u
#define COMPOSITE_BYTES 16u
#define RANGE_BYTES 16u
#define ATTRIBUTES 0x2f /* normal, write-back, inner shareable */
#define TYPE_SHARE (1u << 3)
#define RW 2
#define EXECUTABLE (2 << 2)

static void put(uint8_t *p, uint64_t v, unsigned bytes)
{
	memcpy(p, &v, bytes);
}

static uint64_t get(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;

	memcpy(&v, p, bytes);
	return v;
}

static bool old(const struct spm *t)
{
	return t->version < FFA_VERSION_1_1;
}

/* Header with @count entries behind it; returns the offset of the first. */
static uint32_t put_header(struct spm *t, uint16_t sender, uint32_t count)
{
	const uint32_t entries = old(t) ? 32 : 48;
	uint8_t *tx = t->l.tx;

	memset(tx, 0, 256);
	put(tx, sender, 2);
	put(tx + 28, count, 4);
	if (!old(t)) {
		put(tx + 24, ENTRY_BYTES, 4);
		put(tx + 32, entries, 4);
	}
	return entries;
}

static void spoil(struct spm *t, enum spm_defect defect, uint32_t entries, uint32_t composite,
		  uint32_t *total)
{
	uint8_t *tx = t->l.tx;

	switch (defect) {
	case SPM_WHOLE:
		break;
	case SPM_NO_BYTES:
		*total = 0;
		break;
	case SPM_NO_RECEIVERS:
		put(tx + 28, 0, 4);
		break;
	case SPM_MANY_RECEIVERS:
		put(tx + 28, 0x1000, 4);
		break;
	case SPM_BAD_OFFSET:
		put(tx + entries + 4, *total, 4);
		break;
	case SPM_NO_PAGES:
		put(tx + composite, 0, 4);
		break;
	case SPM_NO_RANGE_PAGES:
		put(tx + composite + COMPOSITE_BYTES + 8, 0, 4);
		break;
	case SPM_WRONG_SUM:
		put(tx + composite, 2, 4);
		break;
	case SPM_MANY_RANGES:
		put(tx + composite + 4, 2, 4);
		break;
	case SPM_FAR_ENTRIES:
		put(old(t) ? tx + composite + 4 : tx + 32, old(t) ? 0 : *total, 4);
		break;
	case SPM_UNALIGNED_RANGE:
		put(tx + composite + COMPOSITE_BYTES, t->page_va + 16, 8);
	}
}

int spm_share(struct spm *t, const struct spm_send *s, uint64_t *handle)
{
	const uint32_t entries = put_header(t, t->l.id, s->receivers);
	const uint32_t composite = entries + s->receivers * ENTRY_BYTES;
	uint32_t total = composite + COMPOSITE_BYTES + RANGE_BYTES;
	uint8_t *tx = t->l.tx;
	struct smc_regs r;

	put(tx + 2, ATTRIBUTES, old(t) ? 1 : 2);
	for (unsigned i = 0; i < s->receivers; i++) {
		uint8_t *entry = tx + entries + i * ENTRY_BYTES;

		put(entry, s->receiver[i], 2);
		entry[2] = s->executable ? RW | EXECUTABLE : RW;
		put(entry + 4, composite, 4);
	}
	put(tx + composite, 1, 4);
	put(tx + composite + 4, 1, 4);
	put(tx + composite + COMPOSITE_BYTES, s->va, 8);
	put(tx + composite + COMPOSITE_BYTES + 8, 1, 4);
	spoil(t, s->defect, entries, composite, &total);
	r = (struct smc_regs){.x = {FFA_MEM_SHARE_32, total, total}};
	libsp_call(&t->l, &r);
	*handle = (uint32_t)r.x[2] | r.x[3] << 32;
	return libsp_code(&r);
}

int spm_reclaim(struct spm *t, uint64_t handle)
{
	struct smc_regs r = {.x = {FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32}};

	libsp_call(&t->l, &r);
	return libsp_code(&r);
}

int spm_retrieve(struct spm *t, uint64_t handle, uint16_t owner, uint64_t *va)
{
	const uint32_t entries = put_header(t, owner, 1), total = entries + ENTRY_BYTES;
	struct smc_regs r = {.x = {FFA_MEM_RETRIEVE_REQ_32, total, total}};
	const uint8_t *rx = t->l.rx;
	uint32_t entry, composite;

	put(t->l.tx + 4, TYPE_SHARE, 4);
	put(t->l.tx + 8, handle, 8);
	put(t->l.tx + entries, t->l.id, 2);
	t->l.tx[entries + 2] = RW;
	libsp_call(&t->l, &r);
	if ((uint32_t)r.x[0] != FFA_MEM_RETRIEVE_RESP)
		return libsp_code(&r) ? libsp_code(&r) : FFA_INVALID_PARAMETERS;
	entry = old(t) ? entries : (uint32_t)get(rx + 32, 4);
	if (get(rx + 28, 4) != 1 || entry > SPM_PAGE - ENTRY_BYTES)
		return FFA_INVALID_PARAMETERS;
	composite = (uint32_t)get(rx + entry + 4, 4);
	if (composite > SPM_PAGE - COMPOSITE_BYTES - RANGE_BYTES || get(rx + composite + 4, 4) != 1)
		return FFA_INVALID_PARAMETERS;
	*va = get(rx + composite + COMPOSITE_BYTES, 8);
	return libsp_rx_release(&t->l);
}

int spm_relinquish(struct spm *t, uint64_t handle, uint32_t flags)
{
	struct smc_regs r = {.x = {FFA_MEM_RELINQUISH}};

	memset(t->l.tx, 0, 18);
	put(t->l.tx, handle, 8);
	put(t->l.tx + 8, flags, 4);
	put(t->l.tx + 12, 1, 4);
	put(t->l.tx + 16, t->l.id, 2);
	libsp_call(&t->l, &r);
	return libsp_code(&r);
}
