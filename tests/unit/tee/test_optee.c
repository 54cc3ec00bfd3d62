/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The OP-TEE driver against an OP-TEE that does what the test says: probe, errno by errno of its
 * calls, the yielding loop, notifications, removal (linux-tee.md 6). Who waits for a thread is
 * test_optee_queue.c, what fails on the driver's side test_optee_faults.c.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "fake_optee.h"

#define BIND 0x8400007fu
#define UNBIND 0x84000080u
#define ORIGIN_COMMS 2u

static struct gp c;
static uint32_t s, ret, origin;

/* --- probe (6.7) --------------------------------------------------------------------------------
 */
/* w3 of the nth direct request to OP-TEE of the boot. */
static uint32_t boot_request(unsigned n)
{
	for (unsigned i = 0; i < tw.rec_count; i++)
		if ((uint32_t)tw.rec[i].in.x[0] == FFA_DIRECT_REQ &&
		    (uint16_t)tw.rec[i].in.x[1] == 0x8001 && !n--)
			return (uint32_t)tw.rec[i].in.x[3];
	return UINT32_MAX;
}

static void probe_client(void)
{
	static const uint32_t want[] = {0, 1, 2, 5, OPTEE_CALL_WITH_ARG};
	char text[4096];

	for (unsigned i = 0; i < 5; i++)
		CHECK_EQ(boot_request(i), want[i]);
	CHECK_EQ(ksys_open("/dev/teepriv0", 2) >= 0, 1);
	gp_begin(&c);
	CHECK_EQ(fo.calls, 4); /* the list of TAs: open, size, list, close */
	CHECK_EQ(klinux_device_attr(tw.w.k, "optee-ta-12121212-1212-1212-1212-121212121212",
				    "nothing", text) == -ENODEV,
		 0);
}
static void probe_order(void **state)
{
	(void)state;
	fake_optee_init();
	tee_world_run(probe_client);
	assert_true(tee_world_log_has("optee: initialized driver"));
	tee_world_end();
}

static void no_device_client(void)
{
	/* tee0 is then the SP's; nothing is privileged. */
	CHECK_EQ(ksys_open("/dev/teepriv0", 2), -ENOENT);
	CHECK_EQ(fake_live_shares(), 0);
}
static void probe_refused(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		fake_optee_init();
		fo.api_major = i == 0 ? 2 : 1;
		fo.os_version_fails = i == 1;
		fo.caps_error = i == 2 ? 0xffff0000 : 0;
		tee_world_run(no_device_client);
		tee_world_end();
	}
}

static void bound_client(void)
{
	unsigned binds = 0;

	for (unsigned i = 0; i < tw.rec_count; i++)
		if ((uint32_t)tw.rec[i].in.x[0] == BIND) {
			CHECK_EQ(tw.rec[i].in.x[3], 1u << binds);
			binds++;
		}
	CHECK_EQ(binds, 4);
}
static void notification_taken(void **state)
{
	(void)state;
	fake_optee_init();
	fo.bind_denials = 3;
	tee_world_run(bound_client);
	tee_world_end();
}

/* Only logged; the driver works without. */
static void no_async_client(void)
{
	CHECK_EQ(tee_world_count(UNBIND, 0), 1);
	gp_begin(&c);
	CHECK_EQ(gp_session(&c, 0, 0, &s, &ret), 0);
	CHECK_EQ(ret, 0);
}
static void notification_refused(void **state)
{
	(void)state;
	fake_optee_init();
	fo.enable_result = 0xffff0000; /* negative as 32 bits */
	tee_world_run(no_async_client);
	assert_true(tee_world_log_has("optee: no asynchronous notifications: error -22"));
	tee_world_end();
}

/* --- sessions and calls -------------------------------------------------------------------------
 */
static uint64_t seen_client[3], seen_login;

static enum fake_turn note_open(struct fake_thread *t)
{
	if (t->msg->cmd == OPTEE_MSG_OPEN) {
		seen_client[0] = t->msg->param[1].a;
		seen_client[1] = t->msg->param[1].b;
		seen_login = t->msg->param[1].c;
	}
	return FAKE_DONE;
}

static void user_1000(void *arg)
{
	struct gp_call call = {.login = 2};
	const uint32_t gid = 1000, foreign = 4;

	gp_begin(&c);
	fo.call = note_open;
	/* Two parameters of six are the driver's. */
	CHECK_EQ(gp_session(&c, 0, 5, NULL, NULL), -EINVAL);
	CHECK_EQ(gp_session(&c, 0, 4, &s, &ret), 0);
	CHECK_EQ(s, fo.next_session);
	CHECK_EQ(seen_client[0] | seen_client[1] | seen_login, 0);

	/* Client UUIDs (2.8): version 5 of "uid=3e8", "gid=3e8" in the name space. */
	CHECK_EQ(gp_session(&c, 1, 0, NULL, NULL), 0);
	CHECK_EQ(seen_client[0], (int64_t)0xa75bddd85c2734fcull);
	CHECK_EQ(seen_client[1], (int64_t)0x873b361847508b96ull);
	CHECK_EQ(seen_login, 1);
	memcpy(call.client, &gid, 4);
	CHECK_EQ(gp_open_session(c.fd, &c.args, &call), 0);
	CHECK_EQ(seen_client[0], (int64_t)0xbd511d00ed43ce0eull);
	memcpy(call.client, &foreign, 4);
	CHECK_EQ(gp_open_session(c.fd, &c.args, &call), -EPERM);
	CHECK_EQ(gp_session(&c, 4, 0, NULL, NULL), -EINVAL);
	CHECK_EQ(gp_session(&c, 0x80000000, 0, NULL, NULL), -EPERM);

	CHECK_EQ(gp_call(&c, s, 7, 6, &ret, &origin), 0);
	CHECK_EQ(gp_call(&c, s, 7, 7, NULL, NULL), -EINVAL);
	CHECK_EQ(gp_call(&c, 999, 7, 0, NULL, NULL), -EINVAL);
	CHECK_EQ(gp_cancel(c.fd, &c.args, 999, 0), -EINVAL);
	CHECK_EQ(gp_cancel(c.fd, &c.args, s, 5), 0);
	{
		uint32_t *a = c.args.at;

		a[0] = 999;
		CHECK_EQ(ksys_ioctl(c.fd, 0x8004a405, c.args.addr), -EINVAL);
		a[0] = s;
		CHECK_EQ(ksys_ioctl(c.fd, 0x8004a405, c.args.addr), 0);
		a[0] = s;
		CHECK_EQ(ksys_ioctl(c.fd, 0x8004a405, c.args.addr), -EINVAL);
	}
	CHECK_EQ(gp_call(&c, s, 7, 0, NULL, NULL), -EINVAL);
}
static void session_client(void)
{
	const struct ktask_attr attr = {.uid = 1000, .gid = 1000};

	kuser_join(ktask_create_user(tw.w.k, "user", user_1000, NULL, &attr));
}
static void sessions(void **state)
{
	(void)state;
	fake_optee_init();
	tee_world_run(session_client);
	tee_world_end();
}

/* Sessions left open are closed when the context goes (2.2, 6.6). */
static unsigned closes;
static enum fake_turn count_closes(struct fake_thread *t)
{
	closes += t->msg->cmd == OPTEE_MSG_CLOSE;
	return FAKE_DONE;
}
static void release_client(void)
{
	gp_begin(&c);
	closes = 0;
	fo.call = count_closes;
	for (int i = 0; i < 3; i++)
		CHECK_EQ(gp_session(&c, 0, 0, NULL, NULL), 0);
	ksys_close(c.fd);
	CHECK_EQ(closes, 3);
	CHECK_EQ(klinux_modules_exit(tw.w.k), 0);
	CHECK_EQ(klinux_check_leaks(tw.w.k), 0);
	CHECK_EQ(fake_live_shares(), 0);
	CHECK_EQ(fo.unregistered, 2); /* the list of TAs, the page of messages */
}
static void release_closes(void **state)
{
	(void)state;
	fake_optee_init();
	tee_world_run(release_client);
	tee_world_end();
}

/* A call that does not arrive is a result of the call (6.2). */
static enum fake_turn bad_attr(struct fake_thread *t)
{
	closes += t->msg->cmd == OPTEE_MSG_CLOSE;
	if (t->msg->cmd == OPTEE_MSG_OPEN)
		t->msg->param[2].attr = 4;
	if (t->msg->cmd == OPTEE_MSG_INVOKE)
		t->msg->param[0].attr = 9; /* a page list: not over FF-A */
	return FAKE_DONE;
}
static enum fake_turn interrupted_once(struct fake_thread *t)
{
	return t->turn ? FAKE_DONE : FAKE_INTERRUPT;
}
static void broken_client(void)
{
	gp_begin(&c);
	CHECK_EQ(gp_session(&c, 0, 0, &s, &ret), 0);
	fo.ffa_error_once = true;
	CHECK_EQ(gp_call(&c, s, 1, 0, &ret, &origin), 0);
	CHECK_EQ(ret, TEE_ERROR_COMMUNICATION);
	CHECK_EQ(origin, ORIGIN_COMMS);
	fo.ffa_error_once = true;
	CHECK_EQ(gp_session(&c, 0, 0, NULL, &ret), 0);
	CHECK_EQ(ret, TEE_ERROR_COMMUNICATION);

	/* BUSY answers a first message, never a RESUME: EIO inside. */
	fo.call = interrupted_once;
	fo.busy_resume = true;
	CHECK_EQ(gp_call(&c, s, 1, 0, &ret, &origin), 0);
	CHECK_EQ(ret, TEE_ERROR_COMMUNICATION);
	CHECK_EQ(fo.refused, 0);
	fo.thread[0].busy = false;

	closes = 0;
	fo.call = bad_attr;
	CHECK_EQ(gp_session(&c, 0, 1, NULL, &ret), 0);
	CHECK_EQ(ret, TEE_ERROR_COMMUNICATION);
	CHECK_EQ(closes, 1);
	CHECK_EQ(gp_call(&c, s, 1, 1, &ret, &origin), 0);
	CHECK_EQ(ret, TEE_ERROR_COMMUNICATION);
}
static void broken_calls(void **state)
{
	(void)state;
	fake_optee_init();
	tee_world_run(broken_client);
	tee_world_end();
}

/* --- the yielding loop (6.2) --------------------------------------------------------------------
 */
static enum fake_turn wander(struct fake_thread *t)
{
	static const enum fake_turn way[] = {FAKE_INTERRUPT, FAKE_STRANGE, FAKE_INTERRUPT,
					     FAKE_DONE};

	return t->msg->cmd == OPTEE_MSG_INVOKE ? way[t->turn] : FAKE_DONE;
}
static void loop_client(void)
{
	unsigned from;

	gp_begin(&c);
	CHECK_EQ(gp_session(&c, 0, 0, &s, NULL), 0);
	fo.call = wander;
	from = tw.rec_count;
	CHECK_EQ(gp_call(&c, s, 1, 0, &ret, NULL), 0);
	CHECK_EQ(ret, 0);
	/* Nothing but RESUMEs: no FFA_RUN, no other message for w4=2. */
	CHECK_EQ(tw.rec_count - from, 4);
	for (unsigned i = from + 1; i < tw.rec_count; i++) {
		CHECK_EQ(tw.rec[i].in.x[3], OPTEE_RESUME);
		CHECK_EQ(tw.rec[i].in.x[7], 0);
	}
}
static void yielding_loop(void **state)
{
	(void)state;
	fake_optee_init();
	tee_world_run(loop_client);
	assert_true(tee_world_log_has("optee: call returned for unknown reason 0x9"));
	tee_world_end();
}

/* Messages share a page with the offset capability: 10 of 384 bytes (6.3); else one each. */
static enum fake_turn hold;
static enum fake_turn held(struct fake_thread *t)
{
	return t->msg->cmd == OPTEE_MSG_INVOKE ? hold : FAKE_DONE;
}
static void holder(void *arg)
{
	struct gp mine;

	(void)arg;
	gp_begin(&mine);
	CHECK_EQ(gp_session(&mine, 0, 0, &s, NULL), 0);
	CHECK_EQ(gp_call(&mine, s, 1, 0, NULL, NULL), 0);
}
static unsigned want_offset, want_shares;
static void page_client(void)
{
	struct task_struct *t[3];

	fo.call = held;
	hold = FAKE_INTERRUPT;
	for (int i = 0; i < 3; i++)
		t[i] = ktask_create_user(tw.w.k, "holder", holder, NULL, NULL);
	kuser_sleep_ns(20000000);
	CHECK_EQ(fo.max_offset, want_offset);
	CHECK_EQ(fake_live_shares(), want_shares);
	hold = FAKE_DONE;
	for (int i = 0; i < 3; i++)
		kuser_join(t[i]);
}
static void messages_in_pages(void **state)
{
	(void)state;
	for (int with = 0; with < 2; with++) {
		fake_optee_init();
		fo.threads = 4;
		if (!with)
			fo.caps &= ~(uint32_t)OPTEE_CAP_ARG_OFFSET;
		want_offset = with ? 2 * 384 : 0;
		want_shares = with ? 1 : 3;
		tee_world_run(page_client);
		tee_world_end();
	}
}

/* --- asynchronous notifications (4.7, 6.7) ------------------------------------------------------
 */
static void bottom_half_client(void)
{
	for (unsigned i = 1; i <= 3; i++) {
		fo.notifications = 1;
		intc_raise(tw.w.m, 0, 8); /* the schedule-receiver interrupt */
		kuser_sleep_ns(10000000);
		CHECK_EQ(fo.notifications, 0);
		CHECK_EQ(fo.bottom_halves, i);
	}
	/* A bit that nobody asked for. */
	fo.notifications = 4;
	intc_raise(tw.w.m, 0, 8);
	kuser_sleep_ns(10000000);
	CHECK_EQ(fo.bottom_halves, 3);
	CHECK_EQ(klinux_modules_exit(tw.w.k), 0);
	CHECK_EQ(klinux_check_leaks(tw.w.k), 0);
}
static void bottom_half(void **state)
{
	(void)state;
	fake_optee_init();
	tee_world_run(bottom_half_client);
	tee_world_end();
}

/* --- the end ------------------------------------------------------------------------------------
 */
static void busy_remove_client(void)
{
	gp_begin(&c);
	CHECK_EQ(klinux_module_remove(tw.w.k, "optee"), -EWOULDBLOCK);
	CHECK_EQ(gp_session(&c, 0, 0, &s, &ret), 0);
	ksys_close(c.fd);
	CHECK_EQ(klinux_module_remove(tw.w.k, "optee"), 0);
	CHECK_EQ(tee_world_count(UNBIND, 0), 1);
	CHECK_EQ(ksys_open("/dev/teepriv0", 2), -ENOENT);
	CHECK_EQ(fake_live_shares(), 0);
}
static void remove_while_busy(void **state)
{
	(void)state;
	fake_optee_init();
	tee_world_run(busy_remove_client);
	tee_world_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(probe_order),	      cmocka_unit_test(probe_refused),
		cmocka_unit_test(notification_taken), cmocka_unit_test(notification_refused),
		cmocka_unit_test(sessions),	      cmocka_unit_test(release_closes),
		cmocka_unit_test(broken_calls),	      cmocka_unit_test(yielding_loop),
		cmocka_unit_test(messages_in_pages),  cmocka_unit_test(bottom_half),
		cmocka_unit_test(remove_while_busy),
	};

	return cmocka_run_group_tests_name("tee/optee", tests, NULL, NULL);
}
