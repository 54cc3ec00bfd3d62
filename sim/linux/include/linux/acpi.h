/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_ACPI_H
#define _LINUX_ACPI_H
/* CONFIG_ACPI is not set: the machines have a device tree. */
#include <linux/errno.h>
#include <linux/irq.h>
#include <linux/types.h>
#define ACPI_LEVEL_SENSITIVE ((u8)0)
#define ACPI_EDGE_SENSITIVE ((u8)1)
#define ACPI_ACTIVE_HIGH ((u8)0)
#define ACPI_ACTIVE_LOW ((u8)1)
#define acpi_disabled 1
struct device;
static inline int acpi_register_gsi(struct device *dev, u32 gsi, int triggering, int polarity)
{
	(void)dev;
	(void)gsi;
	(void)triggering;
	(void)polarity;
	return -EINVAL;
}
static inline void acpi_unregister_gsi(u32 gsi)
{
	(void)gsi;
}
#endif
