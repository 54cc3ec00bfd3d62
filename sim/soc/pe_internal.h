/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of sim/soc only. */
#ifndef FFASIM_SOC_PE_INTERNAL_H
#define FFASIM_SOC_PE_INTERNAL_H

#include "soc/machine.h"

/* Something a PE may want to look at happened now: wakes it from WFI or cuts its charge short. */
void pe_kick(struct machine *m, struct pe *pe);
/* The running flow gives way; on return its PE has control again, at its key. */
void pe_yield(struct machine *m);
/* Makes @pe the running one. */
void pe_make_running(struct machine *m, struct pe *pe);

#endif
