/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The crypto service without SP and machine: requests are built, served and looked at in place.
 * Persistent keys go to a store in memory that can be told to fail.
 */
#ifndef TESTS_CRYPTO_DIRECT_H
#define TESTS_CRYPTO_DIRECT_H

#include "crypto.h"
#include "packedc.h"
#include "ram_store.h"

#define PAGE_BYTES 8192

extern uint8_t page[PAGE_BYTES]; /* request, then response */
extern size_t answer_len;
extern uint16_t client; /* FF-A id of whoever asks */
extern int32_t rpc;	/* RPC status of the last call */
extern struct crypto *crypto;

void direct_open(void);
void direct_close(void);
/* What a restart of the SP leaves: the store. */
void direct_restart(void);
extern struct ram_store store;

void begin(void);
void w32(uint32_t value);
void tlv(uint16_t tag, const void *data, size_t len);
void raw(const void *data, size_t len);
/* Service status; RPC failures read as -1000 and their code, which no status is. */
int32_t go(uint16_t opcode);
int32_t go_protobuf(uint16_t opcode);
/* The response: a word, a record. */
uint32_t out_word(void);
const uint8_t *out_tlv(uint16_t tag, size_t *len);
#define RPC_FAILED(code) (-1000 + (code))

/* Short forms. */
int32_t import_key(uint32_t type, uint32_t bits, uint32_t usage, uint32_t alg, const void *data,
		   size_t len, uint32_t *id);
int32_t generate_key(uint32_t type, uint32_t bits, uint32_t usage, uint32_t alg, uint32_t *id);
void attributes(uint32_t type, uint32_t bits, uint32_t lifetime, uint32_t id, uint32_t usage,
		uint32_t alg);
int32_t words(uint16_t opcode, unsigned count, ...);
int32_t with_data(uint16_t opcode, uint32_t handle, const void *data, size_t len);
int32_t sign(uint16_t opcode, uint32_t key, uint32_t alg, const void *data, size_t len);
int32_t verify(uint16_t opcode, uint32_t key, uint32_t alg, const void *data, size_t len,
	       const void *sig, size_t sig_len);
int32_t derive_input(uint32_t handle, uint32_t step, const void *data, size_t len);
int32_t agree(uint32_t alg, uint32_t key, const void *peer, size_t len);
/* The secret of a derivation, from an agreement. */
int32_t derive_input_agreed(uint32_t handle, uint32_t key, const void *peer, size_t len);
/* A context that must be had; @second is the algorithm where @first is a key. */
uint32_t set_up_op(uint16_t opcode, uint32_t first, uint32_t second);
/* The one word of an answer that must be a success. */
uint32_t ok_word(int32_t status);
void assert_answer(uint16_t tag, const char *want_hex);

#define P256 (PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_SECP_R1)
#define ECDSA_256 (PSA_ALG_ECDSA | 9)
#define DET_256 (PSA_ALG_DETERMINISTIC_ECDSA | 9)
#define HKDF_256 (PSA_ALG_HKDF | 9)
#define HMAC_256 (PSA_ALG_HMAC | 9)
#define SIGN_VERIFY (PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_VERIFY_HASH)
#define CRYPT (PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT)

/* A test with a service of its own. */
int direct_set_up(void **state);
int direct_tear_down(void **state);
#define DIRECT_TEST(f) cmocka_unit_test_setup_teardown(f, direct_set_up, direct_tear_down)

/* Bytes of a hex string, blanks allowed; in a ring of buffers. */
const uint8_t *hex(const char *text, size_t *len);

#endif
