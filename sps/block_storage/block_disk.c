/* SPDX-License-Identifier: BSD-3-Clause */
/* The disk of block_disk.h. */
#include "block_disk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ffasim/partition.h"

#define ERASED 0xff
#define NAME_BYTES 16u

static const char *name_of(unsigned block, char name[NAME_BYTES])
{
	snprintf(name, NAME_BYTES, "block-%03u", block);
	return name;
}

static psa_status status_of(int err)
{
	return !err						   ? PSA_SUCCESS
	       : err == -ENOSPC || err == -EDQUOT || err == -EFBIG ? PSA_ERROR_INSUFFICIENT_STORAGE
								   : PSA_ERROR_STORAGE_FAILURE;
}

void block_disk_init(struct block_disk *d, struct ffasim_sp *sp)
{
	char name[NAME_BYTES];
	size_t len;

	memset(d->block, ERASED, sizeof(d->block));
	for (unsigned b = 0; sp && b < DISK_BLOCKS; b++) {
		const int err =
			ffasim_sp_kept(sp, name_of(b, name), d->block[b], DISK_BLOCK_BYTES, &len);

		if (err == -ENOSYS)
			return;
		d->sp = sp;
		d->bad[b] = err ? err != -ENOENT : len != DISK_BLOCK_BYTES;
	}
}

psa_status block_disk_read(const struct block_disk *d, unsigned block, size_t offset, void *data,
			   size_t len)
{
	if (d->bad[block])
		return PSA_ERROR_STORAGE_FAILURE;
	if (len)
		memcpy(data, d->block[block] + offset, len);
	return PSA_SUCCESS;
}

psa_status block_disk_write(struct block_disk *d, unsigned block, size_t offset, const void *data,
			    size_t len)
{
	uint8_t content[DISK_BLOCK_BYTES];
	char name[NAME_BYTES];
	psa_status status = PSA_SUCCESS;

	if (d->bad[block])
		return PSA_ERROR_STORAGE_FAILURE;
	memcpy(content, d->block[block], sizeof(content));
	if (len)
		memcpy(content + offset, data, len);
	if (d->sp)
		status = status_of(
			ffasim_sp_keep(d->sp, name_of(block, name), content, sizeof(content)));
	if (!status)
		memcpy(d->block[block], content, sizeof(content));
	return status;
}

psa_status block_disk_erase(struct block_disk *d, unsigned block)
{
	char name[NAME_BYTES];
	int err = 0;

	if (d->sp)
		err = ffasim_sp_forget(d->sp, name_of(block, name));
	if (err && err != -ENOENT)
		return status_of(err);
	d->bad[block] = false;
	memset(d->block[block], ERASED, DISK_BLOCK_BYTES);
	return PSA_SUCCESS;
}
