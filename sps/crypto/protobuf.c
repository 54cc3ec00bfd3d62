/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The protobuf encoding of the crypto service (trusted-services.md 3.3): twelve opcodes, by
 * protobuf-c. What it unpacks goes into the SP's own memory, not onto the host's heap: a call may
 * be preempted and never end.
 */
#include <string.h>

#include "crypto.h"
#include "crypto.pb-c.h"
#include "packedc.h"

/* ---- memory: taken from the front, given back all at once ---- */
static void *take(void *ctx, size_t len)
{
	struct crypto *c = ctx;
	const size_t at = c->unpacked_used;

	len = (len + 15) & ~(size_t)15;
	if (len > sizeof(c->unpacked) - at)
		return NULL;
	c->unpacked_used += len;
	return c->unpacked + at;
}

static void give_back(void *ctx, void *p) {}

static void *unpack(struct ts_call *call, const ProtobufCMessageDescriptor *type)
{
	ProtobufCAllocator memory = {take, give_back, call->state};
	struct crypto *c = call->state;

	c->unpacked_used = 0;
	return protobuf_c_message_unpack(type, &memory, ts_left(&call->in), call->in.at);
}

static int32_t answer(struct ts_call *call, psa_status status, const ProtobufCMessage *message)
{
	const size_t len = status ? 0 : protobuf_c_message_get_packed_size(message);
	uint8_t *to;

	if (status)
		return ts_done(call, status);
	to = ts_put_room(&call->out, len);
	if (to)
		protobuf_c_message_pack(message, to);
	return ts_answered(call, PSA_SUCCESS);
}

static int32_t answer_id(struct ts_call *call, psa_status status, const uint32_t *id)
{
	CryptoPb__KeyId out = CRYPTO_PB__KEY_ID__INIT;

	out.id = *id;
	return answer(call, status, &out.base);
}

static int32_t answer_scratch(struct ts_call *call, psa_status status, const size_t *len)
{
	CryptoPb__BytesOut out = CRYPTO_PB__BYTES_OUT__INIT;
	struct crypto *c = call->state;

	out.data = (ProtobufCBinaryData){*len, c->scratch};
	return answer(call, status, &out.base);
}

static struct ts_span span(ProtobufCBinaryData b)
{
	return (struct ts_span){b.data, b.len};
}

/* ---- keys ---- */

static bool attributes(const CryptoPb__AttributesIn *in, struct psa_attributes *a)
{
	const CryptoPb__KeyAttributes *from = in ? in->attributes : NULL;

	if (!from)
		return false;
	*a = (struct psa_attributes){.type = from->type,
				     .bits = from->key_bits,
				     .lifetime = from->lifetime,
				     .id = from->id};
	if (from->policy) {
		a->usage = from->policy->usage;
		a->alg = from->policy->alg;
	}
	return true;
}

static int32_t generate_key(struct ts_call *call)
{
	struct psa_attributes a;
	uint32_t id = 0;

	if (!attributes(unpack(call, &crypto_pb__attributes_in__descriptor), &a))
		return RPC_ERROR_INVALID_REQUEST_BODY;
	return answer_id(call, key_generate(call->state, call->owner, &a, &id), &id);
}

static int32_t import_key(struct ts_call *call)
{
	const CryptoPb__AttributesIn *in = unpack(call, &crypto_pb__attributes_in__descriptor);
	struct psa_attributes a;
	uint32_t id = 0;

	if (!attributes(in, &a))
		return RPC_ERROR_INVALID_REQUEST_BODY;
	return answer_id(call, key_import(call->state, call->owner, &a, span(in->data), &id), &id);
}

static const CryptoPb__KeyId *key_id(struct ts_call *call)
{
	return unpack(call, &crypto_pb__key_id__descriptor);
}

static int32_t destroy_key(struct ts_call *call)
{
	const CryptoPb__KeyId *in = key_id(call);

	if (!in)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	return ts_done(call, key_destroy(call->state, call->owner, in->id));
}

static int32_t export_any(struct ts_call *call)
{
	const CryptoPb__KeyId *in = key_id(call);
	struct crypto *c = call->state;
	size_t len = sizeof(c->scratch);
	psa_status status;

	if (!in)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	if (call->opcode == CRYPTO_EXPORT_KEY)
		status = key_export(c, call->owner, in->id, c->scratch, &len);
	else
		status = key_export_public(c, call->owner, in->id, c->scratch, &len);
	return answer_scratch(call, status, &len);
}

/* ---- asymmetric ---- */

static const CryptoPb__KeyAndBytes *key_and_bytes(struct ts_call *call, bool message,
						  struct asym *a)
{
	const CryptoPb__KeyAndBytes *in = unpack(call, &crypto_pb__key_and_bytes__descriptor);

	if (in)
		*a = (struct asym){call->owner, in->id, in->alg, message};
	return in;
}

static int32_t sign(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct asym a;
	const CryptoPb__KeyAndBytes *in =
		key_and_bytes(call, call->opcode == CRYPTO_SIGN_MESSAGE, &a);
	size_t len = sizeof(c->scratch);

	if (!in || in->input.len > CRYPTO_SIGNED_BYTES_MAX)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	return answer_scratch(call, asym_sign(c, &a, span(in->input), c->scratch, &len), &len);
}

static int32_t verify(struct ts_call *call)
{
	struct asym a;
	const CryptoPb__KeyAndBytes *in =
		key_and_bytes(call, call->opcode == CRYPTO_VERIFY_MESSAGE, &a);

	if (!in || in->input.len > CRYPTO_SIGNED_BYTES_MAX ||
	    in->more.len > CRYPTO_SIGNATURE_BYTES_MAX)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	return ts_done(call, asym_verify(call->state, &a, span(in->input), span(in->more)));
}

static int32_t asymmetric_crypt(struct ts_call *call)
{
	struct crypto *c = call->state;
	struct asym a;
	const CryptoPb__KeyAndBytes *in = key_and_bytes(call, false, &a);
	size_t len = sizeof(c->scratch);
	psa_status status;

	if (!in)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	status = asym_crypt(c, &a, call->opcode == CRYPTO_ASYMMETRIC_ENCRYPT, span(in->input),
			    span(in->more), c->scratch, &len);
	return answer_scratch(call, status, &len);
}

static int32_t generate_random(struct ts_call *call)
{
	const CryptoPb__GenerateRandomIn *in =
		unpack(call, &crypto_pb__generate_random_in__descriptor);
	struct crypto *c = call->state;
	size_t size;

	if (!in)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	if (in->size > sizeof(c->scratch))
		return RPC_ERROR_RESOURCE_FAILURE;
	size = in->size;
	crypto_charge_bytes(c, PSA_ALG_SHA_256, 0, size);
	prim_random(&c->rng, c->scratch, size);
	return answer_scratch(call, PSA_SUCCESS, &size);
}

#define BASE 4000, 2000
static const struct ts_op ops[] = {
	{CRYPTO_GENERATE_KEY, 0, generate_key, "generate_key", BASE},
	{CRYPTO_DESTROY_KEY, 0, destroy_key, "destroy_key", BASE},
	{CRYPTO_EXPORT_KEY, 0, export_any, "export_key", BASE},
	{CRYPTO_EXPORT_PUBLIC_KEY, 0, export_any, "export_public_key", BASE},
	{CRYPTO_IMPORT_KEY, 0, import_key, "import_key", BASE},
	{CRYPTO_SIGN_HASH, 0, sign, "sign_hash", BASE},
	{CRYPTO_VERIFY_HASH, 0, verify, "verify_hash", BASE},
	{CRYPTO_ASYMMETRIC_DECRYPT, 0, asymmetric_crypt, "asymmetric_decrypt", BASE},
	{CRYPTO_ASYMMETRIC_ENCRYPT, 0, asymmetric_crypt, "asymmetric_encrypt", BASE},
	{CRYPTO_GENERATE_RANDOM, 0, generate_random, "generate_random", BASE},
	{CRYPTO_SIGN_MESSAGE, 0, sign, "sign_message", BASE},
	{CRYPTO_VERIFY_MESSAGE, 0, verify, "verify_message", BASE},
};

const struct ts_service crypto_protobuf_service = {
	.name = "crypto-protobuf",
	.uuid = CRYPTO_PROTOBUF_UUID,
	.ops = ops,
	.op_count = sizeof(ops) / sizeof(ops[0]),
};
