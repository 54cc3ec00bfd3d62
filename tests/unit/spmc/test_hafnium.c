/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Profile hafnium-2.x with S-EL1 partitions of one context, against ffa.md 3 and 4. The scripted
 * SPs have no interrupt handler: what is pending in them is looked at from outside.
 */
#include "harness.h"

#include <string.h>

#define MS 1000000ull
#define A 0x8001
#define B 0x8002
#define Q 0x8003
#define M 0x8004 /* managed exit */
#define IRQ 56

static const struct hcfg hafnium = {
	.profile = "hafnium-2.x",
	.sp = {{"a", 2}, {"b", 2}, {"q", 0}, {"m", 1}},
};

static bool pending(unsigned sp, unsigned intid)
{
	return h.sp[sp]->ec.virq.pending[intid / 64] >> (intid % 64) & 1;
}

/* Makes IRQ a Secure interrupt of a partition that has it enabled. */
static void own(uint16_t id)
{
	struct sp *sp = sp_by_id(h.s, endpoint_of(id));

	h.s->irq_owner[IRQ] = sp;
	intc_set_secure(h.m, IRQ, true);
	intc_enable(h.m, 0, IRQ, true);
	ec_virq_enable(sp->ec, IRQ, true);
}

/* ffa.md 4.4, rows 1, 4 and "SP masks the MEI"; C51. */
static void body_managed_exit(void)
{
	struct smc_regs r;

	tick_every(4 * MS);
	r = req(M, OP_SPIN, 0, 0, 10000, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(seen("sp.managed_exit"), 1);
	CHECK_EQ(seen("ffa.interrupt"), 0);
	CHECK(!pending(3, SPMC_MEI_INTID)); /* over with the response */
	CHECK(h.taken >= 1);
	CHECK_EQ(h.s->sp[3]->ctx[0].managed_exit, false);
	/* Row 7: the context waits; FFA_RUN would start it anew. */
	CHECK_EQ(h.s->sp[3]->ctx[0].state, SP_IDLE);
	done();
}

static void managed_exit_c51_c52(void **state)
{
	with_machine(&hafnium, body_managed_exit);
}

/* 4.1 row 1, 3.5 row 8: C45, C37. */
static void body_signaled(void)
{
	struct smc_regs r;
	unsigned runs = 0;

	tick_every(4 * MS);
	r = req(A, OP_SPIN, 0, 0, 10000, 0);
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	CHECK_EQ(r.x[1], (uint64_t)A << 16);
	CHECK_EQ(r.x[2], 0);
	r = req(A, OP_ECHO, 0, 0, 0, 0); /* C29 */
	CHECK(is_error(&r, FFA_BUSY));
	r = smc(FFA_RUN, (uint64_t)A << 16 | 1, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_INVALID_PARAMETERS));
	r = smc(FFA_RUN, (uint64_t)A << 16, 0, 0, 0, 0, 0, 0);
	r = run_to_end(r, &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	r = smc(FFA_NORMAL_WORLD_RESUME, 0, 0, 0, 0, 0, 0, 0); /* C61 */
	CHECK(is_error(&r, FFA_DENIED));
	done();
}

static void signaled_c29_c37_c45_c61(void **state)
{
	with_machine(&hafnium, body_signaled);
}

/* 4.2: least permissive along a chain, and no further: C48, C49. */
static void body_chain(void)
{
	struct smc_regs r;
	unsigned runs = 0;

	tick_every(4 * MS);
	r = req(Q, OP_RUN_CALLEE, 0, 0, A, 10000);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[4], 0); /* the callee was never preempted */
	CHECK_EQ(seen("ffa.interrupt"), 0);
	r = req(A, OP_RUN_CALLEE, 0, 0, B, 10000);
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	CHECK_EQ(r.x[1], (uint64_t)A << 16); /* names the caller, not the callee */
	CHECK_EQ(h.s->sp[1]->ctx[0].state, SP_PREEMPTED);
	r = run_to_end(r, &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[5], FFA_DIRECT_RESP);
	done();
}

static void chain_c48_c49(void **state)
{
	with_machine(&hafnium, body_chain);
}

/* 4.5: running, waiting, preempted target; 3.8. C55, C56. */
static void body_secure(void)
{
	own(A);
	/* Column S-EL0: the interrupt leaves the queue as it is told, no handler has to take it. */
	h.sp[0]->ec.el1 = false;
	intc_set_target(h.m, IRQ, 0);
	intc_raise(h.m, 0, IRQ);
	pe_point(); /* Normal world: EL3 takes it, A is entered and waits again */
	CHECK_EQ(seen("spmd.interrupt"), 1);
	CHECK_EQ(seen("spmd.resume"), 1);
	CHECK_EQ(last_arg("sp.interrupt", 1), IRQ);
	CHECK_EQ(h.s->sp[0]->ctx[0].state, SP_IDLE);
	CHECK(!h.m->pe[0].intc.spi_secure_count);
	done();
}

static void secure_interrupt_in_the_normal_world_c55(void **state)
{
	with_machine(&hafnium, body_secure);
}

static void body_secure_queued(void)
{
	struct smc_regs r;

	tick_every(4 * MS);
	own(A);
	intc_set_target(h.m, IRQ, 0);
	r = req(A, OP_SPIN, 0, 0, 6000, 0);
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	intc_raise(h.m, 0, IRQ);
	pe_point();
	CHECK(pending(0, IRQ)); /* preempted: queued, nobody is entered */
	CHECK_EQ(h.s->sp[0]->ctx[0].state, SP_PREEMPTED);
	CHECK_EQ(seen("spmd.resume"), 1);
	done();
}

static void secure_interrupt_of_a_preempted_sp_c56(void **state)
{
	with_machine(&hafnium, body_secure_queued);
}

/* Nobody's interrupt is served by the SPMC itself, also while an SP runs. */
static void body_secure_own(void)
{
	struct smc_regs r;

	intc_set_target(h.m, SPMC_TIMER_INTID, 0);
	intc_raise(h.m, 0, SPMC_TIMER_INTID);
	r = req(A, OP_SPIN, 0, 0, 1000, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(seen("irq.secure"), 1);
	CHECK_EQ(seen("sp.interrupt"), 0);
	done();
}

static void secure_interrupt_of_the_spmc(void **state)
{
	with_machine(&hafnium, body_secure_own);
}

/* 1.4 rows NPI, MEI, SECONDARY_EP_REGISTER; 7.4: C97. */
static void body_features(void)
{
	struct smc_regs r;

	r = req(A, OP_SVC, 0, 0, FFA_FEATURES, FFA_FEATURE_MEI);
	CHECK_EQ(r.x[5], FFA_SUCCESS);
	CHECK_EQ(r.x[6], SPMC_MEI_INTID);
	r = req(A, OP_SVC, 0, 0, FFA_FEATURES, FFA_FEATURE_NPI);
	CHECK_EQ(r.x[6], SPMC_NPI_INTID);
	r = req(A, OP_SVC, 0, 0, FFA_SECONDARY_EP_REGISTER, 0x40000000);
	CHECK_EQ(r.x[5], FFA_ERROR);
	CHECK_EQ((int32_t)r.x[6], FFA_NOT_SUPPORTED);
	r = smc(FFA_FEATURES, FFA_FEATURE_MEI, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_NOT_SUPPORTED));
	done();
}

static void features_c97(void **state)
{
	with_machine(&hafnium, body_features);
}

/* 3.6 and 3.5: a context that has answered but is not saved is busy. C103. */
static void body_saving(void)
{
	struct smc_regs r;

	h.s->sp[0]->ctx[0].saving = true;
	r = req(A, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	r = smc(FFA_RUN, (uint64_t)A << 16, 0, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	h.s->sp[0]->ctx[0].saving = false;
	r = req(A, OP_ECHO, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	done();
}

static void not_saved_is_busy_c103(void **state)
{
	with_machine(&hafnium, body_saving);
}

/* --- manifests: ffa.md 4.2, 4.6, 7.3 ---------------------------------------------------------- */

static struct spmc_error refusal;

/* NULL = accepted. */
static const char *load(uint32_t level, uint32_t contexts, uint32_t action, uint32_t s_action,
			uint32_t sri)
{
	static uint8_t dtb[DTB_MAX_BYTES];
	struct machine_config mc;
	struct spmc_config sc = {.profile = "hafnium-2.x"};
	struct spmc_partition_config pc = {.name = "p", .dtb = dtb};
	struct spmc *s;
	struct machine *m;
	int err;

	dtb_begin(dtb);
	dtb_bytes("compatible", "arm,ffa-manifest-1.0", 21);
	dtb_bytes("uuid", "0123456789abcdef", 16);
	dtb_u32("ffa-version", FFA_VERSION_1_1);
	dtb_u32("execution-state", 0);
	dtb_u32("messaging-method", 3);
	dtb_u32("ns-interrupts-action", action);
	dtb_u32("exception-level", level);
	dtb_u32("execution-ctx-count", contexts);
	dtb_u32("other-s-interrupts-action", s_action);
	dtb_u32("sri-interrupts-policy", sri);
	pc.dtb_bytes = dtb_end();
	machine_config_init(&mc);
	mc.pe_count = 4;
	m = machine_create(&mc);
	assert_non_null(m);
	refusal.text[0] = '\0';
	assert_int_equal(spmc_create(m, &sc, &s, &refusal), 0);
	err = spmc_add_partition(s, &pc, &refusal);
	spmc_destroy(s);
	machine_destroy(m);
	return err ? refusal.text : NULL;
}

#define REFUSED(what, ...)                                                                         \
	do {                                                                                       \
		const char *why_ = load(__VA_ARGS__);                                              \
		assert_non_null(why_);                                                             \
		if (!strstr(why_, what))                                                           \
			fail_msg("refused for '%s', not for %s", why_, what);                      \
	} while (0)

static void manifests_c54(void **state)
{
	assert_null(load(2, 1, 1, 1, 3));
	assert_null(load(2, 4, 2, 1, 0));
	assert_null(load(2, 1, 0, 0, 0));
	assert_null(load(1, 1, 2, 1, 0));
	REFUSED("execution-ctx-count", 2, 3, 2, 1, 0);
	REFUSED("execution-ctx-count", 1, 4, 2, 1, 0);
	REFUSED("ns-interrupts-action", 1, 1, 1, 1, 0); /* C54 */
	REFUSED("ns-interrupts-action", 2, 1, 3, 1, 0);
	REFUSED("other-s-interrupts-action", 2, 1, 2, 0, 0);
	REFUSED("sri-interrupts-policy", 1, 1, 2, 1, 1);
	REFUSED("exception-level", 3, 1, 2, 1, 0);
}

/* --- virtual interrupts ------------------------------------------------------------------------
 */

static void virtual_interrupts(void **state)
{
	static struct ec ec;

	memset(&ec, 0, sizeof(ec));
	assert_int_equal(ec_virq_first(&ec), EC_VIRQ_MAX);
	ec_virq_pend(&ec, 56);
	assert_int_equal(ec_virq_first(&ec), EC_VIRQ_MAX); /* not enabled */
	assert_false(ec_virq_due(&ec));
	ec_virq_enable(&ec, 56, true);
	ec_virq_enable(&ec, 4, true);
	ec_virq_line(&ec, 4, true);
	assert_int_equal(ec_virq_first(&ec), 56);
	assert_true(ec_virq_due(&ec));
	ec.virq.irq_masked = true;
	assert_false(ec_virq_due(&ec));
	ec_virq_pend(&ec, 4); /* vFIQ: another line */
	assert_true(ec_virq_due(&ec));
	ec.virq.fiq_masked = true;
	assert_false(ec_virq_due(&ec));
	assert_int_equal(ec_virq_first(&ec), 4);
	ec_virq_clear(&ec, 4);
	assert_int_equal(ec_virq_first(&ec), 56);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(managed_exit_c51_c52),
		cmocka_unit_test(signaled_c29_c37_c45_c61),
		cmocka_unit_test(chain_c48_c49),
		cmocka_unit_test(secure_interrupt_in_the_normal_world_c55),
		cmocka_unit_test(secure_interrupt_of_a_preempted_sp_c56),
		cmocka_unit_test(secure_interrupt_of_the_spmc),
		cmocka_unit_test(features_c97),
		cmocka_unit_test(not_saved_is_busy_c103),
		cmocka_unit_test(manifests_c54),
		cmocka_unit_test(virtual_interrupts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
