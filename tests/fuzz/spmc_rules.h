/* SPDX-License-Identifier: BSD-3-Clause */
/* What must hold of the SPMC's tables after every call. */
#ifndef FFASIM_TESTS_FUZZ_SPMC_RULES_H
#define FFASIM_TESTS_FUZZ_SPMC_RULES_H

#include "host/conform.h"

/* NULL, or which rule is broken. At rest: nothing but the Normal world runs. */
const char *spmc_broken_rule(void);

#endif
