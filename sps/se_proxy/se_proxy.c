/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * se-proxy: every service in one SP, in the order of the real one (trusted-services.md 3.13). Where
 * that one forwards to a secure enclave, this one has the services themselves; they ask each other
 * within the SP. Not to be loaded beside SPs with the same services: a client takes the first.
 * Options: those of each service.
 */
#include "attestation.h"
#include "crypto.h"
#include "fwu.h"
#include "storage.h"

struct se_proxy {
	struct ts_host host;
	struct storage its, ps;
	struct crypto crypto;
	struct attestation attestation;
	struct fwu fwu;
};

static const struct ts_hosted hosted[] = {
	{&its_service, offsetof(struct se_proxy, its)},
	{&ps_service, offsetof(struct se_proxy, ps)},
	{&crypto_packedc_service, offsetof(struct se_proxy, crypto)},
	{&crypto_protobuf_service, offsetof(struct se_proxy, crypto)},
	{&attestation_service, offsetof(struct se_proxy, attestation)},
	{&fwu_service, offsetof(struct se_proxy, fwu)},
};
static const struct ts_image image = {"SE-PROXY", hosted, sizeof(hosted) / sizeof(hosted[0]),
				      .no_log_client = true};

static void se_proxy_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct se_proxy *s = ffasim_sp_state(sp);

	s->host.boot_info_va = boot_info_va;
	ts_host_run(&s->host, sp, &image);
}

FFASIM_SP_IMAGE(.name = "se_proxy", .state_bytes = sizeof(struct se_proxy), .main = se_proxy_main);
