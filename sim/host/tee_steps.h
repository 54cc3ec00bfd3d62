/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps of a client of a TEE device; rows of the table in steps.c. */
#ifndef FFASIM_HOST_TEE_STEPS_H
#define FFASIM_HOST_TEE_STEPS_H

#include "host/run.h"

void tee_step_open(struct rtask *rt, const struct scn_step *st);
void tee_step_session(struct rtask *rt, const struct scn_step *st);
void tee_step_shm(struct rtask *rt, const struct scn_step *st);
void tee_step_write(struct rtask *rt, const struct scn_step *st);
void tee_step_read(struct rtask *rt, const struct scn_step *st);
void tee_step_invoke(struct rtask *rt, const struct scn_step *st);
void tee_step_close_session(struct rtask *rt, const struct scn_step *st);
void tee_step_close(struct rtask *rt, const struct scn_step *st);
void tee_step_munmap(struct rtask *rt, const struct scn_step *st);

#endif
