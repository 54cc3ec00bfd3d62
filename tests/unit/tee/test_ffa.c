/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The FF-A core driver: order of calls at boot (golden.md G10), error map and completion loop
 * (linux-tee.md 4.2, 4.4), discovery and notifications refused (4.6, 4.7). Answers are scripted
 * where the real SPMC would not give them.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "ffa_world.h"

/* --- G10 --- */
static void boot_client(void)
{
	/* fid, w1, w2; UINT64_MAX = a buffer address. 1.1 was asked for, so REQ2, RESP2 and
	 * PARTITION_INFO_GET_REGS are refused. */
	static const uint64_t want[][4] = {
		{0x84000063, 0x10001, 0, 0x10002},
		{0x84000069, 0, 0, FFA_SUCCESS},
		{0x84000064, 0xc4000066, 0, FFA_SUCCESS},
		{0xc4000066, UINT64_MAX, UINT64_MAX, FFA_SUCCESS},
		{0x84000064, 0xc4000072, 0, FFA_ERROR},
		{0x84000064, 0xc4000073, 0, FFA_SUCCESS},
		{0x84000064, 0xc400008d, 0, FFA_ERROR},
		{0x84000064, 0xc400008e, 0, FFA_ERROR},
		{0x84000064, 0x8400007d, 0, FFA_SUCCESS},
		{0x8400007d, 0, 1, FFA_SUCCESS},
		{0x84000064, 2, 0, FFA_SUCCESS},
		{0x84000064, 1, 0, FFA_ERROR},
		{0x84000064, 0xc400008b, 0, FFA_ERROR},
		{0x84000068, 0, 0, FFA_SUCCESS},
		{0x84000068, 0, 0, FFA_SUCCESS},
		{0x84000065, 0, 0, FFA_SUCCESS},
		{0x8400006f, 0x8002, 0, FFA_DIRECT_RESP},
	};
	unsigned count = sizeof(want) / sizeof(want[0]);

	CHECK_EQ(tw.rec_count, count);
	for (unsigned i = 0; i < count && i < tw.rec_count; i++) {
		CHECK_EQ(tw.rec[i].in.x[0], want[i][0]);
		for (int r = 1; r < 3; r++)
			if (want[i][r] != UINT64_MAX)
				CHECK_EQ(tw.rec[i].in.x[r], want[i][r]);
		CHECK_EQ((uint32_t)tw.rec[i].out.x[0], want[i][3]);
	}
	CHECK_EQ(tw.rec[3].in.x[3], 1); /* one 4K page each */
	CHECK_EQ(tw.rec[3].in.x[1] > tw.rec[3].in.x[2], 1);
	CHECK_EQ(tw.rec[13].in.x[5], 1); /* count only */
	CHECK_EQ(tw.rec[13].out.x[3], 0);
	CHECK_EQ(tw.rec[14].in.x[5], 0);
	CHECK_EQ(tw.rec[14].out.x[3], 0x18);
	CHECK_EQ(tw.rec[16].in.x[3], RPC_VERSION);
	CHECK_EQ(tw.rec[16].out.x[4], 1);
}

static void boot_is_g10(void **s)
{
	(void)s;
	tee_world_init("echo");
	tee_world_run(boot_client);
	assert_true(tee_world_log_has("ARM FF-A: Driver version 1.1"));
	assert_true(tee_world_log_has("ARM FF-A: Firmware version 1.2 found"));
	assert_true(tee_world_log_has(
		"ARM FF-A: Firmware version higher than driver version, downgrading"));
	tee_world_end();
}

/* --- 4.2, 4.4 --- */
static uint64_t answer[8];
static unsigned interrupts, yields;
static bool answering(struct smc_regs *r)
{
	uint32_t fid = r->x[0];

	if (fid != FFA_DIRECT_REQ && fid != 0xc400006fu && fid != FFA_RUN)
		return false;
	memset(r, 0, sizeof(*r));
	if (interrupts || yields) {
		r->x[0] = interrupts ? FFA_INTERRUPT : FFA_YIELD;
		r->x[1] = 0x80030001 + interrupts; /* not what was asked: copied all the same */
		interrupts ? interrupts-- : yields--;
		return true;
	}
	memcpy(r->x, answer, sizeof(answer));
	return true;
}

static void errors_client(void)
{
	static const int want[] = {0,	    -EOPNOTSUPP, -EINVAL,    -ENOMEM,  -EBUSY,	-EINTR,
				   -EACCES, -EAGAIN,	 -ECANCELED, -ENODATA, -EAGAIN, -EINVAL};
	unsigned long a0;
	unsigned n;

	ffa_world_find();
	tw.script = answering;
	answer[0] = FFA_ERROR;
	for (int code = 0; code < 12; code++) {
		answer[2] = (uint32_t)-code;
		n = tw.rec_count;
		CHECK_EQ(ffa_send(1, 5, &a0), want[code]); /* code 0: success */
		CHECK_EQ(a0, 5);
		CHECK_EQ(tw.rec_count, n + 1); /* nothing is retried */
	}
	answer[2] = 3;
	CHECK_EQ(ffa_send(1, 5, &a0), -EINVAL);

	/* Width of request and answer. */
	memset(answer, 0, sizeof(answer));
	answer[0] = FFA_DIRECT_RESP, answer[3] = 9;
	CHECK_EQ(ffa_send(1, 5, &a0), 0);
	CHECK_EQ(a0, 9);
	CHECK_EQ((uint32_t)tw.rec[tw.rec_count - 1].in.x[0], FFA_DIRECT_REQ);
	CHECK_EQ(ffa_send(0, 5, &a0), -EINVAL);
	CHECK_EQ((uint32_t)tw.rec[tw.rec_count - 1].in.x[0], 0xc400006f);
	answer[0] = 0xc4000070u, answer[3] = 0x123456789abcull;
	CHECK_EQ(ffa_send(0, 5, &a0), 0);
	CHECK_EQ(a0, 0x123456789abc);
	CHECK_EQ(ffa_send(1, 5, &a0), -EINVAL);
	answer[0] = 0x8400006bu; /* MSG_WAIT, golden.md G9 */
	CHECK_EQ(ffa_send(1, 5, &a0), -EINVAL);
	answer[0] = FFA_SUCCESS;
	CHECK_EQ(ffa_send(1, 5, &a0), -EINVAL);

	/* The loop: FFA_RUN with w1 as returned, all else 0. */
	answer[0] = FFA_DIRECT_RESP;
	interrupts = 3;
	n = tw.rec_count;
	CHECK_EQ(ffa_send(1, 5, &a0), 0);
	CHECK_EQ(tw.rec_count, n + 4);
	for (unsigned i = 1; i < 4; i++) {
		CHECK_EQ((uint32_t)tw.rec[n + i].in.x[0], FFA_RUN);
		CHECK_EQ(tw.rec[n + i].in.x[1], tw.rec[n + i - 1].out.x[1]);
		for (int r = 2; r < 18; r++)
			CHECK_EQ(tw.rec[n + i].in.x[r], 0);
	}
	/* Each yield sleeps 1 to 2 ms. */
	yields = 4;
	uint64_t before = pe_self()->now_ns;
	CHECK_EQ(ffa_send(1, 5, &a0), 0);
	CHECK_EQ(pe_self()->now_ns - before >= 4000000, 1);
	CHECK_EQ(pe_self()->now_ns - before < 20000000, 1);

	/* cpu_ops.run: not an error, so success; YIELD ends it. */
	interrupts = 2;
	n = tw.rec_count;
	CHECK_EQ(ffa_run(0), 0);
	CHECK_EQ(tw.rec_count, n + 3);
	CHECK_EQ(tw.rec[n].in.x[1], 0x80020000);
	answer[0] = FFA_ERROR, answer[2] = (uint32_t)-6;
	CHECK_EQ(ffa_run(1), -EACCES);
	CHECK_EQ(tw.rec[tw.rec_count - 1].in.x[1], 0x80020001);
	tw.script = NULL;
}
static void errors_and_loop(void **s)
{
	(void)s;
	ffa_world_init();
	tee_world_run(errors_client);
	tee_world_end();
}

/* --- start refused --- */
static uint64_t version_answer;
static bool other_version(struct smc_regs *r)
{
	if ((uint32_t)r->x[0] != 0x84000063u)
		return false;
	memset(r, 0, sizeof(*r));
	r->x[0] = version_answer;
	return true;
}
static void stopped_client(void)
{
	CHECK_EQ(tw.rec_count, 1); /* nothing after VERSION */
	CHECK_EQ(ksys_open("/dev/tee0", 2), -ENOENT);
}
static void refused_versions(void **s)
{
	static const struct {
		uint64_t answer;
		const char *line;
	} rows[] = {
		{~0ull, "ARM FF-A: FFA_VERSION returned not supported"},
		{0xffffffff, "ARM FF-A: Incompatible v32767.65535!"}, /* 8.1 no. 20 */
		{0x20000, "ARM FF-A: Incompatible v2.0!"},	      /* no. 19 */
		{0x00009, "ARM FF-A: Incompatible v0.9!"},
	};

	(void)s;
	for (unsigned i = 0; i < 4; i++) {
		tee_world_init("echo");
		tw.script = other_version;
		version_answer = rows[i].answer;
		assert_true(tee_world_run_findings(stopped_client) > 0); /* initcall failed */
		assert_true(tee_world_log_has(rows[i].line));
		tee_world_end();
	}
}

/* No notification interrupt: bitmap destroyed, operations refused, the rest works (4.7). */
static bool no_interrupts(struct smc_regs *r)
{
	if ((uint32_t)r->x[0] != 0x84000064u || r->x[1] > 2)
		return false;
	memset(r, 0, sizeof(*r));
	r->x[0] = FFA_ERROR;
	r->x[2] = (uint32_t)-1;
	return true;
}
static void no_notifications_client(void)
{
	ffa_world_find();
	CHECK_EQ(tee_world_count(0x8400007eu, 0), 1);
	CHECK_EQ(ffa_notify(3), -EOPNOTSUPP);
}
static void notifications_off(void **s)
{
	(void)s;
	ffa_world_init();
	tw.script = no_interrupts;
	tee_world_run(no_notifications_client);
	tee_world_end();
}

static bool bind_ok(struct smc_regs *r)
{
	if ((uint32_t)r->x[0] != 0x8400007fu && (uint32_t)r->x[0] != 0x84000080u)
		return false;
	memset(r, 0, sizeof(*r));
	r->x[0] = FFA_SUCCESS;
	return true;
}
static void bind_client(void)
{
	unsigned n;

	ffa_world_find();
	tw.script = bind_ok;
	CHECK_EQ(ffa_notify(64), -EINVAL);
	n = tw.rec_count;
	CHECK_EQ(ffa_notify(33), 0);
	CHECK_EQ((uint32_t)tw.rec[n].in.x[0], 0x8400007f);
	CHECK_EQ(tw.rec[n].in.x[1], 0x80020000); /* sender above, own id below (G10) */
	CHECK_EQ(tw.rec[n].in.x[3], 0);
	CHECK_EQ(tw.rec[n].in.x[4], 2);
	/* Twice: bound first, then undone. */
	CHECK_EQ(ffa_notify(33), -EINVAL);
	CHECK_EQ(tw.rec_count, n + 3);
	CHECK_EQ((uint32_t)tw.rec[n + 2].in.x[0], 0x84000080);
	tw.script = NULL;
}
static void notify_request(void **s)
{
	(void)s;
	ffa_world_init();
	tee_world_run(bind_client);
	tee_world_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boot_is_g10),	    cmocka_unit_test(errors_and_loop),
		cmocka_unit_test(refused_versions), cmocka_unit_test(notifications_off),
		cmocka_unit_test(notify_request),
	};

	return cmocka_run_group_tests_name("tee/ffa", tests, NULL, NULL);
}
