/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * GP commands: sessions with pseudo TAs, invocation, cancellation. A session serves one invocation
 * at a time; the next one waits by RPC and holds its thread meanwhile (optee.md 2.5). A cancel
 * request is a flag of the session that the TA polls, cleared when an invocation ends; one that
 * comes before an invocation meets it at its first poll (inferred).
 * A TA with one instance serves one at a time over all its sessions, in the same way.
 * Not modelled: user TAs and their loading, client identities.
 */
#include "optee/optee.h"

/* TEE_NUM_PARAMS of GP; an open has two more for itself. */
#define PARAMS_MAX 4u
#define OPEN_META 2u

static uint32_t open_session(struct optee_thread *t, struct optee_msg *msg)
{
	struct trusted_os *os = t->os;
	const struct optee_ta *ta = NULL;
	uint32_t ret;

	for (uint32_t i = 0; i < OPEN_META; i++)
		if (optee_type(msg, i) != OPTEE_ATTR_VALUE_IN ||
		    !(msg->param[i].attr & OPTEE_ATTR_META))
			return TEE_ERROR_BAD_PARAMETERS;
	if (msg->num_params > OPEN_META + PARAMS_MAX)
		return TEE_ERROR_BAD_PARAMETERS;
	ret = optee_params_get(t, msg);
	optee_params_put(t); /* no TA here looks at them */
	if (ret)
		return ret;
	for (size_t i = 0; i < optee_ta_count; i++)
		if (optee_tas[i].uuid_lo == msg->param[0].a &&
		    optee_tas[i].uuid_hi == msg->param[0].b)
			ta = &optee_tas[i];
	if (!ta)
		return TEE_ERROR_ITEM_NOT_FOUND;
	for (uint32_t i = 0; i < OPTEE_SESSIONS_MAX; i++)
		if (!os->session[i].ta) {
			os->session[i] = (struct optee_session){
				.ta = ta, .waiters = {.name = trace_intern("session")}};
			msg->session = i + 1;
			return TEE_SUCCESS;
		}
	return TEE_ERROR_OUT_OF_MEMORY;
}

static struct optee_session *session_of(struct trusted_os *os, uint32_t id)
{
	struct optee_session *s = id && id <= OPTEE_SESSIONS_MAX ? &os->session[id - 1] : NULL;

	return s && s->ta && !s->closing ? s : NULL;
}

static void wait_turn(struct optee_thread *t, struct optee_queue *q)
{
	struct optee_waiter w;

	optee_queue_add(q, &w, t, false);
	optee_queue_sleep(q, &w, 0);
}

static void leave(struct optee_thread *t, struct optee_session *s)
{
	s->users--;
	optee_queue_wake(t, &s->waiters);
}

/* Closing waits for who is inside; who waits to get in is turned away. */
static uint32_t close_session(struct optee_thread *t, uint32_t id)
{
	struct optee_session *s = session_of(t->os, id);

	if (!s)
		return TEE_ERROR_ITEM_NOT_FOUND;
	s->closing = true;
	while (s->users) {
		optee_queue_wake(t, &s->waiters);
		if (s->users)
			wait_turn(t, &s->waiters);
	}
	s->ta = NULL;
	return TEE_SUCCESS;
}

static uint32_t cancel(struct optee_thread *t, const struct optee_msg *msg)
{
	struct optee_session *s = session_of(t->os, msg->session);

	if (msg->num_params || !s)
		return TEE_ERROR_BAD_PARAMETERS;
	s->cancelled = true;
	return TEE_SUCCESS;
}

/* The TA itself, when it is its turn. */
static uint32_t run_ta(struct optee_thread *t, struct optee_session *s, struct optee_msg *msg)
{
	struct optee_invoke in = {.t = t, .session = s, .msg = msg};
	struct optee_instance *i = s->ta->single ? &t->os->instance[s->ta - optee_tas] : NULL;
	uint32_t ret;

	while (i && i->busy)
		wait_turn(t, &i->waiters);
	if (i)
		i->busy = true;
	ret = s->ta->invoke(&in);
	if (i) {
		i->busy = false;
		optee_queue_wake(t, &i->waiters);
	}
	return ret;
}

static uint32_t invoke_in(struct optee_thread *t, struct optee_session *s, struct optee_msg *msg)
{
	uint32_t ret;

	while (s->busy && !s->closing)
		wait_turn(t, &s->waiters);
	if (s->closing)
		return TEE_ERROR_BAD_PARAMETERS;
	ret = optee_params_get(t, msg);
	if (ret)
		return ret;
	s->busy = true;
	msg->ret_origin = OPTEE_ORIGIN_TA;
	ret = run_ta(t, s, msg);
	s->cancelled = false;
	s->busy = false;
	optee_params_put(t);
	return ret;
}

static uint32_t invoke(struct optee_thread *t, struct optee_msg *msg)
{
	struct optee_session *s = session_of(t->os, msg->session);
	uint32_t ret;

	if (!s || msg->num_params > PARAMS_MAX)
		return TEE_ERROR_BAD_PARAMETERS;
	s->users++;
	ret = invoke_in(t, s, msg);
	leave(t, s);
	return ret;
}

bool optee_command(struct optee_thread *t, struct optee_msg *msg)
{
	msg->ret_origin = OPTEE_ORIGIN_TEE;
	switch (msg->cmd) {
	case OPTEE_MSG_OPEN:
		msg->ret = open_session(t, msg);
		return true;
	case OPTEE_MSG_INVOKE:
		msg->ret = invoke(t, msg);
		return true;
	case OPTEE_MSG_CLOSE:
		msg->ret = close_session(t, msg->session);
		return true;
	case OPTEE_MSG_CANCEL:
		msg->ret = cancel(t, msg);
		return true;
	case OPTEE_MSG_DO_BOTTOM_HALF:
		optee_notif_bottom_half(t);
		msg->ret = TEE_SUCCESS;
		return true;
	case OPTEE_MSG_STOP_ASYNC_NOTIF:
		optee_notif_stop(t->os);
		msg->ret = TEE_SUCCESS;
		return true;
	default:
		return false;
	}
}
