/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * spin: the SP of the question that started this simulator. It computes for the time it is told
 * and checks, slice by slice, that preemption and migration lost nothing it owns.
 * Options: slice_ns, boot_call (see ../README.md).
 */
#include "pattern.h"
#include "services.h"
#include "ts_rpc_endpoint.h"

#define SLICE_NS 1000000

struct spin {
	struct libsp l;
	struct ts_rpc_endpoint ep;
	struct pattern pattern;
	uint64_t slice_ns;
	uint64_t seed; /* changes with each request */
	bool boot_called;
	struct smc_regs boot_answer;
};

struct burn {
	uint64_t work_ns;
	uint64_t svc_every_ns; /* 0 = no SVC */
	bool damage;
	uint64_t el0_ns, slices, svcs;
	bool bad_svc;
};

static void one_svc(struct spin *spin, struct burn *b)
{
	uint16_t id;

	pattern_check_regs(&spin->pattern);
	if (libsp_id_get(&spin->l, &id) || id != spin->l.id)
		b->bad_svc = true;
	pattern_check_kept(&spin->pattern);
	pattern_relay_regs(&spin->pattern);
	b->svcs++;
}

/* The stages of a deliberate loss: one x register and half a q register. */
static void damage(struct spin *spin)
{
	struct pe_regs *regs = ffasim_sp_regs(spin->l.sp);

	regs->x[5] ^= 1;
	regs->v[7][1] ^= 1;
}

static int32_t burn(struct spin *spin, struct burn *b)
{
	struct ffasim_sp *sp = spin->l.sp;
	const uint64_t start_ns = ffasim_sp_el0_ns(sp);
	uint64_t to_svc_ns = b->svc_every_ns;

	spin->seed += 0x10001;
	pattern_lay(&spin->pattern, spin->seed);
	for (uint64_t left_ns = b->work_ns; left_ns;) {
		uint64_t slice_ns = left_ns < spin->slice_ns ? left_ns : spin->slice_ns;

		if (b->svc_every_ns && slice_ns > to_svc_ns)
			slice_ns = to_svc_ns;
		ffasim_sp_work_ns(sp, slice_ns);
		left_ns -= slice_ns;
		to_svc_ns -= b->svc_every_ns ? slice_ns : 0;
		b->slices++;
		if (b->damage) {
			damage(spin);
			b->damage = false;
		}
		pattern_check_regs(&spin->pattern);
		pattern_check_memory(&spin->pattern, false);
		if (b->svc_every_ns && !to_svc_ns) {
			one_svc(spin, b);
			to_svc_ns = b->svc_every_ns;
		}
	}
	pattern_check_memory(&spin->pattern, true);
	b->el0_ns = ffasim_sp_el0_ns(sp) - start_ns;
	if (spin->pattern.bad_regs | spin->pattern.bad_memory)
		ffasim_sp_log(sp, "lost %llu registers, %llu words of memory",
			      (unsigned long long)spin->pattern.bad_regs,
			      (unsigned long long)spin->pattern.bad_memory);
	return (spin->pattern.bad_regs ? SPIN_BAD_REGS : 0) |
	       (spin->pattern.bad_memory ? SPIN_BAD_MEMORY : 0) |
	       (b->el0_ns < b->work_ns ? SPIN_BAD_TIME : 0) | (b->bad_svc ? SPIN_BAD_SVC : 0);
}

static int32_t burn_request(struct ts_rpc_request *req, struct burn *b)
{
	struct spin *spin = req->ep->ctx;

	req->service_status = burn(spin, b);
	ts_rpc_result(req, 0, spin->pattern.bad_regs + spin->pattern.bad_memory);
	ts_rpc_result(req, 1, b->el0_ns);
	ts_rpc_result(req, 2, b->slices);
	if (req->opcode == SPIN_BURN_SVC)
		ts_rpc_result(req, 3, b->svcs);
	return RPC_SUCCESS;
}

static int32_t spin_burn(struct ts_rpc_request *req)
{
	return burn_request(req, &(struct burn){.work_ns = ts_rpc_arg(req, 0)});
}

static int32_t spin_burn_svc(struct ts_rpc_request *req)
{
	const struct spin *spin = req->ep->ctx;
	const uint64_t every_ns = ts_rpc_arg(req, 1);

	return burn_request(req,
			    &(struct burn){.work_ns = ts_rpc_arg(req, 0),
					   .svc_every_ns = every_ns ? every_ns : spin->slice_ns});
}

static int32_t spin_damage(struct ts_rpc_request *req)
{
	return burn_request(req, &(struct burn){.work_ns = ts_rpc_arg(req, 0), .damage = true});
}

static int32_t spin_burn_client(struct ts_rpc_request *req)
{
	return burn_request(req, &(struct burn){.work_ns = (uint64_t)req->client_id * 1000});
}

static int32_t spin_chain(struct ts_rpc_request *req)
{
	struct spin *spin = req->ep->ctx;
	const uint16_t opcode = ts_rpc_has_arg(req, 2) ? ts_rpc_arg(req, 2) : SPIN_BURN_CLIENT;
	const uint32_t args[5] = {opcode, UINT32_MAX, UINT32_MAX, 0, ts_rpc_arg(req, 1) / 1000};
	struct smc_regs answer;
	const int code = libsp_direct_req(&spin->l, ts_rpc_arg(req, 0), args, &answer);
	int32_t status = 0;

	if (!code) /* w4: the callee refused the call itself, w5: what came of it */
		status = (int32_t)answer.x[4] ? SPIN_BAD_SVC : (int32_t)answer.x[5];
	req->service_status = code ? code : status;
	ts_rpc_result(req, 0, (uint32_t)answer.x[0]);
	ts_rpc_result(req, 1, code);
	ts_rpc_result(req, 2, status);
	return RPC_SUCCESS;
}

static int32_t spin_boot_result(struct ts_rpc_request *req)
{
	const struct spin *spin = req->ep->ctx;
	const int code = libsp_code(&spin->boot_answer);

	req->service_status = code;
	ts_rpc_result(req, 0, spin->boot_called);
	ts_rpc_result(req, 1, (uint32_t)spin->boot_answer.x[0]);
	ts_rpc_result(req, 2, code);
	return RPC_SUCCESS;
}

static const struct ts_rpc_op ops[] = {
	{SPIN_BURN, spin_burn},	    {SPIN_BURN_SVC, spin_burn_svc},
	{SPIN_CHAIN, spin_chain},   {SPIN_BOOT_RESULT, spin_boot_result},
	{SPIN_DAMAGE, spin_damage}, {SPIN_BURN_CLIENT, spin_burn_client},
};

static const struct ts_rpc_service service = {
	.uuid = SPIN_UUID,
	.ops = ops,
	.op_count = sizeof(ops) / sizeof(ops[0]),
};

static void spin_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct spin *spin = ffasim_sp_state(sp);
	const uint64_t to = ffasim_sp_option_u64(sp, "boot_call", 0);

	spin->slice_ns = ffasim_sp_option_u64(sp, "slice_ns", SLICE_NS);
	if (!spin->slice_ns)
		spin->slice_ns = SLICE_NS;
	if (libsp_boot(&spin->l, sp, "SPIN"))
		libsp_not_viable(&spin->l, "FF-A setup");
	spin->seed = (uint64_t)spin->l.id << 32;
	if (!pattern_init(&spin->pattern, sp))
		libsp_not_viable(&spin->l, "no memory");
	if (to) { /* version query of the other SP's management interface */
		libsp_direct_req(&spin->l, to, (const uint32_t[5]){0x00ff0000}, &spin->boot_answer);
		spin->boot_called = true;
	}
	if (ts_rpc_init(&spin->ep, &spin->l, spin) || ts_rpc_add_service(&spin->ep, &service))
		libsp_not_viable(&spin->l, "RPC endpoint");
	ts_rpc_run(&spin->ep);
}

FFASIM_SP_IMAGE(.name = "spin", .state_bytes = sizeof(struct spin), .main = spin_main);
