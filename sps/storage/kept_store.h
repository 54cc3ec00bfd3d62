/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A store whose assets outlive the run: each is one record of ffasim_sp_keep(), which is there
 * wholly or not at all, whenever the simulator is killed. It has no bound on the number of assets;
 * everything else is as in the real store. Nothing of it is kept in the SP's memory.
 *
 * A record that does not read back as it was written is STORAGE_FAILURE for whoever asks for it;
 * the others are not touched by that.
 */
#ifndef SPS_KEPT_STORE_H
#define SPS_KEPT_STORE_H

#include <stdbool.h>
#include "store.h"

struct ffasim_sp;

#define KEPT_HEAD_BYTES 40u

struct kept_store {
	struct store store; /* first */
	struct ffasim_sp *sp;
	uint8_t record[KEPT_HEAD_BYTES + ASSET_BYTES_MAX]; /* being read or written */
};

/* False: this run keeps nothing (no --state). */
bool kept_store_init(struct kept_store *k, struct ffasim_sp *sp);

#endif
