/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where an SP keeps what must outlive it: PSA storage as a table of functions. Behind it is the ITS
 * or PS service of another SP (its_client.h), a store in the same SP, or nothing (psa_store_null).
 * Statuses are those of the storage service (trusted-services.md 3.4).
 */
#ifndef SPS_PSA_STORE_H
#define SPS_PSA_STORE_H

#include <stddef.h>
#include "psa_status.h"

/* Create flags. */
enum {
	PSA_STORE_WRITE_ONCE = 1,
	PSA_STORE_NO_CONFIDENTIALITY = 2,
	PSA_STORE_NO_REPLAY_PROTECTION = 4,
};

struct psa_store_info {
	uint64_t capacity, size;
	uint32_t flags;
};

struct psa_store;
struct psa_store_ops {
	const char *name;
	psa_status (*set)(struct psa_store *s, uint64_t uid, const void *data, size_t len,
			  uint32_t flags);
	/* Up to @room bytes from @offset on; *len says how many. */
	psa_status (*get)(struct psa_store *s, uint64_t uid, uint64_t offset, void *data,
			  size_t room, size_t *len);
	psa_status (*get_info)(struct psa_store *s, uint64_t uid, struct psa_store_info *info);
	psa_status (*remove)(struct psa_store *s, uint64_t uid);
};

/* Embedded in the state of whoever implements it. */
struct psa_store {
	const struct psa_store_ops *ops;
};

/* Nobody keeps anything: every function answers PSA_ERROR_STORAGE_FAILURE. */
extern const struct psa_store_ops psa_store_null;

#endif
