/* SPDX-License-Identifier: BSD-3-Clause */
/* logging: the logging service in an SP of its own, which boots before all others
 * (trusted-services.md 3.8, 4) and has no log client itself. */
#include "logging.h"

struct logging_sp {
	struct ts_host host;
	struct logging logging;
};

static const struct ts_hosted hosted[] = {
	{&logging_service, offsetof(struct logging_sp, logging)},
};
static const struct ts_image image = {"LOGGING", hosted, 1, .no_log_client = true};

static void logging_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct logging_sp *s = ffasim_sp_state(sp);

	ts_host_run(&s->host, sp, &image);
}

FFASIM_SP_IMAGE(.name = "logging", .state_bytes = sizeof(struct logging_sp), .main = logging_main);
