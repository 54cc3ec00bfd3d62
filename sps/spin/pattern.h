/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A pattern over everything an SPMC must carry across a preemption: x0-x30, q0-q31, TPIDR_EL0, the
 * FP status registers, NZCV, and pages of the SP's own memory. Laid once, checked at every slice of
 * work; a mismatch is counted and the pattern laid again, so each loss counts once.
 */
#ifndef SPS_SPIN_PATTERN_H
#define SPS_SPIN_PATTERN_H

#include "ffasim/partition.h"

#define PATTERN_PAGES 2
#define PATTERN_WORDS (PATTERN_PAGES * 4096 / sizeof(uint64_t))

struct pattern {
	struct ffasim_sp *sp;
	uint64_t *memory;
	unsigned next; /* first word of the next memory slice to check */
	uint64_t seed;
	struct pe_regs regs; /* what must be there */
	uint64_t bad_regs, bad_memory;
};

bool pattern_init(struct pattern *p, struct ffasim_sp *sp);
/* A new pattern: @seed decides it, counters go to 0. */
void pattern_lay(struct pattern *p, uint64_t seed);
/* Registers only, same values again (after an SVC, which may change some). */
void pattern_relay_regs(struct pattern *p);
void pattern_check_regs(struct pattern *p);
/* x19..x30, which an SVC keeps (optee.md 4). */
void pattern_check_kept(struct pattern *p);
void pattern_check_memory(struct pattern *p, bool all);

#endif
