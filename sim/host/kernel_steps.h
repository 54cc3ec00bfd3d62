/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps of an administrator; rows of the table in steps.c. */
#ifndef FFASIM_HOST_KERNEL_STEPS_H
#define FFASIM_HOST_KERNEL_STEPS_H

#include "host/run.h"

void kernel_step_migrate(struct rtask *rt, const struct scn_step *st);
void kernel_step_affinity(struct rtask *rt, const struct scn_step *st);
void kernel_step_kill(struct rtask *rt, const struct scn_step *st);
void kernel_step_join(struct rtask *rt, const struct scn_step *st);
void kernel_step_cpu_down(struct rtask *rt, const struct scn_step *st);
void kernel_step_cpu_up(struct rtask *rt, const struct scn_step *st);
void kernel_step_module_remove(struct rtask *rt, const struct scn_step *st);

#endif
