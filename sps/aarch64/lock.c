/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lock: takes a test-and-set lock in a page that several partitions have mapped, computes while it
 * holds it, and lets go. Where the page is mapped the SP learns as real ones do: from the memory
 * region `lock-page` of the manifest that its boot information points to.
 */
#include "region.h"
#include "services.h"
#include "ts_rpc_endpoint.h"

struct lock_sp {
	struct libsp l;
	struct ts_rpc_endpoint ep;
	uint32_t *lock;
};

/* Where the lock is held by this SP: a point for scenarios. */
__attribute__((noinline)) void lock_held(struct ffasim_sp *sp, uint64_t work_ns)
{
	ffasim_sp_work_ns(sp, work_ns);
}

static int32_t lock_hold(struct ts_rpc_request *req)
{
	struct lock_sp *self = req->ep->ctx;
	uint64_t spins = 0;

	while (__atomic_exchange_n(self->lock, 1, __ATOMIC_ACQUIRE))
		while (*(volatile uint32_t *)self->lock)
			spins++;
	lock_held(self->l.sp, ts_rpc_arg(req, 0));
	__atomic_store_n(self->lock, 0, __ATOMIC_RELEASE);
	ts_rpc_result(req, 0, spins);
	return RPC_SUCCESS;
}

static const struct ts_rpc_op ops[] = {{LOCK_HOLD, lock_hold}};

static const struct ts_rpc_service service = {.uuid = LOCK_UUID, .ops = ops, .op_count = 1};

static void lock_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct lock_sp *self = ffasim_sp_state(sp);

	if (libsp_boot(&self->l, sp, "LOCK"))
		libsp_not_viable(&self->l, "FF-A setup");
	self->lock = (uint32_t *)region_va(boot_info_va, "lock-page");
	if (!self->lock)
		libsp_not_viable(&self->l, "no lock-page in the manifest");
	if (ts_rpc_init(&self->ep, &self->l, self) || ts_rpc_add_service(&self->ep, &service))
		libsp_not_viable(&self->l, "RPC endpoint");
	ts_rpc_run(&self->ep);
}

FFASIM_SP_IMAGE(.name = "lock", .state_bytes = sizeof(struct lock_sp), .main = lock_main);
