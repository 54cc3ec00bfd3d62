/* SPDX-License-Identifier: BSD-3-Clause */
/* Interrupts by device tree: one GICv3 node and, when the machine has it, one arm,ffa node. */
#ifndef _LINUX_OF_IRQ_H
#define _LINUX_OF_IRQ_H

#include <linux/cleanup.h>
#include <linux/types.h>
#include <linux/irq.h>

#define MAX_PHANDLE_ARGS 16
struct device_node {
	const char *name;
	int refs;
};
struct of_phandle_args {
	struct device_node *np;
	int args_count;
	u32 args[MAX_PHANDLE_ARGS];
};

struct device_node *of_find_compatible_node(struct device_node *from, const char *type,
					    const char *compatible);
struct device_node *of_node_get(struct device_node *node);
void of_node_put(struct device_node *node);
unsigned int irq_create_of_mapping(struct of_phandle_args *args);
void irq_dispose_mapping(unsigned int irq);
int of_irq_count(struct device_node *dev);
int of_irq_get(struct device_node *dev, int index);
struct cpumask;
const struct cpumask *of_irq_get_affinity(struct device_node *dev, int index);

DEFINE_FREE(device_node, struct device_node *, if (_T) of_node_put(_T))

#endif
