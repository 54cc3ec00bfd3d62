/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_IRQ_H
#define _LINUX_IRQ_H
#include <linux/interrupt.h>
struct irq_data {
	unsigned int irq;
	unsigned long hwirq;
};
struct irq_data *irq_get_irq_data(unsigned int irq);
static inline unsigned long irqd_to_hwirq(const struct irq_data *d)
{
	return d->hwirq;
}
#endif
