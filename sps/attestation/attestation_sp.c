/* SPDX-License-Identifier: BSD-3-Clause */
/* attestation: the attestation service in an SP of its own. Options: event_log, cost_percent. */
#include "attestation.h"

struct attestation_sp {
	struct ts_host host;
	struct attestation attestation;
};

static const struct ts_hosted hosted[] = {
	{&attestation_service, offsetof(struct attestation_sp, attestation)},
};
static const struct ts_image image = {"ATTEST", hosted, 1};

static void attestation_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct attestation_sp *s = ffasim_sp_state(sp);

	s->host.boot_info_va = boot_info_va;
	ts_host_run(&s->host, sp, &image);
}

FFASIM_SP_IMAGE(.name = "attestation", .state_bytes = sizeof(struct attestation_sp),
		.main = attestation_main);
