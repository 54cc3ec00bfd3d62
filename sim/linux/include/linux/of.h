/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_OF_H
#define _LINUX_OF_H
#include <linux/of_irq.h>
#include <linux/mod_devicetable.h>
#include <linux/cleanup.h>
#endif
