/* SPDX-License-Identifier: BSD-3-Clause */
/* An SP image of another ABI version, which must be refused. */
#include "ffasim/partition.h"

static void nothing(struct ffasim_sp *sp, uint64_t boot_info_va) {}

__attribute__((visibility("default"))) const struct ffasim_sp_image ffasim_sp_image = {
	.abi = FFASIM_SP_ABI + 1, .name = "bad_abi", .main = nothing};
