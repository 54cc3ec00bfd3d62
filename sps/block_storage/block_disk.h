/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The reference RAM disk of the block storage service (trusted-services.md 3.6): 200 blocks of 256
 * bytes, erased to 0xff, in the SP's memory. With --state each block that was written is a record
 * of its own (ffasim_sp_keep()): a write of a block happens wholly or not at all, an erase of many
 * blocks can be cut off between two of them, as on a real device. A record of the wrong length is a
 * bad block: it cannot be read, and is good again once it is erased.
 */
#ifndef SPS_BLOCK_DISK_H
#define SPS_BLOCK_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include "psa_status.h"

#define DISK_BLOCKS 200u
#define DISK_BLOCK_BYTES 256u

struct ffasim_sp;

struct block_disk {
	struct ffasim_sp *sp; /* NULL: nothing is kept */
	bool bad[DISK_BLOCKS];
	uint8_t block[DISK_BLOCKS][DISK_BLOCK_BYTES];
};

/* @sp may be NULL. */
void block_disk_init(struct block_disk *d, struct ffasim_sp *sp);
/* All: block and range exist. STORAGE_FAILURE or INSUFFICIENT_STORAGE when the record fails. */
psa_status block_disk_read(const struct block_disk *d, unsigned block, size_t offset, void *data,
			   size_t len);
psa_status block_disk_write(struct block_disk *d, unsigned block, size_t offset, const void *data,
			    size_t len);
psa_status block_disk_erase(struct block_disk *d, unsigned block);

#endif
