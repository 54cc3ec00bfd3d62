/* SPDX-License-Identifier: BSD-3-Clause */
/* The step `smc`; a row of the table in steps.c. */
#ifndef FFASIM_HOST_SMC_STEPS_H
#define FFASIM_HOST_SMC_STEPS_H

#include "host/run.h"

void smc_step(struct rtask *rt, const struct scn_step *st);

#endif
