/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_VERSION_H
#define _LINUX_VERSION_H
/* 6.12 unless the build asks for the 7.x generation (ffasim module build --kernel 7). */
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#ifdef FFASIM_KERNEL_7
#define LINUX_VERSION_CODE KERNEL_VERSION(7, 0, 0)
#else
#define LINUX_VERSION_CODE KERNEL_VERSION(6, 12, 117)
#endif
#endif
