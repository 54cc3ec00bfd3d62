/* SPDX-License-Identifier: BSD-3-Clause */
/* Native back end: images, entering and leaving, preemption, migration, address space. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>

#include "mini_spmc.h"
#include "services.h"

#define MS 1000000ull

static void expect_refused(const char *image, int err, const char *reason)
{
	struct ec_config cfg = {.name = "x", .image_path = image ? mini_path(image) : NULL};
	const char *why = "";
	struct ec *ec;

	CHECK_EQ(ec_create(&cfg, &ec, &why), err);
	CHECK(!ec);
	mini_check(strstr(why, reason), why, __LINE__);
}

static void body_images(void)
{
	expect_refused("sps/none/none.sp.so", -ENOENT, "missing");
	expect_refused(NULL, -ENOENT, "missing");
	expect_refused("sps/echo/echo.dtb", -ENOEXEC, "not an ELF shared object");
	expect_refused("libffasim.so", -ENOEXEC, "no symbol ffasim_sp_image");
	expect_refused("tests/unit/sps/bad_abi.so", -ENOEXEC, "ABI");
}

/* A back end from outside gets the images it recognises and nothing else. */
static bool dtb_recognises(const uint8_t *head, size_t len_bytes)
{
	return len_bytes >= 4 && !memcmp(head, "\xd0\x0d\xfe\xed", 4);
}

static int dtb_create(const struct ec_config *cfg, struct ec **out, const char **why)
{
	*why = "made by the test's back end";
	return -ENOTSUP;
}

static const struct ec_backend dtb_backend = {"dtb", dtb_recognises, dtb_create};

static void body_backends(void)
{
	static const struct ec_backend other = {"native", dtb_recognises, dtb_create};
	const char *why = "";

	CHECK_EQ(ec_backend_register(&other), -EEXIST);
	CHECK_EQ(ec_backend_load(mini_path("no/such.so"), &why), -ENOENT);
	CHECK_EQ(ec_backend_load(mini_path("sps/echo/echo.sp.so"), &why), -ENOEXEC);
	CHECK(strstr(why, EC_BACKEND_SYMBOL));
	expect_refused("sps/spin/spin.dtb", -ENOEXEC, "not an ELF");
	CHECK_EQ(ec_backend_register(&dtb_backend), 0);
	CHECK_EQ(ec_backend_register(&dtb_backend), 0); /* again: no change */
	expect_refused("sps/spin/spin.dtb", -ENOTSUP, "test's back end");
	mini_boot(mini_add("echo", NULL, 0));
}

static void test_backends(void **state)
{
	mini_test(1, body_backends);
}

static void test_images(void **state)
{
	mini_test(1, body_images);
}

/* Boot sequence of a service SP (trusted-services.md 5.2, steps 1-3, 9, 10). */
static void body_boot(void)
{
	static const uint32_t want[] = {FFA_FEATURES, FFA_RXTX_MAP_64, FFA_ID_GET,
					FFA_VERSION,  FFA_ID_GET,      FFA_MSG_WAIT};
	struct mini_sp *sp = mini_add("echo", NULL, 0);

	mini_boot(sp);
	CHECK_EQ(sp->state, MINI_IDLE);
	CHECK_EQ(sp->svc_count, 6);
	CHECK(!memcmp(sp->svc, want, sizeof(want)));
	CHECK(sp->tx_va != sp->rx_va);
	/* State, RX and TX are pages of secure memory. */
	for (uint32_t i = 0; i < sp->ec->map_count; i++)
		CHECK(!physmem_is_ns(&mini.m->mem, sp->ec->map[i].pa, 1));
}

static void test_boot(void **state)
{
	mini_test(1, body_boot);
}

/* golden.md G1: one FFA_INTERRUPT a tick, one FFA_RUN each, and no work is lost or gained. */
static void body_preempt(void)
{
	struct mini_sp *sp = mini_add("spin", NULL, 0);
	struct smc_regs r;
	unsigned runs;

	mini_boot(sp);
	mini.tick_ns = 4 * MS;
	pe_timer_set(pe_self(), pe_self()->now_ns + mini.tick_ns);
	const uint64_t el0_ns = sp->ec->el0_ns;
	runs = mini_request(sp, (uint32_t[5]){SPIN_BURN_CLIENT, ~0u, ~0u, 0, 100000}, &r);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_32);
	CHECK_EQ(r.x[4], 0);
	CHECK_EQ(r.x[5], 0); /* registers and memory intact */
	CHECK(runs >= 24 && runs <= 26);
	CHECK_EQ(runs, mini.ticks_taken);
	CHECK_EQ(sp->ec->el0_ns - el0_ns, 100 * MS);
}

static void test_preempt(void **state)
{
	mini_test(1, body_preempt);
}

/* A queued SP keeps the PE: interrupts wait (optee.md 1.8 K). */
static void body_queued(void)
{
	struct mini_sp *sp = mini_add("spin", NULL, 0);
	struct smc_regs r;

	mini_boot(sp);
	sp->queued = true;
	mini.tick_ns = 4 * MS;
	pe_timer_set(pe_self(), pe_self()->now_ns + mini.tick_ns);
	CHECK_EQ(mini_request(sp, (uint32_t[5]){SPIN_BURN_CLIENT, ~0u, ~0u, 0, 100000}, &r), 0);
	CHECK_EQ(r.x[5], 0);
	CHECK_EQ(mini.ticks_taken, 1);
}

static void test_queued(void **state)
{
	mini_test(1, body_queued);
}

/* S3: parked on PE0, resumed on PE1, the reply goes to the resumer; nothing is lost. */
static struct {
	uint32_t w1;
	struct smc_regs reply;
	bool done;
	unsigned hops;
} migrate;

static void resumer(void *arg)
{
	for (;;) {
		while (!migrate.w1)
			pe_charge(1000);
		migrate.reply = (struct smc_regs){.x = {FFA_RUN, migrate.w1}};
		migrate.w1 = 0;
		CHECK_EQ(pe_self()->id, 1);
		mini_smc(&migrate.reply);
		CHECK_EQ(pe_self()->id, 1);
		CHECK_EQ(mini.sp[0].ec->last_pe, 1);
		migrate.done = true;
	}
}

static void body_migrate(void)
{
	struct fiber *fiber = fiber_create("other", FIBER_STACK_TASK_BYTES, resumer, NULL);
	struct mini_sp *sp = mini_add("spin", NULL, 0);
	struct smc_regs r;

	memset(&migrate, 0, sizeof(migrate));
	mini_boot(sp);
	const uint64_t el0_ns = sp->ec->el0_ns;
	machine_pe_on(mini.m, 1, fiber, trace_intern("other"));
	mini.tick_ns = MS;
	pe_timer_set(&mini.m->pe[0], pe_self()->now_ns + mini.tick_ns);
	pe_timer_set(&mini.m->pe[1], pe_self()->now_ns + mini.tick_ns / 2);
	r = (struct smc_regs){
		.x = {FFA_DIRECT_REQ_32, sp->id, 0, SPIN_BURN_CLIENT, ~0u, ~0u, 0, 50000}};
	mini_smc(&r);
	while ((uint32_t)r.x[0] == FFA_INTERRUPT) { /* here and there in turn */
		CHECK_EQ(r.x[1], (uint32_t)sp->id << 16);
		migrate.done = false;
		migrate.w1 = r.x[1];
		while (!migrate.done)
			pe_charge(1000);
		migrate.hops++;
		r = migrate.reply;
		if ((uint32_t)r.x[0] != FFA_INTERRUPT)
			break;
		r = (struct smc_regs){.x = {FFA_RUN, (uint32_t)r.x[1]}};
		mini_smc(&r);
	}
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_32);
	CHECK_EQ(r.x[4], 0);
	CHECK_EQ(r.x[5], 0);
	CHECK(migrate.hops > 10);
	CHECK_EQ(sp->ec->el0_ns - el0_ns, 50 * MS);
	CHECK_EQ(sp->state, MINI_IDLE);
}

static void test_migrate(void **state)
{
	mini_test(2, body_migrate);
}

/* S12, S13: pending at entry, zero instructions run; with interrupts closed in the Non-secure world
 * every FFA_RUN comes back at once and nothing gets done. */
static void body_no_progress(void)
{
	struct mini_sp *sp = mini_add("spin", NULL, 0);
	struct smc_regs r;

	mini_boot(sp);
	pe_self()->ns_irq_masked = true;
	intc_raise(mini.m, 0, INTID_TIMER);
	r = (struct smc_regs){
		.x = {FFA_DIRECT_REQ_32, sp->id, 0, SPIN_BURN_CLIENT, ~0u, ~0u, 0, 1000}};
	const uint64_t el0_ns = sp->ec->el0_ns;
	for (int i = 0; i < 100; i++) {
		mini_smc(&r);
		CHECK_EQ(r.x[0], FFA_INTERRUPT);
		CHECK_EQ(sp->ec->el0_ns, el0_ns);
		r = (struct smc_regs){.x = {FFA_RUN, (uint32_t)r.x[1]}};
	}
	intc_clear(mini.m, 0, INTID_TIMER);
	mini_smc(&r);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_32);
	CHECK_EQ(r.x[5], 0);
	CHECK_EQ(sp->ec->el0_ns - el0_ns, MS);
}

static void test_no_progress(void **state)
{
	mini_test(1, body_no_progress);
}

/* S35: what an SPMC could lose is noticed. */
static void lose_register(struct mini_sp *sp)
{
	sp->saved.x[21] ^= 1;
}

static void lose_q(struct mini_sp *sp)
{
	sp->saved.v[31][1] ^= 1;
}

static void lose_tpidr(struct mini_sp *sp)
{
	sp->saved.tpidr_el0 ^= 1;
}

static void lose_nzcv(struct mini_sp *sp)
{
	sp->saved.nzcv ^= 0x10000000;
}

static void lose_memory(struct mini_sp *sp)
{
	/* The last image mapping of spin is its pattern. */
	const struct ec_map *m = NULL;

	for (uint32_t i = 0; i < sp->ec->map_count && sp->ec->map[i].va < EC_FREE_VA; i++)
		m = &sp->ec->map[i];
	((uint8_t *)physmem_at(&mini.m->mem, m->pa, 8192))[5000] ^= 1;
}

static void (*loss)(struct mini_sp *sp);
static uint32_t loss_status;

static void body_loss(void)
{
	struct mini_sp *sp = mini_add("spin", NULL, 0);
	struct smc_regs r;

	mini_boot(sp);
	mini.damage = loss;
	pe_timer_set(pe_self(), pe_self()->now_ns + 4 * MS); /* one tick only */
	CHECK_EQ(mini_request(sp, (uint32_t[5]){SPIN_BURN_CLIENT, ~0u, ~0u, 0, 10000}, &r), 1);
	CHECK_EQ(r.x[5], loss_status);
	/* The next request starts afresh. */
	mini.damage = NULL;
	mini_request(sp, (uint32_t[5]){SPIN_BURN_CLIENT, ~0u, ~0u, 0, 1000}, &r);
	CHECK_EQ(r.x[5], 0);
}

static void test_loss(void **state)
{
	static const struct {
		void (*loss)(struct mini_sp *sp);
		uint32_t status;
	} rows[] = {{lose_register, SPIN_BAD_REGS},
		    {lose_q, SPIN_BAD_REGS},
		    {lose_tpidr, SPIN_BAD_REGS},
		    {lose_nzcv, SPIN_BAD_REGS},
		    {lose_memory, SPIN_BAD_MEMORY}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		loss = rows[i].loss;
		loss_status = rows[i].status;
		mini_test(1, body_loss);
	}
}

/* Positive control: changed on purpose (golden.md G2), and the results the service answers. */
static void body_burn(void)
{
	static const struct ec_option options[] = {{"slice_ns", "500us"}};
	struct mini_sp *sp = mini_add("spin", options, 1);
	uint64_t handle, *words;
	int32_t status;
	uint32_t bytes;

	mini_boot(sp);
	words = (uint64_t *)mini_buffer(sp, &handle);
	words[0] = 3 * MS;
	CHECK_EQ(mini_invoke(sp, SPIN_BURN, handle, 8, &status, &bytes), 0);
	CHECK_EQ(status, 0);
	CHECK_EQ(bytes, 24);
	CHECK_EQ(words[0], 0);
	CHECK_EQ(words[1], 3 * MS);
	CHECK_EQ(words[2], 6);
	words[0] = 3 * MS;
	CHECK_EQ(mini_invoke(sp, SPIN_DAMAGE, handle, 8, &status, &bytes), 0);
	CHECK_EQ(status, SPIN_BAD_REGS);
	CHECK_EQ(words[0], 2); /* one x, one q half */
	words[0] = 2 * MS;
	words[1] = MS / 4;
	CHECK_EQ(mini_invoke(sp, SPIN_BURN_SVC, handle, 16, &status, &bytes), 0);
	CHECK_EQ(status, 0);
	CHECK_EQ(bytes, 32);
	CHECK_EQ(words[3], 8);
}

static void test_burn(void **state)
{
	mini_test(1, body_burn);
}

/* S14: NWd -> SP1 -> SP2; SP2 is what gets preempted. */
static void body_chain(void)
{
	struct mini_sp *a = mini_add("spin", NULL, 0), *b = mini_add("spin", NULL, 0);
	uint64_t handle, *words;
	int32_t status;

	mini_boot(a);
	mini_boot(b);
	words = (uint64_t *)mini_buffer(a, &handle);
	words[0] = b->id;
	words[1] = 2 * MS;
	const uint64_t el0_ns = b->ec->el0_ns;
	CHECK_EQ(mini_invoke(a, SPIN_CHAIN, handle, 16, &status, NULL), 0);
	CHECK_EQ(status, 0);
	CHECK_EQ(words[0], FFA_DIRECT_RESP_32);
	CHECK_EQ(b->ec->el0_ns - el0_ns, 2 * MS);
	words[0] = a->id; /* itself */
	CHECK_EQ(mini_invoke(a, SPIN_CHAIN, handle, 16, &status, NULL), 0);
	CHECK_EQ(status, FFA_INVALID_PARAMETERS);
	words[0] = b->id; /* an opcode it does not have: RPC error */
	words[1] = 0;
	words[2] = 99;
	CHECK_EQ(mini_invoke(a, SPIN_CHAIN, handle, 24, &status, NULL), 0);
	CHECK_EQ(status, SPIN_BAD_SVC);
	b->state = MINI_PREEMPTED;
	words[0] = b->id;
	CHECK_EQ(mini_invoke(a, SPIN_CHAIN, handle, 16, &status, NULL), 0);
	CHECK_EQ(status, FFA_BUSY);
	b->state = MINI_IDLE;
}

/* S22: crash of SP2 in a chain: SP1 gets ABORTED and lives on. */
static void body_chain_crash(void)
{
	struct mini_sp *a = mini_add("spin", NULL, 0), *b = mini_add("misbehave", NULL, 0);
	uint64_t handle, *words;
	int32_t status;

	mini_boot(a);
	mini_boot(b);
	words = (uint64_t *)mini_buffer(a, &handle);
	for (int i = 0; i < 2; i++) {
		words[0] = b->id;
		words[1] = 0;
		words[2] = MISBEHAVE_CRASH_UNDEF;
		CHECK_EQ(mini_invoke(a, SPIN_CHAIN, handle, 24, &status, NULL), 0);
		CHECK_EQ(status, i ? FFA_BUSY : -8); /* dead answers BUSY (D6) */
	}
	CHECK_EQ(b->state, MINI_DEAD);
	CHECK_EQ(mini_invoke(a, SPIN_BOOT_RESULT, UINT64_MAX, 0, &status, NULL), 0);
}

static void test_chain(void **state)
{
	mini_test(1, body_chain);
	mini_test(1, body_chain_crash);
}

/* S33: a call from init to an SP that is not up yet. */
static void body_boot_call(void)
{
	static const struct ec_option options[] = {{"boot_call", "0x8003"}};
	struct mini_sp *a = mini_add("spin", options, 1), *b = mini_add("spin", NULL, 0);
	uint64_t handle, *words;
	int32_t status;

	mini_boot(a);
	CHECK_EQ(b->state, MINI_BOOTING);
	words = (uint64_t *)mini_buffer(a, &handle);
	CHECK_EQ(mini_invoke(a, SPIN_BOOT_RESULT, handle, 0, &status, NULL), 0);
	CHECK_EQ(status, FFA_BUSY);
	CHECK_EQ(words[0], 1);
	CHECK_EQ(words[1], FFA_ERROR);
}

static void test_boot_call(void **state)
{
	mini_test(1, body_boot_call);
}

static void body_maps(void)
{
	struct mini_sp *sp = mini_add("echo", NULL, 0);
	struct ec *ec = sp->ec;
	const uint64_t va = EC_FREE_VA;
	const uint32_t base = ec->map_count;
	pa_t pa, got;

	CHECK(physmem_alloc(&mini.m->mem, PHYS_S, 8, &pa));
	CHECK_EQ(ec_va_find_free(ec, 4), va);
	CHECK_EQ(ec_map_add(ec, va, pa, 4, EC_MAP_R | EC_MAP_W), 0);
	CHECK_EQ(ec_map_add(ec, va + 0x3000, pa, 1, EC_MAP_R), -EEXIST);
	CHECK_EQ(ec_map_add(ec, va + 0x123, pa, 1, EC_MAP_R), -EINVAL);
	CHECK_EQ(ec_va_find_free(ec, 1), va + 0x4000);
	/* Neighbours in VA and PA are one range, a change of access ends it. */
	CHECK_EQ(ec_map_add(ec, va + 0x4000, pa_of(pa.v + 0x4000), 1, EC_MAP_R), 0);
	CHECK(ec_va(ec, va + 0x3ff0, 0x20, EC_MAP_R) ==
	      physmem_at(&mini.m->mem, pa_of(pa.v + 0x3ff0), 0x20));
	CHECK(!ec_va(ec, va + 0x3ff0, 0x20, EC_MAP_R | EC_MAP_W));
	CHECK(!ec_va(ec, va + 0x4ff0, 0x20, EC_MAP_R));
	CHECK(!ec_va(ec, 0, 1, EC_MAP_R));
	CHECK_EQ(ec_map_add(ec, va + 0x5000, pa_of(pa.v + 0x7000), 1, EC_MAP_R), 0);
	CHECK(!ec_va(ec, va + 0x4ff0, 0x20, EC_MAP_R)); /* not neighbours in PA */
	/* A hole in the middle leaves both ends where they were. */
	CHECK_EQ(ec_map_remove(ec, va + 0x1000, 2), 0);
	CHECK_EQ(ec->map_count, base + 4);
	CHECK(ec_va_to_pa(ec, va + 0x3008, 8, EC_MAP_W, &got));
	CHECK_EQ(got.v, pa.v + 0x3008);
	CHECK(!ec_map_find(ec, va + 0x1000));
	CHECK_EQ(ec_map_find(ec, va)->pages, 1);
	CHECK_EQ(ec_va_find_free(ec, 2), va + 0x1000);
	CHECK_EQ(ec_va_find_free(ec, 3), va + 0x6000);
	CHECK_EQ(ec_map_remove(ec, va, 2), -ENOENT);
	CHECK_EQ(ec_map_remove(ec, va + 0x3000, 3), 0);
	CHECK_EQ(ec_map_remove(ec, va, 1), 0);
	CHECK_EQ(ec->map_count, base);
}

static void test_maps(void **state)
{
	mini_test(1, body_maps);
}

/* A machine may stop inside an SP; the next one starts clean. */
static void body_stop_inside(void)
{
	struct mini_sp *sp = mini_add("spin", NULL, 0);

	mini_boot(sp);
	mini.damage = NULL;
	pe_timer_set(pe_self(), pe_self()->now_ns + MS);
	struct smc_regs r;

	mini_request(sp, (uint32_t[5]){SPIN_BURN_CLIENT, ~0u, ~0u, 0, 5000}, &r);
	CHECK_EQ(r.x[5], 0);
	mini_smc(&(struct smc_regs){
		.x = {FFA_DIRECT_REQ_32, sp->id, 0, SPIN_BURN_CLIENT, ~0u, ~0u, 0, 3000000}});
	CHECK(!"reached");
}

static void stop_now(struct ev *ev)
{
	CHECK(ec_running(&mini.m->pe[0]));
	machine_stop(mini.m, MACHINE_DONE, NULL);
}

static void body_stopped(void)
{
	static struct ev ev;

	ev = (struct ev){.fn = stop_now};
	evq_add(&mini.m->evq, &ev, 100 * MS);
	body_stop_inside();
}

static void test_stop_inside(void **state)
{
	for (int i = 0; i < 3; i++) {
		mini_test(1, body_stopped);
		mini_test(1, body_boot);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_images),	    cmocka_unit_test(test_backends),
		cmocka_unit_test(test_boot),	    cmocka_unit_test(test_preempt),
		cmocka_unit_test(test_queued),	    cmocka_unit_test(test_migrate),
		cmocka_unit_test(test_no_progress), cmocka_unit_test(test_loss),
		cmocka_unit_test(test_burn),	    cmocka_unit_test(test_chain),
		cmocka_unit_test(test_boot_call),   cmocka_unit_test(test_maps),
		cmocka_unit_test(test_stop_inside),
	};

	return cmocka_run_group_tests_name("sps/native", tests, NULL, NULL);
}
