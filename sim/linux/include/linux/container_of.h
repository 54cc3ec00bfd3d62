/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_CONTAINER_OF_H
#define _LINUX_CONTAINER_OF_H
#include <linux/compiler.h>
#include <stddef.h>
#define container_of(ptr, type, member)                                                            \
	({                                                                                         \
		void *mptr__ = (void *)(ptr);                                                      \
		((type *)(mptr__ - offsetof(type, member)));                                       \
	})
#define container_of_const(ptr, type, member)                                                      \
	_Generic(ptr, const __typeof__(*(ptr)) *: ((const type *)container_of(ptr, type, member)), \
		 default: ((type *)container_of(ptr, type, member)))
#endif
