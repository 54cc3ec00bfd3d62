/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fault sites: named places that can be told to fail. A plan has three numbers: skip the first
 * (nth - 1) passages, then fail @times passages (0 = for ever), answering @value; or only some of
 * them, by chance.
 * ffasim_fault_hit() is an empty function called on each injected fault: a breakpoint home.
 *
 * A site that can fail in several ways, or for some time, has values: the first is the usual one,
 * the others are what an exhaustive walk tries as well. Its kind says what may be concluded from a
 * failure.
 */
#ifndef FFASIM_CORE_FAULT_H
#define FFASIM_CORE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_kind {
	FAULT_PLAIN,
	FAULT_DELAY,   /* something happens later: for ever it would only be a standstill */
	FAULT_REFUSAL, /* the Secure world does not do, or does not tell, what it was asked for */
};

struct fault_site {
	const char *name;
	const char *doc;
	const int64_t *values; /* NULL = the value says nothing */
	unsigned value_count;
	enum fault_kind kind;
	uint64_t passed;   /* passages in this run */
	uint64_t injected; /* of which failed */
	uint64_t nth, times;
	int64_t value;	       /* of the passage that fails */
	int64_t planned_value; /* of the plan above */
	uint32_t permille;     /* of the passages that would fail so many do, by @seed; 0 = all */
	uint64_t seed;
	bool armed; /* somebody wants to know: the plan above, or fault_ask() */
	bool asked; /* fault_ask() has a say here; passages count for it from @base */
	uint64_t base;
};

#define FAULT_SITE_LINK(var)                                                                       \
	static struct fault_site *const var##_link                                                 \
		__attribute__((used, section("ffasim_faults"))) = &var
#define FAULT_SITE(var, kind_, name_, doc_)                                                        \
	struct fault_site var = {.name = name_, .doc = doc_, .kind = kind_};                       \
	FAULT_SITE_LINK(var)
#define FAULT_SITE_VALUES(var, kind_, name_, doc_, ...)                                            \
	static const int64_t var##_values[] = {__VA_ARGS__};                                       \
	struct fault_site var = {                                                                  \
		.name = name_,                                                                     \
		.doc = doc_,                                                                       \
		.values = var##_values,                                                            \
		.value_count = sizeof(var##_values) / sizeof(var##_values[0]),                     \
		.kind = kind_,                                                                     \
	};                                                                                         \
	FAULT_SITE_LINK(var)

/* In place of a value: the site's usual one. */
#define FAULT_USUAL INT64_MIN

/* Exploration's say at sites that are @asked: true = this passage fails. NULL = nobody has one. */
extern bool (*fault_ask)(struct fault_site *site);
bool fault_fires(struct fault_site *site); /* slow half of fault_hit() */
/* Counts a passage; true when it must fail now. */
static inline bool fault_hit(struct fault_site *site)
{
	site->passed++;
	return __builtin_expect(site->armed, 0) && fault_fires(site);
}
/* Of the passages that were just armed only some fail. */
void fault_by_chance(const char *name, uint32_t permille, uint64_t seed);
/* The draw of a passage: below @permille of 1,000. */
bool fault_draw(uint64_t seed, uint64_t passage, uint32_t permille);
int fault_arm(const char *name, uint64_t nth, uint64_t times, int64_t value); /* -ENOENT */
/* One that is known; @nth counts from the start of the run. */
void fault_arm_site(struct fault_site *site, uint64_t nth, uint64_t times, int64_t value);
/* Told of each injected fault, after its count; for the trace. NULL = nobody. */
extern void (*fault_observer)(const struct fault_site *site);
void fault_reset_all(void);			      /* between machines */
struct fault_site *const *fault_sites(size_t *count); /* sorted by name */
int fault_find(const char *name);		      /* index of fault_sites(); -ENOENT */
bool fault_injected(enum fault_kind kind);	      /* one of this kind, in this run */
void ffasim_fault_hit(const struct fault_site *site);

#endif
