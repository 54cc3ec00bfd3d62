/* SPDX-License-Identifier: BSD-3-Clause */
/* Preemption count, laid out as the kernel's: 8 bits preempt, 8 softirq, 4 hardirq, 4 NMI. */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

#include <linux/cleanup.h>
#include <linux/types.h>

#define PREEMPT_OFFSET (1 << 0)
#define SOFTIRQ_OFFSET (1 << 8)
#define HARDIRQ_OFFSET (1 << 16)
#define NMI_OFFSET (1 << 20)
#define PREEMPT_MASK 0x000000ff
#define SOFTIRQ_MASK 0x0000ff00
#define HARDIRQ_MASK 0x000f0000
#define NMI_MASK 0x00f00000

int preempt_count(void);
void preempt_count_add(int val);
void preempt_count_sub(int val);
void preempt_disable(void);
void preempt_enable(void);
void preempt_enable_no_resched(void);
bool preemptible(void);
void migrate_disable(void);
void migrate_enable(void);
void local_bh_disable(void);
void local_bh_enable(void);

#define get_cpu()                                                                                  \
	({                                                                                         \
		preempt_disable();                                                                 \
		smp_processor_id();                                                                \
	})
#define put_cpu() preempt_enable()

#define in_hardirq() ((preempt_count() & HARDIRQ_MASK) != 0)
#define in_irq() in_hardirq()
#define in_softirq() ((preempt_count() & SOFTIRQ_MASK) != 0)
#define in_serving_softirq() ((preempt_count() & SOFTIRQ_OFFSET) != 0)
#define in_nmi() ((preempt_count() & NMI_MASK) != 0)
#define in_interrupt() ((preempt_count() & (HARDIRQ_MASK | SOFTIRQ_MASK | NMI_MASK)) != 0)
#define in_task() (!(preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)))
#define in_atomic() (preempt_count() != 0)

DEFINE_LOCK_GUARD_0(preempt, preempt_disable(), preempt_enable())
DEFINE_LOCK_GUARD_0(migrate, migrate_disable(), migrate_enable())

#endif
