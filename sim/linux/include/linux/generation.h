/* SPDX-License-Identifier: BSD-3-Clause */
/* What the fake FF-A core driver asks its kernel; a real one is of one version. */
#ifndef _LINUX_GENERATION_H
#define _LINUX_GENERATION_H

unsigned int klinux_generation(void); /* 0 = 6.12, 1 = 7.x */

#endif
