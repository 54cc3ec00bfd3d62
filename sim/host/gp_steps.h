/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps of a client of the Trusted OS and of its supplicant; rows of the table in steps.c. */
#ifndef FFASIM_HOST_GP_STEPS_H
#define FFASIM_HOST_GP_STEPS_H

#include "host/scenario.h"

struct rtask;

/* Resolving: keys of a call that the tables cannot check. */
int gp_read_session(struct scn *s, struct scn_step *st, const struct ynode *map, int process);
int gp_read_invoke(struct scn *s, struct scn_step *st, const struct ynode *map, int process);

void gp_step_session(struct rtask *rt, const struct scn_step *st);
void gp_step_invoke(struct rtask *rt, const struct scn_step *st);
void gp_step_cancel(struct rtask *rt, const struct scn_step *st);
void gp_step_register(struct rtask *rt, const struct scn_step *st);
void gp_step_supp_recv(struct rtask *rt, const struct scn_step *st);
void gp_step_supp_send(struct rtask *rt, const struct scn_step *st);
void gp_step_supplicant(struct rtask *rt, const struct scn_step *st);

#endif
