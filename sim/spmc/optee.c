/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Trusted OS as an endpoint, seen from the Normal world (optee.md 2.1, 2.2): a logical
 * partition whose handler runs inline. Blocking services are answered here, without a thread;
 * yielding ones go to optee_call.c.
 */
#include "spmc/spmc_internal.h"

#define TEE_BAD_PARAMETERS 0xffff0006u

enum {
	GET_API_VERSION = 0,
	GET_OS_VERSION = 1,
	EXCHANGE_CAPABILITIES = 2,
	UNREGISTER_SHM = 3,
	ENABLE_ASYNC_NOTIF = 5
};

/* w3..w5 of the fixed answers. */
static const struct {
	uint32_t service, w3, w4, w5;
} answers[] = {
	{GET_API_VERSION, 1, 0, 0},
	{GET_OS_VERSION, 4, 0xa, 0},
	{EXCHANGE_CAPABILITIES, 0, 4, 7},
};

static void reply(struct smc_regs *r, uint32_t w3, uint32_t w4, uint32_t w5)
{
	const uint64_t fid = r->x[0] + 1; /* the response of the same width */
	const uint64_t w1 = ffa_pack(ffa_dst(r->x[1]), ffa_src(r->x[1]).v);

	regs_clear(r);
	r->x[0] = fid;
	r->x[1] = w1;
	r->x[3] = w3;
	r->x[4] = w4;
	r->x[5] = w5;
}

static void direct_req(struct spmc *s, struct smc_regs *r)
{
	const uint32_t service = (uint32_t)r->x[3];

	if ((uint32_t)r->x[0] == FFA_DIRECT_REQ2_64) {
		regs_error(r, FFA_NOT_SUPPORTED);
		return;
	}
	if (r->x[2]) {
		regs_error(r, r->x[2] & FFA_MSG_FRAMEWORK ? FFA_NOT_SUPPORTED
							  : FFA_INVALID_PARAMETERS);
		return;
	}
	if (service >> 31) {
		optee_yielding(s, r);
		return;
	}
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (answers[i].service == service) {
			reply(r, answers[i].w3, answers[i].w4, answers[i].w5);
			return;
		}
	if (service == UNREGISTER_SHM)
		reply(r,
		      (uint32_t)memory_unregister(s, (uint32_t)r->x[4] | (uint64_t)(uint32_t)r->x[5]
										 << 32),
		      0, 0);
	else if (service == ENABLE_ASYNC_NOTIF && r->x[4] < 64)
		reply(r, 0, 0, 0);
	else
		reply(r, TEE_BAD_PARAMETERS, 0, 0);
}

void optee_init(struct spmc *s)
{
	s->optee = (struct lsp){
		.id = endpoint_of(FFA_ID_SPMC + 1),
		.name = "optee",
		.who = trace_intern("optee"),
		/* 486178e0-e7f8-11e3-bc5e-0002a5d5c51b, optee.md 3.14 */
		.uuid = {0xe0786148, 0xe311f8e7, 0x02005ebc, 0x1bc5d5a5},
		.properties = FFA_PROP_DIRECT_RECV | FFA_PROP_DIRECT_SEND | FFA_PROP_AARCH64,
		.direct_req = direct_req,
	};
}
