/* SPDX-License-Identifier: BSD-3-Clause */
/* What there is to run and to name: scenarios, claims, points. Each prints to stdout and returns an
 * exit code. */
#ifndef FFASIM_HOST_CATALOGUE_H
#define FFASIM_HOST_CATALOGUE_H

#include <stdbool.h>
#include "host/run.h"

/* The scenarios whose path holds @part (a glob too); NULL = all. */
int catalogue_list(const char *part);
/* Runs every scenario that shows a claim. The first failing code. */
int catalogue_claims(const struct run_options *options);
/* Events, fault sites, costs, profiles; what scenario @path (NULL = none) names; the words of
 * scenario files as well. */
int catalogue_points(const char *path, const struct run_options *o, bool vocabulary);

#endif
