/* SPDX-License-Identifier: BSD-3-Clause */
/* The 18 registers that cross a world boundary (SMCCC 1.2, x0..x17). */
#ifndef FFASIM_SOC_SMC_H
#define FFASIM_SOC_SMC_H

#include <stdint.h>

#define SMC_REGS 18

struct smc_regs {
	uint64_t x[SMC_REGS];
};

#endif
