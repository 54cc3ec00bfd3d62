/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The block storage service (trusted-services.md 3.6): partitions of one disk, each for the first
 * client that opens it. GUIDs travel in EFI's mixed order, with their first three fields swapped
 * against the text.
 *
 * Inferred, because no source says it: who asks for a partition that another client has gets
 * NOT_PERMITTED; a closed partition stays reserved for its client; ERASE of no blocks succeeds. The
 * GUID of the disk itself is unknown and answered as zeros.
 */
#ifndef SPS_BLOCK_STORAGE_H
#define SPS_BLOCK_STORAGE_H

#include "block_disk.h"
#include "opcodes.h"
#include "ts_service.h"

#define BLOCK_PARTITIONS_MAX 8u /* handles are indices below it */

struct block_client {
	bool known, open;
	uint16_t owner; /* when known */
};

struct block_storage {
	struct block_disk disk;
	struct block_client client[BLOCK_PARTITIONS_MAX];
};

extern const struct ts_service block_storage_service; /* state: struct block_storage */

#endif
