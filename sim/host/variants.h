/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Variants: one scenario run several times with different settings, and a table of what came out.
 */
#ifndef FFASIM_HOST_VARIANTS_H
#define FFASIM_HOST_VARIANTS_H

#include "host/metrics.h"
#include "host/run.h"

/* Reads `variants`, `table` and `compare` into @s. 0 or -EINVAL with a diagnostic. */
int scn_read_variants(struct scn *s, const struct ynode *root);
/* Before the rest is read: the root becomes that of variant @name's scenario. */
int scn_take_variant(struct scn *s, const char *name);
/* Runs them all, prints each verdict, the table and the comparisons. The first failing code. */
int variants_run(const struct scn *s, const struct run_options *o);
/* A scenario with or without variants. */
int variants_run_any(struct scn *s, const struct run_options *o);
/* Each must read, with @build also its world be made. */
int variants_check(const struct scn *s, const struct run_options *o, bool build, struct diag *d);

#endif
