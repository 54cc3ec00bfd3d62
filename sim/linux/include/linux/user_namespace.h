/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_USER_NAMESPACE_H
#define _LINUX_USER_NAMESPACE_H
#include <linux/cred.h>
#endif
