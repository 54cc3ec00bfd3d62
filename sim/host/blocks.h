/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers for basic blocks of loaded objects: the same in each process, wherever an object lies. */
#ifndef FFASIM_HOST_BLOCKS_H
#define FFASIM_HOST_BLOCKS_H

#include <stdint.h>

uint32_t block_number(const void *pc);
/* Objects may have moved: their places are looked up again, their numbers stay. */
void block_forget(void);

#endif
