/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Steps of a helper that shares pages with an endpoint by itself, where no driver does. What it has
 * is taken back for a task that ends early, as a driver does when a file is closed.
 */
#ifndef FFASIM_HOST_FFA_STEPS_H
#define FFASIM_HOST_FFA_STEPS_H

#include "host/run.h"

/* The pages of a slot are shared with @endpoint from now on. */
void ffa_shared(struct rslot *sl, uint16_t endpoint, void *ptr, size_t bytes, uint64_t handle);
/* The Trusted OS is asked first, and @said, which may be NULL, gets its answer. 0 or -errno: the
 * pages stay where they are when the SPMC refuses. */
int ffa_take_back(struct rslot *sl, struct smc_regs *said);
/* Behind the tasks: what those that did not come to their end have left. */
void ffa_take_back_rest(struct run *run);

void ffa_step_memory(struct rtask *rt, const struct scn_step *st);
void ffa_step_release(struct rtask *rt, const struct scn_step *st);
void ffa_step_unbind(struct rtask *rt, const struct scn_step *st);

#endif
