/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What of a loaded image may change while it runs: its writable segments, without what the dynamic
 * linker makes read-only behind the relocations (PT_GNU_RELRO). It protects whole pages, both ends
 * rounded down: data of the program that begin on the last page of that region stay writable.
 * Not modelled: whoever changes the protection of pages later.
 */
#ifndef FFASIM_CORE_WRITABLE_H
#define FFASIM_CORE_WRITABLE_H

#include <link.h>
#include <stddef.h>
#include <stdint.h>

/* Calls @each for each such part, in the order of the program headers. */
void writable_parts(const struct dl_phdr_info *image,
		    void (*each)(void *ctx, uint8_t *at, size_t bytes), void *ctx);

#endif
