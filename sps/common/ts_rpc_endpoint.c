/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TS RPC endpoint: one direct request in, one direct response out. Registers R0..R4 are w3..w7.
 * The order of checks and the statuses are those of the real endpoint, its quirks included: the
 * memory tag is ignored, a handle may be retrieved twice, "no free slot" reads NOT_FOUND.
 * Not modelled: routes of the routing extension; no SP installs one.
 */
#include "ts_rpc_endpoint.h"

#include <string.h>

#define R0_ROUTING 0x80000000u
#define R0_ROUTE_BITS 0xc0000000u
#define INTERFACE_MANAGEMENT 0xff
#define NO_MEMORY_HANDLE UINT64_MAX
#define RPC_VERSION 1

int32_t ts_rpc_init(struct ts_rpc_endpoint *ep, struct libsp *l, void *ctx)
{
	if (!ep || !l)
		return RPC_ERROR_INVALID_VALUE;
	ep->l = l;
	ep->ctx = ctx;
	if (libsp_version(l) || libsp_id_get(l, &l->id))
		return RPC_ERROR_TRANSPORT_LAYER;
	return RPC_SUCCESS;
}

int32_t ts_rpc_add_service(struct ts_rpc_endpoint *ep, const struct ts_rpc_service *service)
{
	if (ep->service_count == TS_RPC_SERVICES_MAX)
		return RPC_ERROR_RESOURCE_FAILURE;
	ep->service[ep->service_count++] = service;
	return RPC_SUCCESS;
}

static struct ts_rpc_slot *slot_find(struct ts_rpc_endpoint *ep, uint16_t source_id,
				     uint64_t handle)
{
	for (unsigned i = 0; i < TS_RPC_SHM_SLOTS; i++) {
		struct ts_rpc_slot *s = &ep->slot[i];

		if (s->used && s->handle == handle && s->source_id == source_id)
			return s;
	}
	return NULL;
}

static int32_t mem_retrieve(struct ts_rpc_endpoint *ep, uint16_t source_id, uint64_t handle)
{
	struct ts_rpc_slot *slot = NULL;
	uint32_t pages;
	uint64_t va;

	for (unsigned i = 0; i < TS_RPC_SHM_SLOTS && !slot; i++)
		if (!ep->slot[i].used)
			slot = &ep->slot[i];
	if (!slot)
		return RPC_ERROR_NOT_FOUND;
	if (libsp_mem_retrieve(ep->l, source_id, handle, &va, &pages, NULL))
		return RPC_ERROR_TRANSPORT_LAYER;
	*slot = (struct ts_rpc_slot){
		.used = true,
		.source_id = source_id,
		.handle = handle,
		.va = va,
		.bytes = (size_t)pages * 4096,
	};
	slot->data = ffasim_sp_va(ep->l->sp, va, slot->bytes, true);
	if (!slot->data) { /* not usable in one piece: a limit of native SPs */
		*slot = (struct ts_rpc_slot){0};
		libsp_mem_relinquish(ep->l, handle, NULL);
		return RPC_ERROR_RESOURCE_FAILURE;
	}
	return RPC_SUCCESS;
}

static int32_t mem_relinquish(struct ts_rpc_endpoint *ep, uint16_t source_id, uint64_t handle)
{
	struct ts_rpc_slot *slot = slot_find(ep, source_id, handle);

	if (!slot)
		return RPC_ERROR_NOT_FOUND;
	if (libsp_mem_relinquish(ep->l, handle, NULL))
		return RPC_ERROR_TRANSPORT_LAYER;
	*slot = (struct ts_rpc_slot){0};
	return RPC_SUCCESS;
}

static int32_t interface_query(struct ts_rpc_endpoint *ep, const uint32_t uuid[4], uint32_t *id)
{
	for (size_t i = 0; i < ep->service_count; i++)
		if (!memcmp(ep->service[i]->uuid, uuid, 16)) {
			*id = i;
			return RPC_SUCCESS;
		}
	return RPC_ERROR_NOT_FOUND;
}

static void management(struct ts_rpc_endpoint *ep, uint16_t source_id, const uint32_t in[5],
		       uint32_t out[5])
{
	const uint64_t handle = in[1] | (uint64_t)in[2] << 32;

	if (ep->management && ep->management(ep, in[0], in, out))
		return;
	switch ((uint16_t)in[0]) {
	case TS_RPC_VERSION_GET:
		out[1] = RPC_VERSION; /* a version, not a status */
		break;
	case TS_RPC_MEM_RETRIEVE:
		out[1] = mem_retrieve(ep, source_id, handle);
		break;
	case TS_RPC_MEM_RELINQUISH:
		out[1] = mem_relinquish(ep, source_id, handle);
		break;
	case TS_RPC_INTERFACE_ID:
		out[1] = interface_query(ep, &in[1], &out[2]);
		break;
	default:
		out[1] = RPC_ERROR_INVALID_VALUE;
	}
}

static int32_t service_call(struct ts_rpc_endpoint *ep, struct ts_rpc_request *req, uint64_t handle)
{
	const struct ts_rpc_service *service;

	if (req->interface_id >= ep->service_count)
		return RPC_ERROR_INVALID_VALUE;
	service = ep->service[req->interface_id];
	if (handle != NO_MEMORY_HANDLE) {
		const struct ts_rpc_slot *slot = slot_find(ep, req->source_id, handle);

		if (!slot)
			return RPC_ERROR_NOT_FOUND;
		req->data = slot->data;
		req->size_bytes = slot->bytes;
	}
	if (req->request_bytes > req->size_bytes)
		return RPC_ERROR_INVALID_VALUE;
	if (service->dispatch)
		return service->dispatch(req);
	for (size_t i = 0; i < service->op_count; i++)
		if (service->ops[i].opcode == req->opcode)
			return service->ops[i].handler(req);
	return RPC_ERROR_INVALID_VALUE;
}

static void dispatch(struct ts_rpc_endpoint *ep, uint16_t source_id, const uint32_t in[5],
		     uint32_t out[5])
{
	struct ts_rpc_request req;

	out[0] = in[0];
	if ((uint8_t)(in[0] >> 16) == INTERFACE_MANAGEMENT) {
		management(ep, source_id, in, out);
		return;
	}
	req = (struct ts_rpc_request){
		.ep = ep,
		.source_id = source_id,
		.opcode = in[0],
		.interface_id = in[0] >> 16,
		.client_id = in[4],
		.request_bytes = in[3],
	};
	out[1] = service_call(ep, &req, in[1] | (uint64_t)in[2] << 32);
	if (out[1] == RPC_SUCCESS) {
		out[2] = req.service_status;
		out[3] = req.response_bytes;
	}
}

static void respond(struct ts_rpc_endpoint *ep, uint32_t fid, uint32_t w2, const uint64_t args[5])
{
	struct smc_regs *m = &ep->msg;
	const uint32_t w1 = m->x[1];

	*m = (struct smc_regs){
		.x = {fid, w1 << 16 | w1 >> 16, w2, args[0], args[1], args[2], args[3], args[4]}};
	ffasim_sp_svc(ep->l->sp, m);
}

static void framework_message(struct ts_rpc_endpoint *ep)
{
	const uint32_t type = ep->msg.x[2];

	if (type == FFA_VM_CREATED || type == FFA_VM_DESTROYED) {
		/* The acknowledgement's type is the message's plus one; w3 = status 0. */
		respond(ep, FFA_DIRECT_RESP_32, type + 1, (const uint64_t[5]){0});
		return;
	}
	ep->msg = (struct smc_regs){.x = {FFA_ERROR, 0, (uint32_t)FFA_INVALID_PARAMETERS}};
	ffasim_sp_svc(ep->l->sp, &ep->msg);
}

static void request32(struct ts_rpc_endpoint *ep)
{
	const struct smc_regs *m = &ep->msg;
	uint32_t in[5], out[5] = {0};

	for (unsigned i = 0; i < 5; i++)
		in[i] = m->x[3 + i];
	ep->taken = false;
	if (in[0] & R0_ROUTING) {
		out[0] = R0_ROUTE_BITS;
		out[1] = FFA_DENIED;
	} else {
		in[0] &= ~R0_ROUTE_BITS;
		dispatch(ep, (uint32_t)m->x[1] >> 16, in, out);
	}
	if (!ep->taken)
		respond(ep, FFA_DIRECT_RESP_32, 0,
			(const uint64_t[5]){out[0], out[1], out[2], out[3], out[4]});
}

/* The argument block is indexed as 32-bit words, so a 64-bit request is never understood and both
 * words of the answer land in x3 (trusted-services.md 1.1). */
static void request64(struct ts_rpc_endpoint *ep)
{
	const uint64_t x3 = (uint32_t)ep->msg.x[3] | (uint64_t)(uint32_t)RPC_ERROR_INVALID_VALUE
							     << 32;

	respond(ep, FFA_DIRECT_RESP_64, 0, (const uint64_t[5]){x3});
}

void ts_rpc_run(struct ts_rpc_endpoint *ep)
{
	libsp_msg_wait(ep->l, &ep->msg);
	for (;;) {
		switch ((uint32_t)ep->msg.x[0]) {
		case FFA_DIRECT_REQ_32:
			if (ep->msg.x[2] & FFA_FRAMEWORK)
				framework_message(ep);
			else
				request32(ep);
			break;
		case FFA_DIRECT_REQ_64:
			request64(ep);
			break;
		case FFA_INTERRUPT: /* nothing to do for it here */
			libsp_msg_wait(ep->l, &ep->msg);
			break;
		default:
			libsp_trace(ep->l, "unexpected %08x, code %d", (uint32_t)ep->msg.x[0],
				    libsp_code(&ep->msg));
			libsp_msg_wait(ep->l, &ep->msg);
		}
	}
}

uint64_t ts_rpc_arg(const struct ts_rpc_request *req, unsigned index)
{
	uint64_t value;

	if (!ts_rpc_has_arg(req, index))
		return 0;
	memcpy(&value, req->data + 8 * index, sizeof(value));
	return value;
}

bool ts_rpc_has_arg(const struct ts_rpc_request *req, unsigned index)
{
	return req->request_bytes >= 8 * (index + 1);
}

void ts_rpc_result(struct ts_rpc_request *req, unsigned index, uint64_t value)
{
	if (8 * (index + 1) > req->size_bytes)
		return;
	memcpy(req->data + 8 * index, &value, sizeof(value));
	if (req->response_bytes < 8 * (index + 1))
		req->response_bytes = 8 * (index + 1);
}
