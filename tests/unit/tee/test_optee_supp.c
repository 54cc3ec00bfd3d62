/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The supplicant: its device, SUPPL_RECV and SUPPL_SEND, and what becomes of requests when it or
 * the client that caused them goes (linux-tee.md 1.5, 2.2, 6.4, 6.6; 8.2 no. 41, 8.3 nos.
 * 45 and 46). What OP-TEE asks for is test_optee_rpc.c.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "fake_optee.h"

static struct gp c;

static void run(void (*client)(void))
{
	fake_optee_init();
	tee_world_run(client);
	tee_world_end();
}

/* A call that asks the supplicant @count values: RPC command 2. */
static unsigned ask_params = 1;
static uint32_t ask_ret;
static struct optee_msg_param ask_got;
static enum fake_turn ask(struct fake_thread *t)
{
	struct optee_msg_param p[4];

	if (t->msg->cmd != OPTEE_MSG_INVOKE || t->msg->func == LIST_SUPP)
		return FAKE_DONE;
	if (!t->turn) {
		for (unsigned i = 0; i < 4; i++)
			p[i] = (struct optee_msg_param){OPTEE_ATTR_VALUE_INOUT, 40 + i, 0, 0};
		fake_rpc(t, OPTEE_RPC_FS, ask_params, p);
		return FAKE_RPC;
	}
	ask_ret = t->rpc->ret;
	ask_got = t->rpc->param[0];
	return FAKE_DONE;
}

static void open_client(void)
{
	struct gp one, two;

	CHECK_EQ(sup_open(&one), 0);
	CHECK_EQ(sup_open(&two), -EBUSY);
	ksys_close(one.fd);
	CHECK_EQ(sup_open(&two), 0);
	/* Neither is for the other. */
	gp_begin(&c);
	CHECK_EQ(gp_session(&two, 0, 0, NULL, NULL), -EINVAL);
	{
		struct gp_request r;

		CHECK_EQ(recv_room(&c, &r, 5, GP_META), -EINVAL);
		CHECK_EQ(send_ret(&c, &r, 0), -EINVAL);
	}
	ksys_close(two.fd);
	ksys_close(c.fd);
	CHECK_EQ(klinux_modules_exit(tw.w.k), 0);
	CHECK_EQ(klinux_check_leaks(tw.w.k), 0);
}
static void supp_open(void **state)
{
	(void)state;
	run(open_client);
}

static void recv_client(void)
{
	struct task_struct *t;
	struct gp_request r;
	struct gp g;

	fo.call = ask;
	ask_params = 3;
	CHECK_EQ(sup_open(&g), 0);
	CHECK_EQ(recv_room(&g, &r, 0, 0), -EINVAL);
	CHECK_EQ(recv_room(&g, &r, 1, GP_VALUE_IN), -EINVAL);
	CHECK_EQ(recv_room(&g, &r, 2, GP_META | GP_VALUE_INOUT), -EINVAL);

	t = gp_start(0);
	/* Three parameters and the number need room for four; the request stays. */
	CHECK_EQ(recv_room(&g, &r, 3, GP_META), -EINVAL);
	CHECK_EQ(recv_room(&g, &r, 4, GP_META), 0);
	CHECK_EQ(r.func, OPTEE_RPC_FS);
	CHECK_EQ(r.param_count, 4);
	CHECK_EQ(r.param[0].attr, GP_META | GP_VALUE_INOUT);
	CHECK_EQ(r.param[0].a, 1);
	CHECK_EQ(r.param[1].a, 40);
	CHECK_EQ(r.param[3].a, 42);

	/* Answers to something else. */
	r.param[0].a = 2;
	CHECK_EQ(send_ret(&g, &r, 0), -ENOENT);
	r.param[0].a = 1;
	r.param_count = 3;
	CHECK_EQ(send_ret(&g, &r, 0), -EINVAL);
	r.param_count = 4;
	r.param[0].attr = GP_VALUE_INOUT;
	CHECK_EQ(send_ret(&g, &r, 0), -EINVAL);
	r.param[0].attr = GP_META | GP_VALUE_INOUT;
	CHECK_EQ(*ktask_state(t), 'D'); /* killable */
	r.param[1].a = 77;
	CHECK_EQ(send_ret(&g, &r, TEE_ERROR_ITEM_NOT_FOUND), 0);
	kuser_join(t);
	CHECK_EQ(ask_ret, TEE_ERROR_ITEM_NOT_FOUND);
	CHECK_EQ(ask_got.a, 77);
	/* Twice. */
	CHECK_EQ(send_ret(&g, &r, 0), -ENOENT);
	ask_params = 1;
	ksys_close(g.fd);
	CHECK_EQ(klinux_modules_exit(tw.w.k), 0);
	CHECK_EQ(klinux_check_leaks(tw.w.k), 0);
}
static void supp_recv_send(void **state)
{
	(void)state;
	run(recv_client);
}

static void sync_client(void)
{
	struct task_struct *a, *b;
	struct gp_request r, other;
	struct gp g;

	fo.call = ask;
	CHECK_EQ(sup_open(&g), 0);
	a = gp_start(0);
	b = gp_start(0);
	/* Synchronous: no number; one at a time. */
	CHECK_EQ(recv_room(&g, &r, 4, GP_NONE), 0);
	CHECK_EQ(r.param_count, 1);
	CHECK_EQ(recv_room(&g, &other, 4, GP_NONE), -EINVAL);
	CHECK_EQ(recv_room(&g, &other, 4, GP_META), -EINVAL);
	CHECK_EQ(send_ret(&g, &r, 0), 0);
	kuser_join(a);
	CHECK_EQ(recv_room(&g, &r, 4, GP_NONE), 0);
	CHECK_EQ(send_ret(&g, &r, 0), 0);
	kuser_join(b);
	CHECK_EQ(send_ret(&g, &r, 0), -EINVAL); /* asynchronous again, no number given */
	ksys_close(g.fd);
}
static void supp_sync(void **state)
{
	(void)state;
	run(sync_client);
}

/* The client dies: before the request is fetched, and after. Its place is kept until an answer. */
static void killed_client(void)
{
	struct task_struct *t, *u;
	struct gp_request r, other;
	struct gp g;

	fo.call = ask;
	CHECK_EQ(sup_open(&g), 0);
	t = gp_start(0);
	ktask_kill(t);
	kuser_join(t);
	CHECK_EQ(ask_ret, TEE_ERROR_COMMUNICATION);

	t = gp_start(0);
	CHECK_EQ(recv_room(&g, &r, 5, GP_META), 0);
	ktask_kill(t);
	kuser_join(t);
	/* Another request meanwhile has another number. */
	u = gp_start(0);
	CHECK_EQ(recv_room(&g, &other, 5, GP_META), 0);
	CHECK_EQ(other.param[0].a, r.param[0].a + 1);
	CHECK_EQ(send_ret(&g, &r, 0), -EBADF);
	CHECK_EQ(send_ret(&g, &r, 0), -ENOENT);
	CHECK_EQ(send_ret(&g, &other, 0), 0);
	kuser_join(u);
	ksys_close(g.fd);
	CHECK_EQ(klinux_modules_exit(tw.w.k), 0);
	CHECK_EQ(klinux_check_leaks(tw.w.k), 0);
}
static void supp_client_killed(void **state)
{
	(void)state;
	run(killed_client);
}

/* The supplicant goes: what it had and what was still queued ends with COMMUNICATION. */
static void gone_client(void)
{
	struct task_struct *a, *b;
	struct gp_request r;
	struct gp g;

	fo.call = ask;
	CHECK_EQ(sup_open(&g), 0);
	ask_ret = 0;
	a = gp_start(0);
	CHECK_EQ(recv_room(&g, &r, 5, GP_META), 0);
	b = gp_start(0);
	ksys_close(g.fd);
	kuser_join(a);
	kuser_join(b);
	CHECK_EQ(ask_ret, TEE_ERROR_COMMUNICATION);
	/* A user's call waits for the next one. */
	a = gp_start(0);
	CHECK_EQ(*ktask_state(a), 'D');
	CHECK_EQ(sup_open(&g), 0);
	CHECK_EQ(recv_room(&g, &r, 5, GP_META), 0);
	CHECK_EQ(send_ret(&g, &r, 0), 0);
	kuser_join(a);
	CHECK_EQ(ask_ret, 0);
	ksys_close(g.fd);
	CHECK_EQ(klinux_modules_exit(tw.w.k), 0);
	CHECK_EQ(klinux_check_leaks(tw.w.k), 0);
}
static void supp_gone(void **state)
{
	(void)state;
	run(gone_client);
}

/* A client in the kernel does not wait: the list of TAs at boot asks, nobody is there (2.2). */
static enum fake_turn ask_at_boot(struct fake_thread *t)
{
	if (t->msg->cmd != OPTEE_MSG_OPEN || t->turn)
		return t->turn ? (ask_ret = t->rpc->ret, t->msg->ret = ask_ret, FAKE_DONE)
			       : FAKE_DONE;
	fake_rpc(t, OPTEE_RPC_LOAD_TA, 0, NULL);
	return FAKE_RPC;
}
static void kernel_client(void)
{
	CHECK_EQ(ask_ret, TEE_ERROR_COMMUNICATION);
	gp_begin(&c);
}
static void kernel_does_not_wait(void **state)
{
	(void)state;
	ask_ret = 0;
	fake_optee_init();
	fo.call = ask_at_boot;
	tee_world_run(kernel_client);
	tee_world_end();
}

/* SUPPL_RECV: a bad element behind a good memory reference leaks that reference, as 6.12 does (8.2
 * no. 41); with a good array the driver drops them. */
static void leak_client(void)
{
	struct ffasim_client client;
	struct ffasim_shm shm = {0};
	struct gp_request r = {.param_count = 2};
	struct gp g;
	unsigned before;

	CHECK_EQ(sup_open(&g), 0);
	before = fake_live_shares();
	client = (struct ffasim_client){.fd = g.fd, .arg_addr = kuser_alloc(4096)};
	client.arg = kuser_ptr(client.arg_addr, 4096);
	CHECK_EQ(ffasim_client_shm_alloc(&client, 4096, &shm), 0);
	r.param[0] = (struct gp_param){GP_MEM_IN, 0, 4096, (uint64_t)shm.id};
	CHECK_EQ(gp_supp_recv(g.fd, &g.args, &r), -EINVAL);
	ffasim_shm_unmap(&shm);
	ffasim_shm_close_fd(&shm);
	CHECK_EQ(fake_live_shares(), before);

	CHECK_EQ(ffasim_client_shm_alloc(&client, 4096, &shm), 0);
	r.param[0] = (struct gp_param){GP_MEM_IN, 0, 4096, (uint64_t)shm.id};
	r.param[1].attr = 4;
	CHECK_EQ(gp_supp_recv(g.fd, &g.args, &r), -EINVAL);
	ffasim_shm_unmap(&shm);
	ffasim_shm_close_fd(&shm);
	CHECK_EQ(fake_live_shares(), before + 1);
}
static void recv_leak(void **state)
{
	(void)state;
	run(leak_client);
}

/* Registered memory of the supplicant's device is reclaimed only; a client's is unregistered first;
 * the reclaim is tried even when that does not get through (6.4). */
static void unregister_client(void)
{
	const uint64_t addr = kuser_alloc(4096);
	unsigned from, before;
	int id, fd;
	struct gp g;

	CHECK_EQ(sup_open(&g), 0);
	fd = gp_shm_register(g.fd, &g.args, addr, 4096, &id);
	CHECK_EQ(fd >= 0, 1);
	before = fo.unregistered;
	ksys_close(fd);
	CHECK_EQ(fo.unregistered, before);

	gp_begin(&c);
	fd = gp_shm_register(c.fd, &c.args, addr, 4096, &id);
	from = tw.rec_count;
	ksys_close(fd);
	CHECK_EQ(fo.unregistered, before + 1);
	CHECK_EQ(tee_world_count(FFA_MEM_RECLAIM, from), 1);

	fd = gp_shm_register(c.fd, &c.args, addr, 4096, &id);
	from = tw.rec_count;
	fo.unregister_fails = true;
	CHECK_EQ(ksys_close(fd), 0);
	CHECK_EQ(tee_world_count(FFA_MEM_RECLAIM, from), 1);
	fo.unregister_fails = false;
	/* Zero bytes, and addresses that are no user's. */
	CHECK_EQ(gp_shm_register(c.fd, &c.args, addr, 0, &id), -ENOMEM);
	CHECK_EQ(gp_shm_register(c.fd, &c.args, addr, UINT64_MAX, &id), -EFAULT);
}
static void unregister(void **state)
{
	(void)state;
	run(unregister_client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(supp_open), cmocka_unit_test(supp_recv_send),
		cmocka_unit_test(supp_sync), cmocka_unit_test(supp_client_killed),
		cmocka_unit_test(supp_gone), cmocka_unit_test(kernel_does_not_wait),
		cmocka_unit_test(recv_leak), cmocka_unit_test(unregister),
	};

	return cmocka_run_group_tests_name("tee/optee_supp", tests, NULL, NULL);
}
