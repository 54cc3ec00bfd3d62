/* SPDX-License-Identifier: BSD-3-Clause */
/* Kernel threads: made, stopped, parked. */
#include <linux/kthread.h>
#include <linux/completion.h>
#include "linux/khost.h"
#include "linux/ksched.h"

struct kthread_info {
	void *data;
	struct completion done, parked;
	int result;
	bool stop, park, is_parked;
};

int kthread_main(struct task_struct *p)
{
	return p->kthread_fn(p->kthread->data);
}

void kthread_ended(struct task_struct *p, int code)
{
	p->kthread->result = code;
	complete_all(&p->kthread->done);
}

static struct task_struct *kthread_make(int (*fn)(void *data), void *data, const char *comm,
					uint64_t affinity)
{
	struct task_struct *p = ktask_alloc(ksched_now, comm, PF_KTHREAD);

	if (!p)
		return ERR_PTR(-12); /* ENOMEM */
	p->kthread = kh_alloc(sizeof(*p->kthread));
	if (!p->kthread) {
		p->__state = TASK_DEAD;
		return ERR_PTR(-12);
	}
	p->kthread->data = data;
	p->kthread_fn = fn;
	p->affinity = affinity;
	if (ktask_start(p, PE_MAX, false)) {
		p->__state = TASK_DEAD;
		return ERR_PTR(-12);
	}
	return p;
}

struct task_struct *kthread_create_on_node(int (*fn)(void *data), void *data, int node,
					   const char *fmt, ...)
{
	char comm[TASK_COMM_LEN * 2];
	__builtin_va_list args;

	(void)node;
	__builtin_va_start(args, fmt);
	__builtin_vsnprintf(comm, sizeof(comm), fmt, args);
	__builtin_va_end(args);
	return kthread_make(fn, data, comm, ~0ULL);
}

static void format_cpu(char *buf, size_t size, const char *fmt, ...)
{
	__builtin_va_list args;

	__builtin_va_start(args, fmt);
	__builtin_vsnprintf(buf, size, fmt, args);
	__builtin_va_end(args);
}

struct task_struct *kthread_create_on_cpu(int (*fn)(void *data), void *data, unsigned int cpu,
					  const char *fmt)
{
	char comm[TASK_COMM_LEN * 2];

	format_cpu(comm, sizeof(comm), fmt, cpu);
	return kthread_make(fn, data, comm, 1ULL << cpu);
}

void kthread_bind(struct task_struct *k, unsigned int cpu)
{
	k->affinity = 1ULL << cpu;
	k->flags |= PF_NO_SETAFFINITY;
}

bool kthread_should_stop(void)
{
	return ktask_current()->kthread->stop;
}

bool kthread_should_park(void)
{
	return ktask_current()->kthread->park;
}

int kthread_stop(struct task_struct *k)
{
	k->kthread->stop = true;
	k->kthread->park = false;
	ktask_wake(k, TASK_NORMAL, false);
	wait_for_completion(&k->kthread->done);
	return k->kthread->result;
}

int kthread_park(struct task_struct *k)
{
	if (k->__state == TASK_DEAD)
		return -38; /* ENOSYS */
	init_completion(&k->kthread->parked);
	k->kthread->park = true;
	ktask_wake(k, TASK_NORMAL, false);
	wait_for_completion(&k->kthread->parked);
	return 0;
}

void kthread_unpark(struct task_struct *k)
{
	k->kthread->park = false;
	wake_up_process(k);
}

void kthread_parkme(void)
{
	struct kthread_info *info = ktask_current()->kthread;

	while (info->park) {
		kset_state(TASK_IDLE);
		if (!info->is_parked) {
			info->is_parked = true;
			complete(&info->parked);
		}
		if (info->park)
			schedule();
	}
	info->is_parked = false;
	kset_state(TASK_RUNNING);
}

void *kthread_data(struct task_struct *k)
{
	return k->kthread->data;
}
