// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameters between the TEE subsystem's form and that of a message.
 *
 * Values are copied. Memory is named by its FF-A handle; the offset is split in 32 and 16 bits, so
 * 2^48 is out of reach, and the place of the first byte in its page travels apart.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "optee_private.h"

/* Both sides count input, output, inout: values from 1, memory from 5. */
static bool is_value(u64 type)
{
	return type >= OPTEE_MSG_ATTR_TYPE_VALUE_INPUT && type <= OPTEE_MSG_ATTR_TYPE_VALUE_INOUT;
}

static bool is_memory(u64 type)
{
	return type >= OPTEE_MSG_ATTR_TYPE_FMEM_INPUT && type <= OPTEE_MSG_ATTR_TYPE_FMEM_INOUT;
}

static int memory_to_msg(struct optee_msg_param *msg, const struct tee_param *p)
{
	struct optee_msg_fmem *fmem = &msg->u.fmem;
	struct tee_shm *shm = p->u.memref.shm;

	memset(fmem, 0, sizeof(*fmem));
	fmem->size = p->u.memref.size;
	fmem->global_id = OPTEE_MSG_NO_GLOBAL_ID;
	if (!shm)
		return 0;
	if ((u64)p->u.memref.shm_offs >> 48)
		return -EINVAL;
	fmem->offs_low = (u32)p->u.memref.shm_offs;
	fmem->offs_high = (u64)p->u.memref.shm_offs >> 32;
	fmem->internal_offs = tee_shm_get_page_offset(shm) & (FFA_PAGE_SIZE - 1);
	fmem->global_id = shm->sec_world_id;
	return 0;
}

int optee_params_to_msg(struct optee_msg_param *msg, size_t count, const struct tee_param *params)
{
	size_t n;

	for (n = 0; n < count; n++, msg++, params++) {
		u64 type = params->attr & TEE_IOCTL_PARAM_ATTR_TYPE_MASK;

		msg->attr = type;
		if (type == OPTEE_MSG_ATTR_TYPE_NONE) {
			memset(&msg->u, 0, sizeof(msg->u));
		} else if (is_value(type)) {
			msg->u.value.a = params->u.value.a;
			msg->u.value.b = params->u.value.b;
			msg->u.value.c = params->u.value.c;
		} else if (is_memory(type)) {
			if (memory_to_msg(msg, params))
				return -EINVAL;
		} else {
			return -EINVAL;
		}
	}
	return 0;
}

static void memory_from_msg(struct optee *optee, struct tee_param *p,
			    const struct optee_msg_fmem *fmem)
{
	p->u.memref.size = fmem->size;
	p->u.memref.shm = NULL;
	p->u.memref.shm_offs = 0;
	if (fmem->global_id != OPTEE_MSG_NO_GLOBAL_ID)
		p->u.memref.shm = optee_shm_by_handle(optee, fmem->global_id);
	if (p->u.memref.shm)
		p->u.memref.shm_offs = (u64)fmem->offs_high << 32 | fmem->offs_low;
}

int optee_params_from_msg(struct optee *optee, struct tee_param *params, size_t count,
			  const struct optee_msg_param *msg)
{
	size_t n;

	for (n = 0; n < count; n++, msg++, params++) {
		u64 type = msg->attr & OPTEE_MSG_ATTR_TYPE_MASK;

		params->attr = type;
		if (type == OPTEE_MSG_ATTR_TYPE_NONE) {
			memset(&params->u, 0, sizeof(params->u));
		} else if (is_value(type)) {
			params->u.value.a = msg->u.value.a;
			params->u.value.b = msg->u.value.b;
			params->u.value.c = msg->u.value.c;
		} else if (is_memory(type)) {
			memory_from_msg(optee, params, &msg->u.fmem);
		} else {
			return -EINVAL;
		}
	}
	return 0;
}
