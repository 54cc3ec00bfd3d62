/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Requests of a thread to the Normal world (optee.md 2.5): written into the RPC argument block
 * behind the call's own message, announced by a direct response with w4 = 1; the answer is in the
 * block when somebody resumes the thread. Nothing tells a late or missing answer from a real one:
 * the block says TEE_ERROR_GENERIC until the Normal world writes another ret (inferred).
 *
 * Memory for a request is asked for in the same way. The Trusted OS uses it by its handle and gives
 * up its registration before it is freed, so the Normal world may reclaim it. A buffer that serves
 * one kind of request again and again stays with the thread until its call ends (1.11 "shm cache";
 * the rule when it is replaced is inferred). There is no service to drop caches over FF-A.
 */
#include <string.h>

#include "optee/optee.h"

TRACE_KIND(trace_optee_rpc, "optee.rpc", "a yielding call asks the Normal world", "thread", "cmd$",
	   "a", "b", "c");
TRACE_KIND(trace_optee_rpc_done, "optee.rpc_done", "the Normal world's answer is read", "thread",
	   "cmd$", "ret");

static const char *cmd_name(uint32_t cmd)
{
	static const char *const names[] = {
		[OPTEE_RPC_LOAD_TA] = "load-ta",
		[OPTEE_RPC_RPMB] = "rpmb",
		[OPTEE_RPC_FS] = "fs",
		[OPTEE_RPC_GET_TIME] = "get-time",
		[OPTEE_RPC_NOTIFICATION] = "notification",
		[OPTEE_RPC_SUSPEND] = "suspend",
		[OPTEE_RPC_SHM_ALLOC] = "shm-alloc",
		[OPTEE_RPC_SHM_FREE] = "shm-free",
		[OPTEE_RPC_GPROF] = "gprof",
		[OPTEE_RPC_SOCKET] = "socket",
		[OPTEE_RPC_FTRACE] = "ftrace",
		[OPTEE_RPC_PLUGIN] = "plugin",
		[OPTEE_RPC_I2C] = "i2c",
		[OPTEE_RPC_RPMB_PROBE_RESET] = "rpmb-probe-reset",
		[OPTEE_RPC_RPMB_PROBE_NEXT] = "rpmb-probe-next",
		[OPTEE_RPC_RPMB_FRAMES] = "rpmb-frames",
	};

	return cmd < sizeof(names) / sizeof(names[0]) && names[cmd] ? names[cmd] : "other";
}

uint32_t optee_rpc(struct optee_thread *t, uint32_t cmd, struct optee_msg_param *param,
		   unsigned count)
{
	struct {
		struct optee_msg head;
		struct optee_msg_param param[OPTEE_RPC_PARAMS];
	} block = {.head = {.cmd = cmd, .ret = TEE_ERROR_GENERIC, .num_params = count}};
	const size_t bytes = sizeof(block.head) + count * sizeof(*param);

	if (count)
		memcpy(block.param, param, count * sizeof(*param));
	tos_shm_copy(t->arg, t->rpc_offset, &block, bytes, true);
	if (t->os->trace->on)
		TRACE(t->os->trace, trace_optee_rpc, t->id, trace_intern(cmd_name(cmd)),
		      block.param[0].a, block.param[0].b, block.param[0].c);
	optee_thread_rpc(t);
	tos_shm_copy(t->arg, t->rpc_offset, &block, bytes, false);
	for (unsigned i = 0; i < count; i++)
		switch (param[i].attr & OPTEE_ATTR_TYPE) {
		case OPTEE_ATTR_VALUE_OUT:
		case OPTEE_ATTR_VALUE_INOUT:
			param[i].a = block.param[i].a;
			param[i].b = block.param[i].b;
			param[i].c = block.param[i].c;
			break;
		case OPTEE_ATTR_FMEM_OUT:
		case OPTEE_ATTR_FMEM_INOUT:
			param[i].b = block.param[i].b;
			break;
		default:
			break;
		}
	if (t->os->trace->on)
		TRACE(t->os->trace, trace_optee_rpc_done, t->id, trace_intern(cmd_name(cmd)),
		      block.head.ret);
	return block.head.ret;
}

static uint32_t notification(struct optee_thread *t, uint32_t what, uint32_t value,
			     uint32_t timeout_ms)
{
	struct optee_msg_param p = {OPTEE_ATTR_VALUE_IN, what, value, timeout_ms};

	return optee_rpc(t, OPTEE_RPC_NOTIFICATION, &p, 1);
}

uint32_t optee_rpc_wait(struct optee_thread *t, uint32_t value, uint32_t timeout_ms)
{
	return notification(t, OPTEE_NOTIF_WAIT, value, timeout_ms);
}

uint32_t optee_rpc_send(struct optee_thread *t, uint32_t value)
{
	return notification(t, OPTEE_NOTIF_SEND, value, 0);
}

/* What the answer to SHM_ALLOC names, NULL = nothing that can hold @bytes. */
static struct share *allocated(struct optee_thread *t, uint64_t bytes,
			       const struct optee_msg_param *p)
{
	const uint32_t internal = optee_fmem_internal(p);
	struct share *share;

	if (internal >= PHYS_PAGE_BYTES)
		return NULL;
	share = optee_shm_get(t, p->c);
	if (share && tos_shm_bytes(share) - internal < bytes) {
		tos_shm_put(share);
		return NULL;
	}
	return share;
}

uint32_t optee_rpc_alloc(struct optee_thread *t, unsigned type, uint64_t bytes,
			 struct optee_rpc_shm *out)
{
	/* One parameter: the request is a value, the answer replaces it by memory. */
	struct {
		struct optee_msg head;
		struct optee_msg_param param;
	} answer;
	struct optee_msg_param p = {OPTEE_ATTR_VALUE_IN, type, bytes, 8};
	const uint32_t ret = optee_rpc(t, OPTEE_RPC_SHM_ALLOC, &p, 1);

	*out = (struct optee_rpc_shm){.type = type};
	tos_shm_copy(t->arg, t->rpc_offset, &answer, sizeof(answer), false);
	if (ret || answer.head.num_params != 1 ||
	    (answer.param.attr & OPTEE_ATTR_TYPE) != OPTEE_ATTR_FMEM_OUT)
		return TEE_ERROR_OUT_OF_MEMORY;
	out->handle = answer.param.c;
	out->offset = optee_fmem_internal(&answer.param);
	out->share = allocated(t, bytes, &answer.param);
	if (!out->share) {
		/* It gave something: it gets it back. */
		optee_rpc_free(t, out);
		return TEE_ERROR_OUT_OF_MEMORY;
	}
	out->bytes = tos_shm_bytes(out->share) - out->offset;
	return TEE_SUCCESS;
}

void optee_rpc_free(struct optee_thread *t, struct optee_rpc_shm *shm)
{
	struct optee_msg_param p = {OPTEE_ATTR_VALUE_IN, shm->type, shm->handle, 0};

	tos_shm_put(shm->share);
	tos_shm_unregister(t->os->s, shm->handle);
	optee_rpc(t, OPTEE_RPC_SHM_FREE, &p, 1);
	*shm = (struct optee_rpc_shm){0};
}

const struct optee_rpc_shm *optee_rpc_cached(struct optee_thread *t, enum optee_cache user,
					     unsigned type, uint64_t bytes)
{
	struct optee_rpc_shm *shm = &t->cache[user];

	if (shm->share && (shm->type != type || shm->bytes < bytes))
		optee_rpc_free(t, shm);
	if (!shm->share && optee_rpc_alloc(t, type, bytes, shm))
		return NULL;
	return shm;
}

void optee_rpc_cache_clear(struct optee_thread *t)
{
	for (unsigned i = 0; i < OPTEE_CACHE_COUNT; i++)
		if (t->cache[i].share)
			optee_rpc_free(t, &t->cache[i]);
}
