/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * crypto: the crypto SP, with both encodings of its service: interface 0 packed-c, 1 protobuf
 * (trusted-services.md 1.6). Options: cost_percent (ts_service.h), algorithms (offered.c).
 */
#include "crypto.h"

struct crypto_sp {
	struct ts_host host;
	struct crypto crypto;
};

static const struct ts_hosted hosted[] = {
	{&crypto_packedc_service, offsetof(struct crypto_sp, crypto)},
	{&crypto_protobuf_service, offsetof(struct crypto_sp, crypto)},
};
static const struct ts_image image = {"CRYPTO", hosted, sizeof(hosted) / sizeof(hosted[0])};

static void crypto_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct crypto_sp *s = ffasim_sp_state(sp);

	ts_host_run(&s->host, sp, &image);
}

FFASIM_SP_IMAGE(.name = "crypto", .state_bytes = sizeof(struct crypto_sp), .main = crypto_main);
