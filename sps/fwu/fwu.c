/* SPDX-License-Identifier: BSD-3-Clause */
/* fwu: the firmware update service in an SP of its own (trusted-services.md 3.7, 4). */
#include "fwu.h"

struct fwu_sp {
	struct ts_host host;
	struct fwu fwu;
};

static const struct ts_hosted hosted[] = {
	{&fwu_service, offsetof(struct fwu_sp, fwu)},
};
static const struct ts_image image = {"FWU", hosted, 1};

static void fwu_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct fwu_sp *s = ffasim_sp_state(sp);

	ts_host_run(&s->host, sp, &image);
}

FFASIM_SP_IMAGE(.name = "fwu", .state_bytes = sizeof(struct fwu_sp), .main = fwu_main);
