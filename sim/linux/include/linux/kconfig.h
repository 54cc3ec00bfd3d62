/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_KCONFIG_H
#define _LINUX_KCONFIG_H
/*
 * The configuration this kernel was "built" with, and the questions about it. Everything is built
 * in, so a symbol is 1 or not defined. Included before every file of a module.
 */
#define CONFIG_64BIT 1
#define CONFIG_ARM64 1
#define CONFIG_ARM64_4K_PAGES 1
#define CONFIG_HAVE_ARM_SMCCC 1
#define CONFIG_HAVE_ARM_SMCCC_DISCOVERY 1
#define CONFIG_ARM_FFA_TRANSPORT 1
#define CONFIG_ARM_FFA_SMCCC 1
#define CONFIG_TEE 1
#define CONFIG_ARM_TSTEE 1
#define CONFIG_OPTEE 1
#define CONFIG_OF 1
#define CONFIG_OF_IRQ 1
#define CONFIG_SMP 1
#define CONFIG_HOTPLUG_CPU 1
#define CONFIG_MODULES 1
#define CONFIG_MODULE_UNLOAD 1
#define CONFIG_SYSFS 1
#define CONFIG_KUNIT 1
#define CONFIG_PREEMPT_DYNAMIC 1
#define CONFIG_HZ 250
/* Not there, on purpose: ACPI, I2C, RPMB, DEBUG_FS, DMA_SHARED_BUFFER, DMABUF_HEAPS, COMPAT. */

/* An argument that expands to 1 turns into "0," and shifts the answer into second place. */
#define KCONFIG_SHIFT_1 0,
#define KCONFIG_SECOND(first, second, ...) second
#define KCONFIG_PICK(shift) KCONFIG_SECOND(shift 1, 0, 0)
#define KCONFIG_JOIN(value) KCONFIG_PICK(KCONFIG_SHIFT_##value)
#define KCONFIG_IS_1(value) KCONFIG_JOIN(value)
#define IS_BUILTIN(option) KCONFIG_IS_1(option)
#define IS_MODULE(option) 0
#define IS_ENABLED(option) KCONFIG_IS_1(option)
#define IS_REACHABLE(option) KCONFIG_IS_1(option)
#endif
