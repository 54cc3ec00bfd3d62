/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of sim/soc only. */
#ifndef FFASIM_SOC_PE_INTERNAL_H
#define FFASIM_SOC_PE_INTERNAL_H

#include "soc/machine.h"

/* Something a PE may want to look at happened now: wakes it from WFI or cuts its charge short. */
void pe_kick(struct machine *m, struct pe *pe);

#endif
