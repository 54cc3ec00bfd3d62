/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * echo: the smallest TS service. It answers from the shared buffer it was asked in.
 * Option work_ns: time each request takes (default 0).
 */
#include "services.h"
#include "ts_rpc_endpoint.h"

struct echo {
	struct libsp l;
	struct ts_rpc_endpoint ep;
	uint64_t work_ns;
};

static void work(struct ts_rpc_request *req)
{
	const struct echo *echo = req->ep->ctx;

	if (echo->work_ns)
		ffasim_sp_work_ns(req->ep->l->sp, echo->work_ns);
}

static int32_t echo_echo(struct ts_rpc_request *req)
{
	work(req);
	req->response_bytes = req->request_bytes; /* same buffer: already there */
	return RPC_SUCCESS;
}

static int32_t echo_reverse(struct ts_rpc_request *req)
{
	work(req);
	for (size_t i = 0, n = req->request_bytes; i < n / 2; i++) {
		const uint8_t byte = req->data[i];

		req->data[i] = req->data[n - 1 - i];
		req->data[n - 1 - i] = byte;
	}
	req->response_bytes = req->request_bytes;
	return RPC_SUCCESS;
}

static int32_t echo_sum(struct ts_rpc_request *req)
{
	uint64_t sum = 0;

	work(req);
	for (size_t i = 0; i < req->request_bytes; i++)
		sum += req->data[i];
	if (req->size_bytes < sizeof(sum))
		return RPC_ERROR_INVALID_RESPONSE_BODY;
	ts_rpc_result(req, 0, sum);
	return RPC_SUCCESS;
}

static int32_t echo_length(struct ts_rpc_request *req)
{
	work(req);
	if (req->size_bytes < sizeof(uint64_t))
		return RPC_ERROR_INVALID_RESPONSE_BODY;
	ts_rpc_result(req, 0, req->request_bytes);
	return RPC_SUCCESS;
}

static const struct ts_rpc_op ops[] = {
	{ECHO_ECHO, echo_echo},
	{ECHO_REVERSE, echo_reverse},
	{ECHO_SUM, echo_sum},
	{ECHO_LENGTH, echo_length},
};

static const struct ts_rpc_service service = {
	.uuid = ECHO_UUID,
	.ops = ops,
	.op_count = sizeof(ops) / sizeof(ops[0]),
};

static void echo_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct echo *echo = ffasim_sp_state(sp);

	echo->work_ns = ffasim_sp_option_u64(sp, "work_ns", 0);
	if (libsp_boot(&echo->l, sp, "ECHO"))
		libsp_not_viable(&echo->l, "FF-A setup");
	if (ts_rpc_init(&echo->ep, &echo->l, echo) || ts_rpc_add_service(&echo->ep, &service))
		libsp_not_viable(&echo->l, "RPC endpoint");
	ts_rpc_run(&echo->ep);
}

FFASIM_SP_IMAGE(.name = "echo", .state_bytes = sizeof(struct echo), .main = echo_main);
