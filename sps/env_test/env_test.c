/* SPDX-License-Identifier: BSD-3-Clause */
/* env_test: the test runner service in an SP of its own, without a log client
 * (trusted-services.md 3.10, 4, 5.2). Option: backend, env or mock. */
#include "env_test.h"

struct env_test_sp {
	struct ts_host host;
	struct env_test env_test;
};

static const struct ts_hosted hosted[] = {
	{&test_runner_service, offsetof(struct env_test_sp, env_test)},
};
static const struct ts_image image = {"ENVTEST", hosted, 1, .no_log_client = true};

static void env_test_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct env_test_sp *s = ffasim_sp_state(sp);

	s->host.boot_info_va = boot_info_va;
	ts_host_run(&s->host, sp, &image);
}

FFASIM_SP_IMAGE(.name = "env_test", .state_bytes = sizeof(struct env_test_sp),
		.main = env_test_main);
