/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory regions of the manifest, read out of the copy that boot information points to. */
#include "region.h"

#include <stddef.h>
#include <string.h>

#define FDT_BEGIN 1u
#define FDT_PROP 3u
#define FDT_NOP 4u
#define FDT_STOP 9u

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint64_t be64(const uint8_t *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* Property base-address of the first node with this name. */
static uint64_t find(const uint8_t *fdt, const char *node)
{
	const uint8_t *at = fdt + be32(fdt + 8);
	const char *strings = (const char *)fdt + be32(fdt + 12);
	bool inside = false;

	for (;;) {
		const uint32_t token = be32(at);

		at += 4;
		if (token == FDT_BEGIN) {
			inside = !strcmp((const char *)at, node);
			at += padded(strlen((const char *)at) + 1);
		} else if (token == FDT_PROP) {
			const uint32_t len = be32(at);

			if (inside && len == 8 && !strcmp(strings + be32(at + 4), "base-address"))
				return be64(at + 8);
			at += 8 + padded(len);
		} else if (token == FDT_STOP) {
			return 0;
		}
	}
}

/* Boot information 1.1: the first descriptor is the device tree (trusted-services.md 5.1). */
static const uint8_t *manifest_of(uint64_t boot_info_va)
{
	const uint8_t *blob = (const uint8_t *)boot_info_va;
	uint32_t signature, offset;
	uint64_t address;

	memcpy(&signature, blob, 4);
	memcpy(&offset, blob + 20, 4);
	memcpy(&address, blob + offset + 24, 8);
	return signature == 0xffa && !(address & 7) ? (const uint8_t *)address : NULL;
}

uint64_t region_va(uint64_t boot_info_va, const char *name)
{
	const uint8_t *fdt = boot_info_va ? manifest_of(boot_info_va) : NULL;

	return fdt ? find(fdt, name) : 0;
}
