/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_UIDGID_H
#define _LINUX_UIDGID_H
#include <linux/cred.h>
#endif
