/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ledger: keeps two columns that must be equal, in a page that a second partition audits. Each way
 * of posting has a bug that one place in the code shows and no other: what `ffasim explore` has to
 * find (tests/system/aarch64_places.sh).
 */
#include "region.h"
#include "services.h"
#include "ts_rpc_endpoint.h"

struct page {
	uint64_t left, right, audits;
};

struct ledger {
	struct libsp l;
	struct ts_rpc_endpoint ep;
	struct page *page;
	bool prepared;
	uint64_t audits_seen; /* at `prepare` */
};

void ledger_symbol(struct page *page);
void ledger_address(struct page *page);
void ledger_svcs(struct page *page);
void ledger_announce(struct page *page);
void ledger_checked(struct page *page);

static int32_t post_symbol(struct ts_rpc_request *req)
{
	ledger_symbol(((struct ledger *)req->ep->ctx)->page);
	return RPC_SUCCESS;
}

static int32_t post_address(struct ts_rpc_request *req)
{
	ledger_address(((struct ledger *)req->ep->ctx)->page);
	return RPC_SUCCESS;
}

static int32_t post_svcs(struct ts_rpc_request *req)
{
	ledger_svcs(((struct ledger *)req->ep->ctx)->page);
	return RPC_SUCCESS;
}

static int32_t post_announced(struct ts_rpc_request *req)
{
	ledger_announce(((struct ledger *)req->ep->ctx)->page);
	return RPC_SUCCESS;
}

static int32_t prepare(struct ts_rpc_request *req)
{
	struct ledger *self = req->ep->ctx;

	self->prepared = true;
	self->audits_seen = self->page->audits;
	return RPC_SUCCESS;
}

/* Behind the check: a point for scenarios. */
__attribute__((noinline)) void ledger_checked(struct page *page)
{
	page->left++;
	page->right++;
}

/* Relies on nobody looking between two requests, and does not look itself before this one runs. */
static int32_t commit(struct ts_rpc_request *req)
{
	struct ledger *self = req->ep->ctx;

	if (self->prepared && self->page->audits != self->audits_seen)
		return LEDGER_AUDITED;
	ledger_checked(self->page);
	return RPC_SUCCESS;
}

static int32_t audit(struct ts_rpc_request *req)
{
	struct page *page = ((struct ledger *)req->ep->ctx)->page;

	ts_rpc_result(req, 0, page->left);
	ts_rpc_result(req, 1, page->left - page->right);
	ts_rpc_result(req, 2, ++page->audits);
	return RPC_SUCCESS;
}

static const struct ts_rpc_op ops[] = {{LEDGER_AUDIT, audit},
				       {LEDGER_POST_SYMBOL, post_symbol},
				       {LEDGER_POST_ADDRESS, post_address},
				       {LEDGER_POST_SVCS, post_svcs},
				       {LEDGER_POST_ANNOUNCED, post_announced},
				       {LEDGER_PREPARE, prepare},
				       {LEDGER_COMMIT, commit}};

static const struct ts_rpc_service service = {
	.uuid = LEDGER_UUID, .ops = ops, .op_count = sizeof(ops) / sizeof(ops[0])};

static void ledger_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct ledger *self = ffasim_sp_state(sp);

	if (libsp_boot(&self->l, sp, "LEDGER"))
		libsp_not_viable(&self->l, "FF-A setup");
	self->page = (struct page *)region_va(boot_info_va, "lock-page");
	if (!self->page)
		libsp_not_viable(&self->l, "no lock-page in the manifest");
	if (ts_rpc_init(&self->ep, &self->l, self) || ts_rpc_add_service(&self->ep, &service))
		libsp_not_viable(&self->l, "RPC endpoint");
	ts_rpc_run(&self->ep);
}

FFASIM_SP_IMAGE(.name = "ledger", .state_bytes = sizeof(struct ledger), .main = ledger_main);
