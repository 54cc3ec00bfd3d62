/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pseudo TAs that need the Normal world: `alloc` uses its memory, `supplicant` asks its user space
 * something, `time` asks for the time and sleeps.
 */
#include "optee/optee.h"

#define ALLOC_MAX_BYTES (1u << 20)

/* Fills the buffer and reads it again; the sum of its octets. */
static uint64_t use(const struct optee_rpc_shm *shm, uint64_t bytes)
{
	uint8_t chunk[256];
	uint64_t sum = 0;

	for (uint64_t at = 0; at < bytes; at += sizeof(chunk)) {
		const uint64_t n = bytes - at < sizeof(chunk) ? bytes - at : sizeof(chunk);

		for (uint64_t i = 0; i < n; i++)
			chunk[i] = (uint8_t)(at + i);
		tos_shm_copy(shm->share, shm->offset + at, chunk, n, true);
		tos_shm_copy(shm->share, shm->offset + at, chunk, n, false);
		for (uint64_t i = 0; i < n; i++)
			sum += chunk[i];
	}
	pe_charge(bytes * cost()->copy_per_kib_ns / 1024);
	return sum;
}

static uint32_t cached_twice(struct optee_invoke *in)
{
	const struct optee_msg_param *p = &in->msg->param[0];
	const struct optee_rpc_shm *shm = NULL;

	if (p->c >= OPTEE_CACHE_COUNT)
		return TEE_ERROR_BAD_PARAMETERS;
	for (int i = 0; i < 2; i++) {
		shm = optee_rpc_cached(in->t, (enum optee_cache)p->c, (unsigned)p->b, p->a);
		if (!shm)
			return TEE_ERROR_OUT_OF_MEMORY;
	}
	optee_value_out(in->msg, 1, use(shm, p->a), shm->handle);
	return TEE_SUCCESS;
}

/* a = bytes, b = 0 application, 1 kernel memory. Command 0 asks, uses, holds for c nanoseconds and
 * frees; command 1 goes through the thread's cache for requests of kind c, twice. The second
 * parameter gets the sum of the octets and the handle. */
uint32_t ta_alloc(struct optee_invoke *in)
{
	const struct optee_msg_param *p = &in->msg->param[0];
	struct optee_rpc_shm shm;
	uint64_t sum, handle;
	uint32_t ret;

	if (in->msg->func > 1 || optee_type(in->msg, 0) != OPTEE_ATTR_VALUE_IN || !p->a ||
	    p->a > ALLOC_MAX_BYTES || p->b > OPTEE_SHM_GLOBAL)
		return TEE_ERROR_BAD_PARAMETERS;
	if (in->msg->func)
		return cached_twice(in);
	ret = optee_rpc_alloc(in->t, (unsigned)p->b, p->a, &shm);
	if (ret)
		return ret;
	sum = use(&shm, p->a);
	handle = shm.handle;
	if (p->c)
		pe_charge(p->c);
	optee_rpc_free(in->t, &shm);
	optee_value_out(in->msg, 1, sum, handle);
	return TEE_SUCCESS;
}

/* Requests that the Normal world's kernel hands to user space (2.5). */
static bool for_user_space(uint64_t cmd)
{
	switch (cmd) {
	case OPTEE_RPC_LOAD_TA:
	case OPTEE_RPC_RPMB:
	case OPTEE_RPC_FS:
	case OPTEE_RPC_GPROF:
	case OPTEE_RPC_SOCKET:
	case OPTEE_RPC_FTRACE:
	case OPTEE_RPC_PLUGIN:
		return true;
	default:
		return false;
	}
}

/* As a TA is loaded: first its size, then its octets into memory of user space. */
static uint32_t load(struct optee_invoke *in, const struct optee_msg_param *uuid)
{
	uint8_t chunk[256];
	struct optee_msg_param p[2] = {{OPTEE_ATTR_VALUE_IN, uuid->a, uuid->b, 0},
				       {OPTEE_ATTR_FMEM_OUT, 0, 0, OPTEE_FMEM_INVALID}};
	struct optee_rpc_shm shm;
	uint64_t sum = 0, bytes;
	uint32_t ret = optee_rpc(in->t, OPTEE_RPC_LOAD_TA, p, 2);

	if (ret)
		return ret;
	bytes = p[1].b;
	if (!bytes || bytes > ALLOC_MAX_BYTES)
		return TEE_ERROR_ITEM_NOT_FOUND;
	ret = optee_rpc_alloc(in->t, OPTEE_SHM_APPL, bytes, &shm);
	if (ret)
		return ret;
	p[1] = (struct optee_msg_param){OPTEE_ATTR_FMEM_OUT, shm.offset << 48, bytes, shm.handle};
	ret = optee_rpc(in->t, OPTEE_RPC_LOAD_TA, p, 2);
	for (uint64_t at = 0; !ret && at < bytes; at += sizeof(chunk)) {
		const uint64_t n = bytes - at < sizeof(chunk) ? bytes - at : sizeof(chunk);

		tos_shm_copy(shm.share, shm.offset + at, chunk, n, false);
		for (uint64_t i = 0; i < n; i++)
			sum += chunk[i];
	}
	optee_rpc_free(in->t, &shm);
	optee_value_out(in->msg, 1, bytes, sum);
	return ret;
}

/* Command 0: request number a with the value b; the second parameter gets the answer. Command 1:
 * loads the image with the UUID words a, b; the second parameter gets its size and the sum of its
 * octets. The result is what the answer says. */
uint32_t ta_supplicant(struct optee_invoke *in)
{
	const struct optee_msg_param *p = &in->msg->param[0];
	struct optee_msg_param question;
	uint32_t ret;

	if (in->msg->func > 1 || optee_type(in->msg, 0) != OPTEE_ATTR_VALUE_IN)
		return TEE_ERROR_BAD_PARAMETERS;
	if (in->msg->func)
		return load(in, p);
	if (!for_user_space(p->a))
		return TEE_ERROR_BAD_PARAMETERS;
	question = (struct optee_msg_param){OPTEE_ATTR_VALUE_INOUT, p->b, p->c, 0};
	ret = optee_rpc(in->t, (uint32_t)p->a, &question, 1);
	optee_value_out(in->msg, 1, question.a, question.b);
	return ret;
}

/* Command 0: seconds and nanoseconds of the Normal world into the second parameter. Command 1:
 * sleeps there for a milliseconds. */
uint32_t ta_time(struct optee_invoke *in)
{
	struct optee_msg *msg = in->msg;
	struct optee_msg_param p = {OPTEE_ATTR_VALUE_OUT, 0, 0, 0};
	uint32_t ret;

	if (msg->func > 1)
		return TEE_ERROR_BAD_PARAMETERS;
	if (msg->func) {
		if (optee_type(msg, 0) != OPTEE_ATTR_VALUE_IN)
			return TEE_ERROR_BAD_PARAMETERS;
		p = (struct optee_msg_param){OPTEE_ATTR_VALUE_IN, msg->param[0].a, 0, 0};
		return optee_rpc(in->t, OPTEE_RPC_SUSPEND, &p, 1);
	}
	ret = optee_rpc(in->t, OPTEE_RPC_GET_TIME, &p, 1);
	if (!ret)
		optee_value_out(msg, 1, p.a, p.b);
	return ret;
}
