/* SPDX-License-Identifier: BSD-3-Clause */
#include <linux/sched.h>
