/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory parameters of a message (optee.md 2.2; linux-tee.md 6.3): a handle of shared memory, an
 * offset and a size. Page lists do not exist over FF-A. They are taken into use before a TA sees
 * them, so the Normal world can neither unregister nor reclaim them meanwhile.
 * Mapping is done under a spinlock: foreign interrupts wait (D32).
 * Not modelled: translation tables, unmapping; a TA copies.
 */
#include "optee/optee.h"

#define MEM_PARAMS (sizeof(((struct optee_thread *)0)->mem) / sizeof(struct share *))

struct share *optee_shm_get(struct optee_thread *t, uint64_t handle)
{
	const bool was_masked = t->masked;
	struct share *share;

	if (!was_masked)
		optee_thread_mask(t, true);
	share = tos_shm_get(t->os->s, handle);
	if (!was_masked)
		optee_thread_mask(t, false);
	return share;
}

static bool is_memory(uint32_t type)
{
	return type >= OPTEE_ATTR_FMEM_IN && type <= OPTEE_ATTR_FMEM_INOUT;
}

static bool inside(const struct share *share, const struct optee_msg_param *p)
{
	const uint64_t bytes = tos_shm_bytes(share) - optee_fmem_internal(p);

	return p->b <= bytes && optee_fmem_offset(p) <= bytes - p->b;
}

static uint32_t get(struct optee_thread *t, const struct optee_msg_param *p, struct share **out)
{
	if (p->c == OPTEE_FMEM_INVALID) /* no memory, a size at most */
		return TEE_SUCCESS;
	if (optee_fmem_internal(p) >= PHYS_PAGE_BYTES)
		return TEE_ERROR_BAD_PARAMETERS;
	*out = optee_shm_get(t, p->c);
	return *out && inside(*out, p) ? TEE_SUCCESS : TEE_ERROR_BAD_PARAMETERS;
}

uint32_t optee_params_get(struct optee_thread *t, struct optee_msg *msg)
{
	uint32_t ret = TEE_SUCCESS;

	for (uint32_t i = 0; i < msg->num_params && !ret; i++) {
		const uint32_t type = optee_type(msg, i);

		if (is_memory(type))
			ret = i < MEM_PARAMS ? get(t, &msg->param[i], &t->mem[i])
					     : TEE_ERROR_BAD_PARAMETERS;
		else if (type > OPTEE_ATTR_VALUE_INOUT)
			ret = TEE_ERROR_BAD_PARAMETERS;
	}
	if (ret)
		optee_params_put(t);
	return ret;
}

void optee_params_put(struct optee_thread *t)
{
	for (size_t i = 0; i < MEM_PARAMS; i++) {
		tos_shm_put(t->mem[i]);
		t->mem[i] = NULL;
	}
}

bool optee_memref(struct optee_thread *t, const struct optee_msg *msg, unsigned i,
		  struct optee_memref *out)
{
	const struct optee_msg_param *p = &msg->param[i];

	if (!is_memory(optee_type(msg, i)))
		return false;
	*out = (struct optee_memref){.share = t->mem[i],
				     .offset = optee_fmem_internal(p) + optee_fmem_offset(p),
				     .bytes = p->b};
	return true;
}
