/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The test runner service (trusted-services.md 3.10, 6.4): lists and runs the tests of a back end,
 * chosen by option backend: `env`, the tests of the real env-test SP about what it was given at
 * boot, or `mock`, the four of the real mock.
 *
 * What the machine does not have cannot be tested: registers of the TRNG and UART, and the TPM
 * event log. Those tests are listed and, when run, reported as not run.
 */
#ifndef SPS_ENV_TEST_H
#define SPS_ENV_TEST_H

#include "opcodes.h"
#include "ts_service.h"

enum test_runner_status { TEST_RUNNER_OK = 0, TEST_RUNNER_ERROR = -1, TEST_RUNNER_INVALID = -2 };
enum test_run_state { TEST_NOT_RUN = 1, TEST_PASSED = 2, TEST_FAILED = 3 };
/* Of requests and responses, and inside a result. */
enum { TAG_NAME = 1, TAG_GROUP = 2, TAG_FAILURE = 3, TAG_RESULT = 1 };

/* What the boot information said; read before the SPMC takes it away. */
struct env_config {
	unsigned device_regions;
	bool trng_region;
};

struct env_test {
	struct env_config config;
	bool mock;
};

struct test_failure {
	uint32_t line;
	uint64_t info;
};

struct env_case {
	const char *group, *name;
	enum test_run_state (*run)(struct ts_host *host, const struct env_test *t,
				   struct test_failure *failure);
};
extern const struct env_case env_cases[], mock_cases[];
extern const size_t env_case_count, mock_case_count;

/* @fdt may be NULL: an SP without boot information. */
void env_config_load(struct env_config *config, const void *fdt);

extern const struct ts_service test_runner_service; /* state: struct env_test */

#endif
