/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The fake kernel as its embedder (host, tests) sees it: configure, boot, load modules, run user
 * tasks that make system calls. Driver code never includes this file; it sees include/linux only.
 */
#ifndef FFASIM_LINUX_KLINUX_H
#define FFASIM_LINUX_KLINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "soc/machine.h"

enum preempt_model {
	PREEMPT_MODEL_NONE,
	PREEMPT_MODEL_VOLUNTARY,
	PREEMPT_MODEL_FULL,
	PREEMPT_MODEL_LAZY
};

/* Versions of Linux whose FF-A and TEE core drivers differ (linux-tee.md 4.9). */
enum klinux_generation { KLINUX_6_12, KLINUX_7 };

struct klinux_config {
	enum preempt_model preempt;
	enum klinux_generation generation;
	bool preempt_dynamic; /* built preemptible, model chosen at boot: preemptible RCU (default)
			       */
	uint64_t tick_ns;     /* default 4 ms (HZ=250) */
	unsigned watchdog_thresh_s;   /* 10; 0 = off */
	unsigned rcu_stall_timeout_s; /* 21 */
	unsigned hung_task_timeout_s; /* 120; 0 = off */
	bool hardlockup_buddy;	      /* default on */
	bool scattered;		      /* no two pages of a buffer lie one behind the other */
	unsigned tee_max_arg_size;    /* 1024 (6.12) or 4096 (7.x) */
	bool printk_to_stderr;	      /* debugging aid for unit tests */
};

struct klinux;
struct task_struct;

void klinux_config_init(struct klinux_config *cfg);
int klinux_create(struct machine *m, const struct klinux_config *cfg, struct klinux **out);
void klinux_destroy(struct klinux *k);

/* Loads a module's shared object once per process and remembers it; its writable segments are put
 * back to their first state for each new machine. *why: reason on failure (-ENOENT, -ENOEXEC).
 * Initcalls run at boot in level order (subsys, rootfs, device), then in order of adding. */
int klinux_module_add(struct klinux *k, const char *name, const char *path, const char **why);
/* Of the module added last: what goes wrong in it without an error of its own (a failed probe,
 * nothing registered) is a finding, for it is the module under test. */
void klinux_module_watch(struct klinux *k);
/* What a module of the machine exports as @name; NULL = none does. */
void *klinux_module_symbol(const char *name);
/* Of the module added last: -ENOENT no such parameter, -EINVAL not a value of its type; *why. */
int klinux_module_param(struct klinux *k, const char *name, const char *value, const char **why);
/* Runs exit functions in reverse order; called on a task. -EBUSY when a module is pinned. */
int klinux_modules_exit(struct klinux *k);
/* rmmod of one module on the current task: -ENOENT, -EWOULDBLOCK in use. */
int klinux_module_remove(struct klinux *k, const char *name);

/* Boots on the running fiber (which becomes task swapper/0 of PE 0): PEs on, ticks, idle tasks,
 * kthreads, initcalls. Returns when the first user task may be created. */
int klinux_boot(struct klinux *k);
/* Last call of the boot flow: its task ends, the PE idles or runs other tasks. */
_Noreturn void klinux_idle(struct klinux *k);

/* --- tasks ---------------------------------------------------------------------------------- */
enum ktask_policy { KTASK_NORMAL, KTASK_FIFO };

struct ktask_attr {
	uint64_t affinity; /* bit per PE; 0 = all */
	enum ktask_policy policy;
	int nice;	 /* -20..19 */
	int rt_priority; /* 1..99 for FIFO */
	unsigned uid, gid;
	int start_pe;	 /* -1 = the balancer decides */
	bool unkillable; /* as init: takes no SIGKILL */
};

/* A user process with one thread. @fn runs in user mode: it charges time by kuser_work_ns() and
 * makes the system calls below. When it returns the task exits as exit(2) does: mappings go first,
 * then files. */
struct task_struct *ktask_create_user(struct klinux *k, const char *comm, void (*fn)(void *arg),
				      void *arg, const struct ktask_attr *attr);
/* Another thread of @leader's process: shares its files and memory. */
struct task_struct *ktask_create_thread(struct klinux *k, struct task_struct *leader,
					const char *comm, void (*fn)(void *arg), void *arg,
					const struct ktask_attr *attr);
/* Between these, on one flow, created tasks do not run yet on its PE: a leader of highest priority
 * still lives when its threads are created. */
void ktask_hold(void);
void ktask_release(void);
/* From any flow or event. */
int ktask_set_affinity(struct task_struct *task, uint64_t mask); /* -EINVAL no online PE in it */
/* Moves @task to @pe at once if it is not running there, else at its next switch; does not change
 * its affinity (-EINVAL when @pe is outside it). If it runs now it is preempted first. */
int ktask_migrate(struct task_struct *task, unsigned pe);
void ktask_kill(struct task_struct *task); /* SIGKILL */
bool ktask_exited(const struct task_struct *task);
int ktask_pe(const struct task_struct *task); /* where it runs or waits */
const char *ktask_name(const struct task_struct *task);
const char *ktask_state(const struct task_struct *task); /* "R", "S", "D", "X" */
struct task_struct *ktask_find(struct klinux *k, const char *comm);
struct task_struct *ktask_current(void);
/* Blocks the calling user task until @task has exited. */
void kuser_join(struct task_struct *task);

int klinux_cpu_down(struct klinux *k, unsigned pe); /* on a task; PSCI CPU_OFF */
int klinux_cpu_up(struct klinux *k, unsigned pe);
/* An interrupt handler registered for an SPI by the embedder (device model): charges, counts. */
int klinux_device_irq(struct klinux *k, unsigned intid, unsigned pe, const char *name);

/* --- system calls and user mode, on the current user task ------------------------------------- */
void kuser_work_ns(uint64_t ns); /* user-mode computation: always preemptible */
void kuser_sleep_ns(uint64_t ns);
void kuser_yield(void);
/* Sleeps until *@flag, for at most @timeout_ns (0 = for ever); whoever sets it wakes the task. */
void kuser_wait(const bool *flag, uint64_t timeout_ns);
void kuser_wake(struct task_struct *task); /* from any flow or event */
long ksys_open(const char *path, int flags);
long ksys_close(int fd);
long ksys_ioctl(int fd, unsigned int cmd, uint64_t arg);
/* @buf is a user address: bytes read, 0 at the end. Attributes are files below /sys. */
long ksys_read(int fd, uint64_t buf, uint64_t len_bytes);
long ksys_write(int fd, uint64_t buf, uint64_t len_bytes);
/* Maps the file; returns the user address or -errno. */
long ksys_mmap(uint64_t len_bytes, int prot, int fd, uint64_t offset);
long ksys_munmap(uint64_t addr, uint64_t len_bytes);
long ksys_sched_setaffinity(struct task_struct *task, uint64_t mask);
long ksys_dup(int fd);
/* Descriptor @fd of another task's process as one of the current process, as fork() and
 * SCM_RIGHTS make it. */
long kuser_fd_from(const struct task_struct *from, int fd);

/* Anonymous user memory of the current process: the address is a simulated user address, the
 * pointer is how the embedder reads and writes it. */
uint64_t kuser_alloc(size_t bytes);
void kuser_free(uint64_t addr);
/* NULL when [addr, addr+len) is not mapped in the current process. */
void *kuser_ptr(uint64_t addr, size_t len_bytes);

/* --- KUnit suites of the loaded modules, on a task; one line of KTAP a call --------------------
 */
typedef void kunit_print_fn(void *arg, int indent, const char *line);
struct kunit_counts {
	unsigned suites, passed, failed, skipped;
};
void klinux_kunit_run(struct klinux *k, kunit_print_fn *print, void *arg,
		      struct kunit_counts *counts);

/* --- observation ----------------------------------------------------------------------------- */
struct klinux_stats {
	uint64_t context_switches, migrations, preemptions, irqs, ticks, syscalls;
	uint64_t soft_lockups, hard_lockups, rcu_stalls, hung_tasks, atomic_sleeps;
	uint64_t max_irq_latency_ns[PE_MAX];
};
const struct klinux_stats *klinux_stats(const struct klinux *k);
/* What lies at a kernel address, for reports. */
struct klinux_object {
	const void *start;
	size_t bytes;
	bool freed; /* waits in quarantine or to be used again */
	bool pages; /* of the page allocator */
	const void *alloc_site, *free_site;
};
/* False: not memory of the kernel's allocators. @addr may lie in the object's header or red zone.
 */
bool klinux_object_at(const struct klinux *k, const void *addr, struct klinux_object *out);
/* Bytes and objects of kernel memory now allocated by module code (for leak tests). */
void klinux_mem_usage(const struct klinux *k, uint64_t *objects, uint64_t *bytes);
/* Reports objects still allocated at module exit as findings; returns how many. */
unsigned klinux_check_leaks(struct klinux *k);
/* Reads a sysfs attribute of a class or bus device into @buf (4096 bytes): length or -errno. */
long klinux_device_attr(struct klinux *k, const char *device, const char *attr, char *buf);
/* Whether there is a device node /dev/@name. */
bool klinux_device_node(struct klinux *k, const char *name);
/* Ring of the kernel log: line i (0 = oldest kept), NULL past the end. Text "rcu: INFO: ...". */
const char *klinux_log_line(const struct klinux *k, size_t i, uint64_t *time_ns);

#endif
