/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fuzz target: every service but crypto, which has fuzz_crypto.c. An input is a row of requests:
 * which service, which opcode, whose, the room for the answer, and the bytes; for the services
 * whose requests begin with a handle, function id, uid or GUID, one that exists now and then; or an
 * event log. Whatever comes: nothing outside of the buffer is written, a refused request answers
 * nothing, and the states behind stay whole. The crypto service that attestation asks is one of
 * ours, quick, and a liar when the input says so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestation.h"
#include "block_storage.h"
#include "env_test.h"
#include "fwu.h"
#include "logging.h"
#include "mm.h"
#include "packedc.h"
#include "ram_store.h"
#include "storage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define CALLS_MAX 64
#define SHARED_BYTES 8192
#define GUARD_BYTES 64
#define GUARD 0xa7

static struct {
	struct block_storage block;
	struct fwu fwu;
	struct env_test runner;
	struct logging logging;
	struct storage its, ps;
	struct attestation attestation;
} state;
static struct ts_host *host;
static struct mm mm;
static uint8_t shared[SHARED_BYTES + GUARD_BYTES], before[SHARED_BYTES + GUARD_BYTES],
	carve_out[MM_BUFFER_BYTES];
/* A store of a few assets, which is soon full. */
static struct ram_asset asset[6];
static struct ram_store store;

/* What the crypto service says: 0 = the truth, or a kind of lie. */
static uint8_t crypto_lies;
static uint8_t crypto_buf[4096];
static int32_t crypto_answer(struct ts_call *call);
static const struct ts_op crypto_ops[] = {{0, 0, crypto_answer, "any", 0, 0}};
static const struct ts_service crypto_service = {
	.name = "crypto",
	.uuid = CRYPTO_UUID,
	.ops = crypto_ops,
	.op_count = 1,
	.any_opcode = true,
};

enum { BLOCK, FWU, RUNNER, LOGGING, ITS, PS, ATTESTATION, SERVICES, CRYPTO = SERVICES };
static const struct ts_hosted hosted[] = {
	{&block_storage_service, offsetof(typeof(state), block)},
	{&fwu_service, offsetof(typeof(state), fwu)},
	{&test_runner_service, offsetof(typeof(state), runner)},
	{&logging_service, offsetof(typeof(state), logging)},
	{&its_service, offsetof(typeof(state), its)},
	{&ps_service, offsetof(typeof(state), ps)},
	{&attestation_service, offsetof(typeof(state), attestation)},
	{&crypto_service, 0},
};
static const struct ts_image image = {"FUZZ", hosted, SERVICES + 1};

static struct {
	const uint8_t *at, *end;
} in;

static uint8_t byte(void)
{
	return in.at < in.end ? *in.at++ : 0;
}

static void require(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "fuzz_services: %s\n", what);
	abort();
}
#define REQUIRE(cond) require((cond), #cond)

/* A host that has no SP does not log. */
void __wrap_ffasim_sp_log(struct ffasim_sp *sp, const char *fmt, ...);
void __wrap_ffasim_sp_log(struct ffasim_sp *sp, const char *fmt, ...) {}
void __wrap_ffasim_sp_entropy(struct ffasim_sp *sp, void *buf, size_t len);
void __wrap_ffasim_sp_entropy(struct ffasim_sp *sp, void *buf, size_t len)
{
	memset(buf, 0, len);
}

/* A word, a record of the length that was meant, or what a broken service would say. */
static int32_t crypto_answer(struct ts_call *call)
{
	const uint16_t op = call->opcode;
	const size_t lengths[] = {op == CRYPTO_EXPORT_PUBLIC_KEY ? 65
				  : op == CRYPTO_SIGN_HASH	 ? 64
								 : 32,
				  0, 31, 4000};
	const bool word =
		op == CRYPTO_HASH_SETUP || op == CRYPTO_GENERATE_KEY || op == CRYPTO_IMPORT_KEY;
	static const uint8_t bytes[4000];

	REQUIRE(call->in.end - call->in.at <= (ptrdiff_t)sizeof(crypto_buf));
	if (op == CRYPTO_HASH_UPDATE)
		return ts_done(call, crypto_lies & 0x10 ? PSA_ERROR_BAD_STATE : PSA_SUCCESS);
	if (crypto_lies & 0x20)
		return RPC_ERROR_INTERNAL;
	if (crypto_lies & 0x40)
		return ts_done(call, PSA_ERROR_INSUFFICIENT_MEMORY);
	if (word)
		ts_put_u32(&call->out, 1u + crypto_lies);
	else
		ts_tlv_put(&call->out, crypto_lies & 4 ? 2 : 1, bytes, lengths[crypto_lies & 3]);
	if (crypto_lies & 8 && call->out.used > 3)
		call->out.base[2] = 0xff; /* longer than the buffer */
	return ts_answered(call, PSA_SUCCESS);
}

static size_t take(uint8_t *to, size_t most)
{
	size_t len = byte();

	if (len > 250) /* now and then a long one */
		len = (len - 250) * 1000;
	if (len > most)
		len = most;
	for (size_t i = 0; i < len; i++)
		to[i] = byte();
	return len;
}

/* What a client who knows the service would begin with; bytes of it. */
static size_t begin_well(unsigned service, uint8_t how)
{
	const uint8_t small = how >> 1 & 3;
	const unsigned s = how >> 6;

	switch (service) {
	case BLOCK: /* handle 0..3, block 0 */
		if (how & 1) {
			memset(shared, 0, 16);
			shared[0] = small;
		}
		return 16;
	case FWU:
		memset(shared, 0, 4);
		shared[0] = how & 1 ? 16 + (how >> 1 & 15) % 9 : 0;
		if (how & 32) {
			const uint32_t handle = (uint32_t)state.fwu.stream[s].count << 16 | s;

			memcpy(shared + 4, &handle, sizeof(handle));
		} else {
			memcpy(shared + 4, fwu_object_guid[s], TS_GUID_BYTES);
		}
		return 20;
	case ITS:
	case PS: /* uid; a length or an offset; no flags */
		memset(shared, 0, 24);
		shared[0] = small;
		shared[how & 1 ? 8 : 16] = byte();
		if (how & 16)
			shared[how & 1 ? 9 : 17] = byte() % 17;
		return how & 32 ? 24 : 20;
	case ATTESTATION: /* TLV 1, of a challenge's or a key's length */
		memset(shared, 0, 4);
		shared[1] = 1;
		shared[3] = 16 * (uint8_t)(small + 1);
		return 4 + shared[3];
	default:
		return 16;
	}
}

/* Assets lie one behind the other, within what is used of their block. */
static void flash_whole(const struct secure_flash *f)
{
	size_t used[FLASH_BLOCKS] = {FLASH_METADATA_BYTES, 0};

	for (unsigned i = 0; i < FLASH_FILES; i++) {
		const struct flash_file *a = &f->file[i];

		if (!a->used)
			continue;
		REQUIRE(a->block < FLASH_BLOCKS && a->size <= a->capacity && a->id.uid);
		used[a->block] += a->capacity;
		REQUIRE(a->offset + a->capacity <= f->used[a->block]);
		for (unsigned j = 0; j < i; j++) {
			const struct flash_file *b = &f->file[j];

			REQUIRE(!b->used || b->id.uid != a->id.uid || b->id.owner != a->id.owner);
		}
	}
	for (unsigned b = 0; b < FLASH_BLOCKS; b++)
		REQUIRE(used[b] == f->used[b] && used[b] <= FLASH_BLOCK_BYTES);
}

static void whole(void)
{
	const struct fwu *f = &state.fwu;
	uint8_t bytes[FWU_METADATA_BYTES];
	struct fwu_metadata back = {0};
	static struct fwu_metadata seen;

	/* A check sum takes longer than most requests. */
	if (memcmp(&seen, &f->meta, sizeof(seen))) {
		fwu_metadata_encode(&f->meta, bytes);
		REQUIRE(fwu_metadata_decode(&back, bytes));
		REQUIRE(!memcmp(back.accepted, f->meta.accepted, sizeof(back.accepted)));
		seen = f->meta;
	}
	for (unsigned i = 0; i < FWU_STREAMS; i++)
		REQUIRE(!f->stream[i].used || f->stream[i].object >= FWU_IMAGES ||
			f->state == FWU_STAGING);
	REQUIRE(f->state != FWU_REGULAR || f->meta.active == f->boot_index);
	for (unsigned i = 4; i < BLOCK_PARTITIONS_MAX; i++)
		REQUIRE(!state.block.client[i].known);
	flash_whole(&state.its.flash);
	flash_whole(&state.ps.flash);
	REQUIRE(state.attestation.measured_count <= ATTEST_MEASUREMENTS_MAX);
}

static void variables_whole(void)
{
	for (unsigned i = 0; i < VARIABLES_MAX; i++) {
		const struct variable_name *a = &mm.variables.slot[i].name;

		REQUIRE(a->bytes <= VARIABLE_NAME_BYTES);
		for (unsigned j = 0; a->bytes && j < i; j++)
			REQUIRE(a->bytes != mm.variables.slot[j].name.bytes ||
				memcmp(a, &mm.variables.slot[j].name, sizeof(*a)));
	}
}

static void ts_call(void)
{
	const unsigned service = byte() % SERVICES;
	const uint8_t op = byte(), how = byte();
	struct ts_rpc_request req = {
		.source_id = op >> 4 & 1,
		.opcode = (uint16_t)(0x100 + (op & 7)),
		.data = shared,
		.size_bytes = op >> 5 == 7 ? byte() : SHARED_BYTES,
	};
	size_t known;
	int32_t rpc;

	memset(shared, GUARD, sizeof(shared));
	known = begin_well(service, how);
	if (service == ATTESTATION)
		crypto_lies = how & 128 ? byte() : 0;
	req.request_bytes = take(shared + (how & 8 ? known : 0), SHARED_BYTES - known);
	if (how & 8)
		req.request_bytes += known;
	if (req.request_bytes > req.size_bytes)
		req.request_bytes = req.size_bytes;
	memcpy(before, shared, sizeof(before));
	rpc = ts_host_serve(host, &hosted[service], &req);
	REQUIRE(!memcmp(shared + req.size_bytes, before + req.size_bytes,
			sizeof(shared) - req.size_bytes));
	REQUIRE(rpc <= 0 && rpc >= RPC_ERROR_RESOURCE_FAILURE);
	REQUIRE(req.response_bytes <= req.size_bytes);
	REQUIRE(!rpc || (!req.response_bytes && !req.service_status));
	if (!rpc && service == BLOCK && !req.service_status && req.opcode >= BLOCK_READ)
		REQUIRE(req.opcode > BLOCK_ERASE || req.response_bytes <= DISK_BLOCK_BYTES);
	if (!rpc && (service == ITS || service == PS || service == ATTESTATION))
		REQUIRE(!req.service_status || !req.response_bytes);
	if (!rpc && service == FWU) {
		int32_t word;

		REQUIRE(req.response_bytes >= sizeof(word));
		memcpy(&word, shared, sizeof(word));
		REQUIRE(word == req.service_status && word <= 0 && word >= FWU_NOT_AVAILABLE);
	}
	whole();
}

static void mm_call(void)
{
	static const uint8_t guid[16] = TS_GUID(0xed32d533, 0x99e6, 0x4209, 0x9cc0, 0x2d72cdd998a7);
	const uint8_t how = byte();
	const uint64_t at = how & 0x80 ? MM_BUFFER_BYTES - how : 0;
	const uint64_t function = how & 15;
	const uint64_t sizes[2] = {byte() % 8, 2u + byte() % 8};
	uint64_t bytes, efi;
	enum mm_code code;

	memset(carve_out, 0, 8192);
	bytes = take(carve_out + 24, 8000);
	memcpy(carve_out, guid, sizeof(guid));
	memcpy(carve_out + 16, &bytes, sizeof(bytes));
	memcpy(carve_out + 24, &function, sizeof(function));
	if (how & 16) /* sizes that fit what there is */
		memcpy(carve_out + 56, sizes, sizeof(sizes));
	code = mm_serve(&mm, carve_out, sizeof(carve_out), at);
	REQUIRE(code == MM_SUCCESS || code == MM_INVALID_PARAMETER || code == MM_NOT_SUPPORTED);
	memcpy(&efi, carve_out + 32, sizeof(efi));
	if (code == MM_SUCCESS)
		REQUIRE(!efi || (efi >> 63 && (uint32_t)efi <= EFI_NOT_FOUND));
}

/* A log that somebody else wrote, as the SP finds it at boot. */
static void event_log(void)
{
	struct attestation *a = &state.attestation;
	const size_t len = take(shared, SHARED_BYTES);

	a->measured_count = 0;
	if (event_log_read(a, shared, len))
		a->measured_count = 0; /* the SP would not come up */
	for (unsigned i = 0; i < a->measured_count; i++) {
		const struct measurement *m = &a->measured[i];
		const uint8_t *name = (const uint8_t *)m->name;

		REQUIRE(m->digest >= a->log && m->digest + m->digest_len <= a->log + len);
		REQUIRE(name >= a->log && name + m->name_len <= a->log + len);
	}
}

/* All that an input may have left. What lies in the variables' data is not looked at as long as
 * its length is 0, and is not worth a fifth of a million bytes for each input. */
static void reset(void)
{
	struct variables *v = &mm.variables;

	memset(&state, 0, sizeof(state));
	memset(v, 0, offsetof(struct variables, volatile_data));
	memset(v->check, 0, sizeof(v->check));
	for (unsigned i = 0; i < sizeof(asset) / sizeof(asset[0]); i++)
		asset[i].uid = asset[i].len = 0;
	ram_store_init(&store, asset, sizeof(asset) / sizeof(asset[0]));
	for (unsigned i = 0; i < ATTESTATION; i++)
		if (hosted[i].service->start)
			hosted[i].service->start(host, host->state + hosted[i].state_offset);
	/* As its start would, which needs a manifest. */
	state.attestation.host = host;
	state.attestation.crypto = (struct ts_session){
		.open = true, .local = &hosted[CRYPTO], .pages = 1, .buf = crypto_buf};
	variables_load(v, &store.store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (!host)
		host = calloc(1, sizeof(*host));
	if (!host)
		return 0;
	host->l.host = host;
	host->image = &image;
	host->up = SERVICES + 1;
	host->state = (uint8_t *)&state;
	in.at = data;
	in.end = data + len;
	reset();
	state.runner.mock = len & 1;
	for (unsigned i = 0; i < CALLS_MAX && in.at < in.end; i++) {
		const uint8_t what = byte();

		if (what & 1)
			ts_call();
		else if (what & 2)
			event_log();
		else
			mm_call();
	}
	variables_whole();
	return 0;
}
