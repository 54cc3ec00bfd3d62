/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fault sites: named places that can be told to fail. A plan has three numbers: skip the first
 * (nth - 1) passages, then fail @times passages (0 = for ever), answering @value.
 * ffasim_fault_hit() is an empty function called on each injected fault: a breakpoint home.
 */
#ifndef FFASIM_CORE_FAULT_H
#define FFASIM_CORE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault_site {
	const char *name;
	const char *doc;
	uint64_t passed;   /* passages in this run */
	uint64_t injected; /* of which failed */
	uint64_t nth, times;
	int64_t value;
	bool armed;
};

#define FAULT_SITE(var, name_, doc_)                                                               \
	struct fault_site var = {.name = name_, .doc = doc_};                                      \
	static struct fault_site *const var##_link                                                 \
		__attribute__((used, section("ffasim_faults"))) = &var

bool fault_fires(struct fault_site *site); /* slow half of fault_hit() */
/* Counts a passage; true when it must fail now. */
static inline bool fault_hit(struct fault_site *site)
{
	site->passed++;
	return __builtin_expect(site->armed, 0) && fault_fires(site);
}
int fault_arm(const char *name, uint64_t nth, uint64_t times, int64_t value); /* -ENOENT */
void fault_reset_all(void);						      /* between machines */
struct fault_site *const *fault_sites(size_t *count);			      /* sorted by name */
void ffasim_fault_hit(const struct fault_site *site);

#endif
