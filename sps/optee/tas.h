/* SPDX-License-Identifier: BSD-3-Clause */
/* What clients outside of the Trusted OS may know of its pseudo TAs: their names and UUIDs. */
#ifndef FFASIM_OPTEE_TAS_H
#define FFASIM_OPTEE_TAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The words of the first open parameter. */
bool optee_ta_uuid(const char *name, uint64_t uuid[2]);
/* Names in order, NULL beyond the last. */
const char *optee_ta_name(size_t index);

#endif
