/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_UACCESS_H
#define _LINUX_UACCESS_H
/* User memory. A user address means something only in the process that made the call. */
#include <linux/errno.h>
#include <linux/types.h>
bool kaccess_ok(unsigned long addr, unsigned long size);
#define access_ok(addr, size) kaccess_ok((unsigned long)(addr), (size))
/* Bytes *not* copied. */
unsigned long copy_from_user(void *to, const void __user *from, unsigned long n);
unsigned long copy_to_user(void __user *to, const void *from, unsigned long n);
unsigned long clear_user(void __user *to, unsigned long n);
long strncpy_from_user(char *to, const char __user *from, long n);
#define get_user(x, ptr)                                                                           \
	({                                                                                         \
		__typeof__(*(ptr)) v__;                                                            \
		int e__ = copy_from_user(&v__, (ptr), sizeof(v__)) ? -EFAULT : 0;                  \
		(x) = e__ ? 0 : v__;                                                               \
		e__;                                                                               \
	})
#define put_user(x, ptr)                                                                           \
	({                                                                                         \
		__typeof__(*(ptr)) v__ = (x);                                                      \
		copy_to_user((ptr), &v__, sizeof(v__)) ? -EFAULT : 0;                              \
	})
#endif
