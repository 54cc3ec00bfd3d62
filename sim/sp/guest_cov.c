/* SPDX-License-Identifier: BSD-3-Clause */
/* The counts of guest_cov.h, by image file. */
#include "sp/guest_cov.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

bool guest_coverage_on;

static struct guest_coverage *all;

struct guest_coverage *guest_coverage_first(void)
{
	return all;
}

static struct guest_coverage *make(const char *path, uint64_t insns)
{
	struct guest_coverage *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->insns = insns;
	c->path = strdup(path);
	c->step = calloc(insns + 1, sizeof(*c->step));
	if (c->path && c->step)
		return c;
	free(c->path);
	free(c->step);
	free(c);
	return NULL;
}

struct guest_coverage *guest_coverage_of(const char *path, uint64_t image_bytes)
{
	struct guest_coverage *c;
	unsigned depth;

	if (!guest_coverage_on)
		return NULL;
	for (c = all; c; c = c->next)
		if (!strcmp(c->path, path))
			return c;
	depth = arena_depth_set(0); /* outlives the machine */
	c = make(path, image_bytes / 4);
	arena_depth_set(depth);
	if (c) {
		c->next = all;
		all = c;
	}
	return c;
}

void guest_coverage_free(void)
{
	while (all) {
		struct guest_coverage *c = all;

		all = c->next;
		free(c->path);
		free(c->step);
		free(c);
	}
}
