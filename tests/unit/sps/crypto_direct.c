/* SPDX-License-Identifier: BSD-3-Clause */
/* The bench of crypto_direct.h. */
#include "crypto_direct.h"

#include <ctype.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

uint8_t page[PAGE_BYTES];
size_t answer_len;
uint16_t client = 7;
int32_t rpc;
struct crypto *crypto;
struct ram_store store;

static struct ts_host *host;
static struct ram_asset *asset;
static struct ts_writer w;

#define ASSETS 40

/* ---- the service ---- */
static const struct ts_hosted packedc = {&crypto_packedc_service, 0};
static const struct ts_hosted protobuf = {&crypto_protobuf_service, 0};

void direct_restart(void)
{
	memset(crypto, 0, sizeof(*crypto));
	host->state = (uint8_t *)crypto;
	assert_int_equal(crypto_start(host, crypto), 0);
	memset(crypto->rng.key, 0x5a, sizeof(crypto->rng.key));
	crypto->store = &store.store;
}

void direct_open(void)
{
	host = calloc(1, sizeof(*host));
	crypto = calloc(1, sizeof(*crypto));
	asset = calloc(ASSETS, sizeof(*asset));
	assert_true(host && crypto && asset);
	client = 7;
	ram_store_init(&store, asset, ASSETS);
	direct_restart();
}

void direct_close(void)
{
	free(host);
	free(crypto);
	free(asset);
}

void begin(void)
{
	w = ts_writer_of(page, sizeof(page));
}

void w32(uint32_t value)
{
	ts_put_u32(&w, value);
}

void tlv(uint16_t tag, const void *data, size_t len)
{
	ts_tlv_put(&w, tag, data, len);
}

void raw(const void *data, size_t len)
{
	ts_put_bytes(&w, data, len);
}

static int32_t serve(const struct ts_hosted *service, uint16_t opcode)
{
	struct ts_rpc_request req = {.source_id = client,
				     .opcode = opcode,
				     .data = page,
				     .size_bytes = sizeof(page),
				     .request_bytes = w.used};

	assert_false(w.failed);
	rpc = ts_host_serve(host, service, &req);
	answer_len = req.response_bytes;
	return rpc ? RPC_FAILED(rpc) : (int32_t)req.service_status;
}

int32_t go(uint16_t opcode)
{
	return serve(&packedc, opcode);
}

int32_t go_protobuf(uint16_t opcode)
{
	return serve(&protobuf, opcode);
}

uint32_t out_word(void)
{
	uint32_t value;

	assert_int_equal(answer_len, sizeof(value));
	memcpy(&value, page, sizeof(value));
	return value;
}

const uint8_t *out_tlv(uint16_t tag, size_t *len)
{
	struct ts_reader r = ts_reader_of(page, answer_len);
	struct ts_span value;

	assert_true(ts_tlv_find(&r, tag, &value));
	*len = value.len;
	return value.data;
}

void attributes(uint32_t type, uint32_t bits, uint32_t lifetime, uint32_t id, uint32_t usage,
		uint32_t alg)
{
	w32(type);
	w32(bits);
	w32(lifetime);
	w32(id);
	w32(usage);
	w32(alg);
}

int32_t import_key(uint32_t type, uint32_t bits, uint32_t usage, uint32_t alg, const void *data,
		   size_t len, uint32_t *id)
{
	int32_t status;

	begin();
	attributes(type, bits, 0, 0, usage, alg);
	tlv(1, data, len);
	status = go(CRYPTO_IMPORT_KEY);
	*id = status ? 0 : out_word();
	return status;
}

int32_t generate_key(uint32_t type, uint32_t bits, uint32_t usage, uint32_t alg, uint32_t *id)
{
	int32_t status;

	begin();
	attributes(type, bits, 0, 0, usage, alg);
	status = go(CRYPTO_GENERATE_KEY);
	*id = status ? 0 : out_word();
	return status;
}

int32_t words(uint16_t opcode, unsigned count, ...)
{
	va_list list;

	begin();
	va_start(list, count);
	for (unsigned i = 0; i < count; i++)
		w32(va_arg(list, uint32_t));
	va_end(list);
	return go(opcode);
}

int32_t with_data(uint16_t opcode, uint32_t handle, const void *data, size_t len)
{
	begin();
	w32(handle);
	tlv(1, data, len);
	return go(opcode);
}

int32_t sign(uint16_t opcode, uint32_t key, uint32_t alg, const void *data, size_t len)
{
	begin();
	w32(key);
	w32(alg);
	tlv(1, data, len);
	return go(opcode);
}

int32_t verify(uint16_t opcode, uint32_t key, uint32_t alg, const void *data, size_t len,
	       const void *sig, size_t sig_len)
{
	begin();
	w32(key);
	w32(alg);
	tlv(1, data, len);
	tlv(2, sig, sig_len);
	return go(opcode);
}

int32_t derive_input(uint32_t handle, uint32_t step, const void *data, size_t len)
{
	begin();
	w32(handle);
	w32(step);
	tlv(1, data, len);
	return go(CRYPTO_DERIVE_INPUT_BYTES);
}

int32_t agree(uint32_t alg, uint32_t key, const void *peer, size_t len)
{
	begin();
	w32(alg);
	w32(key);
	tlv(1, peer, len);
	return go(CRYPTO_RAW_AGREEMENT);
}

int32_t derive_input_agreed(uint32_t handle, uint32_t key, const void *peer, size_t len)
{
	begin();
	w32(handle);
	w32(PSA_INPUT_SECRET);
	w32(key);
	tlv(1, peer, len);
	return go(CRYPTO_DERIVE_AGREEMENT);
}

uint32_t set_up_op(uint16_t opcode, uint32_t first, uint32_t second)
{
	const bool keyed = opcode >> 8 != 2 && opcode >> 8 != 4; /* not hash and derivation */

	return ok_word(words(opcode, 1 + keyed, first, second));
}

uint32_t ok_word(int32_t status)
{
	assert_int_equal(status, 0);
	return out_word();
}

void assert_answer(uint16_t tag, const char *want_hex)
{
	size_t len, want_len;
	const uint8_t *got = out_tlv(tag, &len), *want = hex(want_hex, &want_len);

	assert_int_equal(len, want_len);
	assert_memory_equal(got, want, len);
}

int direct_set_up(void **state)
{
	direct_open();
	return 0;
}

int direct_tear_down(void **state)
{
	direct_close();
	return 0;
}

const uint8_t *hex(const char *text, size_t *len)
{
	static uint8_t ring[16][2560];
	static unsigned turn;
	uint8_t *out = ring[turn++ % 16];
	unsigned digits = 0;

	for (; *text; text++) {
		const char pair[2] = {*text, 0};

		if (!isxdigit((unsigned char)*text))
			continue;
		out[digits / 2] = (uint8_t)(out[digits / 2] << 4 | strtoul(pair, NULL, 16));
		digits++;
	}
	*len = digits / 2;
	return out;
}
