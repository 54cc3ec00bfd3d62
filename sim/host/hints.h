/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where decisions are worth it (anchors.md D.1, after Snowboard). With `points: access` most
 * accesses are to memory that one flow alone uses; to stop there changes nothing that another can
 * see. The usual run is profiled: who touches which 8 bytes, from which place in the code. Places
 * that touched memory of two flows, one of which writes, stay points for strategies, and so do
 * places that the usual run does not reach; the others are passed without being counted.
 *
 * Only what strategies count changes: the run itself, and the numbers in a written plan, are those
 * of a run without hints. Calls of the kernel, locks and ways between worlds are always points.
 * Places, not addresses, so that an object that lies elsewhere in another run is still met.
 */
#ifndef FFASIM_HOST_HINTS_H
#define FFASIM_HOST_HINTS_H

#include "explore/explore.h"

struct hints;

struct hints *hints_create(void); /* profiling; NULL without memory */
void hints_destroy(struct hints *h);
/* For a run that begins: profiles it, or tells @f what a hinted plan does not count. */
void hints_start(struct hints *h, struct follow *f, bool hinted);
/* The profiled run is over: from now on hints are given. */
void hints_learn(struct hints *h);

#endif
