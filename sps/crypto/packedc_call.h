/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the handlers of the packed-c encoding have in common: reading a request's words and records,
 * answering, and the context that a request names.
 */
#ifndef SPS_CRYPTO_PACKEDC_CALL_H
#define SPS_CRYPTO_PACKEDC_CALL_H

#include "crypto.h"
#include "packedc.h"

/* ---- reading ---- */
static inline uint32_t pc_word(struct ts_call *call)
{
	uint32_t value = 0;

	ts_get_u32(&call->in, &value); /* present: the row's fixed length says so */
	return value;
}

/* A missing record counts as empty. */
static inline struct ts_span pc_record(struct ts_call *call, uint16_t tag)
{
	struct ts_span value;

	ts_tlv_find(&call->in, tag, &value);
	return value;
}

struct psa_attributes pc_attributes(struct ts_call *call);

/* ---- answering ---- */
/* Success carries one word. */
int32_t pc_answer_word(struct ts_call *call, psa_status status, const uint32_t *value);
/* Success carries @len bytes that lie in scratch. */
int32_t pc_answer_scratch(struct ts_call *call, psa_status status, const size_t *len);

/* ---- handlers of keys and one-shot operations (packedc_keys.c) ---- */
typedef int32_t pc_handler(struct ts_call *call);
extern pc_handler pc_generate_key, pc_import_key, pc_destroy_key, pc_purge_key, pc_copy_key,
	pc_export_key, pc_export_public_key, pc_get_key_attributes;
extern pc_handler pc_sign, pc_verify, pc_asymmetric_crypt, pc_raw_agreement, pc_generate_random,
	pc_verify_pkcs7, pc_uefi_fingerprint;

/* ---- handlers of multipart operations ---- */
/* The first word of the request was a handle, @op is what it names; it goes on still. */
typedef int32_t pc_op_handler(struct ts_call *call, struct crypto *c, struct op *op);
/* One that sets @op up, which is fresh. */
typedef psa_status pc_setup(struct ts_call *call, struct crypto *c, struct op *op);

/* A class of operations: the upper half of an opcode; the lower half is an index into these. */
#define PC_OPS_MAX 0x0b
struct pc_class {
	enum op_class class;
	pc_setup *setup[PC_OPS_MAX];
	pc_op_handler *on[PC_OPS_MAX];
};
extern const struct pc_class pc_hash, pc_cipher, pc_derive, pc_mac, pc_aead;

/* A finish that succeeds ends the context; one that fails leaves it where it is. */
static inline psa_status pc_over(struct op *op, psa_status status)
{
	if (!status)
		pool_free(op);
	return status;
}

#endif
