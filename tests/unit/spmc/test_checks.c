/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Checks of the SPMC whose deletion nothing else noticed: one test each, by the row it is about.
 * tests/mutants/checks/ deletes them.
 */
#include "statements.h"

#include <string.h>

#define RANGES 300u /* of a region whose descriptor does not fit into a page */

static void strict(void (*test)(void))
{
	holds("spec", NULL, test);
	holds("hafnium-2.x", NULL, test);
}

/* ---- ffa.md 5.5 row 9 ---- */
static void sent_in_another_name(void)
{
	struct cw_mem d = cw_mem_of(S0, S1);

	d.sender = SQ;
	WANT_ERR(cw_mem_send(S0, FFA_MEM_SHARE, &d), FFA_DENIED);
	cw_map();
	d = cw_mem_of(NWD, S1);
	d.sender = S0;
	WANT_ERR(cw_mem_send(NWD, FFA_MEM_SHARE, &d), FFA_DENIED);
	d.sender = NWD;
	WANT_OK(cw_mem_send(NWD, FFA_MEM_SHARE, &d));
}

static void ffa_5_5_row_9_sender(void **state)
{
	(void)state;
	strict(sent_in_another_name);
}

/* ---- ffa.md 5.4: RX and TX pages ---- */
static void map_vm(uint16_t vm, uint64_t tx, uint64_t rx)
{
	memset(cw.tx, 0, 128);
	ffa_put16(cw.tx, vm);
	ffa_put32(cw.tx + 4, 96);
	ffa_put32(cw.tx + 8, 64);
	for (unsigned i = 0; i < 2; i++) {
		uint8_t *composite = cw.tx + 64 + 32 * i;

		ffa_put32(composite, 1);
		ffa_put32(composite + 4, 1);
		ffa_put64(composite + 16, i ? rx : tx);
		ffa_put32(composite + 24, 1);
	}
	WANT_OK(NW(FFA_RXTX_MAP | FFA_FID_64));
}

static void buffer_pages(void)
{
	struct cw_mem d = cw_mem_of(S0, S1);
	uint64_t pages;

	d.c[0].address = cw.sp_tx_va[S0];
	WANT_ERR(cw_mem_send(S0, FFA_MEM_SHARE, &d), FFA_DENIED);
	d.c[0].address = cw.sp_rx_va[S0];
	WANT_ERR(cw_mem_send(S0, FFA_MEM_SHARE, &d), FFA_DENIED);
	cw_map();
	d = cw_mem_of(NWD, S1);
	d.c[0].address = cw.tx_pa.v;
	WANT_ERR(cw_mem_send(NWD, FFA_MEM_SHARE, &d), FFA_DENIED);
	d.c[0].address = cw.rx_pa.v;
	WANT_ERR(cw_mem_send(NWD, FFA_MEM_SHARE, &d), FFA_DENIED);
	pages = cw_ns_pages(2);
	map_vm(3, pages, pages + PHYS_PAGE_BYTES);
	for (unsigned i = 0; i < 2; i++) {
		d.c[0].address = pages + i * PHYS_PAGE_BYTES;
		WANT_ERR(cw_mem_send(NWD, FFA_MEM_SHARE, &d), FFA_DENIED);
	}
	WANT_OK(NW(FFA_RXTX_UNMAP, 3 << 16));
	WANT_OK(cw_mem_send(NWD, FFA_MEM_SHARE, &d));
}

static void ffa_5_4_buffers_are_not_sent(void **state)
{
	(void)state;
	strict(buffer_pages);
}

/* ---- ffa.md 2.4: a page in a transaction becomes no buffer ---- */
static void shared_pages(void)
{
	const uint64_t free_page = cw_ns_pages(1);
	struct cw_mem d;
	uint64_t shared;

	cw_map();
	d = cw_mem_of(NWD, S0);
	shared = d.c[0].address;
	WANT_OK(cw_mem_send(NWD, FFA_MEM_SHARE, &d));
	WANT_OK(NW(FFA_RXTX_UNMAP));
	WANT_ERR(NW(FFA_RXTX_MAP | FFA_FID_64, shared, free_page, 1), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_RXTX_MAP | FFA_FID_64, free_page, shared, 1), FFA_INVALID_PARAMETERS);
	WANT_OK(NW(FFA_RXTX_MAP | FFA_FID_64, free_page, cw.rx_pa.v, 1));
}

static void ffa_2_4_shared_pages_are_no_buffers(void **state)
{
	(void)state;
	strict(shared_pages);
}

/* ---- ffa.md 5.3, C79: fragments ---- */
static void fragments(void)
{
	struct cw_mem d;
	struct smc_regs r;
	size_t len;

	cw_map();
	d = cw_mem_of(NWD, S0);
	d.constituents = 4;
	for (unsigned i = 0; i < 4; i++)
		d.c[i] = (struct ffa_constituent){cw_ns_pages(2), 1};
	len = cw_mem_put(NWD, &d);
	r = NW(FFA_MEM_SHARE, len, len - 32);
	WANT_EQ(r.x[0], FFA_MEM_FRAG_RX);
	WANT_EQ(r.x[3], len - 32);
	memmove(cw.tx, cw.tx + len - 32, 32);
	WANT_ERR(NW(FFA_MEM_FRAG_TX, r.x[1], r.x[2], 24), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_MEM_FRAG_TX, r.x[1], r.x[2], 8), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_MEM_FRAG_TX, r.x[1], r.x[2], 48), FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_MEM_FRAG_TX, r.x[1], r.x[2], 32, 3 << 16), FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(S1, FFA_MEM_FRAG_TX, r.x[1], r.x[2], 32), FFA_INVALID_PARAMETERS);
	WANT_OK(NW(FFA_MEM_FRAG_TX, r.x[1], r.x[2], 32));
	WANT_ERR(NW(FFA_MEM_FRAG_TX, r.x[1], r.x[2], 32), FFA_INVALID_PARAMETERS);
}

static void ffa_5_3_fragments(void **state)
{
	(void)state;
	strict(fragments);
}

/* ---- ffa.md 7.5: an owner dies while one of two borrowers holds the region ---- */
static void dead_owner(void)
{
	struct cw_mem d = cw_mem_of(S0, S1);
	struct smc_regs r;
	uint64_t handle;

	d.receivers = 2;
	d.rcv[1] = d.rcv[0];
	d.rcv[1].sp = SQ;
	r = cw_mem_send(S0, FFA_MEM_SHARE, &d);
	WANT_OK(r);
	handle = cw_handle(&r);
	r = cw_retrieve(S1, &d, handle, FFA_TYPE_SHARE);
	WANT_EQ(r.x[0], FFA_MEM_RETRIEVE_RESP);
	WANT_OK(SP(S1, FFA_RX_RELEASE));
	CRASH(S0);
	WANT_ERR(REQ(S0), FFA_ABORTED);
	WANT_ERR(cw_retrieve(SQ, &d, handle, FFA_TYPE_SHARE), FFA_DENIED);
	WANT_OK(cw_relinquish(S1, handle, 0));
	/* The last borrower left: the handle is gone with its owner. */
	WANT_ERR(cw_retrieve(SQ, &d, handle, FFA_TYPE_SHARE), FFA_INVALID_PARAMETERS);
}

static void ffa_7_5_dead_owner(void **state)
{
	(void)state;
	strict(dead_owner);
}

/* ---- ffa.md 5.6: the hypervisor's retrieve ---- */
static uint64_t share_many_ranges(void)
{
	static uint8_t whole[8192];
	const uint64_t pages = cw_ns_pages(RANGES);
	struct cw_mem d = cw_mem_of(NWD, S0);
	const size_t one = cw_mem_put(NWD, &d), len = one + (RANGES - 1) * FFA_CONSTITUENT_BYTES;
	uint8_t *at = whole + one - FFA_CONSTITUENT_BYTES;
	struct smc_regs r;

	memcpy(whole, cw.tx, one);
	ffa_put32(at - FFA_COMPOSITE_BYTES, RANGES);
	ffa_put32(at - FFA_COMPOSITE_BYTES + 4, RANGES);
	for (unsigned i = 0; i < RANGES; i++, at += FFA_CONSTITUENT_BYTES) {
		memset(at, 0, FFA_CONSTITUENT_BYTES);
		ffa_put64(at, pages + i * PHYS_PAGE_BYTES);
		ffa_put32(at + 8, 1);
	}
	memcpy(cw.tx, whole, PHYS_PAGE_BYTES);
	r = NW(FFA_MEM_SHARE, len, PHYS_PAGE_BYTES);
	WANT_EQ(r.x[0], FFA_MEM_FRAG_RX);
	memcpy(cw.tx, whole + PHYS_PAGE_BYTES, len - PHYS_PAGE_BYTES);
	r = NW(FFA_MEM_FRAG_TX, r.x[1], r.x[2], len - PHYS_PAGE_BYTES);
	WANT_OK(r);
	return cw_handle(&r);
}

static struct smc_regs hypervisor_retrieve(uint64_t handle)
{
	const struct ffa_mem_header h = {
		.handle = handle, .emad_bytes = 32, .emad_offset = FFA_EMAD_OFFSET_1_1};
	const size_t n = ffa_mem_header_encode(cw.tx, PHYS_PAGE_BYTES, FFA_VERSION_1_2, &h);

	return NW(FFA_MEM_RETRIEVE_REQ, n, n);
}

static void hypervisor_twice(void)
{
	struct smc_regs r;
	uint64_t handle;

	cw_map();
	handle = share_many_ranges();
	r = hypervisor_retrieve(handle);
	WANT_EQ(r.x[0], FFA_MEM_RETRIEVE_RESP);
	WANT(r.x[2] < r.x[1]);
	WANT_ERR(hypervisor_retrieve(handle), FFA_BUSY);
	WANT_OK(NW(FFA_RX_RELEASE));
	WANT_ERR(hypervisor_retrieve(handle), FFA_DENIED); /* the rest is still to come */
}

static void ffa_5_6_hypervisor_retrieves_once(void **state)
{
	(void)state;
	strict(hypervisor_twice);
}

/* ---- ffa.md 3.5: who precedes the caller in its chain ---- */
static void run_of_a_predecessor(void)
{
	struct cw_job *run = JOB(S1, FFA_RUN, (uint64_t)cw.id[S0] << 16);
	const struct smc_regs r = SP(S0, FFA_DIRECT_REQ, cw_w1(S0, S1));

	WANT(run->done);
	WANT_ERR(run->out, FFA_DENIED);
	WANT_EQ(r.x[0], FFA_DIRECT_RESP);
}

static void ffa_3_5_run_of_a_predecessor(void **state)
{
	(void)state;
	strict(run_of_a_predecessor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ffa_5_5_row_9_sender),
		cmocka_unit_test(ffa_5_4_buffers_are_not_sent),
		cmocka_unit_test(ffa_2_4_shared_pages_are_no_buffers),
		cmocka_unit_test(ffa_5_3_fragments),
		cmocka_unit_test(ffa_7_5_dead_owner),
		cmocka_unit_test(ffa_5_6_hypervisor_retrieves_once),
		cmocka_unit_test(ffa_3_5_run_of_a_predecessor),
	};

	return cmocka_run_group_tests(tests, NULL, statements_teardown);
}
