/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps that call the lock SP as a driver would. */
#ifndef FFASIM_HOST_LOCK_STEPS_H
#define FFASIM_HOST_LOCK_STEPS_H

#include "host/run.h"

void lock_step_call(struct rtask *rt, const struct scn_step *st);

#endif
