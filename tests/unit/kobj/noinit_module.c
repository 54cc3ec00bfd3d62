/* SPDX-License-Identifier: BSD-3-Clause */
/* A module without an init function: the loader refuses it. */
#include <linux/module.h>
MODULE_LICENSE("GPL");
