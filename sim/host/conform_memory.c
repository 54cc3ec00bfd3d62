/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Statements C62 to C68 of ffa.md section 10: memory that is sent, by SHARE, LEND and DONATE, and
 * what an SPMC has to refuse of it. What comes of it afterwards is conform_borrow.c.
 */
#include "host/conform_mem.h"

static bool cannot_donate(void)
{
	struct cw_mem d = cw_mem_of(NWD, S0);

	if (cannot_lend())
		return true;
	if (!cw_deviates(Q_MEM_TFA))
		return false;
	d.attributes = 0;
	d.rcv[0].permissions = 0;
	WANT_ERR(cw_mem_send(NWD, DONATE, &d), FFA_NOT_SUPPORTED);
	return true;
}

static void c62(void)
{
	struct cw_mem d;
	struct smc_regs r;

	cw_map();
	d = cw_mem_of(NWD, S0);
	r = cw_mem_send(NWD, SHARE, &d);
	WANT_OK(r);
	WANT(memory_lookup(cw.s, cw_handle(&r)) != NULL);
	WANT_EQ(sp_by_id(cw.s, endpoint_of(cw.id[S0]))->ec->map_count > 0, true);
	WANT_EQ(memory_lookup(cw.s, cw_handle(&r))->receiver[0].retrieved, 0);
	want_retrieved(cw_retrieve(S0, &d, cw_handle(&r), FFA_TYPE_SHARE));
	WANT_EQ(memory_lookup(cw.s, cw_handle(&r))->receiver[0].retrieved, 1);
}

static void c63(void)
{
	struct cw_mem d, part;

	cw_map();
	d = cw_mem_of(NWD, S0);
	d.c[0].address = cw_ns_pages(3);
	d.c[0].page_count = 2;
	sent(cw_mem_send(NWD, SHARE, &d));
	part = d;
	part.c[0].page_count = 1;
	part.c[0].address += PHYS_PAGE_BYTES;
	WANT_ERR(cw_mem_send(NWD, SHARE, &part),
		 cw_deviates(Q_NO_OVERLAP_CHECK)
			 ? FFA_OK
			 : cw_unless(Q_MEM_TFA, FFA_DENIED, FFA_INVALID_PARAMETERS));
	part.c[0].address += PHYS_PAGE_BYTES; /* the page behind them is free */
	WANT_OK(cw_mem_send(NWD, SHARE, &part));
	d = cw_mem_of(S0, S1);
	if (cw_deviates(Q_MEM_TFA)) {
		WANT_ERR(cw_mem_send(S0, SHARE, &d), FFA_INVALID_PARAMETERS);
		return;
	}
	sent(cw_mem_send(S0, SHARE, &d));
	WANT_ERR(cw_mem_send(S0, SHARE, &d), FFA_DENIED);
}

static void c64(void)
{
	struct cw_mem d;
	uint64_t handle;

	cw_map();
	if (cannot_donate())
		return;
	d = donate_of(NWD, S0);
	handle = sent(cw_mem_send(NWD, DONATE, &d));
	WANT_ERR(cw_mem_send(NWD, DONATE, &d), FFA_DENIED);
	want_retrieved(cw_retrieve(S0, &d, handle, FFA_TYPE_DONATE));
	WANT_ERR(cw_reclaim(NWD, handle, 0), FFA_INVALID_PARAMETERS); /* freed */
	d.attributes = FFA_MEM_ATTR_SHARE;
	d.rcv[0].permissions = FFA_PERM_RW;
	WANT_ERR(cw_mem_send(NWD, SHARE, &d), FFA_DENIED);
	d = donate_of(S1, S0);
	release(S0);
	handle = sent(cw_mem_send(S1, DONATE, &d));
	WANT(!sp_maps(S1, cw.sp_page_va[S1]));
	want_retrieved(cw_retrieve(S0, &d, handle, FFA_TYPE_DONATE));
	d = cw_mem_of(S1, S0);
	WANT_ERR(cw_mem_send(S1, SHARE, &d), FFA_DENIED);
}

static void c65(void)
{
	struct cw_mem d;
	const int invalid = FFA_INVALID_PARAMETERS;

	cw_map();
	d = cw_mem_of(NWD, NWD);
	WANT_ERR(cw_mem_send(NWD, SHARE, &d), cw_unless(Q_MEM_OPTEE, invalid, FFA_DENIED));
	d = cw_mem_of(S0, S0);
	WANT_ERR(cw_mem_send(S0, SHARE, &d), invalid);
	if (cannot_lend())
		return;
	d = cw_mem_of(NWD, S0);
	d.flags = FFA_MEM_FLAG_ZERO;
	WANT_ERR(cw_mem_send(NWD, SHARE, &d), invalid);
	d.flags = 4;
	WANT_ERR(cw_mem_send(NWD, SHARE, &d), invalid);
	d.flags = FFA_MEM_FLAG_TIME_SLICE; /* nobody slices (5.5 row 10) */
	WANT_ERR(cw_mem_send(NWD, SHARE, &d), invalid);
	WANT_ERR(cw_mem_send(NWD, LEND, &d), invalid);
	WANT_ERR(NW(FFA_MEM_OP_RESUME), FFA_NOT_SUPPORTED);
	if (cannot_donate())
		return;
	d = donate_of(NWD, S0);
	d.receivers = 2;
	d.rcv[1].sp = S1;
	WANT_ERR(cw_mem_send(NWD, DONATE, &d), invalid);
	d = donate_of(S0, S0);
	WANT_ERR(cw_mem_send(S0, DONATE, &d), invalid);
	d = lend_of(S0, S0);
	WANT_ERR(cw_mem_send(S0, LEND, &d), invalid);
	d = cw_mem_of(S0, NWD); /* 5.5 row 8 */
	WANT_ERR(cw_mem_send(S0, SHARE, &d), FFA_DENIED);
	d = lend_of(S0, NWD);
	WANT_ERR(cw_mem_send(S0, LEND, &d), FFA_DENIED);
}

static void c66(void)
{
	struct cw_mem d;

	cw_map();
	d = cw_mem_of(NWD, S0);
	d.attributes |= FFA_MEM_ATTR_NS;
	if (cw_deviates(Q_MEM_OPTEE)) { /* stored as it is */
		WANT_OK(cw_mem_send(NWD, SHARE, &d));
		return;
	}
	WANT_ERR(cw_mem_send(NWD, SHARE, &d), FFA_INVALID_PARAMETERS);
	d.attributes = FFA_MEM_ATTR_NS;
	WANT_ERR(cw_mem_send(NWD, LEND, &d), FFA_INVALID_PARAMETERS);
	if (cannot_donate())
		return;
	d.rcv[0].permissions = 0;
	WANT_ERR(cw_mem_send(NWD, DONATE, &d), FFA_INVALID_PARAMETERS);
}

static void c67(void)
{
	struct cw_mem d;
	size_t n;

	cw_map();
	d = cw_mem_of(NWD, S0);
	for (int step = -1; step <= 1; step += 2) {
		n = cw_mem_put(NWD, &d);
		ffa_put32(composite_at(cw.tx, 1), (uint32_t)(1 + step));
		WANT_ERR(NW(SHARE, n, n), FFA_INVALID_PARAMETERS);
	}
	d.c[0].page_count = 0;
	WANT_ERR(cw_mem_send(NWD, SHARE, &d), FFA_INVALID_PARAMETERS);
	d = cw_mem_of(NWD, S0);
	d.c[0].address += 0x800;
	WANT_ERR(cw_mem_send(NWD, SHARE, &d), FFA_INVALID_PARAMETERS);
	d.c[0].address -= 0x800;
	d.c[1] = d.c[0];
	d.constituents = 2;
	WANT_ERR(cw_mem_send(NWD, SHARE, &d),
		 cw_unless(Q_MEM_OPTEE, FFA_INVALID_PARAMETERS, FFA_OK));
}

static void c68(void)
{
	struct cw_mem d;

	cw_map();
	if (cannot_lend())
		return;
	d = cw_mem_of(NWD, S0); /* with the attributes of a share */
	WANT_ERR(cw_mem_send(NWD, LEND, &d), FFA_INVALID_PARAMETERS);
	d.receivers = 2;
	d.rcv[1].sp = S1;
	d.rcv[1].permissions = FFA_PERM_RO;
	WANT_OK(cw_mem_send(NWD, LEND, &d));
	d = cw_mem_of(NWD, S0);
	d.attributes = 0x2b; /* non-cacheable */
	WANT_ERR(cw_mem_send(NWD, SHARE, &d), FFA_DENIED);
	if (cannot_donate())
		return;
	d = donate_of(NWD, S0);
	d.attributes = FFA_MEM_ATTR_SHARE;
	WANT_ERR(cw_mem_send(NWD, DONATE, &d), FFA_INVALID_PARAMETERS);
	d = donate_of(NWD, S0);
	d.rcv[0].permissions = FFA_PERM_RW; /* 5.5 row 12 */
	WANT_ERR(cw_mem_send(NWD, DONATE, &d), FFA_INVALID_PARAMETERS);
}

static const struct statement rows[] = {
	{"C62", "MEM_SHARE of a page: a handle, and no access for the borrower before it retrieves",
	 "S", c62, NULL},
	{"C63", "sharing part of a region that is shared already: DENIED", "S", c63, NULL},
	{"C64", "a donated region used by its old owner: DENIED", "S", c64, NULL},
	{"C65",
	 "receiver is the sender, two receivers in DONATE, zero flag in SHARE: "
	 "INVALID_PARAMETERS",
	 "S", c65, NULL},
	{"C66", "NS bit in SHARE, LEND or DONATE: INVALID_PARAMETERS", "S", c66, NULL},
	{"C67", "pages of the ranges do not sum up to the total: INVALID_PARAMETERS", "S", c67,
	 NULL},
	{"C68", "LEND to one borrower with a memory type: INVALID_PARAMETERS", "S", c68, NULL},
};
const struct statement_table conform_memory = {rows, sizeof(rows) / sizeof(rows[0])};
