/* SPDX-License-Identifier: BSD-3-Clause */
/* A service's operations without SP and machine, as a client would reach them: for tests of one
 * service, whose state is what direct_start() was given. */
#ifndef TESTS_TS_DIRECT_H
#define TESTS_TS_DIRECT_H

#include <string.h>
#include "ts_service.h"

#define DIRECT_BYTES 8192

static struct {
	struct ts_host host;
	struct ts_hosted hosted;
	uint8_t buf[DIRECT_BYTES]; /* shared: the request, then the response */
	size_t answered;
	int64_t status; /* of the service */
} direct;

static inline int direct_start(const struct ts_service *service, void *state, size_t state_bytes)
{
	memset(state, 0, state_bytes);
	direct.hosted = (struct ts_hosted){service, 0};
	direct.host.state = state;
	return service->start ? service->start(&direct.host, state) : 0;
}

/* RPC status of a call with the @len bytes that are in direct.buf, which has @room. */
static inline int32_t direct_call(uint16_t owner, uint16_t opcode, size_t len, size_t room)
{
	struct ts_rpc_request req = {.source_id = owner,
				     .opcode = opcode,
				     .data = direct.buf,
				     .size_bytes = room,
				     .request_bytes = len};
	const int32_t rpc = ts_host_serve(&direct.host, &direct.hosted, &req);

	direct.answered = rpc ? 0 : req.response_bytes;
	direct.status = req.service_status;
	return rpc;
}

static inline struct ts_writer direct_request(void)
{
	memset(direct.buf, 0xee, sizeof(direct.buf));
	return ts_writer_of(direct.buf, sizeof(direct.buf));
}

/* Bytes nobody meant as a request, of every length: no opcode may do more than refuse them. The
 * sequence is the same each time. */
static inline uint64_t direct_noise(uint16_t opcode, unsigned calls)
{
	uint64_t x = 0x9e3779b97f4a7c15u + opcode, refused = 0;

	for (unsigned i = 0; i < calls; i++) {
		size_t len;

		for (size_t at = 0; at < 64; at++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			/* Small numbers get further than large ones. */
			direct.buf[at] = i & 1 ? (uint8_t)x : (uint8_t)x % 5;
		}
		len = (size_t)(x >> 20) % 65;
		refused += direct_call((uint16_t)(x & 3), opcode, len, DIRECT_BYTES) != 0;
	}
	return refused;
}

#endif
