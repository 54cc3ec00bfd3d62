/* SPDX-License-Identifier: BSD-3-Clause */
/* The picture of one run: a column a PE, only what matters, a sentence for each decision. */
#ifndef FFASIM_HOST_PICTURE_H
#define FFASIM_HOST_PICTURE_H

#include "host/session.h"

struct picture;

/* Runs @plan once more in @x, by @how (which may do it in another process), and keeps what
 * happened. NULL without memory. */
struct picture *picture_take(struct session *x, struct explore_target *how, const struct plan *plan,
			     struct explore_result *r);
void picture_print(const struct picture *p, FILE *out);
/* Where @d was taken: "PE1, user in tstee_invoke at driver/tstee/core.c:212"; "" = nowhere. */
const char *picture_where(const struct picture *p, const struct decision *d);
void picture_free(struct picture *p);

#endif
