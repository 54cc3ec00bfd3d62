/* SPDX-License-Identifier: BSD-3-Clause */
/* Statements C1 to C22 of ffa.md section 10: version, features, identity, buffers, discovery. */
#include <string.h>

#include "host/conform.h"

/* Where a profile has no such function at all, both directions say so. */
__attribute__((unused)) static bool absent(struct smc_regs got, enum quirk_id quirk_id)
{
	if (!cw_deviates(quirk_id))
		return false;
	WANT_ERR(got, FFA_NOT_SUPPORTED);
	return true;
}

static void c1(void)
{
	const uint32_t own = cw.s->profile->version;

	WANT_EQ(NW(FFA_VERSION, FFA_VERSION_1_0).x[0], own);
	WANT_EQ(NW(FFA_VERSION, FFA_VERSION_1_1).x[0], own);
	WANT_EQ(NW(FFA_VERSION, FFA_VERSION_1_2).x[0], own);
	WANT_EQ(SP(S0, FFA_VERSION, FFA_VERSION_1_2).x[0], own);
}

static void c2(void)
{
	const uint32_t refused = (uint32_t)FFA_NOT_SUPPORTED;

	WANT_EQ(NW(FFA_VERSION, 0x80010002).x[0], refused);
	WANT_OK(NW(FFA_SPM_ID_GET));
	WANT_OK(NW(FFA_FEATURES, FFA_VERSION));
	WANT_EQ(NW(FFA_VERSION, FFA_VERSION_1_2).x[0], cw.s->profile->version);
}

static void c3(void)
{
	const uint32_t own = cw.s->profile->version;
	uint32_t second;

	WANT_OK(NW(FFA_FEATURES, FFA_VERSION));
	second = (uint32_t)NW(FFA_VERSION, FFA_VERSION_1_1).x[0];
	if (cw_deviates(Q_VERSION_UNLOCKED)) {
		WANT_EQ(second, own);
		WANT_EQ(cw.s->nwd_version, FFA_VERSION_1_1);
		return;
	}
	WANT_EQ(second, (uint32_t)FFA_NOT_SUPPORTED);
	WANT_EQ(cw.s->nwd_version, FFA_VERSION_1_2);
}

static void c4(void)
{
	static const uint32_t asked[] = {0x00010000, 0x00010001, 0x00010003, 0x00020000,
					 0x00000001};

	WANT_OK(NW(FFA_FEATURES, FFA_VERSION));
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		WANT_EQ(NW(FFA_VERSION, asked[i]).x[0], FFA_VERSION_1_2);
}

static void c6(void)
{
	WANT_ERR(NW(FFA_FEATURES, 0x840000f0), FFA_NOT_SUPPORTED);
	WANT_ERR(NW(FFA_FEATURES, 0x84000000), FFA_NOT_SUPPORTED);
	WANT_ERR(SP(S0, FFA_FEATURES, 0x840000f0), FFA_NOT_SUPPORTED);
}

static const struct statement rows[] = {
	{"C1", "VERSION with the own major and no newer minor: w0 is the callee's version", "S", c1,
	 NULL},
	{"C2", "VERSION with bit 31: -1; the same value after the lock: success", "H", c2, NULL},
	{"C3", "VERSION with another value after some other call: NOT_SUPPORTED, old one stays",
	 "S", c3, NULL},
	{"C4", "VERSION always answers 1.2, whatever was asked before or now", "O", c4, NULL},
	{"C6", "FEATURES of an unknown function id: NOT_SUPPORTED", "S", c6, NULL},
};
const struct statement_table conform_discovery = {rows, sizeof(rows) / sizeof(rows[0])};
