/* SPDX-License-Identifier: BSD-3-Clause */
/* ITS: the storage service in an SP of its own (trusted-services.md 3.4, 4). */
#include "storage.h"

static const struct ts_hosted hosted[] = {{&its_service, offsetof(struct storage_sp, storage)}};
static const struct ts_image image = {"ITS", hosted, 1};

static void its_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	storage_sp_run(sp, &image);
}

FFASIM_SP_IMAGE(.name = "its", .state_bytes = sizeof(struct storage_sp), .main = its_main);
