/* SPDX-License-Identifier: BSD-3-Clause */
/* Sleeping reader-writer semaphore: FIFO, writers are not overtaken by new readers. */
#ifndef _LINUX_RWSEM_H
#define _LINUX_RWSEM_H

#include <linux/cleanup.h>
#include <linux/types.h>
#include <linux/klockwait.h>
#include <linux/lockdep.h>

struct rw_semaphore {
	struct task_struct *writer;
	int readers;
	struct klock_queue wait;
	const char *name;
	unsigned int who;
};

#define __RWSEM_INITIALIZER(n)                                                                     \
	{                                                                                          \
		.name = #n                                                                         \
	}
#define DECLARE_RWSEM(n) struct rw_semaphore n = __RWSEM_INITIALIZER(n)
void krwsem_init(struct rw_semaphore *sem, const char *name);
void down_read(struct rw_semaphore *sem);
int down_read_interruptible(struct rw_semaphore *sem);
int down_read_killable(struct rw_semaphore *sem);
int down_read_trylock(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
int down_write_killable(struct rw_semaphore *sem);
int down_write_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
void downgrade_write(struct rw_semaphore *sem);
int rwsem_is_locked(struct rw_semaphore *sem);
#define init_rwsem(s) krwsem_init((s), #s)

DEFINE_GUARD(rwsem_read, struct rw_semaphore *, down_read(_T), up_read(_T))
DEFINE_GUARD(rwsem_write, struct rw_semaphore *, down_write(_T), up_write(_T))

#endif
