/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the entropy of SPs comes from: the run's seed, so that a run repeats, keys and signatures
 * included; or the host's random numbers, for whoever wants none of that to be guessed. Of the
 * process, as what keep.h keeps, and not of a machine.
 */
#ifndef FFASIM_SP_ENTROPY_H
#define FFASIM_SP_ENTROPY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/prng.h"

void entropy_from_host(void); /* from now on */
bool entropy_is_host(void);
/* The next bytes for the SP whose stream @seeded is. */
void entropy_take(struct prng *seeded, void *buf, size_t len_bytes);

#endif
