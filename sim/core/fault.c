/* SPDX-License-Identifier: BSD-3-Clause */
/* Countdown faults at named sites; see fault.h. */
#include "core/fault.h"
#include "core/prng.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

extern struct fault_site *__start_ffasim_faults[] __attribute__((weak));
extern struct fault_site *__stop_ffasim_faults[] __attribute__((weak));

void (*fault_observer)(const struct fault_site *site);
static struct fault_site **sites;
static size_t site_count;

static int by_name(const void *a, const void *b)
{
	const struct fault_site *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

struct fault_site *const *fault_sites(size_t *count)
{
	if (!sites) {
		site_count = (size_t)(__stop_ffasim_faults - __start_ffasim_faults);
		sites = calloc(site_count + 1, sizeof(struct fault_site *));
		if (!sites)
			abort();
		for (size_t i = 0; i < site_count; i++)
			sites[i] = __start_ffasim_faults[i];
		qsort(sites, site_count, sizeof(struct fault_site *), by_name);
	}
	*count = site_count;
	return sites;
}

__attribute__((destructor)) static void drop_sites(void)
{
	free(sites);
	sites = NULL;
}

__attribute__((noinline)) void ffasim_fault_hit(const struct fault_site *site)
{
	__asm__ volatile("" : : "r"(site));
}

bool (*fault_ask)(struct fault_site *site);

bool fault_draw(uint64_t seed, uint64_t passage, uint32_t permille)
{
	return prng_mix(seed, passage) % 1000 < permille;
}

static bool planned(const struct fault_site *site)
{
	return site->nth && site->passed >= site->nth &&
	       (!site->times || site->passed < site->nth + site->times) &&
	       (!site->permille || fault_draw(site->seed, site->passed, site->permille));
}

bool fault_fires(struct fault_site *site)
{
	const bool asked = site->asked && fault_ask && fault_ask(site);

	if (!asked && !planned(site))
		return false;
	if (!asked)
		site->value = site->planned_value;
	site->injected++;
	ffasim_fault_hit(site);
	if (fault_observer)
		fault_observer(site);
	return true;
}

void fault_arm_site(struct fault_site *site, uint64_t nth, uint64_t times, int64_t value)
{
	site->nth = nth ? nth : 1;
	site->times = times;
	site->planned_value = value != FAULT_USUAL ? value : site->values ? site->values[0] : 0;
	site->value = site->planned_value;
	site->armed = true;
}

int fault_find(const char *name)
{
	size_t count;
	struct fault_site *const *all = fault_sites(&count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(all[i]->name, name))
			return (int)i;
	return -ENOENT;
}

bool fault_injected(enum fault_kind kind)
{
	size_t count;
	struct fault_site *const *all = fault_sites(&count);

	for (size_t i = 0; i < count; i++)
		if (all[i]->kind == kind && all[i]->injected)
			return true;
	return false;
}

int fault_arm(const char *name, uint64_t nth, uint64_t times, int64_t value)
{
	const int i = fault_find(name);

	if (i < 0)
		return i;
	fault_arm_site(sites[i], nth, times, value);
	return 0;
}

void fault_by_chance(const char *name, uint32_t permille, uint64_t seed)
{
	const int i = fault_find(name);

	if (i < 0)
		return;
	sites[i]->permille = permille;
	sites[i]->seed = seed + (uint64_t)i; /* sites draw for themselves */
}

void fault_reset_all(void)
{
	size_t count;
	struct fault_site *const *all = fault_sites(&count);

	for (size_t i = 0; i < count; i++) {
		all[i]->passed = all[i]->injected = 0;
		all[i]->nth = all[i]->times = 0;
		all[i]->value = 0;
		all[i]->armed = all[i]->asked = false;
		all[i]->base = all[i]->seed = 0;
		all[i]->permille = 0;
	}
}
