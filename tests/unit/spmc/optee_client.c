/* SPDX-License-Identifier: BSD-3-Clause */
/* The Normal world of optee_client.h. */
#include "optee_client.h"

#include <string.h>

#include "optee/tas.h"

pa_t oc_page;
uint64_t oc_handle;
static unsigned notified[256]; /* wake-ups nobody has taken */

uint64_t oc_fresh(unsigned pages, pa_t *pa)
{
	const uint16_t optee = OPTEE;
	struct smc_regs r;

	*pa = pa_of(0);
	r = share(&optee, 1, pages, 0, pa);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	return r.x[2] | r.x[3] << 32;
}

void oc_share(void)
{
	memset(notified, 0, sizeof(notified));
	map_rxtx();
	oc_handle = oc_fresh(1, &oc_page);
	CHECK_EQ(oc_handle, 1ull << 44); /* G10 */
}

struct optee_msg *oc_msg(unsigned slot)
{
	return physmem_at(&h.m->mem, pa_of(oc_page.v + slot * OC_SLOT_BYTES), OC_SLOT_BYTES);
}

struct optee_msg *oc_rpc(unsigned slot)
{
	struct optee_msg *m = oc_msg(slot);

	return (struct optee_msg *)&m->param[m->num_params];
}

void oc_idle_again(void)
{
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
	CHECK_EQ(oc_unregister(oc_handle), 0); /* nothing uses the page any more */
}

struct smc_regs oc_call_at(uint64_t handle, uint32_t offset)
{
	return req(OPTEE, OPTEE_CALL_WITH_ARG, (uint32_t)handle, handle >> 32, offset, 0);
}

struct smc_regs oc_call(unsigned slot)
{
	return oc_call_at(oc_handle, slot * OC_SLOT_BYTES);
}

struct smc_regs oc_resume(uint64_t thread)
{
	return req(OPTEE, OPTEE_RESUME, 0, 0, 0, thread);
}

uint32_t oc_unregister(uint64_t handle)
{
	struct smc_regs r = req(OPTEE, OPTEE_UNREGISTER_SHM, (uint32_t)handle, handle >> 32, 0, 0);

	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	return (uint32_t)r.x[3];
}

struct smc_regs oc_reclaim(uint64_t handle)
{
	return smc(FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32, 0, 0, 0, 0, 0);
}

void oc_is_reply(const struct smc_regs *r, uint32_t w3, uint32_t w4, uint32_t w7)
{
	CHECK_EQ(r->x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r->x[1], OPTEE_W1);
	CHECK_EQ(r->x[2], 0);
	CHECK_EQ(r->x[3], w3);
	CHECK_EQ(r->x[4], w4);
	CHECK_EQ(r->x[5], 0);
	CHECK_EQ(r->x[6], 0);
	CHECK_EQ(r->x[7], w7);
}

uint32_t oc_open(const char *ta)
{
	struct optee_msg *m = oc_msg(OC_SLOTS - 1);
	uint64_t uuid[2];
	struct smc_regs r;

	CHECK(optee_ta_uuid(ta, uuid));
	memset(m, 0, OC_SLOT_BYTES);
	m->num_params = 2;
	m->param[0] = (struct optee_msg_param){OPTEE_ATTR_VALUE_IN | OPTEE_ATTR_META, uuid[0],
					       uuid[1], 0};
	m->param[1].attr = OPTEE_ATTR_VALUE_IN | OPTEE_ATTR_META;
	r = oc_call(OC_SLOTS - 1);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	CHECK_EQ(m->ret, TEE_SUCCESS);
	return m->session;
}

struct optee_msg *oc_invoke_msg(unsigned slot, uint32_t session, uint32_t func, uint64_t a,
				uint64_t b, uint64_t c)
{
	struct optee_msg *m = oc_msg(slot);

	memset(m, 0, OC_SLOT_BYTES);
	m->cmd = OPTEE_MSG_INVOKE;
	m->func = func;
	m->session = session;
	m->num_params = 2;
	m->ret = 0x5a5a5a5a;
	m->param[0] = (struct optee_msg_param){OPTEE_ATTR_VALUE_IN, a, b, c};
	m->param[1].attr = OPTEE_ATTR_VALUE_OUT;
	return m;
}

static uint32_t serve_notification(const struct optee_msg_param *p, struct oc_seen *seen)
{
	const uint64_t end_ns = pe_self()->now_ns + p->c * MS;

	CHECK_EQ(p->attr, OPTEE_ATTR_VALUE_IN);
	CHECK(p->b < 256);
	seen->last_value = (uint32_t)p->b;
	if (p->a == OPTEE_NOTIF_SEND) {
		seen->sends++;
		notified[p->b]++;
		return TEE_SUCCESS;
	}
	CHECK_EQ(p->a, OPTEE_NOTIF_WAIT);
	seen->waits++;
	while (!notified[p->b]) {
		if (p->c && pe_self()->now_ns >= end_ns)
			return TEE_ERROR_TIMEOUT;
		pe_charge(1000);
	}
	notified[p->b]--;
	return TEE_SUCCESS;
}

static void serve(struct optee_msg *rpc, struct oc_seen *seen)
{
	struct optee_msg_param *p = rpc->param;
	struct smc_regs r;
	pa_t pa;

	CHECK_EQ(rpc->ret, TEE_ERROR_GENERIC); /* until somebody answers */
	rpc->ret = TEE_SUCCESS;
	switch (rpc->cmd) {
	case OPTEE_RPC_NOTIFICATION:
		rpc->ret = serve_notification(p, seen);
		break;
	case OPTEE_RPC_SHM_ALLOC:
		seen->allocs++;
		p->c = oc_fresh((unsigned)((p->b + 4095) / 4096), &pa);
		p->attr = OPTEE_ATTR_FMEM_OUT;
		p->a = 0;
		break;
	case OPTEE_RPC_SHM_FREE:
		seen->frees++;
		r = oc_reclaim(p->b); /* registered no more */
		CHECK_EQ(r.x[0], FFA_SUCCESS);
		break;
	default:
		seen->others++;
		break;
	}
}

struct smc_regs oc_serve(unsigned slot, struct smc_regs r, struct oc_seen *seen)
{
	while (r.x[0] == FFA_DIRECT_RESP && !r.x[3] && r.x[4]) {
		const uint64_t thread = r.x[7];

		if (r.x[4] == OPTEE_RET_RPC)
			serve(oc_rpc(slot), seen);
		else
			seen->exits++;
		r = oc_resume(thread);
	}
	return r;
}

uint32_t oc_invoke(unsigned slot, struct oc_seen *seen)
{
	struct smc_regs r;

	*seen = (struct oc_seen){0};
	r = oc_serve(slot, oc_call(slot), seen);
	oc_is_reply(&r, 0, OPTEE_RET_DONE, 0);
	return oc_msg(slot)->ret;
}
