/* SPDX-License-Identifier: BSD-3-Clause */
/* Statements C22 to C44 of ffa.md section 10: waiting, direct messages, RUN, YIELD. */
#include <string.h>

#include "host/conform.h"

static void c24(void)
{
	struct smc_regs r = {.x = {FFA_DIRECT_REQ, cw.id[S0], 0, 3, 4, 5, 6, 7}};

	cw_smc(&r);
	WANT_EQ(cw.entries[S0], 2);
	for (unsigned i = 0; i < 8; i++)
		WANT_EQ(cw.entered[S0].x[i], r.x[i]);
}

static void c25(void)
{
	WANT_ERR(NW(FFA_DIRECT_REQ, cw.id[S0], 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_DIRECT_REQ, cw_w1(S0, S1), 1), FFA_INVALID_PARAMETERS);
}

static const struct statement rows[] = {
	{"C24", "DIRECT_REQ to a waiting SP: it runs and sees w0 to w7 of the request", "S", c24,
	 NULL},
	{"C25", "DIRECT_REQ with w2 not zero and no framework bit: INVALID_PARAMETERS", "S", c25,
	 NULL},
};
const struct statement_table conform_messages = {rows, sizeof(rows) / sizeof(rows[0])};
