/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The "secure flash store" of the real ITS and PS, on 16 KiB of RAM (trusted-services.md 3.4): two
 * logical blocks for data, the first shortened by the metadata; ten file records; an asset never
 * spans blocks. Removing one moves what lies behind it in its block.
 *
 * Not modelled: the second copy of the metadata and the scratch block, which only matter when power
 * fails between two writes of a flash.
 */
#ifndef SPS_SECURE_FLASH_H
#define SPS_SECURE_FLASH_H

#include <stdbool.h>
#include "store.h"

#define FLASH_BLOCK_BYTES 4096u
#define FLASH_BLOCKS 2u
#define FLASH_FILES 10u
#define FLASH_METADATA_BYTES 536u /* 8 + 2 x 24 + 10 x 48 */

struct flash_file {
	bool used;
	uint8_t block;
	uint16_t offset, capacity, size;
	uint32_t flags;
	struct asset_id id;
};

struct secure_flash {
	struct store store; /* first */
	struct flash_file file[FLASH_FILES];
	uint16_t used[FLASH_BLOCKS]; /* bytes, from the block's start */
	uint8_t block[FLASH_BLOCKS][FLASH_BLOCK_BYTES];
};

/* @flash is zeroed. */
void secure_flash_init(struct secure_flash *flash);

#endif
