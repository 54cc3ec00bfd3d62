/* SPDX-License-Identifier: BSD-3-Clause */
/* What a step of a task can be: a table of names, keys and the function that does it. */
#ifndef FFASIM_HOST_STEPS_H
#define FFASIM_HOST_STEPS_H

#include "host/scenario.h"

struct rtask;
struct step_kind {
	const char *name;
	const char *doc;
	const struct vkey *keys;
	size_t key_count;
	/* 0 = done; the outcome is noted in rtask->outcome by name. Runs on the task's own fiber.
	 */
	void (*run)(struct rtask *rt, const struct scn_step *step);
};
const struct step_kind *step_kinds(size_t *count);

#endif
