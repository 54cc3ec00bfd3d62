/* SPDX-License-Identifier: BSD-3-Clause */
/* counter: measures its own work with the physical counter, which an SPMC may or may not allow. */
#include "services.h"
#include "ts_rpc_endpoint.h"

struct counter {
	struct libsp l;
	struct ts_rpc_endpoint ep;
};

static uint64_t now(void)
{
	uint64_t t;

	__asm__ volatile("isb; mrs %0, cntpct_el0" : "=r"(t)::"memory");
	return t;
}

static int32_t counter_measure(struct ts_rpc_request *req)
{
	struct counter *self = req->ep->ctx;
	const uint64_t start = now();
	uint64_t hz;

	ffasim_sp_work_ns(self->l.sp, ts_rpc_arg(req, 0));
	ts_rpc_result(req, 0, now() - start);
	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
	ts_rpc_result(req, 1, hz);
	return RPC_SUCCESS;
}

static const struct ts_rpc_op ops[] = {{COUNTER_MEASURE, counter_measure}};

static const struct ts_rpc_service service = {.uuid = COUNTER_UUID, .ops = ops, .op_count = 1};

static void counter_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct counter *self = ffasim_sp_state(sp);

	if (libsp_boot(&self->l, sp, "COUNTER"))
		libsp_not_viable(&self->l, "FF-A setup");
	if (ts_rpc_init(&self->ep, &self->l, self) || ts_rpc_add_service(&self->ep, &service))
		libsp_not_viable(&self->l, "RPC endpoint");
	ts_rpc_run(&self->ep);
}

FFASIM_SP_IMAGE(.name = "counter", .state_bytes = sizeof(struct counter), .main = counter_main);
