/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Statements C69 to C83 of ffa.md section 10: memory that was sent is retrieved, given back and
 * taken back, whole or in fragments, by one borrower or several, or read back by the hypervisor;
 * and what permissions and devices allow. The sending itself is conform_memory.c.
 */
#include <string.h>

#include "host/conform_mem.h"

static void c69(void)
{
	struct ffa_mem_header h;
	struct cw_mem d, e;
	struct ffa_emad emad;
	uint64_t one, two;

	cw_map();
	d = cw_mem_of(NWD, S0);
	e = cw_mem_of(NWD, S0);
	one = sent(cw_mem_send(NWD, SHARE, &d));
	two = sent(cw_mem_send(NWD, SHARE, &e));
	want_retrieved(cw_retrieve(S0, &d, one, FFA_TYPE_SHARE));
	WANT(sp_by_id(cw.s, endpoint_of(cw.id[S0]))->rxtx.rx_full);
	WANT(!ffa_mem_header_decode(cw.sp_rx[S0], PHYS_PAGE_BYTES, FFA_VERSION_1_2, &h));
	WANT_EQ(h.emad_count, 1);
	WANT(!ffa_emad_decode(cw.sp_rx[S0], PHYS_PAGE_BYTES, &h, 0, &emad));
	WANT_EQ(emad.receiver.v, cw.id[S0]);
	WANT_ERR(cw_retrieve(S0, &e, two, FFA_TYPE_SHARE),
		 cw_deviates(Q_MEM_OPTEE) || cw_deviates(Q_MEM_TFA) ? FFA_DENIED : FFA_BUSY);
	release(S0);
	want_retrieved(cw_retrieve(S0, &e, two, FFA_TYPE_SHARE));
}

static void c70(void)
{
	struct cw_mem d;
	uint64_t handle;

	cw_map();
	d = cw_mem_of(NWD, S0);
	d.tag = 77;
	handle = sent(cw_mem_send(NWD, SHARE, &d));
	d.tag = 78;
	WANT_ERR(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE), FFA_INVALID_PARAMETERS);
	d.tag = 77;
	if (cw_deviates(Q_MEM_OPTEE)) { /* type and sender are not looked at */
		d.sender = S1;
		want_retrieved(cw_retrieve(S0, &d, handle, 0x10));
		return;
	}
	d.flags = FFA_TYPE_LEND;
	d.handle = handle;
	d.constituents = 0;
	WANT_ERR(cw_mem_send(S0, FFA_MEM_RETRIEVE_REQ, &d), FFA_INVALID_PARAMETERS);
	d.flags = FFA_TYPE_SHARE;
	d.sender = S1;
	WANT_ERR(cw_mem_send(S0, FFA_MEM_RETRIEVE_REQ, &d),
		 cw_unless(Q_MEM_TFA, FFA_DENIED, FFA_INVALID_PARAMETERS));
	d.sender = NWD;
	d.flags = 0; /* any type */
	want_retrieved(cw_mem_send(S0, FFA_MEM_RETRIEVE_REQ, &d));
}

static void c71(void)
{
	struct cw_mem d;

	cw_map();
	d = cw_mem_of(NWD, S0);
	WANT_ERR(cw_retrieve(S0, &d, 0x2000000000ff, FFA_TYPE_SHARE),
		 cw_unless(Q_MEM_OPTEE, FFA_INVALID_PARAMETERS, FFA_DENIED));
	WANT_ERR(cw_relinquish(S0, 0x2000000000ff, 0),
		 cw_unless(Q_MEM_OPTEE, FFA_INVALID_PARAMETERS, FFA_DENIED));
	WANT_ERR(cw_reclaim(NWD, 0x2000000000ff, 0), FFA_INVALID_PARAMETERS);
}

static void c72(void)
{
	struct cw_mem d;
	uint64_t handle;

	cw_map();
	d = cw_mem_of(NWD, S0);
	d.rcv[0].permissions = FFA_PERM_RO;
	handle = sent(cw_mem_send(NWD, SHARE, &d));
	d.rcv[0].permissions = FFA_PERM_RW;
	WANT_ERR(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE),
		 cw_unless(Q_MEM_OPTEE, FFA_DENIED, FFA_INVALID_PARAMETERS));
	d.rcv[0].permissions = FFA_PERM_RO;
	want_retrieved(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE));
}

static void c73(void)
{
	struct cw_mem d;
	uint64_t handle;

	cw_map();
	d = cw_mem_of(NWD, S0);
	handle = sent(cw_mem_send(NWD, SHARE, &d));
	if (!cw_deviates(Q_MEM_OPTEE))
		WANT_ERR(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE | 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE | 4), FFA_INVALID_PARAMETERS);
	if (cannot_lend())
		return;
	d = lend_of(NWD, S0);
	handle = sent(cw_mem_send(NWD, LEND, &d));
	WANT_ERR(cw_retrieve(S0, &d, handle, FFA_TYPE_LEND | 1), FFA_DENIED);
	WANT_ERR(cw_retrieve(S0, &d, handle, FFA_TYPE_LEND | 0x200), FFA_INVALID_PARAMETERS);
	want_retrieved(cw_retrieve(S0, &d, handle, FFA_TYPE_LEND));
	release(S0);
	if (cw_deviates(Q_MEM_TFA)) {
		d = lend_of(NWD, S0);
		d.flags = FFA_MEM_FLAG_ZERO;
		WANT_ERR(cw_mem_send(NWD, LEND, &d), FFA_INVALID_PARAMETERS);
		return;
	}
	d = lend_of(S1, S0); /* zeroed on the way: 5.2, 5.7 */
	d.flags = FFA_MEM_FLAG_ZERO;
	memset(cw.sp_page[S1], 0x5a, PHYS_PAGE_BYTES);
	handle = sent(cw_mem_send(S1, LEND, &d));
	WANT(!sp_maps(S1, cw.sp_page_va[S1]));
	WANT_EQ(cw.sp_page[S1][100], 0);
	want_retrieved(cw_retrieve(S0, &d, handle, FFA_TYPE_LEND | 1));
	memset(cw.sp_page[S1], 0x5a, PHYS_PAGE_BYTES);
	WANT_OK(cw_relinquish(S0, handle, FFA_MEM_FLAG_ZERO));
	WANT_EQ(cw.sp_page[S1][100], 0);
	memset(cw.sp_page[S1], 0x5a, PHYS_PAGE_BYTES);
	WANT_OK(cw_reclaim(S1, handle, FFA_MEM_FLAG_ZERO));
	WANT_EQ(cw.sp_page[S1][100], 0);
	WANT(sp_maps(S1, cw.sp_page_va[S1]));
}

static uint16_t response_attributes(int sp)
{
	struct ffa_mem_header h;

	WANT(!ffa_mem_header_decode(cw.sp_rx[sp], PHYS_PAGE_BYTES, FFA_VERSION_1_2, &h));
	return h.attributes;
}

static void c74(void)
{
	struct cw_mem d;

	cw_map();
	d = cw_mem_of(NWD, S0);
	want_retrieved(cw_retrieve(S0, &d, sent(cw_mem_send(NWD, SHARE, &d)), FFA_TYPE_SHARE));
	WANT_EQ(response_attributes(S0) & FFA_MEM_ATTR_NS,
		cw_unless(Q_MEM_OPTEE, FFA_MEM_ATTR_NS, 0));
	if (cw_deviates(Q_MEM_TFA))
		return; /* secure owners do not exist there */
	release(S0);
	d = cw_mem_of(S1, S0);
	want_retrieved(cw_retrieve(S0, &d, sent(cw_mem_send(S1, SHARE, &d)), FFA_TYPE_SHARE));
	WANT_EQ(response_attributes(S0) & FFA_MEM_ATTR_NS, 0);
}

static void c75(void)
{
	struct cw_mem d;
	uint64_t handle;

	cw_map();
	d = cw_mem_of(NWD, S0);
	handle = sent(cw_mem_send(NWD, SHARE, &d));
	want_retrieved(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE));
	release(S0);
	WANT_ERR(cw_reclaim(NWD, handle, 0), FFA_DENIED);
	/* A second retrieve by the same borrower: refused, or counted. */
	if (cw_deviates(Q_MEM_OPTEE) || cw_deviates(Q_MEM_TFA)) {
		want_retrieved(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE));
		WANT_OK(cw_relinquish(S0, handle, 0));
		WANT_ERR(cw_reclaim(NWD, handle, 0), FFA_DENIED);
	} else {
		WANT_ERR(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE), FFA_DENIED);
	}
	WANT_OK(cw_relinquish(S0, handle, 0));
	WANT_ERR(cw_relinquish(S0, handle, 0),
		 cw_unless(Q_MEM_OPTEE, FFA_INVALID_PARAMETERS, FFA_DENIED));
	WANT_OK(cw_reclaim(NWD, handle, 0));
	WANT_ERR(cw_reclaim(NWD, handle, 0), FFA_INVALID_PARAMETERS);
	WANT_OK(cw_mem_send(NWD, SHARE, &d)); /* Owner-EA again */
}

static void c76(void)
{
	struct cw_mem d;
	endpoint_id ids[2];
	uint64_t handle;

	cw_map();
	d = cw_mem_of(NWD, S0);
	handle = sent(cw_mem_send(NWD, SHARE, &d));
	want_retrieved(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE));
	ids[0] = ids[1] = endpoint_of(cw.id[S0]);
	ffa_relinquish_encode(cw.sp_tx[S0], PHYS_PAGE_BYTES, handle, 0, ids, 2);
	WANT_ERR(SP(S0, FFA_MEM_RELINQUISH), FFA_INVALID_PARAMETERS);
	ids[0] = endpoint_of(cw.id[S1]);
	ffa_relinquish_encode(cw.sp_tx[S0], PHYS_PAGE_BYTES, handle, 0, ids, 1);
	WANT_ERR(SP(S0, FFA_MEM_RELINQUISH),
		 cw_unless(Q_MEM_OPTEE, FFA_INVALID_PARAMETERS, FFA_DENIED));
	WANT_OK(cw_relinquish(S0, handle, 0));
}

static void c77(void)
{
	struct cw_mem d;
	uint64_t handle;

	cw_map();
	d = cw_mem_of(NWD, S0);
	handle = sent(cw_mem_send(NWD, SHARE, &d));
	memset(cw.tx, 0xff, PHYS_PAGE_BYTES);
	want_retrieved(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE));
	memset(cw.sp_tx[S0], 0xff, PHYS_PAGE_BYTES);
	WANT_OK(cw_relinquish(S0, handle, 0));
	WANT_OK(cw_reclaim(NWD, handle, 0));
}

/* A descriptor of two ranges, its second range sent apart. */
static size_t split_descriptor(struct cw_mem *d, uint8_t tail[16])
{
	size_t n;

	*d = cw_mem_of(NWD, S0);
	d->c[0].address = cw_ns_pages(3);
	d->c[1] = (struct ffa_constituent){d->c[0].address + 2 * PHYS_PAGE_BYTES, 1};
	d->constituents = 2;
	n = cw_mem_put(NWD, d);
	memcpy(tail, cw.tx + n - 16, 16);
	return n;
}

static void c78(void)
{
	struct cw_mem d;
	uint8_t tail[16];
	struct smc_regs r;
	uint64_t handle;
	size_t n;

	cw_map();
	n = split_descriptor(&d, tail);
	r = NW(SHARE, n, n - 16);
	if (cw_deviates(Q_MEM_OPTEE)) { /* to the Trusted OS only */
		WANT_ERR(r, FFA_NOT_SUPPORTED);
		return;
	}
	WANT_EQ(r.x[0], FFA_MEM_FRAG_RX);
	WANT_EQ(r.x[3], n - 16);
	handle = (uint32_t)r.x[1] | r.x[2] << 32;
	WANT_ERR(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE), FFA_INVALID_PARAMETERS);
	WANT_ERR(cw_reclaim(NWD, handle, 0), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_MEM_FRAG_TX, (uint32_t)handle + 1, handle >> 32, 16),
		 FFA_INVALID_PARAMETERS);
	memcpy(cw.tx, tail, 16);
	r = NW(FFA_MEM_FRAG_TX, (uint32_t)handle, handle >> 32, 16);
	WANT_OK(r);
	WANT_EQ(cw_handle(&r), handle);
	want_retrieved(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE));
}

/* The other direction: a response longer than RX comes in parts. */
static void c78_long_response(void)
{
	enum { RANGES = 400 };
	const uint64_t base = cw_ns_pages(2 * RANGES);
	struct cw_mem d = cw_mem_of(NWD, S0);
	struct smc_regs r;
	uint64_t handle;
	size_t n, sent_bytes, total;

	d.c[0].address = base;
	n = cw_mem_put(NWD, &d);
	ffa_put32(composite_at(cw.tx, 1), RANGES);
	ffa_put32(composite_at(cw.tx, 1) + 4, RANGES);
	total = n + (RANGES - 1) * 16;
	r = NW(SHARE, total, n);
	handle = (uint32_t)r.x[1] | r.x[2] << 32;
	for (unsigned i = 1; i < RANGES;) {
		unsigned k = 0;

		WANT_EQ(r.x[0], FFA_MEM_FRAG_RX);
		for (; k < 200 && i < RANGES; k++, i++) {
			ffa_put64(cw.tx + 16 * k, base + 2 * i * PHYS_PAGE_BYTES);
			ffa_put64(cw.tx + 16 * k + 8, 1);
		}
		r = NW(FFA_MEM_FRAG_TX, (uint32_t)handle, handle >> 32, 16 * k);
	}
	WANT_OK(r);
	r = cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE);
	want_retrieved(r);
	WANT_EQ(r.x[2], PHYS_PAGE_BYTES);
	total = r.x[1];
	sent_bytes = r.x[2];
	WANT_ERR(SP(S0, FFA_MEM_FRAG_RX, (uint32_t)handle, handle >> 32, sent_bytes), FFA_BUSY);
	WANT_ERR(cw_relinquish(S0, handle, 0), FFA_INVALID_PARAMETERS); /* not fully retrieved */
	release(S0);
	WANT_ERR(SP(S0, FFA_MEM_FRAG_RX, (uint32_t)handle, handle >> 32, sent_bytes + 16),
		 FFA_INVALID_PARAMETERS);
	while (sent_bytes < total) {
		r = SP(S0, FFA_MEM_FRAG_RX, (uint32_t)handle, handle >> 32, sent_bytes);
		WANT_EQ(r.x[0], FFA_MEM_FRAG_TX);
		sent_bytes += r.x[3];
		release(S0);
	}
	WANT_ERR(SP(S0, FFA_MEM_FRAG_RX, (uint32_t)handle, handle >> 32, sent_bytes),
		 FFA_INVALID_PARAMETERS);
	WANT_OK(cw_relinquish(S0, handle, 0));
}

static void c78_both(void)
{
	c78();
	if (!quirk(cw.s, Q_MEM_OPTEE)) {
		release(S0);
		c78_long_response();
	}
}

static void c79(void)
{
	static const unsigned bad[] = {0, 8, 15, 17, 24};
	struct cw_mem d;
	uint8_t tail[16];
	struct smc_regs r;
	size_t n;

	cw_map();
	n = split_descriptor(&d, tail);
	r = NW(SHARE, n, n - 16);
	if (cw_deviates(Q_MEM_OPTEE)) {
		WANT_ERR(r, FFA_NOT_SUPPORTED);
		return;
	}
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		WANT_ERR(NW(FFA_MEM_FRAG_TX, r.x[1], r.x[2], bad[i]), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_MEM_FRAG_TX, r.x[1], r.x[2], 32), FFA_INVALID_PARAMETERS); /* too much */
	memcpy(cw.tx, tail, 16);
	WANT_OK(NW(FFA_MEM_FRAG_TX, r.x[1], r.x[2], 16));
	split_descriptor(&d, tail);
	WANT_ERR(NW(SHARE, n, n - 8), FFA_INVALID_PARAMETERS);
}

static void c80(void)
{
	struct cw_mem d;
	uint64_t handle;

	cw_map();
	d = cw_mem_of(NWD, S0);
	d.rcv[0].impdef = 0x1234;
	handle = sent(cw_mem_send(NWD, SHARE, &d));
	d.rcv[0].impdef = 0x1235;
	if (cw_deviates(Q_MEM_OPTEE)) {
		want_retrieved(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE));
		return;
	}
	WANT_ERR(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE), FFA_INVALID_PARAMETERS);
	d.rcv[0].impdef = 0x1234;
	want_retrieved(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE));
}

static void c81(void)
{
	struct cw_mem d, one;
	uint64_t handle;

	cw_map();
	d = cw_mem_of(NWD, S0);
	d.receivers = 2;
	d.rcv[1].sp = S1;
	d.rcv[1].permissions = FFA_PERM_RO;
	handle = sent(cw_mem_send(NWD, SHARE, &d));
	one = d;
	one.receivers = 1;
	if (cw_deviates(Q_MEM_OPTEE)) { /* one entry is what it wants */
		WANT_ERR(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE), FFA_INVALID_PARAMETERS);
		want_retrieved(cw_retrieve(S0, &one, handle, FFA_TYPE_SHARE));
		return;
	}
	WANT_ERR(cw_retrieve(S0, &one, handle, FFA_TYPE_SHARE), FFA_INVALID_PARAMETERS);
	WANT_ERR(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE | FFA_RETRIEVE_FLAG_BYPASS),
		 FFA_INVALID_PARAMETERS);
	want_retrieved(cw_retrieve(S0, &one, handle, FFA_TYPE_SHARE | FFA_RETRIEVE_FLAG_BYPASS));
	want_retrieved(cw_retrieve(S1, &d, handle, FFA_TYPE_SHARE));
	WANT_OK(cw_relinquish(S0, handle, 0));
	WANT_ERR(cw_reclaim(NWD, handle, 0), FFA_DENIED); /* the other one still has it */
	WANT_OK(cw_relinquish(S1, handle, 0));
	WANT_OK(cw_reclaim(NWD, handle, 0));
	release(S0);
	release(S1);
	one = cw_mem_of(NWD, S0);
	handle = sent(cw_mem_send(NWD, SHARE, &one));
	WANT_ERR(cw_retrieve(S0, &one, handle, FFA_TYPE_SHARE | FFA_RETRIEVE_FLAG_BYPASS),
		 FFA_INVALID_PARAMETERS);
	WANT_ERR(cw_retrieve(S1, &one, handle, FFA_TYPE_SHARE), FFA_INVALID_PARAMETERS);
}

/* The hypervisor reads back what the Normal world sent (5.6). */
static void c81_hypervisor(void)
{
	struct cw_mem d = cw_mem_of(NWD, S0), none;
	struct ffa_mem_header h;
	uint64_t handle;

	d.receivers = 2;
	d.rcv[1].sp = S1;
	d.rcv[1].permissions = FFA_PERM_RO;
	handle = sent(cw_mem_send(NWD, SHARE, &d));
	none = (struct cw_mem){.sender = NWD, .handle = handle};
	if (cw_deviates(Q_MEM_OPTEE)) {
		WANT_ERR(cw_mem_send(NWD, FFA_MEM_RETRIEVE_REQ, &none), FFA_NOT_SUPPORTED);
		return;
	}
	none.tag = 1;
	WANT_ERR(cw_mem_send(NWD, FFA_MEM_RETRIEVE_REQ, &none), FFA_INVALID_PARAMETERS);
	none.tag = 0;
	want_retrieved(cw_mem_send(NWD, FFA_MEM_RETRIEVE_REQ, &none));
	WANT(!ffa_mem_header_decode(cw.rx, PHYS_PAGE_BYTES, FFA_VERSION_1_2, &h));
	WANT_EQ(h.emad_count, 2);
	WANT_EQ(h.handle, handle);
}

static void c81_both(void)
{
	c81();
	c81_hypervisor();
}

static const struct cw_config perm_cfg = {
	.sp = {{.name = "s0",
		.action = FFA_NS_SIGNALED,
		.boot_job_count = 2,
		/* RW and executable; a page that is not mapped. */
		.boot_job = {{.x = {FFA_MEM_PERM_SET | FFA_FID_64, EC_FREE_VA, 1, 1}},
			     {.x = {FFA_MEM_PERM_SET | FFA_FID_64, 0xf0000000, 1, 7}}}}},
};

static void c82(void)
{
	WANT_ERR(cw.job[S0][0].out, FFA_INVALID_PARAMETERS);
	WANT_ERR(cw.job[S0][1].out, FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S0, FFA_MEM_PERM_SET | FFA_FID_64, cw.sp_page_va[S0], 1, 7), FFA_DENIED);
	WANT_ERR(SP(S0, FFA_MEM_PERM_GET | FFA_FID_64, cw.sp_page_va[S0]), FFA_DENIED);
}

static void c83(void)
{
	struct sp *sp = sp_by_id(cw.s, endpoint_of(cw.id[S0]));
	const uint64_t va = ec_va_find_free(sp->ec, 1);
	struct cw_mem d;
	uint64_t handle;

	WANT(!ec_map_add(sp->ec, va, pa_of(0x9000000), 1, EC_MAP_R | EC_MAP_W | EC_MAP_DEVICE));
	d = cw_mem_of(S0, S1);
	d.c[0].address = va;
	WANT_ERR(cw_mem_send(S0, SHARE, &d), FFA_DENIED);
	d = donate_of(S0, S1);
	d.c[0].address = va;
	WANT_ERR(cw_mem_send(S0, DONATE, &d), FFA_DENIED);
	d = lend_of(S0, S1);
	d.c[0].address = va;
	handle = sent(cw_mem_send(S0, LEND, &d));
	want_retrieved(cw_retrieve(S1, &d, handle, FFA_TYPE_LEND));
}

static const struct statement rows[] = {
	{"C69", "a retrieve fills RX with the caller's own entry; the next one needs RX_RELEASE",
	 "S", c69, NULL},
	{"C70", "wrong tag or wrong type in RETRIEVE_REQ: INVALID_PARAMETERS", "S", c70, NULL},
	{"C71", "a handle that never was, in RETRIEVE_REQ: INVALID_PARAMETERS", "S", c71, NULL},
	{"C72", "RO given, RW asked for: DENIED", "S", c72, NULL},
	{"C73", "zero flag for a SHARE: INVALID_PARAMETERS; for a LEND sent without it: DENIED",
	 "S", c73, NULL},
	{"C74", "the response says NS for Non-secure memory, and only then", "S", c74, NULL},
	{"C75", "RECLAIM while a borrower has it: DENIED; after RELINQUISH: the owner's again", "S",
	 c75, NULL},
	{"C76", "RELINQUISH for two endpoints or for another one: INVALID_PARAMETERS", "S", c76,
	 NULL},
	{"C77", "the sender edits TX after the call: the transaction is as it was", "S", c77, NULL},
	{"C78", "a long descriptor goes and comes in fragments", "S", c78_both, NULL},
	{"C79", "a fragment of a length that is no multiple of 16: INVALID_PARAMETERS", "S", c79,
	 NULL},
	{"C80", "other implementation-defined bytes at retrieve: INVALID_PARAMETERS", "S", c80,
	 NULL},
	{"C81", "one borrower of several retrieves alone with the bypass flag only", "S", c81_both,
	 NULL},
	{"C82", "MEM_PERM_SET after init: DENIED; RW and executable: INVALID_PARAMETERS", "S", c82,
	 &perm_cfg},
	{"C83", "a device region: SHARE and DONATE DENIED, LEND to one borrower accepted", "sH",
	 c83, NULL},
};
const struct statement_table conform_borrow = {rows, sizeof(rows) / sizeof(rows[0])};
