/* SPDX-License-Identifier: BSD-3-Clause */
/* A psa_store in memory, for tests: full when its assets are, and broken when it is told to be. */
#ifndef TESTS_RAM_STORE_H
#define TESTS_RAM_STORE_H

#include "psa_store.h"

struct ram_asset {
	uint64_t uid; /* 0 = free */
	size_t len;
	uint8_t data[4096];
};

struct ram_store {
	struct psa_store store; /* first */
	psa_status fails;	/* what every access gets; 0 = it works */
	struct ram_asset *asset;
	unsigned count;
};

/* @asset is the caller's, zeroed. */
void ram_store_init(struct ram_store *s, struct ram_asset *asset, unsigned count);
unsigned ram_store_used(const struct ram_store *s);

#endif
