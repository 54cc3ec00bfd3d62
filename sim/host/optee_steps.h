/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps towards the Trusted OS; rows of the table in steps.c. */
#ifndef FFASIM_HOST_OPTEE_STEPS_H
#define FFASIM_HOST_OPTEE_STEPS_H

#include <stdint.h>

struct optee_msg;
struct rtask;
struct scn_step;

/* The message at the step's offset with room for @params, NULL = not inside the memory. */
struct optee_msg *optee_message_at(struct rtask *rt, const struct scn_step *st, uint32_t params);

void optee_step_memory(struct rtask *rt, const struct scn_step *st);
void optee_step_release(struct rtask *rt, const struct scn_step *st);
void optee_step_message(struct rtask *rt, const struct scn_step *st);
void optee_step_call(struct rtask *rt, const struct scn_step *st);
void optee_step_answer(struct rtask *rt, const struct scn_step *st);

#endif
