/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pseudo TAs that need nobody else: `spin` computes for a while, `echo` gives back what it got, by
 * value or through shared memory, `devices` lists the TAs that are devices of the Normal world.
 */
#include <string.h>

#include "optee/optee.h"

#define SPIN_MAX_NS 1000000000000000ull
#define POLL_DEFAULT_NS 1000000ull

/* In pieces, looking for a cancel request after each. */
static uint32_t spin_cancellable(struct optee_invoke *in, uint64_t left_ns, uint64_t poll_ns)
{
	while (left_ns) {
		const uint64_t ns = left_ns < poll_ns ? left_ns : poll_ns;

		if (in->session->cancelled)
			return TEE_ERROR_CANCEL;
		pe_charge(ns);
		left_ns -= ns;
	}
	return in->session->cancelled ? TEE_ERROR_CANCEL : TEE_SUCCESS;
}

/* a = nanoseconds of work. Command 0 does not look up; command 1 polls for cancellation each b
 * nanoseconds, 0 = 1 ms. A value-out in the second place gets the PEs where the work began and
 * ended. */
uint32_t ta_spin(struct optee_invoke *in)
{
	struct optee_msg *msg = in->msg;
	const unsigned from = pe_self()->id;
	uint32_t ret = TEE_SUCCESS;

	if (msg->func > 1 || optee_type(msg, 0) != OPTEE_ATTR_VALUE_IN ||
	    msg->param[0].a > SPIN_MAX_NS)
		return TEE_ERROR_BAD_PARAMETERS;
	if (msg->func)
		ret = spin_cancellable(in, msg->param[0].a,
				       msg->param[0].b ? msg->param[0].b : POLL_DEFAULT_NS);
	else
		pe_charge(msg->param[0].a);
	optee_value_out(msg, 1, from, pe_self()->id);
	return ret;
}

/* Copies memory to memory; the size that is needed comes back when there is too little room. */
static uint32_t echo_memory(struct optee_invoke *in)
{
	uint8_t chunk[512];
	struct optee_msg *msg = in->msg;
	struct optee_memref from, to;

	if (optee_type(msg, 0) != OPTEE_ATTR_FMEM_IN || optee_type(msg, 1) != OPTEE_ATTR_FMEM_OUT ||
	    !optee_memref(in->t, msg, 0, &from) || !optee_memref(in->t, msg, 1, &to))
		return TEE_ERROR_BAD_PARAMETERS;
	msg->param[1].b = from.share ? from.bytes : 0;
	if (!from.share)
		return TEE_SUCCESS;
	if (!to.share || to.bytes < from.bytes)
		return TEE_ERROR_SHORT_BUFFER;
	for (uint64_t at = 0; at < from.bytes; at += sizeof(chunk)) {
		const uint64_t n =
			from.bytes - at < sizeof(chunk) ? from.bytes - at : sizeof(chunk);

		tos_shm_copy(from.share, from.offset + at, chunk, n, false);
		tos_shm_copy(to.share, to.offset + at, chunk, n, true);
	}
	pe_charge(from.bytes * cost()->copy_per_kib_ns / 1024);
	return TEE_SUCCESS;
}

/* Command 0: value in, the same value out. Command 1: memory in, memory out. */
uint32_t ta_echo(struct optee_invoke *in)
{
	struct optee_msg *msg = in->msg;

	if (msg->func == 1)
		return echo_memory(in);
	if (msg->func || optee_type(msg, 0) != OPTEE_ATTR_VALUE_IN ||
	    optee_type(msg, 1) != OPTEE_ATTR_VALUE_OUT)
		return TEE_ERROR_BAD_PARAMETERS;
	msg->param[1].a = msg->param[0].a;
	msg->param[1].b = msg->param[0].b;
	msg->param[1].c = msg->param[0].c;
	return TEE_SUCCESS;
}

/* Command 0: UUIDs of 16 octets each into memory. Commands 1 and 2 (those that need a supplicant,
 * RPMB): none here. */
uint32_t ta_devices(struct optee_invoke *in)
{
	uint64_t uuids[32][2];
	struct optee_msg *msg = in->msg;
	struct optee_memref to;
	uint64_t bytes = 0;

	if (msg->func > 2 || optee_type(msg, 0) != OPTEE_ATTR_FMEM_OUT ||
	    !optee_memref(in->t, msg, 0, &to))
		return TEE_ERROR_BAD_PARAMETERS;
	for (size_t i = 0; i < optee_ta_count && !msg->func; i++)
		if (optee_tas[i].enumerated && bytes < sizeof(uuids)) {
			uuids[bytes / 16][0] = optee_tas[i].uuid_lo;
			uuids[bytes / 16][1] = optee_tas[i].uuid_hi;
			bytes += 16;
		}
	msg->param[0].b = bytes;
	if ((!to.share && bytes) || to.bytes < bytes)
		return TEE_ERROR_SHORT_BUFFER;
	if (bytes)
		tos_shm_copy(to.share, to.offset, uuids, bytes, true);
	return TEE_SUCCESS;
}
