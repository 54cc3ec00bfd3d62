/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Figures of one run, from its trace: a closed vocabulary that tables of variants are made of.
 * Times count from the end of boot, in virtual time.
 */
#ifndef FFASIM_HOST_METRICS_H
#define FFASIM_HOST_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/trace.h"

enum metric {
	METRIC_IRQ_LATENCY_MAX,
	METRIC_SPIN_MAX,
	METRIC_SPIN_P99,
	METRIC_STALLS,
	METRIC_CALLS,
	METRIC_CALLS_PER_SECOND,
	METRIC_CALL_MAX,
	METRIC_INTERRUPTS,
	METRIC_RUNS,
	METRIC_MANAGED_EXITS,
	METRIC_MIGRATIONS,
	METRIC_ELAPSED,
	METRIC_COUNT
};

struct metrics {
	int kind[METRIC_COUNT]; /* trace kind that feeds it, -1 */
	uint64_t value[METRIC_COUNT];
	uint64_t *spin_ns;
	size_t spins, room;
};

/* NULL-terminated words, in the order of enum metric. */
extern const char *const metric_words[];
const char *metric_doc(enum metric m);

void metrics_begin(struct metrics *m);
/* @now: between the end of boot and the end of the last task. */
void metrics_see(struct metrics *m, const struct trace_rec *rec, bool now);
void metrics_end(struct metrics *m, uint64_t elapsed_ns);
void metrics_free(struct metrics *m);
/* As a table shows it: "0.301 ms", "12", "1,480". */
const char *metric_text(const struct metrics *m, enum metric which);
/* For comparisons between variants. */
double metric_value(const struct metrics *m, enum metric which);

#endif
