/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * misbehave: a TS service that gives, when told to, each wrong answer an SP can give. Where the
 * SPMC sends the wrong answer back with FFA_ERROR, the SP then behaves and reports that code as
 * service status; where the wrong answer gives the PE away, the next message is served as usual.
 * Options: version, boot, refuse_retrieve, refuse_relinquish, interface, read_only (see
 * ../README.md).
 */
#include <string.h>

#include "services.h"
#include "ts_rpc_endpoint.h"

#define NEVER_SLICE_NS 10000000
#define UNMAPPED_VA 0x1000

struct misbehave {
	struct libsp l;
	struct ts_rpc_endpoint ep;
	/* One-shot answers to the next management call of a kind. */
	bool refuse_retrieve, refuse_relinquish, keep_memory;
	/* From options: for ever. */
	bool always_retrieve, always_relinquish, wrong_interface;
	uint32_t retrieve_status, relinquish_status, version, interface;
	uint8_t *pointer; /* kept, whatever became of the memory */
};

static struct misbehave *self_of(struct ts_rpc_request *req)
{
	return req->ep->ctx;
}

/* Sends @r. Refused: its code becomes the service status. Taken: the next message came back. */
static int32_t send(struct ts_rpc_request *req, struct smc_regs *r)
{
	libsp_call(req->ep->l, r);
	if ((uint32_t)r->x[0] == FFA_ERROR) {
		req->service_status = libsp_code(r);
		return RPC_SUCCESS;
	}
	req->ep->msg = *r;
	req->ep->taken = true;
	return RPC_SUCCESS;
}

/* The right response to @req, to be spoiled. */
static struct smc_regs right_response(struct ts_rpc_request *req)
{
	const struct smc_regs *m = &req->ep->msg;
	const uint32_t w1 = m->x[1];

	return (struct smc_regs){.x = {FFA_DIRECT_RESP_32, w1 << 16 | w1 >> 16, 0, m->x[3]}};
}

static int32_t ok(struct ts_rpc_request *req)
{
	return RPC_SUCCESS;
}

static int32_t wrong_destination(struct ts_rpc_request *req)
{
	struct smc_regs r = right_response(req);
	const uint16_t to = ts_rpc_has_arg(req, 0) ? ts_rpc_arg(req, 0) : req->source_id + 0x4321;

	r.x[1] = (uint32_t)req->ep->l->id << 16 | to;
	return send(req, &r);
}

static int32_t wrong_source(struct ts_rpc_request *req)
{
	struct smc_regs r = right_response(req);

	r.x[1] ^= 0x00700000;
	return send(req, &r);
}

static int32_t nonzero_w2(struct ts_rpc_request *req)
{
	struct smc_regs r = right_response(req);

	r.x[2] = 1;
	return send(req, &r);
}

static int32_t resp64(struct ts_rpc_request *req)
{
	struct smc_regs r = right_response(req);

	r.x[0] = FFA_DIRECT_RESP_64;
	return send(req, &r);
}

static int32_t error(struct ts_rpc_request *req)
{
	const uint64_t times = ts_rpc_arg(req, 0);
	uint64_t bounced = 0;

	while (!times || bounced < times) {
		struct smc_regs r = {.x = {FFA_ERROR, 0, (uint32_t)FFA_INVALID_PARAMETERS}};

		send(req, &r);
		if (req->ep->taken)
			return RPC_SUCCESS;
		bounced++;
	}
	req->service_status = 0;
	ts_rpc_result(req, 0, bounced);
	return RPC_SUCCESS;
}

static int32_t long_response(struct ts_rpc_request *req)
{
	req->response_bytes = req->size_bytes + 1;
	return RPC_SUCCESS;
}

static int32_t never(struct ts_rpc_request *req)
{
	for (;;)
		ffasim_sp_work_ns(req->ep->l->sp, NEVER_SLICE_NS);
	return RPC_SUCCESS;
}

static int32_t msg_wait(struct ts_rpc_request *req)
{
	struct smc_regs r = {.x = {FFA_MSG_WAIT}};

	return send(req, &r);
}

static int32_t rpc_status(struct ts_rpc_request *req)
{
	return ts_rpc_has_arg(req, 0) ? (int32_t)ts_rpc_arg(req, 0) : RPC_ERROR_INTERNAL;
}

static int32_t service_status(struct ts_rpc_request *req)
{
	req->service_status = ts_rpc_arg(req, 0);
	return RPC_SUCCESS;
}

static int32_t refuse_retrieve(struct ts_rpc_request *req)
{
	self_of(req)->refuse_retrieve = true;
	return RPC_SUCCESS;
}

static int32_t refuse_relinquish(struct ts_rpc_request *req)
{
	self_of(req)->refuse_relinquish = true;
	return RPC_SUCCESS;
}

static int32_t keep_memory(struct ts_rpc_request *req)
{
	self_of(req)->keep_memory = true;
	return RPC_SUCCESS;
}

static int32_t keep_pointer(struct ts_rpc_request *req)
{
	self_of(req)->pointer = req->data;
	return req->data ? RPC_SUCCESS : RPC_ERROR_INVALID_VALUE;
}

static int32_t read_pointer(struct ts_rpc_request *req)
{
	uint8_t *p = self_of(req)->pointer;

	if (!p)
		return RPC_ERROR_INVALID_VALUE;
	ts_rpc_result(req, 0, p[16]);
	return RPC_SUCCESS;
}

static int32_t write_pointer(struct ts_rpc_request *req)
{
	uint8_t *p = self_of(req)->pointer;

	if (!p)
		return RPC_ERROR_INVALID_VALUE;
	memset(p + 16, 0x55, 100);
	return RPC_SUCCESS;
}

static int32_t bad_svc(struct ts_rpc_request *req)
{
	struct smc_regs r = {.x = {(uint32_t)ts_rpc_arg(req, 0)}};

	libsp_call(req->ep->l, &r);
	if ((uint32_t)r.x[0] == FFA_DIRECT_REQ_32) { /* it gave the PE away after all */
		req->ep->msg = r;
		req->ep->taken = true;
		return RPC_SUCCESS;
	}
	req->service_status = libsp_code(&r);
	ts_rpc_result(req, 0, (uint32_t)r.x[0]);
	ts_rpc_result(req, 1, libsp_code(&r));
	return RPC_SUCCESS;
}

/* Entered again it runs into the same instruction. */
static int32_t crash(struct ts_rpc_request *req, enum ffasim_sp_fault fault, uint64_t addr)
{
	for (;;)
		ffasim_sp_crash(req->ep->l->sp, fault, addr);
	return RPC_SUCCESS;
}

static int32_t crash_undef(struct ts_rpc_request *req)
{
	return crash(req, FFASIM_SP_UNDEF, 0);
}

static int32_t crash_data_abort(struct ts_rpc_request *req)
{
	if (ffasim_sp_va(req->ep->l->sp, UNMAPPED_VA, 1, false))
		return RPC_ERROR_INTERNAL;
	return crash(req, FFASIM_SP_DATA_ABORT, UNMAPPED_VA);
}

static int32_t crash_insn_abort(struct ts_rpc_request *req)
{
	return crash(req, FFASIM_SP_INSN_ABORT, 0);
}

static int32_t crash_alignment(struct ts_rpc_request *req)
{
	return crash(req, FFASIM_SP_ALIGNMENT, 1);
}

static int32_t crash_brk(struct ts_rpc_request *req)
{
	return crash(req, FFASIM_SP_BRK, 0);
}

static int32_t crash_sysreg(struct ts_rpc_request *req)
{
	return crash(req, FFASIM_SP_SYSREG, 0);
}

static int32_t crash_after_svc(struct ts_rpc_request *req)
{
	uint16_t id;

	libsp_id_get(req->ep->l, &id);
	return crash(req, FFASIM_SP_UNDEF, 0);
}

/* Entered again at the return of the SVC, this time it gets past the bad instruction (D5). */
static int32_t crash_resurrect(struct ts_rpc_request *req)
{
	uint16_t id;

	/* A native SP comes back from the crash itself, guest code from the SVC, a second time. */
	if (!libsp_id_get(req->ep->l, &id))
		ffasim_sp_crash(req->ep->l->sp, FFASIM_SP_UNDEF, 0);
	req->service_status = libsp_code(ffasim_sp_reentry_regs(req->ep->l->sp));
	return RPC_SUCCESS;
}

static int32_t crash_after_call(struct ts_rpc_request *req)
{
	struct smc_regs answer;

	libsp_direct_req(req->ep->l, ts_rpc_arg(req, 0), (const uint32_t[5]){0x00ff0000}, &answer);
	return crash(req, FFASIM_SP_UNDEF, 0);
}

static int32_t crash_later(struct ts_rpc_request *req)
{
	ffasim_sp_work_ns(req->ep->l->sp, ts_rpc_arg(req, 0));
	return crash(req, FFASIM_SP_UNDEF, 0);
}

static const struct ts_rpc_op ops[] = {
	{MISBEHAVE_OK, ok},
	{MISBEHAVE_WRONG_DESTINATION, wrong_destination},
	{MISBEHAVE_WRONG_SOURCE, wrong_source},
	{MISBEHAVE_NONZERO_W2, nonzero_w2},
	{MISBEHAVE_RESP64, resp64},
	{MISBEHAVE_ERROR, error},
	{MISBEHAVE_LONG_RESPONSE, long_response},
	{MISBEHAVE_NEVER, never},
	{MISBEHAVE_MSG_WAIT, msg_wait},
	{MISBEHAVE_RPC_STATUS, rpc_status},
	{MISBEHAVE_SERVICE_STATUS, service_status},
	{MISBEHAVE_REFUSE_RETRIEVE, refuse_retrieve},
	{MISBEHAVE_REFUSE_RELINQUISH, refuse_relinquish},
	{MISBEHAVE_KEEP_MEMORY, keep_memory},
	{MISBEHAVE_KEEP_POINTER, keep_pointer},
	{MISBEHAVE_READ_POINTER, read_pointer},
	{MISBEHAVE_WRITE_POINTER, write_pointer},
	{MISBEHAVE_BAD_SVC, bad_svc},
	{MISBEHAVE_CRASH_UNDEF, crash_undef},
	{MISBEHAVE_CRASH_DATA_ABORT, crash_data_abort},
	{MISBEHAVE_CRASH_INSN_ABORT, crash_insn_abort},
	{MISBEHAVE_CRASH_ALIGNMENT, crash_alignment},
	{MISBEHAVE_CRASH_BRK, crash_brk},
	{MISBEHAVE_CRASH_SYSREG, crash_sysreg},
	{MISBEHAVE_CRASH_AFTER_SVC, crash_after_svc},
	{MISBEHAVE_CRASH_RESURRECT, crash_resurrect},
	{MISBEHAVE_CRASH_LATER, crash_later},
	{MISBEHAVE_CRASH_AFTER_CALL, crash_after_call},
};

static const struct ts_rpc_service service = {
	.uuid = MISBEHAVE_UUID,
	.ops = ops,
	.op_count = sizeof(ops) / sizeof(ops[0]),
};

/* True, once, when the flag was set. */
static bool once(bool *flag)
{
	const bool was = *flag;

	*flag = false;
	return was;
}

static void forget_slot(struct ts_rpc_endpoint *ep, uint64_t handle)
{
	for (unsigned i = 0; i < TS_RPC_SHM_SLOTS; i++)
		if (ep->slot[i].used && ep->slot[i].handle == handle)
			ep->slot[i].used = false;
}

static bool management(struct ts_rpc_endpoint *ep, uint16_t opcode, const uint32_t in[5],
		       uint32_t out[5])
{
	struct misbehave *self = ep->ctx;

	switch (opcode) {
	case TS_RPC_VERSION_GET:
		out[1] = self->version;
		return true;
	case TS_RPC_MEM_RETRIEVE:
		if (!once(&self->refuse_retrieve) && !self->always_retrieve)
			return false;
		out[1] = self->retrieve_status;
		return true;
	case TS_RPC_MEM_RELINQUISH:
		if (once(&self->keep_memory)) {
			forget_slot(ep, in[1] | (uint64_t)in[2] << 32);
			return true;
		}
		if (!once(&self->refuse_relinquish) && !self->always_relinquish)
			return false;
		out[1] = self->relinquish_status;
		return true;
	case TS_RPC_INTERFACE_ID:
		out[2] = self->interface;
		return self->wrong_interface;
	}
	return false;
}

static uint32_t status_option(struct ffasim_sp *sp, const char *key, bool *given)
{
	const char *text = ffasim_sp_option(sp, key);
	const bool negative = text && *text == '-';
	uint32_t value = 0;

	*given = text;
	if (!text)
		return RPC_ERROR_INTERNAL;
	for (text += negative; *text >= '0' && *text <= '9'; text++)
		value = value * 10 + (*text - '0');
	return negative ? -value : value;
}

static void boot_badly(struct misbehave *self, struct ffasim_sp *sp, const char *how)
{
	if (!strcmp(how, "hang"))
		for (;;)
			ffasim_sp_work_ns(sp, NEVER_SLICE_NS);
	if (!strcmp(how, "crash"))
		for (;;)
			ffasim_sp_crash(sp, FFASIM_SP_DATA_ABORT, UNMAPPED_VA);
	if (!strcmp(how, "error")) {
		struct smc_regs r = {.x = {FFA_ERROR, 0, (uint32_t)FFA_NO_MEMORY}};

		libsp_call(&self->l, &r);
	}
}

/* A page of its own, written to and then made read-only (ffa.md 5.7). */
static void make_read_only(struct misbehave *self, struct ffasim_sp *sp)
{
	const uint64_t va = ffasim_sp_alloc_pages(sp, 1);
	struct smc_regs r = {.x = {FFA_MEM_PERM_SET_32, va, 1, 7}}; /* RO, XN */

	self->pointer = va ? ffasim_sp_va(sp, va, 4096, true) : NULL;
	if (!self->pointer)
		return;
	memset(self->pointer, 7, 4096);
	libsp_call(&self->l, &r);
}

static void misbehave_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct misbehave *self = ffasim_sp_state(sp);
	const char *how = ffasim_sp_option(sp, "boot");

	self->l.sp = sp;
	self->l.prefix = "MISBEHAVE";
	self->version = ffasim_sp_option_u64(sp, "version", 1);
	self->wrong_interface = ffasim_sp_option(sp, "interface");
	self->interface = ffasim_sp_option_u64(sp, "interface", 0);
	self->retrieve_status = status_option(sp, "refuse_retrieve", &self->always_retrieve);
	self->relinquish_status = status_option(sp, "refuse_relinquish", &self->always_relinquish);
	if (how)
		boot_badly(self, sp, how);
	if ((!how || strcmp(how, "no_rxtx")) && libsp_boot(&self->l, sp, self->l.prefix))
		libsp_not_viable(&self->l, "FF-A setup");
	if (ts_rpc_init(&self->ep, &self->l, self) || ts_rpc_add_service(&self->ep, &service))
		libsp_not_viable(&self->l, "RPC endpoint");
	self->ep.management = management;
	if (ffasim_sp_option(sp, "read_only"))
		make_read_only(self, sp);
	ts_rpc_run(&self->ep);
}

FFASIM_SP_IMAGE(.name = "misbehave", .state_bytes = sizeof(struct misbehave),
		.main = misbehave_main);
