/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_MMAN_H
#define _LINUX_MMAN_H
/* Words of mmap(2). */
#define PROT_NONE 0
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_FIXED 0x10
#define MAP_ANONYMOUS 0x20
#endif
