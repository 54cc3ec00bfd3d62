/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TS RPC endpoint, ABI version 1: a TS service SP is this loop plus a table of opcodes per service.
 * Facts: trusted-services.md 1.
 */
#ifndef SPS_TS_RPC_ENDPOINT_H
#define SPS_TS_RPC_ENDPOINT_H

#include "libsp.h"

#define TS_RPC_SERVICES_MAX 8
#define TS_RPC_SHM_SLOTS 16

enum rpc_status {
	RPC_SUCCESS = 0,
	RPC_ERROR_INTERNAL = -1,
	RPC_ERROR_INVALID_VALUE = -2,
	RPC_ERROR_NOT_FOUND = -3,
	RPC_ERROR_INVALID_STATE = -4,
	RPC_ERROR_TRANSPORT_LAYER = -5,
	RPC_ERROR_INVALID_REQUEST_BODY = -6,
	RPC_ERROR_INVALID_RESPONSE_BODY = -7,
	RPC_ERROR_RESOURCE_FAILURE = -8,
};

/* Opcodes of the management interface (interface id 0xff). */
enum { TS_RPC_VERSION_GET, TS_RPC_MEM_RETRIEVE, TS_RPC_MEM_RELINQUISH, TS_RPC_INTERFACE_ID };

struct ts_rpc_endpoint;

/* Request and response share one buffer from offset 0: read the request before writing. */
struct ts_rpc_request {
	struct ts_rpc_endpoint *ep;
	uint16_t source_id, opcode;
	uint8_t interface_id;
	uint32_t client_id;
	int64_t service_status;
	uint8_t *data;	   /* NULL without memory */
	size_t size_bytes; /* of the whole buffer */
	size_t request_bytes, response_bytes;
};

typedef int32_t ts_rpc_handler(struct ts_rpc_request *req);

struct ts_rpc_op {
	uint16_t opcode;
	ts_rpc_handler *handler;
};

struct ts_rpc_service {
	uint8_t uuid[16];
	ts_rpc_handler *dispatch; /* serves every opcode; NULL = by the table */
	const struct ts_rpc_op *ops;
	size_t op_count;
};

struct ts_rpc_slot {
	bool used;
	uint16_t source_id;
	uint64_t handle, va;
	uint8_t *data;
	size_t bytes;
};

struct ts_rpc_endpoint {
	struct libsp *l;
	void *ctx; /* of the SP */
	const struct ts_rpc_service *service[TS_RPC_SERVICES_MAX];
	size_t service_count;
	struct ts_rpc_slot slot[TS_RPC_SHM_SLOTS];
	/* Answers a management call in the endpoint's place when it returns true (test SPs). */
	bool (*management)(struct ts_rpc_endpoint *ep, uint16_t opcode, const uint32_t in[5],
			   uint32_t out[5]);
	/* The message being served. A handler that gave the PE away by itself leaves the message it
	 * got next here and sets @taken: the endpoint then sends no response of its own. */
	struct smc_regs msg;
	bool taken;
};

/* Step 9 of the boot (VERSION, ID_GET). */
int32_t ts_rpc_init(struct ts_rpc_endpoint *ep, struct libsp *l, void *ctx);
int32_t ts_rpc_add_service(struct ts_rpc_endpoint *ep, const struct ts_rpc_service *service);
/* MSG_WAIT, then serves messages for ever. */
_Noreturn void ts_rpc_run(struct ts_rpc_endpoint *ep);

/* Requests and responses made of little-endian u64 words (ffasim/services.h). */
uint64_t ts_rpc_arg(const struct ts_rpc_request *req, unsigned index); /* 0 when left off */
bool ts_rpc_has_arg(const struct ts_rpc_request *req, unsigned index);
void ts_rpc_result(struct ts_rpc_request *req, unsigned index, uint64_t value);

#endif
