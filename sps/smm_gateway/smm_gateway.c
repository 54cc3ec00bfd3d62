/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * smm_gateway: the SP with the MM interface (trusted-services.md 3.9). It has an FF-A UUID of its
 * own, speaks 64-bit direct messages instead of TS RPC, and needs the PS SP at boot. Option:
 * cost_percent.
 */
#include <libfdt.h>
#include <string.h>

#include "its_client.h"
#include "log_client.h"
#include "mm.h"
#include "ts_service.h"

#define MESSAGE_NS 5000u /* two copies and a variable; the PS SP charges its own */

struct smm_gateway {
	struct ts_host host; /* what is shared with the service SPs: calls, manifest, cost */
	struct its_client ps;
	uint64_t buffer_va;
	size_t buffer_bytes;
	struct mm mm;
};

/* The carve-out, as the SPMC mapped it. */
static bool find_buffer(struct smm_gateway *s)
{
	const void *fdt = ts_host_manifest(&s->host), *base, *pages;
	int node, base_len, pages_len;

	if (!fdt)
		return false;
	node = fdt_node_offset_by_compatible(fdt, -1, "arm,ffa-manifest-memory-regions");
	node = fdt_subnode_offset(fdt, node, "mm-comm-buffer");
	base = fdt_getprop(fdt, node, "base-address", &base_len);
	pages = fdt_getprop(fdt, node, "pages-count", &pages_len);
	if (!base || base_len != 8 || !pages || pages_len != 4)
		return false;
	s->buffer_va = fdt64_ld(base);
	s->buffer_bytes = (size_t)fdt32_ld(pages) * 4096;
	return s->buffer_bytes <= MM_BUFFER_BYTES;
}

static enum mm_code serve(struct smm_gateway *s, uint64_t offset)
{
	uint8_t *shared;

	ts_charge(&s->host, MESSAGE_NS);
	shared = ffasim_sp_va(s->host.l.sp, s->buffer_va, s->buffer_bytes, true);
	return shared ? mm_serve(&s->mm, shared, s->buffer_bytes, offset) : MM_NO_MEMORY;
}

static void run(struct smm_gateway *s)
{
	struct libsp *l = &s->host.l;
	struct smc_regs m;

	libsp_msg_wait(l, &m);
	for (;;) {
		const uint32_t fid = (uint32_t)m.x[0];
		enum mm_code code = MM_NOT_SUPPORTED;
		uint32_t ends;

		if (fid != FFA_DIRECT_REQ_32 && fid != FFA_DIRECT_REQ_64) {
			libsp_msg_wait(l, &m);
			continue;
		}
		ends = (uint32_t)m.x[1] << 16 | (uint32_t)m.x[1] >> 16;
		if (fid == FFA_DIRECT_REQ_64)
			code = serve(s, m.x[3]);
		m = (struct smc_regs){
			.x = {fid == FFA_DIRECT_REQ_64 ? FFA_DIRECT_RESP_64 : FFA_DIRECT_RESP_32,
			      ends, 0, (uint64_t)(int64_t)code}};
		libsp_call(l, &m);
	}
}

static void smm_gateway_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct smm_gateway *s = ffasim_sp_state(sp);
	struct libsp *l = &s->host.l;

	s->host.boot_info_va = boot_info_va;
	s->host.cost_percent = ffasim_sp_option_u64(sp, "cost_percent", 100);
	if (libsp_boot(l, sp, "SMM"))
		libsp_not_viable(l, "FF-A setup");
	log_client_open(&s->host.log, l);
	if (!find_buffer(s))
		libsp_not_viable(l, "no mm-comm-buffer in the manifest");
	if (ps_client_open(&s->ps, l) || !variables_load(&s->mm.variables, &s->ps.store))
		libsp_not_viable(l, "protected storage");
	if (libsp_version(l))
		libsp_not_viable(l, "FF-A version");
	run(s);
}

FFASIM_SP_IMAGE(.name = "smm_gateway", .state_bytes = sizeof(struct smm_gateway),
		.main = smm_gateway_main);
