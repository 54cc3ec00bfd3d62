/* SPDX-License-Identifier: BSD-3-Clause */
/* CPU hotplug from inside the kernel; the embedder uses klinux_cpu_down/up. */
#ifndef _LINUX_CPU_H
#define _LINUX_CPU_H
#include <linux/cpumask.h>
#include <linux/cpuhotplug.h>
#include <linux/smp.h>
void cpus_read_lock(void);
void cpus_read_unlock(void);
int remove_cpu(unsigned int cpu);
int add_cpu(unsigned int cpu);
#endif
