/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fault sites that act on tasks and CPUs: a client is killed, or loses its CPU, in the middle of
 * what it does. Passages are the places where user mode enters the kernel and where an SMC comes
 * back: between two of them nothing of a driver depends on either.
 * A CPU that is taken away comes back, so a run in which it held the last of something can end.
 */
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/workqueue.h>
#include "core/fault.h"
#include "linux/kernel_internal.h"
#include "linux/klinux.h"
#include "linux/ksched.h"

FAULT_SITE(fault_sigkill, FAULT_PLAIN, "kern.sigkill",
	   "the calling task gets SIGKILL, as it enters the kernel or an SMC returns");
FAULT_SITE_VALUES(
	fault_unplug, FAULT_DELAY, "kern.unplug",
	"the CPU is taken offline while a task enters the kernel or an SMC returns, for so "
	"many ns",
	10000000);

static struct {
	struct work_struct work;
	unsigned int cpu;
	bool busy;
} unplug;

static void replug(struct work_struct *work)
{
	(void)work;
	if (!remove_cpu(unplug.cpu)) {
		usleep_range(fault_unplug.value / 1000, fault_unplug.value / 1000 + 1);
		add_cpu(unplug.cpu);
	}
	unplug.busy = false;
}

void kfault_reset(void)
{
	unplug.busy = false;
}

void kfault_point(void)
{
	struct task_struct *p = ktask_current();

	if (!p || p->flags & PF_KTHREAD)
		return;
	if (!p->kill_pending && !(p->flags & PF_EXITING) && fault_hit(&fault_sigkill))
		ktask_kill(p);
	if (!fault_hit(&fault_unplug) || unplug.busy)
		return;
	unplug.busy = true;
	unplug.cpu = raw_smp_processor_id();
	INIT_WORK(&unplug.work, replug);
	queue_work(system_unbound_wq, &unplug.work);
}
