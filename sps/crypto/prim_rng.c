/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Randomness: SHA-256 over key and counter, block by block. OpenSSL gets the same bytes through a
 * provider with one random generator, which replaces the usual one in a library context of ours.
 * The generator whose turn it is, is a pointer that is valid during one call only.
 */
#include "prim.h"

#include <string.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#define MAX_REQUEST 65536u
#define STRENGTH 256u

static OSSL_LIB_CTX *libctx; /* of the process; holds nothing of a machine */
static struct prim_rng *current;

void prim_random(struct prim_rng *rng, void *out, size_t len)
{
	uint8_t block[PSA_HASH_MAX_BYTES], *to = out;

	while (len) {
		const size_t n = len < 32 ? len : 32;
		struct prim_hash h;

		prim_hash_init(&h, PSA_ALG_SHA_256);
		prim_hash_update(&h, rng->key, sizeof(rng->key));
		prim_hash_update(&h, &rng->counter, sizeof(rng->counter));
		prim_hash_final(&h, block);
		rng->counter++;
		memcpy(to, block, n);
		to += n;
		len -= n;
	}
}

void *prim_libctx(struct prim_rng *rng)
{
	current = rng;
	return libctx;
}

/* The generator has no state of its own; its context is its state for OpenSSL. */
struct generator {
	int state;
};

static void *gen_new(void *prov, void *parent, const OSSL_DISPATCH *parent_calls)
{
	struct generator *g = OPENSSL_zalloc(sizeof(*g));

	if (g)
		g->state = EVP_RAND_STATE_UNINITIALISED;
	return g;
}

static void gen_free(void *g)
{
	OPENSSL_free(g);
}

static int gen_instantiate(void *vg, unsigned strength, int prediction, const unsigned char *text,
			   size_t len, const OSSL_PARAM params[])
{
	((struct generator *)vg)->state = EVP_RAND_STATE_READY;
	return 1;
}

static int gen_uninstantiate(void *vg)
{
	((struct generator *)vg)->state = EVP_RAND_STATE_UNINITIALISED;
	return 1;
}

static int gen_generate(void *vg, unsigned char *out, size_t len, unsigned strength, int prediction,
			const unsigned char *more, size_t more_len)
{
	if (!current)
		return 0;
	prim_random(current, out, len);
	return 1;
}

static int gen_lock(void *vg)
{
	return 1;
}

static void gen_unlock(void *vg) {}

static const OSSL_PARAM *gen_gettable(void *vg, void *prov)
{
	static const OSSL_PARAM known[] = {
		OSSL_PARAM_int(OSSL_RAND_PARAM_STATE, NULL),
		OSSL_PARAM_uint(OSSL_RAND_PARAM_STRENGTH, NULL),
		OSSL_PARAM_size_t(OSSL_RAND_PARAM_MAX_REQUEST, NULL),
		OSSL_PARAM_END,
	};

	return known;
}

static int gen_get(void *vg, OSSL_PARAM params[])
{
	const struct generator *g = vg;
	OSSL_PARAM *p;

	p = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_STATE);
	if (p && !OSSL_PARAM_set_int(p, g->state))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_STRENGTH);
	if (p && !OSSL_PARAM_set_uint(p, STRENGTH))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_MAX_REQUEST);
	return !p || OSSL_PARAM_set_size_t(p, MAX_REQUEST);
}

#define ROW(id, function)                                                                          \
	{                                                                                          \
		id, (void (*)(void))(function)                                                     \
	}
static const OSSL_DISPATCH generator_calls[] = {
	ROW(OSSL_FUNC_RAND_NEWCTX, gen_new),
	ROW(OSSL_FUNC_RAND_FREECTX, gen_free),
	ROW(OSSL_FUNC_RAND_INSTANTIATE, gen_instantiate),
	ROW(OSSL_FUNC_RAND_UNINSTANTIATE, gen_uninstantiate),
	ROW(OSSL_FUNC_RAND_GENERATE, gen_generate),
	ROW(OSSL_FUNC_RAND_ENABLE_LOCKING, gen_lock),
	ROW(OSSL_FUNC_RAND_LOCK, gen_lock),
	ROW(OSSL_FUNC_RAND_UNLOCK, gen_unlock),
	ROW(OSSL_FUNC_RAND_GETTABLE_CTX_PARAMS, gen_gettable),
	ROW(OSSL_FUNC_RAND_GET_CTX_PARAMS, gen_get),
	{0, NULL},
};
static const OSSL_ALGORITHM generators[] = {
	{"ffasim", "provider=ffasim", generator_calls, "the run's seed"},
	{NULL, NULL, NULL, NULL},
};

static const OSSL_ALGORITHM *query(void *prov, int operation, int *no_cache)
{
	*no_cache = 0;
	return operation == OSSL_OP_RAND ? generators : NULL;
}

static int provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
			 const OSSL_DISPATCH **out, void **ctx)
{
	static const OSSL_DISPATCH calls[] = {
		ROW(OSSL_FUNC_PROVIDER_QUERY_OPERATION, query),
		{0, NULL},
	};

	*out = calls;
	*ctx = (void *)handle; /* nothing of its own, but NULL means failure */
	return 1;
}

/* Ciphers that are made from the library context in every call, where nobody can do without. */
static bool ciphers_there(void)
{
	static const char *const names[] = {"ARIA-128-ECB", "CAMELLIA-128-ECB", "ChaCha20"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		EVP_CIPHER *c = EVP_CIPHER_fetch(libctx, names[i], NULL);

		if (!c)
			return false;
		EVP_CIPHER_free(c);
	}
	return true;
}

bool prim_init(void)
{
	static struct prim_rng warm_up;
	uint8_t bytes[8];

	if (libctx)
		return true;
	libctx = OSSL_LIB_CTX_new();
	if (!libctx || !OSSL_PROVIDER_add_builtin(libctx, "ffasim", provider_init) ||
	    !OSSL_PROVIDER_load(libctx, "default") || !OSSL_PROVIDER_load(libctx, "ffasim") ||
	    !RAND_set_DRBG_type(libctx, "ffasim", NULL, NULL, NULL) || !ciphers_there())
		goto fail;
	/* What OpenSSL makes once and keeps is made now, not in the middle of a run. */
	current = &warm_up;
	if (RAND_bytes_ex(libctx, bytes, sizeof(bytes), 0) <= 0 ||
	    RAND_priv_bytes_ex(libctx, bytes, sizeof(bytes), 0) <= 0)
		goto fail;
	current = NULL;
	return true;
fail:
	OSSL_LIB_CTX_free(libctx);
	libctx = NULL;
	return false;
}
