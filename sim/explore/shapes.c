/* SPDX-License-Identifier: BSD-3-Clause */
/* Which interleavings were seen: a set of fingerprints that grows, and plans worth keeping. */
#include "explore/explore.h"
#include <stdlib.h>

static void put(uint64_t *set, size_t room, uint64_t shape)
{
	size_t i = shape & (room - 1);

	while (set[i])
		i = (i + 1) & (room - 1);
	set[i] = shape;
}

static bool grow(struct shapes *s)
{
	size_t room = s->room ? 2 * s->room : 1024;
	uint64_t *set = calloc(room, sizeof(*set));

	if (!set)
		return false;
	for (size_t i = 0; i < s->room; i++)
		if (s->set[i])
			put(set, room, s->set[i]);
	free(s->set);
	s->set = set;
	s->room = room;
	return true;
}

/* Without memory the count stops growing, nothing else. */
bool shapes_add(struct shapes *s, uint64_t shape)
{
	size_t i;

	shape |= 1; /* 0 marks a free place */
	if (s->count * 2 >= s->room && !grow(s))
		return false;
	for (i = shape & (s->room - 1); s->set[i]; i = (i + 1) & (s->room - 1))
		if (s->set[i] == shape)
			return false;
	s->set[i] = shape;
	s->count++;
	return true;
}

void shapes_free(struct shapes *s)
{
	free(s->set);
	*s = (struct shapes){0};
}

void corpus_add(struct corpus *c, const struct plan *plan)
{
	if (c->count < CORPUS_MAX) {
		c->plan[c->count++] = *plan;
		return;
	}
	c->plan[c->next] = *plan;
	c->next = (c->next + 1) % CORPUS_MAX;
}
