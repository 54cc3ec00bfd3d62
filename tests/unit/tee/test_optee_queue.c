/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * More callers than OP-TEE has threads: who sleeps in the OP-TEE driver's queue, who is woken, and
 * what is sent again (linux-tee.md 6.2). An OP-TEE in the test's hands says when a call ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "fake_optee.h"

static unsigned let_go; /* calls that may end */
static enum fake_turn until_let_go(struct fake_thread *t)
{
	if (t->msg->cmd != OPTEE_MSG_INVOKE)
		return FAKE_DONE;
	if (!let_go) {
		pe_charge(200000);
		return FAKE_INTERRUPT;
	}
	let_go--;
	return FAKE_DONE;
}
static unsigned ended[8], ended_count;
static bool linger; /* closing a context is a call, too */
static void queued(void *arg)
{
	const unsigned n = (unsigned)(uintptr_t)arg;
	uint32_t session, r;
	struct gp mine;

	gp_begin(&mine);
	CHECK_EQ(gp_session(&mine, 0, 0, &session, NULL), 0);
	kuser_sleep_ns(5000000 + n * 5000000);
	CHECK_EQ(gp_call(&mine, session, n, 0, &r, NULL), 0);
	CHECK_EQ(r, 0);
	ended[ended_count++] = n;
	while (linger)
		kuser_sleep_ns(1000000);
}
static void queue_client(void)
{
	struct task_struct *t[5];

	ended_count = let_go = 0;
	fo.call = until_let_go;
	for (unsigned i = 0; i < 5; i++)
		t[i] = ktask_create_user(tw.w.k, "queued", queued, (void *)(uintptr_t)i, NULL);
	kuser_sleep_ns(60000000);
	/* Two threads: 0 and 1 are in, 2, 3, 4 sleep uninterruptibly after one refusal each. */
	CHECK_EQ(fo.order_count, 4); /* the list of TAs at boot took two */
	CHECK_EQ(fo.refused, 3);
	CHECK_EQ(*ktask_state(t[2]), 'D');
	CHECK_EQ(*ktask_state(t[4]), 'D');
	for (unsigned i = 0; i < 5; i++) {
		let_go = 1;
		kuser_sleep_ns(20000000);
	}
	for (unsigned i = 0; i < 5; i++)
		kuser_join(t[i]);
	CHECK_EQ(ended_count, 5);
	/* First come, first served. */
	for (unsigned i = 0; i < 5; i++)
		CHECK_EQ(fo.order[2 + i], i);
}
static void call_queue(void **state)
{
	(void)state;
	fake_optee_init();
	tee_world_run(queue_client);
	tee_world_end();
}

/* A wake-up may go to a caller that is inside and does not need it; it is passed on at its end,
 * beside the one that its own end is worth. */
static bool may_end[4], lost_wake_up;
static enum fake_turn until_it_may(struct fake_thread *t)
{
	if (t->msg->cmd != OPTEE_MSG_INVOKE || may_end[t->msg->func])
		return FAKE_DONE;
	pe_charge(200000);
	return FAKE_INTERRUPT;
}
static void pass_on_client(void)
{
	struct task_struct *t[4];

	ended_count = 0;
	memset(may_end, 0, sizeof(may_end));
	may_end[3] = linger = true;
	fo.call = until_it_may;
	for (unsigned i = 0; i < 4; i++)
		t[i] = ktask_create_user(tw.w.k, "queued", queued, (void *)(uintptr_t)i, NULL);
	kuser_sleep_ns(60000000);
	may_end[1] = true;
	kuser_sleep_ns(60000000);
	/* One thread is free; 0 has the wake-up. */
	CHECK_EQ(fo.thread[0].busy + fo.thread[1].busy, 1);
	CHECK_EQ(*ktask_state(t[2]), 'D');
	CHECK_EQ(*ktask_state(t[3]), 'D');
	may_end[0] = true;
	kuser_sleep_ns(60000000);
	/* 2 is inside. With preemption, or on another PE, it may take its completion before the
	 * second wake-up is given away: then it gets that, too, and 3 sleeps on beside a free
	 * thread (the real driver has the same window; inferred). */
	CHECK_EQ(ended_count, lost_wake_up ? 2 : 3);
	may_end[2] = true;
	linger = false;
	for (unsigned i = 0; i < 4; i++)
		kuser_join(t[i]);
}
static void wake_up_passed_on(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		lost_wake_up = i;
		fake_optee_init();
		tw.cfg.linux_cfg.preempt = i ? PREEMPT_MODEL_FULL : PREEMPT_MODEL_NONE;
		tee_world_run(pass_on_client);
		tee_world_end();
	}
}

/* What a refused call is sent again with: words 0..3 as at first, word 4 as the answer left it. */
static void resend_client(void)
{
	struct task_struct *a, *b;
	unsigned first = 0, again = 0;

	fo.threads = 1;
	let_go = 0;
	fo.call = until_let_go;
	a = ktask_create_user(tw.w.k, "queued", queued, (void *)0, NULL);
	b = ktask_create_user(tw.w.k, "queued", queued, (void *)1, NULL);
	kuser_sleep_ns(30000000);
	let_go = 2;
	kuser_join(a);
	kuser_join(b);
	for (unsigned i = 0; i < tw.rec_count; i++) {
		if ((uint32_t)tw.rec[i].out.x[3] == TEE_ERROR_BUSY && !first)
			first = i;
		else if (first && !again && tw.rec[i].in.x[3] == OPTEE_CALL_WITH_ARG)
			again = i;
	}
	CHECK_EQ(first && again, 1);
	for (int w = 3; w <= 7; w++)
		CHECK_EQ(tw.rec[first].in.x[w], tw.rec[again].in.x[w]);
}
static void resent(void **state)
{
	(void)state;
	fake_optee_init();
	tee_world_run(resend_client);
	tee_world_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(call_queue),
		cmocka_unit_test(wake_up_passed_on),
		cmocka_unit_test(resent),
	};

	return cmocka_run_group_tests_name("tee/optee_queue", tests, NULL, NULL);
}
