/* SPDX-License-Identifier: BSD-3-Clause */
/* Pseudo TAs that hold locks of S-EL1 for a stated time: `lock` a spinlock, `mutex` a mutex, as
 * writer or reader, and condvars that belong to a mutex. */
#include "optee/optee.h"

#define HOLD_MAX_NS 1000000000000000ull

/* a = nanoseconds to hold, b = which of OPTEE_TEST_LOCKS. The second parameter gets the nanoseconds
 * until it was taken, and the PE. */
uint32_t ta_lock(struct optee_invoke *in)
{
	const struct optee_msg_param *p = &in->msg->param[0];
	const uint64_t from_ns = machine->now_ns;
	uint64_t taken_ns;
	struct optee_spinlock *l;
	bool was_masked;

	if (in->msg->func || optee_type(in->msg, 0) != OPTEE_ATTR_VALUE_IN ||
	    p->b >= OPTEE_TEST_LOCKS || p->a > HOLD_MAX_NS)
		return TEE_ERROR_BAD_PARAMETERS;
	l = &in->t->os->spinlock[p->b];
	was_masked = optee_spin_lock(in->t, l);
	taken_ns = machine->now_ns;
	pe_charge(p->a);
	optee_value_out(in->msg, 1, taken_ns - from_ns, pe_self()->id);
	optee_spin_unlock(in->t, l, was_masked);
	return TEE_SUCCESS;
}

enum { MUTEX_WRITE, MUTEX_READ, MUTEX_WAIT, MUTEX_SIGNAL, MUTEX_BROADCAST, MUTEX_FUNCS };

/* b = which of OPTEE_TEST_LOCKS, or OPTEE_TEST_LOCKS for the page-table cache's. Commands 0 and 1:
 * hold it for a nanoseconds. 2: wait on its condvar, at most a milliseconds, 0 = for ever. 3, 4:
 * wake one, wake all. The second parameter gets the nanoseconds that passed until the mutex, or the
 * signal, was there. */
uint32_t ta_mutex(struct optee_invoke *in)
{
	const struct optee_msg_param *p = &in->msg->param[0];
	const uint64_t from_ns = machine->now_ns;
	struct trusted_os *os = in->t->os;
	uint32_t ret = TEE_SUCCESS;
	struct optee_queue *cv;
	struct optee_mutex *m;

	if (in->msg->func >= MUTEX_FUNCS || optee_type(in->msg, 0) != OPTEE_ATTR_VALUE_IN ||
	    p->b > OPTEE_TEST_LOCKS || (p->b == OPTEE_TEST_LOCKS && in->msg->func > MUTEX_READ) ||
	    p->a > HOLD_MAX_NS)
		return TEE_ERROR_BAD_PARAMETERS;
	m = p->b == OPTEE_TEST_LOCKS ? &os->tables : &os->mutex[p->b];
	cv = &os->condvar[p->b % OPTEE_TEST_LOCKS];
	optee_mutex_lock(in->t, m, in->msg->func == MUTEX_READ);
	optee_value_out(in->msg, 1, machine->now_ns - from_ns, pe_self()->id);
	switch (in->msg->func) {
	case MUTEX_WAIT:
		ret = optee_condvar_wait(in->t, cv, m, (uint32_t)p->a);
		optee_value_out(in->msg, 1, machine->now_ns - from_ns, pe_self()->id);
		break;
	case MUTEX_SIGNAL:
		optee_queue_wake(in->t, cv);
		break;
	case MUTEX_BROADCAST:
		while (optee_queue_wake(in->t, cv))
			;
		break;
	default:
		pe_charge(p->a);
		break;
	}
	optee_mutex_unlock(in->t, m);
	return ret;
}
