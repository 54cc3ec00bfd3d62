/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Steps that share pages with a partition through the FF-A core driver and take them back, without
 * any protocol between the two: what a test driver offers to its user space (optee.md 6). The
 * partition is told of the handle by `smc` steps. And the unbinding of a partition's driver.
 */
#include <errno.h>

#include "host/ffa_steps.h"
#include "linux/klinux.h"
#include "linux/kernel_internal.h"

/* Modules are linked into one name space; without the FF-A driver there is no bus. */
static const struct bus_type *ffa_bus(void)
{
	return klinux_module_symbol("ffa_bus_type");
}

void ffa_step_memory(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *sl = &rt->proc->slot[st->a.slot];
	const struct bus_type *bus = ffa_bus();
	uint64_t handle = 0;
	void *ptr = NULL;
	int err;

	ksys_enter("ffa-memory");
	err = bus ? kffa_share(bus, run_part_id(rt->run, st->a.part), st->a.bytes, &ptr, &handle)
		  : -ENODEV;
	ksys_exit("ffa-memory", err);
	if (!err) {
		sl->open = true;
		sl->shm.ptr = ptr;
		sl->shm.bytes = st->a.bytes;
		sl->reg = handle;
		sl->part = st->a.part;
		rtask_note(rt, "w4", (int64_t)(uint32_t)handle);
		rtask_note(rt, "w5", (int64_t)(handle >> 32));
	}
	rtask_note(rt, "errno", -err);
}

/* The pages stay where they are when the SPMC refuses. */
void ffa_step_release(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *sl = &rt->proc->slot[st->a.on_slot];
	const struct bus_type *bus = ffa_bus();
	int err = -ENODEV;

	if (!sl->open) {
		rtask_note(rt, "errno", EBADF);
		return;
	}
	ksys_enter("ffa-release");
	if (bus)
		err = kffa_unshare(bus, run_part_id(rt->run, sl->part), sl->shm.bytes, sl->shm.ptr,
				   sl->reg);
	ksys_exit("ffa-release", err);
	if (!err) {
		sl->open = false;
		sl->shm.ptr = NULL;
	}
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
