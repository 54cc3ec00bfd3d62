/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Steps that talk to the Trusted OS without its driver: memory shared with it, messages in that
 * memory (optee.md 2.3), and their results. The calls themselves are `smc` steps.
 */
#include <errno.h>
#include <string.h>

#include "host/ffa_steps.h"
#include "host/optee_steps.h"
#include "host/run.h"
#include "linux/klinux.h"
#include "linux/kernel_internal.h"
#include "ffa/ffa.h"
#include "ffa/optee_msg.h"
#include "optee/tas.h"

#define OPTEE_ID (FFA_ID_SPMC + 1)

void optee_step_memory(struct rtask *rt, const struct scn_step *st)
{
	/* Modules are linked into one name space; without the FF-A driver there is no bus. */
	const struct bus_type *bus = klinux_module_symbol("ffa_bus_type");
	uint64_t handle = 0;
	void *ptr = NULL;
	int err;

	ksys_enter("optee-memory");
	err = bus ? kffa_share(bus, OPTEE_ID, st->a.bytes, &ptr, &handle) : -ENODEV;
	if (!err)
		ffa_shared(&rt->proc->slot[st->a.slot], OPTEE_ID, ptr, st->a.bytes, handle);
	ksys_exit("optee-memory", err);
	if (!err) {
		rtask_note(rt, "w4", (int64_t)(uint32_t)handle);
		rtask_note(rt, "w5", (int64_t)(handle >> 32));
	}
	rtask_note(rt, "errno", -err);
}

/* UNREGISTER_SHM (2.2), then MEM_RECLAIM; the pages stay where they are when either is refused. */
void optee_step_release(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *sl = &rt->proc->slot[st->a.on_slot];
	struct smc_regs r;
	int err;

	if (!sl->open) {
		rtask_note(rt, "errno", EBADF);
		return;
	}
	ksys_enter("optee-release");
	err = ffa_take_back(sl, &r);
	ksys_exit("optee-release", err);
	rtask_note(rt, "w3", (int64_t)r.x[3]);
	rtask_note(rt, "errno", -err);
}

/* The message at the step's offset with room for @params, NULL = not inside the memory. */
struct optee_msg *optee_message_at(struct rtask *rt, const struct scn_step *st, uint32_t params)
{
	const struct rslot *sl = &rt->proc->slot[st->a.on_slot];
	const size_t need = sizeof(struct optee_msg) + params * sizeof(struct optee_msg_param);

	if (!sl->open || !sl->shm.ptr || need > sl->shm.bytes ||
	    st->a.offset > sl->shm.bytes - need || st->a.offset % 8)
		return NULL;
	return (struct optee_msg *)((uint8_t *)sl->shm.ptr + st->a.offset);
}

static bool step_has(const struct scn_step *st, const char *key)
{
	return ynode_get(st->node->item[0], key);
}

void optee_step_message(struct rtask *rt, const struct scn_step *st)
{
	struct optee_msg *msg = optee_message_at(rt, st, 2);
	uint64_t uuid[2];

	if (!msg) {
		rtask_note(rt, "errno", EFAULT);
		return;
	}
	memset(msg, 0, sizeof(*msg) + 2 * sizeof(msg->param[0]));
	msg->num_params = 2;
	msg->func = (uint32_t)st->a.func;
	msg->session = (uint32_t)st->a.count;
	if (st->a.device) {
		if (!optee_ta_uuid(st->a.device, uuid)) {
			rtask_note(rt, "errno", ENOENT);
			return;
		}
		msg->cmd = OPTEE_MSG_OPEN;
		msg->param[0] = (struct optee_msg_param){OPTEE_ATTR_VALUE_IN | OPTEE_ATTR_META,
							 uuid[0], uuid[1], 0};
		msg->param[1].attr = OPTEE_ATTR_VALUE_IN | OPTEE_ATTR_META;
	} else if (step_has(st, "session")) {
		msg->cmd = OPTEE_MSG_INVOKE;
		msg->param[0] = (struct optee_msg_param){
			OPTEE_ATTR_VALUE_IN, st->a.time_ns ? st->a.time_ns : st->a.length, st->a.b,
			st->a.c};
		msg->param[1].attr = OPTEE_ATTR_VALUE_OUT;
	} else {
		msg->num_params = 0;
		msg->cmd = step_has(st, "cancel")  ? OPTEE_MSG_CANCEL
			   : step_has(st, "close") ? OPTEE_MSG_CLOSE
						   : (uint32_t)st->a.command;
	}
	rtask_note(rt, "errno", 0);
}

void optee_step_answer(struct rtask *rt, const struct scn_step *st)
{
	const struct optee_msg *msg = optee_message_at(rt, st, 2);

	if (!msg) {
		rtask_note(rt, "errno", EFAULT);
		return;
	}
	rtask_note(rt, "errno", 0);
	rtask_note(rt, "result", msg->ret);
	rtask_note(rt, "origin", msg->ret_origin);
	rtask_note(rt, "session", msg->session);
	rtask_note(rt, "a", (int64_t)msg->param[1].a);
	rtask_note(rt, "b", (int64_t)msg->param[1].b);
}
