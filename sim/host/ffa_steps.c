/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Steps that share pages with a partition through the FF-A core driver and take them back, without
 * any protocol between the two: what a test driver offers to its user space (optee.md 6). The
 * partition is told of the handle by `smc` steps. And the unbinding of a partition's driver.
 */
#include <errno.h>

#include "ffa/ffa.h"
#include "ffa/optee_msg.h"
#include "host/ffa_steps.h"
#include "linux/klinux.h"
#include "linux/kernel_internal.h"

#define OPTEE_ENDPOINT (FFA_ID_SPMC + 1)

/* Modules are linked into one name space; without the FF-A driver there is no bus. */
static const struct bus_type *ffa_bus(void)
{
	return klinux_module_symbol("ffa_bus_type");
}

void ffa_shared(struct rslot *sl, uint16_t endpoint, void *ptr, size_t bytes, uint64_t handle)
{
	sl->open = true;
	sl->shm.ptr = ptr;
	sl->shm.bytes = bytes;
	sl->reg = handle;
	sl->endpoint = endpoint;
}

int ffa_take_back(struct rslot *sl, struct smc_regs *said)
{
	const struct bus_type *bus = ffa_bus();
	/* optee.md 2.2 */
	struct smc_regs r = {.x = {FFA_DIRECT_REQ, sl->endpoint, 0, OPTEE_UNREGISTER_SHM,
				   (uint32_t)sl->reg, sl->reg >> 32}};
	int err;

	if (sl->endpoint == OPTEE_ENDPOINT)
		conduit_smc(&r);
	if (said)
		*said = r;
	err = bus ? kffa_unshare(bus, sl->endpoint, sl->shm.bytes, sl->shm.ptr, sl->reg) : -ENODEV;
	if (!err) {
		sl->open = false;
		sl->shm.ptr = NULL;
		sl->endpoint = 0;
	}
	return err;
}

void ffa_take_back_rest(struct run *run)
{
	for (size_t i = 0; i < run->s->slot_count; i++) {
		const int process = run->s->slot[i].process;
		const struct rtask *rt = &run->task[process];
		struct rslot *sl = &run->proc[process].slot[i];

		if (sl->endpoint && (rt->stopped || !rt->finished))
			ffa_take_back(sl, NULL);
	}
}

void ffa_step_memory(struct rtask *rt, const struct scn_step *st)
{
	const uint16_t endpoint = run_part_id(rt->run, st->a.part);
	const struct bus_type *bus = ffa_bus();
	uint64_t handle = 0;
	void *ptr = NULL;
	int err;

	ksys_enter("ffa-memory");
	err = bus ? kffa_share(bus, endpoint, st->a.bytes, &ptr, &handle) : -ENODEV;
	if (!err)
		ffa_shared(&rt->proc->slot[st->a.slot], endpoint, ptr, st->a.bytes, handle);
	ksys_exit("ffa-memory", err);
	if (!err) {
		rtask_note(rt, "w4", (int64_t)(uint32_t)handle);
		rtask_note(rt, "w5", (int64_t)(handle >> 32));
	}
	rtask_note(rt, "errno", -err);
}

void ffa_step_release(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *sl = &rt->proc->slot[st->a.on_slot];
	int err;

	if (!sl->open) {
		rtask_note(rt, "errno", EBADF);
		return;
	}
	ksys_enter("ffa-release");
	err = ffa_take_back(sl, NULL);
	ksys_exit("ffa-release", err);
	rtask_note(rt, "errno", -err);
}

/* Root takes the driver off a partition's device, whoever has files of it open. */
void ffa_step_unbind(struct rtask *rt, const struct scn_step *st)
{
	const struct bus_type *bus = ffa_bus();
	int err;

	ksys_enter("unbind");
	err = bus ? kffa_unbind(bus, run_part_id(rt->run, st->a.part)) : -ENODEV;
	ksys_exit("unbind", err);
	rtask_note(rt, "errno", -err);
}
