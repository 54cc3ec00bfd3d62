/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_IOCTL_H
#define _LINUX_IOCTL_H
/* Encoding of ioctl numbers. */
#define _IOC_NONE 0u
#define _IOC_WRITE 1u
#define _IOC_READ 2u
#define _IOC(dir, type, nr, size)                                                                  \
	(((unsigned int)(dir) << 30) | ((unsigned int)(size) << 16) |                              \
	 ((unsigned int)(type) << 8) | (unsigned int)(nr))
#define _IO(type, nr) _IOC(_IOC_NONE, type, nr, 0)
#define _IOR(type, nr, t) _IOC(_IOC_READ, type, nr, sizeof(t))
#define _IOW(type, nr, t) _IOC(_IOC_WRITE, type, nr, sizeof(t))
#define _IOWR(type, nr, t) _IOC(_IOC_READ | _IOC_WRITE, type, nr, sizeof(t))
#define _IOC_DIR(nr) ((nr) >> 30)
#define _IOC_SIZE(nr) (((nr) >> 16) & 0x3fff)
#define _IOC_TYPE(nr) (((nr) >> 8) & 0xff)
#define _IOC_NR(nr) ((nr)&0xff)
#endif
