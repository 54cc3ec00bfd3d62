/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An SP as a client of another SP's service (trusted-services.md 1.9): finds the service, shares a
 * buffer of its own memory, calls. The callee may be preempted in between; the caller then runs it
 * on (libsp_direct_req()).
 * A service of the same SP is asked directly, with the SP's own id as owner: a partition cannot
 * send itself messages. So a service need not know who else is in its SP.
 */
#ifndef SPS_TS_CALLER_H
#define SPS_TS_CALLER_H

#include "ts_rpc_endpoint.h"

struct ts_hosted;

struct ts_session {
	bool open;
	const struct ts_hosted
		*local; /* of this SP; the fields below but the buffer mean nothing */
	uint16_t endpoint;
	uint8_t interface_id;
	uint64_t va, handle; /* the buffer stays ours over close and open */
	uint32_t pages;
	uint8_t *buf;
};

/* RPC status. @bytes is rounded up to pages. */
int32_t ts_session_open(struct ts_session *s, struct libsp *l, const uint8_t uuid[16],
			size_t bytes);
/* Request of @bytes in s->buf; the response is there afterwards. RPC status; the other two only
 * with RPC_SUCCESS, and a response never claims more than the buffer holds. */
int32_t ts_session_call(struct ts_session *s, struct libsp *l, uint16_t opcode, size_t bytes,
			size_t *response_bytes, int32_t *service_status);
/* Relinquish at the callee, then reclaim, whatever the callee said. */
int32_t ts_session_close(struct ts_session *s, struct libsp *l);

#endif
