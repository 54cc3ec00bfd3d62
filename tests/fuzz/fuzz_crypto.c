/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fuzz target: the crypto service, both encodings. An input is a row of requests; each names an
 * opcode and its fields by kind (a key that exists, an algorithm that exists, any number), so that
 * states behind the parsers are reached, or is just bytes. Whatever comes: the response stays
 * inside of the buffer, a refused request answers nothing, statuses are PSA's, and what a client
 * does not own it cannot use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "packedc.h"
#include "ram_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define CALLS_MAX 48
#define SHARED_BYTES 8192
#define GUARD_BYTES 64
#define GUARD 0xa7
#define DAMAGE 0xe0 /* requests from here on come after a damage to the store */

static struct {
	const uint8_t *at, *end;
	uint32_t key[8], handle[8];
	unsigned keys, handles;
	uint8_t last[SHARED_BYTES]; /* the last response */
	size_t last_len;
} in;
static struct ts_host *host;
static struct crypto *crypto;
static uint8_t shared[SHARED_BYTES + GUARD_BYTES];

/* A store of a few assets, sometimes full, sometimes broken. */
static struct ram_asset asset[4];
static struct ram_store store;

/* ---- building requests ---- */
static uint8_t byte(void)
{
	return in.at < in.end ? *in.at++ : 0;
}

static uint32_t number(unsigned bytes)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (uint32_t)byte() << 8 * i;
	return v;
}

static const uint32_t algs[] = {
	PSA_ALG_MD5,
	PSA_ALG_SHA_1,
	PSA_ALG_SHA_256,
	PSA_ALG_SHA_384,
	PSA_ALG_SHA_512,
	PSA_ALG_RIPEMD160,
	PSA_ALG_HMAC | 9,
	PSA_ALG_HMAC | 9 | 8 << 16,
	PSA_ALG_HMAC | 9 | 4 << 16 | PSA_ALG_AT_LEAST,
	PSA_ALG_CMAC,
	PSA_ALG_CTR,
	PSA_ALG_CFB,
	PSA_ALG_OFB,
	PSA_ALG_ECB_NO_PADDING,
	PSA_ALG_CBC_NO_PADDING,
	PSA_ALG_CBC_PKCS7,
	PSA_ALG_CCM,
	PSA_ALG_GCM,
	PSA_ALG_GCM | PSA_ALG_AT_LEAST,
	PSA_ALG_ECDSA | 9,
	PSA_ALG_ECDSA | 0xff,
	PSA_ALG_DETERMINISTIC_ECDSA | 9,
	PSA_ALG_RSA_PKCS1V15_SIGN | 9,
	PSA_ALG_RSA_PKCS1V15_SIGN,
	PSA_ALG_RSA_PSS | 9,
	PSA_ALG_RSA_PKCS1V15_CRYPT,
	PSA_ALG_RSA_OAEP | 9,
	PSA_ALG_HKDF | 9,
	PSA_ALG_TLS12_PRF | 9,
	PSA_ALG_TLS12_PSK_TO_MS | 9,
	PSA_ALG_ECDH,
	0x09020109, /* ECDH into HKDF */
	PSA_ALG_SHA_512_256,
	PSA_ALG_SHA3_224,
	PSA_ALG_SHA3_512,
	PSA_ALG_HMAC | 0x11,
	PSA_ALG_CCM_STAR_NO_TAG,
	PSA_ALG_STREAM_CIPHER,
	PSA_ALG_CHACHA20_POLY1305,
	PSA_ALG_PURE_EDDSA,
	PSA_ALG_HKDF_EXTRACT | 9,
	PSA_ALG_HKDF_EXPAND | 9,
	PSA_ALG_TLS12_ECJPAKE_TO_PMS,
	PSA_ALG_FFDH,
	0x09010309, /* FFDH into the PSK exchange of TLS */
};
static const uint32_t types[] = {
	PSA_KEY_TYPE_RAW_DATA,
	PSA_KEY_TYPE_HMAC,
	PSA_KEY_TYPE_DERIVE,
	PSA_KEY_TYPE_DES,
	PSA_KEY_TYPE_AES,
	PSA_KEY_TYPE_RSA_PUBLIC_KEY,
	PSA_KEY_TYPE_RSA_KEY_PAIR,
	PSA_KEY_TYPE_ECC_PUBLIC_KEY | PSA_ECC_SECP_R1,
	PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_SECP_R1,
	PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_BRAINPOOL_P_R1,
	PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_MONTGOMERY,
	PSA_KEY_TYPE_ECC_PUBLIC_KEY | PSA_ECC_MONTGOMERY,
	PSA_KEY_TYPE_ECC_KEY_PAIR | PSA_ECC_TWISTED_EDWARDS,
	PSA_KEY_TYPE_ECC_PUBLIC_KEY | PSA_ECC_TWISTED_EDWARDS,
	PSA_KEY_TYPE_DH_KEY_PAIR | PSA_DH_RFC7919,
	PSA_KEY_TYPE_DH_PUBLIC_KEY | PSA_DH_RFC7919,
	PSA_KEY_TYPE_ARIA,
	PSA_KEY_TYPE_CAMELLIA,
	PSA_KEY_TYPE_CHACHA20,
};
static const uint32_t sizes[] = {0, 64, 128, 192, 224, 256, 384, 521, 255, 448, 2048};
static const uint32_t steps[] = {PSA_INPUT_SECRET, PSA_INPUT_OTHER_SECRET, PSA_INPUT_LABEL,
				 PSA_INPUT_SALT,   PSA_INPUT_INFO,	   PSA_INPUT_SEED};
#define PICK(table) ((table)[byte() % (sizeof(table) / sizeof((table)[0]))])

static uint32_t value(void)
{
	switch (byte() % 12) {
	case 0:
		return 0;
	case 1:
		return in.key[byte() % 8];
	case 2:
		return in.handle[byte() % 8];
	case 3:
		return PICK(algs);
	case 4:
		return PICK(types);
	case 5:
		return PICK(sizes);
	case 6:
		return PICK(steps);
	case 7:
		return PSA_KEY_USAGE_ALL;
	case 8:
		return byte();
	case 9:
		return byte() & 7; /* lifetimes, ids, lengths */
	case 10:
		return number(2);
	default:
		return number(4);
	}
}

static void record(struct ts_writer *w, uint16_t tag)
{
	const uint8_t kind = byte();
	const uint8_t *from = in.at;
	size_t len = kind & 3 ? byte() : number(2) % 5000, left;

	if (kind & 4 && in.last_len >= 4) { /* what the service said before, maybe changed */
		len = in.last_len - 4;
		if (kind & 8 && len)
			in.last[4 + byte() % len] ^= 1;
		ts_tlv_put(w, tag, in.last + 4, len);
		return;
	}
	from = in.at;
	left = (size_t)(in.end - in.at);
	if (len > left) {
		static uint8_t zero[5000];

		ts_tlv_put(w, tag, zero, len);
		return;
	}
	in.at += len;
	ts_tlv_put(w, tag, from, len);
}

static void build(struct ts_writer *w, const struct ts_op *op, uint8_t head)
{
	if (head & 64) { /* just bytes */
		const size_t len = byte();

		for (size_t i = 0; i < len; i++)
			ts_put_bytes(w, &(uint8_t){byte()}, 1);
		return;
	}
	for (unsigned i = 0; i < op->fixed_bytes / 4; i++)
		ts_put_u32(w, value());
	for (unsigned i = head >> 2 & 3; i; i--)
		record(w, (uint16_t)((head >> 2 & 3) - i + 1));
	if (head & 16 && w->used) /* lies in the headers, or anywhere */
		w->base[number(2) % w->used] = byte();
	if (head & 32 && w->used)
		w->used -= byte() % w->used;
}

/* Making RSA keys takes too long for this; they are imported. */
static void no_rsa(uint16_t opcode, uint8_t *request, size_t len)
{
	const size_t at = opcode == CRYPTO_GENERATE_KEY ? 0 : 4;

	if ((opcode == CRYPTO_GENERATE_KEY || opcode == CRYPTO_DERIVE_OUTPUT_KEY) && len > at + 8 &&
	    request[at + 1] == 0x70)
		request[at + 4] |= 1; /* no such size */
}

/* ---- what must hold ---- */
static void must(bool ok, const char *what, uint16_t opcode)
{
	if (ok)
		return;
	fprintf(stderr, "opcode %#x: %s\n", opcode, what);
	abort();
}

static bool status_known(uint16_t opcode, int32_t status)
{
	if (opcode == CRYPTO_VERIFY_PKCS7)
		return status <= 0;
	if (opcode == CRYPTO_UEFI_FINGERPRINT)
		return !status || status == 0x21;
	return !status ||
	       (status <= PSA_ERROR_PROGRAMMER_ERROR && status >= PSA_ERROR_DATA_INVALID);
}

static void check_key(const struct key *k, uint16_t opcode)
{
	const bool is_volatile = !(k->attr.lifetime & 0xff);

	must(k->len && k->len <= KEY_BYTES_MAX && k->attr.bits, "a key without material", opcode);
	must(is_volatile == (k->attr.id > PSA_KEY_ID_VENDOR_MAX - KEY_SLOTS),
	     "a persistent key under a volatile one's id, or the other way round", opcode);
	must(k->owner == 7 || k->owner == 8, "a key of nobody", opcode);
}

static void check(const struct ts_rpc_request *req, int32_t rpc)
{
	for (unsigned i = 0; i < GUARD_BYTES; i++)
		must(shared[SHARED_BYTES + i] == GUARD, "writes behind the buffer", req->opcode);
	must(rpc == 0 || rpc == -1 || rpc == -2 || rpc == -6 || rpc == -8, "RPC status",
	     req->opcode);
	must(!rpc || (!req->response_bytes && !req->service_status), "a refused request answers",
	     req->opcode);
	must(rpc || status_known(req->opcode, (int32_t)req->service_status), "status", req->opcode);
	must(!req->service_status || !req->response_bytes, "an error answers", req->opcode);
	must(req->response_bytes <= SHARED_BYTES, "length of the response", req->opcode);
	for (unsigned i = 0; i < KEY_SLOTS; i++)
		if (crypto->key[i].used)
			check_key(&crypto->key[i], req->opcode);
}

static void remember(const struct ts_rpc_request *req)
{
	const bool key = req->opcode == CRYPTO_GENERATE_KEY || req->opcode == CRYPTO_IMPORT_KEY ||
			 req->opcode == CRYPTO_COPY_KEY || req->opcode == CRYPTO_DERIVE_OUTPUT_KEY;
	uint32_t v;

	if (req->service_status || !req->response_bytes)
		return;
	in.last_len = req->response_bytes;
	memcpy(in.last, shared, in.last_len);
	if (req->response_bytes != 4)
		return;
	memcpy(&v, shared, 4);
	if (key)
		in.key[in.keys++ % 8] = v;
	else
		in.handle[in.handles++ % 8] = v;
}

/* What is stored is not what was stored any more: a byte of it, or its length. */
static void damage(uint8_t how)
{
	struct ram_asset *a = &asset[how & 3];
	const uint32_t at = number(2);

	if (!a->uid || !a->len)
		return;
	if (how & 4)
		a->len = at % (a->len + 1);
	else
		a->data[at % a->len] ^= byte();
}

static void one_call(void)
{
	static const struct ts_hosted service[2] = {{&crypto_packedc_service, 0},
						    {&crypto_protobuf_service, 0}};
	const uint8_t head = byte(), which = byte();
	const struct ts_hosted *to = &service[head >> 7];
	const struct ts_op *op = &to->service->ops[which % to->service->op_count];
	struct ts_writer w = ts_writer_of(shared, SHARED_BYTES);
	struct ts_rpc_request req = {.source_id = 7 + (head & 1), .opcode = op->opcode};
	int32_t rpc;

	store.fails = (head & 48) == 48 ? PSA_ERROR_STORAGE_FAILURE : 0;
	if (which >= DAMAGE)
		damage(which);
	build(&w, op, head >> 7 ? head | 64 : head);
	no_rsa(op->opcode, shared, w.used);
	req.data = shared;
	req.size_bytes = head & 2 ? SHARED_BYTES : 64 + w.used % 4096;
	if (req.size_bytes < w.used)
		req.size_bytes = SHARED_BYTES;
	req.request_bytes = w.used;
	rpc = ts_host_serve(host, to, &req);
	check(&req, rpc);
	if (!rpc)
		remember(&req);
}

static void start(void)
{
	static bool done;

	if (!done) {
		host = calloc(1, sizeof(*host));
		crypto = calloc(1, sizeof(*crypto));
		if (!host || !crypto)
			abort();
		host->state = (uint8_t *)crypto;
		memset(shared + SHARED_BYTES, GUARD, GUARD_BYTES);
		done = true;
	}
	for (unsigned i = 0; i < KEY_SLOTS; i++)
		if (crypto->key[i].used)
			key_abandon(&crypto->key[i]);
	memset(crypto->pool, 0, sizeof(crypto->pool));
	memset(&crypto->rng, 0, sizeof(crypto->rng));
	memset(&in, 0, sizeof(in));
	for (unsigned i = 0; i < 4; i++)
		asset[i].uid = 0;
	ram_store_init(&store, asset, 4);
	if (crypto_start(host, crypto))
		abort();
	crypto->store = &store.store;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	start();
	in.at = data;
	in.end = data + len;
	for (unsigned i = 0; i < CALLS_MAX && in.at < in.end; i++)
		one_call();
	return 0;
}
