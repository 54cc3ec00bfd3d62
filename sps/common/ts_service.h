/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A Trusted Service as data, and the SP that hosts one or several of them.
 *
 * A service is a UUID and a table of opcodes; a row says how long the fixed part of a request is,
 * what the operation costs in virtual time and who serves it. An SP image is a list of services
 * with the place of each one's state in the SP's own memory, so the same service runs alone in an
 * SP or beside others. Discovery is by UUID over the management interface of the endpoint; a
 * service gets its interface id from its place in the list (trusted-services.md 1.6). There is no
 * other discovery: nothing calls the old protocol of opcodes 1 to 3 (3.1).
 *
 * Hostile input is met here, once: the request is copied out of the shared buffer before anything
 * looks at it, because the client can change that page at any time, and what is shorter than the
 * fixed part of its opcode never reaches a handler. The response goes straight to the shared
 * buffer, from which nothing is ever read back.
 *
 * Who asks: call->owner, the FF-A source id. The client id register is passed on and means nothing
 * (1.4). Results: the handler returns the RPC status; call->status is the service's own.
 */
#ifndef SPS_TS_SERVICE_H
#define SPS_TS_SERVICE_H

#include "log_client.h"
#include "services.h"
#include "ts_bytes.h"
#include "ts_rpc_endpoint.h"

/* Longest request that is served: a TLV of 64 KiB and what goes with it. Longer ones are refused
 * with RPC_ERROR_RESOURCE_FAILURE; sessions of real clients are 8 or 16 KiB (1.9, 2.4). */
#define TS_REQUEST_BYTES ((size_t)68 * 1024)

/* Services of one SP that ask each other: attestation, crypto, storage. */
#define TS_DEPTH_MAX 3

struct ts_host;
struct ts_call;
struct ts_service;

typedef int32_t ts_handler(struct ts_call *call); /* RPC status */

struct ts_op {
	uint16_t opcode;
	uint16_t fixed_bytes; /* a shorter request is RPC_ERROR_INVALID_REQUEST_BODY */
	ts_handler *handler;
	const char *name;
	uint32_t base_ns; /* each call */
	uint32_t kib_ns;  /* each KiB of the request, pro rata */
};

struct ts_service {
	const char *name;
	uint8_t uuid[16];
	const struct ts_op *ops; /* ascending opcodes */
	size_t op_count;
	bool any_opcode; /* the first row serves whatever opcode there is */
	/* Brings up @state (zeroed) at step 8 of the boot (5.2), once for each hosted service; may
	 * talk to SPs that booted earlier. Negative: the SP is not viable. May be NULL. */
	int (*start)(struct ts_host *host, void *state);
};

struct ts_call {
	struct ts_host *host;
	void *state; /* of the service */
	const struct ts_op *op;
	uint16_t opcode;
	uint16_t owner;
	uint32_t client_id;
	struct ts_reader in;  /* a private copy of the request */
	struct ts_writer out; /* the shared buffer */
	int64_t status;
};

/* A service in an SP image and where in the SP's state its own lies. Two rows may share one. */
struct ts_hosted {
	const struct ts_service *service;
	size_t state_offset;
};

struct ts_image {
	const char *prefix; /* of trace lines */
	const struct ts_hosted *hosted;
	size_t hosted_count;
	bool no_log_client; /* leaves out steps 4 to 6 of the boot (5.2), as some SPs do */
};

struct ts_host {
	struct libsp l;
	struct ts_rpc_endpoint ep;
	struct log_client log;
	const struct ts_image *image;
	uint8_t *state;	       /* of the SP */
	uint64_t boot_info_va; /* what main got; set before ts_host_run() by SPs that look at it */
	size_t up;	       /* services that were started */
	uint64_t cost_percent; /* option cost_percent: 0 = nothing costs anything */
	struct ts_rpc_service rpc[TS_RPC_SERVICES_MAX];
	/* Private copies: a service may ask another one of the same SP meanwhile. */
	unsigned depth;
	uint8_t request[TS_DEPTH_MAX][TS_REQUEST_BYTES];
};

/* The main function of a service SP: boot as in 5.2, then serves for ever. @host lies in @state. */
_Noreturn void ts_host_run(struct ts_host *host, struct ffasim_sp *sp,
			   const struct ts_image *image);
/* The manifest that came with the boot information (5.1), checked; NULL = none. Valid during boot.
 */
const void *ts_host_manifest(struct ts_host *host);
/* Serves one request; also for tests that have no machine (host->l.sp NULL, host->state set). */
int32_t ts_host_serve(struct ts_host *host, const struct ts_hosted *hosted,
		      struct ts_rpc_request *req);
/* A service of this SP; NULL = it has none of that UUID that is up already. */
const struct ts_hosted *ts_host_find(const struct ts_host *host, const uint8_t uuid[16]);
/* Work a handler knows only itself. Interruptible; may end on another PE. */
void ts_charge(struct ts_host *host, uint64_t ns);

/* "Done, with this status of the service": what most handlers end with. Without success the
 * response is empty. */
int32_t ts_done(struct ts_call *call, int64_t status);
/* The same for a handler that wrote a response: it must have fitted. */
int32_t ts_answered(struct ts_call *call, int64_t status);

#endif
