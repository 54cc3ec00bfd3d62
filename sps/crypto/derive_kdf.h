/* SPDX-License-Identifier: BSD-3-Clause */
/* The key derivation functions as a table: what each takes in, and how it makes the next block. */
#ifndef SPS_CRYPTO_DERIVE_KDF_H
#define SPS_CRYPTO_DERIVE_KDF_H

#include "crypto.h"

struct derive_kdf {
	uint32_t alg; /* without its hash */
	bool (*hash_fits)(uint32_t hash);
	uint32_t blocks_max; /* capacity, in hashes */
	psa_status (*input)(struct op_derive *d, uint32_t step, struct ts_span data);
	bool (*ready)(const struct op_derive *d);
	/* Fills d->block. */
	void (*next)(struct op_derive *d);
};
extern const struct derive_kdf kdf_hkdf, kdf_hkdf_extract, kdf_hkdf_expand; /* derive_hkdf.c */
extern const struct derive_kdf kdf_tls_prf, kdf_tls_psk, kdf_tls_ecjpake;   /* derive_tls.c */

/* Adds to d->text, behind what is there; the caller counts it as label or seed. */
psa_status derive_add_text(struct op_derive *d, struct ts_span data);

#endif
