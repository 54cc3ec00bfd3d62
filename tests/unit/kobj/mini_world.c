/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A world for one case: a machine of one PE, a booted kernel without modules, and one user task
 * that runs the case as if it were inside the kernel.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include "linux/kernel_internal.h"
#include "core/fault.h"
#include "cases.h"

static struct klinux *k;
static struct fiber *boot_fiber;
static int (*body)(void);
static int result;

static void task_main(void *arg)
{
	result = body();
	machine_stop(machine, MACHINE_DONE, NULL);
}

static void boot_main(void *arg)
{
	if (klinux_boot(k))
		__builtin_trap();
	if (!ktask_create_user(k, "client", task_main, NULL,
			       &(struct ktask_attr){.start_pe = -1, .uid = 1000, .gid = 100}))
		__builtin_trap();
	klinux_idle(k);
}

int mini_run(int (*fn)(void))
{
	struct machine_config mc;
	struct klinux_config kc;

	machine_config_init(&mc);
	mc.pe_count = 1;
	klinux_config_init(&kc);
	body = fn;
	result = -1;
	if (!machine_create(&mc) || klinux_create(machine, &kc, &k))
		__builtin_trap();
	boot_fiber = fiber_create("boot", FIBER_STACK_TASK_BYTES, boot_main, NULL);
	machine_pe_on(machine, 0, boot_fiber, trace_intern("boot"));
	machine_run(machine);
	klinux_destroy(k);
	fiber_destroy(boot_fiber);
	machine_destroy(machine);
	fault_reset_all();
	return result;
}

void mini_user_mode(void)
{
	ksys_enter("test");
	ksys_exit("test", 0);
}

void mini_exit_process(void)
{
	kprocess_put(current->process);
	mini_user_mode();
	current->process = kprocess_create(k, 1000, 100);
}

unsigned long long mini_now_ns(void)
{
	return pe_self()->now_ns;
}
unsigned mini_findings(void)
{
	return (unsigned)machine->report.count;
}
const char *mini_finding(unsigned i)
{
	const struct finding *f = machine->report.first;

	while (f && i--)
		f = f->next;
	return f ? f->what : "";
}
struct klinux *mini_linux(void)
{
	return k;
}
