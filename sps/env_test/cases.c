/* SPDX-License-Identifier: BSD-3-Clause */
/* The tests of both back ends (trusted-services.md 6.4). */
#include "env_test.h"

#include <string.h>

#define PASS_IF(cond_)                                                                             \
	do {                                                                                       \
		if (cond_)                                                                         \
			return TEST_PASSED;                                                        \
		failure->line = __LINE__;                                                          \
		return TEST_FAILED;                                                                \
	} while (0)

#define CASE(name_)                                                                                \
	static enum test_run_state name_(struct ts_host *host, const struct env_test *t,           \
					 struct test_failure *failure)

CASE(not_modelled)
{
	return TEST_NOT_RUN;
}

CASE(passes)
{
	return TEST_PASSED;
}

CASE(dev_region_loaded)
{
	failure->info = t->config.device_regions;
	PASS_IF(t->config.device_regions > 0);
}

CASE(trng_region_loaded)
{
	PASS_IF(t->config.trng_region);
}

CASE(trng_poll)
{
	uint8_t first[32] = {0}, second[32] = {0};

	ffasim_sp_entropy(host->l.sp, first, sizeof(first));
	ffasim_sp_entropy(host->l.sp, second, sizeof(second));
	PASS_IF(memcmp(first, second, sizeof(first)));
}

CASE(validate_config)
{
	failure->info = 27;
	PASS_IF(false);
}

const struct env_case env_cases[] = {
	{"SpConfigTests", "DevRegionLoaded", dev_region_loaded},
	{"SpConfigTests", "TrngDevRegionLoaded", trng_region_loaded},
	{"SpConfigTests", "TrngRegAccess", not_modelled},
	{"SpConfigTests", "ConfigBlobLoaded", not_modelled},
	{"SpConfigTests", "EventLogLoaded", not_modelled},
	{"SpConfigTests", "EventLogAccess", not_modelled},
	{"TrngEnvTests", "TrngLifecycle", not_modelled},
	{"TrngEnvTests", "TrngHwPoll", trng_poll},
	{"UartEnvTests", "UartChkFlush", not_modelled},
};
const size_t env_case_count = sizeof(env_cases) / sizeof(env_cases[0]);

const struct env_case mock_cases[] = {
	{"PlatformTests", "Trng", passes},
	{"PlatformTests", "CheckIOmap", passes},
	{"ConfigTests", "ValidateConfig", validate_config},
	{"ConfigTests", "ApplyConfig", passes},
};
const size_t mock_case_count = sizeof(mock_cases) / sizeof(mock_cases[0]);
