/* SPDX-License-Identifier: BSD-3-Clause */
/* Patterns of fault sites; see sites.h. */
#include "explore/sites.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "core/fault.h"

void site_set_all(struct site_set *set)
{
	size_t count;

	fault_sites(&count);
	for (set->count = 0; set->count < count && set->count < FAULT_SITES_MAX; set->count++)
		set->site[set->count] = (uint16_t)set->count;
}

void site_set_choose(struct site_set *set, const struct site_set *wanted)
{
	if (wanted)
		*set = *wanted;
	else
		site_set_all(set);
}

void site_set_passed(struct site_set *set)
{
	size_t count;
	struct fault_site *const *site = fault_sites(&count);

	set->count = 0;
	for (size_t i = 0; i < count && i < FAULT_SITES_MAX; i++)
		if (site[i]->passed)
			set->site[set->count++] = (uint16_t)i;
}

bool site_set_meet(const struct site_set *a, const struct site_set *b)
{
	for (unsigned i = 0; i < a->count; i++)
		for (unsigned k = 0; k < b->count; k++)
			if (a->site[i] == b->site[k])
				return true;
	return false;
}

/* Marks the sites that @pattern names; false when there is none. */
static bool mark(const char *pattern, bool marks[FAULT_SITES_MAX])
{
	size_t count;
	struct fault_site *const *site = fault_sites(&count);
	bool any = false;

	for (size_t i = 0; i < count && i < FAULT_SITES_MAX; i++) {
		if (fnmatch(pattern, site[i]->name, 0))
			continue;
		marks[i] = any = true;
	}
	return any;
}

bool site_set_read(struct site_set *set, const char *patterns, char *unknown, size_t bytes)
{
	bool wanted[FAULT_SITES_MAX] = {false}, unwanted[FAULT_SITES_MAX] = {false}, some = false;
	struct site_set all;

	for (const char *p = patterns, *end; p; p = *end ? end + 1 : NULL) {
		const bool not = *p == '!';

		p += not ;
		end = strchrnul(p, ',');
		snprintf(unknown, bytes, "%.*s", (int)(end - p), p);
		if (!mark(unknown, not ? unwanted : wanted))
			return false;
		some |= !not ;
	}
	site_set_all(&all);
	set->count = 0;
	for (unsigned i = 0; i < all.count; i++)
		if ((wanted[i] || !some) && !unwanted[i])
			set->site[set->count++] = (uint16_t)i;
	return true;
}
