/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tstee, SMC by SMC: what each step makes, what the driver does when one is refused or answered
 * oddly, and what its end leaves. The errnos of the ioctls are test_tstee.c.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tstee_world.h"

/* --- golden.md G10: which SMCs each step makes
 * -------------------------------------------------------- */
static unsigned mark;
static void expect_smc(unsigned i, uint32_t fid, uint32_t w1, uint64_t w3)
{
	CHECK_EQ((uint32_t)tw.rec[mark + i].in.x[0], fid);
	CHECK_EQ(tw.rec[mark + i].in.x[1], w1);
	CHECK_EQ(tw.rec[mark + i].in.x[3], w3);
}

static void life_cycle_client(void)
{
	uint32_t session;
	long fd, addr;

	begin();
	mark = tw.rec_count;
	CHECK_EQ(open_session("echo", 0, &session), 0);
	CHECK_EQ(tw.rec_count, mark + 1);
	expect_smc(0, FFA_DIRECT_REQ, 0x8002, RPC_SERVICE);

	mark = tw.rec_count;
	fd = shm_alloc(8192, 0);
	CHECK_EQ(tw.rec_count, mark + 2);
	expect_smc(0, FFA_MEM_SHARE, 0x60, 0);
	CHECK_EQ(tw.rec[mark].in.x[2], 0x60);
	expect_smc(1, FFA_DIRECT_REQ, 0x8002, RPC_RETRIEVE);

	mark = tw.rec_count;
	addr = ksys_mmap(8192, 3, fd, 0);
	CHECK_EQ(addr > 0, 1);
	CHECK_EQ(ksys_mmap(8192, 3, fd, 4096), -EINVAL); /* past the end */
	CHECK_EQ(ksys_close(fd), 0);
	CHECK_EQ(tw.rec_count, mark);
	CHECK_EQ(ksys_munmap(addr, 8192), 0);
	CHECK_EQ(tw.rec_count, mark + 2);
	expect_smc(0, FFA_DIRECT_REQ, 0x8002, RPC_RELINQ);
	expect_smc(1, FFA_MEM_RECLAIM, (uint32_t)tw.rec[mark].in.x[4], 0);

	/* close(tee fd) with a live buffer: nothing until the last reference. */
	fd = shm_alloc(4096, 0);
	addr = ksys_mmap(4096, 3, fd, 0);
	mark = tw.rec_count;
	CHECK_EQ(ksys_close(c.fd), 0);
	CHECK_EQ(ksys_munmap(addr, 4096), 0);
	CHECK_EQ(tw.rec_count, mark);
	CHECK_EQ(ksys_close(fd), 0);
	CHECK_EQ(tw.rec_count, mark + 2);
	expect_smc(0, FFA_DIRECT_REQ, 0x8002, RPC_RELINQ);
	expect_smc(1, FFA_MEM_RECLAIM, (uint32_t)tw.rec[mark].in.x[4], 0);
}
static void life_cycle(void **s)
{
	(void)s;
	run("echo", life_cycle_client);
}

/* --- linux-tee.md 5.2, 8.5 L3: who refuses what
 * ----------------------------------------------------------- */
static uint32_t refuse_op, refuse_status, refuse_fid, refuse_code;
static bool refuse(struct smc_regs *r)
{
	uint32_t code = refuse_code;

	if (refuse_fid && (uint32_t)r->x[0] == refuse_fid) {
		memset(r, 0, sizeof(*r));
		r->x[0] = FFA_ERROR;
		r->x[2] = code;
		return true;
	}
	if (refuse_op && (uint32_t)r->x[0] == FFA_DIRECT_REQ && r->x[3] == refuse_op) {
		uint64_t w1 = r->x[1];

		memset(r, 0, sizeof(*r));
		r->x[0] = FFA_DIRECT_RESP;
		r->x[1] = w1 << 16 | w1 >> 16;
		r->x[4] = refuse_status;
		return true;
	}
	return false;
}

static void refused_client(void)
{
	unsigned n;
	long fd;

	begin();
	tw.script = refuse;
	refuse_fid = 0;
	/* RETRIEVE refused: reclaimed, EINVAL. */
	refuse_op = RPC_RETRIEVE, refuse_status = -7;
	n = tw.rec_count;
	CHECK_EQ(shm_alloc(4096, 0), -EINVAL);
	CHECK_EQ(tw.rec_count, n + 3);
	CHECK_EQ((uint32_t)tw.rec[n + 2].in.x[0], FFA_MEM_RECLAIM);
	CHECK_EQ((uint32_t)tw.rec[n + 2].out.x[0], FFA_SUCCESS);
	/* RELINQ refused: no reclaim, close succeeds. */
	refuse_op = 0;
	fd = shm_alloc(4096, 0);
	refuse_op = RPC_RELINQ;
	n = tw.rec_count;
	CHECK_EQ(ksys_close(fd), 0);
	CHECK_EQ(tw.rec_count, n + 1);
	refuse_op = 0;
	/* Share refused: its errno, no message. */
	refuse_fid = FFA_MEM_SHARE, refuse_code = -6;
	n = tw.rec_count;
	CHECK_EQ(shm_alloc(4096, 0), -EACCES);
	CHECK_EQ(tw.rec_count, n + 1);
	tw.script = NULL;
}
static void refused_memory(void **s)
{
	(void)s;
	tee_world_init("echo");
	tw.cfg.tstee_flavour = FLAVOUR;
	tee_world_run_findings(refused_client); /* a page shared for ever may be found */
	tee_world_end();
}

/* Longer response than the buffer: the id stays (8.5 L2). Interface above 255: EINVAL. */
static bool long_answer(struct smc_regs *r)
{
	uint64_t w1 = r->x[1], w3 = r->x[3];

	if ((uint32_t)r->x[0] != FFA_DIRECT_REQ || (w3 >= RPC_VERSION && w3 != RPC_SERVICE))
		return false;
	memset(r, 0, sizeof(*r));
	r->x[0] = FFA_DIRECT_RESP;
	r->x[1] = w1 << 16 | w1 >> 16;
	r->x[3] = w3;
	r->x[5] = w3 == RPC_SERVICE ? 256 : 0xabcd;
	r->x[6] = 4097;
	return true;
}
static void answers_client(void)
{
	uint32_t session;
	long fd;

	begin();
	CHECK_EQ(open_session("echo", 0, &session), 0);
	fd = shm_alloc(4096, 0);
	int id = shm_id();
	tw.script = long_answer;
	CHECK_EQ(invoke(session, 0, VALUE_INOUT, id, 1, 0), 0);
	CHECK_EQ(arg[3], 0xabcd);
	CHECK_EQ(param_a(), id);
	CHECK_EQ(open_session("echo", 0, NULL), -EINVAL);
	tw.script = NULL;
	CHECK_EQ(ksys_close(fd), 0);
}
static void odd_answers(void **s)
{
	(void)s;
	run("echo", answers_client);
}

/* A version other than 1, or no answer: no device (5.2 probe). */
static bool version_2(struct smc_regs *r)
{
	if ((uint32_t)r->x[0] != FFA_DIRECT_REQ || r->x[3] != RPC_VERSION)
		return false;
	r->x[0] = FFA_DIRECT_RESP;
	r->x[1] = r->x[1] << 16;
	r->x[4] = 2;
	return true;
}
static void no_device_client(void)
{
	CHECK_EQ(ksys_open("/dev/tee0", 2), -ENOENT);
}
static void version_mismatch(void **s)
{
	(void)s;
	tee_world_init("echo");
	tw.cfg.tstee_flavour = FLAVOUR;
	tw.script = version_2;
	tee_world_run(no_device_client);
	tee_world_end();
}

/* Module end: an open device pins it, a clean one leaves nothing (2.4). */
static void exit_client(void)
{
	begin();
	CHECK_EQ(klinux_module_remove(tw.w.k, "tstee"), -EWOULDBLOCK);
	ffasim_client_close(&c);
	CHECK_EQ(klinux_modules_exit(tw.w.k), 0);
	CHECK_EQ(klinux_check_leaks(tw.w.k), 0);
	CHECK_EQ(ksys_open("/dev/tee0", 2), -ENOENT);
}
static void module_exit_clean(void **s)
{
	(void)s;
	run("echo", exit_client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(life_cycle),	     cmocka_unit_test(refused_memory),
		cmocka_unit_test(odd_answers),	     cmocka_unit_test(version_mismatch),
		cmocka_unit_test(module_exit_clean),
	};

	return cmocka_run_group_tests_name("tee/tstee_smc " FLAVOUR, tests, NULL, NULL);
}
