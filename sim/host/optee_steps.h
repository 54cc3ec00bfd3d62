/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps towards the Trusted OS; rows of the table in steps.c. */
#ifndef FFASIM_HOST_OPTEE_STEPS_H
#define FFASIM_HOST_OPTEE_STEPS_H

struct rtask;
struct scn_step;

void optee_step_memory(struct rtask *rt, const struct scn_step *st);
void optee_step_release(struct rtask *rt, const struct scn_step *st);
void optee_step_message(struct rtask *rt, const struct scn_step *st);
void optee_step_answer(struct rtask *rt, const struct scn_step *st);

#endif
