/* SPDX-License-Identifier: BSD-3-Clause */
/* The crypto service comes up: randomness of the run, and the store for persistent keys. */
#include "crypto.h"

int crypto_start(struct ts_host *host, void *state)
{
	struct crypto *c = state;

	c->host = host;
	c->its.store.ops = &psa_store_null;
	c->store = &c->its.store;
	if (!prim_init())
		return -1;
	if (!host->l.sp) /* a test without a machine */
		return 0;
	ffasim_sp_entropy(host->l.sp, c->rng.key, sizeof(c->rng.key));
	its_client_open(&c->its, &host->l); /* without one only volatile keys work */
	return 0;
}
