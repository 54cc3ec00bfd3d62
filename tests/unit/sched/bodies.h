/* SPDX-License-Identifier: BSD-3-Clause */
/* What tests of tasks that meet share: a world that runs them to their end, and what they note. */
#ifndef TESTS_SCHED_BODIES_H
#define TESTS_SCHED_BODIES_H

#include <stdint.h>

#define MS 1000000ULL
#define SEC 1000000000ULL

struct task_struct;

extern struct task_struct *task[8];
extern unsigned char order[64];
extern unsigned count; /* of order */
extern unsigned inside, max_inside;
extern uint64_t at_ns[8];
extern long result[8];

/* A user task; @pe < 0: on any PE. */
struct task_struct *start(const char *comm, void (*fn)(void *), void *arg, int pe);
/* Runs a world until @done tasks have ended; no finding may come up. */
void run(unsigned pes, void (*ready)(void *), unsigned done);
/* Into the critical section: max_inside is the most at a time. */
void enter(void);

#endif
