/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Steps of an administrator: tasks are moved, pinned, killed and waited for, PEs go offline and
 * come back, modules go. What a shell would write to sysfs, and rmmod, enter the kernel as a system
 * call; a task is moved or killed at once.
 * Not modelled: the files below /sys/devices/system/cpu, and the right to do any of it.
 */
#include <errno.h>

#include "host/kernel_steps.h"
#include "linux/kernel_internal.h"

void kernel_step_migrate(struct rtask *rt, const struct scn_step *st)
{
	struct rtask *other = &rt->run->task[st->a.task];

	note_result(rt, other->task ? ktask_migrate(other->task, (unsigned)st->a.to_pe) : -ESRCH);
}

void kernel_step_affinity(struct rtask *rt, const struct scn_step *st)
{
	struct rtask *other = st->a.task >= 0 ? &rt->run->task[st->a.task] : rt;

	note_result(rt, other->task ? ksys_sched_setaffinity(other->task, st->a.mask) : -ESRCH);
}

void kernel_step_kill(struct rtask *rt, const struct scn_step *st)
{
	struct rtask *other = &rt->run->task[st->a.task];

	if (other->task)
		ktask_kill(other->task);
	note_result(rt, 0);
}

void kernel_step_join(struct rtask *rt, const struct scn_step *st)
{
	struct rtask *other = &rt->run->task[st->a.task];

	if (other->task)
		kuser_join(other->task);
	note_result(rt, 0);
}

void kernel_step_cpu_down(struct rtask *rt, const struct scn_step *st)
{
	int err;

	ksys_enter("write"); /* to /sys/devices/system/cpu/cpuN/online */
	err = klinux_cpu_down(rt->run->w.k, (unsigned)st->a.to_pe);
	note_result(rt, (int)ksys_exit("write", err));
}

void kernel_step_cpu_up(struct rtask *rt, const struct scn_step *st)
{
	int err;

	ksys_enter("write");
	err = klinux_cpu_up(rt->run->w.k, (unsigned)st->a.to_pe);
	note_result(rt, (int)ksys_exit("write", err));
}

void kernel_step_module_remove(struct rtask *rt, const struct scn_step *st)
{
	int err;

	ksys_enter("delete_module");
	err = klinux_module_remove(rt->run->w.k, st->a.module);
	note_result(rt, (int)ksys_exit("delete_module", err));
}
