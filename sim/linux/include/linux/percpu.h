/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Per-CPU memory: each allocation carries its stride in front, so a bare void pointer is enough to
 * find a CPU's instance. Static per-CPU variables are arrays (this_cpu_ptr(&var) is not provided).
 */
#ifndef _LINUX_PERCPU_H
#define _LINUX_PERCPU_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/smp.h>

void *kpercpu_alloc(size_t size, size_t align);
void free_percpu(void *ptr);
void *kpercpu_ptr(const void *ptr, int cpu);

#define __alloc_percpu(size, align) kpercpu_alloc(size, align)
#define alloc_percpu(type) ((type *)kpercpu_alloc(sizeof(type), __alignof__(type)))
#define alloc_percpu_gfp(type, gfp) alloc_percpu(type)
#define per_cpu_ptr(ptr, cpu) ((__typeof__(ptr))kpercpu_ptr((ptr), (int)(cpu)))
#define raw_cpu_ptr(ptr) per_cpu_ptr(ptr, raw_smp_processor_id())
#define this_cpu_ptr(ptr) per_cpu_ptr(ptr, smp_processor_id())
#define get_cpu_ptr(ptr)                                                                           \
	({                                                                                         \
		preempt_disable();                                                                 \
		this_cpu_ptr(ptr);                                                                 \
	})
#define put_cpu_ptr(ptr)                                                                           \
	do {                                                                                       \
		(void)(ptr);                                                                       \
		preempt_enable();                                                                  \
	} while (0)

#define DEFINE_PER_CPU(type, name) __typeof__(type) name[NR_CPUS]
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name[NR_CPUS]
#define per_cpu(name, cpu) ((name)[cpu])
#define this_cpu_read(name) ((name)[raw_smp_processor_id()])
#define this_cpu_write(name, v) ((void)((name)[raw_smp_processor_id()] = (v)))
/* One instruction on hardware: no interrupt comes in between. */
#define this_cpu_add(name, v)                                                                      \
	((void)__atomic_fetch_add(&(name)[raw_smp_processor_id()], v, __ATOMIC_RELAXED))
#define this_cpu_inc(name) this_cpu_add(name, 1)
#define this_cpu_dec(name) this_cpu_add(name, -1)

#endif
