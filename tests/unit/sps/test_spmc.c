/* SPDX-License-Identifier: BSD-3-Clause */
/* The SPs under the real SPMC, by raw SMCs: what golden.md and optee.md say comes of each. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "real_spmc.h"
#include "services.h"

#define FFA_MEM_SHARE_64 0xc4000073u
#define FFA_MEM_RECLAIM 0x84000077u
#define FFA_ABORTED (-8)

static bool in_state(const char *name, const char *state)
{
	struct spmc_partition_view view;

	CHECK(spmc_partition_by_name(spmc, name, &view));
	return !strcmp(view.state, state);
}

/* w3..w7; runs through preemptions and counts them. */
static unsigned request(uint16_t id, const uint32_t w[5], struct smc_regs *r)
{
	unsigned runs = 0;

	*r = (struct smc_regs){.x = {FFA_DIRECT_REQ_32, id, 0, w[0], w[1], w[2], w[3], w[4]}};
	smc(r);
	for (; (uint32_t)r->x[0] == FFA_INTERRUPT; runs++) {
		*r = (struct smc_regs){.x = {FFA_RUN, (uint32_t)r->x[1]}};
		smc(r);
	}
	return runs;
}

static uint64_t *share(uint16_t id, uint64_t *handle, pa_t *pa)
{
	struct smc_regs r;

	CHECK(physmem_alloc(&mini.m->mem, PHYS_NS, 1, pa));
	memset(tx, 0, 96);
	memcpy(tx + 2, &(uint16_t){0x2f}, 2);
	memcpy(tx + 24, &(uint32_t){16}, 4);
	memcpy(tx + 28, &(uint32_t){1}, 4);
	memcpy(tx + 32, &(uint32_t){48}, 4);
	memcpy(tx + 48, &id, 2);
	tx[50] = 2;
	memcpy(tx + 52, &(uint32_t){64}, 4);
	memcpy(tx + 64, &(uint32_t){1}, 4);
	memcpy(tx + 68, &(uint32_t){1}, 4);
	memcpy(tx + 80, &pa->v, 8);
	memcpy(tx + 88, &(uint32_t){1}, 4);
	r = (struct smc_regs){.x = {FFA_MEM_SHARE_64, 96, 96}};
	smc(&r);
	CHECK_EQ(r.x[0], FFA_SUCCESS);
	*handle = (uint32_t)r.x[2] | r.x[3] << 32;
	request(id, (uint32_t[5]){0xff0001, *handle, *handle >> 32, 0, 0}, &r);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_32);
	CHECK_EQ(r.x[4], 0);
	return physmem_at(&mini.m->mem, *pa, 4096);
}

static int32_t invoke(uint16_t id, uint16_t op, uint64_t handle, uint32_t bytes)
{
	struct smc_regs r;

	request(id, (uint32_t[5]){op, handle, handle >> 32, bytes, 0}, &r);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_32);
	CHECK_EQ(r.x[4], 0);
	return r.x[5];
}

static int32_t reclaim(uint64_t handle)
{
	struct smc_regs r = {.x = {FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32}};

	smc(&r);
	return (uint32_t)r.x[0] == FFA_ERROR ? (int32_t)r.x[2] : 0;
}

/* S37: share, retrieve, call, relinquish, reclaim. */
static void body_echo(void)
{
	uint64_t handle, *page;
	struct smc_regs r;
	pa_t pa;

	create();
	add("echo", "echo", NULL, NULL, 0);
	boot();
	page = share(id_of("echo"), &handle, &pa);
	CHECK_EQ(handle, 0x200000000000);
	memcpy(page, "12345678", 8);
	CHECK_EQ(invoke(id_of("echo"), ECHO_REVERSE, handle, 8), 0);
	CHECK(!memcmp(page, "87654321", 8));
	CHECK_EQ(reclaim(handle), FFA_DENIED); /* still retrieved */
	request(id_of("echo"), (uint32_t[5]){0xff0002, handle, handle >> 32, 0, 0}, &r);
	CHECK_EQ(r.x[4], 0);
	CHECK_EQ(reclaim(handle), 0);
	CHECK(in_state("echo", "idle"));
}

/* S2, S35: preempted by every tick, registers and memory intact. */
static void body_spin(void)
{
	uint64_t handle, *page;
	pa_t pa;

	create();
	add("spin", "spin", NULL, NULL, 0);
	boot();
	page = share(id_of("spin"), &handle, &pa);
	mini.tick_ns = 4000000;
	pe_timer_set(pe_self(), pe_self()->now_ns + mini.tick_ns);
	page[0] = 1000000000;
	CHECK_EQ(invoke(id_of("spin"), SPIN_BURN, handle, 8), 0);
	CHECK_EQ(page[0], 0);
	CHECK_EQ(page[1], 1000000000);
	CHECK(mini.ticks_taken >= 249 && mini.ticks_taken <= 252);
	/* Across SVCs x19-x30 are kept, and the SVC's result arrives (S11). */
	page[0] = 100000000;
	page[1] = 10000;
	CHECK_EQ(invoke(id_of("spin"), SPIN_BURN_SVC, handle, 16), 0);
	CHECK_EQ(page[3], 10000);
}

/* S14, S22, S33 and G8. */
static void body_chain(void)
{
	static const struct ec_option options[] = {{"boot_call", "0x8003"}};
	static const char *const late[] = {"boot-order", "11", NULL};
	uint64_t handle, *page;
	uint16_t a, b;
	pa_t pa;

	create();
	add("a", "spin", NULL, options, 1);
	add("b", "spin", late, NULL, 0);
	add("bad", "misbehave", NULL, NULL, 0);
	boot();
	a = id_of("a");
	b = id_of("b");
	CHECK_EQ(b, 0x8003);
	CHECK_EQ(invoke(a, SPIN_BOOT_RESULT, UINT64_MAX, 0), FFA_BUSY);
	page = share(a, &handle, &pa);
	mini.tick_ns = 4000000;
	pe_timer_set(pe_self(), pe_self()->now_ns + mini.tick_ns);
	page[0] = b;
	page[1] = 100000000;
	CHECK_EQ(invoke(a, SPIN_CHAIN, handle, 16), 0);
	CHECK(mini.ticks_taken >= 24 && mini.ticks_taken <= 26);
	page[0] = a;
	CHECK_EQ(invoke(a, SPIN_CHAIN, handle, 16), FFA_INVALID_PARAMETERS);
	page[0] = 0x9000;
	CHECK_EQ(invoke(a, SPIN_CHAIN, handle, 16), FFA_NOT_SUPPORTED);
	page[0] = id_of("bad");
	page[1] = 0;
	page[2] = MISBEHAVE_CRASH_BRK;
	CHECK_EQ(invoke(a, SPIN_CHAIN, handle, 24), FFA_ABORTED);
	page[0] = id_of("bad");
	page[2] = MISBEHAVE_OK;
	CHECK_EQ(invoke(a, SPIN_CHAIN, handle, 24), FFA_BUSY);
	CHECK(in_state("bad", "dead"));
	CHECK(in_state("a", "idle"));
}

/* optee.md 3.4 (response checks), 3.2, G6, G9. */
static void body_misbehave(void)
{
	uint64_t handle, *page;
	struct smc_regs r;
	uint16_t id;
	pa_t pa;

	create();
	add("bad", "misbehave", NULL, NULL, 0);
	boot();
	id = id_of("bad");
	CHECK_EQ(invoke(id, MISBEHAVE_WRONG_DESTINATION, UINT64_MAX, 0), FFA_INVALID_PARAMETERS);
	CHECK_EQ(invoke(id, MISBEHAVE_WRONG_SOURCE, UINT64_MAX, 0), FFA_INVALID_PARAMETERS);
	CHECK_EQ(invoke(id, MISBEHAVE_NONZERO_W2, UINT64_MAX, 0), FFA_INVALID_PARAMETERS);
	CHECK_EQ(invoke(id, MISBEHAVE_RESP64, UINT64_MAX, 0), FFA_INVALID_PARAMETERS);
	page = share(id, &handle, &pa);
	page[0] = 51;
	CHECK_EQ(invoke(id, MISBEHAVE_ERROR, handle, 8), 0);
	CHECK_EQ(page[0], 51);
	page[0] = FFA_RUN;
	CHECK_EQ(invoke(id, MISBEHAVE_BAD_SVC, handle, 8), FFA_INVALID_PARAMETERS);
	request(id, (uint32_t[5]){MISBEHAVE_MSG_WAIT, ~0u, ~0u, 0, 0}, &r);
	CHECK_EQ(r.x[0], FFA_MSG_WAIT);
	CHECK_EQ(invoke(id, MISBEHAVE_OK, UINT64_MAX, 0), 0);
	request(id, (uint32_t[5]){MISBEHAVE_CRASH_UNDEF, ~0u, ~0u, 0, 0}, &r);
	CHECK_EQ(r.x[0], FFA_ERROR);
	CHECK_EQ((int32_t)r.x[2], FFA_ABORTED);
	request(id, (uint32_t[5]){MISBEHAVE_OK, ~0u, ~0u, 0, 0}, &r);
	CHECK_EQ((int32_t)r.x[2], FFA_BUSY);
	CHECK_EQ(reclaim(handle), FFA_DENIED); /* for good */
	CHECK_EQ(spmc_threads_in_use(spmc), 0);
}

/* S3: each FFA_RUN comes from the other PE; the answer goes to the last one. */
static struct {
	uint32_t w1;
	struct smc_regs answer;
	bool done;
} hop;

static void resumer(void *arg)
{
	pe_self()->world = WORLD_NS;
	pe_self()->ns_irq_masked = false;
	for (;;) {
		while (!hop.w1)
			pe_charge(1000);
		hop.answer = (struct smc_regs){.x = {FFA_RUN, hop.w1}};
		hop.w1 = 0;
		smc(&hop.answer);
		hop.done = true;
	}
}

static struct fiber *resumer_fiber;

static void body_migrate(void)
{
	uint64_t handle, *page;
	struct smc_regs r;
	unsigned hops = 0;
	uint16_t id;
	pa_t pa;

	create();
	add("spin", "spin", NULL, NULL, 0);
	boot();
	id = id_of("spin");
	page = share(id, &handle, &pa);
	memset(&hop, 0, sizeof(hop));
	resumer_fiber = fiber_create("other", FIBER_STACK_TASK_BYTES, resumer, NULL);
	machine_pe_on(mini.m, 1, resumer_fiber, trace_intern("other"));
	mini.tick_ns = 1000000;
	pe_timer_set(&mini.m->pe[0], pe_self()->now_ns + mini.tick_ns);
	pe_timer_set(&mini.m->pe[1], pe_self()->now_ns + mini.tick_ns / 3);
	page[0] = 100000000;
	r = (struct smc_regs){.x = {FFA_DIRECT_REQ_32, id, 0, SPIN_BURN, handle, handle >> 32, 8}};
	smc(&r);
	while ((uint32_t)r.x[0] == FFA_INTERRUPT) {
		CHECK(in_state("spin", "preempted"));
		hop.done = false;
		hop.w1 = r.x[1];
		while (!hop.done)
			pe_charge(1000);
		hops++;
		r = hop.answer;
		if ((uint32_t)r.x[0] != FFA_INTERRUPT)
			break;
		r = (struct smc_regs){.x = {FFA_RUN, (uint32_t)r.x[1]}};
		smc(&r);
	}
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_32);
	CHECK_EQ(r.x[4] | r.x[5], 0);
	CHECK_EQ(page[0], 0); /* registers and memory intact */
	CHECK_EQ(page[1], 100000000);
	CHECK(hops > 30);
}

/* golden.md G6, G8, G9 lines, register by register. */
static void expect(uint16_t id, const uint32_t w[5], const uint32_t out[8])
{
	struct smc_regs r;

	request(id, w, &r);
	for (unsigned i = 0; i < 8; i++)
		CHECK_EQ(r.x[i], out[i]);
}

static void body_golden(void)
{
	static const char *const queued[] = {"ns-interrupts-action", "0", NULL};
	const uint32_t all = UINT32_MAX;
	struct smc_regs r;

	create();
	add("S1", "golden", NULL, NULL, 0);
	add("S2", "golden", NULL, NULL, 0);
	add("S3", "golden", NULL, NULL, 0);
	add("Q", "golden", queued, NULL, 0);
	boot();
	CHECK_EQ(id_of("S1"), 0x8002);
	CHECK_EQ(id_of("Q"), 0x8005);
	expect(0x8002, (uint32_t[5]){0xff0003}, (uint32_t[8]){0x84000070, 0x80020000, 0, 0xff0003});
	mini.tick_ns = 4000000;
	pe_timer_set(pe_self(), pe_self()->now_ns + mini.tick_ns);
	expect(0x8002, (uint32_t[5]){7, all, all, 0x800300fa},
	       (uint32_t[8]){0x84000070, 0x80020000, 0, 7, 0, 0x84000070, 0, 0x80038002});
	expect(0x8002, (uint32_t[5]){6, all, all, 0xfa},
	       (uint32_t[8]){0x84000070, 0x80020000, 0, 6});
	/* Q -> S2: S2's own action decides (D8). */
	CHECK(request(0x8005, (uint32_t[5]){7, all, all, 0x800300fa}, &r) > 100);
	/* S1 -> Q: exactly one FFA_INTERRUPT, naming S1, at the return to S1. */
	CHECK_EQ(request(0x8002, (uint32_t[5]){7, all, all, 0x800500fa}, &r), 1);
	/* S3 -> S2 crashes (w7 names the callee's command): ABORTED, S3 lives. */
	request(0x8004, (uint32_t[5]){7, all, all, 0x80030000, 2}, &r);
	CHECK_EQ(r.x[5], FFA_ERROR);
	CHECK_EQ((int32_t)r.x[6], FFA_ABORTED);
	request(0x8004, (uint32_t[5]){7, all, all, 0x80030000}, &r);
	CHECK_EQ((int32_t)r.x[6], FFA_BUSY);
	/* Queued SP, crash right after an answered SVC: ABORTED, then BUSY. */
	request(0x8005, (uint32_t[5]){20, all, all}, &r);
	CHECK_EQ(r.x[0], FFA_ERROR);
	CHECK_EQ((int32_t)r.x[2], FFA_ABORTED);
	request(0x8005, (uint32_t[5]){0}, &r);
	CHECK_EQ((int32_t)r.x[2], FFA_BUSY);
	/* State across an SVC: NZCV and x18 lost, the rest kept. */
	request(0x8002, (uint32_t[5]){13, all, all}, &r);
	CHECK_EQ(r.x[5], 3);
	/* A callee in a chain that waits ends NWd's call and leaves the caller busy for good. */
	request(0x8002, (uint32_t[5]){7, all, all, 0x80040000, 4}, &r);
	CHECK_EQ(r.x[0], FFA_MSG_WAIT);
	CHECK(in_state("S1", "busy"));
	CHECK(in_state("S3", "idle"));
}

static void take_down(void)
{
	spmc_destroy(spmc);
	spmc = NULL;
	fiber_destroy(resumer_fiber);
	resumer_fiber = NULL;
}

static void run(void (*fn)(void))
{
	mini_end = take_down;
	mini_test(2, fn);
}

/* The MM interface (trusted-services.md 3.9): a variable goes through the carve-out and the PS SP.
 */
static void body_smm(void)
{
	/* MM header, SET_VARIABLE of "v" = "data", boot services and non-volatile */
	static const uint8_t message[] = {
		0x33, 0xd5, 0x32, 0xed, 0xe6, 0x99, 0x09, 0x42, 0x9c, 0xc0, 0x2d, 0x72, 0xcd, 0xd9,
		0x98, 0xa7, 60,	  0,	0,    0,    0,	  0,	0,    0,    3,	  0,	0,    0,
		0,    0,    0,	  0,	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1,    2,
		3,    4,    5,	  6,	7,    8,    9,	  10,	11,   12,   13,	  14,	15,   16,
		4,    0,    0,	  0,	0,    0,    0,	  0,	4,    0,    0,	  0,	0,    0,
		0,    0,    3,	  0,	0,    0,    'v',  0,	0,    0,    'd',  'a',	't',  'a'};
	const uint64_t at = 5 * 4096 + 12;
	uint8_t *carve_out;
	uint64_t status;
	struct smc_regs r;
	uint16_t id;

	create();
	add("ps", "ps", NULL, NULL, 0);
	add("smm_gateway", "smm_gateway", NULL, NULL, 0);
	boot();
	id = id_of("smm_gateway");
	CHECK(in_state("smm_gateway", "idle"));
	carve_out = physmem_at(&mini.m->mem, pa_of(0x43ff8000), 8 * 4096);
	CHECK(carve_out);
	memcpy(carve_out + at, message, sizeof(message));
	r = (struct smc_regs){.x = {FFA_DIRECT_REQ_64, id, 0, at}};
	smc(&r);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_64);
	CHECK_EQ(r.x[3], 0);
	CHECK(!r.x[4] && !r.x[5] && !r.x[6] && !r.x[7]);
	memcpy(&status, carve_out + at + 32, 8);
	CHECK_EQ(status, 0);
	/* GET_VARIABLE has it back */
	carve_out[at + 24] = 1;
	memset(carve_out + at + 80, 0, 4);
	smc(&(struct smc_regs){.x = {FFA_DIRECT_REQ_64, id, 0, at}});
	CHECK(!memcmp(carve_out + at + 80, "data", 4));
	/* another service; behind the end; the 32-bit form */
	carve_out[at] ^= 1;
	r = (struct smc_regs){.x = {FFA_DIRECT_REQ_64, id, 0, at}};
	smc(&r);
	CHECK_EQ((int32_t)r.x[3], -1);
	r = (struct smc_regs){.x = {FFA_DIRECT_REQ_64, id, 0, 8 * 4096}};
	smc(&r);
	CHECK_EQ((int32_t)r.x[3], -2);
	r = (struct smc_regs){.x = {FFA_DIRECT_REQ_32, id, 0, at}};
	smc(&r);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_32);
	CHECK_EQ((int32_t)r.x[3], -1);
}

static void test_smm(void **state)
{
	run(body_smm);
}

static void test_echo(void **state)
{
	run(body_echo);
}

static void test_spin(void **state)
{
	run(body_spin);
}

static void test_migrate(void **state)
{
	run(body_migrate);
}

static void test_golden(void **state)
{
	run(body_golden);
}

static void test_chain(void **state)
{
	run(body_chain);
}

static void test_misbehave(void **state)
{
	run(body_misbehave);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_echo),	cmocka_unit_test(test_spin),
		cmocka_unit_test(test_migrate), cmocka_unit_test(test_chain),
		cmocka_unit_test(test_golden),	cmocka_unit_test(test_misbehave),
		cmocka_unit_test(test_smm),
	};

	return cmocka_run_group_tests_name("sps/spmc", tests, NULL, NULL);
}
