/* SPDX-License-Identifier: BSD-3-Clause */
/* What the fake kernel has, and where a kernel declares it: the table of sim/linux/surface. */
#ifndef FFASIM_HOST_SURFACE_H
#define FFASIM_HOST_SURFACE_H

#include <stdio.h>

struct pool;
struct surface_row {
	const char *name, *header, *state;
};
extern const struct surface_row surface_rows[]; /* generated, sorted by name */
extern const unsigned surface_row_count;

/* NULL when it is not in the table. */
const struct surface_row *surface_find(const char *name);
/* " (declared in <linux/slab.h>)" or " (not modelled ...)", to follow the name in a message. */
const char *surface_say(const char *name, struct pool *pool);
/* Prints what the compiler said, with one line more after each thing it does not know. */
void surface_explain(const char *text, FILE *out);

#endif
