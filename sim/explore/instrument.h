/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Run time of instrumented modules. driver/, sim/tee and sim/arm_ffa are compiled a second time
 * with -fsanitize=thread for the compile step only; the calls the compiler then emits before each
 * shared access end here instead of in libtsan. Each access is a point: it charges a little virtual
 * time, so that an interrupt, a preemption or another PE can come between any two of them, and it
 * tells the hook, where a race detector or a strategy listens (anchors.md D.4).
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
};

typedef void instrument_hook_fn(const void *addr, size_t bytes, unsigned access, const void *pc);

struct instrument {
	instrument_hook_fn *hook; /* called before the access; NULL = nobody listens */
	uint32_t access_ns;	  /* charged per access while a flow runs; 0 = only a point */
	uint64_t accesses;	  /* seen since instrument_reset() */
};

extern struct instrument instrument;

/* Back to "charge 1 ns, nobody listens"; called for each new machine. */
void instrument_reset(void);

#endif
