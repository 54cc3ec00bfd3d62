/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the native SPs of this tree can be asked, as data: service name -> UUID, opcode name ->
 * number, and how named arguments travel. The scenario runner and C tests build requests from it.
 *
 * Request:  the arguments of the opcode in table order, each one little-endian u64, from offset 0
 * of the shared buffer; request length = 8 * arguments given. Trailing arguments may be left off
 * and read as 0. An opcode without arguments needs no shared memory (length 0). Payload:
 * FFASIM_OP_PAYLOAD opcodes take raw bytes instead; the length is the byte count. Response: the
 * named results in table order, each one little-endian u64, from offset 0 of the same buffer, as
 * many as fit in it. Payload opcodes may answer raw bytes (no results named). Status:   i32, what
 * TEE_IOC_INVOKE returns in `ret` (sign-extended): 0 = as asked.
 */
#ifndef FFASIM_SERVICES_H
#define FFASIM_SERVICES_H

#include <stddef.h>
#include <stdint.h>

#define FFASIM_SERVICE_ARGS 4
#define FFASIM_SERVICE_RESULTS 4

enum ffasim_arg_kind {
	FFASIM_ARG_NONE, /* end of the list */
	FFASIM_ARG_U64,	 /* a number; negative ones in two's complement */
	FFASIM_ARG_TIME, /* a time (3min, 10ms); sent as ns */
	FFASIM_ARG_SP,	 /* name of a partition; sent as its FF-A id */
};

enum { FFASIM_OP_PAYLOAD = 1 };

struct ffasim_service_arg {
	const char *name; /* the key of the scenario step: `work: 3min` */
	enum ffasim_arg_kind kind;
};

struct ffasim_service_op {
	const char *name;
	uint16_t opcode;
	uint16_t flags; /* FFASIM_OP_* */
	struct ffasim_service_arg args[FFASIM_SERVICE_ARGS + 1];
	const char *results[FFASIM_SERVICE_RESULTS + 1]; /* NULL-terminated */
	const char *doc;
};

struct ffasim_service {
	const char *name; /* also the name of the SP's folder and image: NAME.sp.so */
	uint8_t uuid[16]; /* textual octet order, as TEE_IOC_OPEN_SESSION takes it */
	const struct ffasim_service_op *ops;
	size_t op_count;
	const char *doc;
};

/* All services, sorted by name. */
const struct ffasim_service *ffasim_services(size_t *count);
/* NULL when there is none. */
const struct ffasim_service *ffasim_service_find(const char *name);
const struct ffasim_service_op *ffasim_service_op_find(const struct ffasim_service *service,
						       const char *name);

#endif
