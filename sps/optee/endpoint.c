/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Trusted OS as an endpoint, seen from the Normal world (optee.md 2.1, 2.2): a logical
 * partition whose handler runs inline. Blocking services are answered here, without a thread;
 * yielding ones go to call.c.
 * Not modelled: protected memory (service 8), framework messages about VMs.
 */
#include <stdio.h>
#include <stdlib.h>

#include "optee/optee.h"

/* w3..w5 of the fixed answers. */
static const struct {
	uint32_t service, w3, w4, w5;
} answers[] = {
	{OPTEE_GET_API_VERSION, 1, 0, 0},
	{OPTEE_GET_OS_VERSION, 4, 0xa, 0},
	{OPTEE_EXCHANGE_CAPABILITIES, 0, OPTEE_RPC_PARAMS,
	 OPTEE_CAP_ARG_OFFSET | OPTEE_CAP_ASYNC_NOTIF | OPTEE_CAP_RPMB_PROBE},
};

static void reply(struct smc_regs *r, uint32_t w3, uint32_t w4, uint32_t w5)
{
	const uint64_t fid = r->x[0] + 1; /* the response of the same width */
	const uint64_t w1 = ffa_pack(ffa_dst(r->x[1]), ffa_src(r->x[1]).v);

	*r = (struct smc_regs){.x = {fid, w1, 0, w3, w4, w5}};
}

static void error(struct smc_regs *r, int code)
{
	*r = (struct smc_regs){.x = {FFA_ERROR, 0, (uint32_t)code}};
}

static void direct_req(struct spmc *s, struct smc_regs *r)
{
	const uint32_t service = (uint32_t)r->x[3];
	const uint64_t handle = (uint32_t)r->x[4] | (uint64_t)(uint32_t)r->x[5] << 32;
	struct trusted_os *os = tos_of(s);

	if ((uint32_t)r->x[0] == FFA_DIRECT_REQ2_64) {
		error(r, FFA_NOT_SUPPORTED);
		return;
	}
	if (r->x[2]) {
		error(r, r->x[2] & FFA_MSG_FRAMEWORK ? FFA_NOT_SUPPORTED : FFA_INVALID_PARAMETERS);
		return;
	}
	if (service & OPTEE_YIELDING) {
		optee_yielding(os, r);
		return;
	}
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (answers[i].service == service) {
			reply(r, answers[i].w3, answers[i].w4, answers[i].w5);
			return;
		}
	if (service == OPTEE_UNREGISTER_SHM)
		reply(r, (uint32_t)tos_shm_unregister(s, handle), 0, 0);
	else if (service == OPTEE_ENABLE_ASYNC_NOTIF)
		reply(r, optee_notif_enable(os, r->x[4]), 0, 0);
	else
		reply(r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
}

static void name_locks(struct trusted_os *os)
{
	char name[16];

	os->tables.queue.name = trace_intern("page-tables");
	for (unsigned i = 0; i < OPTEE_TEST_LOCKS; i++) {
		snprintf(name, sizeof(name), "spin%u", i);
		os->spinlock[i].name = trace_intern(name);
		snprintf(name, sizeof(name), "mutex%u", i);
		os->mutex[i].queue.name = trace_intern(name);
		snprintf(name, sizeof(name), "condvar%u", i);
		os->condvar[i].name = trace_intern(name);
	}
}

struct trusted_os *trusted_os_create(struct spmc *s, struct lsp *lsp)
{
	struct trusted_os *os = calloc(1, sizeof(*os));

	if (!os)
		return NULL;
	os->s = s;
	os->trace = &machine->trace;
	name_locks(os);
	*lsp = (struct lsp){
		.id = endpoint_of(FFA_ID_SPMC + 1),
		.name = "optee",
		.who = trace_intern("optee"),
		/* 486178e0-e7f8-11e3-bc5e-0002a5d5c51b, optee.md 3.14 */
		.uuid = {0xe0786148, 0xe311f8e7, 0x02005ebc, 0x1bc5d5a5},
		.properties = FFA_PROP_DIRECT_RECV | FFA_PROP_DIRECT_SEND | FFA_PROP_AARCH64,
		.direct_req = direct_req,
	};
	return os;
}

void trusted_os_destroy(struct trusted_os *os)
{
	if (!os)
		return;
	optee_notif_finish(os);
	for (unsigned i = 0; i < TOS_THREADS_MAX; i++)
		if (os->thread[i])
			ec_destroy(&os->thread[i]->ec);
	free(os);
}
