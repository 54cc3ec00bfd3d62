/* SPDX-License-Identifier: BSD-3-Clause */
/* block_storage: the block storage service in an SP of its own (trusted-services.md 3.6, 4). */
#include "block_storage.h"

struct block_storage_sp {
	struct ts_host host;
	struct block_storage block_storage;
};

static const struct ts_hosted hosted[] = {
	{&block_storage_service, offsetof(struct block_storage_sp, block_storage)},
};
static const struct ts_image image = {"BLOCK", hosted, 1};

static void block_storage_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct block_storage_sp *s = ffasim_sp_state(sp);

	ts_host_run(&s->host, sp, &image);
}

FFASIM_SP_IMAGE(.name = "block_storage", .state_bytes = sizeof(struct block_storage_sp),
		.main = block_storage_main);
