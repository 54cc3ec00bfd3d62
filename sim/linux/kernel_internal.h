/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Inside sim/linux: what its own files share and no driver sees. The scheduler half (sched, irq,
 * locks, wait, time, workqueue, watchdogs, tasks) and the object half (slab, pages, containers,
 * device model, files, uaccess, modules) meet here.
 */
#ifndef FFASIM_LINUX_KERNEL_INTERNAL_H
#define FFASIM_LINUX_KERNEL_INTERNAL_H

#include "linux/klinux.h"

struct klinux {
	struct machine *m;
	struct klinux_config cfg;
	struct klinux_stats stats;
	struct ksched *sched; /* sched half: runqueues, tasks */
	struct kwatch *watch; /* sched half: lockup, RCU, hung-task detectors */
	struct kworkq *workq; /* sched half */
	struct kslab *slab;   /* object half: kernel objects, leak tracking */
	struct kdevs *devs;   /* object half: buses, classes, char devices, fds */
	struct kmods *mods;   /* object half: modules and their snapshots */
	struct klog *log;     /* object half: printk ring */
	bool initcalls;	      /* may sleep from here on */
	bool booted;
};

static inline struct klinux *klinux_now(void)
{
	return machine->linux;
}

/* Each half starts and stops its own state, in this order (stop in reverse). */
int kslab_create(struct klinux *k);
void kslab_destroy(struct klinux *k);
int klog_create(struct klinux *k);
void klog_destroy(struct klinux *k);
int ksched_create(struct klinux *k);
void ksched_destroy(struct klinux *k);
int kdevs_create(struct klinux *k);
void kdevs_destroy(struct klinux *k);
int kmods_create(struct klinux *k);
void kmods_destroy(struct klinux *k);

/* Scheduler half -> object half. */
int kmods_run_initcalls(struct klinux *k); /* from klinux_boot() */
struct kunit_suite;
/* The suites of module @i; false past the last module. */
bool kmods_suites(struct klinux *k, unsigned i, struct kunit_suite *const **suite,
		  struct kunit_suite *const **end);
/* Something was registered with the kernel; counted for the module whose initcall runs. */
void kmods_registered(void);
struct module;
void kmods_probe_failed(struct module *owner, const char *driver, const char *device, int err);
/* Files and memory of a process: created with its first thread, released at exit. */
struct kprocess;
struct kprocess *kprocess_create(struct klinux *k, unsigned uid, unsigned gid);
void kprocess_get(struct kprocess *p);
/* Last thread gone: unmaps, then closes files, on the exiting task. */
void kprocess_put(struct kprocess *p);
struct kprocess *ktask_process(const struct task_struct *task);

/* Pages shared with an endpoint through its device on the FF-A bus; task context. -ENODEV none. */
struct bus_type;
int kffa_share(const struct bus_type *bus, unsigned id, size_t bytes, void **ptr, uint64_t *handle);
int kffa_unshare(const struct bus_type *bus, unsigned id, size_t bytes, void *ptr, uint64_t handle);
/* `echo DEVICE >unbind` for the device of an endpoint; -ENODEV when it has no driver. */
int kffa_unbind(const struct bus_type *bus, unsigned id);

/* Object half -> scheduler half. */
/* kfaults.c: a place where faults act on the calling task or its CPU; reset for a new kernel. */
void kfault_point(void);
void kfault_reset(void);
void ksys_enter(const char *name);	       /* charges, marks kernel mode */
long ksys_exit(const char *name, long result); /* task work, resched, user mode; returns result */
/* Without an event, a charge or a fault: a flow in user mode, if it is one, works for the kernel.
 */
bool ksys_enter_untold(void);
void ksys_exit_untold(bool entered);
typedef void ktask_work_fn(void *arg);
int ktask_work_add(ktask_work_fn *fn, void *arg); /* runs at return to user mode or exit */
/* Checks the context: reports "sleeping function called from invalid context" when atomic. */
void kmight_sleep(const char *file, int line);
/* The same in a kernel function: @file is where the kernel has it, @caller who called it. */
void kmight_sleep_in(const char *file, const void *caller);
bool kin_atomic(void);
/* True when sleeping is fine here; the reschedule point of a voluntary kernel is then taken. */
bool kmay_sleep(void);
void kcharge(uint64_t ns); /* kernel-mode time: pe_charge() */

/* "client" of the current task, "swapper/0" at boot. */
const char *kcurrent_comm(void);
int kcurrent_pid(void);
/* printk with level "<n>" prefix already split off; the object half's klog keeps and traces it. */
void klog_line(int level, const char *text);
void klog_printf(int level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
