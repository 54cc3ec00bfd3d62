/* SPDX-License-Identifier: BSD-3-Clause */
/* The only signal here is SIGKILL. */
#ifndef _LINUX_SIGNAL_H
#define _LINUX_SIGNAL_H
#include <linux/sched.h>
#define SIGKILL 9
#endif
