/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H
/* Arithmetic and helpers everybody includes. */
#include <stdarg.h>
#include <asm/byteorder.h>
#include <linux/bits.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/types.h>
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define roundup(x, y) ((((x) + ((y)-1)) / (y)) * (y))
#define rounddown(x, y) ((x) - (x) % (y))
#define __round_mask(x, y) ((__typeof__(x))((y)-1))
#define round_up(x, y) ((((x)-1) | __round_mask(x, y)) + 1)
#define round_down(x, y) ((x) & ~__round_mask(x, y))
#define ALIGN(x, a) round_up(x, a)
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a)-1)) == 0)
#define ilog2(n) (63 - __builtin_clzll((unsigned long long)(n)))
#define is_power_of_2(n) ((n) != 0 && (((n) & ((n)-1)) == 0))
#define lower_32_bits(n) ((u32)((n)&0xffffffff))
#define upper_32_bits(n) ((u32)(((u64)(n)) >> 32))
#define lower_16_bits(n) ((u16)((n)&0xffff))
#define upper_16_bits(n) ((u16)((n) >> 16))
#define u64_to_user_ptr(x) ((void __user *)(uintptr_t)(u64)(x))
#define sizeof_field(t, f) sizeof(((t *)0)->f)
/* The kernel's own formats (%pUb, ...), hence its own functions. */
int k_vsnprintf(char *buf, size_t n, const char *fmt, va_list ap);
int k_snprintf(char *buf, size_t n, const char *fmt, ...);
int k_scnprintf(char *buf, size_t n, const char *fmt, ...);
int k_sprintf(char *buf, const char *fmt, ...);
#define vsnprintf k_vsnprintf
#define snprintf k_snprintf
#define scnprintf k_scnprintf
#define sprintf k_sprintf
/* Memory from kmalloc(). */
char *kasprintf(gfp_t gfp, const char *fmt, ...);
char *kvasprintf(gfp_t gfp, const char *fmt, va_list ap);
void kmight_sleep(const char *file, int line);
#define might_sleep() kmight_sleep(__FILE__, __LINE__)
#define might_sleep_if(cond)                                                                       \
	do {                                                                                       \
		if (cond)                                                                          \
			might_sleep();                                                             \
	} while (0)
#endif
