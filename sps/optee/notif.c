/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Asynchronous notifications (optee.md 2.2, 5): the Normal world names the value that asks for the
 * bottom half; over FF-A it is the only one. Sending makes it pending at the SPMC and raises the
 * schedule-receiver interrupt on the PE that executes the Trusted OS. To a signaled SP or a
 * yielding call on that PE it is one more foreign interrupt; a queued SP delays it by its whole
 * stay.
 *
 * What sends: the `notif` pseudo TA, from its thread or by a secure timer whose interrupt is served
 * in place on a PE of its choice, whatever that PE is doing.
 * Not modelled: the time that the timer's handler takes, and the way through the SPMD when it comes
 * while the Normal world runs.
 */
#include "optee/optee.h"

TRACE_KIND(trace_optee_notify, "optee.notify", "the Trusted OS notifies the Normal world", "value");
TRACE_KIND(trace_optee_bottom_half, "optee.bottom_half",
	   "the Normal world called for the bottom half", "thread", "sent", "served");

uint32_t optee_notif_enable(struct trusted_os *os, uint64_t value)
{
	if (value >= OPTEE_NOTIF_ASYNC_VALUES)
		return TEE_ERROR_BAD_PARAMETERS;
	os->notif.bottom_half = (uint32_t)value;
	os->notif.started = true;
	return TEE_SUCCESS;
}

void optee_notif_stop(struct trusted_os *os)
{
	os->notif.started = false;
}

void optee_notif_bottom_half(struct optee_thread *t)
{
	struct optee_notif *n = &t->os->notif;

	n->served++;
	TRACE(t->os->trace, trace_optee_bottom_half, t->id, n->sent, n->served);
}

static bool notify(struct trusted_os *os, unsigned pe)
{
	struct optee_notif *n = &os->notif;

	if (!n->started || !tos_notify_on(os->s, pe, 1ull << n->bottom_half))
		return false;
	n->sent++;
	TRACE(os->trace, trace_optee_notify, n->bottom_half);
	return true;
}

static void timer_fired(struct ev *ev)
{
	struct trusted_os *os = ev->ctx;

	if (os->notif.every_ns)
		evq_add(&machine->evq, ev, machine->now_ns + os->notif.every_ns);
	if (machine->pe[os->notif.pe].online)
		notify(os, os->notif.pe);
}

void optee_notif_finish(struct trusted_os *os)
{
	evq_cancel(&machine->evq, &os->notif.timer);
}

static void arm(struct trusted_os *os, const struct optee_msg_param *p)
{
	struct optee_notif *n = &os->notif;

	optee_notif_finish(os);
	n->pe = (unsigned)p->c;
	n->every_ns = p->b;
	n->timer.fn = timer_fired;
	n->timer.ctx = os;
	evq_add(&machine->evq, &n->timer, machine->now_ns + p->a);
}

enum { NOTIF_SEND, NOTIF_ARM, NOTIF_DISARM, NOTIF_COUNT };
#define TIMER_MAX_NS 1000000000000000ull

/* Command 0: sends now. 1: the timer, first after a, then each b nanoseconds, 0 = once, on PE c. 2:
 * no timer. 3: how many were sent and how many bottom halves came, into the second parameter. */
uint32_t ta_notif(struct optee_invoke *in)
{
	const struct optee_msg_param *p = &in->msg->param[0];
	struct trusted_os *os = in->t->os;
	uint32_t ret = TEE_SUCCESS;

	if (optee_type(in->msg, 0) != OPTEE_ATTR_VALUE_IN)
		return TEE_ERROR_BAD_PARAMETERS;
	switch (in->msg->func) {
	case NOTIF_SEND:
		if (!notify(os, pe_self()->id))
			ret = TEE_ERROR_NOT_SUPPORTED;
		pe_point(); /* a foreign interrupt for this very thread */
		return ret;
	case NOTIF_ARM:
		if (p->c >= machine->pe_count || p->a > TIMER_MAX_NS || p->b > TIMER_MAX_NS)
			return TEE_ERROR_BAD_PARAMETERS;
		arm(os, p);
		return TEE_SUCCESS;
	case NOTIF_DISARM:
		optee_notif_finish(os);
		return TEE_SUCCESS;
	case NOTIF_COUNT:
		optee_value_out(in->msg, 1, os->notif.sent, os->notif.served);
		return TEE_SUCCESS;
	default:
		return TEE_ERROR_BAD_PARAMETERS;
	}
}
