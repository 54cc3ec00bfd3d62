/* SPDX-License-Identifier: BSD-3-Clause */
/* Yielding calls and managed exit: optee.md 1.3, 1.8, 1.10, 2.3; scenarios S5, S6, S10, S16; D4. */
#include "harness.h"

#include <string.h>

#include "ffa/optee_msg.h"

#define MS 1000000ull
#define OPTEE 0x8001
#define RESP_W1 0x80010000u
#define SPIN_LO 0x01406d6973616666ull
#define SPIN_HI 0x01006e6970730080ull
#define ECHO_HI 0x01006f6863650080ull

static const struct hcfg golden = {.pes = 2, .sp = {{"s1", 2}, {"s2", 2}}};
static const char *const guard[] = {"d4-resume-runs-sp", "off", NULL};
static const struct hcfg guarded = {.pes = 2, .sp = {{"s1", 2}, {"s2", 2}}, .quirks = guard};

/* A page with messages, each in a slot of its own. */
#define SLOT_BYTES 512u
static pa_t page;
static uint64_t handle;

static struct optee_msg *msg(unsigned slot)
{
	return physmem_at(&h.m->mem, pa_of(page.v + slot * SLOT_BYTES), SLOT_BYTES);
}

static void share_page(void)
{
	const uint16_t optee = OPTEE;
	struct smc_regs r;

	page = pa_of(0);
	map_rxtx();
	r = share(&optee, 1, 1, 0, &page);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	handle = r.x[2] | r.x[3] << 32;
	CHECK_EQ(handle, 1ull << 44); /* G10 */
}

static struct smc_regs call_at(uint64_t on, uint32_t offset)
{
	return req(OPTEE, OPTEE_CALL_WITH_ARG, (uint32_t)on, on >> 32, offset, 0);
}

static struct smc_regs call(unsigned slot)
{
	return call_at(handle, slot * SLOT_BYTES);
}

static struct smc_regs resume(uint64_t thread)
{
	return req(OPTEE, OPTEE_RESUME, 0, 0, 0, thread);
}

/* w0..w7 of a reply (2.3). */
static void is_reply(const struct smc_regs *r, uint32_t w3, uint32_t w4, uint32_t w7)
{
	CHECK_EQ(r->x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r->x[1], RESP_W1);
	CHECK_EQ(r->x[2], 0);
	CHECK_EQ(r->x[3], w3);
	CHECK_EQ(r->x[4], w4);
	CHECK_EQ(r->x[5], 0);
	CHECK_EQ(r->x[6], 0);
	CHECK_EQ(r->x[7], w7);
}

static uint32_t open_ta(uint64_t lo, uint64_t hi)
{
	struct optee_msg *m = msg(7);
	struct smc_regs r;

	memset(m, 0, SLOT_BYTES);
	m->num_params = 2;
	m->param[0] = (struct optee_msg_param){0x101, lo, hi, 0};
	m->param[1] = (struct optee_msg_param){0x101, 0, 0, 0};
	r = call(7);
	is_reply(&r, 0, 0, 0);
	return m->ret ? 0 : m->session;
}

/* Message in @slot: a spin of @us, its second parameter tells the PEs. */
static void spin_msg(unsigned slot, uint32_t session, uint64_t us)
{
	struct optee_msg *m = msg(slot);

	memset(m, 0, SLOT_BYTES);
	m->cmd = OPTEE_MSG_INVOKE;
	m->session = session;
	m->num_params = 2;
	m->ret = 0x5a5a5a5a;
	m->param[0] = (struct optee_msg_param){OPTEE_ATTR_VALUE_IN, us * 1000, 0, 0};
	m->param[1] = (struct optee_msg_param){OPTEE_ATTR_VALUE_OUT, 99, 99, 99};
}

/* ---- sessions and results ---- */
static void body_commands(void)
{
	struct optee_msg *m;
	struct smc_regs r;
	uint32_t s;

	share_page();
	CHECK_EQ(open_ta(1, 2), 0);
	CHECK_EQ(msg(7)->ret, TEE_ERROR_ITEM_NOT_FOUND); /* GP result in the struct, w3 is 0 */
	CHECK_EQ(msg(7)->ret_origin, 3);
	s = open_ta(SPIN_LO, ECHO_HI);
	CHECK(s);
	m = msg(0);
	memset(m, 0, SLOT_BYTES);
	m->cmd = OPTEE_MSG_INVOKE;
	m->session = s;
	m->num_params = 2;
	m->param[0] = (struct optee_msg_param){OPTEE_ATTR_VALUE_IN, 11, 22, 33};
	m->param[1] = (struct optee_msg_param){OPTEE_ATTR_VALUE_OUT, 0, 0, 0};
	r = call(0);
	is_reply(&r, 0, 0, 0);
	CHECK_EQ(m->ret, TEE_SUCCESS);
	CHECK_EQ(m->ret_origin, 4);
	CHECK_EQ(m->param[1].a, 11);
	CHECK_EQ(m->param[1].b, 22);
	CHECK_EQ(m->param[1].c, 33);
	m->param[1].attr = OPTEE_ATTR_VALUE_IN;
	call(0);
	CHECK_EQ(m->ret, TEE_ERROR_BAD_PARAMETERS);
	/* used: registered until UNREGISTER_SHM (2.2), then reclaimed */
	r = smc(FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32, 0, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_DENIED));
	m->cmd = OPTEE_MSG_CLOSE;
	call(0);
	CHECK_EQ(m->ret, TEE_SUCCESS);
	call(0);
	CHECK_EQ(m->ret, TEE_ERROR_ITEM_NOT_FOUND);
	/* transport errors of 2.3 */
	r = call_at(handle + 1, 0);
	is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	r = call_at(handle, 4096);
	is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	r = call_at(handle, 4096 - 32); /* no room for the RPC block */
	is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	r = call_at(handle, 0xffffffff);
	is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	m->num_params = 128;
	r = call(0);
	is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	r = req(OPTEE, 0x80000002, 0, 0, 0, 0);
	is_reply(&r, (uint32_t)FFA_DENIED, 0, 0);
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
	/* the 64-bit form is answered in the 64-bit form */
	r = smc(FFA_DIRECT_REQ | FFA_FID_64, OPTEE, 0, 0x80000002, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP | FFA_FID_64);
	r = req(OPTEE, 3, (uint32_t)handle, handle >> 32, 0, 0);
	is_reply(&r, 0, 0, 0);
	r = smc(FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32, 0, 0, 0, 0, 0);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
}

static void commands_and_transport_errors(void **state)
{
	(void)state;
	with_machine(&golden, body_commands);
}

/* ---- S5: managed exit, RESUME on another PE ---- */
static void s5_other_pe(void)
{
	struct smc_regs r = resume(0);

	/* the tick belongs to PE 0: here it runs to its end */
	is_reply(&r, 0, 0, 0);
	CHECK_EQ(msg(0)->ret, TEE_SUCCESS);
	CHECK_EQ(msg(0)->param[1].a, 0);
	CHECK_EQ(msg(0)->param[1].b, 1); /* began on PE 0, ended on PE 1 */
	CHECK_EQ(seen("optee.migrated"), 1);
	CHECK_EQ(seen("ffa.interrupt"), 0);
	CHECK_EQ(seen("ffa.run"), 0);
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
	done();
}

static void body_s5(void)
{
	struct smc_regs r;
	uint64_t t0;
	uint32_t s;

	share_page();
	s = open_ta(SPIN_LO, SPIN_HI);
	spin_msg(0, s, 20000);
	tick_every(4 * MS);
	t0 = pe_self()->now_ns;
	r = call(0);
	is_reply(&r, 0, OPTEE_RET_INTERRUPT, 0);
	CHECK_EQ(h.taken, 1); /* at the very instant EL1-NS was re-entered (1.9) */
	CHECK(pe_self()->now_ns - t0 < 4 * MS + 10000);
	CHECK_EQ(msg(0)->ret, 0x5a5a5a5a); /* no result yet */
	r = req(OPTEE, 3, (uint32_t)handle, handle >> 32, 0, 0);
	is_reply(&r, (uint32_t)FFA_BUSY, 0, 0); /* in use */
	for (unsigned i = 2; i < 4; i++) {
		r = resume(0);
		is_reply(&r, 0, OPTEE_RET_INTERRUPT, 0);
		CHECK_EQ(h.taken, i);
	}
	tick_off();
	start_pe(1, s5_other_pe);
	pe_wfi();
}

static void s5_managed_exit_resumed_elsewhere(void **state)
{
	(void)state;
	with_machine(&golden, body_s5);
	assert_int_equal(h.stop, MACHINE_DONE);
}

/* ---- S12, S13: what is pending at entry ---- */
static void body_masked(void)
{
	struct smc_regs r;

	share_page();
	spin_msg(0, open_ta(SPIN_LO, SPIN_HI), 1000);
	tick_every(4 * MS);
	nwd_mask(true);
	pe_charge(5 * MS);
	r = call(0);
	is_reply(&r, 0, OPTEE_RET_INTERRUPT, 0);
	for (unsigned i = 0; i < 50; i++) {
		r = resume(0);
		is_reply(&r, 0, OPTEE_RET_INTERRUPT, 0);
	}
	CHECK_EQ(h.taken, 0);
	/* A blocking service just answers (1.8 A). */
	r = req(OPTEE, 1, 0, 0, 0, 0);
	CHECK_EQ(r.x[3], 4);
	nwd_mask(false);
	pe_point();
	CHECK_EQ(h.taken, 1);
	r = resume(0);
	is_reply(&r, 0, 0, 0);
	CHECK_EQ(msg(0)->ret, TEE_SUCCESS);
}

static void a_masked_caller_makes_no_progress(void **state)
{
	(void)state;
	with_machine(&golden, body_masked);
}

/* ---- S6 and S10 ---- */
static void body_s6(void)
{
	struct smc_regs r;
	unsigned runs = 0;

	share_page();
	spin_msg(0, open_ta(SPIN_LO, SPIN_HI), 6000);
	spin_msg(1, open_ta(SPIN_LO, SPIN_HI), 6000);
	tick_every(4 * MS);
	r = call(0);
	is_reply(&r, 0, OPTEE_RET_INTERRUPT, 0);
	r = call(1); /* same PE, meanwhile (C9) */
	is_reply(&r, 0, OPTEE_RET_INTERRUPT, 1);
	/* S10: both threads are suspended */
	r = call(0);
	is_reply(&r, TEE_ERROR_BUSY, 0, 0);
	r = req(OPTEE, 0x80000002, 0, 0, 0, 0);
	is_reply(&r, TEE_ERROR_BUSY, 0, 0);
	r = req(S1, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	r = req(OPTEE, 0, 0, 0, 0, 0);
	is_reply(&r, 1, 0, 0);
	r = resume(0);
	is_reply(&r, 0, 0, 0);
	CHECK_EQ(msg(0)->ret, TEE_SUCCESS);
	CHECK_EQ(msg(1)->ret, 0x5a5a5a5a);
	/* thread 0 is free again: an SP takes it, and is preempted its own way */
	tick_every(1 * MS);
	r = req(S1, OP_SPIN, 0, 0, 1500, 0);
	CHECK_EQ(r.x[0], FFA_INTERRUPT);
	CHECK_EQ(r.x[1], 0x80020000);
	tick_off();
	r = resume(1);
	is_reply(&r, 0, 0, 0);
	CHECK_EQ(msg(1)->ret, TEE_SUCCESS);
	r = run_to_end(smc(FFA_RUN, 0x80020000, 0, 0, 0, 0, 0, 0), &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
}

static void s6_s10_threads_and_busy(void **state)
{
	(void)state;
	with_machine(&golden, body_s6);
}

/* ---- S16 ---- */
static void s16_other_pe(void)
{
	struct smc_regs r = resume(0); /* active on PE 0 */

	is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	pe_off();
}

static void body_s16(void)
{
	struct smc_regs r;

	share_page();
	spin_msg(0, open_ta(SPIN_LO, SPIN_HI), 5000);
	for (uint64_t w7 = 0; w7 < 4; w7++) { /* free, out of range */
		r = resume(w7);
		is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	}
	r = resume(0xffff);
	is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	r = resume(0x10000); /* not thread 0 */
	is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	start_pe(1, s16_other_pe);
	r = call(0);
	is_reply(&r, 0, 0, 0); /* nothing disturbed */
	CHECK_EQ(msg(0)->ret, TEE_SUCCESS);
	CHECK_EQ(seen("thr.state"), 4); /* alloc and free, of open and of spin */
}

static void s16_resume_negatives(void **state)
{
	(void)state;
	with_machine(&golden, body_s16);
}

/* ---- D4 ---- */
static void body_d4(void)
{
	struct smc_regs r;

	tick_every(4 * MS);
	r = req(S1, OP_SPIN, 0, 0, 20000, 0);
	CHECK_EQ(r.x[1], 0x80020000);
	resume(0);
	CHECK(!"the next tick must end the SPMC (golden.md G7)");
}

static void d4_as_is_panics_at_the_next_tick(void **state)
{
	(void)state;
	with_machine(&golden, body_d4);
	assert_int_equal(h.stop, MACHINE_HALTED);
	assert_int_equal(seen("spmc.quirk"), 1);
}

static void body_d4_reply(void)
{
	struct smc_regs r;

	tick_every(4 * MS);
	r = req(S1, OP_SPIN, 0, 0, 5000, 0);
	CHECK_EQ(r.x[1], 0x80020000);
	tick_off();
	r = resume(0); /* the reply meant for the other caller */
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[1], 0x80020000);
	CHECK_EQ(spmc_threads_in_use(h.s), 0);
}

static void d4_reply_goes_to_the_wrong_caller(void **state)
{
	(void)state;
	with_machine(&golden, body_d4_reply);
}

static void body_guarded(void)
{
	unsigned runs = 0;
	struct smc_regs r;

	tick_every(4 * MS);
	r = req(S1, OP_SPIN, 0, 0, 20000, 0);
	CHECK_EQ(r.x[1], 0x80020000);
	r = resume(0);
	is_reply(&r, TEE_ERROR_BAD_PARAMETERS, 0, 0);
	r = run_to_end(smc(FFA_RUN, 0x80020000, 0, 0, 0, 0, 0, 0), &runs);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP);
	CHECK_EQ(r.x[6], 20000);
	CHECK_EQ(seen("spmc.quirk"), 0);
}

static void d4_guarded_refuses(void **state)
{
	(void)state;
	with_machine(&guarded, body_guarded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_and_transport_errors),
		cmocka_unit_test(s5_managed_exit_resumed_elsewhere),
		cmocka_unit_test(a_masked_caller_makes_no_progress),
		cmocka_unit_test(s6_s10_threads_and_busy),
		cmocka_unit_test(s16_resume_negatives),
		cmocka_unit_test(d4_as_is_panics_at_the_next_tick),
		cmocka_unit_test(d4_reply_goes_to_the_wrong_caller),
		cmocka_unit_test(d4_guarded_refuses),
	};

	return cmocka_run_group_tests_name("optee.md 2: the Trusted OS", tests, NULL, NULL);
}
