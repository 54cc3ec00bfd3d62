/* SPDX-License-Identifier: BSD-3-Clause */
/* The AArch64 code around an event of the log. */
#ifndef FFASIM_HOST_CODE_H
#define FFASIM_HOST_CODE_H

#include <stdio.h>

#include "host/scenario.h"

/* Reads a pattern that the user gave; a point inside guest code in it is one of the scenario from
 * then on. NULL with a reason. */
struct epat *code_pattern(struct scn *s, const char *text, struct diag *d);
/* What the partition on the event's PE is about to run, and what it ran before; nothing when that
 * is no guest code. */
void code_show(FILE *out, const struct trace_rec *rec);

#endif
