/* SPDX-License-Identifier: BSD-3-Clause */
/* Masking interrupts of the calling CPU. Unmasking takes what is pending. */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

#include <linux/types.h>

unsigned long klocal_irq_save(void);
void klocal_irq_restore(unsigned long flags);
bool irqs_disabled(void);
void local_irq_disable(void);
void local_irq_enable(void);
#define local_irq_save(flags) ((flags) = klocal_irq_save())
#define local_irq_restore(flags) klocal_irq_restore(flags)
#define local_save_flags(flags) ((flags) = irqs_disabled())
#define irqs_disabled_flags(flags) ((flags) != 0)

#endif
