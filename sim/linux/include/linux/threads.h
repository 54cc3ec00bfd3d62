/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_THREADS_H
#define _LINUX_THREADS_H
#include <linux/cpumask.h>
#endif
