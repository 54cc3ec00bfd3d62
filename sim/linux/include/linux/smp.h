/* SPDX-License-Identifier: BSD-3-Clause */
/* Cross calls and the current CPU. */
#ifndef _LINUX_SMP_H
#define _LINUX_SMP_H

#include <linux/types.h>
#include <linux/cpumask.h>
#include <linux/preempt.h>

typedef void (*smp_call_func_t)(void *info);

/* debug form: warns when called preemptible by a task that is not bound to one CPU */
int ksmp_processor_id(const char *file, int line);
int raw_smp_processor_id(void);
#define smp_processor_id() ksmp_processor_id(__FILE__, __LINE__)
int smp_call_function_single(int cpu, smp_call_func_t fn, void *info, int wait);
void smp_call_function_many(const struct cpumask *mask, smp_call_func_t fn, void *info, bool wait);
void smp_call_function(smp_call_func_t fn, void *info, int wait);
void on_each_cpu(smp_call_func_t fn, void *info, int wait);
void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t fn, void *info, bool wait);

#endif
