/* SPDX-License-Identifier: BSD-3-Clause */
/* Unit tests written as statements: calls of the Normal world and of puppets, see host/conform.h.
 */
#ifndef TESTS_SPMC_STATEMENTS_H
#define TESTS_SPMC_STATEMENTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "host/conform.h"

/* @test holds in a world of @profile; @config NULL = cw_default. */
static inline void holds(const char *profile, const struct cw_config *config, void (*test)(void))
{
	const struct statement st = {"unit", "", "S", test, config};
	struct cw_outcome out;

	cw_run(&st, profile, &out);
	if (out.result == CW_FAIL)
		fail_msg("%s: %s", profile, out.text);
}

static inline int statements_teardown(void **state)
{
	(void)state;
	cw_finish();
	return 0;
}

#endif
