/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The storage service: one provider for the UUIDs of ITS and PS (trusted-services.md 3.4), so that
 * an SP hosts either or, with a state for each, both.
 */
#ifndef SPS_STORAGE_H
#define SPS_STORAGE_H

#include "kept_store.h"
#include "secure_flash.h"
#include "ts_service.h"

struct storage {
	struct store *store; /* one of these */
	struct secure_flash flash;
	struct kept_store kept;
};

extern const struct ts_service its_service, ps_service; /* state: struct storage */

/* The main function of an SP with one of them. */
struct storage_sp {
	struct ts_host host;
	struct storage storage;
};
_Noreturn void storage_sp_run(struct ffasim_sp *sp, const struct ts_image *image);

#endif
