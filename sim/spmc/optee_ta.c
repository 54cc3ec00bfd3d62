/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * GP commands and the pseudo TAs that answer them: `spin` computes for a while, `echo` gives back
 * what it got. They run with foreign interrupts open, as a TA does (optee.md 1.8 C, D).
 * Not modelled: user TAs and their loading, cancellation, the condvar that the second user of one
 * session waits on by RPC: it gets TEE_ERROR_BUSY instead.
 */
#include <string.h>

#include "spmc/optee_os.h"

#define SPIN_MAX_NS 1000000000000000ULL

/* TEE_ORIGIN_* of the result. */
enum { ORIGIN_TEE = 3, ORIGIN_TA = 4 };

struct optee_ta {
	/* UUID octets as the two words of the first open parameter. */
	uint64_t uuid_lo, uuid_hi;
	const char *name;
	uint32_t (*invoke)(struct optee_msg *msg);
};

static uint32_t type_of(const struct optee_msg *msg, uint32_t i)
{
	return i < msg->num_params ? (uint32_t)(msg->param[i].attr & OPTEE_ATTR_TYPE)
				   : OPTEE_ATTR_NONE;
}

/* Command 0: a = nanoseconds of work. A value-out in the second place gets the PEs where the work
 * began and ended. */
static uint32_t spin(struct optee_msg *msg)
{
	const unsigned from = pe_self()->id;

	if (msg->func || type_of(msg, 0) != OPTEE_ATTR_VALUE_IN || msg->param[0].a > SPIN_MAX_NS)
		return TEE_ERROR_BAD_PARAMETERS;
	pe_charge(msg->param[0].a);
	if (type_of(msg, 1) == OPTEE_ATTR_VALUE_OUT) {
		msg->param[1].a = from;
		msg->param[1].b = pe_self()->id;
	}
	return TEE_SUCCESS;
}

/* Command 0: value in, the same value out. */
static uint32_t echo(struct optee_msg *msg)
{
	if (msg->func || type_of(msg, 0) != OPTEE_ATTR_VALUE_IN ||
	    type_of(msg, 1) != OPTEE_ATTR_VALUE_OUT)
		return TEE_ERROR_BAD_PARAMETERS;
	msg->param[1].a = msg->param[0].a;
	msg->param[1].b = msg->param[0].b;
	msg->param[1].c = msg->param[0].c;
	return TEE_SUCCESS;
}

static const struct optee_ta tas[] = {
	/* 66666173-696d-4001-8000-7370696e0001 */
	{0x01406d6973616666ULL, 0x01006e6970730080ULL, "spin", spin},
	/* 66666173-696d-4001-8000-6563686f0001 */
	{0x01406d6973616666ULL, 0x01006f6863650080ULL, "echo", echo},
};

bool optee_ta_uuid(const char *name, uint64_t uuid[2])
{
	for (size_t i = 0; i < sizeof(tas) / sizeof(tas[0]); i++)
		if (!strcmp(tas[i].name, name)) {
			uuid[0] = tas[i].uuid_lo;
			uuid[1] = tas[i].uuid_hi;
			return true;
		}
	return false;
}

static uint32_t open_session(struct spmc *s, struct optee_msg *msg)
{
	const struct optee_ta *ta = NULL;

	for (uint32_t i = 0; i < 2; i++)
		if (type_of(msg, i) != OPTEE_ATTR_VALUE_IN ||
		    !(msg->param[i].attr & OPTEE_ATTR_META))
			return TEE_ERROR_BAD_PARAMETERS;
	for (size_t i = 0; i < sizeof(tas) / sizeof(tas[0]); i++)
		if (tas[i].uuid_lo == msg->param[0].a && tas[i].uuid_hi == msg->param[0].b)
			ta = &tas[i];
	if (!ta)
		return TEE_ERROR_ITEM_NOT_FOUND;
	for (uint32_t i = 0; i < OPTEE_SESSIONS_MAX; i++)
		if (!s->optee_session[i].ta) {
			s->optee_session[i].ta = ta;
			msg->session = i + 1;
			return TEE_SUCCESS;
		}
	return TEE_ERROR_OUT_OF_MEMORY;
}

static struct optee_session *session_of(struct spmc *s, uint32_t id)
{
	return id && id <= OPTEE_SESSIONS_MAX && s->optee_session[id - 1].ta
		       ? &s->optee_session[id - 1]
		       : NULL;
}

static uint32_t close_session(struct spmc *s, uint32_t id)
{
	struct optee_session *session = session_of(s, id);

	if (!session)
		return TEE_ERROR_ITEM_NOT_FOUND;
	if (session->busy)
		return TEE_ERROR_BUSY;
	session->ta = NULL;
	return TEE_SUCCESS;
}

static uint32_t invoke(struct spmc *s, struct optee_msg *msg)
{
	struct optee_session *session = session_of(s, msg->session);
	uint32_t ret;

	if (!session)
		return TEE_ERROR_BAD_PARAMETERS;
	if (session->busy)
		return TEE_ERROR_BUSY;
	session->busy = true;
	msg->ret_origin = ORIGIN_TA;
	ret = session->ta->invoke(msg);
	session->busy = false;
	return ret;
}

bool optee_ta_command(struct spmc *s, struct optee_msg *msg)
{
	msg->ret_origin = ORIGIN_TEE;
	switch (msg->cmd) {
	case OPTEE_MSG_OPEN:
		msg->ret = open_session(s, msg);
		return true;
	case OPTEE_MSG_INVOKE:
		msg->ret = invoke(s, msg);
		return true;
	case OPTEE_MSG_CLOSE:
		msg->ret = close_session(s, msg->session);
		return true;
	default:
		return false;
	}
}
