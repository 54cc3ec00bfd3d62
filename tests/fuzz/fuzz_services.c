/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fuzz target: the smaller services. An input is a row of requests: which service, which opcode,
 * whose, the room for the answer, and the bytes; for the services whose requests begin with a
 * handle, function id or GUID, one that exists now and then. Whatever comes: nothing outside of the
 * buffer is written, a refused request answers nothing, and the states behind stay whole.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "block_storage.h"
#include "env_test.h"
#include "fwu.h"
#include "logging.h"
#include "mm.h"
#include "ram_store.h"

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
} state;
static struct ts_host *host;
static struct mm mm;
static uint8_t shared[SHARED_BYTES + GUARD_BYTES], before[SHARED_BYTES + GUARD_BYTES],
	carve_out[MM_BUFFER_BYTES];
/* A store of a few assets, which is soon full. */
static struct ram_asset asset[6];
static struct ram_store store;

static const struct ts_hosted hosted[] = {
	{&block_storage_service, offsetof(typeof(state), block)},
	{&fwu_service, offsetof(typeof(state), fwu)},
	{&test_runner_service, offsetof(typeof(state), runner)},
	{&logging_service, offsetof(typeof(state), logging)},
};
#define SERVICES (sizeof(hosted) / sizeof(hosted[0]))

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

/* What a client who knows the service would begin with. */
static void begin_well(unsigned service, uint8_t how)
{
	if (service == 0 && how & 1)
		memset(shared, 0, 16); /* handle 0..3, block 0 */
	if (service == 0 && how & 1)
		shared[0] = how >> 1 & 3;
	if (service == 1) {
		const unsigned s = how >> 6;

		memset(shared, 0, 4);
		shared[0] = how & 1 ? 16 + (how >> 1 & 15) % 9 : 0;
		if (how & 32) {
			const uint32_t handle = (uint32_t)state.fwu.stream[s].count << 16 | s;

			memcpy(shared + 4, &handle, sizeof(handle));
		} else {
			memcpy(shared + 4, fwu_object_guid[s], TS_GUID_BYTES);
		}
	}
}

static void whole(void)
{
	const struct fwu *f = &state.fwu;
	uint8_t bytes[FWU_METADATA_BYTES];
	struct fwu_metadata back = {0};

	fwu_metadata_encode(&f->meta, bytes);
	REQUIRE(fwu_metadata_decode(&back, bytes));
	REQUIRE(!memcmp(back.accepted, f->meta.accepted, sizeof(back.accepted)));
	for (unsigned i = 0; i < FWU_STREAMS; i++)
		REQUIRE(!f->stream[i].used || f->stream[i].object >= FWU_IMAGES ||
			f->state == FWU_STAGING);
	REQUIRE(f->state != FWU_REGULAR || f->meta.active == f->boot_index);
	for (unsigned i = 4; i < BLOCK_PARTITIONS_MAX; i++)
		REQUIRE(!state.block.client[i].known);
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
	const size_t known = service == 1 ? 20 : 16;
	int32_t rpc;

	memset(shared, GUARD, sizeof(shared));
	begin_well(service, how);
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
	if (!rpc && service == 0 && !req.service_status && req.opcode >= BLOCK_READ)
		REQUIRE(req.opcode > BLOCK_ERASE || req.response_bytes <= DISK_BLOCK_BYTES);
	if (!rpc && service == 1) {
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
	for (unsigned i = 0; i < VARIABLES_MAX; i++) {
		const struct variable_name *a = &mm.variables.slot[i].name;

		REQUIRE(a->bytes <= VARIABLE_NAME_BYTES);
		for (unsigned j = 0; a->bytes && j < i; j++)
			REQUIRE(memcmp(a, &mm.variables.slot[j].name, sizeof(*a)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (!host)
		host = calloc(1, sizeof(*host));
	if (!host)
		return 0;
	in.at = data;
	in.end = data + len;
	memset(&state, 0, sizeof(state));
	memset(&mm, 0, sizeof(mm));
	memset(asset, 0, sizeof(asset));
	ram_store_init(&store, asset, sizeof(asset) / sizeof(asset[0]));
	host->state = (uint8_t *)&state;
	for (unsigned i = 0; i < SERVICES; i++)
		if (hosted[i].service->start)
			hosted[i].service->start(host, host->state + hosted[i].state_offset);
	state.runner.mock = len & 1;
	variables_load(&mm.variables, &store.store);
	for (unsigned i = 0; i < CALLS_MAX && in.at < in.end; i++) {
		if (byte() & 1)
			ts_call();
		else
			mm_call();
	}
	return 0;
}
