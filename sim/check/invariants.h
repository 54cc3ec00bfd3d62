/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Monitor of the secure side: the invariants of optee.md 8.2, watched as a trace sink. A violation
 * is a FINDING_DETECTOR. Attach after spmc_create(), destroy after the run.
 */
#ifndef FFASIM_CHECK_INVARIANTS_H
#define FFASIM_CHECK_INVARIANTS_H

#include "soc/machine.h"
#include "spmc/spmc.h"

struct invariants;

struct invariants *invariants_attach(struct machine *m,
				     const struct spmc *spmc); /* NULL = no memory */
void invariants_destroy(struct invariants *inv);

#endif
