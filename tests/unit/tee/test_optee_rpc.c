/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Requests of OP-TEE in the middle of a call, each with what the driver answers (linux-tee.md 6.5;
 * 8.3 no. 44). The supplicant's own calls are test_optee_supp.c.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "fake_optee.h"

static struct gp c;
static uint32_t s, ret;

/* One call that makes one request: @func of the invoke picks it. */
static struct {
	uint32_t cmd;
	unsigned count;
	struct optee_msg_param p[4];
} want;
static struct {
	uint32_t ret;
	struct optee_msg_param p;
} got;

static enum fake_turn one_request(struct fake_thread *t)
{
	if (t->msg->cmd != OPTEE_MSG_INVOKE || t->msg->func == LIST_SUPP)
		return FAKE_DONE;
	if (!t->turn) {
		fake_rpc(t, want.cmd, want.count, want.p);
		return FAKE_RPC;
	}
	got.ret = t->rpc->ret;
	got.p = t->rpc->param[0];
	return FAKE_DONE;
}

static uint32_t request(uint32_t cmd, unsigned count, uint64_t attr, uint64_t a, uint64_t b,
			uint64_t cc)
{
	want.cmd = cmd;
	want.count = count;
	for (int i = 0; i < 4; i++)
		want.p[i] = (struct optee_msg_param){attr, a, b, cc};
	CHECK_EQ(gp_call(&c, s, 0, 0, &ret, NULL), 0);
	CHECK_EQ(ret, 0);
	return got.ret;
}

static void begin(void)
{
	gp_begin(&c);
	CHECK_EQ(gp_session(&c, 0, 0, &s, NULL), 0);
	fo.call = one_request;
}

static void run(void (*client)(void))
{
	fake_optee_init();
	tee_world_run(client);
	tee_world_end();
}

/* --- time and memory ----------------------------------------------------------------------------
 */
static void time_client(void)
{
	uint64_t before_ns;

	begin();
	CHECK_EQ(request(OPTEE_RPC_GET_TIME, 1, OPTEE_ATTR_VALUE_OUT, 0, 0, 0), 0);
	CHECK_EQ(got.p.b < 1000000000, 1);
	CHECK_EQ(request(OPTEE_RPC_GET_TIME, 1, OPTEE_ATTR_VALUE_IN, 0, 0, 0),
		 TEE_ERROR_BAD_PARAMETERS);
	CHECK_EQ(request(OPTEE_RPC_GET_TIME, 2, OPTEE_ATTR_VALUE_OUT, 0, 0, 0),
		 TEE_ERROR_BAD_PARAMETERS);

	before_ns = machine->now_ns;
	CHECK_EQ(request(OPTEE_RPC_SUSPEND, 1, OPTEE_ATTR_VALUE_IN, 30, 0, 0), 0);
	CHECK_EQ(machine->now_ns - before_ns >= 30000000, 1);
	CHECK_EQ(machine->now_ns - before_ns < 40000000, 1);
	CHECK_EQ(request(OPTEE_RPC_SUSPEND, 0, 0, 0, 0, 0), TEE_ERROR_BAD_PARAMETERS);
	CHECK_EQ(request(OPTEE_RPC_I2C, 1, OPTEE_ATTR_VALUE_IN, 0, 0, 0), TEE_ERROR_NOT_SUPPORTED);
}
static void time_and_sleep(void **state)
{
	(void)state;
	run(time_client);
}

/* Kernel memory is the driver's: it outlives the client that caused it (8.3 no. 44). */
static void memory_client(void)
{
	const unsigned before = (fake_live_shares());
	uint64_t handle;

	begin();
	CHECK_EQ(request(OPTEE_RPC_SHM_ALLOC, 1, OPTEE_ATTR_VALUE_IN, OPTEE_SHM_KERNEL, 5000, 8),
		 0);
	CHECK_EQ(got.p.attr, OPTEE_ATTR_FMEM_OUT);
	CHECK_EQ(got.p.a, 0);
	CHECK_EQ(got.p.b, 8192);
	handle = got.p.c;
	CHECK_EQ(fake_live_shares(), before + 1);
	fo.closes = 0;
	ksys_close(c.fd);
	CHECK_EQ(fo.closes, 1); /* the client's context went, the memory did not */
	CHECK_EQ(fake_live_shares(), before + 1);

	begin();
	CHECK_EQ(request(OPTEE_RPC_SHM_FREE, 1, OPTEE_ATTR_VALUE_IN, 7, handle, 0),
		 TEE_ERROR_BAD_PARAMETERS);
	CHECK_EQ(request(OPTEE_RPC_SHM_FREE, 1, OPTEE_ATTR_VALUE_IN, OPTEE_SHM_KERNEL, handle, 0),
		 0);
	CHECK_EQ(fake_live_shares(), before);
	CHECK_EQ(request(OPTEE_RPC_SHM_FREE, 1, OPTEE_ATTR_VALUE_IN, OPTEE_SHM_KERNEL, handle, 0),
		 TEE_ERROR_BAD_PARAMETERS);
	CHECK_EQ(request(OPTEE_RPC_SHM_ALLOC, 1, OPTEE_ATTR_VALUE_IN, OPTEE_SHM_KERNEL, 0, 8),
		 TEE_ERROR_OUT_OF_MEMORY);
	CHECK_EQ(request(OPTEE_RPC_SHM_ALLOC, 1, OPTEE_ATTR_VALUE_IN, OPTEE_SHM_GLOBAL, 4096, 8),
		 TEE_ERROR_BAD_PARAMETERS);
	CHECK_EQ(request(OPTEE_RPC_SHM_ALLOC, 1, OPTEE_ATTR_VALUE_INOUT, OPTEE_SHM_KERNEL, 4096, 8),
		 TEE_ERROR_BAD_PARAMETERS);
	ksys_close(c.fd);
	CHECK_EQ(klinux_modules_exit(tw.w.k), 0);
	CHECK_EQ(klinux_check_leaks(tw.w.k), 0);
}
static void kernel_memory(void **state)
{
	(void)state;
	run(memory_client);
}

/* --- waiting and waking -------------------------------------------------------------------------
 */
static uint32_t waiter_ret[3];
static uint64_t key, timeout;

static enum fake_turn wait_or_send(struct fake_thread *t)
{
	const uint32_t func = t->msg->func; /* 10 + n: wait; 20: send */
	struct optee_msg_param p = {OPTEE_ATTR_VALUE_IN,
				    func == 20 ? OPTEE_NOTIF_SEND : OPTEE_NOTIF_WAIT, key, timeout};

	if (t->msg->cmd != OPTEE_MSG_INVOKE || t->msg->func == LIST_SUPP)
		return FAKE_DONE;
	if (!t->turn) {
		fake_rpc(t, OPTEE_RPC_NOTIFICATION, 1, &p);
		return FAKE_RPC;
	}
	waiter_ret[func == 20 ? 2 : func - 10] = t->rpc->ret;
	return FAKE_DONE;
}

static void notify_client(void)
{
	struct task_struct *a, *b;

	fo.threads = 4;
	fo.call = wait_or_send;
	key = 70;
	timeout = 0;
	memset(waiter_ret, 0xff, sizeof(waiter_ret));
	/* The sleeper first: uninterruptible until somebody wakes it. */
	a = gp_start(10);
	CHECK_EQ(*ktask_state(a), 'D');
	/* A second one on the same key is refused. */
	kuser_join(gp_start(11));
	CHECK_EQ(waiter_ret[1], TEE_ERROR_BAD_PARAMETERS);
	kuser_join(gp_start(20));
	kuser_join(a);
	CHECK_EQ(waiter_ret[0], 0);
	CHECK_EQ(waiter_ret[2], 0);
	/* The wake-up first: remembered, once. */
	kuser_join(gp_start(20));
	kuser_join(gp_start(10));
	b = gp_start(10);
	CHECK_EQ(*ktask_state(b), 'D');
	kuser_join(gp_start(20));
	kuser_join(b);

	/* Keys end at 255. */
	key = 255;
	kuser_join(gp_start(20));
	CHECK_EQ(waiter_ret[2], 0);
	kuser_join(gp_start(10));
	CHECK_EQ(waiter_ret[0], 0);
	key = 256;
	kuser_join(gp_start(20));
	CHECK_EQ(waiter_ret[2], TEE_ERROR_BAD_PARAMETERS);
	kuser_join(gp_start(10));
	CHECK_EQ(waiter_ret[0], TEE_ERROR_BAD_PARAMETERS);

	/* The number counts jiffies: 10 of 4 ms. */
	key = 3;
	timeout = 10;
	{
		const uint64_t before_ns = machine->now_ns;

		kuser_join(gp_start(10));
		CHECK_EQ(waiter_ret[0], TEE_ERROR_TIMEOUT);
		CHECK_EQ(machine->now_ns - before_ns >= 36000000, 1);
		CHECK_EQ(machine->now_ns - before_ns < 60000000, 1);
	}
	CHECK_EQ(klinux_modules_exit(tw.w.k), 0);
	CHECK_EQ(klinux_check_leaks(tw.w.k), 0);
}
static void notifications(void **state)
{
	(void)state;
	run(notify_client);
}

/* --- memory of the supplicant -------------------------------------------------------------------
 */
/* A request to allocate, one to free; the reference OP-TEE had goes before the second (6.5). */
static uint64_t appl_handle;
static void appl_supplicant(void *arg)
{
	struct gp_request r;
	struct ffasim_client client;
	struct ffasim_shm shm = {0};
	struct gp g;

	(void)arg;
	CHECK_EQ(sup_open(&g), 0);
	client = (struct ffasim_client){.fd = g.fd, .arg_addr = kuser_alloc(4096)};
	client.arg = kuser_ptr(client.arg_addr, 4096);
	CHECK_EQ(recv_room(&g, &r, 5, GP_META), 0);
	CHECK_EQ(r.func, OPTEE_RPC_SHM_ALLOC);
	CHECK_EQ(r.param[1].b, 6000);
	CHECK_EQ(ffasim_client_shm_alloc(&client, r.param[1].b, &shm), 0);
	r.param[1].c = (uint64_t)shm.id;
	CHECK_EQ(send_ret(&g, &r, 0), 0);
	CHECK_EQ(recv_room(&g, &r, 5, GP_META), 0);
	CHECK_EQ(r.func, OPTEE_RPC_SHM_FREE);
	CHECK_EQ(r.param[1].b, shm.id);
	ffasim_shm_unmap(&shm);
	ffasim_shm_close_fd(&shm);
	CHECK_EQ(send_ret(&g, &r, 0), 0);
	/* A wrong id is refused as no memory. */
	CHECK_EQ(recv_room(&g, &r, 5, GP_META), 0);
	r.param[1].c = 99;
	CHECK_EQ(send_ret(&g, &r, 0), 0);
	CHECK_EQ(recv_room(&g, &r, 5, GP_META), 0);
	CHECK_EQ(send_ret(&g, &r, TEE_ERROR_GENERIC), 0);
	ksys_close(g.fd);
}
static void appl_client(void)
{
	struct task_struct *t = ktask_create_user(tw.w.k, "supp", appl_supplicant, NULL, NULL);
	unsigned before;

	begin();
	before = fake_live_shares();
	CHECK_EQ(request(OPTEE_RPC_SHM_ALLOC, 1, OPTEE_ATTR_VALUE_IN, OPTEE_SHM_APPL, 6000, 8), 0);
	CHECK_EQ(got.p.b, 8192);
	appl_handle = got.p.c;
	CHECK_EQ(fake_live_shares(), before + 1);
	CHECK_EQ(
		request(OPTEE_RPC_SHM_FREE, 1, OPTEE_ATTR_VALUE_IN, OPTEE_SHM_APPL, appl_handle, 0),
		0);
	CHECK_EQ(fake_live_shares(), before);
	CHECK_EQ(request(OPTEE_RPC_SHM_ALLOC, 1, OPTEE_ATTR_VALUE_IN, OPTEE_SHM_APPL, 6000, 8),
		 TEE_ERROR_OUT_OF_MEMORY);
	CHECK_EQ(request(OPTEE_RPC_SHM_ALLOC, 1, OPTEE_ATTR_VALUE_IN, OPTEE_SHM_APPL, 6000, 8),
		 TEE_ERROR_OUT_OF_MEMORY);
	kuser_join(t);
	ksys_close(c.fd);
	CHECK_EQ(klinux_modules_exit(tw.w.k), 0);
	CHECK_EQ(klinux_check_leaks(tw.w.k), 0);
}
static void application_memory(void **state)
{
	(void)state;
	run(appl_client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_and_sleep),
		cmocka_unit_test(kernel_memory),
		cmocka_unit_test(notifications),
		cmocka_unit_test(application_memory),
	};

	return cmocka_run_group_tests_name("tee/optee_rpc", tests, NULL, NULL);
}
