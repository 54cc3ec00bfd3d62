/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The crypto service between its encodings (packedc*.c, protobuf.c) and the functions of bytes
 * (prim.h): keys with owners, policies and lifetimes, contexts of multipart operations, and PSA's
 * rules of what is allowed when. Statuses follow Mbed TLS 3.6, the back end of real crypto SPs
 * (trusted-services.md 3.2).
 *
 * All state is in struct crypto, flat, in the SP's memory. Functions take the FF-A id of the
 * client: keys and contexts of others do not exist for it.
 *
 * Not modelled: what the encodings have no opcodes for (PAKE; PBKDF2, whose number of rounds cannot
 * be given), the prehashed forms of EdDSA, keys in other locations than the local one.
 */
#ifndef SPS_CRYPTO_H
#define SPS_CRYPTO_H

#include "its_client.h"
#include "prim.h"
#include "ts_service.h"

/* ---- keys (keys.c, keys_material.c, keys_store.c) ---- */
#define KEY_SLOTS 32	    /* of Mbed TLS */
#define KEY_BYTES_MAX 4096u /* larger ones are INSUFFICIENT_MEMORY */

struct key {
	bool used;
	uint16_t owner;
	uint64_t last_use; /* persistent keys leave their slot in this order */
	struct psa_attributes attr;
	uint32_t len;
	uint8_t data[KEY_BYTES_MAX];
};

/* ---- contexts of multipart operations (pool.c) ---- */
#define POOL_CONTEXTS 10
enum op_class { OP_HASH, OP_CIPHER, OP_MAC, OP_DERIVE, OP_AEAD, OP_CLASS_COUNT };

struct op_mac {
	uint32_t alg, type;
	uint32_t len; /* of the MAC, truncated */
	bool sign, hmac;
	union {
		struct prim_hmac h;
		struct prim_cmac c;
	};
};

struct op_cipher {
	uint32_t alg;
	struct prim_key key;
	bool encrypt, iv_set;
	uint8_t iv[16], stream[16], rest[16];
	uint32_t iv_len, num, rest_len;
};

struct op_aead {
	struct prim_aead a;
	bool encrypt, nonce_set, lengths_set, started, body;
	uint8_t nonce[64];
	uint32_t nonce_len;
	uint64_t ad_left, text_left;
};

enum derive_state { DERIVE_INIT, DERIVE_STARTED, DERIVE_SEEDED, DERIVE_KEYED, DERIVE_READY };
#define DERIVE_TEXT_BYTES 4096u /* info, or label and seed */

struct op_derive {
	uint32_t alg, kdf; /* alg: with the key agreement, if there is one */
	uint32_t hash;
	enum derive_state state;
	bool may_output_key, info_set, other_set;
	uint64_t capacity;
	union {
		struct prim_hmac extract; /* HKDF until the secret is there */
		struct {
			/* TLS 1.2: premaster secret, at its longest FFDH's and a PSK; HKDF: PRK;
			 * EC J-PAKE: x of the point. */
			uint8_t secret[PSA_AGREED_MAX_BYTES + 2 + 2 + 128];
			uint32_t secret_len;
		};
	};
	uint32_t label_len, seed_len; /* in text: label, then seed; info is a label */
	uint8_t a[PSA_HASH_MAX_BYTES], block[PSA_HASH_MAX_BYTES];
	uint32_t block_left, block_number;
	uint8_t text[DERIVE_TEXT_BYTES];
};

struct op {
	uint32_t handle; /* 0 = free */
	uint16_t owner;
	bool active; /* false: an error ended it, its place is still taken */
	uint64_t born;
	union {
		struct prim_hash hash;
		struct op_mac mac;
		struct op_cipher cipher;
		struct op_aead aead;
		struct op_derive *derive;
	};
};

struct pool {
	uint32_t last_handle;
	uint64_t births;
	struct op op[POOL_CONTEXTS];
};

#define SCRATCH_BYTES ((size_t)68 * 1024)

struct crypto {
	struct ts_host *host;
	struct prim_rng rng;
	struct its_client its;
	struct psa_store *store;
	bool listed_only; /* option algorithms (offered.c) */
	uint64_t uses;
	struct key key[KEY_SLOTS];
	struct pool pool[OP_CLASS_COUNT];
	struct op_derive derive[POOL_CONTEXTS];
	uint8_t scratch[SCRATCH_BYTES]; /* results, before they go where the client sees them */
	size_t unpacked_used;
	uint8_t unpacked[SCRATCH_BYTES + 4096]; /* a protobuf message */
};

/* Seeds and finds the store: ts_service.start of the packed-c service. The other encoding shares
 * its state. */
int crypto_start(struct ts_host *host, void *state);

/* ---- keys ---- */
psa_status key_generate(struct crypto *c, uint16_t owner, const struct psa_attributes *a,
			uint32_t *id);
psa_status key_import(struct crypto *c, uint16_t owner, const struct psa_attributes *a,
		      struct ts_span data, uint32_t *id);
psa_status key_copy(struct crypto *c, uint16_t owner, uint32_t source,
		    const struct psa_attributes *a, uint32_t *id);
psa_status key_destroy(struct crypto *c, uint16_t owner, uint32_t id);
psa_status key_purge(struct crypto *c, uint16_t owner, uint32_t id);
psa_status key_export(struct crypto *c, uint16_t owner, uint32_t id, uint8_t *out, size_t *len);
psa_status key_export_public(struct crypto *c, uint16_t owner, uint32_t id, uint8_t *out,
			     size_t *len);
psa_status key_attributes(struct crypto *c, uint16_t owner, uint32_t id, struct psa_attributes *a);

/* Loads a persistent key when it is in no slot. INVALID_HANDLE = there is none. */
psa_status key_get(struct crypto *c, uint16_t owner, uint32_t id, struct key **key);
/* Also looks whether its policy has @usage (NOT_PERMITTED) and @alg. */
psa_status key_get_for(struct crypto *c, uint16_t owner, uint32_t id, uint32_t usage, uint32_t alg,
		       struct key **key);
/* A new key in three steps: checks and takes a slot; the caller fills data and len; finishes, which
 * stores a persistent one. Whatever fails after the first step is undone by key_abandon(). */
psa_status key_begin(struct crypto *c, uint16_t owner, const struct psa_attributes *a,
		     struct key **key);
psa_status key_finish(struct crypto *c, struct key *key, uint32_t *id);
void key_abandon(struct key *key);
/* Looks at data and len of a key being made and fills in attr.bits (keys_material.c). */
psa_status key_accept(const struct crypto *c, struct key *key);
psa_status key_material_generate(struct crypto *c, struct key *key);
/* Whether keys of that type can have that many bits. */
psa_status key_bits_check(const struct crypto *c, uint32_t type, uint32_t bits);
/* Keys that are made of any bytes: how many, and what is put right in them then (parity of DES,
 * fixed bits of Montgomery curves). */
size_t key_string_bytes(uint32_t type, uint32_t bits);
void key_string_finish(struct key *key);
bool key_is_string(uint32_t type);
/* Public part of any asymmetric key. */
psa_status key_public(const struct key *key, uint8_t *out, size_t *len);
uint32_t key_family(const struct key *key);
/* Store (keys_store.c). */
psa_status key_store_save(struct crypto *c, const struct key *key);
psa_status key_store_load(struct crypto *c, struct key *key); /* owner and attr.id are set */
psa_status key_store_remove(struct crypto *c, uint16_t owner, uint32_t id);

/* ---- which algorithms this SP has (offered.c) ---- */
bool offered_alg(const struct crypto *c, uint32_t alg);
bool offered_type(const struct crypto *c, uint32_t type);

/* ---- policies (policy.c) ---- */
bool policy_valid(uint32_t usage);
bool policy_wildcard(uint32_t alg);
bool policy_permits(const struct key *key, uint32_t alg);
/* What both allow; false = nothing in common. */
bool policy_intersect(uint32_t type, uint32_t a, uint32_t b, uint32_t *both);
size_t mac_full_bytes(uint32_t type, uint32_t alg); /* 0 = not a MAC of ours */
size_t mac_bytes(uint32_t type, uint32_t alg);
bool alg_is_sign_hash(uint32_t alg);

/* ---- contexts ---- */
/* A fresh context; when all are taken, that of the oldest set up. */
struct op *pool_new(struct crypto *c, enum op_class class, uint16_t owner);
/* NULL: no such handle of this client and class. */
struct op *pool_find(struct crypto *c, enum op_class class, uint16_t owner, uint32_t handle);
/* The same, and the operation still goes on. */
struct op *pool_active(struct crypto *c, enum op_class class, uint16_t owner, uint32_t handle);
void pool_free(struct op *op);
/* Ends the operation on an error and passes that on. */
psa_status pool_fail(struct op *op, psa_status status);

/* ---- operations: a set up one is in @op ---- */
psa_status hash_setup(const struct crypto *c, struct op *op, uint32_t alg);

psa_status mac_setup(struct crypto *c, struct op *op, uint32_t key, uint32_t alg, bool sign);
void mac_charge(struct crypto *c, const struct op *op, size_t bytes);
void mac_update(struct op *op, struct ts_span data);
/* The truncated MAC. */
psa_status mac_finish(struct op *op, bool sign, uint8_t *out, size_t *len);

psa_status cipher_setup(struct crypto *c, struct op *op, uint32_t key, uint32_t alg, bool encrypt);
psa_status cipher_generate_iv(struct crypto *c, struct op *op, uint8_t *iv, size_t *len);
psa_status cipher_set_iv(struct op *op, struct ts_span iv);
psa_status cipher_update(struct op *op, struct ts_span in, uint8_t *out, size_t *len);
psa_status cipher_finish(struct op *op, uint8_t *out, size_t *len);

psa_status aead_setup(struct crypto *c, struct op *op, uint32_t key, uint32_t alg, bool encrypt);
psa_status aead_generate_nonce(struct crypto *c, struct op *op, uint8_t *nonce, size_t *len);
psa_status aead_set_nonce(struct op *op, struct ts_span nonce);
psa_status aead_set_lengths(struct op *op, uint32_t ad, uint32_t text);
psa_status aead_update_ad(struct op *op, struct ts_span data);
psa_status aead_update(struct op *op, struct ts_span in, uint8_t *out, size_t *len);
psa_status aead_finish(struct op *op, uint8_t *tag, size_t *len);
psa_status aead_verify(struct op *op, struct ts_span tag);

psa_status derive_setup(const struct crypto *c, struct op *op, uint32_t alg);
psa_status derive_set_capacity(struct op *op, uint64_t capacity);
psa_status derive_input_bytes(struct op *op, uint32_t step, struct ts_span data);
psa_status derive_input_key(struct crypto *c, struct op *op, uint32_t step, uint32_t key);
psa_status derive_agree(struct crypto *c, struct op *op, uint32_t step, uint32_t key,
			struct ts_span peer);
psa_status derive_output(struct op *op, uint8_t *out, size_t len);
psa_status derive_output_key(struct crypto *c, struct op *op, const struct psa_attributes *a,
			     uint32_t *id);

/* One-shot, asymmetric (asymmetric.c). */
struct asym {
	uint16_t owner;
	uint32_t key, alg;
	bool message; /* @in is a message, not a hash */
};
psa_status asym_sign(struct crypto *c, const struct asym *a, struct ts_span in, uint8_t *sig,
		     size_t *len);
psa_status asym_verify(struct crypto *c, const struct asym *a, struct ts_span in,
		       struct ts_span sig);
psa_status asym_crypt(struct crypto *c, const struct asym *a, bool encrypt, struct ts_span in,
		      struct ts_span salt, uint8_t *out, size_t *len);
psa_status asym_agree(struct crypto *c, const struct asym *a, struct ts_span peer, uint8_t *out,
		      size_t *len);

/* ---- costs (costs.c) ---- */
enum cost_kind { COST_GENERATE, COST_PRIVATE, COST_PUBLIC };
/* Charges an operation with a key of this type and size. */
void crypto_charge_key(struct crypto *c, enum cost_kind kind, uint32_t type, uint32_t bits);
/* Charges so many bytes through an algorithm, with a key of this type where that matters. */
void crypto_charge_bytes(struct crypto *c, uint32_t alg, uint32_t type, size_t bytes);

extern const struct ts_service crypto_packedc_service, crypto_protobuf_service;

#endif
