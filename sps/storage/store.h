/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the storage service asks of its back end (trusted-services.md 3.4). An asset belongs to an
 * owner, the FF-A id of whoever stored it; another owner's uid does not exist. Two back ends:
 * secure_flash.h, the store of the real SPs, in their memory and gone with them; kept_store.h,
 * files that outlive the run.
 *
 * What is the same for both is checked once, in storage.c: uid 0, flags, WRITE_ONCE, lengths.
 */
#ifndef SPS_STORE_H
#define SPS_STORE_H

#include "psa_store.h"

#define ASSET_BYTES_MAX 4096u

struct asset_id {
	uint64_t uid;
	uint16_t owner;
};

struct store;
struct store_ops {
	/* DOES_NOT_EXIST when there is none. */
	psa_status (*info)(struct store *s, struct asset_id id, struct psa_store_info *info);
	/* Makes an asset that is not there, with room for @capacity and @len bytes in it. */
	psa_status (*create)(struct store *s, struct asset_id id, uint32_t flags, size_t capacity,
			     const void *data, size_t len);
	/* Within an asset that is there: @len bytes at @offset, both inside its capacity. */
	psa_status (*write)(struct store *s, struct asset_id id, size_t offset, const void *data,
			    size_t len);
	/* @len bytes from @offset, both inside its size. */
	psa_status (*read)(struct store *s, struct asset_id id, size_t offset, void *data,
			   size_t len);
	psa_status (*remove)(struct store *s, struct asset_id id);
	/* The content as a whole, whether there was one or not. The real store removes the old one
	 * first, so that one which then does not fit is lost; a back end that can do better may. */
	psa_status (*replace)(struct store *s, struct asset_id id, uint32_t flags, const void *data,
			      size_t len);
};

/* Embedded first in a back end. */
struct store {
	const struct store_ops *ops;
};

#endif
