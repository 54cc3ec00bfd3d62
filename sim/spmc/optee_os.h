/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Inside of the Trusted OS: its yielding calls, its threads as contexts of their own, its TAs.
 * optee_call.c speaks with the Normal world, optee_thread.c runs, optee_ta.c computes.
 */
#ifndef FFASIM_SPMC_OPTEE_OS_H
#define FFASIM_SPMC_OPTEE_OS_H

#include "spmc/spmc_internal.h"

#define TEE_SUCCESS 0u
#define TEE_ERROR_BAD_PARAMETERS 0xffff0006u
#define TEE_ERROR_ITEM_NOT_FOUND 0xffff0008u
#define TEE_ERROR_NOT_IMPLEMENTED 0xffff0009u
#define TEE_ERROR_OUT_OF_MEMORY 0xffff000cu
#define TEE_ERROR_BUSY 0xffff000du

#define OPTEE_YIELDING 0x80000000u
#define OPTEE_CALL_WITH_ARG 0x80000000u
#define OPTEE_RESUME 0x80000001u

/* w4 of a reply. */
enum { OPTEE_RET_DONE = 0, OPTEE_RET_RPC = 1, OPTEE_RET_INTERRUPT = 2 };

/* The message struct in shared memory (optee.md 2.3). */
#define OPTEE_MSG_PARAMS_MAX 127u
#define OPTEE_RPC_PARAMS 4u
struct optee_msg_param {
	uint64_t attr;
	uint64_t a, b, c;
};
struct optee_msg {
	uint32_t cmd, func, session, cancel_id, pad, ret, ret_origin, num_params;
	struct optee_msg_param param[];
};
_Static_assert(sizeof(struct optee_msg) == 32 && sizeof(struct optee_msg_param) == 32,
	       "layout of optee.md 2.3");

enum { OPTEE_MSG_OPEN = 0, OPTEE_MSG_INVOKE = 1, OPTEE_MSG_CLOSE = 2, OPTEE_MSG_CANCEL = 3 };
enum {
	OPTEE_ATTR_NONE = 0,
	OPTEE_ATTR_VALUE_IN = 1,
	OPTEE_ATTR_VALUE_OUT = 2,
	OPTEE_ATTR_VALUE_INOUT = 3,
	OPTEE_ATTR_TYPE = 0xff,
	OPTEE_ATTR_META = 0x100
};

/* One thread of the table as something that runs: a fiber, entered and left like an SP. */
struct optee_thread {
	struct ec ec;
	struct spmc *s;
	uint16_t id;
	struct fiber *fiber, *caller;
	uint32_t caller_who;
	struct ec_exit *out;
	bool masked; /* PSTATE: foreign interrupts held off */
	unsigned last_pe;
	/* The call. */
	uint64_t reply_w1;
	uint32_t service, offset, result;
	uint64_t handle;
	_Alignas(8) uint8_t msg[sizeof(struct optee_msg) +
				OPTEE_MSG_PARAMS_MAX * sizeof(struct optee_msg_param)];
};

/* optee_thread.c */
/* The context of thread @id, made when first needed; NULL = no memory. */
struct optee_thread *optee_thread_get(struct spmc *s, uint16_t id);
/* Runs it on this PE until it leaves: true = its call is done. */
bool optee_thread_run(struct optee_thread *t, bool resume);
/* From the thread itself; opening lets a pending interrupt in at once (optee.md 1.8 B). */
void optee_thread_mask(struct optee_thread *t, bool masked);

/* optee_call.c: the body of a thread, on its own fiber; returns w3 of the reply. */
uint32_t optee_call_run(struct optee_thread *t);

/* optee_ta.c: one GP command. Result and origin go into @msg. False: no such command. */
bool optee_ta_command(struct spmc *s, struct optee_msg *msg);
/* The words of the first open parameter for pseudo TA @name. */
bool optee_ta_uuid(const char *name, uint64_t uuid[2]);

#endif
