/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of the harness share among themselves. */
#ifndef TESTS_SPMC_HARNESS_INTERNAL_H
#define TESTS_SPMC_HARNESS_INTERNAL_H

#include "harness.h"

/* The SPMC's factory of execution contexts; finds its struct hsp in h.cfg by name. */
int harness_sp_create(const struct ec_config *cfg, struct ec **out, const char **why);

#endif
