/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory sharing: optee.md 3.8, golden.md G11. */
#include "harness.h"

#include <string.h>

#define MS 1000000ull

static const struct hcfg golden = {
	.sp = {{"s1", 2}, {"s2", 2}, {"s3", 2}, {"q", 0}},
};

static struct smc_regs retrieve(uint16_t sp, uint64_t handle, uint64_t tag)
{
	return req(sp, OP_RETRIEVE, (uint32_t)handle, handle >> 32, tag, FFA_PERM_RW);
}

static struct smc_regs relinquish(uint16_t sp, uint64_t handle, unsigned count, uint16_t id)
{
	return req(sp, OP_RELINQUISH, (uint32_t)handle, handle >> 32, count, id);
}

static struct smc_regs reclaim(uint64_t handle)
{
	return smc(FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32, 0, 0, 0, 0, 0);
}

static uint64_t handle_of(const struct smc_regs *r)
{
	CHECK_EQ(r->x[0], FFA_SUCCESS);
	return r->x[2] | r->x[3] << 32;
}

static void sp_error(const struct smc_regs *r, int code)
{
	CHECK_EQ(r->x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r->x[5], FFA_ERROR);
	CHECK_EQ(r->x[6], (uint32_t)code);
}

static void body_g11(void)
{
	const uint16_t s1 = S1, s2 = S2, both[2] = {S1, S2}, twice[2] = {S1, S1}, far = 0x9000;
	struct smc_regs r;
	uint64_t a, b, c;
	pa_t page = {0};

	map_rxtx();
	r = share(&s1, 1, 1, 0, &page);
	a = handle_of(&r);
	CHECK_EQ(a, 0x200000000000);
	r = share(&s1, 1, 1, 0, &page); /* no overlap check */
	b = handle_of(&r);
	r = share(&s2, 1, 1, 0, &page);
	c = handle_of(&r);
	CHECK_EQ(b, a + 1);
	CHECK_EQ(c, a + 2);
	r = retrieve(S1, a, 0);
	CHECK_EQ(r.x[5], FFA_MEM_RETRIEVE_RESP);
	CHECK_EQ(r.x[7], 0x1000); /* the whole RX buffer */
	CHECK_EQ(r.x[6], 0x1000);
	r = req(S1, OP_WRITE, 0, 0, 0xabcd, 0);
	CHECK_EQ(*(uint32_t *)physmem_at(&h.m->mem, page, 4), 0xabcd);
	r = retrieve(S1, a, 0); /* twice */
	CHECK_EQ(r.x[5], FFA_MEM_RETRIEVE_RESP);
	r = reclaim(a);
	CHECK(is_error(&r, FFA_DENIED));
	r = relinquish(S1, a, 1, S1);
	CHECK_EQ(r.x[5], FFA_SUCCESS);
	CHECK(ec_va(&h.sp[0]->ec, h.sp[0]->retrieved_va, 4096, EC_MAP_W) != NULL);
	r = reclaim(a);
	CHECK(is_error(&r, FFA_DENIED));
	r = relinquish(S1, a, 2, S1);
	sp_error(&r, FFA_INVALID_PARAMETERS);
	r = relinquish(S1, a, 1, S2);
	sp_error(&r, FFA_DENIED);
	r = relinquish(S1, a, 1, S1);
	CHECK_EQ(r.x[5], FFA_SUCCESS);
	CHECK(ec_va(&h.sp[0]->ec, h.sp[0]->retrieved_va, 4096, EC_MAP_R) == NULL);
	r = relinquish(S1, a, 1, S1); /* third */
	sp_error(&r, FFA_DENIED);
	r = reclaim(a);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	r = reclaim(a);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = retrieve(S1, a, 0); /* stale */
	sp_error(&r, FFA_DENIED);
	r = share(&s1, 1, 1, 77, &page); /* lowest index is used again */
	CHECK_EQ(handle_of(&r), a);
	r = retrieve(S1, a, 0); /* tag */
	sp_error(&r, FFA_INVALID_PARAMETERS);
	r = retrieve(S1, a, 77);
	CHECK_EQ(r.x[5], FFA_MEM_RETRIEVE_RESP);
	r = share(twice, 2, 1, 0, &page);
	CHECK(is_error(&r, FFA_DENIED));
	r = share(&far, 1, 1, 0, &page);
	CHECK(is_error(&r, FFA_DENIED));
	r = share(both, 2, 1, 0, &page);
	c = handle_of(&r);
	r = retrieve(S2, c, 0); /* naming only itself */
	CHECK_EQ(r.x[5], FFA_MEM_RETRIEVE_RESP);
	r = reclaim(0x200000000030);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	CHECK_EQ(seen("ffa.mem_reclaim"), 1);
}

static void g11_share_retrieve_relinquish_reclaim(void **state)
{
	(void)state;
	with_machine(&golden, body_g11);
}

static void body_holders(void)
{
	const uint16_t s1 = S1, s2 = S2;
	struct smc_regs r;
	uint64_t a, b;
	pa_t page = {0}, other = {0};
	unsigned runs = 0;

	map_rxtx();
	r = share(&s1, 1, 4, 0, &page);
	a = handle_of(&r);
	r = share(&s2, 1, 1, 0, &other);
	b = handle_of(&r);
	CHECK_EQ(retrieve(S1, a, 0).x[5], FFA_MEM_RETRIEVE_RESP);
	CHECK_EQ(retrieve(S2, b, 0).x[5], FFA_MEM_RETRIEVE_RESP);
	tick_every(4 * MS);
	r = req(S1, OP_SPIN, 0, 0, 20000, 0);
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	r = reclaim(a); /* S37: while the holder is preempted */
	CHECK(is_error(&r, FFA_DENIED));
	run_to_end(smc(FFA_RUN, 0x80020000, 0, 0, 0, 0, 0, 0), &runs);
	CHECK_EQ(relinquish(S1, a, 1, S1).x[5], FFA_SUCCESS);
	CHECK_EQ(reclaim(a).x[0], FFA_SUCCESS);
	r = req(S2, OP_CRASH, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_ABORTED));
	r = reclaim(b); /* the holder is dead: for good */
	CHECK(is_error(&r, FFA_DENIED));
}

static void g11_reclaim_while_held(void **state)
{
	(void)state;
	with_machine(&golden, body_holders);
}

static void body_d15_retrieve(void)
{
	const uint16_t s1 = S1;
	struct smc_regs r;
	pa_t page = {0};

	map_rxtx();
	r = share(&s1, 1, 1, 0, &page);
	retrieve(S2, handle_of(&r), 0);
	CHECK(false);
}

static void body_d15_relinquish(void)
{
	const uint16_t s1 = S1;
	struct smc_regs r;
	pa_t page = {0};

	map_rxtx();
	r = share(&s1, 1, 1, 0, &page);
	relinquish(S2, handle_of(&r), 1, S2);
	CHECK(false);
}

static void body_d15_off(void)
{
	const uint16_t s1 = S1;
	struct smc_regs r;
	uint64_t a;
	pa_t page = {0};

	map_rxtx();
	r = share(&s1, 1, 1, 0, &page);
	a = handle_of(&r);
	r = retrieve(S2, a, 0);
	sp_error(&r, FFA_DENIED);
	r = relinquish(S2, a, 1, S2);
	sp_error(&r, FFA_DENIED);
}

static void d15_foreign_handle(void **state)
{
	static const char *const quirks[] = {"d15-foreign-handle-panics", "off", NULL};
	struct hcfg cfg = golden;

	(void)state;
	with_machine(&cfg, body_d15_retrieve);
	assert_int_equal(h.stop, MACHINE_HALTED);
	with_machine(&cfg, body_d15_relinquish);
	assert_int_equal(h.stop, MACHINE_HALTED);
	cfg.quirks = quirks;
	with_machine(&cfg, body_d15_off);
	assert_int_equal(h.stop, MACHINE_DONE);
}

/* Sends what the test put into TX. */
static struct smc_regs send_tx(size_t n)
{
	return smc(FFA_MEM_SHARE, n, n, 0, 0, 0, 0, 0);
}

static void body_bad(void)
{
	struct ffa_mem_header mh = {.attributes = FFA_MEM_ATTR_SHARE};
	struct ffa_emad e = {.receiver = endpoint_of(S1), .permissions = FFA_PERM_RW};
	struct ffa_constituent k = {0, 1};
	struct smc_regs r;
	uint8_t *tx;
	pa_t page;
	size_t n;

	r = smc(FFA_MEM_SHARE, 96, 96, 0, 0, 0, 0, 0); /* no buffers */
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	map_rxtx();
	tx = physmem_at(&h.m->mem, h.tx, 4096);
	CHECK(physmem_alloc(&h.m->mem, PHYS_NS, 2, &page));
	k.address = page.v;
	mh.sender = endpoint_of(S2); /* an SP's id */
	n = ffa_mem_encode(tx, 4096, FFA_VERSION_1_1, &mh, &e, 1, &k, 1);
	r = send_tx(n);
	CHECK(is_error(&r, FFA_DENIED));
	mh.sender = endpoint_of(0);
	n = ffa_mem_encode(tx, 4096, FFA_VERSION_1_1, &mh, &e, 1, &k, 1);
	ffa_put32(tx + 48 + 16, 2); /* total does not match */
	r = send_tx(n);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	ffa_put32(tx + 48 + 16, 1);
	ffa_put32(tx + 48 + 16 + 4, 40); /* ranges beyond the length */
	r = send_tx(n);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	k.page_count = 0;
	n = ffa_mem_encode(tx, 4096, FFA_VERSION_1_1, &mh, &e, 1, &k, 1);
	r = send_tx(n);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	k = (struct ffa_constituent){PHYS_S_BASE, 1}; /* not NS memory */
	n = ffa_mem_encode(tx, 4096, FFA_VERSION_1_1, &mh, &e, 1, &k, 1);
	r = send_tx(n);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	k = (struct ffa_constituent){page.v + 16, 1};
	n = ffa_mem_encode(tx, 4096, FFA_VERSION_1_1, &mh, &e, 1, &k, 1);
	r = send_tx(n);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	k.address = page.v;
	n = ffa_mem_encode(tx, 4096, FFA_VERSION_1_1, &mh, &e, 1, &k, 1);
	r = smc(FFA_MEM_SHARE, n, n, page.v, 1, 0, 0, 0); /* own buffer towards an SP */
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = smc(FFA_MEM_SHARE, n * 2, n, 0, 0, 0, 0, 0); /* fragments towards an SP */
	CHECK(is_error(&r, FFA_NOT_SUPPORTED));
	r = smc(FFA_MEM_SHARE, n, n * 2, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = smc(FFA_MEM_LEND, n, n, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_DENIED));
	/* No failed attempt left a handle behind. */
	r = send_tx(n);
	CHECK_EQ(handle_of(&r), 0x200000000000);
	/* 64 live handles. */
	for (unsigned i = 1; i < 64; i++)
		CHECK_EQ(send_tx(n).x[0], FFA_SUCCESS);
	r = send_tx(n);
	CHECK(is_error(&r, FFA_NO_MEMORY));
}

static void optee_3_8_bad_descriptors(void **state)
{
	(void)state;
	with_machine(&golden, body_bad);
}

static void body_optee_fragments(void)
{
	const struct ffa_mem_header mh = {.attributes = FFA_MEM_ATTR_SHARE};
	const struct ffa_emad e = {.receiver = endpoint_of(0x8001), .permissions = FFA_PERM_RW};
	struct ffa_constituent k[20];
	uint8_t whole[1024], *tx;
	struct smc_regs r;
	size_t n, sent;
	uint64_t handle;
	pa_t page;

	map_rxtx();
	tx = physmem_at(&h.m->mem, h.tx, 4096);
	CHECK(physmem_alloc(&h.m->mem, PHYS_NS, 20, &page));
	for (unsigned i = 0; i < 20; i++)
		k[i] = (struct ffa_constituent){page.v + i * 4096, 1};
	n = ffa_mem_encode(whole, sizeof(whole), FFA_VERSION_1_1, &mh, &e, 1, k, 20);
	memcpy(tx, whole, 96);
	r = smc(FFA_MEM_SHARE, n, 96, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_MEM_FRAG_RX);
	CHECK_EQ(r.x[3], 96);
	handle = r.x[1] | r.x[2] << 32;
	CHECK_EQ(handle, 0x100000000000);
	r = reclaim(handle); /* not complete */
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = smc(FFA_MEM_FRAG_TX, (uint32_t)handle, handle >> 32, 8, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	for (sent = 96; sent < n; sent += 80) {
		const size_t len = n - sent < 80 ? n - sent : 80;

		memcpy(tx, whole + sent, len);
		r = smc(FFA_MEM_FRAG_TX, (uint32_t)handle, handle >> 32, len, 0, 0, 0, 0);
		CHECK_EQ(r.x[0], sent + len < n ? FFA_MEM_FRAG_RX : FFA_SUCCESS);
	}
	CHECK_EQ(handle_of(&r), handle);
	CHECK_EQ(last_arg("ffa.mem_share", 2), 20);
	r = retrieve(S1, handle, 0); /* not of the SPs' pool */
	sp_error(&r, FFA_DENIED);
	r = smc(FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32, 1, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	CHECK_EQ(reclaim(handle).x[0], FFA_SUCCESS);
	/* one page, UNREGISTER_SHM and RECLAIM, as the optee driver does (G10) */
	n = ffa_mem_encode(tx, 4096, FFA_VERSION_1_1, &mh, &e, 1, k, 1);
	CHECK_EQ(n, 0x60);
	r = send_tx(n);
	handle = handle_of(&r);
	CHECK_EQ(req(0x8001, 3, (uint32_t)handle, handle >> 32, 0, 0).x[3], 0);
	CHECK_EQ(reclaim(handle).x[0], FFA_SUCCESS);
}

static void optee_3_8_fragments_to_the_trusted_os(void **state)
{
	(void)state;
	with_machine(&golden, body_optee_fragments);
}

static void body_sp_to_sp(void)
{
	struct smc_regs r = req(S1, OP_SHARE, 0, 0, S2, 0);
	uint64_t handle = r.x[5] | r.x[6] << 32;

	CHECK_EQ(r.x[4], FFA_SUCCESS);
	CHECK_EQ(handle, 0x200000000000);
	r = req(S1, OP_SHARE, 0, 0, S2, 0); /* xtest 1004: second time */
	CHECK_EQ(r.x[4], FFA_ERROR);
	CHECK_EQ((uint32_t)r.x[5], (uint32_t)FFA_DENIED);
	CHECK_EQ(retrieve(S2, handle, 0).x[5], FFA_MEM_RETRIEVE_RESP);
	req(S2, OP_WRITE, 0, 0, 0x5a5a, 0);
	CHECK_EQ(*(uint32_t *)ec_va(&h.sp[0]->ec, h.sp[0]->page_va, 4, EC_MAP_R), 0x5a5a);
	r = req(S1, OP_RECLAIM, (uint32_t)handle, handle >> 32, 0, 0);
	sp_error(&r, FFA_DENIED);
	CHECK_EQ(relinquish(S2, handle, 1, S2).x[5], FFA_SUCCESS);
	r = req(S2, OP_RECLAIM, (uint32_t)handle, handle >> 32, 0, 0); /* not the sender */
	sp_error(&r, FFA_INVALID_PARAMETERS);
	r = req(S1, OP_RECLAIM, (uint32_t)handle, handle >> 32, 0, 0);
	CHECK_EQ(r.x[5], FFA_SUCCESS);
}

static void optee_3_8_sp_to_sp(void **state)
{
	(void)state;
	with_machine(&golden, body_sp_to_sp);
}

static void body_no_buffers(void)
{
	const uint16_t s1 = S1;
	struct smc_regs r;
	pa_t page = {0};

	map_rxtx();
	r = share(&s1, 1, 1, 0, &page);
	r = retrieve(S1, handle_of(&r), 0);
	sp_error(&r, FFA_DENIED);
}

static void optee_3_8_retrieve_without_buffers(void **state)
{
	static const struct hcfg cfg = {.sp = {{"s1", 2, .no_rxtx = true}}};

	(void)state;
	with_machine(&cfg, body_no_buffers);
}

/* S31: the tick waits for the reply of a long share. */
static void body_s31(void)
{
	const uint16_t s1 = S1;
	uint64_t t0;
	pa_t page = {0};

	map_rxtx();
	intc_enable(h.m, 0, INTID_TIMER, true);
	t0 = pe_self()->now_ns;
	pe_timer_set(pe_self(), t0 + 1000);
	CHECK_EQ(share(&s1, 1, 64, 0, &page).x[0], FFA_SUCCESS);
	CHECK_EQ(h.taken, 1);
	CHECK(pe_self()->now_ns - t0 > 64 * cost()->page_map_ns);
}

static void s31_share_holds_the_tick_off(void **state)
{
	(void)state;
	with_machine(&golden, body_s31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(g11_share_retrieve_relinquish_reclaim),
		cmocka_unit_test(g11_reclaim_while_held),
		cmocka_unit_test(d15_foreign_handle),
		cmocka_unit_test(optee_3_8_bad_descriptors),
		cmocka_unit_test(optee_3_8_fragments_to_the_trusted_os),
		cmocka_unit_test(optee_3_8_sp_to_sp),
		cmocka_unit_test(optee_3_8_retrieve_without_buffers),
		cmocka_unit_test(s31_share_holds_the_tick_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
