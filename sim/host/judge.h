/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The judge: watches the trace of one run for what the scenario expects and answers at the end.
 * Needs no world, so that it can be tested with synthetic records.
 */
#ifndef FFASIM_HOST_JUDGE_H
#define FFASIM_HOST_JUDGE_H

#include "host/lockstat.h"
#include "host/scenario.h"

struct judge_rule {
	const struct scn_expectation *e;
	size_t next;	  /* order: patterns seen so far */
	uint64_t last_ns; /* when the last of them was */
	uint64_t *hits;	  /* per pattern; count: [event, of, equal_to] */
	bool broken;
	struct trace_rec bad; /* never, always: the first offender */
};

struct judge {
	const struct scn *s;
	struct judge_rule *rule;
	size_t rule_count;
	uint64_t *by_kind; /* rules that want a kind: bit masks, words per kind */
	size_t words;
	size_t kind_count;
	uint64_t irq_latency_max_ns[PE_MAX];
	int irq_taken; /* kind id, -1 */
	struct lockstat locks;
};

/* What only a finished world can answer. */
struct judge_end {
	enum machine_stop stop;
	uint64_t elapsed_ns;
	unsigned threads;
	bool have_world;
	const char *(*log_line)(void *ctx, size_t i); /* NULL past the end */
	const char *(*part_state)(void *ctx, int part);
	const char *(*task_result)(void *ctx, int task);
	void *ctx;
};

int judge_init(struct judge *j, const struct scn *s);
void judge_finish(struct judge *j);
void judge_see(struct judge *j, const struct trace_rec *rec);
/* Adds the kinds of which judge_see() wants to know; others do not change what it says. */
void judge_hears(const struct judge *j, struct trace_kinds *kinds);
/* Adds a finding per broken expectation; true when all hold. @summary gets "order 3/3  never
 * stall". */
bool judge_end(struct judge *j, const struct judge_end *end, struct report *report, char *summary,
	       size_t summary_bytes);
/* True when a finding (detector, leak) is what the scenario expects. */
bool judge_expects_finding(const struct judge *j, const char *what);
/* Log pattern: '*' and ranges {20..24}; {} = any number. */
bool judge_log_match(const char *pattern, const char *line);

#endif
