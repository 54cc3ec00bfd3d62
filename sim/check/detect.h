/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Detectors: data races (race.c), lock order and irq safety (lockdep.c), memory (memcheck.c). They
 * hear of the fake kernel through core/watch.h and of memory accesses of the instrumented flavour
 * through explore/instrument.h; what they find goes into the machine's report.
 */
#ifndef FFASIM_CHECK_DETECT_H
#define FFASIM_CHECK_DETECT_H

#include "soc/machine.h"
#include "spmc/spmc.h"

enum detect {
	DETECT_RACES = 1,    /* instrumented flavour only */
	DETECT_LOCKS = 2,    /* both flavours */
	DETECT_MEMORY = 4,   /* instrumented flavour only */
	DETECT_GRANTS = 8,   /* memory shared with partitions; both flavours */
	DETECT_HAZARDS = 16, /* of these also what the real drivers are known to do */
	DETECT_VIEWS = 32,   /* accesses without right, by the host's MMU; plain flavour only */
};

/* After the machine, before the kernel boots. Without any detector the points at calls of the
 * kernel remain, when the flavour is the instrumented one. */
void detect_attach(struct machine *m, struct spmc *spmc, unsigned what);
/* When the run ended without progress: who holds what, who waits for what. */
void detect_explain_stop(struct machine *m);
/* When the drivers are gone: memory that they shared and never took back. */
void detect_check_memory(struct machine *m);
void detect_detach(void);

#endif
