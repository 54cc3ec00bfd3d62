/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * torture: a handler whose result depends on every register and on memory, meant to be interrupted
 * anywhere. The answer to one seed never changes, however often and wherever the SP is preempted.
 */
#include <string.h>

#include "services.h"
#include "ts_rpc_endpoint.h"

uint64_t torture_mix(uint64_t seed, uint64_t *memory);
void torture_svcs(uint64_t count);
void torture_alu(uint64_t turns);
void torture_calls(uint64_t turns);
void torture_store(uint64_t turns, uint64_t *memory);

struct torture {
	struct libsp l;
	struct ts_rpc_endpoint ep;
	uint64_t memory[32];
};

static int32_t torture_run(struct ts_rpc_request *req)
{
	struct torture *self = req->ep->ctx;
	uint64_t sum = ts_rpc_arg(req, 0);

	memset(self->memory, 0, sizeof(self->memory));
	for (uint64_t rounds = ts_rpc_arg(req, 1); rounds; rounds--)
		sum = torture_mix(sum, self->memory);
	ts_rpc_result(req, 0, sum);
	return RPC_SUCCESS;
}

static int32_t torture_many_svcs(struct ts_rpc_request *req)
{
	if (ts_rpc_arg(req, 0))
		torture_svcs(ts_rpc_arg(req, 0));
	return RPC_SUCCESS;
}

static int32_t torture_many_alu(struct ts_rpc_request *req)
{
	if (ts_rpc_arg(req, 0))
		torture_alu(ts_rpc_arg(req, 0));
	return RPC_SUCCESS;
}

static int32_t torture_many_calls(struct ts_rpc_request *req)
{
	if (ts_rpc_arg(req, 0))
		torture_calls(ts_rpc_arg(req, 0));
	return RPC_SUCCESS;
}

static int32_t torture_many_stores(struct ts_rpc_request *req)
{
	struct torture *self = req->ep->ctx;

	if (ts_rpc_arg(req, 0))
		torture_store(ts_rpc_arg(req, 0), self->memory);
	return RPC_SUCCESS;
}

static const struct ts_rpc_op ops[] = {
	{TORTURE_MIX, torture_run},	     {TORTURE_SVCS, torture_many_svcs},
	{TORTURE_ALU, torture_many_alu},     {TORTURE_STORE, torture_many_stores},
	{TORTURE_CALLS, torture_many_calls},
};

static const struct ts_rpc_service service = {.uuid = TORTURE_UUID, .ops = ops, .op_count = 5};

static void torture_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct torture *self = ffasim_sp_state(sp);

	if (libsp_boot(&self->l, sp, "TORTURE"))
		libsp_not_viable(&self->l, "FF-A setup");
	if (ts_rpc_init(&self->ep, &self->l, self) || ts_rpc_add_service(&self->ep, &service))
		libsp_not_viable(&self->l, "RPC endpoint");
	ts_rpc_run(&self->ep);
}

FFASIM_SP_IMAGE(.name = "torture", .state_bytes = sizeof(struct torture), .main = torture_main);
