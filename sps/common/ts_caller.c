/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The caller of ts_caller.h. One deviation: a real caller whose MEM_RETRIEVE message could not be
 * sent frees its buffer while it is still shared; pages of a native SP are never freed, so nothing
 * can come of it.
 */
#include "ts_caller.h"

#include <string.h>
#include "ts_service.h"

#define PARTITIONS_MAX 16
#define MANAGEMENT 0xff0000u
#define RPC_VERSION 1

static int32_t management(struct libsp *l, uint16_t to, uint16_t opcode, const uint32_t args[4],
			  struct smc_regs *r)
{
	const uint32_t w[5] = {MANAGEMENT | opcode, args[0], args[1], args[2], args[3]};

	if (libsp_direct_req(l, to, w, r) || (uint32_t)r->x[0] != FFA_DIRECT_RESP_32)
		return RPC_ERROR_TRANSPORT_LAYER;
	return (int32_t)r->x[4];
}

static int32_t find(struct ts_session *s, struct libsp *l, const uint8_t uuid[16])
{
	static const uint8_t rpc_uuid[16] = TS_RPC_UUID;
	uint16_t id[PARTITIONS_MAX];
	const int count = libsp_partitions(l, rpc_uuid, id, PARTITIONS_MAX);
	struct smc_regs r;
	uint32_t words[4];

	memcpy(words, uuid, sizeof(words));
	for (int i = 0; i < count && i < PARTITIONS_MAX; i++) {
		if (id[i] == l->id ||
		    management(l, id[i], TS_RPC_VERSION_GET, (uint32_t[4]){0}, &r) != RPC_VERSION ||
		    management(l, id[i], TS_RPC_INTERFACE_ID, words, &r) != RPC_SUCCESS)
			continue;
		s->endpoint = id[i];
		s->interface_id = (uint8_t)r.x[5];
		return RPC_SUCCESS;
	}
	return RPC_ERROR_NOT_FOUND;
}

static const uint32_t *handle_words(const struct ts_session *s, uint32_t words[4])
{
	words[0] = (uint32_t)s->handle;
	words[1] = s->handle >> 32;
	words[2] = words[3] = 0;
	return words;
}

static int32_t share(struct ts_session *s, struct libsp *l)
{
	struct smc_regs r;
	uint32_t words[4];
	int32_t rpc;

	if (libsp_mem_share(l, s->endpoint, s->va, s->pages, &s->handle))
		return RPC_ERROR_TRANSPORT_LAYER;
	rpc = management(l, s->endpoint, TS_RPC_MEM_RETRIEVE, handle_words(s, words), &r);
	if (rpc != RPC_SUCCESS)
		libsp_mem_reclaim(l, s->handle);
	return rpc;
}

int32_t ts_session_open(struct ts_session *s, struct libsp *l, const uint8_t uuid[16], size_t bytes)
{
	const uint32_t pages = (uint32_t)((bytes + 4095) / 4096);
	int32_t rpc;

	s->local = l->host ? ts_host_find(l->host, uuid) : NULL;
	rpc = s->local ? RPC_SUCCESS : find(s, l, uuid);
	if (rpc)
		return rpc;
	if (s->pages < pages) {
		s->va = ffasim_sp_alloc_pages(l->sp, pages);
		s->buf = s->va ? ffasim_sp_va(l->sp, s->va, (size_t)pages * 4096, true) : NULL;
		if (!s->buf)
			return RPC_ERROR_RESOURCE_FAILURE;
		s->pages = pages;
	}
	if (!s->local)
		rpc = share(s, l);
	s->open = rpc == RPC_SUCCESS;
	return rpc;
}

static int32_t call_local(struct ts_session *s, struct libsp *l, uint16_t opcode, size_t bytes,
			  size_t *response_bytes, int32_t *service_status)
{
	struct ts_rpc_request req = {.ep = &l->host->ep,
				     .source_id = l->id,
				     .opcode = opcode,
				     .data = s->buf,
				     .size_bytes = (size_t)s->pages * 4096,
				     .request_bytes = bytes};
	const int32_t rpc = ts_host_serve(l->host, s->local, &req);

	*service_status = (int32_t)req.service_status;
	*response_bytes = req.response_bytes;
	return rpc;
}

int32_t ts_session_call(struct ts_session *s, struct libsp *l, uint16_t opcode, size_t bytes,
			size_t *response_bytes, int32_t *service_status)
{
	const uint32_t w[5] = {(uint32_t)s->interface_id << 16 | opcode, (uint32_t)s->handle,
			       s->handle >> 32, (uint32_t)bytes, 0};
	struct smc_regs r;

	if (!s->open)
		return RPC_ERROR_INVALID_STATE;
	if (s->local)
		return call_local(s, l, opcode, bytes, response_bytes, service_status);
	if (libsp_direct_req(l, s->endpoint, w, &r) || (uint32_t)r.x[0] != FFA_DIRECT_RESP_32)
		return RPC_ERROR_TRANSPORT_LAYER;
	if ((int32_t)r.x[4] != RPC_SUCCESS)
		return (int32_t)r.x[4];
	if ((uint32_t)r.x[6] > (size_t)s->pages * 4096)
		return RPC_ERROR_INVALID_RESPONSE_BODY;
	*service_status = (int32_t)r.x[5];
	*response_bytes = (uint32_t)r.x[6];
	return RPC_SUCCESS;
}

int32_t ts_session_close(struct ts_session *s, struct libsp *l)
{
	struct smc_regs r;
	uint32_t words[4];
	int32_t rpc;

	if (!s->open)
		return RPC_ERROR_INVALID_STATE;
	s->open = false;
	if (s->local)
		return RPC_SUCCESS;
	rpc = management(l, s->endpoint, TS_RPC_MEM_RELINQUISH, handle_words(s, words), &r);
	if (rpc == RPC_ERROR_TRANSPORT_LAYER)
		return rpc; /* the callee may still use it */
	return libsp_mem_reclaim(l, s->handle) ? RPC_ERROR_TRANSPORT_LAYER : rpc;
}
