/* SPDX-License-Identifier: BSD-3-Clause */
/* Cipher operations: block ciphers in the modes of PSA (DES in CBC and ECB only), ChaCha20. */
#include "crypto.h"

#include <string.h>

enum shape { SHAPE_NONE, SHAPE_STREAM, SHAPE_CHACHA20, SHAPE_ECB, SHAPE_CBC, SHAPE_CBC_PKCS7 };

static enum shape shape_of(uint32_t alg)
{
	switch (alg) {
	case PSA_ALG_CTR:
	case PSA_ALG_CFB:
	case PSA_ALG_OFB:
	case PSA_ALG_CCM_STAR_NO_TAG:
		return SHAPE_STREAM;
	case PSA_ALG_STREAM_CIPHER:
		return SHAPE_CHACHA20;
	case PSA_ALG_ECB_NO_PADDING:
		return SHAPE_ECB;
	case PSA_ALG_CBC_NO_PADDING:
		return SHAPE_CBC;
	case PSA_ALG_CBC_PKCS7:
		return SHAPE_CBC_PKCS7;
	default:
		return SHAPE_NONE;
	}
}

static bool streams(const struct op_cipher *o)
{
	return shape_of(o->alg) == SHAPE_STREAM || shape_of(o->alg) == SHAPE_CHACHA20;
}

static bool fits(uint32_t alg, uint32_t type)
{
	switch (shape_of(alg)) {
	case SHAPE_NONE:
		return false;
	case SHAPE_CHACHA20:
		return type == PSA_KEY_TYPE_CHACHA20;
	case SHAPE_STREAM:
		return prim_block_bytes(type) == 16;
	default:
		return prim_block_bytes(type) != 0;
	}
}

static uint32_t iv_bytes(uint32_t alg, uint32_t type)
{
	switch (shape_of(alg)) {
	case SHAPE_ECB:
		return 0;
	case SHAPE_CHACHA20:
		return 12;
	default:
		return alg == PSA_ALG_CCM_STAR_NO_TAG ? 13 : (uint32_t)prim_block_bytes(type);
	}
}

psa_status cipher_setup(struct crypto *c, struct op *op, uint32_t key, uint32_t alg, bool encrypt)
{
	struct op_cipher *o = &op->cipher;
	struct key *k;
	psa_status status;

	if (!psa_alg_is(alg, PSA_CATEGORY_CIPHER))
		return PSA_ERROR_INVALID_ARGUMENT;
	status = key_get_for(c, op->owner, key,
			     encrypt ? PSA_KEY_USAGE_ENCRYPT : PSA_KEY_USAGE_DECRYPT, alg, &k);
	if (status)
		return status;
	if (!fits(alg, k->attr.type) || !offered_alg(c, alg))
		return PSA_ERROR_NOT_SUPPORTED;
	o->alg = alg;
	o->encrypt = encrypt;
	o->key = (struct prim_key){.type = k->attr.type, .len = k->len};
	memcpy(o->key.bytes, k->data, k->len);
	o->iv_len = iv_bytes(alg, k->attr.type);
	return PSA_SUCCESS;
}

/* Where the IV goes in what the mode counts up: CCM* has its flags before it and a counter from 1
 * behind it (SP 800-38C A.3), ChaCha20 a counter from 0 before it. */
static void take_iv(struct op_cipher *o, const uint8_t *iv)
{
	memset(o->iv, 0, sizeof(o->iv));
	if (o->alg == PSA_ALG_CCM_STAR_NO_TAG) {
		o->iv[0] = 1;
		memcpy(o->iv + 1, iv, 13);
		o->iv[15] = 1;
	} else {
		memcpy(o->iv + (shape_of(o->alg) == SHAPE_CHACHA20 ? 4 : 0), iv, o->iv_len);
	}
	o->iv_set = true;
}

psa_status cipher_generate_iv(struct crypto *c, struct op *op, uint8_t *iv, size_t *len)
{
	struct op_cipher *o = &op->cipher;

	if (o->iv_set || !o->iv_len)
		return pool_fail(op, PSA_ERROR_BAD_STATE);
	if (*len < o->iv_len)
		return pool_fail(op, PSA_ERROR_BUFFER_TOO_SMALL);
	prim_random(&c->rng, iv, o->iv_len);
	*len = o->iv_len;
	take_iv(o, iv);
	return PSA_SUCCESS;
}

psa_status cipher_set_iv(struct op *op, struct ts_span iv)
{
	struct op_cipher *o = &op->cipher;

	if (o->iv_set || !o->iv_len)
		return pool_fail(op, PSA_ERROR_BAD_STATE);
	if (iv.len != o->iv_len)
		return pool_fail(op, PSA_ERROR_INVALID_ARGUMENT);
	take_iv(o, iv.data);
	return PSA_SUCCESS;
}

static void blocks(struct op_cipher *o, const uint8_t *in, uint8_t *out, size_t len)
{
	if (shape_of(o->alg) == SHAPE_ECB)
		prim_ecb(&o->key, o->encrypt, in, out, len);
	else
		prim_cbc(&o->key, o->encrypt, o->iv, in, out, len);
}

/* Whole blocks go through; what is left over waits. Decrypting with padding, the last block waits
 * even when it is full: it may be the one with the padding. */
static size_t block_update(struct op_cipher *o, struct ts_span in, uint8_t *out)
{
	const size_t block = prim_block_bytes(o->key.type);
	const bool hold = shape_of(o->alg) == SHAPE_CBC_PKCS7 && !o->encrypt;
	size_t total = o->rest_len + in.len, through = total / block * block, done = 0;

	if (hold && through && through == total)
		through -= block;
	if (!through) {
		if (in.len)
			memcpy(o->rest + o->rest_len, in.data, in.len);
		o->rest_len += (uint32_t)in.len;
		return 0;
	}
	if (o->rest_len) {
		const size_t n = block - o->rest_len;

		if (n)
			memcpy(o->rest + o->rest_len, in.data, n);
		blocks(o, o->rest, out, block);
		in.data += n;
		in.len -= n;
		done = block;
	}
	blocks(o, in.data, out + done, through - done);
	in.data += through - done;
	in.len -= through - done;
	memcpy(o->rest, in.data, in.len);
	o->rest_len = (uint32_t)in.len;
	return through;
}

psa_status cipher_update(struct op *op, struct ts_span in, uint8_t *out, size_t *len)
{
	struct op_cipher *o = &op->cipher;

	if (o->iv_len && !o->iv_set)
		return pool_fail(op, PSA_ERROR_BAD_STATE);
	if (*len < in.len + o->rest_len)
		return pool_fail(op, PSA_ERROR_BUFFER_TOO_SMALL);
	if (!streams(o)) {
		*len = block_update(o, in, out);
		return PSA_SUCCESS;
	}
	if (in.len && shape_of(o->alg) == SHAPE_CHACHA20)
		prim_chacha20(&o->key, o->iv, &o->num, in.data, out, in.len);
	else if (in.len)
		prim_stream(&o->key, o->alg == PSA_ALG_CCM_STAR_NO_TAG ? PSA_ALG_CTR : o->alg,
			    o->encrypt, o->iv, o->stream, &o->num, in.data, out, in.len);
	*len = in.len;
	return PSA_SUCCESS;
}

static psa_status unpad(struct op_cipher *o, uint8_t *out, size_t *len)
{
	const size_t block = prim_block_bytes(o->key.type);
	uint8_t last[16];
	size_t pad;

	if (o->rest_len != block)
		return PSA_ERROR_INVALID_ARGUMENT;
	blocks(o, o->rest, last, block);
	pad = last[block - 1];
	if (!pad || pad > block)
		return PSA_ERROR_INVALID_PADDING;
	for (size_t i = block - pad; i < block; i++)
		if (last[i] != pad)
			return PSA_ERROR_INVALID_PADDING;
	*len = block - pad;
	memcpy(out, last, *len);
	return PSA_SUCCESS;
}

psa_status cipher_finish(struct op *op, uint8_t *out, size_t *len)
{
	struct op_cipher *o = &op->cipher;
	const size_t block = prim_block_bytes(o->key.type);

	if (o->iv_len && !o->iv_set)
		return pool_fail(op, PSA_ERROR_BAD_STATE);
	if (*len < block)
		return pool_fail(op, PSA_ERROR_BUFFER_TOO_SMALL);
	*len = 0;
	if (streams(o))
		return PSA_SUCCESS;
	if (shape_of(o->alg) != SHAPE_CBC_PKCS7)
		return pool_fail(op, o->rest_len ? PSA_ERROR_INVALID_ARGUMENT : PSA_SUCCESS);
	if (!o->encrypt)
		return pool_fail(op, unpad(o, out, len));
	memset(o->rest + o->rest_len, (int)(block - o->rest_len), block - o->rest_len);
	blocks(o, o->rest, out, block);
	*len = block;
	return PSA_SUCCESS;
}
