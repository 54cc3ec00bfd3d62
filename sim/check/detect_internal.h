/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the detectors. */
#ifndef FFASIM_CHECK_DETECT_INTERNAL_H
#define FFASIM_CHECK_DETECT_INTERNAL_H

#include "check/detect.h"
#include "check/stacks.h"
#include "core/watch.h"
#include "explore/instrument.h"

#define FLOWS_MAX 256
#define NO_FLOW (-1)

/* Number of the running flow: a task with the interrupts it takes, or a context of an SP. NO_FLOW
 * in events, outside of a run, and for flows beyond the table. */
int detect_flow(void);
unsigned detect_flow_count(void);
uint32_t detect_flow_who(int flow); /* interned name */
/* "task client on PE1 at 10.414 ms" */
void text_moment(struct text *t, uint32_t who, unsigned pe, uint64_t time_ns);
/* False when this pair of places was reported before. */
bool detect_first_time(const void *a, const void *b);
void detect_report(const struct text *t);

void race_reset(bool on);
void race_access(const void *addr, size_t bytes, unsigned access, stack_id *stack, const void *pc);
void race_free(const void *p, size_t bytes);
void race_alloc(const void *p, size_t bytes);
void race_acquire(const void *obj);
void race_release(const void *obj);
void race_fence(unsigned order);

void lockdep_reset(bool on);
void lockdep_init(const void *lock, const void *pc);
void lockdep_wait(const struct watch_lock *l);
void lockdep_locked(const struct watch_lock *l);
void lockdep_unlock(const struct watch_lock *l);
void lockdep_explain(void);

void memcheck_reset(bool on, struct spmc *spmc);
void memcheck_access(const void *addr, size_t bytes, unsigned access, const void *pc);
void memcheck_alloc(const void *p, size_t bytes);
void memcheck_free(const void *p, size_t bytes);
const char *memcheck_alloc_stack(const void *p);

void grants_reset(bool on, bool with_hazards, struct spmc *spmc);
void grants_granted(const struct watch_grant *g);
void grants_over(uint64_t handle, bool for_good);
void grants_freed(const void *p, size_t bytes);
/* The Normal world touches a page; a finding when it lent or donated it. */
void grants_touched(pa_t pa, bool write, stack_id stack);

void views_reset(bool mmu, bool look);
void views_stop(void);
void views_access(const void *addr, size_t bytes, unsigned access, const void *pc);
/* Pages the Normal world must not touch, or may again. */
void views_guard(const struct watch_pages *range, uint32_t count, bool on);
/* "byte 24 of the object of 96 bytes allocated in x (file:line)", or the name of a global. */
void text_object(struct text *t, const void *addr);

#endif
