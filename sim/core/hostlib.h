/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Libraries of the host that a partition image pulls in (OpenSSL). Like libc they are no part of a
 * machine: their data is neither reset nor rewound, and an image may keep nothing in them that its
 * own state refers to.
 */
#ifndef FFASIM_CORE_HOSTLIB_H
#define FFASIM_CORE_HOSTLIB_H

#include <stdbool.h>
#include <stdint.h>

/* Around a dlopen(): what came with the object that holds @symbol is of the host. */
void hostlib_begin(void);
void hostlib_end(const void *symbol);
/* By load address (dl_phdr_info.dlpi_addr). */
bool hostlib_is(uintptr_t base);

#endif
