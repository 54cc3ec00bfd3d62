/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps for any character device (file_steps.c). */
#ifndef FFASIM_HOST_FILE_STEPS_H
#define FFASIM_HOST_FILE_STEPS_H

#include "host/run.h"

#define FILE_STEP_DATA_MAX 4096 /* bytes that one call carries */

void file_step_ioctl(struct rtask *rt, const struct scn_step *st);
void file_step_write(struct rtask *rt, const struct scn_step *st);
void file_step_read(struct rtask *rt, const struct scn_step *st);

#endif
