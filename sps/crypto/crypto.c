/* SPDX-License-Identifier: BSD-3-Clause */
/* The crypto service comes up: randomness of the run, and the store for persistent keys. */
#include "crypto.h"

#include <string.h>

/* The other way round a typing error would go unnoticed: no algorithm would be missing. */
static bool read_options(struct crypto *c)
{
	const char *algorithms = ffasim_sp_option(c->host->l.sp, "algorithms");

	c->listed_only = algorithms && !strcmp(algorithms, "listed");
	if (!algorithms || c->listed_only || !strcmp(algorithms, "all"))
		return true;
	libsp_trace(&c->host->l, "algorithms: %s: all or listed", algorithms);
	return false;
}

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
	if (!read_options(c))
		return -1;
	ffasim_sp_entropy(host->l.sp, c->rng.key, sizeof(c->rng.key));
	its_client_open(&c->its, &host->l); /* without one only volatile keys work */
	return 0;
}
