/* SPDX-License-Identifier: BSD-3-Clause */
/* Where an SP's memory regions are mapped, learned as real ones do: from its boot information. */
#ifndef SPS_AARCH64_REGION_H
#define SPS_AARCH64_REGION_H

#include <stdbool.h>
#include <stdint.h>

/* Virtual address of the memory region @name of the manifest; 0 = there is none. */
uint64_t region_va(uint64_t boot_info_va, const char *name);

#endif
