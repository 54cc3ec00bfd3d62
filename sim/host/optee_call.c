/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The step optee-call: a yielding call served as a driver serves it (optee.md 2.4), without one.
 * RPC commands of the kernel are answered here: notifications, time, memory; what user space would
 * answer, the step says. A sleeper looks for its wake-up each 20 us.
 * Not modelled: the queue of callers that find no free thread; w3 = BUSY ends the step.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ffa/ffa.h"
#include "ffa/optee_msg.h"
#include "host/optee_steps.h"
#include "host/run.h"
#include "linux/klinux.h"
#include "linux/kernel_internal.h"

#define OPTEE_ID (FFA_ID_SPMC + 1)
#define NAP_NS 20000
#define KEYS 256
#define BUFFERS 32

struct optee_client {
	unsigned key[KEYS]; /* wake-ups that nobody has taken yet */
	struct {
		void *ptr; /* NULL = free */
		size_t bytes;
		uint64_t handle;
	} buffer[BUFFERS]; /* given to the Trusted OS */
};

static uint32_t rpc_wait(struct optee_client *c, uint64_t key, uint64_t timeout_ms)
{
	const uint64_t end_ns = machine->now_ns + timeout_ms * 1000000;

	while (!c->key[key]) {
		if (timeout_ms && machine->now_ns >= end_ns)
			return TEE_ERROR_TIMEOUT;
		kuser_sleep_ns(NAP_NS);
	}
	c->key[key]--;
	return TEE_SUCCESS;
}

static uint32_t rpc_notification(struct optee_client *c, const struct optee_msg_param *p)
{
	if (p->b >= KEYS)
		return TEE_ERROR_BAD_PARAMETERS;
	if (p->a == OPTEE_NOTIF_WAIT)
		return rpc_wait(c, p->b, p->c);
	if (p->a != OPTEE_NOTIF_SEND)
		return TEE_ERROR_BAD_PARAMETERS;
	c->key[p->b]++;
	return TEE_SUCCESS;
}

static uint32_t rpc_alloc(struct optee_client *c, struct optee_msg_param *p)
{
	const struct bus_type *bus = klinux_module_symbol("ffa_bus_type");
	const size_t bytes = (p->b + 4095) / 4096 * 4096;
	uint64_t handle;
	unsigned i = 0;
	int err;

	while (i < BUFFERS && c->buffer[i].ptr)
		i++;
	if (i == BUFFERS || !bus || p->a > OPTEE_SHM_GLOBAL || !bytes)
		return TEE_ERROR_OUT_OF_MEMORY;
	ksys_enter("optee-alloc");
	err = kffa_share(bus, OPTEE_ID, bytes, &c->buffer[i].ptr, &handle);
	ksys_exit("optee-alloc", err);
	if (err) {
		c->buffer[i].ptr = NULL;
		return TEE_ERROR_OUT_OF_MEMORY;
	}
	c->buffer[i].bytes = bytes;
	c->buffer[i].handle = handle;
	*p = (struct optee_msg_param){OPTEE_ATTR_FMEM_OUT, 0, bytes, handle};
	return TEE_SUCCESS;
}

static uint32_t rpc_free(struct optee_client *c, const struct optee_msg_param *p)
{
	const struct bus_type *bus = klinux_module_symbol("ffa_bus_type");
	int err;

	for (unsigned i = 0; i < BUFFERS; i++) {
		if (!c->buffer[i].ptr || c->buffer[i].handle != p->b)
			continue;
		ksys_enter("optee-free");
		err = kffa_unshare(bus, OPTEE_ID, c->buffer[i].bytes, c->buffer[i].ptr, p->b);
		ksys_exit("optee-free", err);
		if (!err)
			c->buffer[i].ptr = NULL;
		return err ? TEE_ERROR_GENERIC : TEE_SUCCESS;
	}
	return TEE_ERROR_BAD_PARAMETERS;
}

static uint32_t rpc_user_space(const struct scn_step *st, struct optee_msg_param *p)
{
	if (!ynode_get(st->node->item[0], "answer"))
		return TEE_ERROR_COMMUNICATION;
	p->a = st->a.answer;
	return TEE_SUCCESS;
}

static void serve(struct optee_client *c, const struct scn_step *st, struct optee_msg *rpc)
{
	struct optee_msg_param *p = rpc->param;

	switch (rpc->cmd) {
	case OPTEE_RPC_GET_TIME:
		p->a = machine->now_ns / 1000000000;
		p->b = machine->now_ns % 1000000000;
		rpc->ret = TEE_SUCCESS;
		break;
	case OPTEE_RPC_NOTIFICATION:
		rpc->ret = rpc_notification(c, p);
		break;
	case OPTEE_RPC_SUSPEND:
		kuser_sleep_ns(p->a * 1000000);
		rpc->ret = TEE_SUCCESS;
		break;
	case OPTEE_RPC_SHM_ALLOC:
		rpc->ret = rpc_alloc(c, p);
		break;
	case OPTEE_RPC_SHM_FREE:
		rpc->ret = rpc_free(c, p);
		break;
	default:
		rpc->ret = rpc_user_space(st, p);
		break;
	}
}

static void issue(struct smc_regs *r)
{
	ksys_enter("optee-call");
	conduit_smc(r);
	ksys_exit("optee-call", 0);
}

void optee_step_call(struct rtask *rt, const struct scn_step *st)
{
	const struct rslot *sl = &rt->proc->slot[st->a.on_slot];
	struct optee_msg *msg = optee_message_at(rt, st, 2), *rpc;
	struct smc_regs r = {.x = {FFA_DIRECT_REQ, OPTEE_ID, 0, OPTEE_CALL_WITH_ARG,
				   (uint32_t)sl->reg, sl->reg >> 32, st->a.offset}};
	int64_t exits = 0, rpcs = 0;

	if (!rt->run->optee)
		rt->run->optee = calloc(1, sizeof(*rt->run->optee));
	if (!msg || !rt->run->optee) {
		rtask_note(rt, "errno", EFAULT);
		return;
	}
	rpc = (struct optee_msg *)&msg->param[msg->num_params];
	for (issue(&r); (uint32_t)r.x[0] == FFA_DIRECT_RESP && !r.x[3] && r.x[4]; issue(&r)) {
		const uint64_t thread = r.x[7];

		exits += r.x[4] == OPTEE_RET_INTERRUPT;
		if (r.x[4] == OPTEE_RET_RPC) {
			rpcs++;
			serve(rt->run->optee, st, rpc);
		}
		r = (struct smc_regs){
			.x = {FFA_DIRECT_REQ, OPTEE_ID, 0, OPTEE_RESUME, 0, 0, 0, thread}};
	}
	rtask_note(rt, "errno", (uint32_t)r.x[0] != FFA_DIRECT_RESP || r.x[3] ? EIO : 0);
	rtask_note(rt, "w0", (int64_t)r.x[0]);
	rtask_note(rt, "w3", (int64_t)r.x[3]);
	rtask_note(rt, "exits", exits);
	rtask_note(rt, "rpcs", rpcs);
	if ((uint32_t)r.x[0] != FFA_DIRECT_RESP || r.x[3])
		return;
	rtask_note(rt, "ret", msg->ret);
	rtask_note(rt, "session", msg->session);
	rtask_note(rt, "a", msg->num_params > 1 ? (int64_t)msg->param[1].a : 0);
	rtask_note(rt, "b", msg->num_params > 1 ? (int64_t)msg->param[1].b : 0);
}
