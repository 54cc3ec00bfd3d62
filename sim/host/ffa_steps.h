/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps of a driver that shares pages with a partition by itself. */
#ifndef FFASIM_HOST_FFA_STEPS_H
#define FFASIM_HOST_FFA_STEPS_H

#include "host/run.h"

void ffa_step_memory(struct rtask *rt, const struct scn_step *st);
void ffa_step_release(struct rtask *rt, const struct scn_step *st);
void ffa_step_unbind(struct rtask *rt, const struct scn_step *st);

#endif
