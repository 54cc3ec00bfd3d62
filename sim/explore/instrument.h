/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Run time of instrumented code, and the place where listeners meet. Drivers, sim/tee, sim/arm_ffa
 * and native SPs are compiled a second time with -fsanitize=thread for the compile step only; the
 * calls the compiler then emits before each shared access end here instead of in libtsan
 * (anchors.md D.4). With `machine.points: access` each access is a point:
 *
 *	1. the strategy is told (it may ask the oracle, raise an interrupt, force a reschedule);
 *	2. cost module-code is charged, so that an interrupt, a preemption or another PE comes here;
 *	3. the detectors are told. Nothing comes between this and the access itself.
 *
 * What lies on the flow's own stack is nobody else's: no point, no listener.
 * Each basic block calls `block` (-fsanitize-coverage=trace-pc).
 *
 * Not modelled: reordering. Accesses happen in program order, atomics are sequentially consistent.
 */
#ifndef FFASIM_EXPLORE_INSTRUMENT_H
#define FFASIM_EXPLORE_INSTRUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum access_kind {
	ACCESS_READ,
	ACCESS_WRITE,
	ACCESS_MARKED = 2, /* or-ed: READ_ONCE/WRITE_ONCE (volatile) or an atomic operation */
	ACCESS_RANGE = 4,  /* or-ed: of memcpy() and the like, or of a struct */
	/* or-ed to marked ones: what memory order the operation has */
	ACCESS_ACQUIRE = 8,
	ACCESS_RELEASE = 16,
	/* Alone: a call of the kernel on the lock, completion, ... at @addr begins; 0 bytes. */
	ACCESS_CALL = 32,
};

/* @pc is the return address into the accessing code: symbol_at() names it. A host address, so never
 * order or print by it; the same holds for an @addr outside of simulated memory (module data). */
typedef void instrument_access_fn(const void *addr, size_t bytes, unsigned access, const void *pc);
typedef void instrument_block_fn(const void *pc);
typedef void instrument_fence_fn(unsigned order); /* ACCESS_ACQUIRE, ACCESS_RELEASE or both */

enum instrument_listener { INSTRUMENT_STRATEGY, INSTRUMENT_DETECTOR, INSTRUMENT_LISTENERS };

struct instrument {
	bool on;    /* machine.points is `access`; else instrumented code runs as if it were not */
	bool trace; /* emit code.access: only when a scenario names it, there are many */
	instrument_access_fn *access[INSTRUMENT_LISTENERS]; /* NULL = nobody */
	instrument_block_fn *block; /* coverage; heard whether `on` or not */
	instrument_fence_fn *fence;
	uint64_t accesses; /* points passed since reset */
};

extern struct instrument instrument;

/* Off and nobody listens: called for each new world. */
void instrument_reset(void);
/* True for code of the simulator's own library. */
bool instrument_is_library(const void *pc);
/* A call of the kernel begins that other flows can see. */
void instrument_call(const void *obj, const void *pc);
/* An access made on behalf of instrumented code by a library function (memcpy, copy_to_user). */
void instrument_access(const void *addr, size_t bytes, unsigned access, const void *pc);

#endif
