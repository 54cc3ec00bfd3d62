/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of sim/soc only. */
#ifndef FFASIM_SOC_PE_INTERNAL_H
#define FFASIM_SOC_PE_INTERNAL_H

#include "soc/machine.h"

/* Something a PE may want to look at happened now: wakes it from WFI or cuts its charge short. */
void pe_kick(struct machine *m, struct pe *pe);

/* intc.c: makes an INTID pending, whatever faults say. */
void intc_pend(struct machine *m, unsigned pe, unsigned intid);
/* intc_faults.c, each a passage: whether an interrupt that is raised does not become pending now,
 * and whether one that a PE takes is not there. */
bool intc_fault_holds(struct machine *m, unsigned pe, unsigned intid);
bool intc_fault_hides(unsigned intid);

#endif
