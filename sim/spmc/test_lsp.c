/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The logical partition that the S-EL1 SPMC's test build has (optee.md 6, case 1006): x3 of its
 * answer is the sum of x3..x7. It takes the id after the Trusted OS's. What it does with framework
 * messages and DIRECT_REQ2 is inferred from the Trusted OS's partition.
 */
#include <string.h>

#include "spmc/spmc_internal.h"

static void direct_req(struct spmc *s, struct smc_regs *r)
{
	const endpoint_id from = ffa_src(r->x[1]), self = ffa_dst(r->x[1]);
	const bool wide = r->x[0] & FFA_FID_64;
	uint64_t sum = 0;

	(void)s;
	if ((uint32_t)r->x[0] == FFA_DIRECT_REQ2_64) {
		regs_error(r, FFA_NOT_SUPPORTED);
		return;
	}
	if (r->x[2]) {
		regs_error(r, r->x[2] & FFA_MSG_FRAMEWORK ? FFA_NOT_SUPPORTED
							  : FFA_INVALID_PARAMETERS);
		return;
	}
	for (unsigned i = 3; i < 8; i++)
		sum += r->x[i];
	regs_clear(r);
	r->x[0] = wide ? FFA_DIRECT_RESP | FFA_FID_64 : FFA_DIRECT_RESP;
	r->x[1] = ffa_pack(self, from.v);
	r->x[3] = wide ? sum : (uint32_t)sum;
}

void test_lsp_init(struct spmc *s)
{
	s->test_lsp = (struct lsp){
		.id = endpoint_of(FFA_ID_SPMC + 2),
		.name = "test-lsp",
		.who = trace_intern("test-lsp"),
		/* 54b5440e-a3d2-48d1-872a-7b6cbfc34855 */
		.uuid = {0x0e44b554, 0xd148d2a3, 0x6c7b2a87, 0x5548c3bf},
		.properties = FFA_PROP_DIRECT_RECV | FFA_PROP_AARCH64,
		.direct_req = direct_req,
	};
}
